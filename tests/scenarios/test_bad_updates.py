# SPDX-License-Identifier: Apache-2.0
"""Updates that must not count: not a number, of another shape, out of bounds; refused where they arise or where they arrive."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.coordinator import overview
from engine.models.spec import size
from engine.secagg import fixed_point
from engine.secagg.base import Sealer
from engine.secagg.clear import ClearSealer
from engine.session import Session
from engine.site import participant
from engine.site.link import GrpcTransport
from engine.site.participant import Opened, Participant
from engine.store import studies
from engine.study import manifest as manifests
from engine.study.phases import layout_of
from engine.study.schema import model_spec_of
from engine.values import Phase, PhaseKey, SealedVector, StudyId, Token, Update
from engine.wire.messages import NextTask, ReportError, SiteState, StudyState, Submit, Task, Tasks
from tests.support import hospital, snapshot
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.patience import until
from tests.support.told import complete, refused
from tests.support.turnstile import Turnstile

ROUNDS = 3
LIMIT = 5.0
"""The largest change (its L2 norm) that the study allows."""
PLAN = hospital.manifest(rounds=ROUNDS) + f"max_norm = {LIMIT}\n"


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, PLAN)
    yield made
    made.close()


def _begin(lead: Lead, folder: Path, *names: str) -> list[Session]:
    sessions = [hospital.member(lead, folder, name, seed) for seed, name in enumerate(names)]
    lead.publish()
    for session in sessions:
        hospital.join(session)
        session.start(STUDY)
    lead.start()
    return sessions


def _code_of(lead: Lead, site: str) -> str:
    (line,) = [line for line in overview.status(lead.home, lead.study, lead.clock).sites if line.site == site]
    return line.code


# ---------------------------------------------------------------- at the site


def _spoiled(monkeypatch: pytest.MonkeyPatch, site: str, number: int, spoil: Callable[[Update], Update]) -> None:
    """In one round, one site's training gives something else."""
    perform = Participant.perform

    def performed(mine: Participant, task: Task, model: bytes | bytearray, opened: Opened, sealer: Sealer, token: Token) -> SealedVector:
        if (mine.site, task.key.round, task.key.phase) != (site, number, Phase.UPDATE):
            return perform(mine, task, model, opened, sealer, token)
        step = mine._step
        mine._step = lambda *arguments: spoil(step(*arguments))
        try:
            return perform(mine, task, model, opened, sealer, token)
        finally:
            mine._step = step

    monkeypatch.setattr(Participant, "perform", performed)


def _with_nan(update: Update) -> Update:
    delta = update.delta.copy()
    delta[3] = np.nan
    return replace(update, delta=delta)


def _with_infinite_loss(update: Update) -> Update:
    return replace(update, loss=float("inf"))


@pytest.mark.parametrize("spoil", [_with_nan, _with_infinite_loss])
def test_an_update_that_is_no_number_never_leaves_and_the_round_goes_on(
    tmp_path: Path, lead: Lead, monkeypatch: pytest.MonkeyPatch, spoil: Callable[[Update], Update]
) -> None:
    _spoiled(monkeypatch, "south", 2, spoil)
    step = Turnstile(monkeypatch, "north", lambda key: (key.round, key.phase) == (2, Phase.UPDATE))
    north, south = _begin(lead, tmp_path, "north", "south")
    try:
        step.wait()
        problem = until(lambda: south.training(STUDY).problem)
        assert (problem.code, problem.who) == ("E-TRAIN-01", "lead")
        assert problem.what
        assert problem.mend
        until(lambda: _code_of(lead, "south"))
        status = overview.status(lead.home, lead.study, lead.clock)
        assert status.exit_code == 3
        assert _code_of(lead, "south") == "E-TRAIN-01"
        complete(participant.WardroundError("E-TRAIN-01", count=1), "E-TRAIN-01", 8, "1")
        rows = south.outbound(f"submit {STUDY} update 2").result(30)
        assert rows.total_rows == 0, "nothing of it was sent"
        step.open()
        for session in (north, south):
            assert session.wait(STUDY, 60) == "finished"
        trained = {r.round: set(r.participants) for r in overview.records(lead.home, lead.study) if r.phase is Phase.UPDATE}
        assert trained == {1: {"north", "south"}, 2: {"north"}, 3: {"north", "south"}}
    finally:
        step.open()
        north.close()
        south.close()


def test_training_that_diverges_says_so_here_and_at_the_lead(tmp_path: Path) -> None:
    """Nothing is made up: the largest learning rate that a plan may have."""
    plan = hospital.manifest(rounds=2).replace('optimizer = "adam"', 'optimizer = "sgd"\nmomentum = 0.9\nlocal_epochs = 20')
    plan = plan.replace("hidden = [8]", "hidden = [64, 64, 64]")
    lead = Lead(tmp_path, plan.replace("learning_rate = 0.02", "learning_rate = 10.0"))
    (north,) = _begin(lead, tmp_path, "north")
    try:
        problem = until(lambda: north.training(STUDY).problem)
        assert problem.code == "E-TRAIN-02"
        assert until(lambda: _code_of(lead, "north")) == "E-TRAIN-02"
        held = until(lambda: overview.status(lead.home, lead.study, lead.clock).problem)
        assert held.code == "E-ROUND-11", "it would end the same: the lead is told at once, not at the deadline"
        status = overview.status(lead.home, lead.study, lead.clock)
        assert (status.exit_code, status.round, status.phase) == (3, 1, Phase.UPDATE)
        assert [record.round for record in overview.records(lead.home, lead.study)] == [0], "what was published stays"
        with refused("E-TRAIN-02", 1, "7"):
            raise participant.WardroundError("E-TRAIN-02", epoch=7)
    finally:
        north.close()
        lead.close()


