# SPDX-License-Identifier: Apache-2.0
"""Numbers mapped to [0, 1] by their variable's range: what the sums are over, and what the features start from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.spec import Input
from engine.values import StudyTable


def to_unit(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """(x - low) / (high - low), cut to [0, 1]; NaN stays NaN. A value outside the range counts as its nearest end."""
    mapped: NDArray[np.float64] = np.clip((values - low) / (high - low), 0.0, 1.0)
    return mapped


def outside_range(inputs: tuple[Input, ...], table: StudyTable) -> dict[str, int]:
    """How many values of each numeric input lie outside its range and so were cut to it; inputs without any are left out."""
    counts: dict[str, int] = {}
    for item in inputs:
        if item.numeric and item.low is not None and item.high is not None:
            values = table.numeric[item.name]
            if outside := int(np.count_nonzero((values < item.low) | (values > item.high))):
                counts[item.name] = outside
    return counts
