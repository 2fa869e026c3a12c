# SPDX-License-Identifier: Apache-2.0
"""What a format asks a person: declared once, checked before a file is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.records import loaders
from engine.records.loader import LoaderOption, ReadOptions, listed, settled

OPTIONS = (
    LoaderOption("sheet", "text", lambda _: "Sheet."),
    LoaderOption("rate", "number", lambda _: "Rate.", default="250"),
    LoaderOption("first", "whole", lambda _: "First."),
    LoaderOption("round", "flag", lambda _: "Round.", default="no"),
    LoaderOption("how", "choice", lambda _: "How.", default="mean", choices=("mean", "last")),
)


def test_defaults_and_what_was_said() -> None:
    assert settled(OPTIONS, {"first": "3", "how": "last"}, "f") == {"sheet": "", "rate": "250", "first": "3", "round": "no", "how": "last"}


@pytest.mark.parametrize(("key", "value"), [("rate", "x"), ("rate", "inf"), ("first", "1.5"), ("round", "maybe"), ("how", "first")])
def test_a_value_that_does_not_fit(key: str, value: str) -> None:
    with pytest.raises(WardroundError) as caught:
        settled(OPTIONS, {key: value}, "f.xlsx")
    assert caught.value.code == "E-DATA-31"
    assert value not in caught.value.sentence("en").replace("f.xlsx", "").split()


def test_an_unknown_choice_names_the_nearest() -> None:
    with pytest.raises(WardroundError) as caught:
        settled(OPTIONS, {"sheets": "a"}, "f.xlsx")
    assert (caught.value.code, caught.value.fields["known"]) == ("E-DATA-30", "sheet")


def test_a_list_without_its_blanks() -> None:
    assert listed(" rs1 ,, rs2,") == ("rs1", "rs2")


def test_every_loader_checks_its_choices(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    for action in (loaders.preview, loaders.survey):
        with pytest.raises(WardroundError) as caught:
            action(path, ReadOptions(settings={"colour": "red"}))
        assert caught.value.code == "E-DATA-30"


def test_every_choice_has_words_in_both_languages() -> None:
    for loader in (*loaders.LOADERS, *loaders.AS_TEXT):
        for option in loader.options:
            assert option.says("en").strip()
            assert option.says("zh") != option.says("en")
            assert not option.choices or option.kind == "choice"


def test_a_folder_that_nobody_reads(tmp_path: Path) -> None:
    with pytest.raises(WardroundError) as caught:
        loaders.preview(tmp_path)
    assert caught.value.code == "E-DATA-32"


def test_what_a_file_cannot_be_read_as(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    for said in ("auto", "", "csv"):
        assert loaders.preview(path, ReadOptions(settings={"format": said})).format == "csv"
    for action in (loaders.preview, loaders.survey):
        with pytest.raises(WardroundError) as caught:
            action(path, ReadOptions(settings={"format": "parquet"}))
        assert caught.value.code == "E-DATA-31"
        assert "csv" in str(caught.value.fields["wanted"])