# ---------------------------------------------------------------- at the coordinator


class Mallory:
    """A hospital with good certificates whose program sends what it likes, from the first update on."""

    def __init__(self, session: Session) -> None:
        site = session.opened()
        (enrolled,) = site.write(studies.enrolments)
        self._endpoint = site.endpoint(enrolled)
        session.stop(STUDY)
        manifest = manifests.parse(PLAN, "test")
        self.layout = layout_of(Phase.UPDATE, manifest, size(model_spec_of(manifest)))

    def update(self, change: float, weight: float) -> bytes:
        """An update in the right shape, the same change everywhere."""
        delta = np.full(self.layout.length - 3, change, np.float32)
        return bytes(ClearSealer().seal(fixed_point.encode_update(delta, weight, 0.5, self.layout)[0]))

    async def work(self, script: Callable[[Mallory, GrpcTransport, Task], object]) -> None:
        """Answers every task as the script says, until the study has ended."""
        transport = GrpcTransport(self._endpoint)
        try:
            while (tasks := await self._ask(transport)).state is StudyState.RUNNING:
                if tasks.task is not None:
                    await script(self, transport, tasks.task)  # type: ignore[misc]
        finally:
            await transport.close()

    async def _ask(self, transport: GrpcTransport) -> Tasks:
        return await transport.next_task(NextTask(StudyId(STUDY), SiteState.READY, ROUNDS, 1.0), _unseen)


def _unseen(_: bytes | memoryview) -> None:
    """Nobody looks at what Mallory sends."""


async def _send(transport: GrpcTransport, key: PhaseKey, payload: bytes, sha256: str = "") -> None:
    sealed = SealedVector(key, payload, sha256 or hashlib.sha256(payload).hexdigest())
    await transport.submit(Submit(sealed), _unseen)


def test_a_site_that_sends_what_it_likes_changes_nothing(tmp_path: Path, lead: Lead, monkeypatch: pytest.MonkeyPatch) -> None:
    step = Turnstile(monkeypatch, "mallory", lambda key: key.phase is Phase.UPDATE)
    hold = Turnstile(monkeypatch, "north", lambda key: key.phase is Phase.UPDATE)  # so that no round closes before it was looked at
    north, session = _begin(lead, tmp_path, "north", "mallory")
    met: list[str] = []

    async def script(mallory: Mallory, transport: GrpcTransport, task: Task) -> None:
        if task.key.phase is not Phase.UPDATE:
            await transport.report_error(ReportError(task.key, "E-BUG-01"), _unseen)
            return
        if task.key.round == 1:
            await _wrong_shapes(mallory, transport, task.key)
        ring = mallory.layout.nbytes // 4
        payload, code, exit_code = {
            1: (np.full(ring, 0x7FFFFFFF, "<i4").tobytes(), "E-TRAIN-10", 8),
            2: (_wild(mallory), "E-TRAIN-09", 8),
            3: (mallory.update(1.0, 0.5), "E-TRAIN-11", 8),
        }[task.key.round]
        with refused(code, exit_code):
            await _send(transport, task.key, payload)
        met.append(code)
        assert _code_of(lead, "mallory") == code
        with refused("E-ROUND-02", 1, STUDY, str(task.key.round)):
            await _send(transport, task.key, mallory.update(0.0, 0.5))  # refused once is refused
        hold.release()

    async def _wrong_shapes(mallory: Mallory, transport: GrpcTransport, key: PhaseKey) -> None:
        there = snapshot.of_coordinator(lead.home)
        good = mallory.update(0.1, 0.5)
        for payload in (b"", good[:-4], good + b"\0\0\0\0", bytes(4 << 20)):
            with refused("E-UPDATE-01", 1, "mallory", str(len(payload)), str(len(good))):
                await _send(transport, key, payload)
            assert snapshot.of_coordinator(lead.home) == there, "nothing is kept of it"
        with refused("E-UPDATE-03", 1, "mallory"):
            await _send(transport, key, good, "0" * 64)
        for other in (replace(key, round=7), replace(key, attempt=9), replace(key, phase=Phase.TEST)):
            with refused("E-ROUND-02", 1, STUDY):
                await _send(transport, other, good)
        with refused("E-ROUND-01", 6, "another"):
            await _send(transport, replace(key, study=StudyId("another")), good)
        assert snapshot.of_coordinator(lead.home) == there
        met.append("shapes")

    try:
        step.wait()
        mallory = Mallory(session)
        asyncio.run(asyncio.wait_for(mallory.work(script), 60))
        assert met == ["shapes", "E-TRAIN-10", "E-TRAIN-09", "E-TRAIN-11"]
        assert north.wait(STUDY, 60) == "finished"
        records = overview.records(lead.home, lead.study)
        trained = [record for record in records if record.phase is Phase.UPDATE]
        assert [record.participants for record in trained] == [("north",)] * ROUNDS
        assert [record.examples for record in trained] == [trained[0].examples] * ROUNDS
        assert all(np.isfinite(record.train_loss) and np.isfinite(record.evaluation).all() for record in records)
        until(lambda: not [path for path in lead.home.spool.rglob("*") if path.is_file()])
    finally:
        step.open()
        hold.open()
        north.close()
        session.close()


def _wild(mallory: Mallory) -> bytes:
    """A right weight, and one number far outside what the plan clips to."""
    ring = np.frombuffer(mallory.update(0.0, 0.001), "<i4").copy()
    ring[0] = 0x3FFFFFFF
    return ring.tobytes()
