# SPDX-License-Identifier: Apache-2.0
"""One opened data set: windows of rows for the screen, whole columns for a study."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from types import TracebackType
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import blocks
from engine.records.describe import ColumnSummary
from engine.records.loader import Finding
from engine.records.mends import Mend
from engine.values import NoToken, Token

_CACHED_GROUPS = 3


@dataclass(frozen=True)
class MemberOf:
    """One data set in a join."""

    dataset: str
    version: int
    patient: str  # the column with the patient id


@dataclass(frozen=True)
class Presence:
    """How many patients have exactly these members' records."""

    members: tuple[str, ...]
    patients: int


@dataclass(frozen=True)
class Version:
    """One version of a data set."""

    dataset: str
    name: str
    version: int
    rows: int
    imported: float  # unix seconds
    format: str
    source_name: str
    source_sha256: str
    columns: tuple[ColumnSummary, ...]
    findings: tuple[Finding, ...]
    recipe: tuple[Mend, ...] = ()  # rows, columns and findings are what it makes of the file
    members: tuple[MemberOf, ...] = ()  # of a join: which versions of which data sets, the first gives the rows
    presence: tuple[Presence, ...] = ()  # of a join: how many patients have which members' records
    file_sha256: str = ""  # of the encrypted file: versions that differ by their recipe alone share it


class Columns(Protocol):
    """Whatever gives whole columns."""

    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table:
        """All rows of the columns named, one chunk each, float64, string or block cells."""
        ...


class Reader(Columns, Protocol):
    """What ``match`` needs of a table."""

    @property
    def rows(self) -> int:
        """Rows of the table."""
        ...

    @property
    def summaries(self) -> tuple[ColumnSummary, ...]:
        """One summary a column."""
        ...


class Table:
    """One opened version. Safe for several threads; close it when done."""

    def __init__(self, file: FileIO, parquet: pq.ParquetFile, version: Version) -> None:
        self._file = file
        self._parquet = parquet
        self.version = version
        self._lock = threading.Lock()
        self._groups: OrderedDict[tuple[int, tuple[str, ...]], pa.Table] = OrderedDict()
        self._group_rows = parquet.metadata.row_group(0).num_rows
        self.blocks = blocks.blocks_of(parquet.schema_arrow)

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return int(self._parquet.metadata.num_rows)

    @property
    def schema(self) -> pa.Schema:
        """Names and types as stored."""
        return self._parquet.schema_arrow

    @property
    def summaries(self) -> tuple[ColumnSummary, ...]:
        """One summary a column."""
        return self.version.columns

    def window(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows ``start``… (fewer at the end), all columns or those named: quick enough to scroll, a row group is read once.

        Of a block column only the shapes are read, and shown as text ("512 × 512").
        """
        names = tuple(columns) if columns is not None else tuple(summary.name for summary in self.version.columns)
        start, end = max(0, start), min(self.rows, start + count)
        parts = []
        while start < end:
            group, offset = divmod(start, self._group_rows)
            length = min(end - start, self._group_rows - offset)
            parts.append(self._group(group, names).slice(offset, length))
            start += length
        return pa.concat_tables(parts) if parts else self._shown(self._parquet.schema_arrow.empty_table().select(list(names)))

    def cells(self, start: int, count: int, names: Sequence[str]) -> pa.Table:
        """Rows ``start``… of the columns named, as stored: block columns with their arrays."""
        start, end = max(0, start), min(self.rows, start + count)
        parts = []
        while start < end:
            group, offset = divmod(start, self._group_rows)
            length = min(end - start, self._group_rows - offset)
            with self._lock:
                parts.append(self._read(group, names).slice(offset, length))
            start += length
        return pa.concat_tables(parts) if parts else self.schema.empty_table().select(list(names))

    def array(self, name: str, row: int) -> NDArray[np.generic] | None:
        """The array of one row of a block column, for a viewer; None where the row has none.

        Raises:
            KeyError: ``name`` is no block column · IndexError: there is no such row.
        """
        block = self.blocks[name]
        if not 0 <= row < self.rows:
            raise IndexError(row)
        return blocks.arrays(self.cells(row, 1, (name,)).column(0), block)[0]

    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table:
        """All rows of the columns named, one chunk each.

        Raises:
            WardroundError: E-VAULT-04 when a part of the file does not decrypt.
        """
        token = token or NoToken()
        parts = []
        with self._lock:
            for group in range(self._parquet.num_row_groups):
                token.check()
                parts.append(self._read(group, names))
                token.progress((group + 1) / self._parquet.num_row_groups)
        return pa.concat_tables(parts).combine_chunks()

    def groups(self, names: Sequence[str]) -> Iterator[pa.Table]:
        """The rows in order, group by group, of the columns named: for who looks at all of them without holding them.

        Raises:
            WardroundError: E-VAULT-04 when a part of the file does not decrypt.
        """
        for group in range(self._parquet.num_row_groups):
            with self._lock:
                table = self._read(group, names)
            yield table.combine_chunks()

    def __enter__(self) -> Table:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forgets the decrypted rows and closes the file."""
        with self._lock:
            self._groups.clear()
            self._parquet.close()
            self._file.close()

    def _group(self, number: int, names: tuple[str, ...]) -> pa.Table:
        with self._lock:
            key = (number, names)
            if key not in self._groups:
                self._groups[key] = self._shown(self._read(number, [f"{n}.shape" if n in self.blocks else n for n in names], names))
                if len(self._groups) > _CACHED_GROUPS:
                    self._groups.popitem(last=False)
            self._groups.move_to_end(key)
            return self._groups[key]

    def _shown(self, table: pa.Table) -> pa.Table:
        """The same table with each block column as text."""
        for place, name in enumerate(table.column_names):
            if name in self.blocks:
                shapes = [None if cell is None else cell["shape"] for cell in table.column(place).to_pylist()]
                table = table.set_column(place, name, pa.array([blocks.shown(shape) or None for shape in shapes], pa.string()))
        return table

    def _read(self, number: int, paths: Sequence[str], names: Sequence[str] | None = None) -> pa.Table:
        """One row group of some columns, or leaves of columns; in the order of ``names``."""
        try:
            return self._parquet.read_row_group(number, columns=list(paths)).select(list(names or paths))
        except (OSError, pa.ArrowException) as error:
            raise WardroundError("E-VAULT-04", name=self.version.name, version=self.version.version) from error


def runs(rows: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Rising row numbers as (first, length) of neighbours."""
    if not len(rows):
        return []
    cuts = np.flatnonzero(np.diff(rows) != 1) + 1
    return [(int(run[0]), len(run)) for run in np.split(rows, cuts)]
