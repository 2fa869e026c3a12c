# SPDX-License-Identifier: Apache-2.0
"""What the Study page says will leave is what leaves: every kind is named, and the results have the size that was named."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from engine.errors import Language
from engine.session import sentences
from engine.site.release import KINDS
from engine.study import manifest as manifests
from engine.values import Phase
from tests.support import hospital
from tests.support.lead import Lead

LANGUAGES: tuple[Language, ...] = ("en", "zh")


def test_every_kind_that_may_leave_is_named_in_both_languages() -> None:
    manifest = manifests.parse(hospital.manifest(ranges=False), "test")
    for language in LANGUAGES:
        every = {sentences.kind(kind, "", language) for kind in KINDS.values() if kind != "submit"}
        every |= {sentences.kind("submit", phase, language) for phase in Phase}
        assert {line.kind for line in sentences.forecast(manifest, 50, language)} == every


def test_what_leaves_is_what_was_forecast(tmp_path: Path) -> None:
    lead = Lead(tmp_path, hospital.manifest(rounds=2, ranges=False))
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        lead.publish()
        hospital.join(session)
        forecast = {line.kind: line for line in session.study(hospital.STUDY).result(60).forecast}
        session.start(hospital.STUDY)
        lead.start()
        assert session.wait(hospital.STUDY, 120) == "finished"
        left = defaultdict(list)
        for row in session.outbound(count=1000).result(60).rows:
            left[row.kind].append(row.bytes)
    finally:
        session.close()
        lead.close()
    assert set(left) <= set(forecast)
    for phase in Phase:
        line = forecast[sentences.kind("submit", phase, "en")]
        assert len(left[line.kind]) == line.messages
        assert all(0 <= line.bytes_each - size <= 8 for size in left[line.kind]), line  # a number that is zero takes no room
    assert all(size <= forecast[kind].bytes_each for kind, sizes in left.items() for size in sizes)
