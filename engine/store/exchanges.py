# SPDX-License-Identifier: Apache-2.0
"""A coordinator's memory of sealed sums: what sites gave in each step, and the keys and shares of openings to come.

Nothing here waits for the disk: what a power cut takes is asked for again, and a site gives the same bytes again.
"""

from __future__ import annotations

from engine.store.connection import Database
from engine.store.rounds import Answer, AnswerState
from engine.values import Phase, PhaseKey, SiteId, Step, StudyId


def record(database: Database, key: PhaseKey, step: Step, site: SiteId, now: float, body: bytes, code: str = "") -> None:
    """Writes one site's answer to one step; with a ``code`` it cannot do it."""
    database.execute(
        "INSERT INTO exchanges (study, round, attempt, phase, step, site, time, body, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (key.study, key.round, key.attempt, key.phase, step, site, now, body, code),
    )


def answers(database: Database, key: PhaseKey, step: Step) -> dict[SiteId, Answer]:
    """What the sites answered to one step, in the form of answers to a phase."""
    rows = database.execute(
        "SELECT site, time, length(body), code FROM exchanges"
        " WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND step = ? ORDER BY site",
        (key.study, key.round, key.attempt, key.phase, step),
    )
    return {
        SiteId(site): Answer(SiteId(site), AnswerState.FAILED if code else AnswerState.ACCEPTED, time, "", length, code, b"")
        for site, time, length, code in rows
    }


def bodies(database: Database, key: PhaseKey, step: Step) -> dict[SiteId, bytes]:
    """What the sites gave in one step, by name."""
    rows = database.execute(
        "SELECT site, body FROM exchanges"
        " WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND step = ? AND code = '' ORDER BY site",
        (key.study, key.round, key.attempt, key.phase, step),
    )
    return {SiteId(site): bytes(body) for site, body in rows}


def forget(database: Database, key: PhaseKey, step: Step, site: SiteId) -> None:
    """The site left, or is asked again."""
    database.execute(
        "DELETE FROM exchanges WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND step = ? AND site = ?",
        (key.study, key.round, key.attempt, key.phase, step, site),
    )


def put_keys(database: Database, key: PhaseKey, site: SiteId, keys: bytes) -> None:
    """One site's keys for one opening."""
    database.execute(
        "INSERT OR REPLACE INTO sealings (study, round, attempt, phase, site, keys) VALUES (?, ?, ?, ?, ?, ?)",
        (key.study, key.round, key.attempt, key.phase, site, keys),
    )


def put_shares(database: Database, key: PhaseKey, site: SiteId, shares: bytes) -> None:
    """One site's sealed shares for its neighbours in one opening."""
    database.execute(
        "UPDATE sealings SET shares = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (shares, key.study, key.round, key.attempt, key.phase, site),
    )


def sealings(database: Database, key: PhaseKey) -> dict[SiteId, tuple[bytes, bytes]]:
    """Keys and shares of one opening, by name; the shares are empty until they have come."""
    rows = database.execute(
        "SELECT site, keys, shares FROM sealings WHERE study = ? AND round = ? AND attempt = ? AND phase = ? ORDER BY site",
        (key.study, key.round, key.attempt, key.phase),
    )
    return {SiteId(site): (bytes(keys), bytes(shares)) for site, keys, shares in rows}


def drop_keys(database: Database, key: PhaseKey, site: SiteId) -> None:
    """The site does not take part in this opening."""
    database.execute(
        "DELETE FROM sealings WHERE study = ? AND round = ? AND attempt = ? AND phase = ? AND site = ?",
        (key.study, key.round, key.attempt, key.phase, site),
    )


def last_attempt(database: Database, study: StudyId, number: int, phase: Phase) -> int:
    """The last attempt at this phase for which keys were exchanged; 0 if there was none."""
    found = database.execute("SELECT max(attempt) FROM sealings WHERE study = ? AND round = ? AND phase = ?", (study, number, phase))
    return int(found[0][0] or 0)


def drop_before(database: Database, study: StudyId, number: int) -> None:
    """Forgets what was exchanged for rounds before ``number``: their sums are open."""
    for table in ("exchanges", "sealings"):
        database.execute(f"DELETE FROM {table} WHERE study = ? AND round < ?", (study, number))  # noqa: S608 - constants
