# SPDX-License-Identifier: Apache-2.0
"""SPSS, Stata and SAS files: labels, codes for missing, dates, what variables are called; and files that do not end well."""
# ruff: noqa: DTZ001 - these files know no time zones

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import polars
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Cancelled, WardroundError
from engine.records import loaders, statistics_file
from engine.records.loader import ReadOptions
from engine.records.statistics_file import _Watched
from engine.values import NoToken
from tests.support import samples_tables

FRAME = polars.DataFrame(
    {
        "id": ["007", "008", " 9 "],
        "sex": [1.0, 2.0, 2.0],
        "score": [0.0, 5.0, 9.0],
        "code": [1.0, -9.0, 99.0],
        "day": [datetime.date(1850, 2, 3), None, datetime.date(2024, 1, 31)],
        "moment": [datetime.datetime(2024, 1, 31, 12, 3, 4), datetime.datetime(2024, 1, 31), None],
        "midnight": [datetime.datetime(2024, 1, 31), datetime.datetime(2024, 2, 1), None],
        "clock": [datetime.time(3, 4, 5), None, datetime.time(0, 0)],
        "word": ["?", "是", ""],
    }
)
LABELS = {
    "column_labels": ["Record", "Sex of patient", "Pain score", "Weight (kg)", "Day", "Moment", "Midnight", "Clock", "Word"],
    "variable_value_labels": {"sex": {1: "male", 2: "female"}, "score": {0: "none", 9: "unbearable"}},
}


def sav(path: Path) -> Path:
    pyreadstat.write_sav(FRAME, str(path), missing_ranges={"code": [-9, 99]}, **LABELS)
    return path


def dta(path: Path) -> Path:
    pyreadstat.write_dta(FRAME, str(path), **LABELS)
    return path


def read(path: Path, options: ReadOptions | None = None, **said: str) -> dict[str, list[object]]:
    survey = loaders.survey(path, options or ReadOptions(settings=said))
    found: dict[str, list[object]] = pa.Table.from_batches(survey.batches(NoToken()), survey.schema).to_pydict()
    return found


@pytest.mark.parametrize(("write", "name"), [(sav, "a.sav"), (dta, "a.dta")])
def test_labels_dates_and_codes(tmp_path: Path, write: Callable[[Path], Path], name: str) -> None:
    path = write(tmp_path / name)
    found = read(path)
    assert found["id"] == ["007", "008", "9"]
    assert found["sex"] == ["male", "female", "female"]
    assert found["score"] == [0.0, 5.0, 9.0]
    assert found["code"] == ([1.0, None, None] if name == "a.sav" else [1.0, -9.0, 99.0])  # Stata knows no codes for missing
    assert found["day"] == ["1850-02-03", None, "2024-01-31"]
    assert found["moment"] == ["2024-01-31T12:03:04", "2024-01-31T00:00:00", None]
    assert found["midnight"] == ["2024-01-31", "2024-02-01", None]
    assert found["clock"] == ["03:04:05", None, "00:00:00"]
    assert found["word"] == [None, "是", None]
    survey = loaders.survey(path)
    assert survey.units == {"code": "kg"}
    assert [(finding.code, finding.column, dict(finding.fields)) for finding in survey.findings] == [
        ("labels-partly", "score", {"count": 1})
    ]


def test_labels_can_be_left_out_and_name_the_columns(tmp_path: Path) -> None:
    found = read(sav(tmp_path / "a.sav"), labels="no", names="label")
    assert found["Sex of patient"] == [1.0, 2.0, 2.0]
    assert list(found)[:4] == ["Record", "Sex of patient", "Pain score", "Weight (kg)"]


def test_a_file_of_many_chunks_is_the_same_as_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [samples_tables.statistics(suffix)(tmp_path, 0) for suffix in ("sav", "zsav", "por", "dta", "xpt")]
    whole = [read(path) for path in paths]
    monkeypatch.setattr(statistics_file, "_CHUNK_CELLS", 1)
    monkeypatch.setattr(statistics_file, "_SMALLEST_CHUNK", 7)
    assert [read(path) for path in paths] == whole


def test_reading_never_raises_into_the_library_and_ends_at_once(tmp_path: Path) -> None:
    """ReadStat asks for ever when its reader raises."""

    class Stop(NoToken):
        def __init__(self) -> None:
            self.looks = 40

        def check(self) -> None:
            self.looks -= 1
            if self.looks < 0:
                raise Cancelled

    path = sav(tmp_path / "a.sav")
    with pytest.raises(Cancelled):
        loaders.survey(path, None, Stop())
    with path.open("rb", buffering=0) as file:
        watched = _Watched(file, Stop())
        watched._token.looks = 0  # type: ignore[attr-defined]
        assert watched.read(10) == b""
        assert isinstance(watched.failure, Cancelled)
        assert watched.read(10) == b""


def test_a_transport_file_cut_between_rows_is_refused(tmp_path: Path) -> None:
    """It does not say how many rows it has: a cut shows only in a last row that is not whole."""
    path = samples_tables.statistics("xpt")(tmp_path, 0)
    content = path.read_bytes()
    begin, width = content.find(b"HEADER RECORD*******OBS") + 80, 4 + 8 + 8 + 8 + 6
    for end in range(len(content) - 80, len(content) - 1600, -80):
        if (end - begin) % width == 0:
            continue  # nothing in the format tells this from a shorter file
        path.write_bytes(content[:end])
        with pytest.raises(WardroundError) as caught:
            loaders.survey(path)
        assert caught.value.code == "E-TABLE-07"


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["sav", "zsav", "por", "dta", "xpt"]),
    st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 3),
)
def test_any_damage_is_a_sentence(tmp_path_factory: pytest.TempPathFactory, suffix: str, damage: list[tuple[int, int]], cut: int) -> None:
    path = samples_tables.statistics(suffix)(tmp_path_factory.mktemp("fuzz"), 0)
    content = bytearray(path.read_bytes())
    for at, byte in damage:
        content[at % (len(content) if at % 2 else 700)] = byte
    path.write_bytes(content[: len(content) - cut * 97])
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right
