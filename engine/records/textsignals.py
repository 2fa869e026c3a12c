# SPDX-License-Identifier: Apache-2.0
"""Delimited text that holds samples: found columns, and the whole table in memory (it must be turned on its side)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from engine.errors import WardroundError
from engine.records import arrays, headers
from engine.records.loader import ReadOptions, Survey
from engine.records.tabular import DelimitedLoader
from engine.values import Token

MAX_BYTES = 4 << 30  # of numbers held at once
SMALL = 1 << 23  # a file that is read whole for its preview


def surveyed(path: Path, options: ReadOptions, token: Token) -> Survey:
    """The text as a table; raises as ``DelimitedLoader.survey``, E-IMAGE-03 for more than can be held at once."""
    own = ReadOptions(options.encoding, options.delimiter, options.decimal, options.missing, options.header_row)
    found = DelimitedLoader().survey(path, own, token)
    size = 8 * found.rows * len(found.schema)
    if size > MAX_BYTES:
        raise WardroundError("E-IMAGE-03", file=path.name, found=size >> 20, limit=MAX_BYTES >> 20)
    return found


def table_of(survey: Survey, token: Token) -> pa.Table:
    """The whole table, one chunk a column; raises E-DATA-10 when the file changed."""
    return pa.Table.from_batches(list(survey.batches(token)), survey.schema).combine_chunks()


def column_of(table: pa.Table, name: str) -> pa.Array:
    """One column as one array."""
    column = table[name].combine_chunks()
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def found(said: str, table: pa.Schema, usual: Iterable[str], file: str, *, needed: bool = True) -> str:
    """The column that a person named, or the one with a usual name; "" where there is none and none is needed.

    Raises:
        WardroundError: E-SIGNAL-11 no such column.
    """
    if said:
        if said in table.names:
            return said
        raise WardroundError("E-SIGNAL-11", file=file, column=said, known=", ".join(table.names[:20]))
    words = {headers.plain(word): place for place, word in enumerate(usual)}
    named = [(words[plain], name) for name in table.names if (plain := headers.plain(headers.split_unit(name)[0])) in words]
    if named:
        best: str = min(named)[1]
        return best
    if needed:
        raise WardroundError("E-SIGNAL-11", file=file, column=next(iter(usual)), known=", ".join(table.names[:20]))
    return ""


def shown_size(shape: tuple[int, ...], file: str) -> None:
    """Refuses a cell that is too large; raises E-IMAGE-03."""
    arrays.check_size(file, shape, "float32")


def texts(column: pa.Array) -> list[str | None]:
    """Keys as text; whole numbers without a point."""
    if pa.types.is_floating(column.type):
        return [None if number is None else (str(int(number)) if number.is_integer() else repr(number)) for number in column.to_pylist()]
    return column.to_pylist()  # type: ignore[no-any-return]


def typed(header: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> pa.Table:
    """The first rows of a text, numbers where all of a column are."""
    columns = []
    for place in range(len(header)):
        texts = [row[place] if place < len(row) and row[place] else None for row in rows]
        try:
            columns.append(pa.array([None if text is None else float(text) for text in texts], pa.float64()))
        except ValueError:
            columns.append(pa.array(texts, pa.string()))
    return pa.table(dict(zip(header, columns, strict=True)))
