# SPDX-License-Identifier: Apache-2.0
"""A study with noise by the real session over mutual TLS: it ends, what it charged is in the ledger, and the hospital's limit holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.session import Session
from engine.session.budget_views import Band
from engine.store import budget, outbound, studies
from engine.values import Phase
from tests.support.hospital import PASSPHRASE, STUDY, join, manifest, write_records
from tests.support.lead import Lead

DP_SGD = '\n[privacy]\nmechanism = "dp-sgd"\nepsilon = 2.0\ndelta = 1e-5\nsampling = 0.5\n'
UPDATE_NOISE = '\n[privacy]\nmechanism = "update-noise"\nepsilon = 2.0\ndelta = 1e-5\n'
LABEL = '\n[privacy]\nmechanism = "label"\nlabel_epsilon = 1.5\n'


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = Session.open(tmp_path / "home")
    opened.create(PASSPHRASE).result(60)
    yield opened
    opened.close()


def ready(session: Session, lead: Lead, folder: Path) -> None:
    session.import_data(write_records(folder / "records.csv", 1), "records").result(60)
    session.enrol(lead.invite("north")).result(60)
    lead.approve("north")
    lead.publish()
    session.refresh(STUDY).result(60)


@pytest.mark.parametrize("said", [DP_SGD, UPDATE_NOISE])
def test_a_study_with_noise_charges_what_it_promised_and_not_more(session: Session, tmp_path: Path, said: str) -> None:
    lead = Lead(tmp_path, manifest(rounds=2, privacy=said))
    try:
        ready(session, lead, tmp_path)
        join(session)
        lead.start()
        session.start(STUDY)
        assert session.wait(STUDY, 300) == "finished"
    finally:
        lead.close()
    view = session.privacy_budget().result(120)
    [study] = view.studies
    assert study.epsilon_used is not None
    assert 1.8 < study.epsilon_used <= 2.0
    assert study.epsilon_used == study.epsilon_at_end == view.epsilon_used  # all of it was spent, nothing is reserved any more
    assert study.epsilon_rdp is not None
    assert study.epsilon_rdp >= study.epsilon_used
    assert study.band is Band.MODERATE
    assert [(line.spent, line.open) for line in study.charges] == [(1, 0), (2, 0), (2, 0), (1, 0)]

    rows = session.outbound("", 0, 100).result(60).rows
    after = [row.epsilon_after for row in reversed(rows) if row.epsilon_after is not None]
    assert len(after) == 6  # statistics, two updates, two evaluations, the test figures
    assert after == sorted(after)
    assert after[-1] >= study.epsilon_used

    site = session.opened()
    records = site.write(lambda database: studies.records(database, STUDY))
    assert all(record.train_loss == 0.0 for record in records if record.phase is Phase.UPDATE)  # the loss stays here
    assert all((record.evaluation >= 0).all() for record in records)
    assert not list((tmp_path / "home" / "outbox").glob("*.protected"))
    assert all(row[0] == budget.OPERATING_SYSTEM for row in site.write(lambda database: database.execute("SELECT source FROM budget_draw")))


def test_label_noise_has_its_own_account_and_one_label_a_patient(session: Session, tmp_path: Path) -> None:
    lead = Lead(tmp_path, manifest(rounds=2, privacy=LABEL))
    try:
        ready(session, lead, tmp_path)
        join(session)
        lead.start()
        session.start(STUDY)
        assert session.wait(STUDY, 300) == "finished"
    finally:
        lead.close()
    view = session.privacy_budget().result(120)
    [study] = view.studies
    assert view.epsilon_used == 0.0
    assert (study.epsilon_used, study.label_epsilon, study.band) == (None, 1.5, Band.NONE)
    [line] = study.charges
    assert (line.spent, line.open) == (1, 0)
    statistics = session.opened().write(lambda database: studies.opened(database, STUDY, Phase.STATISTICS))
    assert statistics is not None
    per_class = np.frombuffer(statistics, "<f8")[-3:-1]
    assert per_class.sum() == np.frombuffer(statistics, "<f8")[-1]


def test_a_hospital_that_allows_less_does_not_join(session: Session, tmp_path: Path) -> None:
    lead = Lead(tmp_path, manifest(rounds=2, privacy=DP_SGD))
    try:
        ready(session, lead, tmp_path)
        session.set_setting("privacy.most", "1")
        with pytest.raises(WardroundError) as caught:
            join(session)
        assert caught.value.code == "E-DP-12"
        assert session.opened().write(outbound.bytes_by_kind).get("join") is None
        session.set_setting("privacy.most", "2")
        join(session)
    finally:
        lead.close()


def test_a_hospital_that_demands_noise_joins_no_study_without(session: Session, tmp_path: Path) -> None:
    lead = Lead(tmp_path, manifest(rounds=2))
    try:
        ready(session, lead, tmp_path)
        session.set_setting("privacy.demanded", "patient")
        with pytest.raises(WardroundError) as caught:
            join(session)
        assert caught.value.code == "E-DP-10"
    finally:
        lead.close()
