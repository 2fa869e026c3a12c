# SPDX-License-Identifier: Apache-2.0
"""What a home holds, as hashes: equal before and after means that nothing was lost and nothing was added."""

from __future__ import annotations

import hashlib
from pathlib import Path

from engine.coordinator.home import Home
from engine.session import Session
from engine.store.connection import Database
from tests.support.patience import until

Held = dict[str, str]
"""Table or file → SHA-256 of its contents."""

LEDGER = ("outbound", "outbound_attempt")
"""What tells of every attempt to send, so it grows with each; ``of_site`` may leave it out."""
_PRESENCE = {"sites": ("last_seen",), "places": ("state",)}
"""Columns that say when a site last spoke."""


def _tables(database: Database, without: tuple[str, ...]) -> Held:
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
    held = {}
    for name in sorted(set(names) - set(without)):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})") if row[1] not in _PRESENCE.get(name, ())]
        rows = database.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1, 2")  # noqa: S608 - names of our own schema
        held[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    return held


def _files(folder: Path) -> Held:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def of_site(session: Session, without: tuple[str, ...] = ()) -> Held:
    """Every table of an open vault's store, but those of ``without``, and every file of records and of sealed answers."""
    held = session.opened().write(lambda database: _tables(database, without))
    assert {"datasets", "outbound", "enrolment"} <= held.keys() | set(without)
    return held | _files(session.path / "vault") | _files(session.path / "outbox")


def of_coordinator(home: Home, without: tuple[str, ...] = ()) -> Held:
    """Every table of a coordinator, but those of ``without`` and who spoke when; every model and every spooled file."""
    with home.database() as database:
        held = _tables(database, without)
        found = database.execute("SELECT study, round, phase, attempt FROM phases WHERE state = 'open'")
    kept = {home.spool / study / f"{number}-{phase}-{attempt}" for study, number, phase, attempt in found}
    until(lambda: set(home.spool.glob("*/[0-9]*")) <= kept)  # what is over is deleted soon, not at once
    assert {"sites", "studies", "answers"} <= held.keys() | set(without)
    spooled = {name: content for name, content in _files(home.spool).items() if "/spare-" not in name}  # these wait to be overwritten
    return held | _files(home.path / "studies") | spooled
