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


# ---------------------------------------------------------------- under noise

COARSE = 16
"""Bins of the histograms to which noise is added; each stands in the middle of its share of the fine ones."""
MOST_LOG_LOSS = 4.0
"""A patient's log loss counts for so much at most."""


def bounded_counts(
    scores: NDArray[np.float64], labels: NDArray[np.int64], weights: NDArray[np.float64], classes: int
) -> NDArray[np.float64]:
    """The counts of ``counts``, to which each patient adds at most a known length.

    Args:
        scores: (n, C).
        labels: (n,) true classes.
        weights: (n,) 1 over the rows of the row's patient: each patient counts once, as the mean of his or her rows.
        classes: C.
    """
    predicted = scores.argmax(axis=1) if len(labels) else labels
    parts = [np.bincount(labels * classes + predicted, weights, minlength=classes * classes).astype(np.float64)]
    fine = np.arange(BINS) // (BINS // COARSE)
    for c in range(classes):
        places = np.searchsorted(bins.edges()[1:-1], scores[:, c], side="right")
        for chosen in (labels != c, labels == c):
            coarse = np.bincount(fine[places[chosen]], weights[chosen], minlength=COARSE)
            parts.append(_spread(coarse.astype(np.float64)))
    true = np.clip(scores[np.arange(len(labels)), labels], _LEAST, 1.0)
    truth = np.eye(classes)[labels]
    squares = ((scores - truth) ** 2).sum(1) * (0.5 if classes == 2 else 1.0)
    losses = np.minimum(-np.log(true), MOST_LOG_LOSS)
    parts.append(np.array([np.rint(weights.sum()), weights @ losses, weights @ squares]))
    return np.concatenate(parts)


def bounded_scales(classes: int) -> NDArray[np.float64]:
    """(evaluation_length(classes),) how much noise each count takes for a multiplier of 1; 0 where none is added.

    One patient changes the confusion counts, each class's histograms, the log loss in units of ``MOST_LOG_LOSS`` and the Brier
    score in units of its largest value by at most 1 each, so all together by √(3 + C). The number of patients is told as it is.
    """
    length = float(np.sqrt(3.0 + classes))
    brier = 1.0 if classes == 2 else 2.0
    histograms = [_spread(np.ones(COARSE))] * (2 * classes)
    return length * np.concatenate([np.ones(classes * classes), *histograms, [0.0, MOST_LOG_LOSS, brier]])


def _spread(coarse: NDArray[np.float64]) -> NDArray[np.float64]:
    found = np.zeros(BINS)
    found[BINS // COARSE // 2 :: BINS // COARSE] = coarse
    return found
