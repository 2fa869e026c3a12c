# SPDX-License-Identifier: Apache-2.0
"""A sheet as people draw it (titles, blank lines, grouped headings) to a table: where its names stand, and what each column is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pyarrow as pa

from engine.records import cells
from engine.records.loader import MISSING, Finding, ReadOptions

Cell = int | float | str | bool | date | datetime | time | timedelta
"""What a cell holds; "" where it is empty or an error."""
Row = Sequence[Cell]
Range = tuple[tuple[int, int], tuple[int, int]]
"""Merged cells: (row, column) of the first and of the last, 0-based."""

_LOOKED_AT = 40  # rows in which the names are sought
_GROUP_ROWS = 2  # of headings above the names
_EXACT = 2**53


@dataclass(frozen=True)
class Heading:
    """Where a table begins: ``names`` of all columns from the sheet's first on ("" where there is none), first row of data, 0-based."""

    names: tuple[str, ...]
    first_row: int


def heading(rows: Sequence[Row], merged: Sequence[Range], said: int | None) -> Heading | None:
    """Finds the names; None where there is no table.

    Args:
        rows: the sheet's first rows, from its first row and column on.
        merged: cells that were made one.
        said: the row of the names as a person counts (1 is the first), 0 for none, None to find out.
    """
    rows = rows[: max(_LOOKED_AT, said or 0)]
    width = max(map(len, rows), default=0)
    counts = [sum(1 for cell in row if cell != "") for row in rows]
    most = max(counts, default=0)
    if not most:
        return None
    if said == 0:
        first = next(place for place, count in enumerate(counts) if 2 * count >= most)
        return Heading(tuple(f"column {place}" for place in range(1, width + 1)), first)
    if said is not None:
        place = said - 1
        if place >= len(rows) or not counts[place]:
            return None
    else:
        fuller = [place for place, count in enumerate(counts) if 2 * count > most]
        place = next((place for place in fuller if _is_words(rows[place], counts[place])), fuller[0])
        if place + 1 < len(rows) and _groups(place, merged, width) and _words_below(rows, place, merged, width):
            place += 1
    names = [_name(cell) for cell in _padded(rows[place], width)]
    for (top, left), (bottom, right) in merged:
        if top < place <= bottom and left == right < width:  # a name that reaches over several rows
            names[left] = names[left] or _name(_padded(rows[top], width)[left])
    for above in range(place - 1, max(-1, place - 1 - _GROUP_ROWS), -1):
        groups = _groups(above, merged, width)
        if not groups:
            break
        for left, right in groups:
            label = _name(_padded(rows[above], width)[left])
            for column in range(left, right + 1):
                names[column] = f"{label} {names[column]}".strip() if label and names[column] != label else names[column]
    return Heading(tuple(names), place + 1)


def _padded(row: Row, width: int) -> list[Cell]:
    return [*row, *[""] * (width - len(row))]


def _is_words(row: Row, count: int) -> bool:
    return 2 * sum(1 for cell in row if isinstance(cell, str) and cell != "") > count


def _groups(row: int, merged: Sequence[Range], width: int) -> list[tuple[int, int]]:
    """First and last column of each heading over several columns in that row; a title over the whole table is none."""
    return [
        (left, min(right, width - 1))
        for (top, left), (bottom, right) in merged
        if top == bottom == row and right > left and left < width and right - left + 1 < max(2, 0.9 * width)
    ]


def _words_below(rows: Sequence[Row], place: int, merged: Sequence[Range], width: int) -> bool:
    below = _padded(rows[place + 1], width)
    return all(
        isinstance(below[column], str) and below[column] for left, right in _groups(place, merged, width) for column in (left, right)
    )


def _name(cell: Cell) -> str:
    return " ".join(as_text(cell, dated=False).split())


def as_text(cell: Cell, *, dated: bool) -> str:
    """A cell as text; dates as ISO 8601, with the time of day when ``dated`` says that the column has such."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.isoformat(timespec="seconds")
        case date():
            return f"{cell.isoformat()}T00:00:00" if dated else cell.isoformat()
        case time():
            return cell.isoformat(timespec="seconds")
        case timedelta():
            seconds = round(cell.total_seconds())
            return f"{'-' if seconds < 0 else ''}{abs(seconds) // 3600}:{abs(seconds) // 60 % 60:02}:{abs(seconds) % 60:02}"
        case _:
            return str(cell)


def column(name: str, values: Sequence[Cell], options: ReadOptions) -> tuple[pa.Array, tuple[Finding, ...]]:
    """A column of float64 or string, with what is odd about it; "" is missing, and so is each missing code among texts."""
    kinds = {type(value) for value in values if value != ""}
    if kinds and kinds <= {int, float}:
        numbers = [value if isinstance(value, int | float) else None for value in values]
        if all(number is None or abs(number) <= _EXACT for number in numbers):
            return pa.array(numbers, pa.float64()), ()
    dated = datetime in kinds
    written = [None if value == "" else value if isinstance(value, str) else as_text(value, dated=dated) for value in values]
    texts = pa.array(written, pa.string())
    return text_column(name, texts, options)


def text_column(name: str, texts: pa.StringArray, options: ReadOptions) -> tuple[pa.Array, tuple[Finding, ...]]:
    """A whole column of text as what it holds: numbers when each value is one, else text."""
    missing = pa.array(MISSING if options.missing is None else ("", *options.missing), pa.string())
    survey = cells.ColumnSurvey(options.decimal or ".", missing)
    survey.update(texts, 0)
    spelling = survey.spelling()
    found = cells.as_text(texts, missing) if spelling is None else cells.as_numbers(texts, spelling, missing)
    return found, tuple(survey.findings(name))
