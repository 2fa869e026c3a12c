# SPDX-License-Identifier: Apache-2.0
"""Mends that protect a patient: what they keep and what they must not."""

from __future__ import annotations

import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.records import protecting

KEY = bytes(range(32))
DAYS = st.dates(datetime.date(1905, 1, 1), datetime.date(2099, 12, 31))


@given(st.lists(st.tuples(st.sampled_from("ABC"), DAYS), min_size=1, max_size=12))
def test_shifting_keeps_every_interval_of_a_patient(rows: list[tuple[str, datetime.date]]) -> None:
    texts = pa.array([day.isoformat() for _, day in rows])
    patients = pa.array([patient for patient, _ in rows])
    moved = protecting.shift_dates(texts, patients, False, KEY).to_pylist()
    for (patient, day), text in zip(rows, moved, strict=True):
        days = (day - datetime.date.fromisoformat(text)).days
        assert days == protecting.days_of(patient, KEY)
        assert 1 <= days <= 364


def test_shifts_depend_on_patient_and_key_alone() -> None:
    shifts = {protecting.days_of(f"P{number}", KEY) for number in range(4000)}
    assert len(shifts) == 364
    assert [protecting.days_of(f"P{n}", KEY) for n in range(20)] != [protecting.days_of(f"P{n}", bytes(32)) for n in range(20)]


@pytest.mark.parametrize(
    ("written", "month_first", "day"),
    [
        ("2020-03-05", False, (2020, 3, 5)),
        ("2020/3/5", True, (2020, 3, 5)),
        ("2020年3月5日", False, (2020, 3, 5)),
        ("05.03.2020", False, (2020, 3, 5)),
        ("03/05/2020", True, (2020, 3, 5)),
        ("20200305", False, (2020, 3, 5)),
        ("March 5, 2020", False, (2020, 3, 5)),
        ("5 Mar 2020", False, (2020, 3, 5)),
        ("２０２０-03-05", False, (2020, 3, 5)),
    ],
)
def test_dates_in_usual_spellings(written: str, month_first: bool, day: tuple[int, int, int]) -> None:
    moved = protecting.shift_dates(pa.array([written]), pa.array(["P"]), month_first, KEY).to_pylist()
    assert moved == [(datetime.date(*day) - datetime.timedelta(protecting.days_of("P", KEY))).isoformat()]


def test_what_is_no_date_or_nobodys_is_missing_and_times_stay() -> None:
    texts = pa.array(["2020-02-30", "soon", None, "2020-03-05", "2020-03-05 10:30"])
    moved = protecting.shift_dates(texts, pa.array(["P", "P", "P", None, "P"]), False, KEY).to_pylist()
    assert moved[:4] == [None] * 4
    assert moved[4].endswith(" 10:30")
    numbers = protecting.shift_dates(pa.array([20200305.0, None, 7.0]), pa.array(["P", "P", "P"]), False, KEY)
    assert numbers.type == pa.float64()
    assert numbers.null_count == 2


def test_years() -> None:
    texts = pa.array(["2020-03-05", "5 Mar 1999", "2001年", None, "13812345678", "soon"])
    assert protecting.year_only(texts).to_pylist() == [2020.0, 1999.0, 2001.0, None, None, None]
    assert protecting.year_only(pa.array([20200305.0, 1999.0, None, 12.0])).to_pylist() == [2020.0, 1999.0, None, None]


def test_areas_of_postcodes() -> None:
    codes = pa.array(["94110", "94110-1234", "03601", "100871", "SW1A 2AA", "sw1a2aa", "K1A 0B1", "12", None, "?", "05901"])
    assert protecting.postcode_area(codes).to_pylist() == ["941", "941", "000", "10", "SW1A", "SW1A", "K1A", None, None, None, "000"]
    assert protecting.postcode_area(pa.array([3601.0, 94110.0, 100871.0, None])).to_pylist() == ["000", "941", "10", None]


def test_ages() -> None:
    assert protecting.cap_age(pa.array([89.0, 90.0, 97.5, None])).to_pylist() == [89.0, 90.0, 90.0, None]


@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=20), max_size=20))
def test_any_texts(cells: list[str | None]) -> None:
    column = pa.array(cells, pa.string())
    for made in (
        protecting.year_only(column),
        protecting.postcode_area(column),
        protecting.redact(column),
        protecting.shift_dates(column, column, True, KEY),
    ):
        assert len(made) == len(column)
        assert made.null_count >= column.null_count
