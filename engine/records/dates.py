# SPDX-License-Identifier: Apache-2.0
"""Dates as people write them to ISO 8601: 31/12/2024, 12/31/2024, 31.12.2024 08:15, 2024/1/5, 2024年1月5日.

Whether the day or the month comes first is decided over the whole column: one 31 settles it. Where no value does, a person says
so, or the column stays as it is. Years of two digits and dates that no calendar has stay text, and so does their column.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records.loader import Finding

DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "day-first", "month-first", "year-first"
ORDERS = ("auto", DAY_FIRST, MONTH_FIRST)
_PATTERN = (
    r"^(?P<a>\d{1,4})(?P<s>[./\-]|年)(?P<b>\d{1,2})(?:[./\-]|月)(?P<c>\d{1,4})日?"
    r"(?:[ T](?P<h>\d{1,2}):(?P<m>\d{2})(?P<rest>:\d{2}(?:\.\d+)?)?)?$"
)
_ISO = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$"
_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


class DateSurvey:
    """What the dates of one column are; the same whatever the chunks."""

    def __init__(self) -> None:
        self.valid = 0
        self._dates = 0  # of any order
        self._iso = 0
        self._year_first = 0
        self._only_day_first = 0
        self._only_month_first = 0

    @property
    def possible(self) -> bool:
        """Whether all so far are dates."""
        return self._dates == self.valid

    def update(self, texts: pa.StringArray, counts: NDArray[np.int64]) -> None:
        """Adds distinct texts and how often each is there."""
        self.valid += int(counts.sum())
        day, month, year = (_is_date(texts, order) for order in (DAY_FIRST, MONTH_FIRST, YEAR_FIRST))
        self._dates += int(counts[day | month | year].sum())
        self._year_first += int(counts[year].sum())
        self._only_day_first += int(counts[day & ~month].sum())
        self._only_month_first += int(counts[month & ~day].sum())
        self._iso += int(counts[np.asarray(pc.match_substring_regex(texts, _ISO), dtype=bool) & year].sum())

    def order(self, said: str) -> str | None:
        """How to read the column; None: it holds no dates, they are ISO 8601 already, or nothing tells their order."""
        if not self.valid or not self.possible or self._iso == self.valid:
            return None
        if self._year_first == self.valid:
            return YEAR_FIRST
        if self._only_day_first and self._only_month_first:
            return None
        if self._only_day_first or self._only_month_first:
            return DAY_FIRST if self._only_day_first else MONTH_FIRST
        return said if said in (DAY_FIRST, MONTH_FIRST) else None

    def findings(self, name: str, said: str) -> Iterator[Finding]:
        """How the dates were read, or why they were not."""
        order = self.order(said)
        fields = {"count": self.valid}
        if order == DAY_FIRST:
            yield Finding("info", "dates-day-first", name, fields)
        elif order == MONTH_FIRST:
            yield Finding("info", "dates-month-first", name, fields)
        elif self.valid and self.possible and self._iso < self.valid and order is None:
            if self._only_day_first:
                yield Finding("warning", "dates-contradict", name, {"count": self._only_day_first, "other": self._only_month_first})
            else:
                yield Finding("warning", "dates-ambiguous", name, fields)


def as_iso(column: pa.StringArray, order: str) -> pa.StringArray:
    """A column of dates as ISO 8601; what is no date in that order stays as it is."""
    encoded = column.dictionary_encode()
    texts = encoded.dictionary
    fits = _is_date(texts, order)
    year = _is_date(texts, YEAR_FIRST)
    parts = pc.extract_regex(texts, _PATTERN)
    if not len(texts) or not (fits | year).any():
        return column
    first, second, third = (parts.field(name) for name in "abc")
    by_year = pa.array(year)
    years = pc.if_else(by_year, first, third)
    months = pc.if_else(by_year, second, second if order == DAY_FIRST else first)
    days = pc.if_else(by_year, third, first if order == DAY_FIRST else second)
    dates = pc.binary_join_element_wise(years, pc.utf8_lpad(months, 2, "0"), pc.utf8_lpad(days, 2, "0"), "-")
    hours = pc.utf8_lpad(parts.field("h"), 2, "0")
    clock = pc.binary_join_element_wise(hours, pc.binary_join_element_wise(parts.field("m"), parts.field("rest"), ""), ":")
    with_clock = pc.if_else(pc.equal(parts.field("h"), ""), dates, pc.binary_join_element_wise(dates, clock, "T"))
    return pc.if_else(pa.array(fits | year), with_clock, texts).take(encoded.indices)


def _is_date(texts: pa.StringArray, order: str) -> NDArray[np.bool_]:
    """(n,) whether each text is a date of the calendar in that order."""
    parts = pc.extract_regex(texts, _PATTERN)
    found = np.asarray(parts.is_valid(), dtype=bool)
    if not found.any():
        return found
    a, b, c = (np.asarray(pc.cast(pc.if_else(parts.is_valid(), parts.field(name), "0"), pa.int64()), dtype=np.int64) for name in "abc")
    lengths = [np.asarray(pc.utf8_length(pc.if_else(parts.is_valid(), parts.field(name), "")), dtype=np.int64) for name in "ac"]
    match order:
        case "year-first":
            year, month, day, shaped = a, b, c, (lengths[0] == 4) & (lengths[1] <= 2)
        case "day-first":
            year, month, day, shaped = c, b, a, (lengths[1] == 4) & (lengths[0] <= 2)
        case _:
            year, month, day, shaped = c, a, b, (lengths[1] == 4) & (lengths[0] <= 2)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    real = (year >= 1800) & (year < 2200) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= _DAYS[np.clip(month, 0, 12)])
    good: NDArray[np.bool_] = found & shaped & real & ~((month == 2) & (day == 29) & ~leap)
    return good
