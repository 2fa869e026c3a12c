# SPDX-License-Identifier: Apache-2.0
"""A site's memory of sealed sums: the seed of each until its round is published, what it was told, and what it helped to open.

The seed comes from the operating system's generator and every message is made of it, so a site that is killed anywhere gives the same
bytes again. What was told is kept so that nobody is given two answers to one question. The set of hospitals of an opened sum stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from engine.store.connection import Database
from engine.values import Phase, PhaseKey, SiteId, StudyId


def create_openings(database: Database) -> None:
    """Migration: one row for each attempt at a sealed sum."""
    database.execute(
        "CREATE TABLE opening (study TEXT NOT NULL, round INTEGER NOT NULL, attempt INTEGER NOT NULL, phase TEXT NOT NULL,"
        " seed BLOB NOT NULL, keys TEXT NOT NULL DEFAULT '', parcels TEXT NOT NULL DEFAULT '', participants TEXT NOT NULL DEFAULT '',"
        " survivors TEXT NOT NULL DEFAULT '', opened INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (study, round, attempt, phase)) STRICT"
    )


@dataclass(frozen=True, repr=False)
class OpeningRow:
    """One attempt at one sealed sum; what has not come yet is empty. Never printed: it holds the seed.

    ``seed``: 32 bytes; empty once its round was published. ``keys``: every site's public keys. ``parcels``: shares for this site, sealed,
    by sender. ``participants``: who masked. ``survivors``: the list that this site signed. ``opened``: it gave its unmasking shares.
    """

    key: PhaseKey
    seed: bytes
    keys: Mapping[SiteId, bytes]
    parcels: Mapping[SiteId, bytes]
    participants: tuple[SiteId, ...]
    survivors: tuple[SiteId, ...]
    opened: bool


_ROW = "round, attempt, phase, seed, keys, parcels, participants, survivors, opened"


def _row(study: StudyId, row: tuple[object, ...]) -> OpeningRow:
    number, attempt, phase, seed, keys, parcels, participants, survivors, opened = row
    key = PhaseKey(study, int(str(number)), int(str(attempt)), Phase(str(phase)))
    return OpeningRow(key, bytes(seed), _bodies(keys), _bodies(parcels), _names(participants), _names(survivors), bool(opened))  # type: ignore[call-overload]


def _bodies(text: object) -> dict[SiteId, bytes]:
    return {SiteId(site): bytes.fromhex(body) for site, body in json.loads(str(text) or "{}").items()}


def _names(text: object) -> tuple[SiteId, ...]:
    return tuple(SiteId(name) for name in json.loads(str(text) or "[]"))


def opening(database: Database, key: PhaseKey) -> OpeningRow | None:
    """One attempt at one sum, if this site takes part in it."""
    found = database.execute(
        f"SELECT {_ROW} FROM opening WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",  # noqa: S608 - constant
        (key.study, key.round, key.attempt, key.phase),
    )
    return _row(key.study, found[0]) if found else None


def opened_sets(database: Database, study: StudyId) -> frozenset[frozenset[SiteId]]:
    """The sets of hospitals over which this site helped to open sums of a study; few, however many sums there were."""
    found = database.execute("SELECT DISTINCT survivors FROM opening WHERE study = ? AND opened = 1", (study,))
    return frozenset(frozenset(_names(row[0])) for row in found)


def opened_set(database: Database, study: StudyId, number: int, phase: Phase) -> frozenset[SiteId] | None:
    """The hospitals over which this site helped to open the sum of one phase of one round, if it did."""
    found = database.execute(
        "SELECT survivors FROM opening WHERE study = ? AND round = ? AND phase = ? AND opened = 1 LIMIT 1", (study, number, phase)
    )
    return frozenset(_names(found[0][0])) if found else None


def put_seed(database: Database, key: PhaseKey, seed: bytes) -> None:
    """A new attempt begins; an existing one keeps the seed that it has. As everything here, durable with the next intent to send."""
    database.execute(
        "INSERT INTO opening (study, round, attempt, phase, seed) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (key.study, key.round, key.attempt, key.phase, seed),
    )


def _set(database: Database, key: PhaseKey, column: str, value: object) -> None:
    database.execute(
        f"UPDATE opening SET {column} = ? WHERE study = ? AND round = ? AND attempt = ? AND phase = ?",  # noqa: S608 - constants
        (value, key.study, key.round, key.attempt, key.phase),
    )


def put_keys(database: Database, key: PhaseKey, keys: Mapping[SiteId, bytes]) -> None:
    """Everybody's keys, as this site was told and checked them."""
    _set(database, key, "keys", json.dumps({site: body.hex() for site, body in keys.items()}))


def put_parcels(database: Database, key: PhaseKey, participants: tuple[SiteId, ...], parcels: Mapping[SiteId, bytes]) -> None:
    """Who masks, and the shares that they sealed for this site."""
    _set(database, key, "participants", json.dumps(participants))
    _set(database, key, "parcels", json.dumps({site: body.hex() for site, body in parcels.items()}))


def put_survivors(database: Database, key: PhaseKey, survivors: tuple[SiteId, ...]) -> None:
    """The list that this site signs."""
    _set(database, key, "survivors", json.dumps(survivors))


def put_opened(database: Database, key: PhaseKey) -> None:
    """This site gives its unmasking shares."""
    _set(database, key, "opened", 1)


def erase(database: Database, study: StudyId, number: int, *, test: bool) -> None:
    """The rounds up to ``number`` are published: their secrets go, and which sums were opened over whom stays.

    ``test``: the last one of the study as well, whose number is its round's.
    """
    kept = "" if test else f" AND phase != '{Phase.TEST.value}'"
    database.execute(
        f"UPDATE opening SET seed = x'', keys = '', parcels = '' WHERE study = ? AND round <= ? AND seed != x''{kept}",  # noqa: S608
        (study, number),
    )
    database.execute(f"DELETE FROM opening WHERE study = ? AND round <= ? AND opened = 0{kept}", (study, number))  # noqa: S608 - constants
