# SPDX-License-Identifier: Apache-2.0
"""Hospitals as processes that die for good in the middle of sealed sums, over mutual TLS: the others go on without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.coordinator import overview
from engine.store import exchanges
from engine.values import Phase, PhaseKey, Step, StudyId
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.programs import Programs
from tests.support.turnstile import Turnstile

# CPython 3.11 leaves a socket to the garbage collector when the peer was killed between connect and the first byte of TLS.
pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")

HERE = "west"
SITES = ("east", "hill", "north", "south", HERE)


@pytest.mark.timeout(240)
def test_one_dies_before_its_vector_and_the_sums_of_the_others_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These hospitals allow sums that differ by one. The masks that the dead one shared with each other one come from their shares."""
    monkeypatch.setenv("WARDROUND_PRIVACY_REFUSE_ONE_APART", "off")
    step = Turnstile(monkeypatch, HERE)
    plan = hospital.manifest(rounds=1, min_sites=3, deadline="20s", method="masking").replace("[rounds]", "[rounds]\nquorum = 0.7")
    federation = Programs(tmp_path, plan, SITES, HERE)
    try:
        federation.start()
        while step.wait(60).phase is not Phase.UPDATE:
            step.release()
        federation.kill_for_good("north")
        before = "north" in federation.answered()
        step.open()
        assert federation.here.wait(STUDY, 120) == "finished"
        for name in ("east", "hill", "south"):
            process = federation.children[name].process
            assert process is not None
            assert process.wait(60) == 0
        records = {record.phase: record for record in overview.records(federation.home, StudyId(STUDY))}
        assert set(records[Phase.STATISTICS].participants) == set(SITES)
        assert set(records[Phase.UPDATE].participants) == (set(SITES) if before else set(SITES) - {"north"})
        assert set(records[Phase.TEST].participants) == set(SITES) - {"north"}
        assert records[Phase.TEST].examples > 0
        with federation.home.database() as database:
            left = exchanges.bodies(database, PhaseKey(StudyId(STUDY), 1, 1, Phase.TEST), Step.UNMASK)
        assert left == {}, "what opened a sum is forgotten when the study has ended"
    finally:
        step.open()
        federation.close()
