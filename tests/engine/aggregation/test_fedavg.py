# SPDX-License-Identifier: Apache-2.0
"""FedAvg is the weighted mean of the sites' models."""

from __future__ import annotations

import numpy as np
import pytest

from engine.aggregation.fedavg import combine
from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.values import Layout


def summed(deltas: list[np.ndarray], weights: list[float], layout: Layout) -> fixed_point.OpenedUpdate:
    total = np.zeros(layout.length, np.uint32)
    for delta, weight in zip(deltas, weights, strict=True):
        total += fixed_point.encode_update(delta, weight, 0.0, layout)[0]
    return fixed_point.open_update(total, layout)


@pytest.mark.parametrize("size", [1, 1000, (1 << 16) + 3])
def test_the_new_model_is_the_weighted_mean_within_the_grid(size: int) -> None:
    draw = np.random.default_rng(size)
    old = draw.normal(0, 1, size).astype(np.float32)
    models = [old + draw.normal(0, 0.1, size).astype(np.float32) for _ in range(4)]
    rows = np.array([10, 50, 200, 7])
    layout = Layout(size + 3, 32, 27, 4.0)
    opened = summed([m - old for m in models], list(rows / rows.sum()), layout)
    new = combine(old, opened.parameters, layout, opened.weight_sum)
    assert new.dtype == np.float32
    assert new == pytest.approx(np.average(models, axis=0, weights=rows), abs=1e-6)


def test_with_a_missing_site_it_is_the_mean_of_the_rest() -> None:
    layout = Layout(3 + 3, 32, 27, 4.0)
    old = np.zeros(3, np.float32)
    opened = summed([np.full(3, 1.0, np.float32), np.full(3, 4.0, np.float32)], [0.2, 0.1], layout)
    assert combine(old, opened.parameters, layout, opened.weight_sum) == pytest.approx([2.0] * 3, abs=1e-6)


def test_writing_over_the_sum_gives_the_same_bits() -> None:
    layout = Layout(100_000 + 3, 32, 27, 4.0)
    old = np.random.default_rng(0).normal(size=100_000).astype(np.float32)
    opened = summed([old * np.float32(0.1)], [0.5], layout)
    fresh = combine(old, opened.parameters, layout, opened.weight_sum)
    in_place = combine(old, opened.parameters, layout, opened.weight_sum, out=opened.parameters.view(np.float32))
    assert fresh.tobytes() == in_place.tobytes()
    assert np.shares_memory(in_place, opened.parameters)


def test_a_model_that_would_not_be_finite_is_refused() -> None:
    layout = Layout(1 + 3, 32, 27, 4.0)
    opened = summed([np.ones(1, np.float32)], [1.0], layout)
    with pytest.raises(WardroundError, match="E-TRAIN-14"):
        combine(np.array([np.inf], np.float32), opened.parameters, layout, opened.weight_sum)
    with pytest.raises(WardroundError, match="E-TRAIN-14"):
        combine(np.array([np.nan], np.float32), opened.parameters, layout, opened.weight_sum)
