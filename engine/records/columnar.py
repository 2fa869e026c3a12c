# SPDX-License-Identifier: Apache-2.0
"""Parquet, Arrow and Feather files: typed already, so the survey only checks what a float would change and what cannot be held."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc
import pyarrow.parquet as pq

from engine.errors import WardroundError
from engine.records import cells, headers
from engine.records.loader import MISSING, PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, settled
from engine.records.source import open_regular, sha256_of
from engine.values import Token

_BATCH = 1 << 16
_EXACT = 2**53  # the largest whole number up to which a float64 holds each one


class Opened(Protocol):
    """A file of columns, as pyarrow opens it."""

    @property
    def schema_arrow(self) -> pa.Schema: ...

    def iter_batches(self, batch_size: int, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]: ...


class ColumnarLoader(ABC):
    """What the loaders of typed columns have in common; each says how its files are opened."""

    format = ""
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = ()
    magic: tuple[bytes, ...] = ()

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its first bytes, or by its name when those are damaged."""
        return head.startswith(self.magic) or f"*{path.suffix.lower()}" in self.patterns

    @abstractmethod
    def opened(self, path: Path) -> AbstractContextManager[Opened]:
        """The file; what pyarrow cannot read inside the block is refused by name."""

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        token.check()
        settled(self.options, options.settings, path.name)
        with self.opened(path) as file:
            names, findings = headers.settle(file.schema_arrow.names, path.name)
            _check_types(file.schema_arrow, path)
            first = next(file.iter_batches(batch_size=PREVIEW_ROWS), None)
            rows = [] if first is None else [tuple(_shown(value) for value in row.values()) for row in first.to_pylist()]
        return Preview(path, self.format, "", "", ".", names, tuple(rows), path.stat().st_size, findings)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ColumnarSurvey:
        """See ``Loader.survey``."""
        settled(self.options, options.settings, path.name)
        with self.opened(path) as file:
            schema = file.schema_arrow
            names, findings = headers.settle(schema.names, path.name)
            _check_types(schema, path)
            rows, large = self._looked_through(file, schema, Part(token, 0.0, 0.6))
            if not rows:
                raise WardroundError("E-DATA-02", file=path.name)
            numeric = tuple(_is_numeric(field.type) and field.name not in large for field in schema)
        kept = tuple(Finding("info", "codes-kept", name) for name, field in zip(names, schema, strict=True) if field.name in large)
        missing = pa.array(MISSING if options.missing is None else ("", *options.missing), pa.string())
        sha256 = sha256_of(path, Part(token, 0.6, 1.0))
        return ColumnarSurvey(self, path, names, numeric, missing, rows, sha256, (*findings, *kept))

    def _looked_through(self, file: Any, schema: pa.Schema, token: Token) -> tuple[int, set[str]]:
        """Rows, and the names of columns that a float64 would change."""
        suspects = _whole(schema)
        rows, large = 0, set[str]()
        for batch in file.iter_batches(batch_size=_BATCH):
            token.check()
            rows += batch.num_rows
            large |= {name for name in suspects if name not in large and _too_large(batch.column(name))}
        return rows, large


class ParquetLoader(ColumnarLoader):
    """The loader of Parquet files."""

    format = "parquet"
    patterns: tuple[str, ...] = ("*.parquet", "*.pq")
    magic: tuple[bytes, ...] = (b"PAR1", b"PARE")  # PARE: with an encrypted footer

    @contextmanager
    def opened(self, path: Path) -> Iterator[pq.ParquetFile]:
        """The file. Raises E-DATA-14."""
        with open_regular(path) as raw:
            try:
                yield pq.ParquetFile(raw, pre_buffer=False)
            except (pa.ArrowException, OSError) as error:
                raise WardroundError("E-DATA-14", file=path.name) from error

    def _looked_through(self, file: Any, schema: pa.Schema, token: Token) -> tuple[int, set[str]]:
        """The footer says how many rows there are; only columns of whole numbers are read."""
        suspects = _whole(schema)
        large: set[str] = set()
        for batch in file.iter_batches(batch_size=_BATCH, columns=suspects) if suspects else ():
            token.check()
            large |= {name for name in suspects if name not in large and _too_large(batch.column(name))}
        return file.metadata.num_rows, large


