# SPDX-License-Identifier: Apache-2.0
"""The federated model fitted to one hospital, and the guard that keeps it only where it is no worse.

Fine-tuning: from the federated weights, the hospital's own training patients, a few small learning rates; the rate and
the pass with the lowest log loss on validation patients are the candidate.

Guard: a patient's gain is his or her log loss under the federated model minus that under the candidate (mean over the
patient's rows); positive means that the candidate is better. Validation patients are drawn with replacement ``RESAMPLES``
times (paired: both models are judged on the same draw); the lower 90 % bound is the 10th percentile of the mean gain, so
nine draws in ten are above it. The candidate is kept when that bound is ≥ 0, or when the mean gain is positive over at
least ``ENOUGH`` patients. With fewer than ``LEAST`` patients such a bound means nothing and nothing is kept: on the demo's
records, hospitals with so few lost a point of accuracy on test patients without this. Otherwise the personalised model *is*
the federated one, and ``reason`` says why. The same patients chose the candidate, so the gain flatters a little; test
patients are never asked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.models import nets
from engine.models.spec import ModelSpec
from engine.models.trainable import flatten, load
from engine.study.manifest import TrainingSection
from engine.training import build
from engine.training.loop import one_pass
from engine.training.validation import patient_losses
from engine.values import SplitExamples, Token

RATES = (0.1, 0.3, 1.0)
"""Learning rates tried, as shares of the study's."""
PASSES = 10
"""Passes over the hospital's own training patients at each rate."""
RESAMPLES = 2000
LOWER_PERCENTILE = 10.0
LEAST = 10
"""With fewer validation patients there is no telling."""
ENOUGH = 50
"""With so many validation patients a positive gain is enough."""


class Reason(StrEnum):
    """Why the personalised model was kept, or is the federated one."""

    SURE = "sure"  # kept: the lower bound of the gain is not below zero
    MANY_PATIENTS = "many-patients"  # kept: a gain over at least ENOUGH validation patients
    UNSURE = "unsure"  # not kept: a gain that may be chance
    TOO_FEW = "too-few"  # not kept: a gain over fewer than LEAST validation patients
    NO_GAIN = "no-gain"  # not kept: no pass at any rate was better
    NO_PATIENTS = "no-patients"  # not kept: nobody to train or to validate on


@dataclass(frozen=True)
class Personalised:
    """The model for this hospital.

    weights (P,): the candidate's if ``kept``, else the federated ones. ``gain``: mean log loss gained per validation patient
    (nats), ``lower_bound``: its lower 90 % bound; both of the best candidate, None where there was none to judge.
    """

    weights: NDArray[np.float32]
    kept: bool
    reason: Reason
    gain: float | None
    lower_bound: float | None
    patients: int
    learning_rate: float | None = None
    passes: int | None = None


@dataclass(frozen=True)
class _Candidate:
    weights: NDArray[np.float32]
    losses: NDArray[np.float64]
    learning_rate: float
    passes: int


def lower_bound(gains: NDArray[np.float64], seed: int) -> float:
    """The lower 90 % bound of the mean of ``gains`` (p,), p ≥ 1: percentile bootstrap (Efron 1979), the same for the same seed."""
    draw = np.random.Generator(np.random.PCG64(seed))
    means = np.array([gains[draw.integers(0, gains.size, gains.size)].mean() for _ in range(RESAMPLES)])
    return float(np.percentile(means, LOWER_PERCENTILE))


def personalise(
    spec: ModelSpec, federated: NDArray[np.float32], examples: SplitExamples, settings: TrainingSection, seed: int, token: Token
) -> Personalised:
    """Fine-tunes the federated weights (P,) on one hospital's own patients, under the guard.

    Raises:
        WardroundError: E-TRAIN-02 when the loss is no longer finite.
        Cancelled: when a person stopped it.
    """
    patients = int(np.unique(examples.validation.patients).size)
    if len(examples.train) == 0 or patients == 0:
        return Personalised(federated, False, Reason.NO_PATIENTS, None, None, patients)
    module = nets.build(spec)
    load(module, federated)
    before = patient_losses(module, examples.validation)
    best = _best(spec, federated, examples, settings, seed, token)
    gains = before - best.losses
    gain = float(gains.mean())
    bound = lower_bound(gains, seed)
    kept = Personalised(best.weights, True, Reason.SURE, gain, bound, patients, best.learning_rate, best.passes)
    if gain <= 0.0:
        return Personalised(federated, False, Reason.NO_GAIN, gain, bound, patients)
    if patients < LEAST:
        return Personalised(federated, False, Reason.TOO_FEW, gain, bound, patients)
    if bound >= 0.0:
        return kept
    if patients >= ENOUGH:
        return replace(kept, reason=Reason.MANY_PATIENTS)
    return Personalised(federated, False, Reason.UNSURE, gain, bound, patients)


def _best(
    spec: ModelSpec, federated: NDArray[np.float32], examples: SplitExamples, settings: TrainingSection, seed: int, token: Token
) -> _Candidate:
    """The rate and pass with the lowest mean patient log loss on validation; ties go to the smaller rate and fewer passes."""
    best: _Candidate | None = None
    steps = len(RATES) * PASSES
    for number, share in enumerate(RATES):
        rate = settings.learning_rate * share
        trainable = build(spec, federated, examples.train, replace(settings, learning_rate=rate), seed)
        for epoch in range(1, PASSES + 1):
            one_pass(trainable, number * PASSES + epoch, steps, token)
            losses = patient_losses(trainable.module, examples.validation)
            if best is None or losses.mean() < best.losses.mean():
                best = _Candidate(flatten(trainable.module), losses, rate, epoch)
    if best is None:
        raise ValueError("no learning rate to try")
    return best
