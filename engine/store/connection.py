# SPDX-License-Identifier: Apache-2.0
"""A database file: SQLCipher when it is handed a key, plain SQLite otherwise; WAL, foreign keys, numbered migrations.

``open_database`` is the only place that imports sqlite3 or sqlcipher3. Not safe for two threads at once: a site's writer
thread, or the coordinator's rounds thread, is its only user.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import WardroundError


class Database:
    """One open connection."""

    def __init__(self, connection: Any, path: Path, errors: type[Exception]) -> None:
        self._connection = connection
        self._errors = errors
        self.path = path

    def execute(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Runs one statement and returns its rows.

        Raises:
            WardroundError: E-FILE-02 when the disk is full; the transaction is undone.
        """
        try:
            return list(self._connection.execute(sql, tuple(parameters)).fetchall())
        except self._errors as error:
            if "is full" not in str(error):  # SQLITE_FULL; SQLCipher's module has no error codes
                raise
            free = shutil.disk_usage(self.path.parent).free >> 20
            raise WardroundError("E-FILE-02", path=str(self.path.parent), need=free + 1, free=free) from error

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """All or nothing; durable when the block has ended.

        Not ``durable`` spares the wait for the disk: every reader sees it and it survives the death of the process, but a power cut may
        undo it, together with all that came later, until the next durable transaction, which makes all before it durable too.
        """
        if not durable:
            self._connection.execute("PRAGMA synchronous = NORMAL")
        try:
            self.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has undone it already
                    self._connection.execute("ROLLBACK")
                raise
        finally:
            if not durable:
                self._connection.execute("PRAGMA synchronous = FULL")

    def data_version(self) -> int:
        """Changes when another process has written."""
        return int(self.execute("PRAGMA data_version")[0][0])

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


Migration = Callable[[Database], None]


def open_database(path: Path, key: bytes | None, migrations: Sequence[Migration]) -> Database:
    """Opens or creates the database at ``path`` and applies the migrations that it lacks.

    Args:
        path: the file.
        key: 32 bytes for SQLCipher, None for an unencrypted database.
        migrations: functions in order, append only; the count applied is kept in ``PRAGMA user_version``.

    Raises:
        WardroundError: E-VAULT-01 when the key is wrong or the file is damaged, E-VAULT-02 when the file comes from a newer version.
    """
    if not path.exists():
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))  # the journal takes over the mode
    if key is None:
        connection: Any = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        refusal: type[Exception] = sqlite3.DatabaseError
    else:
        import sqlcipher3

        connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=30)
        refusal = sqlcipher3.DatabaseError
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    database = Database(connection, path, refusal)
    try:
        version = int(database.execute("PRAGMA user_version")[0][0])
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # a deleted key is overwritten, not merely unlinked
    except refusal as error:
        connection.close()
        raise WardroundError("E-VAULT-01", path=path.name) from error
    if version > len(migrations):
        connection.close()
        raise WardroundError("E-VAULT-02", path=path.name)
    try:
        for number, migration in enumerate(migrations[version:], start=version + 1):
            with database.transaction():
                if int(database.execute("PRAGMA user_version")[0][0]) < number:  # else another process was quicker
                    migration(database)
                    connection.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        database.close()
        raise
    return database
