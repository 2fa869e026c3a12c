# SPDX-License-Identifier: Apache-2.0
"""The report from counts is scikit-learn's report from rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss, classification_report, log_loss, precision_recall_fscore_support, roc_auc_score

from engine.errors import WardroundError
from engine.evaluation import bins, metrics
from engine.evaluation.report import Line, Report, from_counts

NAMES = ("low", "middle", "high")


def softmax(logits: np.ndarray) -> np.ndarray:
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def binary(logits: np.ndarray) -> np.ndarray:
    return softmax(np.stack([np.zeros_like(logits), logits], axis=1))


def same(line: Line, expected: dict[str, float]) -> None:
    for ours, theirs in ((line.precision, "precision"), (line.recall, "recall"), (line.f1, "f1-score")):
        if ours is None:
            assert np.isnan(expected[theirs])
        else:
            assert ours == pytest.approx(expected[theirs], abs=1e-12)
    assert line.support == expected["support"]


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(2, 3), st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_classes_and_averages_are_scikit_learns(rows: int, classes: int, seed: int, present: int) -> None:
    """``present`` < ``classes`` leaves classes without patients, so that undefined numbers occur."""
    draw = np.random.default_rng(seed)
    labels = draw.integers(0, min(present, classes), rows)
    scores = softmax(draw.normal(0, 2, (rows, classes)))
    predicted = scores.argmax(axis=1)
    found = from_counts(metrics.counts(scores, labels, classes), NAMES[:classes])
    wanted = list(range(classes))
    expected = classification_report(labels, predicted, labels=wanted, target_names=NAMES[:classes], output_dict=True, zero_division=np.nan)
    for line in found.classes:
        same(line, expected[line.label])
    same(found.macro, expected["macro avg"])
    same(found.weighted, expected["weighted avg"])
    assert found.accuracy == pytest.approx((labels == predicted).mean())
    micro = precision_recall_fscore_support(labels, predicted, labels=wanted, average="micro", zero_division=np.nan)
    assert (found.micro.precision, found.micro.recall, found.micro.f1) == pytest.approx(micro[:3])
    assert found.rows == rows


@pytest.mark.parametrize("classes", [2, 3])
def test_log_loss_and_brier_are_scikit_learns(classes: int) -> None:
    draw = np.random.default_rng(3)
    labels = np.concatenate([np.arange(classes), draw.integers(0, classes, 200)])
    scores = softmax(draw.normal(0, 3, (labels.size, classes)))
    found = from_counts(metrics.counts(scores, labels, classes), NAMES[:classes])
    assert found.log_loss == pytest.approx(log_loss(labels, scores), abs=1e-12)
    truth = scores[:, 1] if classes == 2 else scores
    assert found.brier == pytest.approx(brier_score_loss(labels, truth, labels=list(range(classes))), abs=1e-12)


def test_a_certain_mistake_has_a_finite_loss() -> None:
    found = metrics.counts(np.array([[1.0, 0.0]]), np.array([1]), 2)
    assert metrics.log_loss(found, 2) == pytest.approx(-np.log(2.0**-52))


DISTRIBUTIONS = {
    "plain": (0.4, lambda d, y: d.normal(2 * y - 1, 1.5)),
    "weak": (0.5, lambda d, y: d.normal(0.2 * y, 1.0)),
    "rare outcome": (0.02, lambda d, y: d.normal(1.5 * y - 7, 1.0)),
    "very rare outcome": (0.01, lambda d, y: d.normal(y - 10, 0.7)),
    "too sure": (0.5, lambda d, y: d.normal(20 * y - 10, 12)),
    "far too sure": (0.5, lambda d, y: d.normal(40 * y - 20, 25)),
    "narrow": (0.3, lambda d, y: d.normal(0.2 * y - 0.3, 0.2)),
    "narrow and low": (0.3, lambda d, y: d.normal(0.25 * y - 3, 0.25)),
    "nearly certain": (0.9, lambda d, y: d.normal(y + 8, 1.0)),
    "perfect": (0.5, lambda d, y: np.where(y, d.uniform(1, 9, y.size), d.uniform(-9, -1, y.size))),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_auc_from_bins_is_within_two_thousandths(name: str, seed: int) -> None:
    share, drawn = DISTRIBUTIONS[name]
    draw = np.random.default_rng(seed)
    labels = (draw.random(20_000) < share).astype(np.int64)
    scores = binary(drawn(draw, labels))
    found = from_counts(metrics.counts(scores, labels, 2), ("no", "yes"))
    exact = roc_auc_score(labels, scores[:, 1])
    assert found.auc == pytest.approx(exact, abs=0.002)
    assert found.classes[0].auc == pytest.approx(exact, abs=0.002)


def test_auc_of_several_classes_is_the_mean_of_one_against_the_rest() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 3, 5000)
    scores = softmax(draw.normal(0, 1, (5000, 3)) + 1.5 * np.eye(3)[labels])
    found = from_counts(metrics.counts(scores, labels, 3), NAMES)
    assert found.auc == pytest.approx(roc_auc_score(labels, scores, multi_class="ovr"), abs=0.002)


def test_roc_and_auc_agree() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 2, 500)
    found = from_counts(metrics.counts(binary(draw.normal(2 * labels - 1, 1)), labels, 2), ("no", "yes"))
    curve = found.roc[1]
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0.0, 0.0, 1.0, 1.0)
    assert np.trapezoid(curve.y, curve.x) == pytest.approx(found.auc)
    assert np.diff(curve.x).min() >= 0
    assert np.diff(curve.y).min() >= 0


def test_calibration_of_a_calibrated_model_is_the_diagonal() -> None:
    draw = np.random.default_rng(0)
    p = draw.random(100_000)
    labels = (draw.random(p.size) < p).astype(np.int64)
    found = from_counts(metrics.counts(np.stack([1 - p, p], 1), labels, 2), ("no", "yes"))
    for curve in found.calibration:
        assert len(curve.x) == 10
        assert sum(curve.counts) == p.size
        assert curve.y == pytest.approx(curve.x, abs=0.02)
        assert curve.x == pytest.approx(np.arange(0.05, 1, 0.1), abs=0.01)


def test_counts_of_parts_add_up_to_the_counts_of_the_whole() -> None:
    draw = np.random.default_rng(0)
    labels = draw.integers(0, 3, 300)
    scores = softmax(draw.normal(0, 2, (300, 3)))
    whole = metrics.counts(scores, labels, 3)
    parts = sum(metrics.counts(scores[k::4], labels[k::4], 3) for k in range(4))
    assert parts == pytest.approx(whole, abs=1e-9)
    assert np.array_equal(np.rint(parts[:-2]), np.rint(whole[:-2]))


@settings(max_examples=50, deadline=None)
@given(arrays(np.float64, st.integers(0, 50), elements=st.floats(0, 1)))
def test_every_score_falls_into_the_bin_that_holds_it(scores: np.ndarray) -> None:
    counted = bins.histogram(scores)
    assert counted.sum() == scores.size
    expected, _ = np.histogram(scores, bins.edges())
    assert np.array_equal(counted, expected)


def test_bins_are_as_narrow_as_the_module_says() -> None:
    edges = bins.edges()
    assert (np.diff(edges) > 0).all()
    assert np.diff(edges).max() <= 0.005
    inner = edges[(edges > 1.2e-7) & (edges < 1 - 1.2e-7)]
    odds = np.log(inner) - np.log1p(-inner)
    assert np.diff(odds).max() <= 0.12


def nobody() -> Report:
    return from_counts(metrics.counts(np.empty((0, 2)), np.empty(0, np.int64), 2), ("no", "yes"))


def test_a_site_without_such_patients_gives_zeros_and_the_report_says_nothing() -> None:
    found = nobody()
    assert (found.rows, found.accuracy, found.log_loss, found.brier, found.auc) == (0, None, None, None, None)
    assert {line.precision for line in (*found.classes, found.macro, found.weighted, found.micro)} == {None}
    assert found.roc[0].x == ()
    assert metrics.log_loss(metrics.counts(np.empty((0, 2)), np.empty(0, np.int64), 2), 2) is None


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-13"):
        from_counts(np.zeros(7), ("no", "yes"))


def test_accuracy_of_a_round_is_that_of_the_report() -> None:
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 2, 40)
    vector = metrics.counts(binary(draw.normal(labels, 1)), labels, 2)
    assert metrics.accuracy(vector, 2) == from_counts(vector, ("no", "yes")).accuracy
