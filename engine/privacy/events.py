# SPDX-License-Identifier: Apache-2.0
"""What noise was added, as data: the events that a privacy loss is computed from. An ε alone is never kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Kind(StrEnum):
    """A mechanism that this version can account for."""

    SAMPLED_GAUSSIAN = "sampled-gaussian"
    """Poisson-sampled patients, a sum of vectors clipped to an L2 norm, Gaussian noise: one step of DP-SGD (Abadi et al. 2016)."""
    GAUSSIAN = "gaussian"
    """Gaussian noise on a clipped vector of all patients: statistics, evaluation counts, a whole update."""
    LAPLACE = "laplace"
    RANDOMISED_RESPONSE = "randomised-response"
    """One noisy label a patient (Warner 1965): protects the label, not participation."""


class Unit(StrEnum):
    """Whose presence or value a guarantee speaks of."""

    PATIENT = "patient"
    LABEL = "label"


ADD_OR_REMOVE_ONE = "add-or-remove-one"
REPLACE_ONE = "replace-one"


@dataclass(frozen=True)
class Event:
    """``steps`` repetitions of one mechanism.

    Args:
        kind: the mechanism.
        noise: standard deviation of the noise divided by the clip (Gaussian), scale divided by the sensitivity (Laplace), or the
            probability that a label is drawn anew (randomised response).
        sampling: share of the patients that each step draws, in (0, 1]; 1 for mechanisms that use them all.
        steps: how often.
        values: number of classes of a randomised response.
        unit: whom it protects.
        relation: neighbouring data sets differ by one patient more or less; of labels, by one label.
    """

    kind: Kind
    noise: float
    sampling: float = 1.0
    steps: int = 1
    values: int = 0
    unit: Unit = Unit.PATIENT
    relation: str = ADD_OR_REMOVE_ONE

    def __post_init__(self) -> None:
        label = self.kind is Kind.RANDOMISED_RESPONSE
        good = self.noise > 0 and 0 < self.sampling <= 1 and self.steps >= 1 and (not label or (self.values >= 2 and self.noise <= 1))
        if not good or (self.sampling < 1 and self.kind is not Kind.SAMPLED_GAUSSIAN) or label != (self.unit is Unit.LABEL):
            raise ValueError(f"{self.kind}: no such mechanism")


def to_json(event: Event) -> str:
    """As the ledger keeps it; the same bytes for the same event."""
    return json.dumps(asdict(event), sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> Event:
    """Reads what ``to_json`` wrote."""
    said = json.loads(text)
    return Event(**{**said, "kind": Kind(said["kind"]), "unit": Unit(said["unit"])})


def joined(events: Iterable[Event]) -> tuple[Event, ...]:
    """The same events with equal mechanisms counted together, in a fixed order: what the accountant is fast on."""
    steps: dict[str, int] = {}
    for event in events:
        key = to_json(Event(event.kind, event.noise, event.sampling, 1, event.values, event.unit, event.relation))
        steps[key] = steps.get(key, 0) + event.steps
    found = []
    for key in sorted(steps):
        one = from_json(key)
        found.append(Event(one.kind, one.noise, one.sampling, steps[key], one.values, one.unit, one.relation))
    return tuple(found)


def steps_in_a_pass(sampling: float) -> int:
    """Steps that together look at each patient about once: 1/q, at least 1; fixed by the plan, never by who was drawn."""
    return max(1, round(1.0 / sampling))
