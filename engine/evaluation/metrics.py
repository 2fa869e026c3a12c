# SPDX-License-Identifier: Apache-2.0
"""What is counted about a model's scores: a vector that sites add up, laid out as ``study/phases.py`` says for EVALUATION.

Log loss: -log of the true class's score (cut to 2**-52, as scikit-learn does for float64). Brier score: for two classes (p₁ - y)²,
for more Σ_c (p_c - y_c)², as scikit-learn's ``brier_score_loss``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.evaluation import bins
from engine.study.phases import BINS, evaluation_length

_LEAST = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Counts:
    """The parts of a vector of counts; ``histograms[c, 0]`` of rows that are not c, ``histograms[c, 1]`` of rows that are c."""

    confusion: NDArray[np.float64]  # (C, C) row true, column predicted
    histograms: NDArray[np.float64]  # (C, 2, BINS)
    rows: float
    log_losses: float  # sum
    briers: float  # sum


def counts(scores: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """The counts (evaluation_length(classes),) of scores (n, C), rows summing to 1, and true labels (n,); n may be 0."""
    predicted = scores.argmax(axis=1) if len(labels) else labels
    confusion = np.bincount(labels * classes + predicted, minlength=classes * classes).astype(np.float64)
    parts = [confusion]
    for c in range(classes):
        is_c = labels == c
        parts.append(bins.histogram(scores[~is_c, c]))
        parts.append(bins.histogram(scores[is_c, c]))
    true = np.clip(scores[np.arange(len(labels)), labels], _LEAST, 1.0 - _LEAST)
    truth = np.eye(classes)[labels]
    squares = ((scores - truth) ** 2).sum() * (0.5 if classes == 2 else 1.0)
    parts.append(np.array([float(len(labels)), float(-np.log(true).sum()), float(squares)]))
    return np.concatenate(parts)


def unpack(vector: NDArray[np.float64], classes: int) -> Counts:
    """The parts of a vector of counts, or of an opened sum of them.

    Raises:
        WardroundError: E-TRAIN-13 when its length is not that of ``classes`` classes.
    """
    if vector.shape != (evaluation_length(classes),):
        raise WardroundError("E-TRAIN-13", found=vector.size, expected=evaluation_length(classes))
    square = classes * classes
    return Counts(
        confusion=vector[:square].reshape(classes, classes),
        histograms=vector[square:-3].reshape(classes, 2, BINS),
        rows=float(vector[-3]),
        log_losses=float(vector[-2]),
        briers=float(vector[-1]),
    )


def log_loss(vector: NDArray[np.float64], classes: int) -> float | None:
    """Mean log loss, by which rounds are compared; None without rows."""
    parts = unpack(vector, classes)
    return parts.log_losses / parts.rows if parts.rows else None


def accuracy(vector: NDArray[np.float64], classes: int) -> float | None:
    """Share of rows predicted right; None without rows."""
    parts = unpack(vector, classes)
    return float(np.trace(parts.confusion)) / parts.rows if parts.rows else None
