# SPDX-License-Identifier: Apache-2.0
"""Mends: the file stays as it is, the recipe gives the same table from it every time, and the next export is mended too."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import mends
from engine.records.findings import sentence
from engine.records.mends import KINDS, Mend
from engine.store import datasets
from engine.store.connection import open_database
from engine.store.datasets import DatasetRow
from engine.store.site_schema import MIGRATIONS

TEXT = """id,age,sex,weight,note
a,30,m,70,x
b,999,F,80.5,y
c,41,male,-9,z
c,41,male,-9,z
d,,f,1000,
"""
RECIPE = (
    Mend("drop-copies"),
    Mend("missing", "age", {"codes": ["999"]}),
    Mend("missing", "weight", {"codes": ["-9"]}),
    Mend("limits", "weight", {"low": 20, "high": 400}),
    Mend("same", "sex", {"spellings": {"male": "m", "F": "f"}}),
    Mend("rename", "sex", {"name": "gender"}),
    Mend("scale", "weight", {"factor": 1000, "offset": 0}),
    Mend("as-text", "age"),
    Mend("drop-column", "note"),
)
MENDED = {
    "id": ["a", "b", "c", "d"],
    "age": ["30", None, "41", None],
    "gender": ["m", "f", "m", "f"],
    "weight": [70_000.0, 80_500.0, None, None],
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_text(TEXT)
    return path


def content(home, dataset: str, version: int | None = None) -> pa.Table:
    with home.vault.open_table(dataset, version) as table:
        return table.columns([summary.name for summary in table.summaries])


def test_a_recipe_is_applied_while_reading(home, export: Path) -> None:
    version = home.vault.import_table(export, "records")
    before = [path.read_bytes() for path in home.files]
    mended = home.vault.mend(version.dataset, RECIPE, keep=False)
    assert (mended.version, mended.rows, mended.recipe) == (1, 4, RECIPE)
    assert content(home, version.dataset).to_pydict() == MENDED
    assert home.vault.rows(version.dataset, 1, 2).to_pydict() == {name: values[1:3] for name, values in MENDED.items()}
    assert [path.read_bytes() for path in home.files] == before
    assert mended.source_sha256 == hashlib.sha256(export.read_bytes()).hexdigest()
    found = {summary.name: summary for summary in mended.columns}
    assert (found["weight"].minimum, found["weight"].maximum, found["weight"].missing) == (70_000.0, 80_500.0, 2)
    assert (found["age"].kind, found["gender"].kind) == ("category", "category")
    assert not any(finding.code == "duplicate-rows" for finding in mended.findings)
    assert home.vault.version(version.dataset) == mended


def test_every_window_is_the_same_rows(home, export: Path) -> None:
    dataset = home.vault.import_table(export, "records").dataset
    home.vault.mend(dataset, RECIPE, keep=False)
    whole = content(home, dataset)
    with home.vault.open_table(dataset) as table:
        for start in range(5):
            for count in range(5):
                assert table.window(start, count).to_pydict() == whole.slice(start, count).to_pydict()


def test_an_empty_recipe_undoes_all(home, export: Path) -> None:
    version = home.vault.import_table(export, "records")
    original = content(home, version.dataset)
    home.vault.mend(version.dataset, RECIPE, keep=False)
    assert home.vault.mend(version.dataset, (), keep=False) == version
    assert content(home, version.dataset).equals(original)


def test_a_version_in_use_stays(home, export: Path) -> None:
    version = home.vault.import_table(export, "records")
    mended = home.vault.mend(version.dataset, RECIPE, keep=True)
    assert mended.version == 2
    assert mended.file_sha256 == version.file_sha256
    assert content(home, version.dataset, 1).num_rows == 5
    assert content(home, version.dataset, 2).to_pydict() == MENDED
    assert len(home.files) == 1
    home.vault.delete(version.dataset)
    assert not home.files


def test_the_recipe_replayed_on_the_original_gives_the_same_version_bit_for_bit(home, export: Path) -> None:
    first = home.vault.import_table(export, "first")
    second = home.vault.import_table(export, "second")
    one = home.vault.mend(first.dataset, RECIPE, keep=False)
    two = home.vault.mend(second.dataset, mends.from_json(mends.to_json(RECIPE)), keep=True)
    assert (one.columns, one.findings, one.rows) == (two.columns, two.findings, two.rows)
    assert content(home, first.dataset).equals(content(home, second.dataset))


def test_the_next_export_is_mended_too(home, export: Path) -> None:
    dataset = home.vault.import_table(export, "records").dataset
    home.vault.mend(dataset, RECIPE, keep=False)
    export.write_text(TEXT.replace("id,age,sex,weight,note", "id,age,sex,weight,remark") + "e,999,male,60,\n")
    version = home.vault.import_table(export, "records")
    assert version.version == 2
    table = content(home, dataset)
    assert table["gender"].to_pylist() == [*MENDED["gender"], "m"]
    assert table["age"].to_pylist() == [*MENDED["age"], None]
    assert table["remark"].to_pylist() == ["x", "y", "z", None, None]
    skipped = [finding for finding in version.findings if finding.code == "mend-skipped"]
    assert [finding.column for finding in skipped] == ["note"]
    assert sentence(skipped[0], "zh") != sentence(skipped[0], "en")


@pytest.mark.parametrize(
    "mend",
    [
        Mend("colour", "age"),
        Mend("missing", "age", {}),
        Mend("missing", "age", {"codes": [], "more": 1}),
        Mend("limits", "sex", {"low": 0, "high": 1}),
        Mend("as-text", "id"),
        Mend("rename", "age", {"name": "sex"}),
    ],
)
def test_a_step_that_does_not_fit_changes_nothing(home, export: Path, mend: Mend) -> None:
    version = home.vault.import_table(export, "records")
    with pytest.raises(WardroundError) as caught:
        home.vault.mend(version.dataset, (mend,), keep=False)
    assert caught.value.code == "E-DATA-34"
    assert home.vault.version(version.dataset) == version


def test_numbers_written_in_another_way(home, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id;x\na;1,5\nb;unknown\nc;2,25\n")
    dataset = home.vault.import_table(path, "t").dataset
    home.vault.mend(dataset, (Mend("as-numbers", "x", {"spelling": "COMMA"}),), keep=False)
    assert content(home, dataset)["x"].to_pylist() == [1.5, None, 2.25]


def test_a_home_of_an_older_version_is_read(tmp_path: Path) -> None:
    """The migration keeps what is there: every column of the older table, in its place."""
    row = ("d1", 1, 2.0, "csv", "a.csv", "s", 3, "f.parquet", 4, "h", b"key", "{}")
    old = open_database(tmp_path / "s.db", None, MIGRATIONS[:3])
    old.execute("INSERT INTO datasets VALUES ('d1', 'records')")
    old.execute("INSERT INTO dataset_versions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    old.close()
    new = open_database(tmp_path / "s.db", None, MIGRATIONS)
    assert datasets.find(new, "d1") == ("records", DatasetRow(*row))  # type: ignore[arg-type]
    datasets.forget(new, "d1")
    assert not new.execute("SELECT * FROM dataset_versions")
    new.close()


@given(st.lists(st.sampled_from(RECIPE), max_size=5))
def test_json_is_its_own_inverse(recipe: list[Mend]) -> None:
    text = mends.to_json(recipe)
    assert mends.from_json(text) == tuple(recipe)
    assert mends.to_json(mends.from_json(text)) == text


def test_each_kind_has_its_sentence_in_both_languages() -> None:
    said = {mend.kind: mend for mend in (*RECIPE, Mend("as-numbers", "x", {"spelling": "COMMA"}))}
    for kind in KINDS:
        if kind in said:
            assert mends.sentence(said[kind], "en") != mends.sentence(said[kind], "zh")
    assert set(said) <= set(KINDS)
