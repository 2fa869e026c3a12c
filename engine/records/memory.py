# SPDX-License-Identifier: Apache-2.0
"""Records that are in memory already: imported like a file, or matched without a vault (the demo, simulations)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from engine.records import blocks, headers
from engine.records.describe import ColumnSummary, Description
from engine.records.loader import Finding, Survey
from engine.values import NoToken, Token


@dataclass(frozen=True)
class MemoryTable:
    """A table of float64, string and block columns; both a ``loader.Survey`` and a ``table.Reader``."""

    table: pa.Table
    findings: tuple[Finding, ...] = ()
    format: str = "memory"

    def __post_init__(self) -> None:
        for field in self.table.schema:
            if field.type not in (pa.float64(), pa.string()) and blocks.block_of(field) is None:
                raise TypeError(f"{field.name}: float64, string or a block, not {field.type}")

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        return self.table.schema

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the name has one in brackets."""
        return {name: unit for name in self.table.column_names if (unit := headers.split_unit(name)[1])}

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self.table.num_rows)

    @property
    def source_sha256(self) -> str:
        """SHA-256 (hex) of the table as an Arrow stream."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, self.schema) as writer:
            writer.write_table(self.table)
        return hashlib.sha256(sink.getvalue()).hexdigest()

    @property
    def first_text(self) -> str:
        """The first column of text, else the first: where files without a plan keep the patient id."""
        return str(next((field.name for field in self.schema if pa.types.is_string(field.type)), self.schema.names[0]))

    @property
    def summaries(self) -> tuple[ColumnSummary, ...]:
        """One summary a column."""
        description = Description(self.schema, self.units)
        for batch in self.batches(NoToken()):
            description.update(batch, NoToken())
        return description.columns()

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """The rows in order."""
        for batch in self.table.to_batches():
            token.check()
            yield batch

    def window(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """Rows ``start``… (fewer at the end) of all columns or those named."""
        return self.cells(start, count, self.table.column_names if columns is None else columns)

    def cells(self, start: int, count: int, names: Sequence[str]) -> pa.Table:
        """Rows ``start``… (fewer at the end) of the columns named."""
        return self.table.select(list(names)).slice(max(0, start), max(0, count))

    def close(self) -> None:
        """Nothing to close."""

    def columns(self, names: Sequence[str], token: Token | None = None) -> pa.Table:
        """All rows of the columns named."""
        (token or NoToken()).check()
        return self.table.select(list(names)).combine_chunks()


def load(survey: Survey, token: Token | None = None) -> MemoryTable:
    """A surveyed file as a table in memory. Raises as ``Survey.batches``."""
    table = pa.Table.from_batches(list(survey.batches(token or NoToken())), survey.schema)
    return MemoryTable(table.combine_chunks(), survey.findings)
