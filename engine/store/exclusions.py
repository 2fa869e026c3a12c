# SPDX-License-Identifier: Apache-2.0
"""Patients who must not be used (objection, withdrawal), and what each vector that left a site was made of.

What is compared is an HMAC of the normalised patient id; the id itself lies beside it, in the encrypted store, so that staff can
see whom they excluded. Rows are never deleted: a lifted exclusion keeps its dates, because they say what may have left.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.store.connection import Database
from engine.values import PhaseKey, StudyId


def create_exclusions(database: Database) -> None:
    """Migration: the exclusion list; since when the list that a sealed vector honours holds, and how many rows it counted."""
    database.execute(
        "CREATE TABLE exclusion (id INTEGER PRIMARY KEY AUTOINCREMENT, digest BLOB NOT NULL, patient TEXT NOT NULL, reason TEXT NOT NULL,"
        " who TEXT NOT NULL, time REAL NOT NULL, lifted REAL, lifted_by TEXT NOT NULL DEFAULT '') STRICT"
    )
    database.execute(
        "CREATE TABLE contribution (study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,"
        " listed REAL NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (study, round, attempt, phase)) STRICT"
    )


@dataclass(frozen=True)
class Exclusion:
    """One patient excluded, from ``time`` until ``lifted`` (None: still); times in unix seconds."""

    digest: bytes
    patient: str
    reason: str
    who: str
    time: float
    lifted: float | None = None
    lifted_by: str = ""


@dataclass(frozen=True)
class Contribution:
    """One vector made of a site's records. ``listed``: the exclusions up to then are honoured; ``rows``: training rows in it."""

    round: int
    phase: str
    listed: float
    rows: int


def exclusions(database: Database) -> tuple[Exclusion, ...]:
    """All of them, in order, the lifted ones too."""
    found = database.execute("SELECT digest, patient, reason, who, time, lifted, lifted_by FROM exclusion ORDER BY id")
    return tuple(Exclusion(*row) for row in found)


def active(database: Database) -> frozenset[bytes]:
    """The digests of the patients who must not be used now."""
    return frozenset(row[0] for row in database.execute("SELECT digest FROM exclusion WHERE lifted IS NULL"))


def exclude(database: Database, entry: Exclusion) -> bool:
    """Excludes a patient; whether that is new."""
    with database.transaction():
        if database.execute("SELECT 1 FROM exclusion WHERE digest = ? AND lifted IS NULL", (entry.digest,)):
            return False
        database.execute(
            "INSERT INTO exclusion (digest, patient, reason, who, time) VALUES (?, ?, ?, ?, ?)",
            (entry.digest, entry.patient, entry.reason, entry.who, entry.time),
        )
    return True


def lift(database: Database, digest: bytes, who: str, now: float) -> bool:
    """The patient may be used again; whether he was excluded."""
    with database.transaction():
        return bool(
            database.execute(
                "UPDATE exclusion SET lifted = ?, lifted_by = ? WHERE digest = ? AND lifted IS NULL RETURNING id", (now, who, digest)
            )
        )


def put_contribution(database: Database, key: PhaseKey, listed: float, rows: int) -> None:
    """Notes what a vector is made of; called inside the transaction that keeps the vector."""
    database.execute(
        "INSERT OR REPLACE INTO contribution (study, round, attempt, phase, listed, rows) VALUES (?, ?, ?, ?, ?, ?)",
        (key.study, key.round, key.attempt, key.phase, listed, rows),
    )


def counted_rows(database: Database, study: StudyId) -> int | None:
    """The training rows that the statistics of a study were counted over, which stay this site's weight; None when not known."""
    found = database.execute(
        "SELECT rows FROM contribution WHERE study = ? AND phase = 'statistics' ORDER BY round DESC, attempt DESC LIMIT 1", (study,)
    )
    return int(found[0][0]) if found else None


def sent_contributions(database: Database, study: StudyId) -> tuple[Contribution, ...]:
    """The vectors of a study that left, or may have, by the outbound ledger; of those older than this table, when they were sent."""
    found = database.execute(
        "SELECT o.round, o.phase, coalesce(c.listed, min(o.time)), coalesce(c.rows, 0) FROM outbound o LEFT JOIN contribution c"
        " ON c.study = o.study AND c.round = o.round AND c.attempt = o.attempt AND c.phase = o.phase"
        " WHERE o.kind = 'submit' AND o.study = ? GROUP BY o.round, o.attempt, o.phase ORDER BY min(o.id)",
        (study,),
    )
    return tuple(Contribution(*row) for row in found)
