# SPDX-License-Identifier: Apache-2.0
"""The outbound ledger: one row for each message that leaves a site, written durably before its first byte.

A row is the intent (kind, study, round, bytes, hash); each attempt to send it adds an attempt row with what was really
handed to the network; the receipt closes the row. Rows are never changed otherwise and never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.store import budget
from engine.store.connection import Database
from engine.values import Phase, PhaseKey, StudyId


def create_outbound(database: Database) -> None:
    """Migration: the ledger's two tables."""
    database.execute(
        "CREATE TABLE outbound (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, kind TEXT NOT NULL, study TEXT NOT NULL,"
        " round INTEGER, attempt INTEGER, phase TEXT, bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, destination TEXT NOT NULL,"
        " receipt TEXT NOT NULL DEFAULT 'waiting', receipt_signature BLOB)"
    )
    database.execute("CREATE INDEX outbound_key ON outbound (study, round, attempt, phase, kind)")
    database.execute(
        "CREATE TABLE outbound_attempt (id INTEGER PRIMARY KEY AUTOINCREMENT, outbound INTEGER NOT NULL REFERENCES outbound (id),"
        " time REAL NOT NULL, header_sha256 TEXT NOT NULL DEFAULT '', payload_offset INTEGER NOT NULL DEFAULT 0,"
        " payload_sha256 TEXT NOT NULL DEFAULT '', bytes INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT 'open')"
    )
    database.execute("CREATE INDEX outbound_attempt_row ON outbound_attempt (outbound)")


IDEMPOTENT = frozenset({"submit", "key", "share", "survivors", "unmask"})
"""Kinds of which the same bytes again are another attempt at the same message."""


@dataclass(frozen=True)
class Intent:
    """What is about to leave. ``sha256`` is of the message's bytes, for a submit of the sealed payload."""

    time: float
    kind: str
    study: str
    round: int | None
    attempt: int | None
    phase: str | None
    bytes: int
    sha256: str
    destination: str


@dataclass(frozen=True)
class Sent:
    """What one attempt really handed to the network.

    ``header_sha256``: of the request message (a submit's first message). ``payload_sha256``: of the raw chunks after it,
    which began at ``payload_offset``; both empty and 0 for other kinds. ``bytes``: all message bytes, header included.
    """

    header_sha256: str
    payload_offset: int
    payload_sha256: str
    bytes: int
    outcome: str  # ok | failed


def open_row(database: Database, intent: Intent, *, rehearsal: bool = False) -> tuple[int, int]:
    """Writes the intent, or finds the row of the same payload sent before, and opens an attempt: (row, attempt).

    What is made of patients is charged to the privacy ledger in the same transaction; ``rehearsal``: a simulation's noise will do.

    Raises:
        WardroundError: E-DP-02 … -04 what the privacy ledger does not let out; nothing is written then.
    """
    with database.transaction():
        if intent.kind == "submit":
            key = PhaseKey(StudyId(intent.study), intent.round or 0, intent.attempt or 0, Phase(intent.phase or ""))
            budget.spend(database, key, intent.sha256, intent.time, rehearsal=rehearsal)
        row = None
        if intent.kind in IDEMPOTENT:
            found = database.execute(
                "SELECT id FROM outbound WHERE kind = ? AND study = ? AND round = ? AND attempt = ? AND phase = ? AND sha256 = ?",
                (intent.kind, intent.study, intent.round, intent.attempt, intent.phase, intent.sha256),
            )
            row = int(found[0][0]) if found else None
        if row is None:
            row = int(
                database.execute(
                    "INSERT INTO outbound (time, kind, study, round, attempt, phase, bytes, sha256, destination)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                    (
                        intent.time,
                        intent.kind,
                        intent.study,
                        intent.round,
                        intent.attempt,
                        intent.phase,
                        intent.bytes,
                        intent.sha256,
                        intent.destination,
                    ),
                )[0][0]
            )
        attempt = int(
            database.execute("INSERT INTO outbound_attempt (outbound, time) VALUES (?, ?) RETURNING id", (row, intent.time))[0][0]
        )
    return row, attempt


def close_attempt(database: Database, row: int, attempt: int, sent: Sent, signature: bytes | None) -> None:
    """Records what the attempt sent and how it ended; a signature is the coordinator's receipt for a submit.

    Does not wait for the disk: the intent is there, and what a power cut takes of this is like an attempt that was cut short.
    """
    with database.transaction(durable=False):
        database.execute(
            "UPDATE outbound_attempt SET header_sha256 = ?, payload_offset = ?, payload_sha256 = ?, bytes = ?, outcome = ? WHERE id = ?",
            (sent.header_sha256, sent.payload_offset, sent.payload_sha256, sent.bytes, sent.outcome, attempt),
        )
        if sent.outcome == "ok":
            database.execute("UPDATE outbound SET receipt = 'ok', receipt_signature = ? WHERE id = ?", (signature, row))
        else:
            database.execute("UPDATE outbound SET receipt = 'failed' WHERE id = ? AND receipt != 'ok'", (row,))


