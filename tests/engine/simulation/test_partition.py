# SPDX-License-Identifier: Apache-2.0
"""Records shared out over imagined hospitals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.simulation.partition import MINIMUM, partition

LABELS = np.array([0] * 212 + [1] * 357)
SIZES = (0.4, 0.3, 0.2, 0.1)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 8), st.floats(0, 5), st.integers(0, 10_000), st.integers(2, 4))
def test_every_record_goes_to_one_site_and_every_site_has_every_outcome(sites: int, skew: float, seed: int, classes: int) -> None:
    labels = np.random.default_rng(seed).permutation(np.arange(600) % classes)
    sizes = np.random.default_rng(seed + 1).uniform(0.2, 1, sites)
    parts = partition(labels, sites, list(sizes), skew, seed)
    assert len(parts) == sites
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(600))
    for rows in parts:
        assert np.bincount(labels[rows], minlength=classes).min() >= MINIMUM


def test_sizes_are_met() -> None:
    for seed in range(10):
        parts = partition(LABELS, 4, SIZES, 0.5, seed)
        assert [len(p) for p in parts] == pytest.approx([569 * s for s in SIZES], abs=12)


def test_no_skew_gives_every_site_the_mix_of_the_whole() -> None:
    for rows in partition(LABELS, 4, SIZES, 0.0, 1):
        assert LABELS[rows].mean() == pytest.approx(LABELS.mean(), abs=0.02)


def test_more_skew_means_more_different_mixes() -> None:
    def spread(skew: float) -> float:
        return float(np.mean([np.std([LABELS[p].mean() for p in partition(LABELS, 4, SIZES, skew, s)]) for s in range(20)]))

    assert spread(0.0) < spread(0.2) < spread(2.0)


def test_the_same_seed_gives_the_same_parts() -> None:
    one, same, other = (partition(LABELS, 4, SIZES, 1.0, seed) for seed in (3, 3, 4))
    assert all(np.array_equal(a, b) for a, b in zip(one, same, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_exactly_the_minimum_of_everything_is_enough() -> None:
    labels = np.repeat([0, 1], 4 * MINIMUM)
    for rows in partition(labels, 4, SIZES, 1.0, 0):
        assert np.bincount(labels[rows]).tolist() == [MINIMUM, MINIMUM]


def test_too_few_records_are_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-15"):
        partition(np.repeat([0, 1], [100, 19]), 4, SIZES, 0.0, 0)
