# SPDX-License-Identifier: Apache-2.0
"""The answer of one query to a database, by SQLAlchemy: read-only, streamed, read twice like a file.

The survey and the rows come from one read-only transaction with one view of the data, where the database has such. Rows have no
order, so what both passes saw is compared by a sum of row hashes. The password is an argument and goes nowhere else.
"""

from __future__ import annotations

import datetime
import hashlib
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pyarrow as pa

from engine.errors import WardroundError
from engine.records import cells, grid, headers
from engine.records.loader import MISSING, Finding, brought_by
from engine.records.statement import only_reads
from engine.values import Token

if TYPE_CHECKING:
    import sqlalchemy

_ROWS = 5000  # fetched at once
_EXACT = 2**53
_READ_ONLY: Mapping[str, tuple[str, ...]] = {
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
}
"""What begins a transaction that cannot write, beside PostgreSQL's; others are guarded by ``only_reads`` and a rollback alone."""


@dataclass
class _Column:
    """What one column of the answer turns out to be."""

    numbers: bool = True
    present: bool = False
    dated: bool = False
    large: bool = False

    def look(self, value: Any) -> None:
        self.present = True
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            self.large = self.large or (isinstance(value, int) and abs(value) > _EXACT)
            return
        self.numbers = False
        self.dated = self.dated or (isinstance(value, datetime.datetime) and value.time() != datetime.time())

    @property
    def numeric(self) -> bool:
        return self.present and self.numbers and not self.large


