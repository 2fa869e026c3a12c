# SPDX-License-Identifier: Apache-2.0
"""From the ledger's charges to ε: the most that was charged to any one patient, over all studies.

A patient is charged for every cohort that holds him or her, and for the cohorts whose members are not known, of each study the
dearest part. Composition over studies is that of the events themselves, which is never more than the sum of the studies' ε.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from engine.privacy import accountant
from engine.privacy.events import Event, Unit, from_json, joined
from engine.store.budget import Charge

_MOST_CHOICES = 64


def epsilon(charges: Sequence[Charge], memberships: Iterable[frozenset[int]], delta: float, *, reserved: bool) -> float:
    """The largest ε of any patient.

    Args:
        charges: the account.
        memberships: the different sets of cohorts that patients belong to.
        delta: at which ε is computed.
        reserved: with what is reserved and not yet spent.
    """
    return max((accountant.epsilon(events, delta) for events in _dearest(charges, memberships, reserved=reserved)), default=0.0)


def epsilon_rdp(charges: Sequence[Charge], memberships: Iterable[frozenset[int]], delta: float, *, reserved: bool) -> float:
    """The same by Rényi DP."""
    return max((accountant.epsilon_rdp(events, delta) for events in _dearest(charges, memberships, reserved=reserved)), default=0.0)


def label_epsilon(charges: Sequence[Charge], *, reserved: bool) -> float:
    """What the labels were charged, over all studies; never part of the patients' ε."""
    return accountant.label_epsilon(event for charge in charges for event in _events(charge, reserved=reserved))


def _events(charge: Charge, *, reserved: bool) -> tuple[Event, ...]:
    event = from_json(charge.event)
    times = charge.spent + (charge.open if reserved else 0)
    return (Event(event.kind, event.noise, event.sampling, event.steps * times, event.values, event.unit, event.relation),) if times else ()


def _dearest(charges: Sequence[Charge], memberships: Iterable[frozenset[int]], *, reserved: bool) -> list[tuple[Event, ...]]:
    """The different lists of events that some patient may have; those that are part of another are left out."""
    of_cohort: dict[int, list[Event]] = {}
    unknown: dict[str, dict[int, list[Event]]] = {}
    for charge in charges:
        for event in _events(charge, reserved=reserved):
            if event.unit is Unit.LABEL:
                continue
            if charge.known:
                of_cohort.setdefault(charge.cohort, []).append(event)
            else:
                unknown.setdefault(charge.study, {}).setdefault(charge.cohort, []).append(event)
    choices = [list(parts.values()) for parts in unknown.values()]
    if math.prod(len(parts) for parts in choices) > _MOST_CHOICES:
        anybody = [[event for parts in choices for part in parts for event in part]]
    else:
        anybody = [[event for part in chosen for event in part] for chosen in itertools.product(*choices)]
    lists = {
        joined([*itertools.chain.from_iterable(of_cohort.get(cohort, ()) for cohort in cohorts), *more])
        for cohorts in memberships
        for more in anybody
    }
    return [events for events in lists if not any(_within(events, other) for other in lists if other is not events)]


def _within(events: tuple[Event, ...], others: tuple[Event, ...]) -> bool:
    steps = {(e.kind, e.noise, e.sampling): e.steps for e in others}
    return all(e.steps <= steps.get((e.kind, e.noise, e.sampling), 0) for e in events)
