# SPDX-License-Identifier: Apache-2.0
"""Processes killed with ``kill -9`` in every phase: the study ends by itself, with the same bits, and nothing is counted twice."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.cli.main import main
from engine.coordinator import overview
from engine.errors import WardroundError
from engine.session import Session
from engine.store import outbound, studies
from engine.values import Phase, PhaseKey, RoundRecord, StudyId
from tests.support import hospital, snapshot
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.patience import until
from tests.support.programs import COORDINATOR, Programs
from tests.support.told import complete, in_words
from tests.support.turnstile import Turnstile

# CPython 3.11 leaves a socket to the garbage collector when the peer was killed between connect and the first byte of TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")

HERE = "west"
"""This hospital runs in the test's own process; no phase closes before the test lets its answer go."""
VICTIMS = ("east", "north", "south")
SITES = (*VICTIMS, HERE)

# When a hospital is killed: as soon as the phase is open, when its sealed answer lies on its disk, when that is recorded.
SITE_MOMENTS = ("asked", "sealed", "answered")
# When the coordinator is: as soon as a phase is open, with half of the answers recorded, in the middle of publishing.
COORDINATOR_MOMENTS = ("asked", "answered", "publishing")


@dataclass(frozen=True)
class Point:
    """Who is killed, and when."""

    round: int
    phase: Phase
    victim: str
    moment: str


def course(rounds: int, method: str = "clear") -> tuple[tuple[int, Phase], ...]:
    """Every phase of a study of so many rounds, in order; sealed sums have no ranges to find."""
    trained = tuple((number, phase) for number in range(1, rounds + 1) for phase in (Phase.UPDATE, Phase.EVALUATION))
    ranges = ((0, Phase.RANGES),) if method == "clear" else ()
    return (*ranges, (0, Phase.STATISTICS), *trained, (rounds, Phase.TEST))


def points(rounds: int, count: int, seed: int) -> tuple[Point, ...]:
    """So many points, spread over the phases of the study and over all victims and moments."""
    draw = random.Random(seed)
    steps = course(rounds)
    kinds = [(COORDINATOR, moment) for moment in COORDINATOR_MOMENTS]
    kinds += [(name, moment) for name in VICTIMS for moment in SITE_MOMENTS]
    shuffled: list[tuple[str, str]] = []
    found = []
    for number in range(count):
        if not shuffled:
            shuffled = draw.sample(kinds, len(kinds))
        low, high = number * len(steps) // count, max((number + 1) * len(steps) // count, number * len(steps) // count + 1)
        found.append(Point(*draw.choice(steps[low:high]), *shuffled.pop()))
    found[-1] = Point(*steps[-1], found[-1].victim, "closing")
    return tuple(found)


def _undisturbed(tmp_path: Path, rounds: int, method: str = "clear") -> tuple[RoundRecord, ...]:
    """The records of the same study in one process, where nothing happens to it."""
    folder = tmp_path / "undisturbed"
    folder.mkdir()
    lead = Lead(folder, _manifest(rounds, method))
    sessions = []
    try:
        sessions = [hospital.member(lead, folder, name, seed) for seed, name in enumerate(SITES)]
        lead.publish()
        for session in sessions:
            hospital.join(session)
            session.start(STUDY)
        lead.start()
        for session in sessions:
            assert session.wait(STUDY, 60) == "finished"
        return overview.records(lead.home, lead.study)
    finally:
        for session in sessions:
            session.close()
        lead.close()


def _manifest(rounds: int, method: str = "clear") -> str:
    return hospital.manifest(rounds=rounds, min_sites=len(SITES), ranges=method != "clear", method=method)


class Reaper:
    """Kills as planned, while the study stands still at the turnstile."""

    def __init__(self, federation: Programs, step: Turnstile, plan: Sequence[Point]) -> None:
        self._federation = federation
        self._step = step
        self._plan = list(plan)

    def work(self, key: PhaseKey) -> None:
        """All that is planned for this phase; then the last answer may go."""
        here = [point for point in self._plan if (point.round, point.phase) == (key.round, key.phase)]
        for point in here:
            if point.moment not in ("publishing", "closing"):
                self._wait(point, key)
                self._federation.kill(point.victim)
        self._step.release()
        for point in here:
            if point.moment == "publishing":
                self._publishing(key)
                self._federation.kill(point.victim)
            elif point.moment == "closing":
                self._federation.until(self._federation.finished)
                self._federation.kill(point.victim)

    def _wait(self, point: Point, key: PhaseKey) -> None:
        match point.victim, point.moment:
            case _, "asked":
                return
            case "coordinator", "answered":
                self._federation.until(lambda: len(self._federation.answered()) >= 2)
            case name, "sealed":
                self._federation.appears(f"*-{key.round}-{key.attempt}-{key.phase}.sealed", self._federation.folder / name / "outbox")
            case name, "answered":
                self._federation.until(lambda: name in self._federation.answered())

    def _publishing(self, key: PhaseKey) -> None:
        """A model's file is written before the transaction that publishes it; sums are in their files before they are opened."""
        home = self._federation.home
        if key.phase is Phase.UPDATE:
            self._federation.appears(f"{key.round}.safetensors*", home.study(StudyId(STUDY)) / "models")
        else:
            everybody = len(SITES)
            self._federation.until(
                lambda: len(self._federation.answered()) == everybody or self._federation.status().phase is not key.phase, every=0.001
            )


