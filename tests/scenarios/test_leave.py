# SPDX-License-Identifier: Apache-2.0
"""Hospitals that go in the middle of a study: the others finish without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.coordinator import administration, overview
from engine.errors import WardroundError
from engine.session import Session
from engine.values import Phase, PhaseKey, RoundRecord, SiteId
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.patience import until
from tests.support.turnstile import Turnstile

NAMES = ("north", "south", "west")


class Town:
    """A lead and three hospitals that have joined; west stands still when its second update is asked."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, min_sites: int) -> None:
        self.lead = Lead(folder, hospital.manifest(rounds=4, min_sites=min_sites))
        self.step = Turnstile(monkeypatch, "west", _second_update)
        self.sessions: dict[str, Session] = {}
        for seed, name in enumerate(NAMES):
            self.sessions[name] = hospital.member(self.lead, folder, name, seed)
        self.lead.publish()
        for session in self.sessions.values():
            hospital.join(session)
            session.start(STUDY)
        self.lead.start()
        self.step.wait()

    @property
    def west(self) -> Session:
        return self.sessions["west"]

    def others_finish(self) -> None:
        for name in NAMES[:2]:
            assert self.sessions[name].wait(STUDY, 60) == "finished"
            until(lambda name=name: self.sessions[name].training(STUDY).state == "done")
            assert self.sessions[name].results(STUDY).result(60).final

    def records(self) -> tuple[RoundRecord, ...]:
        return overview.records(self.lead.home, self.lead.study)

    def close(self) -> None:
        self.step.open()
        for session in self.sessions.values():
            session.close()
        self.lead.close()


def _second_update(key: PhaseKey) -> bool:
    return (key.round, key.phase) == (2, Phase.UPDATE)


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], Town]]:
    made: list[Town] = []

    def make(min_sites: int = 2) -> Town:
        made.append(Town(tmp_path, monkeypatch, min_sites))
        return made[0]

    yield make
    for each in made:
        each.close()


def _without_west(town: Town) -> None:
    """The first round has all three, every later one the two that stayed, each once."""
    everyone, stayed = set(NAMES), set(NAMES[:2])
    records = town.records()
    assert [(record.round, record.phase) for record in records] == [
        (0, Phase.STATISTICS),
        *((number, Phase.UPDATE) for number in (1, 2, 3, 4)),
        (4, Phase.TEST),
    ]
    for record in records:
        assert set(record.participants) == (everyone if record.round < 2 else stayed), record
    total = records[0].examples
    assert records[1].examples == total
    assert {record.examples for record in records[2:5]} == {records[2].examples}
    assert 0 < records[2].examples < total


def test_a_site_leaves_in_the_middle_and_the_others_finish(town: Callable[[int], Town]) -> None:
    here = town(2)
    here.west.leave(STUDY).result(30)
    assert here.west.home().studies[0].state == "left"
    assert not here.west.busy_training()
    here.others_finish()
    _without_west(here)
    (west,) = [line for line in overview.status(here.lead.home, here.lead.study, here.lead.clock).sites if line.site == "west"]
    assert west.left
    # What it has is still here, and it does not begin again by itself.
    assert here.west.datasets()
    here.west.start(STUDY)
    assert not here.west.busy_training()


def test_a_revoked_site_is_refused_and_the_others_finish(town: Callable[[int], Town]) -> None:
    here = town(2)
    administration.revoke(here.lead.home, SiteId("west"), here.lead.clock)
    here.step.open()
    with pytest.raises(WardroundError) as caught:
        here.west.wait(STUDY, 30)
    assert (caught.value.code, caught.value.exit_code) == ("E-TLS-07", 6)
    assert caught.value.sentence("en") != caught.value.sentence("zh")
    problem = here.west.training(STUDY).problem
    assert problem is not None
    assert problem.code == "E-TLS-07"
    assert here.west.home().studies[0].state == "stopped-by-check"
    with pytest.raises(WardroundError, match="E-TLS-07"):
        here.west.refresh(STUDY).result(30)
    here.others_finish()
    _without_west(here)


def test_one_too_few_ends_the_study_and_keeps_what_was_published(town: Callable[[int], Town]) -> None:
    here = town(3)
    published = here.records()
    here.west.leave(STUDY).result(30)
    for name in NAMES[:2]:
        assert here.sessions[name].wait(STUDY, 60) == "stopped"
    status = overview.status(here.lead.home, here.lead.study, here.lead.clock)
    assert status.exit_code == 4
    assert status.problem is not None
    assert status.problem.code == "E-ROUND-06"
    assert "3" in status.problem.what("en")
    assert "3" in status.problem.what("zh")
    kept = here.records()
    assert [(record.round, record.model_sha256) for record in kept] == [(record.round, record.model_sha256) for record in published]
