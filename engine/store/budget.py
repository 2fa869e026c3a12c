# SPDX-License-Identifier: Apache-2.0
"""The privacy ledger: what each study may charge to whom, what was drawn, and what was spent.

Events are JSON text (``privacy/events.py``); an ε is never kept, it is computed from them. Charges belong to cohorts, which are sets
of patients by their HMAC under a key of this site; a cohort without known members stands for anybody. What is spent is written in the
transaction that writes the intent to send, is never taken back, and is chained by hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import WardroundError
from engine.store.connection import Database
from engine.values import Phase, PhaseKey

NONE, LABEL = "none", "label"
"""The mechanisms that add no noise to what is released: the first needs no reservation, the second one for the labels alone."""
LABELS = "labels"
"""What a label mechanism charges stands under this name instead of a phase."""
OPERATING_SYSTEM = "operating-system"
FIRST_HEAD = hashlib.sha256(b"wardround privacy ledger").hexdigest()


def create_budget(database: Database) -> None:
    """Migration: the ledger's tables."""
    for statement in (
        "CREATE TABLE budget_study (study TEXT PRIMARY KEY, mechanism TEXT NOT NULL, plan TEXT NOT NULL, secret BLOB NOT NULL) STRICT",
        "CREATE TABLE budget_cohort (id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, patients INTEGER NOT NULL,"
        " known INTEGER NOT NULL) STRICT",
        "CREATE TABLE budget_member (member BLOB NOT NULL, cohort INTEGER NOT NULL REFERENCES budget_cohort (id),"
        " PRIMARY KEY (member, cohort)) STRICT, WITHOUT ROWID",
        "CREATE TABLE budget_reservation (id INTEGER PRIMARY KEY AUTOINCREMENT, study TEXT NOT NULL, phase TEXT NOT NULL,"
        " cohort INTEGER NOT NULL REFERENCES budget_cohort (id), event TEXT NOT NULL, times INTEGER NOT NULL,"
        " active INTEGER NOT NULL, UNIQUE (study, phase, cohort, event)) STRICT",
        "CREATE TABLE budget_draw (study TEXT NOT NULL, round INTEGER NOT NULL, phase TEXT NOT NULL, vector_sha256 TEXT NOT NULL,"
        " source TEXT NOT NULL, PRIMARY KEY (study, round, phase)) STRICT",
        "CREATE TABLE budget_payload (sha256 TEXT NOT NULL, study TEXT NOT NULL, round INTEGER NOT NULL, phase TEXT NOT NULL,"
        " PRIMARY KEY (sha256, study, round, phase)) STRICT, WITHOUT ROWID",
        "CREATE TABLE budget_spent (id INTEGER PRIMARY KEY AUTOINCREMENT, time REAL NOT NULL, study TEXT NOT NULL, round INTEGER NOT NULL,"
        " phase TEXT NOT NULL, reservation INTEGER NOT NULL REFERENCES budget_reservation (id), head TEXT NOT NULL,"
        " UNIQUE (study, round, phase)) STRICT",
    ):
        database.execute(statement)


@dataclass(frozen=True)
class StudyPrivacy:
    """How one study protects patients: mechanism, and its plan as JSON (empty for none)."""

    study: str
    mechanism: str
    plan: str


def register(database: Database, study: StudyPrivacy, secret: bytes) -> None:
    """Notes how a study protects patients, before its first task; ``secret`` (32 bytes, for its labels) is kept from the first time."""
    with database.transaction():
        database.execute(
            "INSERT INTO budget_study (study, mechanism, plan, secret) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (study) DO UPDATE SET mechanism = excluded.mechanism, plan = excluded.plan",
            (study.study, study.mechanism, study.plan, secret),
        )


def registered(database: Database) -> tuple[StudyPrivacy, ...]:
    """Every study that was ever taken part in, in the order in which it began."""
    return tuple(StudyPrivacy(*row) for row in database.execute("SELECT study, mechanism, plan FROM budget_study ORDER BY rowid"))


def secret(database: Database, study: str) -> bytes:
    """The secret of a registered study."""
    return bytes(database.execute("SELECT secret FROM budget_study WHERE study = ?", (study,))[0][0])


# ---------------------------------------------------------------- who


