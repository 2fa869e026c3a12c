# SPDX-License-Identifier: Apache-2.0
"""Scores of a model."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.predict import scores
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec, size
from engine.models.vector import named

SPEC = ModelSpec("linear", (Input("age", True, 0, 1), Input("sex", False, categories=("f", "m"))), (), ("a", "b", "c"))


def test_scores_are_the_softmax_of_the_logits() -> None:
    flat = initial_weights(SPEC, 0) * np.float32(5)
    rows = np.random.default_rng(0).normal(size=(50, SPEC.features)).astype(np.float32)
    w = named(flat, SPEC)
    logits = (rows @ w["layers.0.weight"].T + w["layers.0.bias"]).astype(np.float64)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    found = scores(SPEC, flat, rows)
    assert found.dtype == np.float64
    assert found == pytest.approx(expected, abs=1e-6)
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-15)


def test_no_rows_give_no_scores() -> None:
    assert scores(SPEC, initial_weights(SPEC, 0), np.empty((0, SPEC.features), np.float32)).shape == (0, 3)


def test_large_logits_do_not_overflow() -> None:
    flat = np.zeros(size(SPEC), np.float32)
    named(flat, SPEC)["layers.0.bias"][:] = [1e30, -1e30, 0]
    found = scores(SPEC, flat, np.ones((1, SPEC.features), np.float32))
    assert found.tolist() == [[1.0, 0.0, 0.0]]
