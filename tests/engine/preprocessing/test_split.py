# SPDX-License-Identifier: Apache-2.0
"""Patients are split, not rows, and stay where they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.preprocessing import split

KEYS = [f"patient-{n}" for n in range(4000)]


def test_shares_are_met_on_average() -> None:
    parts = split.split_by_hash(KEYS, b"key", 0.15, 0.2)
    assert np.bincount(parts, minlength=3) / len(KEYS) == pytest.approx([0.65, 0.15, 0.2], abs=0.02)


@given(st.permutations(range(50)))
def test_a_patient_keeps_the_part_in_any_order_and_company(order: list[int]) -> None:
    whole = split.split_by_hash(KEYS, b"key", 0.15, 0.2)
    again = split.split_by_hash([KEYS[n] for n in order], b"key", 0.15, 0.2)
    assert again.tolist() == whole[order].tolist()


def test_another_key_is_another_split() -> None:
    one, two = (split.split_by_hash(KEYS, key, 0.15, 0.2) for key in (b"one", b"two"))
    assert 0.3 < (one == two).mean() < 0.7


def test_a_larger_test_share_keeps_the_test_patients() -> None:
    few = split.split_by_hash(KEYS, b"key", 0.15, 0.1) == split.TEST
    many = split.split_by_hash(KEYS, b"key", 0.15, 0.3) == split.TEST
    assert few.sum() < many.sum()
    assert many[few].all()


def test_stratified_meets_the_shares_within_each_outcome() -> None:
    labels = np.array([0] * 100 + [1] * 40)
    parts = split.stratified(labels, np.arange(140), 0.15, 0.2, seed=1)
    for value, expected in ((0, [65, 15, 20]), (1, [26, 6, 8])):
        assert np.bincount(parts[labels == value], minlength=3).tolist() == expected


def test_stratified_counts_a_patient_once_by_the_highest_class() -> None:
    patients = np.repeat(np.arange(20), 3)
    labels = np.zeros(60, np.int64)
    labels[::6] = 1  # every second patient has one row of class 1
    parts = split.stratified(labels, patients, 0.2, 0.3, seed=0)
    assert parts.shape == (20,)
    assert np.bincount(parts[::2], minlength=3).tolist() == [5, 2, 3]
    assert np.bincount(parts[1::2], minlength=3).tolist() == [5, 2, 3]


def test_stratified_repeats_by_seed() -> None:
    labels = np.arange(100) % 2
    again = [split.stratified(labels, np.arange(100), 0.2, 0.2, seed) for seed in (5, 5, 6)]
    assert np.array_equal(again[0], again[1])
    assert not np.array_equal(again[0], again[2])
