# SPDX-License-Identifier: Apache-2.0
"""From opened sums to the federation-wide scaling: ranges, means, scales, imputations and counts; both roles need it.

Sums are over values mapped to [0, 1] by the variable's range (and cut to it). With n values, mean m = S1/n and
scale s = √(S2/n - m²), as over the pooled records; 0 (a constant) becomes 1. A missing number is imputed by the mean,
which is 0 after standardising. All of it is a function of the opened sum alone, so every site gets the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.models.spec import Input

MAGNITUDES = 96
LOWEST_MAGNITUDE = -32
_RESOLUTION = 2.0**-26
"""Sums are exact to about 2**-28 a site; a variance that makes less of a difference to them is rounding, so the variable is constant."""


@dataclass(frozen=True)
class NumericScale:
    """One numeric input: x maps to u = (x - low) / (high - low) in [0, 1], then to (u - mean) / scale.

    ``mean`` and ``scale`` are of u; ``present`` training values were counted over the whole federation.
    """

    name: str
    low: float
    high: float
    mean: float
    scale: float
    present: int
    constant: bool

    @property
    def imputation(self) -> float:
        """What stands for a missing value, in the variable's own unit: the federation's mean."""
        return self.low + self.mean * (self.high - self.low)

    @property
    def deviation(self) -> float:
        """The standard deviation in the variable's own unit; 0 for a constant."""
        return 0.0 if self.constant else self.scale * (self.high - self.low)


@dataclass(frozen=True)
class CodedCounts:
    """One category, ordinal or flag input: training values a category, then other, then missing."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Scaling:
    """What the prepare round found over all hospitals' training patients."""

    numeric: tuple[NumericScale, ...]
    coded: tuple[CodedCounts, ...]
    classes: tuple[int, ...]  # training rows of each class
    rows: int  # N

    def to_json(self) -> dict[str, Any]:
        """A dictionary that canonical JSON takes; ``from_json`` is its inverse."""
        return {
            "numeric": [
                {
                    "name": n.name,
                    "low": n.low,
                    "high": n.high,
                    "mean": n.mean,
                    "scale": n.scale,
                    "present": n.present,
                    "constant": n.constant,
                }
                for n in self.numeric
            ],
            "coded": [{"name": c.name, "counts": list(c.counts)} for c in self.coded],
            "classes": list(self.classes),
            "rows": self.rows,
        }


def from_json(value: dict[str, Any]) -> Scaling:
    """The scaling that ``Scaling.to_json`` wrote."""
    return Scaling(
        numeric=tuple(NumericScale(**n) for n in value["numeric"]),
        coded=tuple(CodedCounts(c["name"], tuple(c["counts"])) for c in value["coded"]),
        classes=tuple(value["classes"]),
        rows=value["rows"],
    )


def open_inputs(inputs: tuple[Input, ...]) -> tuple[Input, ...]:
    """The numeric inputs without a range, in order: those that the RANGES phase asks for."""
    return tuple(i for i in inputs if i.numeric and (i.low is None or i.high is None))


def ranges_from(inputs: tuple[Input, ...], opened: NDArray[np.float64]) -> tuple[Input, ...]:
    """Fills in the ranges that the manifest left open: [-2**e, 2**e] with the least e that covers every training value.

    Args:
        inputs: all inputs of the study.
        opened: (MAGNITUDES · number of open inputs,) summed counts of magnitudes, see ``study/phases.py``.

    Raises:
        WardroundError: E-TRAIN-13 another length, E-TRAIN-05 a variable without any value.
    """
    names = [i.name for i in open_inputs(inputs)]
    if opened.shape != (MAGNITUDES * len(names),):
        raise WardroundError("E-TRAIN-13", found=opened.size, expected=MAGNITUDES * len(names))
    limits: dict[str, float] = {}
    for name, counts in zip(names, opened.reshape(-1, MAGNITUDES), strict=True):
        filled = np.flatnonzero(counts >= 0.5)
        if filled.size == 0:
            raise WardroundError("E-TRAIN-05", variable=name)
        limits[name] = 2.0 ** (int(filled[-1]) + LOWEST_MAGNITUDE)
    return tuple(replace(i, low=-limits[i.name], high=limits[i.name]) if i.name in limits else i for i in inputs)


def statistics_length(inputs: tuple[Input, ...], classes: tuple[str, ...]) -> int:
    """Elements of the STATISTICS vector."""
    return sum(3 if i.numeric else len(i.categories) + 2 for i in inputs) + len(classes) + 1


