# SPDX-License-Identifier: Apache-2.0
"""The fixed-point ring: bounded error, clipping counted, nothing wraps, nothing that is not finite passes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.values import Layout

UPDATE = Layout(length=8 + 3, bits=32, fraction_bits=27, clip=4.0)
COUNTS = Layout(length=5, bits=64, fraction_bits=28, clip=float(1 << 28))


@given(st.lists(st.floats(-4.0, 4.0, width=32), min_size=11, max_size=11))
def test_one_element_is_wrong_by_at_most_half_a_step(values: list[float]) -> None:
    ring, clipped = fixed_point.encode(np.array(values), UPDATE)
    assert clipped == 0
    assert np.abs(fixed_point.decode(ring, UPDATE) - values).max() <= 2.0**-28


@given(st.lists(st.integers(0, 1 << 28), min_size=5, max_size=5))
def test_counts_are_exact(values: list[int]) -> None:
    ring, clipped = fixed_point.encode(np.array(values, dtype=np.float64), COUNTS)
    assert clipped == 0
    assert fixed_point.decode(ring, COUNTS).tolist() == values


def test_ties_round_to_even() -> None:
    layout = Layout(4, 32, 0, 100.0)
    ring, _ = fixed_point.encode(np.array([0.5, 1.5, 2.5, -0.5]), layout)
    assert fixed_point.decode(ring, layout).tolist() == [0.0, 2.0, 2.0, 0.0]


def test_values_outside_the_clip_are_cut_and_counted_never_wrapped() -> None:
    ring, clipped = fixed_point.encode(np.array([4.0, 4.1, -5.0, 1e30, -1e30, 0.0, 1.0, -4.0, 3.9, 2.0, 1.0]), UPDATE)
    assert clipped == 4
    assert fixed_point.decode(ring, UPDATE)[:5].tolist() == [4.0, 4.0, -4.0, 4.0, -4.0]


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_with_its_count(bad: float) -> None:
    values = np.ones(11)
    values[[3, 7]] = bad
    with pytest.raises(WardroundError) as caught:
        fixed_point.encode(values, UPDATE)
    assert (caught.value.code, caught.value.fields["count"]) == ("E-TRAIN-01", 2)
    with pytest.raises(WardroundError, match="E-TRAIN-01"):
        fixed_point.encode_update(values[:8].astype(np.float32), 0.5, 0.1, UPDATE)
    with pytest.raises(WardroundError, match="E-TRAIN-01"):
        fixed_point.encode_update(np.ones(8, np.float32), 0.5, bad, UPDATE)


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.5, np.nan])
def test_an_update_needs_a_weight_between_zero_and_one(weight: float) -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-10"):
        fixed_point.encode_update(np.ones(8, np.float32), weight, 0.1, UPDATE)


def test_an_update_of_another_length_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-08"):
        fixed_point.encode_update(np.ones(9, np.float32), 0.5, 0.1, UPDATE)
    with pytest.raises(WardroundError, match="E-TRAIN-08"):
        fixed_point.encode(np.ones(10), UPDATE)


def test_an_update_carries_weight_clipped_share_and_loss() -> None:
    delta = np.array([1.0, -2.0, 9.0, 0.25, 0, 0, 0, -9.0], dtype=np.float32)
    ring, clipped = fixed_point.encode_update(delta, 0.25, 0.7, UPDATE)
    opened = fixed_point.open_update(ring, UPDATE)
    assert clipped == 2
    assert opened.weight_sum == 0.25
    assert opened.clipped_share == pytest.approx(2 / 8)
    assert opened.loss == pytest.approx(0.7, abs=1e-7)
    sums = opened.parameters.view(np.int32) / 2.0**27
    assert sums.tolist() == [0.25, -0.5, 1.0, 0.0625, 0, 0, 0, -1.0]
    assert np.shares_memory(opened.parameters, ring)


def test_a_sum_without_weight_is_not_opened() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-10"):
        fixed_point.open_update(np.zeros(11, np.uint32), UPDATE)


@given(
    st.lists(st.integers(1, 10_000), min_size=1, max_size=200),
    st.sampled_from([0.5, 1.0, 3.9, 4.0, 5.0, 1000.0]),
    st.sampled_from([-1.0, 1.0]),
)
def test_the_worst_case_does_not_wrap(rows: list[int], clip: float, sign: float) -> None:
    """Every site sends the largest change and loss, weights summing to one: the signed sum is still right."""
    layout = Layout(2 + 3, 32, 30 - max(1, int(np.ceil(clip)).bit_length()), clip)
    total = np.zeros(5, dtype=np.uint32)
    for count in rows:
        ring, _ = fixed_point.encode_update(np.full(2, sign * 1e9, np.float32), count / sum(rows), 1e9, layout)
        total += ring
    opened = fixed_point.open_update(total, layout)
    error = len(rows) * 2.0 ** -(layout.fraction_bits + 1) * 2
    assert opened.weight_sum == pytest.approx(1.0, abs=error)
    assert fixed_point.decode(opened.parameters, layout) == pytest.approx([sign * clip] * 2, abs=error)
    assert opened.clipped_share == pytest.approx(1.0, abs=2 * error)
    assert opened.loss == pytest.approx(fixed_point.largest_loss(layout), rel=2 * error, abs=2 * error)


def test_more_elements_than_a_chunk_are_the_same_as_one_by_one() -> None:
    count = fixed_point.CHUNK * 2 + 17
    delta = np.random.default_rng(1).normal(0, 2, count).astype(np.float32)
    layout = Layout(count + 3, 32, 27, 4.0)
    ring, clipped = fixed_point.encode_update(delta, 0.3, 0.0, layout)
    exact = np.rint(np.clip(delta.astype(np.float64) * (0.3 * 2.0**27), -4 * 0.3 * 2.0**27, 4 * 0.3 * 2.0**27)).astype(np.int32)
    assert np.array_equal(ring[:-3].view(np.int32), exact)
    assert clipped == int((np.abs(delta) > 4).sum())
