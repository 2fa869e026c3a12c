# SPDX-License-Identifier: Apache-2.0
"""An imported table as a recipe mends it: columns read, mended and named while they are asked for; nothing mended is ever stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records.blocks import Block
from engine.records.describe import ColumnSummary, Description, first_of_copies
from engine.records.loader import Finding
from engine.records.mends import KINDS, Mend
from engine.records.table import Table, Version, runs
from engine.values import NoToken, Token

_ROWS = 1 << 16


@dataclass(frozen=True)
class _Column:
    """One column of the outcome: where its cells come from, and what is done to them."""

    name: str
    source: pa.Field
    type: pa.DataType
    mends: tuple[Mend, ...] = ()
    others: Mapping[str, str] = ()  # type: ignore[assignment] # name at the time of a mend → source column


@dataclass(frozen=True)
class Plan:
    """A recipe against one schema: columns in order, whether copies of rows go, and the steps that found no column."""

    columns: tuple[_Column, ...]
    without_copies: bool
    skipped: tuple[Mend, ...]

    @property
    def schema(self) -> pa.Schema:
        """What comes out."""
        return pa.schema([column.source.with_name(column.name).with_type(column.type) for column in self.columns])


def plan(schema: pa.Schema, recipe: Sequence[Mend]) -> Plan:
    """How a recipe applies to a table. A step whose column is not there (a later export may lack it) is skipped and named.

    Raises:
        WardroundError: E-DATA-34 a step that does not fit: an unknown kind, the wrong type of column, a name that is taken.
    """
    columns = {field.name: _Column(field.name, field, field.type, (), {}) for field in schema}
    without_copies = False
    skipped = []
    for mend in recipe:
        kind = KINDS.get(mend.kind)
        if kind is None:
            raise WardroundError("E-DATA-34", kind=mend.kind, column=mend.column)
        if mend.kind == "drop-copies":
            without_copies = True
            continue
        column = columns.get(mend.column)
        others = [str(mend.fields[name]) for name in kind.others]
        if column is None or any(other not in columns for other in others):
            skipped.append(mend)
            continue
        if not kind.takes(column.type):
            raise WardroundError("E-DATA-34", kind=mend.kind, column=mend.column)
        if mend.kind == "drop-column":
            del columns[mend.column]
        elif mend.kind == "rename":
            name = str(mend.fields["name"])
            if name in columns:
                raise WardroundError("E-DATA-34", kind=mend.kind, column=mend.column)
            columns = {(name if key == mend.column else key): value for key, value in columns.items()}
            columns[name] = replace(column, name=name)
        else:
            known = {**column.others, **{other: columns[other].source.name for other in others}}
            columns[mend.column] = replace(column, type=kind.result(column.type), mends=(*column.mends, mend), others=known)
    return Plan(tuple(columns.values()), without_copies, tuple(skipped))


class Mended:
    """One opened version under its recipe; a ``table.Reader``. Safe for several threads; close it when done.

    Args:
        table: the imported table, closed with this one.
        recipe: the steps, in order.
        key: the home's key for steps that need one (shifting dates).
        version: what it is to be called; its summaries are of the mended columns.
    """

    def __init__(self, table: Table, recipe: Sequence[Mend], key: bytes, version: Version) -> None:
        self._table = table
        self._key = key
        self.plan = plan(table.schema, recipe)
        self._columns = {column.name: column for column in self.plan.columns}
        self.version = version
        self._kept: NDArray[np.int64] | None = None

    @property
    def schema(self) -> pa.Schema:
        """Names and types of the mended columns."""
        return self.plan.schema

    @property
    def rows(self) -> int:
        """Rows that are left."""
        return self.version.rows

    @property
    def summaries(self) -> tuple[ColumnSummary, ...]:
        """One summary a column."""
        return self.version.columns

    @property
    def blocks(self) -> Mapping[str, Block]:
        """The block columns that are left, by their name now."""
        inner = self._table.blocks
        return {column.name: inner[column.source.name] for column in self.plan.columns if column.source.name in inner}

    def kept(self, token: Token | None = None) -> NDArray[np.int64] | None:
        """(rows,) numbers of the imported rows that are left; None: all of them."""
        if self.plan.without_copies and self._kept is None:
            names = [field.name for field in self._table.schema if field.name not in self._table.blocks]
            batches = (self._table.window(start, _ROWS, names) for start in range(0, self._table.rows, _ROWS))
            self._kept = first_of_copies(batches, token or NoToken())
        return self._kept

    def window(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows ``start``… (fewer at the end) of all columns or those named; see ``Table.window``."""
        names = tuple(columns) if columns is not None else tuple(self._columns)
        sources = self._sources(names)
        kept = self.kept()
        if kept is None:
            raw = self._table.window(start, count, sources)
        else:
            start = max(0, start)
            places = runs(kept[start : start + count]) or [(0, 0)]
            raw = pa.concat_tables([self._table.window(first, length, sources) for first, length in places])
        return self._mended(raw, names)

    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table:
        """All rows of the columns named, one chunk each. Raises as ``Table.columns``."""
        token = token or NoToken()
        raw = self._table.columns(self._sources(names), token)
        kept = self.kept(token)
        return self._mended(raw if kept is None else raw.take(pa.array(kept)), names).combine_chunks()

    def cells(self, start: int, count: int, names: Sequence[str]) -> pa.Table:
        """Rows ``start``… with real cells in block columns; see ``Table.cells``."""
        start, end = max(0, start), min(self.rows, start + count)
        return self._mended(self._raw(start, max(0, end - start), [self._columns[name] for name in names], self.kept()), names)

    def array(self, name: str, row: int) -> NDArray[np.generic] | None:
        """The array of one row of a block column; see ``Table.array``."""
        kept = self.kept()
        return self._table.array(self._columns[name].source.name, row if kept is None else int(kept[row]))

    def describe(self, units: Mapping[str, str], token: Token) -> tuple[int, tuple[ColumnSummary, ...], tuple[Finding, ...]]:
        """Rows, summaries and findings of the mended table: of untouched columns as they were, unless rows went."""
        known = {summary.name: summary for summary in self._table.summaries}
        kept = self.kept(token)
        touched = [column for column in self.plan.columns if column.mends or kept is not None]
        schema = pa.schema([self.schema.field(column.name) for column in touched])
        description = Description(schema, units)
        rows = self._table.rows if kept is None else len(kept)
        for start in range(0, rows if touched else 0, _ROWS):
            raw = self._raw(start, min(_ROWS, rows - start), touched, kept)
            for batch in self._mended(raw, schema.names).combine_chunks().to_batches():
                description.update(batch, token)
            token.progress(min(1.0, (start + _ROWS) / rows))
        fresh = {summary.name: summary for summary in description.columns()}
        summaries = tuple(fresh.get(column.name) or replace(known[column.source.name], name=column.name) for column in self.plan.columns)
        # Copies are a matter of whole rows: only a description of all columns can count them.
        findings = tuple(found for found in description.findings() if kept is not None or found.code != "duplicate-rows")
        return rows, summaries, findings

    def __enter__(self) -> Mended:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forgets the decrypted rows and closes the file."""
        self._table.close()

    # -- inside

    def _raw(self, start: int, count: int, columns: Sequence[_Column], kept: NDArray[np.int64] | None) -> pa.Table:
        """Rows of the imported table with real cells in block columns."""
        sources = self._sources([column.name for column in columns])
        places = [(start, count)] if kept is None else runs(kept[start : start + count])
        return pa.concat_tables([self._table.cells(first, length, sources) for first, length in places or [(0, 0)]])

    def _sources(self, names: Sequence[str]) -> list[str]:
        wanted: dict[str, None] = {}
        for name in names:
            column = self._columns[name]
            wanted[column.source.name] = None
            wanted.update(dict.fromkeys(column.others.values()))
        return list(wanted)

    def _mended(self, raw: pa.Table, names: Sequence[str]) -> pa.Table:
        fields, made = [], []
        for name in names:
            column = self._columns[name]
            values = _one(raw.column(column.source.name))
            others = {other: _one(raw.column(source)) for other, source in column.others.items()}
            for mend in column.mends:
                apply = KINDS[mend.kind].apply
                if apply is not None:
                    values = apply(values, mend.fields, others, self._key)
            fields.append(pa.field(name, values.type, metadata=column.source.metadata if pa.types.is_struct(values.type) else None))
            made.append(values)
        return pa.Table.from_arrays(made, schema=pa.schema(fields))


def _one(column: pa.ChunkedArray) -> pa.Array:
    joined = column.combine_chunks()
    return pa.concat_arrays(joined.chunks) if isinstance(joined, pa.ChunkedArray) else joined