def put_cohort(database: Database, members: Sequence[bytes], name: str, patients: int) -> int:
    """The cohort of exactly these members, made if there is none; without members, the one called ``name``, which is anybody."""
    digest = hashlib.sha256(b"".join(sorted(members))).hexdigest() if members else name
    with database.transaction():
        found = database.execute("SELECT id FROM budget_cohort WHERE digest = ?", (digest,))
        if found:
            return int(found[0][0])
        made = int(
            database.execute(
                "INSERT INTO budget_cohort (digest, patients, known) VALUES (?, ?, ?) RETURNING id", (digest, patients, int(bool(members)))
            )[0][0]
        )
        for member in members:
            database.execute("INSERT INTO budget_member (member, cohort) VALUES (?, ?)", (member, made))
    return made


def memberships(database: Database) -> tuple[frozenset[int], ...]:
    """The different sets of cohorts that patients belong to; the empty one for a patient of whom nothing is known is always there."""
    found = database.execute(
        "SELECT DISTINCT cohorts FROM (SELECT group_concat(cohort) AS cohorts FROM"
        " (SELECT member, cohort FROM budget_member ORDER BY member, cohort) GROUP BY member)"
    )
    return (frozenset(), *(frozenset(int(number) for number in str(row[0]).split(",")) for row in found))


# ---------------------------------------------------------------- reserving


@dataclass(frozen=True)
class Reservation:
    """What one phase of a study may charge to a cohort: an event (JSON), so many times."""

    phase: str
    cohort: int
    event: str
    times: int


@dataclass(frozen=True)
class Charge:
    """A reservation with what became of it. ``open`` times it may still be spent; ``known``: whose members are known."""

    study: str
    phase: str
    cohort: int
    known: bool
    patients: int
    event: str
    spent: int
    open: int


def last_reservation(database: Database) -> int:
    """Grows with every reservation: who checks and then reserves asks before and says so."""
    return int(database.execute("SELECT COALESCE(MAX(id), 0) FROM budget_reservation")[0][0])


def reserve(database: Database, study: str, wanted: Sequence[Reservation], after: int) -> bool:
    """Reserves, in the place of what the study had reserved and not spent; False when somebody else has reserved since ``after``."""
    with database.transaction():
        if last_reservation(database) != after:
            return False
        database.execute("UPDATE budget_reservation SET active = 0 WHERE study = ?", (study,))
        for one in wanted:
            database.execute(
                "INSERT INTO budget_reservation (study, phase, cohort, event, times, active) VALUES (?, ?, ?, ?, ?, 1)"
                " ON CONFLICT (study, phase, cohort, event) DO UPDATE SET active = 1, times = excluded.times",
                (study, one.phase, one.cohort, one.event, one.times),
            )
    return True


def reserved(database: Database, study: str) -> tuple[Reservation, ...]:
    """What a study may charge now."""
    found = database.execute("SELECT phase, cohort, event, times FROM budget_reservation WHERE study = ? AND active ORDER BY id", (study,))
    return tuple(Reservation(*row) for row in found)


def release(database: Database, study: str) -> None:
    """A study has ended here: what was not spent will not be."""
    with database.transaction():
        database.execute("UPDATE budget_reservation SET active = 0 WHERE study = ?", (study,))


def charges(database: Database) -> tuple[Charge, ...]:
    """The whole account."""
    found = database.execute(
        "SELECT r.study, r.phase, r.cohort, c.known, c.patients, r.event, r.times, r.active,"
        " (SELECT COUNT(*) FROM budget_spent s WHERE s.reservation = r.id)"
        " FROM budget_reservation r JOIN budget_cohort c ON c.id = r.cohort ORDER BY r.id"
    )
    return tuple(Charge(r[0], r[1], r[2], bool(r[3]), r[4], r[5], r[8], max(0, r[6] - r[8]) if r[7] else 0) for r in found)


# ---------------------------------------------------------------- drawing and spending


def drawn(database: Database, key: PhaseKey) -> str | None:
    """The SHA-256 of the protected vector that answers this question, if there ever was one."""
    found = database.execute("SELECT vector_sha256 FROM budget_draw WHERE study = ? AND round = ? AND phase = ?", _place(key))
    return str(found[0][0]) if found else None


def put_draw(database: Database, key: PhaseKey, vector_sha256: str, source: str) -> None:
    """Notes the one protected vector of a question; inside a transaction."""
    database.execute(
        "INSERT INTO budget_draw (study, round, phase, vector_sha256, source) VALUES (?, ?, ?, ?, ?)",
        (*_place(key), vector_sha256, source),
    )


