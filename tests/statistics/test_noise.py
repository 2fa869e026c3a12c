# SPDX-License-Identifier: Apache-2.0
"""What noise is added to: no patient moves it by more than is accounted for; and an attacker does no better than ε allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import training
from engine.evaluation import metrics
from engine.models import scaling
from engine.models.initial import initial_weights
from engine.models.scaling import length_of_one, open_noisy, open_statistics
from engine.models.spec import Input, ModelSpec
from engine.preprocessing import bounded
from engine.privacy import accountant
from engine.privacy.dp_sgd import Steps, privatise
from engine.privacy.events import Event, Kind
from engine.privacy.keystream import Keystream, seeded
from engine.privacy.noise import perturbed, with_noise
from engine.study.manifest import TrainingSection
from engine.training import loop
from engine.values import Examples, NoToken, StudyTable

INPUTS = (Input("age", True, 0, 100), Input("weight", True, 30, 200), Input("ward", False, categories=("a", "b", "c")))
CLASSES = ("no", "yes")


def table(rows: int, patients: int, seed: int, extreme: bool = False) -> StudyTable:
    draw = np.random.default_rng(seed)
    numeric = {item.name: draw.uniform(-50, 250, rows) for item in INPUTS if item.numeric}
    for values in numeric.values():
        values[draw.random(rows) < 0.2] = np.nan
        if extreme:
            values[:] = draw.choice([-1e9, 1e9, np.nan], rows)
    owners = draw.integers(0, patients, rows)
    _, owners = np.unique(owners, return_inverse=True)
    keys = tuple(str(n) for n in range(owners.max() + 1))
    return StudyTable(numeric, {"ward": draw.integers(-1, 4, rows).astype(np.int32)}, draw.integers(0, 2, rows), owners, keys)


@settings(max_examples=60)
@given(st.integers(1, 60), st.integers(1, 12), st.integers(0, 1 << 20), st.booleans())
def test_no_patient_moves_the_statistics_further_than_is_accounted_for(rows: int, patients: int, seed: int, extreme: bool) -> None:
    made = table(rows, patients, seed, extreme)
    everybody, _ = bounded.statistics(INPUTS, CLASSES, made, np.ones(rows, dtype=np.bool_))
    for gone in range(len(made.patient_keys)):
        without, _ = bounded.statistics(INPUTS, CLASSES, made, made.patients != gone)
        assert np.square(everybody - without).sum() <= length_of_one(INPUTS) + 1e-9


@settings(max_examples=60)
@given(st.integers(1, 40), st.integers(1, 8), st.integers(2, 4), st.integers(0, 1 << 20))
def test_no_patient_moves_the_figures_further_than_is_accounted_for(rows: int, patients: int, classes: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    scores = draw.dirichlet(np.full(classes, 0.05), rows)
    labels, owners = draw.integers(0, classes, rows), draw.integers(0, patients, rows)
    everybody = metrics.bounded_counts(scores, labels, bounded.weights_of(owners), classes)
    scales = metrics.bounded_scales(classes)
    assert everybody.shape == scales.shape
    noisy = scales > 0
    for gone in np.unique(owners):
        kept = owners != gone
        without = metrics.bounded_counts(scores[kept], labels[kept], bounded.weights_of(owners[kept]), classes)
        moved = everybody - without
        assert np.square(moved[noisy] / scales[noisy]).sum() <= 1 + 1e-9
        assert set(np.flatnonzero(moved)) <= {*np.flatnonzero(noisy), everybody.size - 3}  # besides: the number of patients, which is told


def test_without_noise_the_laid_out_statistics_are_those_of_one_row_a_patient() -> None:
    made = table(300, 10_000, 1)
    rows = np.ones(300, dtype=np.bool_)
    once = np.unique(made.patients, return_index=True)[1]
    single = StudyTable(
        {name: values[once] for name, values in made.numeric.items()},
        {"ward": made.coded["ward"][once]},
        made.labels[once],
        np.arange(len(once)),
        tuple(str(n) for n in range(len(once))),
    )
    exact, patients = bounded.statistics(INPUTS, CLASSES, single, np.ones(len(once), dtype=np.bool_))
    from engine.preprocessing.sums import statistics_vector

    np.testing.assert_allclose(
        bounded.laid_out(exact, INPUTS, patients), statistics_vector(INPUTS, CLASSES, single, np.ones(len(once), dtype=np.bool_)), atol=1e-9
    )
    assert rows.sum() == 300


def test_a_scaling_follows_the_records_where_there_are_many_and_the_range_where_there_are_few() -> None:
    made = table(4000, 100_000, 2)
    exact, patients = bounded.statistics(INPUTS, CLASSES, made, np.ones(4000, dtype=np.bool_))
    told = bounded.laid_out(exact, INPUTS, patients)
    plain, close = open_statistics(INPUTS, CLASSES, told), open_noisy(INPUTS, CLASSES, told, 1e-6)
    for one, other in zip(plain.numeric, close.numeric, strict=True):
        assert other.mean == pytest.approx(one.mean, abs=1e-3)
        assert other.scale == pytest.approx(one.scale, rel=1e-2)
    drowned = open_noisy(INPUTS, CLASSES, bounded.laid_out(with_noise(exact, 1e7, seeded(1)), INPUTS, patients), 1e7)
    for item in drowned.numeric:
        assert item.mean == pytest.approx(0.5, abs=0.01)
        assert item.scale == pytest.approx(np.sqrt(scaling._SQUARE), abs=0.02)
    assert drowned.rows == patients


@settings(max_examples=30)
@given(st.integers(0, 1 << 20), st.floats(0, 1e6))
def test_noisy_statistics_always_give_a_usable_scaling(seed: int, noise: float) -> None:
    drawn = with_noise(np.zeros(6 + 5 + 2), noise, seeded(seed))
    found = open_noisy(INPUTS, CLASSES, bounded.laid_out(drawn, INPUTS, 20), noise)
    assert all(0 <= item.mean <= 1 and 0.02 < item.scale <= 0.5 for item in found.numeric)


def test_a_whole_update_is_cut_to_the_clip_and_its_noise_covers_the_whole_ball() -> None:
    clip, multiplier = 0.7, 1.5
    delta = np.random.default_rng(0).normal(0, 5, 200_000).astype(np.float32)
    found = perturbed(delta, clip, multiplier, seeded(1)).astype(np.float64)
    assert found.std() == pytest.approx(multiplier * 2 * clip, rel=0.01)
    along = float(found @ delta.astype(np.float64)) / float(np.linalg.norm(delta.astype(np.float64)))
    assert along == pytest.approx(clip, abs=4 * multiplier * 2 * clip)


# ---------------------------------------------------------------- an attacker who sees the update

SPEC = ModelSpec("linear", (Input("x", True, 0, 1), Input("y", True, 0, 1)), (), ("a", "b"))
PLAIN = TrainingSection("sgd", 1.0, 64, 1)


def training_set(with_target: bool) -> Examples:
    """Nineteen dull patients, and one of whom an attacker knows everything."""
    draw = np.random.default_rng(5)
    rows = draw.normal(0, 0.05, (20, SPEC.features)).astype(np.float32)
    rows[19] = 30.0
    labels = np.array([0] * 10 + [1] * 9 + [0])
    count = 20 if with_target else 19
    return Examples(rows[:count], labels[:count].astype(np.int64), np.arange(count))


def trial(steps: Steps, noise: Keystream, *, with_target: bool) -> float:
    """The attacker's statistic: how far the update went where the target's gradient points."""
    data = training_set(with_target)
    trainable = training.build(SPEC, initial_weights(SPEC, 0), data, PLAIN, 0)
    made = privatise(trainable, data, steps, noise)
    delta = loop.run(made, 1, NoToken()).delta
    weights = delta[: 2 * SPEC.features].reshape(2, SPEC.features)
    return float((weights[0] - weights[1]).sum())


def measured(steps: Steps, trials: int) -> float:
    """A lower bound of ε (95 %): the best threshold of one half of the trials, judged on the other half (Jagielski et al. 2020)."""
    here = np.array([trial(steps, seeded(1, n), with_target=True) for n in range(trials)])
    away = np.array([trial(steps, seeded(2, n), with_target=False) for n in range(trials)])
    half = trials // 2
    candidates = np.quantile(np.concatenate([here[:half], away[:half]]), np.linspace(0.05, 0.95, 19))
    best = max(candidates, key=lambda cut: abs((here[:half] > cut).mean() - (away[:half] > cut).mean()))
    found, false = (here[half:] > best).mean(), (away[half:] > best).mean()
    if found < false:
        found, false = 1 - found, 1 - false
    margin = 1.96 * np.sqrt(0.25 / half)
    return float(np.log(max(found - margin, 1e-9) / min(false + margin, 1.0)))


def test_an_attacker_does_no_better_than_epsilon_allows_and_finds_out_when_there_is_no_noise() -> None:
    trials, noise = 100, 3.0
    allowed = accountant.epsilon([Event(Kind.GAUSSIAN, noise)], 1e-3)
    assert measured(Steps(1.0, noise, 1.0), trials) <= allowed
    # The same attack must see what is wrong: no noise worth speaking of, or no clip under it.
    assert measured(Steps(1.0, 0.05, 1.0), trials) > allowed
    assert measured(Steps(1e4, noise / 1e4, 1.0), trials) > allowed
