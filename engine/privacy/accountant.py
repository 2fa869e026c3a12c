# SPDX-License-Identifier: Apache-2.0
"""From events to ε: privacy loss distributions (PLD) for the figure that counts, Rényi DP beside it.

PLD: Koskela et al. 2020, Doroshenko et al. 2022, by Google's dp-accounting, pessimistic: what it says is an upper bound. RDP:
Mironov 2017. One neighbouring relation throughout: one patient more or less. This is the only file that imports dp-accounting,
and it does so when a figure is first asked for: it takes seconds.
"""

from __future__ import annotations

import functools
import logging
import math
from collections.abc import Iterable
from typing import Any

from engine.errors import WardroundError
from engine.privacy.events import ADD_OR_REMOVE_ONE, Event, Kind, Unit, joined

LARGEST = 100.0
"""Beyond this ε nothing is protected, and the figure itself means nothing: it is given as infinite."""
_LEAST_NOISE, _MOST_NOISE = 0.1, 1e4
_BRACKET = 1.02
_CLOSE = 1e-3  # relative: the noise that is solved for is at most this much more than needed


def epsilon(events: Iterable[Event], delta: float) -> float:
    """The smallest ε for which the patients' events together are (ε, δ)-differentially private; 0 for none.

    Raises:
        ValueError: δ outside (0, 1), an event of a label, or of another relation.
    """
    return _epsilon(_patients(events), delta)


def epsilon_rdp(events: Iterable[Event], delta: float) -> float:
    """The same by Rényi DP: never smaller by more than rounding, shown beside for those who compare. Raises as ``epsilon``."""
    return _epsilon_rdp(_patients(events), delta)


@functools.lru_cache(maxsize=1024)
def _epsilon_rdp(kept: tuple[Event, ...], delta: float) -> float:
    if not kept:
        return 0.0
    accounting = _accounting()
    accountant = accounting.rdp.RdpAccountant(neighboring_relation=accounting.NeighboringRelation.ADD_OR_REMOVE_ONE)
    for event in kept:
        accountant.compose(_event(event), 1)
    return _bounded(float(accountant.get_epsilon(delta)))


def label_epsilon(events: Iterable[Event]) -> float:
    """ε of the labels alone (δ = 0): randomised responses, which add up; never added to the patients' ε."""
    total = 0.0
    for event in events:
        if event.unit is Unit.LABEL:
            # Kept with probability 1 - p, else drawn from all k values: the likelihood ratio of one label is at most this.
            total += event.steps * (math.log1p(event.values * (1 - event.noise) / event.noise) if event.noise < 1 else 0.0)
    return total


def response_noise(target: float, values: int) -> float:
    """The probability with which a label is drawn anew, so that randomised response over ``values`` classes has this ε."""
    return values / (math.exp(target) + values - 1)


def noise_for(target: float, delta: float, sampling: float, steps: int, others: Iterable[Event] = ()) -> float:
    """The noise multiplier with which ``steps`` of a sampled Gaussian and ``others`` together stay within (target, δ).

    Args:
        target: ε.
        delta: δ.
        sampling: share of the patients that each step draws.
        steps: steps in all rounds.
        others: further events of the same patients: statistics, evaluations.

    Raises:
        WardroundError: E-DP-01 when the others alone use it up, or no noise is enough.
    """
    kept = _patients(others)

    def events(noise: float) -> tuple[Event, ...]:
        return (*kept, Event(Kind.SAMPLED_GAUSSIAN, noise, sampling, steps))

    if _epsilon(kept, delta) >= target or _epsilon(events(_MOST_NOISE), delta) > target:
        raise WardroundError("E-DP-01", epsilon=target, delta=delta)
    low, high = _LEAST_NOISE, _MOST_NOISE
    while high / low > _BRACKET:  # Rényi DP is quick and never smaller: what is enough by it is enough
        middle = math.sqrt(low * high)
        low, high = (middle, high) if epsilon_rdp(events(middle), delta) > target else (low, middle)
    low, reached = _LEAST_NOISE, _epsilon(events(high), delta)
    while reached < target * (1 - _CLOSE) and high / low > 1 + _CLOSE:
        guess = high * reached / target * (1 + _CLOSE / 4)  # ε falls about as the noise grows
        guess = guess if low < guess < high else math.sqrt(low * high)
        found = _epsilon(events(guess), delta)
        if found > target:
            low = guess
        else:
            high, reached = guess, found
    return high


def odds(epsilon_now: float, delta: float) -> float:
    """In how many of 100 cases somebody who sees everything guesses rightly whether a patient took part; 50 is a coin.

    The best accuracy against an (ε, δ)-private mechanism with even odds before: (e^ε + δ) / (1 + e^ε) (Kairouz et al. 2015).
    """
    if epsilon_now >= LARGEST:
        return 100.0
    return 100.0 * min(1.0, (math.exp(epsilon_now) + delta) / (1.0 + math.exp(epsilon_now)))


def _patients(events: Iterable[Event]) -> tuple[Event, ...]:
    kept = joined(events)
    for event in kept:
        if event.unit is not Unit.PATIENT or event.relation != ADD_OR_REMOVE_ONE:
            raise ValueError(f"{event.kind} of {event.unit}, {event.relation}: not of this account")
    return kept


@functools.lru_cache(maxsize=256)
def _epsilon(events: tuple[Event, ...], delta: float) -> float:
    if not 0 < delta < 1:
        raise ValueError("δ lies between 0 and 1")
    if not events:
        return 0.0
    accounting = _accounting()
    accountant = accounting.pld.PLDAccountant(accounting.NeighboringRelation.ADD_OR_REMOVE_ONE)
    for event in events:
        accountant.compose(_event(event), 1)
    return _bounded(float(accountant.get_epsilon(delta)))


def _bounded(found: float) -> float:
    return math.inf if not found < LARGEST else max(0.0, found)


def _event(event: Event) -> Any:
    accounting = _accounting()
    match event.kind:
        case Kind.SAMPLED_GAUSSIAN:
            one: Any = accounting.GaussianDpEvent(event.noise)
            if event.sampling < 1:
                one = accounting.PoissonSampledDpEvent(event.sampling, one)
        case Kind.GAUSSIAN:
            one = accounting.GaussianDpEvent(event.noise)
        case Kind.LAPLACE:
            one = accounting.LaplaceDpEvent(event.noise)
        case Kind.RANDOMISED_RESPONSE:
            raise ValueError("labels are accounted for apart")
    return accounting.SelfComposedDpEvent(one, event.steps)


def _accounting() -> Any:
    import dp_accounting
    import dp_accounting.pld
    import dp_accounting.rdp

    logging.getLogger("absl").setLevel(logging.ERROR)  # it comments on every Rényi order that it would have liked to try
    return dp_accounting
