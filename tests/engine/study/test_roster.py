# SPDX-License-Identifier: Apache-2.0
"""The roster is sorted, and refuses what is malformed or twice."""

from __future__ import annotations

import dataclasses

import pytest

from engine.errors import WardroundError
from engine.study.roster import Roster, RosterEntry
from engine.values import SiteId


def entry(name: str, key: int) -> RosterEntry:
    return RosterEntry(SiteId(name), bytes([key]) * 32, f"{key:02x}" * 32)


NORTH, SOUTH = entry("north", 1), entry("south", 2)


def test_the_order_of_entries_does_not_matter() -> None:
    assert Roster((SOUTH, NORTH)) == Roster((NORTH, SOUTH))
    assert Roster((SOUTH, NORTH)).sites == ("north", "south")
    assert Roster((SOUTH, NORTH)).get(SiteId("south")) == SOUTH
    assert Roster((NORTH,)).get(SiteId("south")) is None


@pytest.mark.parametrize(
    "second",
    [
        dataclasses.replace(SOUTH, site=SiteId("north")),
        dataclasses.replace(SOUTH, signing_key=NORTH.signing_key),
        dataclasses.replace(SOUTH, certificate_sha256=NORTH.certificate_sha256),
        dataclasses.replace(SOUTH, site=SiteId("South")),
        dataclasses.replace(SOUTH, site=SiteId("")),
        dataclasses.replace(SOUTH, site=SiteId("s" * 41)),
        dataclasses.replace(SOUTH, signing_key=b"short"),
        dataclasses.replace(SOUTH, certificate_sha256="AB" * 32),
    ],
)
def test_malformed_or_repeated_entries_are_refused(second: RosterEntry) -> None:
    with pytest.raises(WardroundError, match="E-STUDY-40"):
        Roster((NORTH, second))


def test_an_empty_roster_is_a_roster() -> None:
    assert Roster(()).sites == ()
