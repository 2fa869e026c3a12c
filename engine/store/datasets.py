# SPDX-License-Identifier: Apache-2.0
"""The catalogue of imported data sets: which versions there are, which file holds each, its hash and its wrapped key."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields

from engine.store.connection import Database


@dataclass(frozen=True)
class DatasetRow:
    """One version of one data set: a file and a recipe. Versions may share a file.

    ``summary`` is JSON (columns and findings) of the file as it was imported, written and read by ``engine.records.vault``.
    """

    dataset: str
    version: int
    imported: float  # unix seconds
    format: str
    source_name: str  # file name without folders
    source_sha256: str
    rows: int
    file_name: str
    file_bytes: int
    file_sha256: str
    wrapped_key: bytes
    summary: str
    recipe: str = "[]"  # JSON, written and read by ``engine.records.mends``
    mended: str = ""  # JSON as ``summary``, of what the recipe makes of the file; empty without a recipe
    members: str = ""  # JSON: of a join, the data sets that it is made of; it has no file of its own


_COLUMNS = ", ".join(f"v.{column.name}" for column in fields(DatasetRow))
_SELECT = f"SELECT d.name, {_COLUMNS} FROM dataset_versions v JOIN datasets d ON d.id = v.dataset"  # noqa: S608 - our own field names


def id_of(database: Database, name: str) -> str | None:
    """The id of the data set of that name."""
    found = database.execute("SELECT id FROM datasets WHERE name = ?", (name,))
    return str(found[0][0]) if found else None


def next_version(database: Database, dataset: str) -> int:
    """The number that the next version of a data set will have; 1 for a new one."""
    return int(database.execute("SELECT coalesce(max(version), 0) + 1 FROM dataset_versions WHERE dataset = ?", (dataset,))[0][0])


def add(database: Database, name: str, row: DatasetRow) -> None:
    """Writes a version, and its data set when that is new. All or nothing."""
    places = ", ".join("?" * len(fields(DatasetRow)))
    with database.transaction():
        database.execute("INSERT INTO datasets (id, name) VALUES (?, ?) ON CONFLICT (id) DO NOTHING", (row.dataset, name))
        database.execute(f"INSERT INTO dataset_versions VALUES ({places})", astuple(row))  # noqa: S608 - question marks only


def set_recipe(database: Database, row: DatasetRow) -> None:
    """Gives a version another recipe."""
    with database.transaction():
        database.execute(
            "UPDATE dataset_versions SET recipe = ?, mended = ? WHERE dataset = ? AND version = ?",
            (row.recipe, row.mended, row.dataset, row.version),
        )


def newest(database: Database) -> tuple[tuple[str, DatasetRow], ...]:
    """Name and newest version of each data set, the latest import first."""
    latest = "(SELECT max(version) FROM dataset_versions WHERE dataset = v.dataset)"
    found = database.execute(f"{_SELECT} WHERE v.version = {latest} ORDER BY v.imported DESC, d.name")
    return tuple((str(name), DatasetRow(*row)) for name, *row in found)


def find(database: Database, dataset: str, version: int | None = None) -> tuple[str, DatasetRow] | None:
    """Name and row of one version (None: the newest)."""
    found = database.execute(
        f"{_SELECT} WHERE v.dataset = ? AND (? IS NULL OR v.version = ?) ORDER BY v.version DESC LIMIT 1", (dataset, version, version)
    )
    return (str(found[0][0]), DatasetRow(*found[0][1:])) if found else None


def files(database: Database, dataset: str | None = None) -> tuple[str, ...]:
    """The file names of all versions of one data set (None: of all), each once."""
    found = database.execute(
        "SELECT DISTINCT file_name FROM dataset_versions WHERE file_name <> '' AND (? IS NULL OR dataset = ?)", (dataset, dataset)
    )
    return tuple(str(row[0]) for row in found)


def joins(database: Database) -> tuple[tuple[str, str], ...]:
    """Name and members (JSON) of every version of every join."""
    found = database.execute(
        "SELECT d.name, v.members FROM dataset_versions v JOIN datasets d ON d.id = v.dataset WHERE v.members <> '' ORDER BY d.name"
    )
    return tuple((str(name), str(members)) for name, members in found)


def forget(database: Database, dataset: str) -> None:
    """Deletes a data set with the wrapped keys of all its versions: what their files hold cannot be read again."""
    with database.transaction():
        database.execute("DELETE FROM datasets WHERE id = ?", (dataset,))
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the journal must not keep the keys either
