# SPDX-License-Identifier: Apache-2.0
"""The model that this hospital would have had alone: the fair opponent that says whether joining was worth it.

Own patients only, the hospital's own scaling (the caller scales with its own sums), the same family, hidden layers and
optimiser, as many passes as the federation makes (rounds · local epochs), with the optimiser's memory kept throughout;
after each pass the validation patients are asked, and the best pass is what remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from engine.models.initial import initial_weights
from engine.models.spec import ModelSpec
from engine.models.trainable import flatten
from engine.study.manifest import TrainingSection
from engine.training import build
from engine.training.loop import one_pass
from engine.training.validation import row_losses
from engine.values import SplitExamples, Token


class AloneNote(StrEnum):
    """How the pass that remains was chosen."""

    BEST = "best-pass"  # the lowest log loss on validation patients
    LAST = "last-pass"  # there were no validation patients to ask


@dataclass(frozen=True)
class Alone:
    """The model of one hospital alone: weights (P,), passes made, the pass that remains (1-based), its validation log loss."""

    weights: NDArray[np.float32]
    passes: int
    best_pass: int
    validation_loss: float | None
    note: AloneNote


def train_alone(spec: ModelSpec, examples: SplitExamples, settings: TrainingSection, rounds: int, seed: int, token: Token) -> Alone:
    """Trains on this hospital's own patients; it starts from the same initial weights as the federation.

    Args:
        spec: the study's model, with the inputs under this hospital's own ranges.
        examples: features under this hospital's own scaling.
        settings: the study's.
        rounds: of the federation; passes = rounds · settings.local_epochs.
        seed: of the order of the examples.
        token: progress and cancelling.

    Raises:
        WardroundError: E-TRAIN-07 no training patient, E-TRAIN-02 the loss is no longer finite.
        Cancelled: when a person stopped it.
    """
    trainable = build(spec, initial_weights(spec, settings.seed), examples.train, settings, seed)
    passes = rounds * settings.local_epochs
    judged = len(examples.validation) > 0
    best_loss, best_pass = float("inf"), passes
    best: NDArray[np.float32] | None = None
    for epoch in range(1, passes + 1):
        one_pass(trainable, epoch, passes, token)
        if judged:
            loss = float(row_losses(trainable.module, examples.validation).mean())
            if loss < best_loss:
                best_loss, best_pass, best = loss, epoch, flatten(trainable.module)
    if best is None:
        return Alone(flatten(trainable.module), passes, passes, None, AloneNote.LAST)
    return Alone(best, passes, best_pass, best_loss, AloneNote.BEST)
