# SPDX-License-Identifier: Apache-2.0
"""What the loaders of images and signals have in common: rows of plain values that end in one array, given out in batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import blocks, headers
from engine.records.blocks import Block
from engine.records.loader import Finding, Preview
from engine.values import Token

MAX_CELL = 1 << 29  # bytes of one array
_BATCH_BYTES = 1 << 24
_BATCH_ROWS = 1 << 12

Array = NDArray[np.generic]
Row = tuple[tuple[object, ...], Array | None]
"""The plain values, in the order of the schema (None where missing), and the array of the last column."""


@dataclass(frozen=True)
class ArraySurvey:
    """What a file or folder of arrays turned out to be; see ``loader.Survey``. ``read`` gives the rows anew, each time from the source."""

    path: Path
    format: str
    schema: pa.Schema
    rows: int
    findings: tuple[Finding, ...]
    source_sha256: str
    read: Callable[[Token], Iterator[Row]] = field(repr=False)

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the name has one in brackets."""
        return {name: unit for name in self.schema.names if (unit := headers.split_unit(name)[1])}

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        block = blocks.block_of(self.schema.field(len(self.schema) - 1))
        assert block is not None  # noqa: S101 - the last column of every schema made by ``schema_of``
        waiting: list[Row] = []
        size = done = 0
        for row in self.read(token):
            token.check()
            waiting.append(row)
            size += 0 if row[1] is None else row[1].nbytes
            if size >= _BATCH_BYTES or len(waiting) >= _BATCH_ROWS:
                done += len(waiting)
                token.progress(done / self.rows)
                yield self._batch(waiting, block)
                waiting, size = [], 0
        if done + len(waiting) != self.rows:
            raise WardroundError("E-DATA-10", file=self.path.name)
        token.progress(1.0)
        if waiting:
            yield self._batch(waiting, block)

    def _batch(self, rows: Sequence[Row], block: Block) -> pa.RecordBatch:
        plain = list(zip(*(row[0] for row in rows), strict=True))
        columns = [pa.array(values, column.type) for values, column in zip(plain, self.schema, strict=False)]
        arrays = [None if row[1] is None else row[1].astype(np.dtype(block.dtype).newbyteorder("<"), copy=False) for row in rows]
        return pa.RecordBatch.from_arrays([*columns, blocks.cells(arrays, block)], schema=self.schema)


def schema_of(columns: Sequence[tuple[str, type]], name: str, block: Block) -> pa.Schema:
    """Plain columns (float: numbers, str: texts), then the block column."""
    plain = [pa.field(column, pa.float64() if kind is float else pa.string()) for column, kind in columns]
    return pa.schema([*plain, blocks.field_of(name, block)])


def previewed(
    path: Path,
    kind: str,
    names: Sequence[str],
    rows: Sequence[tuple[tuple[object, ...], Sequence[int]]],
    size: int,
    findings: tuple[Finding, ...],
) -> Preview:
    """A preview of rows whose arrays are shown as their shapes."""
    shown = tuple((*(_shown(value) for value in values), blocks.shown(shape)) for values, shape in rows)
    return Preview(path, kind, "", "", ".", tuple(names), shown, size, findings)


def check_size(file: str, shape: Sequence[int], dtype: str) -> None:
    """Refuses an array that no cell may hold.

    Raises:
        WardroundError: E-IMAGE-03.
    """
    size = np.dtype(dtype).itemsize
    for extent in shape:
        size *= int(extent)
    if size > MAX_CELL:
        raise WardroundError("E-IMAGE-03", file=file, found=size >> 20, limit=MAX_CELL >> 20)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
