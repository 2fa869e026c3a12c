# SPDX-License-Identifier: Apache-2.0
"""The catalogue of data sets, and what a store's file promises."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.store import datasets
from engine.store.connection import Database, open_database
from engine.store.datasets import DatasetRow
from engine.store.site_schema import MIGRATIONS

ROW = DatasetRow("d1", 1, 10.0, "csv", "a.csv", "00", 5, "f1.parquet", 9, "11", b"key-of-one-version", "{}")


@pytest.fixture(params=[None, bytes(range(32))], ids=["plain", "encrypted"])
def database(request: pytest.FixtureRequest, tmp_path: Path):
    opened = open_database(tmp_path / "s.db", request.param, MIGRATIONS)
    yield opened
    opened.close()


def test_versions(database: Database) -> None:
    assert datasets.next_version(database, "d1") == 1
    datasets.add(database, "visits", ROW)
    second = replace(ROW, version=2, imported=20.0, file_name="f2.parquet")
    datasets.add(database, "visits", second)
    other = replace(ROW, dataset="d2", imported=15.0, file_name="f3.parquet")
    datasets.add(database, "other", other)
    assert datasets.next_version(database, "d1") == 3
    assert datasets.newest(database) == (("visits", second), ("other", other))
    assert datasets.find(database, "d1", 1) == ("visits", ROW)
    assert datasets.find(database, "d1") == ("visits", second)
    assert datasets.find(database, "d1", 3) is datasets.find(database, "d9") is None
    assert datasets.id_of(database, "other") == "d2"
    assert datasets.id_of(database, "nothing") is None
    assert sorted(datasets.files(database, "d1")) == ["f1.parquet", "f2.parquet"]
    assert len(datasets.files(database)) == 3


def test_a_failed_add_changes_nothing(database: Database) -> None:
    datasets.add(database, "visits", ROW)
    with pytest.raises(Exception, match="UNIQUE"):
        datasets.add(database, "visits", replace(ROW, dataset="d2"))
    with pytest.raises(Exception, match="UNIQUE"):
        datasets.add(database, "again", ROW)
    assert datasets.find(database, "d2") is None
    assert datasets.id_of(database, "again") is None
    assert len(datasets.newest(database)) == 1


def test_forgetting_overwrites_the_keys(tmp_path: Path) -> None:
    """In a plain database, where bytes can be searched: the deleted key is in none of its files."""
    database = open_database(tmp_path / "s.db", None, MIGRATIONS)
    datasets.add(database, "visits", ROW)
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def found() -> bool:
        return any(ROW.wrapped_key in path.read_bytes() for path in tmp_path.iterdir())

    assert found()
    datasets.forget(database, "d1")
    assert datasets.newest(database) == ()
    assert not found()
    database.close()


def test_encrypted_store_has_no_clear_text_and_one_key(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    database = open_database(path, bytes(32), MIGRATIONS)
    datasets.add(database, "visits-of-ward-3", ROW)
    database.close()
    content = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"visits-of-ward-3" not in content
    assert b"SQLite format" not in content
    for key in (bytes([1]) * 32, None):
        with pytest.raises(WardroundError) as caught:
            open_database(path, key, MIGRATIONS)
        assert caught.value.code == "E-VAULT-01"
    database = open_database(path, bytes(32), MIGRATIONS)
    assert datasets.id_of(database, "visits-of-ward-3") == "d1"
    database.close()


def test_newer_store_is_left_alone(tmp_path: Path) -> None:
    open_database(tmp_path / "s.db", None, (*MIGRATIONS, lambda _: None)).close()
    with pytest.raises(WardroundError) as caught:
        open_database(tmp_path / "s.db", None, MIGRATIONS)
    assert caught.value.code == "E-VAULT-02"


def test_a_failed_migration_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    def breaks(database: Database) -> None:
        database.execute("CREATE TABLE half (x)")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        open_database(tmp_path / "s.db", None, (*MIGRATIONS, breaks))
    with sqlite3.connect(tmp_path / "s.db") as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        assert not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    raw.close()


def test_transactions_are_all_or_nothing(database: Database) -> None:
    database.execute("CREATE TABLE t (x)")

    def half() -> None:
        with database.transaction():
            database.execute("INSERT INTO t VALUES (1)")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert database.execute("SELECT count(*) FROM t") == [(0,)]


def test_full_disk_is_said_and_undone(database: Database) -> None:
    datasets.add(database, "visits", ROW)
    pages = database.execute("PRAGMA page_count")[0][0]
    database.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WardroundError) as caught:
        datasets.add(database, "large", replace(ROW, dataset="d2", file_name="f2", summary="x" * 100_000))
    assert caught.value.code == "E-FILE-02"
    assert datasets.newest(database) == (("visits", ROW),)
    database.execute("PRAGMA max_page_count = 1000000")
    datasets.add(database, "large", replace(ROW, dataset="d2", file_name="f2"))
    assert datasets.id_of(database, "large") == "d2"


def test_two_programs_may_open_a_new_store_at_once(tmp_path: Path) -> None:
    """The second one finds the steps applied that it was about to apply."""
    other: list[Database] = []

    def meanwhile(database: Database) -> None:
        database.execute("CREATE TABLE first (x)")

    def second(database: Database) -> None:
        database.execute("CREATE TABLE second (x)")

    class Steps(tuple):
        """Opens the store a second time when the first opener asks what there is to do."""

        def __getitem__(self, key):
            if not other:
                other.append(open_database(tmp_path / "s.db", None, (meanwhile, second)))
            return super().__getitem__(key)

    opened = open_database(tmp_path / "s.db", None, Steps((meanwhile, second)))
    assert opened.execute("SELECT count(*) FROM sqlite_master") == [(2,)]
    opened.close()
    other[0].close()


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX")
def test_store_is_the_owner_s_alone(database: Database) -> None:
    datasets.add(database, "visits", ROW)
    assert {path.stat().st_mode & 0o777 for path in database.path.parent.iterdir()} == {0o600}
