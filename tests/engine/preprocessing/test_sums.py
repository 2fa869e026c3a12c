# SPDX-License-Identifier: Apache-2.0
"""A site's sums for the prepare round."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.scaling import LOWEST_MAGNITUDE, MAGNITUDES, ranges_from, statistics_length
from engine.models.spec import Input
from engine.preprocessing import sums
from engine.preprocessing.unit_interval import outside_range
from engine.values import StudyTable

AGE = Input("age", True, 0.0, 100.0)
WEIGHT = Input("weight", True)
SMOKING = Input("smoking", False, categories=("never", "former", "current"))
CLASSES = ("well", "ill")
NAN = np.nan

TABLE = StudyTable(
    numeric={
        "age": np.array([10.0, NAN, 50.0, 130.0, 90.0]),
        "weight": np.array([0.0, 1.0, -3.0, 1e-30, 2.0**63 * 4]),
    },
    coded={"smoking": np.array([0, 2, -1, 3, 1], dtype=np.int32)},
    labels=np.array([0, 1, 1, 0, 1]),
    patients=np.arange(5),
    patient_keys=tuple("abcde"),
)
ALL = np.ones(5, dtype=bool)


def test_the_vector_is_laid_out_as_documented() -> None:
    found = sums.statistics_vector((SMOKING, AGE), CLASSES, TABLE, ALL)
    assert found.shape == (statistics_length((SMOKING, AGE), CLASSES),)
    # numeric first: 0.1, 0.5, 1 (cut) and 0.9; then never, former, current, other, missing; classes; rows
    assert found == pytest.approx([4, 2.5, 0.01 + 0.25 + 1 + 0.81, 1, 1, 1, 1, 1, 2, 3, 5])


def test_only_the_chosen_rows_count() -> None:
    chosen = np.array([True, True, False, False, False])
    by_mask = sums.statistics_vector((AGE, SMOKING), CLASSES, TABLE, chosen)
    assert by_mask == pytest.approx([1, 0.1, 0.01, 1, 0, 1, 0, 0, 1, 1, 2])
    assert np.array_equal(by_mask, sums.statistics_vector((AGE, SMOKING), CLASSES, TABLE, np.array([0, 1])))


def test_magnitudes_count_every_value_once_at_its_least_power() -> None:
    found = sums.ranges_vector((AGE, WEIGHT, SMOKING), TABLE, ALL)
    assert found.shape == (MAGNITUDES,)
    expected = np.zeros(MAGNITUDES)
    expected[0] = 2  # 0 and 1e-30
    expected[0 - LOWEST_MAGNITUDE] = 1  # 1 ≤ 2**0
    expected[2 - LOWEST_MAGNITUDE] = 1  # 3 ≤ 2**2
    expected[-1] = 1  # beyond the last
    assert np.array_equal(found, expected)


def test_the_range_found_covers_every_value() -> None:
    draw = np.random.default_rng(0)
    for scale in (1e-6, 0.3, 1.0, 4.0, 1e9):
        values = draw.normal(0, scale, 200)
        values[0] = np.nan
        table = StudyTable({"weight": values}, {}, np.zeros(200, np.int64), np.arange(200), ())
        item = ranges_from((WEIGHT,), sums.ranges_vector((WEIGHT,), table, np.ones(200, bool)))[0]
        assert item.high is not None
        assert item.low == -item.high
        assert item.high / 2 < np.nanmax(np.abs(values)) <= item.high


def test_nothing_to_ask_gives_an_empty_vector() -> None:
    assert sums.ranges_vector((AGE, SMOKING), TABLE, ALL).shape == (0,)


def test_values_outside_the_range_are_counted_by_name() -> None:
    assert outside_range((AGE, WEIGHT, SMOKING), TABLE) == {"age": 1}


def test_statistics_without_a_range_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="weight"):
        sums.statistics_vector((WEIGHT,), CLASSES, TABLE, ALL)
