# SPDX-License-Identifier: Apache-2.0
"""Tables become feature matrices under one scaling for all."""

from __future__ import annotations

import numpy as np
import pytest

from engine.models.scaling import open_statistics
from engine.models.spec import Input
from engine.preprocessing import sums
from engine.preprocessing.features import features, parted
from engine.values import StudyTable

INPUTS = (Input("smoking", False, categories=("never", "ever")), Input("age", True, 0.0, 100.0))
TABLE = StudyTable(
    numeric={"age": np.array([20.0, np.nan, 60.0, 250.0])},
    coded={"smoking": np.array([1, -1, 2, 0], dtype=np.int32)},
    labels=np.array([0, 1, 1, 0]),
    patients=np.array([0, 1, 1, 2]),
    patient_keys=("a", "b", "c"),
)


def scaling():
    return open_statistics(INPUTS, ("w", "i"), sums.statistics_vector(INPUTS, ("w", "i"), TABLE, np.ones(4, bool)))


def test_columns_follow_the_inputs() -> None:
    found = features(INPUTS, scaling(), TABLE)
    ages = np.array([20.0, 60.0, 100.0])  # 250 is cut to the range
    z = (ages - ages.mean()) / ages.std()
    expected = [
        [0, 1, 0, 0, z[0], 0],
        [0, 0, 0, 1, 0, 1],  # missing: its own column, and the mean
        [0, 0, 1, 0, z[1], 0],  # a category that the manifest does not know: "other"
        [1, 0, 0, 0, z[2], 0],
    ]
    assert found.features == pytest.approx(np.array(expected, dtype=np.float32), abs=1e-6)
    assert found.features.dtype == np.float32
    assert found.labels.tolist() == [0, 1, 1, 0]


def test_parts_go_by_patient() -> None:
    found = parted(features(INPUTS, scaling(), TABLE), np.array([2, 0, 1], dtype=np.int8))
    assert found.train.patients.tolist() == [1, 1]
    assert found.validation.patients.tolist() == [2]
    assert found.test.labels.tolist() == [0]