def _disturbed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int, plan: Sequence[Point], method: str = "clear"
) -> tuple[RoundRecord, ...]:
    """The records of a study in which everybody of the plan was killed; every process ended in order, by itself."""
    folder = tmp_path / "killed"
    folder.mkdir()
    step = Turnstile(monkeypatch, HERE)
    federation = Programs(folder, _manifest(rounds, method), SITES, HERE)
    try:
        federation.start()
        reaper = Reaper(federation, step, plan)
        for number, phase in course(rounds, method):
            key = step.wait(60)
            assert (key.round, key.phase, key.attempt) == (number, phase, 1), "no phase was abandoned, none came twice"
            reaper.work(key)
        assert federation.here.wait(STUDY, 60) == "finished"
        federation.ended()
        assert federation.status().exit_code == 0
        assert sorted(federation.kills) == sorted(point.victim for point in plan)
        for name in VICTIMS:
            _site_is_whole(folder / name, rounds, method)
        return overview.records(federation.home, StudyId(STUDY))
    finally:
        step.open()
        federation.close()


def _site_is_whole(home: Path, rounds: int, method: str) -> None:
    """Every phase was answered once, whatever was sent again held the same bytes, and the site has its results."""
    session = Session(home, looks=True)
    try:
        session.unlock(hospital.PASSPHRASE).result(60)
        _, rows = session.opened().write(lambda database: outbound.ledger_rows(database, "submit", 0, 1000))
        assert sorted((row.round, row.phase) for row in rows) == sorted((number, str(phase)) for number, phase in course(rounds, method))
        assert {row.receipt for row in rows} == {"ok"}
        assert session.opened().write(lambda database: studies.outbox(database, StudyId(STUDY))) == ()
        assert session.training(STUDY).state == "done"
        assert session.results(STUDY).result(60).final
    finally:
        session.close()


def _same_and_once(killed: tuple[RoundRecord, ...], undisturbed: tuple[RoundRecord, ...]) -> None:
    assert [(r.round, r.phase, r.model_sha256, r.best_round) for r in killed] == [
        (r.round, r.phase, r.model_sha256, r.best_round) for r in undisturbed
    ]
    total = killed[0].examples
    assert total == undisturbed[0].examples
    for mine, theirs in zip(killed, undisturbed, strict=True):
        assert sorted(mine.participants) == sorted(SITES)
        assert mine.examples == total, "the weights sum to one: each site's once"
        assert mine.evaluation.tobytes() == theirs.evaluation.tobytes()


def _silent(federation: Programs, name: str) -> list[WardroundError]:
    """Four minutes pass, for one hospital only; what somebody should do about whom."""
    past = federation.clock.now() - 240
    with federation.home.database() as database:  # the coordinator may yet write down when it spoke last
        database.execute("UPDATE studies SET started = min(started, ?)", (past,))
        database.execute("UPDATE sites SET last_seen = min(last_seen, ?) WHERE site = ?", (past, name))
    return [site.problem for site in federation.status().sites if site.problem]


@pytest.mark.timeout(120)
def test_a_killed_hospital_is_named_to_the_lead_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = Turnstile(monkeypatch, HERE)
    federation = Programs(tmp_path, _manifest(1), SITES, HERE)
    status = ["-C", str(federation.home.path), "coordinator", "status"]
    try:
        federation.start()
        while step.wait(60).phase is not Phase.UPDATE:
            step.release()
        federation.kill_for_good("north")
        until(lambda: {"east", "south"} <= federation.answered())
        (problem,) = until(lambda: _silent(federation, "north"))
        complete(problem, "E-ROUND-20", 3, "north", "4")
        there = snapshot.of_coordinator(federation.home)
        for language in ("en", "zh"):
            assert main([*status, "--lang", language]) == 3
            said = capsys.readouterr().out
            assert "E-ROUND-20" in said
            in_words(said, "E-ROUND-20", language)
        assert snapshot.of_coordinator(federation.home) == there
        federation.children["north"].start()
        federation.until(lambda: federation.status().exit_code == 0)
        step.open()
        assert federation.here.wait(STUDY, 60) == "finished"
        federation.ended()
        assert all(set(record.participants) == set(SITES) for record in overview.records(federation.home, StudyId(STUDY)))
    finally:
        step.open()
        federation.close()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("method", ["clear", "masking"])
def test_four_kills_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """One in each quarter of the study, the last one while the hospitals compare their models."""
    plan = (
        Point(0, Phase.STATISTICS, "north", "answered"),
        Point(1, Phase.UPDATE, "south", "sealed"),
        Point(2, Phase.UPDATE, COORDINATOR, "publishing"),
        Point(2, Phase.TEST, "east", "closing"),
    )
    _same_and_once(_disturbed(tmp_path, monkeypatch, 2, plan, method), _undisturbed(tmp_path, 2, method))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [1, 2])
def test_twenty_five_kills_change_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    plan = points(rounds=5, count=25, seed=seed)
    assert {point.victim for point in plan} == {COORDINATOR, *VICTIMS}
    assert {point.phase for point in plan} == set(Phase)
    _same_and_once(_disturbed(tmp_path, monkeypatch, 5, plan), _undisturbed(tmp_path, 5))
