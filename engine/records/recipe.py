# SPDX-License-Identifier: Apache-2.0
"""From many dated records of a patient to one row: which codes, which of their values, in which window of days.

A person writes items, separated by commas::

    glucose=2339-0[mg/dL]:mean@-365..0, 4548-4:last, diabetes=44054006

name (optional) = code [unit] (optional) : how (optional) @ from..to (optional; days from the index date, both ends included, an
end left out is open). ``how``: last, first, mean, min, max, count, or any (yes when there is a record). The code may be of any
system; it is compared without case. FHIR and OMOP share this file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import WardroundError
from engine.records.loader import listed

HOW = ("last", "first", "mean", "min", "max", "count", "any")
_ITEM = re.compile(
    r"(?:(?P<name>[^=\[\]@]{1,80})=\s*)?(?P<code>[^=\[\]:@\s][^=\[\]:@]{0,79})(?:\[(?P<unit>[^\]]{1,30})\])?(?::(?P<how>[a-z]+))?"
    r"(?:@(?P<low>-?\d{1,6})?\.\.(?P<high>-?\d{1,6})?)?"
)


@dataclass(frozen=True)
class Item:
    """One column to be made. ``low``, ``high``: days from the index date, None: open; ``unit`` "": any."""

    name: str
    code: str
    unit: str = ""
    how: str = "last"
    low: int | None = None
    high: int | None = 0

    def covers(self, day: int | None, index: int | None) -> bool:
        """Whether a record of that day counts; one without a date counts only in a window that is open on both sides."""
        if self.low is None and self.high is None:
            return True
        if day is None or index is None:
            return False
        return (self.low is None or day - index >= self.low) and (self.high is None or day - index <= self.high)


def items(text: str, how: str, key: str, file: str) -> tuple[Item, ...]:
    """The items of a list option.

    Args:
        text: as a person wrote it.
        how: what an item means that does not say how.
        key: the option, for the refusal.
        file: the file, for the refusal.

    Raises:
        WardroundError: E-DATA-39 an item that cannot be read, or two of one name.
    """
    found = []
    for number, part in enumerate(listed(text), 1):
        match = _ITEM.fullmatch(part)
        if match is None or (match["how"] or how) not in HOW:
            raise WardroundError("E-DATA-39", file=file, key=key, number=number)
        open_window = "@" not in part
        low = int(match["low"]) if match["low"] else None
        high = int(match["high"]) if match["high"] else (0 if open_window else None)
        name = (match["name"] or match["code"]).strip()
        found.append(Item(name, match["code"].strip().casefold(), match["unit"] or "", match["how"] or how, low, high))
    names = [item.name for item in found]
    if repeated := next((number for number, name in enumerate(names, 1) if name in names[: number - 1]), 0):
        raise WardroundError("E-DATA-39", file=file, key=key, number=repeated)
    return tuple(found)


def fold(how: str, records: Sequence[tuple[int | None, float | None]]) -> float | None:
    """One number of a patient's records (day, value) that lie in the window, in the order of the file; None without one.

    Of records of the same day the later in the file counts as the later. ``any`` and ``count`` need no value.
    """
    if how in ("any", "count"):
        return float(len(records)) if how == "count" else float(bool(records))
    valued = [(day, value) for day, value in records if value is not None]
    if not valued:
        return None
    values = [value for _, value in valued]
    match how:
        case "mean":
            return sum(values) / len(values)
        case "min":
            return min(values)
        case "max":
            return max(values)
        case "first":
            return min(enumerate(valued), key=lambda entry: (_order(entry[1][0]), entry[0]))[1][1]
        case _:
            return max(enumerate(valued), key=lambda entry: (_order(entry[1][0]), entry[0]))[1][1]


def _order(day: int | None) -> int:
    return -(10**7) if day is None else day