def put_payload(database: Database, key: PhaseKey, sha256: str) -> None:
    """Notes that these sealed bytes hold the question's protected vector; inside a transaction."""
    database.execute("INSERT OR IGNORE INTO budget_payload (sha256, study, round, phase) VALUES (?, ?, ?, ?)", (sha256, *_place(key)))


def spend(database: Database, key: PhaseKey, sha256: str, now: float, *, rehearsal: bool) -> None:
    """Inside the transaction of an intent: charges what is about to leave, unless the same answer was charged before.

    Raises:
        WardroundError: E-DP-02 a study that nobody registered, or bytes that hold no protected vector; -03 noise that can be drawn
            again; -04 nothing reserved, or all of it spent.
    """
    found = database.execute("SELECT mechanism FROM budget_study WHERE study = ?", (key.study,))
    if not found:
        raise WardroundError("E-DP-02", study=key.study)
    mechanism = str(found[0][0])
    if mechanism == NONE:
        return
    phase, number = (LABELS, 0) if mechanism == LABEL else (key.phase.value, key.round)
    if mechanism != LABEL:
        known = database.execute(
            "SELECT d.source FROM budget_draw d JOIN budget_payload p USING (study, round, phase)"
            " WHERE p.sha256 = ? AND study = ? AND round = ? AND phase = ?",
            (sha256, *_place(key)),
        )
        if not known:
            raise WardroundError("E-DP-02", study=key.study)
        if known[0][0] != OPERATING_SYSTEM and not rehearsal:
            raise WardroundError("E-DP-03", study=key.study)
    if database.execute("SELECT 1 FROM budget_spent WHERE study = ? AND round = ? AND phase = ?", (key.study, number, phase)):
        return
    room = database.execute(
        "SELECT r.id, r.event, c.digest FROM budget_reservation r JOIN budget_cohort c ON c.id = r.cohort"
        " WHERE r.study = ? AND r.phase = ? AND r.active"
        " AND r.times > (SELECT COUNT(*) FROM budget_spent s WHERE s.reservation = r.id) ORDER BY r.id LIMIT 1",
        (key.study, phase),
    )
    if not room:
        raise WardroundError("E-DP-04", study=key.study)
    reservation, event, cohort = room[0]
    entry = "\0".join([last_head(database), key.study, str(number), phase, event, cohort])
    database.execute(
        "INSERT INTO budget_spent (time, study, round, phase, reservation, head) VALUES (?, ?, ?, ?, ?, ?)",
        (now, key.study, number, phase, reservation, hashlib.sha256(entry.encode()).hexdigest()),
    )


def last_head(database: Database) -> str:
    """The hash over everything spent so far."""
    found = database.execute("SELECT head FROM budget_spent ORDER BY id DESC LIMIT 1")
    return str(found[0][0]) if found else FIRST_HEAD


def require_chain(database: Database) -> None:
    """Raises E-DP-05 when an entry was changed or is missing in the middle."""
    head = FIRST_HEAD
    for number, (study, place, phase, event, cohort, found) in enumerate(
        database.execute(
            "SELECT s.study, s.round, s.phase, r.event, c.digest, s.head FROM budget_spent s JOIN budget_reservation r"
            " ON r.id = s.reservation JOIN budget_cohort c ON c.id = r.cohort ORDER BY s.id"
        ),
        start=1,
    ):
        head = hashlib.sha256("\0".join([head, study, str(place), phase, event, cohort]).encode()).hexdigest()
        if head != found:
            raise WardroundError("E-DP-05", entry=number)


def spending(database: Database) -> tuple[tuple[int, str, int, str, int], ...]:
    """What was spent, in order: (place, study, round, phase, position of its reservation among ``charges``)."""
    positions = {int(row[0]): place for place, row in enumerate(database.execute("SELECT id FROM budget_reservation ORDER BY id"))}
    found = database.execute("SELECT id, study, round, phase, reservation FROM budget_spent ORDER BY id")
    return tuple((row[0], row[1], row[2], row[3], positions[row[4]]) for row in found)


def _place(key: PhaseKey) -> tuple[str, int, str]:
    return key.study, key.round, Phase(key.phase).value
