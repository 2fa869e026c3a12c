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
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from enum import Enum
from math import ceil

from engine.store.rounds import Answer, AnswerState, OpenPhase
from engine.study.manifest import RoundsSection
from engine.values import Phase, SiteId

PREPARE = (Phase.RANGES, Phase.STATISTICS)


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
    return tuple(site for site in phase.participants if site in active and site not in out)


def failed(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer]) -> tuple[Answer, ...]:
    """The answers of sites that are here and said that they cannot, or whose payload was refused."""
    here = (answers[site] for site in phase.participants if site in active and site in answers)
    return tuple(answer for answer in here if answer.state is AnswerState.FAILED)


def waiting_for(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer]) -> tuple[SiteId, ...]:
    """The called sites that have not answered yet."""
    here = set(accepted(answers))
    return tuple(site for site in called(phase, active, answers) if site not in here)


def needed(rules: RoundsSection, calls: int) -> int:
    """How many answers a phase needs to close without the rest."""
    return max(rules.min_sites, ceil(rules.quorum * calls - 1e-9))


def closing_time(phase: OpenPhase, times: Sequence[float], rules: RoundsSection, calls: int) -> float:
    """When a phase whose accepted answers came at ``times`` closes without the rest; the deadline unless a grace ends before it."""
    need = needed(rules, calls)
    if rules.quorum >= 1.0 or len(times) < need:
        return phase.deadline
    reached = sorted(times)[need - 1]
    grace = max(reached - phase.opened, (phase.deadline - phase.opened) / 10)
    return min(phase.deadline, reached + grace)


def verdict(phase: OpenPhase, active: Set[SiteId], answers: Mapping[SiteId, Answer], rules: RoundsSection, now: float) -> Verdict:
    """What is to be done with the open phase at ``now`` (unix seconds)."""
    here = accepted(answers)
    calls = called(phase, active, answers)
    if len(here) >= rules.min_sites and set(calls) <= set(here):
        return Verdict.CLOSE
    if phase.key.phase not in PREPARE and len(here) >= needed(rules, len(calls)):
        return Verdict.CLOSE if now >= closing_time(phase, [answers[site].time for site in here], rules, len(calls)) else Verdict.WAIT
    if phase.key.phase not in PREPARE and set(calls) <= set(here) and failed(phase, active, answers):
        return Verdict.HOLD
    return Verdict.ANEW if now >= phase.deadline else Verdict.WAIT
