# SPDX-License-Identifier: Apache-2.0
"""When a phase closes, waits, or is opened anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.coordinator import roster
from engine.coordinator.roster import Verdict
from engine.store.rounds import Answer, AnswerState, OpenPhase
from engine.study.manifest import RoundsSection
from engine.values import Phase, PhaseKey, SiteId, StudyId

OPENED, DEADLINE = 1000.0, 1100.0


def phase(kind: Phase, sites: int) -> OpenPhase:
    names = tuple(SiteId(f"h{i}") for i in range(sites))
    return OpenPhase(PhaseKey(StudyId("s"), 1, 1, kind), OPENED, DEADLINE, names, names)


def answer(site: SiteId, state: AnswerState, time: float) -> Answer:
    return Answer(site, state, time, "", 0, "", b"")


STATES = st.sampled_from([None, AnswerState.ACCEPTED, AnswerState.FAILED, AnswerState.WITHDRAWN])


@st.composite
def situations(draw: st.DrawFn) -> tuple[OpenPhase, set[SiteId], dict[SiteId, Answer], RoundsSection]:
    """Any phase, any answers, any sites gone."""
    count = draw(st.integers(1, 6))
    opened = phase(draw(st.sampled_from(list(Phase))), count)
    active = {site for site in opened.participants if draw(st.booleans())}
    answers = {}
    for site in opened.participants:
        state = draw(STATES)
        # Rounds takes back what a site had sent that is gone, before it asks for a verdict.
        if state is not None and (site in active or state is not AnswerState.ACCEPTED):
            answers[site] = answer(site, state, draw(st.floats(OPENED, DEADLINE)))
    rules = RoundsSection(min_sites=draw(st.integers(1, 4)), quorum=draw(st.sampled_from([0.01, 0.5, 0.75, 1.0])), deadline=100.0)
    return opened, active, answers, rules


@given(situations(), st.floats(OPENED, DEADLINE + 50))
def test_a_sum_of_fewer_than_min_sites_is_never_opened(situation, now) -> None:  # type: ignore[no-untyped-def]
    opened, active, answers, rules = situation
    if roster.verdict(opened, active, answers, rules, now) is Verdict.CLOSE:
        here = roster.accepted(answers)
        assert len(here) >= rules.min_sites
        assert len(here) >= rules.quorum * len(roster.called(opened, active, answers)) - 1e-9
        if opened.key.phase in roster.PREPARE:
            assert set(opened.participants) & active <= set(here)


@given(situations(), st.floats(DEADLINE, DEADLINE + 50))
def test_nothing_waits_beyond_the_deadline(situation, now) -> None:  # type: ignore[no-untyped-def]
    opened, active, answers, rules = situation
    assert roster.verdict(opened, active, answers, rules, now) is not Verdict.WAIT


@given(situations())
def test_time_never_turns_a_closed_phase_back(situation) -> None:  # type: ignore[no-untyped-def]
    opened, active, answers, rules = situation
    closed = False
    for now in range(int(OPENED), int(DEADLINE) + 20):
        verdict = roster.verdict(opened, active, answers, rules, float(now))
        assert not closed or verdict is Verdict.CLOSE
        closed = closed or verdict is Verdict.CLOSE


def test_a_closed_phase_does_not_wait_for_the_grace_when_everybody_answered() -> None:
    opened = phase(Phase.UPDATE, 3)
    answers = {site: answer(site, AnswerState.ACCEPTED, OPENED) for site in opened.participants}
    assert roster.verdict(opened, set(opened.participants), answers, RoundsSection(quorum=0.5), OPENED) is Verdict.CLOSE


def test_the_grace_is_at_least_a_tenth_of_the_deadline() -> None:
    opened = phase(Phase.UPDATE, 4)
    rules = RoundsSection(quorum=0.5, min_sites=2)
    assert roster.closing_time(opened, [OPENED + 1, OPENED + 2], rules, 4) == OPENED + 12
    assert roster.closing_time(opened, [OPENED + 1, OPENED + 30], rules, 4) == OPENED + 60
    assert roster.closing_time(opened, [OPENED + 1, OPENED + 80], rules, 4) == DEADLINE
    assert roster.closing_time(opened, [OPENED + 1], rules, 4) == DEADLINE


def test_a_phase_is_held_when_nobody_is_left_to_wait_for_and_too_many_failed() -> None:
    opened = phase(Phase.UPDATE, 3)
    everybody = set(opened.participants)
    for failures, awaited, expected in ((3, 0, Verdict.HOLD), (1, 0, Verdict.HOLD), (2, 1, Verdict.WAIT), (0, 1, Verdict.WAIT)):
        states = [AnswerState.FAILED] * failures + [AnswerState.ACCEPTED] * (3 - failures - awaited)
        answers = {site: answer(site, state, OPENED) for site, state in zip(opened.participants, states, strict=False)}
        assert roster.verdict(opened, everybody, answers, RoundsSection(min_sites=3), OPENED + 1) is expected
    late = {site: answer(site, AnswerState.FAILED, OPENED) for site in opened.participants}
    assert roster.verdict(opened, everybody, late, RoundsSection(min_sites=3), DEADLINE + 1) is Verdict.HOLD
    assert roster.verdict(phase(Phase.STATISTICS, 3), everybody, late, RoundsSection(min_sites=3), OPENED + 1) is Verdict.WAIT


def test_a_failure_is_an_answer_except_in_the_prepare_phases() -> None:
    for kind, awaited in ((Phase.UPDATE, ()), (Phase.STATISTICS, ("h2",))):
        opened = phase(kind, 3)
        answers = {
            SiteId("h0"): answer(SiteId("h0"), AnswerState.ACCEPTED, OPENED),
            SiteId("h1"): answer(SiteId("h1"), AnswerState.ACCEPTED, OPENED),
            SiteId("h2"): answer(SiteId("h2"), AnswerState.FAILED, OPENED),
        }
        assert roster.waiting_for(opened, set(opened.participants), answers) == awaited
        expected = Verdict.WAIT if awaited else Verdict.CLOSE
        assert roster.verdict(opened, set(opened.participants), answers, RoundsSection(), OPENED + 1) is expected
