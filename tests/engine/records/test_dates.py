# SPDX-License-Identifier: Apache-2.0
"""Dates of a text file: their order is settled over the whole column, or asked; and what else messy exports write."""

from __future__ import annotations

import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records import dates, describe, loaders
from engine.records.loader import ReadOptions
from engine.values import NoToken


def column(tmp_path: Path, *cells: str, **said: str) -> tuple[list[object], list[str]]:
    path = tmp_path / "a.csv"
    path.write_text("id;x\n" + "".join(f"P{n};{cell}\n" for n, cell in enumerate(cells)), encoding="utf-8")
    survey = loaders.survey(path, ReadOptions(settings=said))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    return table["x"].to_pylist(), [finding.code for finding in survey.findings if finding.column == "x"]


@pytest.mark.parametrize(
    ("cells", "expected", "codes"),
    [
        (["31/12/2024", "1/2/2024", ""], ["2024-12-31", "2024-02-01", None], ["dates-day-first"]),
        (["12/31/2024", "1/2/2024"], ["2024-12-31", "2024-01-02"], ["dates-month-first"]),
        (["31.12.2024 08:15", "1.2.2024 9:05:30"], ["2024-12-31T08:15", "2024-02-01T09:05:30"], ["dates-day-first"]),
        (["2024/1/5", "2024/12/31"], ["2024-01-05", "2024-12-31"], []),
        (["2024年1月5日", "2023年11月30日"], ["2024-01-05", "2023-11-30"], []),
        (["2024-01-05 07:00:00", "2024-01-06 07:00:00"], ["2024-01-05T07:00:00", "2024-01-06T07:00:00"], []),
        (["2024-01-05", "31/12/2024"], ["2024-01-05", "2024-12-31"], ["dates-day-first"]),
        (["1/2/2024", "3/4/2024"], ["1/2/2024", "3/4/2024"], ["dates-ambiguous"]),
        (["31/12/2024", "12/31/2024"], ["31/12/2024", "12/31/2024"], ["dates-contradict"]),
        (["31/12/2024", "30/02/2024"], ["31/12/2024", "30/02/2024"], []),
        (["31/12/24", "01/02/24"], ["31/12/24", "01/02/24"], []),
        (["31/12/2024", "soon"], ["31/12/2024", "soon"], []),
        (["2024-01-05", "2024-12-31"], ["2024-01-05", "2024-12-31"], []),
    ],
)
def test_orders(tmp_path: Path, cells: list[str], expected: list[object], codes: list[str]) -> None:
    assert column(tmp_path, *cells) == (expected, codes)


def test_the_order_can_be_said_but_not_against_the_column(tmp_path: Path) -> None:
    assert column(tmp_path, "1/2/2024", "3/4/2024", dates="day-first")[0] == ["2024-02-01", "2024-04-03"]
    assert column(tmp_path, "1/2/2024", "3/4/2024", dates="month-first")[0] == ["2024-01-02", "2024-03-04"]
    assert column(tmp_path, "31/2/2024", "3/4/2024", dates="month-first")[0] == ["31/2/2024", "3/4/2024"]
    assert column(tmp_path, "31/12/2024", "3/4/2024", dates="month-first")[0] == ["2024-12-31", "2024-04-03"]


def test_what_settles_the_order_may_stand_at_the_end_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,x,pad\n" + "".join(f"P{n},1/2/2024,{'z' * 60}\n" for n in range(90_000)) + "P,31/1/2024,z\n", encoding="utf-8")
    survey = loaders.survey(path)
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert (table["x"][0].as_py(), table["x"][-1].as_py()) == ("2024-02-01", "2024-01-31")


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2199, 12, 31)), st.sampled_from("/.-"))
def test_every_day_comes_back(day: datetime.date, sign: str) -> None:
    written = pa.array([f"{day.day}{sign}{day.month:02}{sign}{day.year}", None])
    assert dates.as_iso(written, dates.DAY_FIRST).to_pylist() == [day.isoformat(), None]
    written = pa.array([f"{day.month}{sign}{day.day:02}{sign}{day.year}"])
    assert dates.as_iso(written, dates.MONTH_FIRST).to_pylist() == [day.isoformat()]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1 234", "12 345 678", "5"], [1234.0, 12345678.0, 5.0]),
        (["1 234,5", "2,25"], [1234.5, 2.25]),
        (["1\u00a0234,5", "7"], [1234.5, 7.0]),
        (["1\u202f234.5", "7"], [1234.5, 7.0]),
        (["1'234.5", "7"], [1234.5, 7.0]),
        (["1.234,5", "1.234.567,8"], [1234.5, 1234567.8]),
        (["1,234.5", "1,234"], [1234.5, 1234.0]),
        (["12 34", "1 234"], ["12 34", "1 234"]),
    ],
)
def test_thousands(tmp_path: Path, cells: list[str], expected: list[object]) -> None:
    assert column(tmp_path, *cells)[0] == expected


def suspected(*values: float) -> list[tuple[str, int]]:
    table = pa.table({"x": pa.array(values, pa.float64())})
    description = describe.Description(table.schema, {})
    for start in range(0, len(values), 3):
        description.update(table.slice(start, 3).to_batches()[0], NoToken())
    return [(str(f.fields["code"]), int(str(f.fields["count"]))) for f in description.findings() if f.code == "codes-suspected"]


def test_numeric_codes_for_missing_are_suspected_and_stay() -> None:
    assert suspected(120, 130, 999, 110, 999) == [("999", 2)]
    assert suspected(1, 2, -9, 3, 0) == [("-9", 1)]
    assert suspected(1, 2, 88, 99, 88, 3) == [("88", 2), ("99", 1)]
    assert suspected(-2, 1, -9, 3) == []
    assert suspected(700, 999, 850) == []
    assert suspected(99, 98, 97, 96) == []
    assert suspected(999, 999) == []
