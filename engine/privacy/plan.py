# SPDX-License-Identifier: Apache-2.0
"""How much noise a study's plan asks for: fixed before the first task, from the manifest alone, so it says nothing about patients.

Training patients are charged for the statistics and for every step of training; validation patients for every evaluation; test
patients for the one at the end. The three are different people, so each part may use the whole of (ε, δ).
"""

from __future__ import annotations

import functools
import json
from dataclasses import asdict, dataclass

from engine.privacy import accountant
from engine.privacy.events import Event, Kind, Unit, steps_in_a_pass
from engine.store.budget import LABELS
from engine.study.manifest import Manifest
from engine.values import Phase

PARTS = {Phase.STATISTICS: "train", Phase.UPDATE: "train", Phase.EVALUATION: "validation", Phase.TEST: "test"}
"""Whose records each phase reads."""


@dataclass(frozen=True)
class Plan:
    """What each phase adds; multipliers are standard deviations over the sensitivity, 0 where a mechanism adds none.

    Args:
        mechanism: dp-sgd | update-noise | label.
        epsilon: that the study promises each patient; 0 for label.
        delta: of the same promise.
        clip: L2 norm of a patient's gradient (dp-sgd) or of a whole update (update-noise).
        sampling: share of the patients in each step.
        steps: steps in a round.
        rounds: rounds in the study.
        statistics: noise multiplier of the statistics.
        update: of each step (dp-sgd) or of each update (update-noise).
        evaluation: of each evaluation.
        test: of the one at the end.
        label_epsilon: of the labels.
        label_probability: with which a label is drawn anew.
        classes: of the outcome.
    """

    mechanism: str
    epsilon: float
    delta: float
    clip: float
    sampling: float
    steps: int
    rounds: int
    statistics: float
    update: float
    evaluation: float
    test: float
    label_epsilon: float
    label_probability: float
    classes: int

    @property
    def protects_patients(self) -> bool:
        """Whether noise is added to everything that is made of a patient."""
        return self.mechanism != "label"

    def to_json(self) -> str:
        """As the ledger keeps it."""
        return json.dumps(asdict(self), sort_keys=True)


def from_json(text: str) -> Plan:
    """Reads what ``to_json`` wrote."""
    return Plan(**json.loads(text))


def plan_of(manifest: Manifest) -> Plan | None:
    """The plan of a study, None without privacy; takes seconds the first time.

    Raises:
        WardroundError: E-DP-01 when no noise is enough.
    """
    privacy, training = manifest.privacy, manifest.training
    if privacy.mechanism == "none":
        return None
    steps = training.local_epochs * steps_in_a_pass(privacy.sampling) if privacy.mechanism == "dp-sgd" else 1
    classes = len(manifest.classes)
    if privacy.mechanism == "label":
        flips = accountant.response_noise(privacy.label_epsilon, classes)
        return Plan("label", 0, 0, 0, 0, steps, manifest.rounds.count, 0, 0, 0, 0, privacy.label_epsilon, flips, classes)
    sampling = privacy.sampling if privacy.mechanism == "dp-sgd" else 1.0
    noise = _noise(privacy.epsilon, privacy.delta, privacy.statistics_share, sampling, steps, manifest.rounds.count)
    return Plan(
        privacy.mechanism, privacy.epsilon, privacy.delta, privacy.clip, sampling, steps, manifest.rounds.count, *noise, 0, 0, classes
    )


@functools.lru_cache(maxsize=64)
def _noise(epsilon: float, delta: float, share: float, sampling: float, steps: int, rounds: int) -> tuple[float, float, float, float]:
    """Multipliers of statistics, update, evaluation and test."""
    statistics = accountant.noise_for(epsilon * share, delta, 1.0, 1)
    others = (Event(Kind.GAUSSIAN, statistics),)
    update = accountant.noise_for(epsilon, delta, sampling, steps * rounds, others)
    evaluation = accountant.noise_for(epsilon, delta, 1.0, rounds)
    return statistics, update, evaluation, accountant.noise_for(epsilon, delta, 1.0, 1)


def charges(plan: Plan) -> dict[str, tuple[Event, int]]:
    """Phase, or ``LABELS`` → the event that one answer costs, and how many answers the study asks for."""
    if not plan.protects_patients:
        event = Event(Kind.RANDOMISED_RESPONSE, plan.label_probability, values=plan.classes, unit=Unit.LABEL)
        return {LABELS: (event, 1)}
    kind = Kind.SAMPLED_GAUSSIAN if plan.mechanism == "dp-sgd" else Kind.GAUSSIAN
    return {
        Phase.STATISTICS.value: (Event(Kind.GAUSSIAN, plan.statistics), 1),
        Phase.UPDATE.value: (Event(kind, plan.update, plan.sampling, plan.steps), plan.rounds),
        Phase.EVALUATION.value: (Event(Kind.GAUSSIAN, plan.evaluation), plan.rounds),
        Phase.TEST.value: (Event(Kind.GAUSSIAN, plan.test), 1),
    }
