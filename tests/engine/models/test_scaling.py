# SPDX-License-Identifier: Apache-2.0
"""Opened sums become the scaling of the whole federation."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.models import scaling
from engine.models.spec import Input
from engine.study import phases

AGE = Input("age", True, 0.0, 100.0)
SMOKING = Input("smoking", False, categories=("never", "ever"))
CLASSES = ("well", "ill")


def opened(age: list[float], smoking: list[int], labels: list[int]) -> np.ndarray:
    u = np.array(age) / 100
    return np.array([u.size, u.sum(), (u * u).sum(), *smoking, *labels, sum(labels)], dtype=np.float64)


def test_mean_and_scale_are_those_of_the_pooled_values() -> None:
    age = [10.0, 20.0, 60.0, 70.0]
    found = scaling.open_statistics((AGE, SMOKING), CLASSES, opened(age, [2, 1, 1, 0], [3, 1]))
    assert found.numeric[0].imputation == pytest.approx(np.mean(age))
    assert found.numeric[0].deviation == pytest.approx(np.std(age))
    assert found.numeric[0].present == 4
    assert found.coded[0].counts == (2, 1, 1, 0)
    assert (found.classes, found.rows) == ((3, 1), 4)


def test_a_constant_has_scale_one() -> None:
    found = scaling.open_statistics((AGE, SMOKING), CLASSES, opened([30.0] * 1000, [999, 1, 0, 0], [500, 500]))
    assert (found.numeric[0].scale, found.numeric[0].constant, found.numeric[0].deviation) == (1.0, True, 0.0)


def test_canonical_json_and_back() -> None:
    found = scaling.open_statistics((AGE, SMOKING), CLASSES, opened([1.0, 2.5], [1, 0, 1, 0], [1, 1]))
    assert scaling.from_json(json.loads(json.dumps(found.to_json()))) == found


def test_a_variable_without_a_value_is_refused_by_name() -> None:
    with pytest.raises(WardroundError, match="age"):
        scaling.open_statistics((AGE, SMOKING), CLASSES, opened([], [1, 0, 1, 0], [1, 1]))
    with pytest.raises(WardroundError, match="smoking"):
        scaling.open_statistics((AGE, SMOKING), CLASSES, opened([1.0, 2.0], [0, 0, 0, 2], [1, 1]))


def test_one_class_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-06"):
        scaling.open_statistics((AGE, SMOKING), CLASSES, opened([1.0, 2.0], [1, 0, 1, 0], [2, 0]))


def test_another_length_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-13"):
        scaling.open_statistics((AGE,), CLASSES, opened([1.0, 2.0], [1, 0, 1, 0], [1, 1]))
    with pytest.raises(WardroundError, match="E-TRAIN-13"):
        scaling.ranges_from((Input("x", True),), np.zeros(3))


def test_a_range_is_the_least_power_of_two_that_covers() -> None:
    inputs = (Input("x", True), AGE, SMOKING, Input("y", True))
    counts = np.zeros((2, scaling.MAGNITUDES))
    counts[0, [5, 40]] = 3  # 2**(40 - 32) = 256
    counts[1, 30] = 1  # 2**-2
    filled = scaling.ranges_from(inputs, counts.ravel())
    assert [(i.low, i.high) for i in filled] == [(-256.0, 256.0), (0.0, 100.0), (None, None), (-0.25, 0.25)]


def test_a_variable_without_magnitudes_is_refused_by_name() -> None:
    counts = np.zeros((2, scaling.MAGNITUDES))
    counts[0, 3] = 1
    with pytest.raises(WardroundError, match="glucose"):
        scaling.ranges_from((Input("x", True), Input("glucose", True)), counts.ravel())


def test_statistics_need_every_range() -> None:
    with pytest.raises(ValueError, match="no range"):
        scaling.open_statistics((Input("x", True),), CLASSES, np.array([2, 1, 1, 1, 1, 2.0]))


def test_both_sides_agree_on_the_number_of_magnitudes() -> None:
    assert (phases.MAGNITUDES, phases.LOWEST_MAGNITUDE) == (scaling.MAGNITUDES, scaling.LOWEST_MAGNITUDE)
