# SPDX-License-Identifier: Apache-2.0
"""What many hospitals compute through sums is what one would have computed with all their records."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import training
from engine.aggregation.fedavg import combine
from engine.evaluation import metrics, predict
from engine.evaluation.report import from_counts
from engine.models.initial import initial_weights
from engine.models.scaling import Scaling, open_statistics
from engine.models.spec import Input, ModelSpec, size
from engine.preprocessing import sums
from engine.preprocessing.features import features
from engine.secagg import fixed_point
from engine.study.manifest import TrainingSection
from engine.training import loop
from engine.values import Examples, Layout, NoToken, StudyTable

INPUTS = (Input("age", True, 0.0, 120.0), Input("pressure", True, 50.0, 280.0), Input("smoking", False, categories=("n", "f", "c")))
CLASSES = ("well", "ill")
SPEC = ModelSpec("mlp", INPUTS, (6,), CLASSES)
COUNTS = Layout(0, 64, 28, float(1 << 28))


def table(rows: int, seed: int) -> StudyTable:
    draw = np.random.default_rng(seed)
    age = draw.normal(40 + 10 * (seed % 5), 12, rows)
    age[draw.random(rows) < 0.1] = np.nan
    smoking = draw.integers(-1, 4, rows).astype(np.int32)
    labels = (np.nan_to_num(age, nan=40) + draw.normal(0, 10, rows) > 55).astype(np.int64)
    return StudyTable({"age": age, "pressure": draw.normal(130, 20, rows)}, {"smoking": smoking}, labels, np.arange(rows), ())


def pooled(tables: list[StudyTable]) -> StudyTable:
    return StudyTable(
        {name: np.concatenate([t.numeric[name] for t in tables]) for name in ("age", "pressure")},
        {"smoking": np.concatenate([t.coded["smoking"] for t in tables])},
        np.concatenate([t.labels for t in tables]),
        np.arange(sum(len(t) for t in tables)),
        (),
    )


def summed(vectors: list[np.ndarray]) -> np.ndarray:
    layout = Layout(vectors[0].size, COUNTS.bits, COUNTS.fraction_bits, COUNTS.clip)
    total = np.zeros(layout.length, np.uint64)
    for values in vectors:
        total += fixed_point.encode(values, layout)[0]
    return fixed_point.decode(total, layout)


def scaling(tables: list[StudyTable]) -> Scaling:
    vectors = [sums.statistics_vector(INPUTS, CLASSES, t, np.ones(len(t), bool)) for t in tables]
    return open_statistics(INPUTS, CLASSES, summed(vectors))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=12), st.integers(0, 1000))
def test_scaling_of_the_federation_is_the_scaling_of_the_pool(rows: list[int], seed: int) -> None:
    tables = [table(n, seed + k) for k, n in enumerate([*rows, 50])]
    whole = pooled(tables)
    found = scaling(tables)
    for item in found.numeric:
        values = np.clip(whole.numeric[item.name], item.low, item.high)
        assert item.imputation == pytest.approx(np.nanmean(values), abs=1e-5)
        assert item.deviation == pytest.approx(np.nanstd(values), abs=1e-4)
        assert item.present == np.count_nonzero(~np.isnan(values))
    assert found.classes == tuple(np.bincount(whole.labels, minlength=2))
    assert found.rows == len(whole)


def test_features_after_federation_wide_scaling_are_standardised_over_the_pool() -> None:
    tables = [table(n, n) for n in (300, 40, 500)]
    found = scaling(tables)
    every = np.concatenate([features(INPUTS, found, t).features for t in tables])
    present = np.concatenate([~np.isnan(t.numeric["age"]) for t in tables])
    assert every[present, 0].mean() == pytest.approx(0, abs=1e-4)
    assert every[present, 0].std() == pytest.approx(1, abs=1e-4)
    assert not every[~present, 0].any()
    assert every[~present, 1].all()


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(6)), st.integers(0, 50))
def test_the_opened_sum_has_the_same_bits_in_any_order_of_arrival(order: list[int], seed: int) -> None:
    draw = np.random.default_rng(seed)
    layout = Layout(1000 + 3, 32, 27, 4.0)
    rings = [fixed_point.encode_update(draw.normal(0, 10.0**-k, 1000).astype(np.float32), 1 / 6, 0.5, layout)[0] for k in range(6)]
    straight, shuffled = np.zeros(1003, np.uint32), np.zeros(1003, np.uint32)
    for k in range(6):
        straight += rings[k]
        shuffled += rings[order[k]]
    start = draw.normal(size=1000).astype(np.float32)
    models = []
    for total in (straight, shuffled):
        opened = fixed_point.open_update(total, layout)
        models.append(combine(start, opened.parameters, layout, opened.weight_sum).tobytes())
    assert models[0] == models[1]


def federation(tables: list[StudyTable], rounds: int, order: list[int]) -> str:
    """A whole study in memory; the hash of the model and of the evaluation counts."""
    found = scaling(tables)
    examples = [features(INPUTS, found, t) for t in tables]
    weights = initial_weights(SPEC, 0)
    layout = Layout(size(SPEC) + 3, 32, 27, 4.0)
    settings_ = TrainingSection("adam", 0.01, 16, 1)
    for number in range(rounds):
        total = np.zeros(layout.length, np.uint32)
        for site in order:
            seed = number * 100 + site
            update = loop.run(training.build(SPEC, weights, examples[site], settings_, seed), 1, NoToken())
            total += fixed_point.encode_update(update.delta, len(examples[site]) / found.rows, update.loss, layout)[0]
        opened = fixed_point.open_update(total, layout)
        weights = combine(weights, opened.parameters, layout, opened.weight_sum)
    counts = summed([metrics.counts(predict.scores(SPEC, weights, e.features), e.labels, 2) for e in examples])
    return hashlib.sha256(weights.tobytes() + counts.tobytes()).hexdigest()


def test_a_study_repeats_bit_for_bit_whatever_the_order_of_arrival() -> None:
    tables = [table(n, n) for n in (90, 40, 120, 25)]
    assert len({federation(tables, 4, order) for order in ([0, 1, 2, 3], [0, 1, 2, 3], [3, 2, 0, 1])}) == 1


def test_one_site_with_full_batch_sgd_and_many_give_the_same_step() -> None:
    """FedAvg of one full-batch gradient step at each site is the step that the pooled records would make."""
    tables = [table(n, n) for n in (90, 40, 120)]
    found = scaling(tables)
    examples = [features(INPUTS, found, t) for t in tables]
    every = Examples(*(np.concatenate([getattr(e, f) for e in examples]) for f in ("features", "labels", "patients")))
    weights = initial_weights(SPEC, 0)
    layout = Layout(size(SPEC) + 3, 32, 27, 4.0)
    settings_ = TrainingSection("sgd", 0.5, 10_000, 1)
    total = np.zeros(layout.length, np.uint32)
    for e in examples:
        update = loop.run(training.build(SPEC, weights, e, settings_, 0), 1, NoToken())
        total += fixed_point.encode_update(update.delta, len(e) / found.rows, update.loss, layout)[0]
    opened = fixed_point.open_update(total, layout)
    alone = loop.run(training.build(SPEC, weights, every, settings_, 0), 1, NoToken())
    assert combine(weights, opened.parameters, layout, opened.weight_sum) == pytest.approx(weights + alone.delta, abs=1e-6)
    assert opened.loss == pytest.approx(alone.loss, abs=1e-6)


def test_the_report_of_summed_counts_is_the_report_of_the_pool() -> None:
    tables = [table(n, n) for n in (90, 40, 120)]
    found = scaling(tables)
    weights = initial_weights(SPEC, 3)
    parts = []
    for t in tables:
        e = features(INPUTS, found, t)
        parts.append(metrics.counts(predict.scores(SPEC, weights, e.features), e.labels, 2))
    every = features(INPUTS, found, pooled(tables))
    whole = from_counts(metrics.counts(predict.scores(SPEC, weights, every.features), every.labels, 2), CLASSES)
    joined = from_counts(summed(parts), CLASSES)
    assert joined.confusion == whole.confusion
    assert joined.auc == whole.auc
    assert joined.log_loss == pytest.approx(whole.log_loss, abs=1e-7)
