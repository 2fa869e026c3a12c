# SPDX-License-Identifier: Apache-2.0
"""Training never stands in the way: with a step of a minute in ``trainer``, everything else answers within a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.coordinator import overview
from engine.session import Session
from engine.site import agent
from engine.store import outbound
from engine.store.outbound import LedgerRow
from engine.values import Phase, PhaseKey
from tests.support import hospital
from tests.support.lead import Lead
from tests.support.patience import until
from tests.support.turnstile import Turnstile

WITHIN = 1.0
"""Seconds that the requirement allows."""


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, hospital.manifest(rounds=2))
    yield made
    made.close()


@pytest.fixture
def quick_heart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "HEARTBEAT_SECONDS", 0.1)


def _begin(lead: Lead, folder: Path) -> Session:
    session = hospital.member(lead, folder, "north", 1)
    lead.publish()
    hospital.join(session)
    session.start(hospital.STUDY)
    lead.start()
    return session


def _first_update(key: PhaseKey) -> bool:
    return (key.round, key.phase) == (1, Phase.UPDATE)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _heartbeats(session: Session) -> tuple[LedgerRow, ...]:
    rows = session.opened().write(lambda database: outbound.ledger_rows(database, "heartbeat", 0, 1000))[1]
    return tuple(row for row in rows if row.receipt == "ok")


def _more_heartbeats(session: Session, count: int) -> None:
    before = len(_heartbeats(session))
    until(lambda: len(_heartbeats(session)) >= before + count, WITHIN)


def test_a_step_of_a_minute_delays_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lead: Lead, quick_heart: None) -> None:
    step = Turnstile(monkeypatch, "north", _first_update, deaf=True)
    session = _begin(lead, tmp_path)
    try:
        assert _first_update(step.wait())
        _more_heartbeats(session, 2)
        assert _seconds(lambda: session.training(hospital.STUDY)) < WITHIN
        assert session.training(hospital.STUDY).state == "training"
        more = hospital.write_records(tmp_path / "more.csv", 2, rows=500)
        assert _seconds(lambda: session.import_data(more, "more").result(60)) < WITHIN

        def pause() -> None:
            session.pause(hospital.STUDY)
            until(lambda: session.training(hospital.STUDY).state == "paused-by-you")

        assert _seconds(pause) < WITHIN
        assert _seconds(lambda: session.home()) < WITHIN
        _more_heartbeats(session, 2)
        north = overview.status(lead.home, lead.study, lead.clock).sites[0]
        assert until(lambda: overview.status(lead.home, lead.study, lead.clock).sites[0].state == "paused-by-you", 10), north
        assert step.holding
        step.open()
        session.resume(hospital.STUDY)
        assert session.wait(hospital.STUDY, 60) == "finished"
    finally:
        step.open()
        session.close()


def test_nothing_is_sent_while_sending_is_paused_and_the_study_goes_on_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lead: Lead, quick_heart: None
) -> None:
    """The switch on the Outbound page, thrown while a step runs."""
    step = Turnstile(monkeypatch, "north", _first_update, deaf=True)
    session = _begin(lead, tmp_path)
    try:
        step.wait()
        _more_heartbeats(session, 1)
        assert _seconds(session.pause_sending) < WITHIN
        until(lambda: all(row.receipt != "waiting" for row in _rows(session)))
        shut = len(_rows(session))
        step.open()
        until(lambda: session.training(hospital.STUDY).state == "sending")
        assert len(_rows(session)) == shut
        session.resume_sending()
        assert session.wait(hospital.STUDY, 60) == "finished"
    finally:
        step.open()
        session.close()


def _rows(session: Session) -> tuple[LedgerRow, ...]:
    return session.opened().write(lambda database: outbound.ledger_rows(database, "", 0, 10_000))[1]


@pytest.mark.parametrize("phase", [Phase.STATISTICS, Phase.UPDATE, Phase.TEST])
def test_closing_during_training_and_opening_again_changes_no_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    """The window was closed at work; the next start goes on by itself and ends with the same model."""
    models = []
    for name in ("closed", "undisturbed"):
        folder = tmp_path / name
        folder.mkdir()
        lead = Lead(folder, hospital.manifest(rounds=2))
        session = None
        step = Turnstile(monkeypatch, "north" if name == "closed" else "nobody", lambda key: key.phase is phase)
        try:
            session = _begin(lead, folder)
            if name == "closed":
                step.wait()
                assert session.busy_training()
                session.close()
                step.open()
                session = Session.open(folder / "north")
                session.unlock(hospital.PASSPHRASE).result(60)
            assert session.wait(hospital.STUDY, 60) == "finished"
            models.append([record.model_sha256 for record in overview.records(lead.home, lead.study)])
        finally:
            step.open()
            if session is not None:
                session.close()
            lead.close()
    assert models[0] == models[1]
    assert len(models[0]) == 4
