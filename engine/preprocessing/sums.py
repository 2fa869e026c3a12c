# SPDX-License-Identifier: Apache-2.0
"""A site's counts and sums for the prepare round, over its training patients' rows; laid out as ``study/phases.py`` says."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.scaling import LOWEST_MAGNITUDE, MAGNITUDES, open_inputs
from engine.models.spec import Input
from engine.preprocessing.unit_interval import to_unit
from engine.values import StudyTable

Rows = NDArray[np.bool_] | NDArray[np.int64]
"""Which rows count: a mask (n,) or their numbers."""


def ranges_vector(inputs: tuple[Input, ...], table: StudyTable, rows: Rows) -> NDArray[np.float64]:
    """Counts of magnitudes (MAGNITUDES · open inputs,): how many values have 2**(e-1) < |x| ≤ 2**e, e = -32 … 63.

    Smaller values count at the first place, larger ones at the last (and are later cut to ±2**63).
    """
    counted = [_magnitudes(table.numeric[item.name][rows]) for item in open_inputs(inputs)]
    return np.concatenate(counted) if counted else np.empty(0)


def statistics_vector(inputs: tuple[Input, ...], classes: tuple[str, ...], table: StudyTable, rows: Rows) -> NDArray[np.float64]:
    """[count, sum, sum of squares] of each numeric input on [0, 1], counts of each coded one, of each class, and of rows."""
    parts: list[NDArray[np.float64]] = []
    for item in (i for i in inputs if i.numeric):
        if item.low is None or item.high is None:
            raise ValueError(f"{item.name} has no range; the RANGES phase comes first")
        mapped = to_unit(table.numeric[item.name][rows], item.low, item.high)
        mapped = mapped[~np.isnan(mapped)]
        parts.append(np.array([mapped.size, mapped.sum(), np.dot(mapped, mapped)]))
    for item in (i for i in inputs if not i.numeric):
        codes = table.coded[item.name][rows]
        places = np.where(codes < 0, item.width - 1, codes)  # missing comes last, after "other"
        parts.append(np.bincount(places, minlength=item.width).astype(np.float64))
    labels = table.labels[rows]
    parts.append(np.bincount(labels, minlength=len(classes)).astype(np.float64))
    parts.append(np.array([float(labels.size)]))
    return np.concatenate(parts)


def _magnitudes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    present = np.abs(values[np.isfinite(values)])
    mantissa, exponent = np.frexp(present)  # x = mantissa · 2**exponent, mantissa in [0.5, 1)
    least = np.where(mantissa == 0.5, exponent - 1, exponent)
    least = np.where(present == 0.0, LOWEST_MAGNITUDE, least)
    places = np.clip(least - LOWEST_MAGNITUDE, 0, MAGNITUDES - 1)
    return np.bincount(places, minlength=MAGNITUDES).astype(np.float64)
