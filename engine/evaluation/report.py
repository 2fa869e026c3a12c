# SPDX-License-Identifier: Apache-2.0
"""The report on a model as data, from counts alone: no row of any hospital is needed, only the sums.

Precision, recall, F1, support and the averages are those of scikit-learn's ``classification_report`` with ``zero_division=nan``;
what scikit-learn gives as nan is None here, and averages leave it out. AUC, ROC and calibration come from the score histograms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.evaluation import bins
from engine.evaluation.metrics import unpack

CALIBRATION_BINS = 10


@dataclass(frozen=True)
class Line:
    """One class, or one average over classes. None: cannot be computed (nobody has it, or nobody was given it)."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    auc: float | None = None


@dataclass(frozen=True)
class Curve:
    """ROC of a class: x false-positive rate, y true-positive rate. Calibration: x mean score, y share that had it, counts."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything that is said about one model on one set of patients."""

    rows: int
    accuracy: float | None
    log_loss: float | None
    brier: float | None
    auc: float | None  # two classes: of the second one; more: mean over classes that have one
    classes: tuple[Line, ...]
    micro: Line
    macro: Line
    weighted: Line
    confusion: tuple[tuple[int, ...], ...]  # row true, column predicted
    roc: tuple[Curve, ...]
    calibration: tuple[Curve, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)

    def headline(self) -> dict[str, float | int | None]:
        """The report in a few numbers."""
        return {
            "rows": self.rows,
            "accuracy": self.accuracy,
            "macro_f1": self.macro.f1,
            "auc": self.auc,
            "log_loss": self.log_loss,
            "brier": self.brier,
        }


def from_counts(vector: NDArray[np.float64], classes: Sequence[str]) -> Report:
    """The report from an opened sum of counts; ``classes`` names the outcome's categories in order.

    Raises:
        WardroundError: E-TRAIN-13 when the vector's length does not fit the classes.
    """
    parts = unpack(vector, len(classes))
    confusion = np.rint(parts.confusion)
    right = np.diag(confusion)
    predicted, support = confusion.sum(axis=0), confusion.sum(axis=1)
    rows = int(support.sum())
    precision, recall = _ratio(right, predicted), _ratio(right, support)
    f1 = _ratio(2 * right, predicted + support)
    aucs = [_auc(pair[0], pair[1]) for pair in parts.histograms]
    lines = tuple(
        Line(label, _or_none(precision[c]), _or_none(recall[c]), _or_none(f1[c]), int(support[c]), aucs[c])
        for c, label in enumerate(classes)
    )
    accuracy = float(right.sum()) / rows if rows else None
    known = [a for a in aucs if a is not None]
    ones = np.ones(len(classes))
    return Report(
        rows=rows,
        accuracy=accuracy,
        log_loss=parts.log_losses / parts.rows if parts.rows else None,
        brier=parts.briers / parts.rows if parts.rows else None,
        auc=(aucs[1] if len(classes) == 2 else sum(known) / len(known)) if known else None,
        classes=lines,
        micro=Line("micro", accuracy, accuracy, accuracy, rows),
        macro=Line("macro", _mean(precision, ones), _mean(recall, ones), _mean(f1, ones), rows),
        weighted=Line("weighted", _mean(precision, support), _mean(recall, support), _mean(f1, support), rows),
        confusion=tuple(tuple(int(x) for x in row) for row in confusion),
        roc=tuple(_roc(label, pair[0], pair[1]) for label, pair in zip(classes, parts.histograms, strict=True)),
        calibration=tuple(_calibration(label, pair[0], pair[1]) for label, pair in zip(classes, parts.histograms, strict=True)),
    )


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    return found


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else float(number)


def _mean(numbers: NDArray[np.float64], weights: NDArray[np.float64]) -> float | None:
    known = ~np.isnan(numbers)
    if not known.any():
        return None
    total = float(weights[known].sum())
    # As scikit-learn: where nobody has the classes that are known, they count alike.
    return float((numbers[known] * weights[known]).sum()) / total if total > 0 else float(numbers[known].mean())


def _auc(others: NDArray[np.float64], own: NDArray[np.float64]) -> float | None:
    """P(score of one that is c > score of one that is not), equal bins counting half (Hanley & McNeil 1982); None without both."""
    pairs = float(others.sum() * own.sum())
    if pairs == 0:
        return None
    below = np.cumsum(others) - others
    return float((own * (below + others / 2)).sum()) / pairs


def _roc(label: str, others: NDArray[np.float64], own: NDArray[np.float64]) -> Curve:
    """From (0, 0), everybody called healthy, to (1, 1); one point a bin that holds anybody. Empty without both kinds."""
    if others.sum() == 0 or own.sum() == 0:
        return Curve(label, (), ())
    filled = np.flatnonzero((others + own) > 0)[::-1]  # the highest scores first
    x = np.concatenate([[0.0], np.cumsum(others[filled]) / others.sum()])
    y = np.concatenate([[0.0], np.cumsum(own[filled]) / own.sum()])
    return Curve(label, tuple(x.tolist()), tuple(y.tolist()))


def _calibration(label: str, others: NDArray[np.float64], own: NDArray[np.float64]) -> Curve:
    """Ten equal bins of the score; those without anybody are left out. Scores are known to their histogram bin."""
    place = np.minimum((bins.centres() * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    everybody = others + own
    count = np.bincount(place, weights=everybody, minlength=CALIBRATION_BINS)
    score = np.bincount(place, weights=everybody * bins.centres(), minlength=CALIBRATION_BINS)
    had_it = np.bincount(place, weights=own, minlength=CALIBRATION_BINS)
    filled = count > 0
    x, y = score[filled] / count[filled], had_it[filled] / count[filled]
    return Curve(label, tuple(x.tolist()), tuple(y.tolist()), tuple(int(n) for n in count[filled]))