class ArrowLoader(ColumnarLoader):
    """The loader of Arrow IPC files, which Feather files are since its version 2."""

    format = "arrow"
    patterns: tuple[str, ...] = ("*.arrow", "*.feather", "*.ipc")
    magic: tuple[bytes, ...] = (b"ARROW1",)

    @contextmanager
    def opened(self, path: Path) -> Iterator[Opened]:
        """The file. Raises E-TABLE-08."""
        with open_regular(path) as raw:
            try:
                yield _Ipc(pa.ipc.open_file(raw))
            except (pa.ArrowException, OSError, MemoryError) as error:
                raise WardroundError("E-TABLE-08", file=path.name) from error


class _Ipc:
    """An Arrow file with the methods of a Parquet file; every batch is checked, because its offsets are taken as they stand."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.schema_arrow: pa.Schema = reader.schema

    def iter_batches(self, batch_size: int, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """The rows in order."""
        for number in range(self._reader.num_record_batches):
            batch = self._reader.get_batch(number)
            batch.validate(full=True)
            if columns is not None:
                batch = batch.select(columns)
            for start in range(0, batch.num_rows, batch_size):
                yield batch.slice(start, batch_size)


@dataclass(frozen=True)
class ColumnarSurvey:
    """What a file of typed columns turned out to be; see ``loader.Survey``."""

    loader: ColumnarLoader
    path: Path
    names: tuple[str, ...]
    numeric: tuple[bool, ...]
    missing: pa.Array
    rows: int
    source_sha256: str
    findings: tuple[Finding, ...]

    @property
    def format(self) -> str:
        """The loader's format."""
        return self.loader.format

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        return pa.schema([(name, pa.float64() if number else pa.string()) for name, number in zip(self.names, self.numeric, strict=True)])

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the name has one in brackets."""
        return {name: unit for name in self.names if (unit := headers.split_unit(name)[1])}

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        schema = self.schema
        done = 0
        with self.loader.opened(self.path) as file:
            if len(file.schema_arrow) != len(schema):
                raise WardroundError("E-DATA-10", file=self.path.name)
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = []
                for values, number in zip(batch.columns, self.numeric, strict=True):
                    token.check()
                    columns.append(_as_numbers(values) if number else cells.as_text(_as_text(values), self.missing))
                done += batch.num_rows
                token.progress(0.8 * min(1.0, done / self.rows))
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
        if sha256_of(self.path, Part(token, 0.8, 1.0)) != self.source_sha256:
            raise WardroundError("E-DATA-10", file=self.path.name)


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _check_types(schema: pa.Schema, path: Path) -> None:
    """Raises E-DATA-15 for a column that is no plain value."""
    for field in schema:
        inner = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        plain = (
            _is_numeric(inner)
            or pa.types.is_boolean(inner)
            or pa.types.is_string(inner)
            or pa.types.is_large_string(inner)
            or pa.types.is_string_view(inner)  # what polars writes
            or pa.types.is_null(inner)
            or pa.types.is_temporal(inner)
        )
        if not plain:
            raise WardroundError("E-DATA-15", file=path.name, column=field.name, type=str(field.type))


def _whole(schema: pa.Schema) -> list[str]:
    """Names of the columns of whole numbers that can be larger than a float64 holds."""
    return [field.name for field in schema if pa.types.is_int64(field.type) or pa.types.is_uint64(field.type)]


def _too_large(column: pa.Array) -> bool:
    """Whether a float64 would round some of these whole numbers (identifiers, mostly)."""
    limits = pc.min_max(column)
    return bool(limits["min"].is_valid and (limits["min"].as_py() < -_EXACT or limits["max"].as_py() > _EXACT))


def _as_numbers(values: pa.Array) -> pa.DoubleArray:
    """float64; NaN and infinities become null."""
    numbers = pc.cast(values, pa.float64(), safe=False)
    if numbers.null_count == len(numbers):
        return numbers
    finite = pc.is_finite(numbers)
    return numbers if pc.all(finite).as_py() else pc.if_else(finite, numbers, None)


def _as_text(values: pa.Array) -> pa.StringArray:
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_duration(values.type):
        values = pc.cast(values, pa.int64())
    return pc.cast(values, pa.string())


def _shown(value: object) -> str:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return str(value)
