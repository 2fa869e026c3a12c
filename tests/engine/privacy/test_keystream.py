# SPDX-License-Identifier: Apache-2.0
"""The keystream: normals are normal, equal keys repeat, the source is known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.privacy.keystream import OPERATING_SYSTEM, SEEDED, fresh, seeded


def test_normals_have_the_moments_and_tails_of_normals() -> None:
    drawn = seeded(1).normal(1_000_001)
    assert drawn.shape == (1_000_001,)
    assert abs(drawn.mean()) < 0.004
    assert drawn.std() == pytest.approx(1.0, abs=0.003)
    assert (drawn**4).mean() == pytest.approx(3.0, abs=0.05)
    assert (np.abs(drawn) > 3).mean() == pytest.approx(0.0026998, rel=0.08)
    assert np.abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 0.004


def test_both_halves_of_a_block_are_independent() -> None:
    drawn = seeded(2).normal(1 << 16)
    half = drawn.size // 2
    assert abs(np.corrcoef(drawn[:half], drawn[half:])[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn[:half] ** 2, drawn[half:] ** 2)[0, 1]) < 0.03


def test_uniforms_never_meet_an_end_and_fill_the_middle() -> None:
    drawn = seeded(3).uniform(200_000)
    assert 0.0 < drawn.min() < 1e-4
    assert 1 - 1e-4 < drawn.max() < 1.0
    counts = np.histogram(drawn, 20, (0, 1))[0]
    assert abs(counts / 10_000 - 1).max() < 0.06


def test_whole_numbers_stay_below_their_limits_and_reach_each() -> None:
    limits = np.tile(np.array([1, 2, 7], dtype=np.int64), 2000)
    drawn = seeded(4).below(limits)
    assert (drawn < limits).all()
    assert (drawn >= 0).all()
    assert set(drawn[2::3]) == set(range(7))


def test_a_fresh_stream_never_repeats_and_a_seeded_one_says_so() -> None:
    assert fresh().normal(4).tolist() != fresh().normal(4).tolist()
    assert seeded(5, "north", 1).normal(9).tolist() == seeded(5, "north", 1).normal(9).tolist()
    assert seeded(5, "north", 1).normal(9).tolist() != seeded(5, "north", 2).normal(9).tolist()
    assert (fresh().source, seeded(5).source) == (OPERATING_SYSTEM, SEEDED)
