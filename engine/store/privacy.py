# SPDX-License-Identifier: Apache-2.0
"""What the search for identifiers found in each version of a data set, and for which columns a person answers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.connection import Database


def create_privacy(database: Database) -> None:
    """Migration: reports and overrides; both go with their data set."""
    for statement in (
        "CREATE TABLE privacy_report (dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE, version INTEGER NOT NULL,"
        " fingerprint TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (dataset, version)) STRICT",
        "CREATE TABLE privacy_override (dataset TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE, column_name TEXT NOT NULL,"
        " kinds TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, time REAL NOT NULL, PRIMARY KEY (dataset, column_name)) STRICT",
    ):
        database.execute(statement)


@dataclass(frozen=True)
class Override:
    """A person answers for what was found in a column: for these kinds, in every version of the data set."""

    column: str
    kinds: tuple[str, ...]
    person: str
    reason: str
    time: float  # unix seconds


def report(database: Database, dataset: str, version: int) -> tuple[str, str] | None:
    """Fingerprint of what was looked at, and the report as JSON; None when there is none."""
    found = database.execute("SELECT fingerprint, body FROM privacy_report WHERE dataset = ? AND version = ?", (dataset, version))
    return (str(found[0][0]), str(found[0][1])) if found else None


def put_report(database: Database, dataset: str, version: int, fingerprint: str, body: str) -> None:
    """Keeps a report, unless the data set has been deleted meanwhile."""
    with database.transaction():
        database.execute(
            "INSERT OR REPLACE INTO privacy_report SELECT id, ?, ?, ? FROM datasets WHERE id = ?", (version, fingerprint, body, dataset)
        )


def overrides(database: Database, dataset: str) -> tuple[Override, ...]:
    """The columns for which a person answers."""
    found = database.execute(
        "SELECT column_name, kinds, person, reason, time FROM privacy_override WHERE dataset = ? ORDER BY column_name", (dataset,)
    )
    return tuple(
        Override(str(name), tuple(str(kinds).split()), str(person), str(why), float(time)) for name, kinds, person, why, time in found
    )


def put_override(database: Database, dataset: str, override: Override) -> None:
    """Keeps who answers for a column; a later one takes the place of an earlier one."""
    with database.transaction():
        database.execute(
            "INSERT OR REPLACE INTO privacy_override VALUES (?, ?, ?, ?, ?, ?)",
            (dataset, override.column, " ".join(override.kinds), override.person, override.reason, override.time),
        )
