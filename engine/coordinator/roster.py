# SPDX-License-Identifier: Apache-2.0
"""Who is waited for: when a phase may close, when it goes on without somebody, and when it has to be opened anew.

Pure functions of what is known, so the rules can be read and tested without a database or a clock.

- A site is *called* when it takes part, has neither left nor been revoked, and has not reported that it cannot.
- A phase closes at once when every called site has answered, and at least ``min_sites`` of them.
- With ``quorum`` < 1 it closes without the rest when that share has answered and a grace has passed: as long again as the
  quorum took, and at least a tenth of the deadline.
- When nobody is left to wait for and too many have reported that they cannot, it is held: asking the same again would end the same.
- At the deadline it closes with ``quorum`` and ``min_sites``; with fewer it is abandoned and opened anew.
- The prepare phases (ranges, statistics) need every site that takes part: no quorum, and a failure is waited out.
- The steps of a sealed sum are waited for like the vector; the two that open it close as soon as enough have answered and a moment
  has passed for the rest, and are given up when too few are left to ask.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from enum import Enum
from math import ceil

from engine.store.rounds import Answer, AnswerState, OpenPhase
from engine.study.manifest import RoundsSection
from engine.values import Phase, SiteId, Step

PREPARE = (Phase.RANGES, Phase.STATISTICS)
OPENING = (Step.SURVIVORS, Step.UNMASK)
GRACE = 2.0
"""Seconds in which those may still answer whose help to open a sum is not needed."""


class Verdict(Enum):
    """What is to be done with the open phase now."""

    WAIT = "wait"
    CLOSE = "close"
    ANEW = "anew"
    HOLD = "hold"


def accepted(answers: Mapping[SiteId, Answer]) -> tuple[SiteId, ...]:
    """The sites whose payloads are part of the sum, by name."""
    return tuple(sorted(site for site, answer in answers.items() if answer.state is AnswerState.ACCEPTED))


def called(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer]) -> tuple[SiteId, ...]:
    """The sites whose answer this phase waits for or has."""
    failed = {site for site, answer in answers.items() if answer.state is AnswerState.FAILED}
    out = set() if phase.key.phase in PREPARE else failed
    return tuple(site for site in phase.asked if site in active and site not in out)


def failed(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer]) -> tuple[Answer, ...]:
    """The answers of sites that are here and said that they cannot, or whose payload was refused."""
    here = (answers[site] for site in phase.participants if site in active and site in answers)
    return tuple(answer for answer in here if answer.state is AnswerState.FAILED)


def waiting_for(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer]) -> tuple[SiteId, ...]:
    """The called sites that have not answered yet."""
    here = set(accepted(answers))
    return tuple(site for site in called(phase, active, answers) if site not in here)


def needed(rules: RoundsSection, calls: int, least: int = 0) -> int:
    """How many answers a phase needs to close without the rest; ``least``: that its sum can be opened at all."""
    return max(rules.min_sites, least, ceil(rules.quorum * calls - 1e-9))


def closing_time(phase: OpenPhase, times: Sequence[float], rules: RoundsSection, calls: int, least: int = 0) -> float:
    """When a phase whose accepted answers came at ``times`` closes without the rest; the deadline unless a grace ends before it."""
    need = needed(rules, calls, least)
    if rules.quorum >= 1.0 or len(times) < need:
        return phase.deadline
    reached = sorted(times)[need - 1]
    grace = max(reached - phase.opened, (phase.deadline - phase.opened) / 10)
    return min(phase.deadline, reached + grace)


def verdict(
    phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer], rules: RoundsSection, now: float, least: int = 0
) -> Verdict:
    """What is to be done with the open phase at ``now`` (unix seconds)."""
    here = accepted(answers)
    calls = called(phase, active, answers)
    if len(here) >= max(rules.min_sites, least) and set(calls) <= set(here):
        return Verdict.CLOSE
    if phase.key.phase not in PREPARE and len(here) >= needed(rules, len(calls), least):
        times = [answers[site].time for site in here]
        return Verdict.CLOSE if now >= closing_time(phase, times, rules, len(calls), least) else Verdict.WAIT
    if phase.key.phase not in PREPARE and set(calls) <= set(here) and failed(phase, active, answers):
        return Verdict.HOLD
    return Verdict.ANEW if now >= phase.deadline else Verdict.WAIT


def opening(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer], enough: bool, now: float) -> Verdict:
    """The same for a step that opens a sealed sum; ``enough``: the accepted answers open it without the rest."""
    left = [site for site in phase.asked if site in active and site not in answers]
    if not left:
        return Verdict.CLOSE if enough else Verdict.ANEW
    if enough:
        last = max(answer.time for answer in answers.values())
        return Verdict.CLOSE if now >= min(phase.deadline, max(last, phase.opened) + GRACE) else Verdict.WAIT
    return Verdict.ANEW if now >= phase.deadline else Verdict.WAIT
