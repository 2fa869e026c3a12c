# SPDX-License-Identifier: Apache-2.0
"""A site's statistics to which no patient contributes more than a known length: what noise can be added to.

Each patient counts once, as the mean of his or her rows. Per numeric input, with u in [0, 1]: ½ · missing, u - ½, (u - ½)²; per coded
input one place of its counts; one place of the classes. The number of patients is told as it is. Sums of these are turned into
the counts, sums and sums of squares that ``study/phases.py`` lays out; that changes nothing about who can learn what.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from engine.models.scaling import MISSING_SHARE, length_of_one
from engine.models.spec import Input
from engine.preprocessing.unit_interval import to_unit
from engine.values import StudyTable


def weights_of(patients: NDArray[np.int64]) -> NDArray[np.float64]:
    """(n,) 1 over the number of rows that a row's patient has among these."""
    if not patients.size:
        return np.empty(0)
    counts = np.bincount(patients)
    return 1.0 / counts[patients]


def statistics(
    inputs: tuple[Input, ...], classes: tuple[str, ...], table: StudyTable, rows: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], int]:
    """The bounded sums, of which one patient changes at most ``length_of_one`` in L2, and the number of patients."""
    weights = weights_of(table.patients[rows])
    parts: list[NDArray[np.float64]] = []
    for item in (i for i in inputs if i.numeric):
        if item.low is None or item.high is None:
            raise ValueError(f"{item.name} has no range; noise needs one")
        mapped = to_unit(table.numeric[item.name][rows], item.low, item.high)
        missing = np.isnan(mapped)
        centred = np.where(missing, 0.0, mapped - 0.5)
        parts.append(np.array([MISSING_SHARE * weights[missing].sum(), weights @ centred, weights @ centred**2]))
    for item in (i for i in inputs if not i.numeric):
        codes = table.coded[item.name][rows]
        places = np.where(codes < 0, item.width - 1, codes)
        parts.append(_counts(places, weights, item.width))
    parts.append(_counts(table.labels[rows], weights, len(classes)))
    return np.concatenate(parts), round(float(weights.sum()))


def _counts(places: NDArray[np.int64] | NDArray[np.int32], weights: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    return np.bincount(places, weights, minlength=length).astype(np.float64)


def laid_out(bounded: NDArray[np.float64], inputs: tuple[Input, ...], patients: int) -> NDArray[np.float64]:
    """The bounded sums, with or without noise, as counts, sums and sums of squares; the number of patients last."""
    numeric = 3 * sum(1 for item in inputs if item.numeric)
    missing, first, second = bounded[:numeric].reshape(-1, 3).T
    count = patients - missing / MISSING_SHARE
    total = first + 0.5 * count
    squares = second + total - 0.25 * count
    return np.concatenate([np.column_stack([count, total, squares]).ravel(), bounded[numeric:], [float(patients)]])


def deviation(inputs: tuple[Input, ...], multiplier: float) -> float:
    """The standard deviation of the noise on each bounded sum."""
    return multiplier * sqrt(length_of_one(inputs))