def open_statistics(inputs: tuple[Input, ...], classes: tuple[str, ...], opened: NDArray[np.float64]) -> Scaling:
    """The federation-wide scaling from the opened sum of all sites' statistics.

    Args:
        inputs: with every range filled in.
        classes: the outcome's.
        opened: (statistics_length,): [count, sum, sum of squares] of each numeric input, the counts of each coded one,
            the count of each class, the number of rows.

    Raises:
        WardroundError: E-TRAIN-13 another length, E-TRAIN-05 a variable without any value, E-TRAIN-06 fewer than two classes.
    """
    if opened.shape != (statistics_length(inputs, classes),):
        raise WardroundError("E-TRAIN-13", found=opened.size, expected=statistics_length(inputs, classes))
    position = 0
    numeric: list[NumericScale] = []
    for item in (i for i in inputs if i.numeric):
        count, first, second = (float(x) for x in opened[position : position + 3])
        position += 3
        numeric.append(_scale(item, count, first, second))
    coded: list[CodedCounts] = []
    for item in (i for i in inputs if not i.numeric):
        counts = _whole(opened[position : position + item.width])
        position += item.width
        if sum(counts[:-1]) == 0:
            raise WardroundError("E-TRAIN-05", variable=item.name)
        coded.append(CodedCounts(item.name, counts))
    per_class = _whole(opened[position : position + len(classes)])
    if sum(1 for count in per_class if count > 0) < 2:
        raise WardroundError("E-TRAIN-06")
    return Scaling(tuple(numeric), tuple(coded), per_class, round(float(opened[-1])))


def _whole(numbers: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(int(x) for x in np.rint(numbers))


def _scale(item: Input, count: float, first: float, second: float) -> NumericScale:
    if item.low is None or item.high is None:
        raise ValueError(f"{item.name} has no range; ranges_from comes before open_statistics")
    if count < 0.5:
        raise WardroundError("E-TRAIN-05", variable=item.name)
    mean = min(1.0, max(0.0, first / count))
    variance = second / count - mean * mean
    constant = variance * count <= _RESOLUTION
    scale = 1.0 if constant else sqrt(variance)
    return NumericScale(item.name, item.low, item.high, mean, scale, round(count), constant)


# ---------------------------------------------------------------- under noise

MISSING_SHARE = 0.5
"""What a missing value counts for in the bounded sums (``preprocessing/bounded.py``)."""
_MEAN, _MEAN_SPREAD = 0.5, 0.25
_SQUARE, _SQUARE_SPREAD = 0.04, 0.06
_LEAST_VARIANCE = 9e-4
"""What is believed of an input on [0, 1] before any count: its mean, its mean square from ½, and how far either may be from that."""


def length_of_one(inputs: tuple[Input, ...]) -> float:
    """The squared L2 norm of the most that one patient adds to the bounded sums."""
    return sum(max(MISSING_SHARE**2, 0.25 + 0.0625) if item.numeric else 1.0 for item in inputs) + 1.0


def open_noisy(inputs: tuple[Input, ...], classes: tuple[str, ...], opened: NDArray[np.float64], deviation: float) -> Scaling:
    """The scaling that noisy statistics give; where they drown in the noise, that of the range alone.

    Each mean and spread is the best guess between what was counted and what is believed of any variable before, weighted by
    how much noise there is. Nothing is refused for being small or negative: that may be the noise.

    Args:
        inputs: with their ranges.
        classes: of the outcome.
        opened: the opened vector, laid out as ``open_statistics`` reads it.
        deviation: of the noise on each bounded sum, all sites' together.

    Raises:
        WardroundError: E-TRAIN-13 another length than these inputs and classes give.
    """
    if opened.shape != (statistics_length(inputs, classes),):
        raise WardroundError("E-TRAIN-13", found=opened.size, expected=statistics_length(inputs, classes))
    patients = max(1.0, float(opened[-1]))
    position = 0
    numeric: list[NumericScale] = []
    for item in (i for i in inputs if i.numeric):
        count, total, squares = (float(x) for x in opened[position : position + 3])
        position += 3
        if item.low is None or item.high is None:
            raise ValueError(f"{item.name} has no range; noise needs one")
        absent = _believed((patients - count) / patients, 0.0, 0.3, deviation / MISSING_SHARE / patients)
        present = patients * (1.0 - min(0.95, max(0.0, absent)))
        first, second = total - 0.5 * count, squares - total + 0.25 * count
        away = _believed(first / present, 0.0, _MEAN_SPREAD, deviation / present)
        away = min(0.5, max(-0.5, away))
        variance = _believed(second / present, _SQUARE, _SQUARE_SPREAD, deviation / present) - away**2
        scale = sqrt(min(0.25, max(_LEAST_VARIANCE, variance)))
        numeric.append(NumericScale(item.name, item.low, item.high, _MEAN + away, scale, round(present), False))
    coded: list[CodedCounts] = []
    for item in (i for i in inputs if not i.numeric):
        counts = _whole(np.maximum(opened[position : position + item.width], 0.0))
        position += item.width
        coded.append(CodedCounts(item.name, counts))
    per_class = _whole(np.maximum(opened[position : position + len(classes)], 0.0))
    return Scaling(tuple(numeric), tuple(coded), per_class, round(patients))


def _believed(found: float, before: float, spread: float, noise: float) -> float:
    """The mean of a normal belief (``before`` ± ``spread``) after a measurement with normal ``noise``."""
    return before + (found - before) * spread**2 / (spread**2 + noise**2)