class DatabaseSurvey:
    """What a query's answer turned out to be; see ``loader.Survey``."""

    format = "sql"

    def __init__(self, connection: Any, query: str, name: str, token: Token) -> None:
        self._connection = connection
        self._query = query
        self._name = name
        self.rows = 0
        self._sum = 0
        columns: list[_Column] = []
        raw: tuple[str, ...] = ()
        for raw, chunk in self._chunks(token):
            columns = columns or [_Column() for _ in raw]
            for row in chunk:
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        column.look(value)
                        if isinstance(value, bytes | bytearray | memoryview):
                            raise WardroundError("E-DATA-15", file=name, column=raw[columns.index(column)], type="binary")
            self.rows += len(chunk)
            self._sum = (self._sum + _hash_of(chunk)) % (1 << 128)
        names, findings = headers.settle(raw, name)
        if not self.rows:
            raise WardroundError("E-DATA-02", file=name)
        self._columns = tuple(columns)
        self._names = names
        kept = tuple(
            Finding("info", "codes-kept", said) for said, column in zip(names, columns, strict=True) if column.large and column.numbers
        )
        self.findings: tuple[Finding, ...] = (*findings, *kept)
        self.source_sha256 = hashlib.sha256(f"{self.rows}:{self._sum}:{names}".encode()).hexdigest()
        token.progress(1.0)

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        kinds = [pa.float64() if column.numeric else pa.string() for column in self._columns]
        return pa.schema(list(zip(self._names, kinds, strict=True)))

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the name has one in brackets."""
        return {name: unit for name in self._names if (unit := headers.split_unit(name)[1])}

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        schema = self.schema
        missing = pa.array(MISSING, pa.string())
        total = done = 0
        for raw, chunk in self._chunks(token):
            if len(raw) != len(self._columns):
                raise WardroundError("E-DATA-10", file=self._name)
            total = (total + _hash_of(chunk)) % (1 << 128)
            done += len(chunk)
            if done > self.rows:
                raise WardroundError("E-DATA-10", file=self._name)
            token.progress(done / self.rows)
            values = list(zip(*chunk, strict=True))
            yield pa.RecordBatch.from_arrays(
                [self._array(column, cells_of, missing) for column, cells_of in zip(self._columns, values, strict=True)], schema=schema
            )
        if (done, total) != (self.rows, self._sum):
            raise WardroundError("E-DATA-10", file=self._name)

    def _array(self, column: _Column, values: tuple[Any, ...], missing: pa.Array) -> pa.Array:
        try:
            if column.numeric:
                numbers = [None if value is None else float(value) for value in values]
                return pa.array([None if n is None or not abs(n) < float("inf") else n for n in numbers], pa.float64())
        except (TypeError, ValueError) as error:
            raise WardroundError("E-DATA-10", file=self._name) from error
        return cells.as_text(pa.array([None if value is None else _text(value, column.dated) for value in values], pa.string()), missing)

    def _chunks(self, token: Token) -> Iterator[tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
        """The answer in pieces, each with the names of its columns; at least one, which may be empty."""
        import sqlalchemy

        token.check()
        with _failing(self._name):
            # A colon is not the beginning of a parameter here.
            answer = self._connection.execution_options(stream_results=True, yield_per=_ROWS).execute(
                sqlalchemy.text(self._query.replace(":", "\\:"))
            )
        with answer:
            names = tuple(map(str, answer.keys()))
            some = False
            while True:
                token.check()
                with _failing(self._name):
                    chunk = [tuple(row) for row in answer.fetchmany(_ROWS)]
                if chunk or not some:
                    yield names, chunk
                some = True
                if not chunk:
                    return


def survey(url: str, query: str, name: str, password: str | None, token: Token) -> DatabaseSurvey:
    """Runs one query and looks at all of its answer.

    Args:
        url: of SQLAlchemy, without a password, e.g. ``postgresql+psycopg://reader@db.hospital/ehr`` or ``sqlite:///ehr.db``.
        query: one SELECT.
        name: what errors call it: the file of the query.
        password: for the user of ``url``.
        token: progress and cancelling.

    Raises:
        WardroundError: E-TABLE-11 the query · E-TABLE-12 a password in the URL · E-TABLE-13 no driver · E-TABLE-14 the database
            refused · E-TABLE-15 no URL · E-DATA-33 SQLAlchemy is not installed · E-DATA-… the answer.
    """
    text = only_reads(query, name)
    with brought_by("tables", name):
        import sqlalchemy
    try:
        target = sqlalchemy.make_url(url)
    except (sqlalchemy.exc.ArgumentError, ValueError) as error:
        raise WardroundError("E-TABLE-15", file=name) from error
    if target.password is not None:
        raise WardroundError("E-TABLE-12", file=name)
    if target.get_backend_name() == "sqlite":
        target = _sqlite(target, name)
    elif password is not None:
        target = target.set(password=password)
    try:
        engine = sqlalchemy.create_engine(target, poolclass=sqlalchemy.pool.NullPool, hide_parameters=True)
    except (ImportError, sqlalchemy.exc.NoSuchModuleError) as error:
        raise WardroundError("E-TABLE-13", file=name, driver=target.drivername) from error
    except sqlalchemy.exc.ArgumentError as error:
        raise WardroundError("E-TABLE-15", file=name) from error
    with _failing(name):
        connection = engine.connect()
    try:
        with _failing(name):
            if target.get_backend_name() == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            for statement in _READ_ONLY.get(target.get_backend_name(), ()):
                connection.exec_driver_sql(statement)
        found = DatabaseSurvey(connection, text, name, token)
    except BaseException:
        _close(connection, engine)
        raise
    weakref.finalize(found, _close, connection, engine)
    return found


def _close(connection: Any, engine: Any) -> None:
    connection.close()  # rolls back
    engine.dispose()


def _sqlite(target: sqlalchemy.URL, name: str) -> sqlalchemy.URL:
    """The same file, opened so that nothing can be written.

    Raises:
        WardroundError: E-FILE-01 when there is no such file: SQLite would make it.
    """
    import sqlalchemy

    path = Path(target.database or "")
    if not path.is_file():
        raise WardroundError("E-FILE-01", path=path.name or name, reason="no such file")
    return sqlalchemy.URL.create("sqlite", database=f"file:{quote(str(path.absolute()))}", query={"mode": "ro", "uri": "true"})


@contextmanager
def _failing(name: str) -> Iterator[None]:
    """What a driver raises as E-TABLE-14. Its own words may hold values or an address, so only its kind is told."""
    import sqlalchemy

    try:
        yield
    except sqlalchemy.exc.SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise WardroundError("E-TABLE-14", file=name, kind=type(cause).__name__) from None
    except OSError as error:
        raise WardroundError("E-TABLE-14", file=name, kind=type(error).__name__) from None


def _hash_of(chunk: list[tuple[Any, ...]]) -> int:
    """A sum over the rows, whatever their order."""
    digests = (hashlib.blake2b(repr(row).encode("utf-8", "surrogatepass"), digest_size=16).digest() for row in chunk)
    return sum(int.from_bytes(digest, "little") for digest in digests)


def _text(value: Any, dated: bool) -> str:
    if isinstance(value, datetime.datetime) and not dated:
        return value.date().isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return grid.as_text(value, dated=dated and isinstance(value, datetime.date))