def without_receipt(database: Database, study: str) -> frozenset[str]:
    """SHA-256 of every payload of a study that was sent, or may have been, without a receipt."""
    found = database.execute("SELECT sha256 FROM outbound WHERE kind = 'submit' AND study = ? AND receipt != 'ok'", (study,))
    return frozenset(row[0] for row in found)


@dataclass(frozen=True)
class LedgerRow:
    """One message with its attempts summed."""

    id: int
    time: float
    kind: str
    study: str
    round: int | None
    phase: str
    bytes: int
    sha256: str
    destination: str
    receipt: str
    attempts: int


@dataclass(frozen=True)
class Totals:
    """Over the whole ledger: messages and bytes handed to the network."""

    messages: int
    bytes: int


def totals(database: Database, since: float = 0.0) -> Totals:
    """Messages and bytes since a time (unix seconds)."""
    row = database.execute(
        "SELECT COUNT(DISTINCT outbound), COALESCE(SUM(bytes), 0) FROM outbound_attempt WHERE header_sha256 != '' AND time >= ?", (since,)
    )[0]
    return Totals(int(row[0]), int(row[1]))


def kinds(database: Database) -> tuple[tuple[str, str], ...]:
    """Every (kind, phase) that has a row; the phase is empty where a kind has none."""
    return tuple((str(r[0]), str(r[1])) for r in database.execute("SELECT DISTINCT kind, COALESCE(phase, '') FROM outbound"))


def ledger_rows(
    database: Database, contains: str, start: int, count: int, named: tuple[tuple[str, str], ...] = ()
) -> tuple[int, tuple[LedgerRow, ...]]:
    """Newest first, those whose kind, study, phase or hash contains the text: (how many match, one window of them).

    ``named`` are the (kind, phase) that match as well, because a person's word for them contains the text.
    """
    where = ""
    parameters: tuple[object, ...] = ()
    if contains:
        marks = ", ".join("?" * len(named))
        where = (
            " WHERE (kind || ' ' || study || ' ' || COALESCE(phase, '') || ' ' || COALESCE(round, '') || ' ' || sha256 LIKE ?"
            f" OR kind || '/' || COALESCE(phase, '') IN ({marks}))"
        )
        parameters = (f"%{contains}%", *(f"{kind}/{phase}" for kind, phase in named))
    matching = int(database.execute(f"SELECT COUNT(*) FROM outbound{where}", parameters)[0][0])  # noqa: S608 - no input in the text
    found = database.execute(
        "SELECT id, time, kind, study, round, COALESCE(phase, ''), sha256, destination, receipt,"  # noqa: S608 - no input in the text
        " (SELECT COALESCE(SUM(bytes), 0) FROM outbound_attempt WHERE outbound = outbound.id),"
        f" (SELECT COUNT(*) FROM outbound_attempt WHERE outbound = outbound.id) FROM outbound{where}"
        " ORDER BY id DESC LIMIT ? OFFSET ?",
        (*parameters, count, start),
    )
    rows = tuple(LedgerRow(r[0], r[1], r[2], r[3], r[4], r[5], r[9], r[6], r[7], r[8], r[10]) for r in found)
    return matching, rows


def attempts(database: Database) -> list[tuple[str, str, str, int, str, int]]:
    """Every attempt that sent a message: (kind, row's sha256, header sha256, payload offset, payload sha256, bytes); for audits."""
    return [
        (r[0], r[1], r[2], int(r[3]), r[4], int(r[5]))
        for r in database.execute(
            "SELECT o.kind, o.sha256, a.header_sha256, a.payload_offset, a.payload_sha256, a.bytes"
            " FROM outbound_attempt a JOIN outbound o ON o.id = a.outbound WHERE a.header_sha256 != '' ORDER BY a.id"
        )
    ]


def bytes_by_kind(database: Database) -> dict[str, int]:
    """Bytes handed to the network, by kind; a submit's kind is its phase."""
    found = database.execute(
        "SELECT CASE WHEN o.kind = 'submit' THEN o.phase ELSE o.kind END AS name, SUM(a.bytes)"
        " FROM outbound_attempt a JOIN outbound o ON o.id = a.outbound GROUP BY name ORDER BY name"
    )
    return {str(name): int(size) for name, size in found}
