# SPDX-License-Identifier: Apache-2.0
"""Several data sets of the same patients as one table: joined on the patient id while reading, nothing joined is ever stored.

The first member gives the rows; each other member adds its columns to the rows of the same patient. A patient whom only later
members know gets a row of their own after those, with the first member's cells missing: a missing modality is allowed. Where a
later member has several rows of a patient the first of them counts, and how often that happens is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import blocks
from engine.records.blocks import Block
from engine.records.describe import ColumnSummary, Description
from engine.records.fitting import patient_ids
from engine.records.loader import Finding
from engine.records.table import Presence, Version, runs
from engine.values import NoToken, Token

_ROWS = 1 << 12
ABSENT = -1


class Part(Protocol):
    """What a member must be able to do: an imported, a mended, or an in-memory table."""

    @property
    def schema(self) -> pa.Schema: ...
    @property
    def rows(self) -> int: ...
    def window(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table: ...
    def cells(self, start: int, count: int, names: Sequence[str]) -> pa.Table: ...
    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table: ...
    def close(self) -> None: ...


@dataclass(frozen=True)
class Member:
    """One data set of a join: its name for people, the table, and which of its columns is the patient id."""

    name: str
    table: Part
    patient: str


class Joined:
    """The members as one ``table.Reader``. Safe for several threads as its members are; close it when done.

    Args:
        members: two or more, the first gives the rows.
        version: what it is called; None for a table that is in no catalogue.

    Raises:
        WardroundError: E-DATA-35 a member without that column · E-DATA-36 no patient is in two members.
    """

    def __init__(self, members: Sequence[Member], version: Version | None = None, token: Token | None = None) -> None:
        token = token or NoToken()
        self.members = tuple(members)
        self.version = version
        for member in self.members:
            if member.patient not in member.table.schema.names:
                raise WardroundError("E-DATA-35", name=member.name, column=member.patient)
        ids = [patient_ids(member.table, member.patient, token) for member in self.members]
        self._places, self._ids, self.presence, self.surplus = _align([member.name for member in self.members], ids)
        self._columns = _names(self.members)

    # -- what it is

    @property
    def schema(self) -> pa.Schema:
        """The patient id as text, then every member's other columns."""
        first = self.members[0]
        fields = [pa.field(first.patient, pa.string())]
        for name, (number, column) in self._columns.items():
            fields.append(self.members[number].table.schema.field(column).with_name(name))
        return pa.schema(fields)

    @property
    def rows(self) -> int:
        """Rows of the first member, and one for each patient whom only others know."""
        return len(self._ids)

    @property
    def blocks(self) -> Mapping[str, Block]:
        """The block columns."""
        return blocks.blocks_of(self.schema)

    @property
    def summaries(self) -> tuple[ColumnSummary, ...]:
        """One summary a column; computed where the catalogue has none."""
        return self.version.columns if self.version is not None else self.describe({}, NoToken())[1]

    @property
    def origins(self) -> dict[str, str]:
        """Column → the member that it comes from."""
        return {name: self.members[number].name for name, (number, _) in self._columns.items()}

    # -- reading

    def window(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows ``start``…; see ``Table.window``."""
        return self._rows(start, count, columns, shown=True)

    def cells(self, start: int, count: int, names: Sequence[str]) -> pa.Table:
        """Rows ``start``… with real cells in block columns; see ``Table.cells``."""
        return self._rows(start, count, names, shown=False)

    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table:
        """All rows of the columns named, one chunk each. Raises as ``Table.columns``."""
        token = token or NoToken()
        made: dict[str, pa.Array | pa.ChunkedArray] = {}
        for number, wanted in self._by_member(names).items():
            raw = self.members[number].table.columns(list(wanted.values()), token)
            place = _taken(self._places[number])
            made.update({name: raw.column(column).take(place) for name, column in wanted.items()})
        return self._table(names, made, self._ids).combine_chunks()

    def array(self, name: str, row: int) -> NDArray[np.generic] | None:
        """The array of one row of a block column; see ``Table.array``."""
        if not 0 <= row < self.rows:
            raise IndexError(row)
        return blocks.arrays(self.cells(row, 1, (name,)).column(0), self.blocks[name])[0]

    def describe(self, units: Mapping[str, str], token: Token) -> tuple[int, tuple[ColumnSummary, ...], tuple[Finding, ...]]:
        """Rows, summaries and findings."""
        description = Description(self.schema, units)
        for start in range(0, self.rows, _ROWS):
            for batch in self.cells(start, _ROWS, self.schema.names).combine_chunks().to_batches():
                description.update(batch, token)
            token.progress(min(1.0, (start + _ROWS) / max(1, self.rows)))
        surplus = tuple(
            Finding("warning", "several-rows", "", {"name": name, "count": count}) for name, count in self.surplus.items() if count
        )
        return self.rows, description.columns(), (*surplus, *description.findings())

    def __enter__(self) -> Joined:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Closes every member."""
        with ExitStack() as stack:
            for member in self.members:
                stack.callback(member.table.close)

    # -- inside

    def _rows(self, start: int, count: int, columns: Sequence[str] | None, *, shown: bool) -> pa.Table:
        names = tuple(columns) if columns is not None else tuple(self.schema.names)
        start = max(0, start)
        end = min(self.rows, start + count)
        made: dict[str, pa.Array | pa.ChunkedArray] = {}
        for number, wanted in self._by_member(names).items():
            table = self.members[number].table
            places = self._places[number][start:end]
            present = np.unique(places[places != ABSENT])
            sources = list(wanted.values())
            read = table.window if shown else table.cells
            raw = pa.concat_tables([read(first, length, sources) for first, length in runs(present) or [(0, 0)]])
            inside = np.where(places == ABSENT, ABSENT, np.searchsorted(present, places))
            made.update({name: raw.column(column).take(_taken(inside)) for name, column in wanted.items()})
        return self._table(names, made, self._ids[start:end])

    def _by_member(self, names: Sequence[str]) -> dict[int, dict[str, str]]:
        wanted: dict[int, dict[str, str]] = {}
        for name in names:
            if name in self._columns:
                number, column = self._columns[name]
                wanted.setdefault(number, {})[name] = column
        return wanted

    def _table(self, names: Sequence[str], made: Mapping[str, pa.Array | pa.ChunkedArray], ids: Sequence[str | None]) -> pa.Table:
        schema = self.schema
        columns, fields = [], []
        for name in names:
            column = made[name] if name in made else pa.array(list(ids), pa.string())
            columns.append(column)
            field = schema.field(name)
            fields.append(field if field.type == column.type else pa.field(name, column.type))
        return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def _taken(places: NDArray[np.int64]) -> pa.Array:
    """Row numbers for ``take``: null where the member has no row."""
    return pa.array(places, pa.int64(), mask=places == ABSENT)


def _names(members: Sequence[Member]) -> dict[str, tuple[int, str]]:
    """Column of the join → (member, its column). A name that two members have gets the member's name before it."""
    counted = Counter(name for member in members for name in member.table.schema.names if name != member.patient)
    taken = {members[0].patient}
    found: dict[str, tuple[int, str]] = {}
    for number, member in enumerate(members):
        for column in member.table.schema.names:
            if column == member.patient:
                continue
            name = column if counted[column] == 1 and column not in taken else f"{member.name}: {column}"
            while name in found or name in taken:
                name += "′"
            found[name] = (number, column)
    return found


def _align(
    names: Sequence[str], ids: Sequence[Sequence[str | None]]
) -> tuple[list[NDArray[np.int64]], list[str | None], tuple[Presence, ...], dict[str, int]]:
    """Where each row of the join lies in each member; the rows' ids; who has what; surplus rows a member.

    Raises:
        WardroundError: E-DATA-36.
    """
    firsts: list[dict[str, int]] = []
    surplus: dict[str, int] = {}
    for number, (name, column) in enumerate(zip(names, ids, strict=True)):
        first: dict[str, int] = {}
        for row, identity in enumerate(column):
            if identity is not None:
                first.setdefault(identity, row)
        firsts.append(first)
        if number:
            surplus[name] = sum(identity is not None for identity in column) - len(first)
    if not any(firsts[0].keys() & other.keys() for other in firsts[1:]):
        raise WardroundError("E-DATA-36", names=", ".join(names))
    rows: list[str | None] = list(ids[0])
    seen = set(firsts[0])
    for first in firsts[1:]:
        for identity in first:
            if identity not in seen:
                seen.add(identity)
                rows.append(identity)
    places = [np.arange(len(rows), dtype=np.int64)]
    places[0][len(ids[0]) :] = ABSENT
    for first in firsts[1:]:
        found = (ABSENT if identity is None else first.get(identity, ABSENT) for identity in rows)
        places.append(np.fromiter(found, dtype=np.int64, count=len(rows)))
    patterns = Counter(tuple(name for name, first in zip(names, firsts, strict=True) if identity in first) for identity in seen)
    presence = tuple(Presence(members, count) for members, count in sorted(patterns.items(), key=lambda item: (-item[1], item[0])))
    return places, rows, presence, surplus
