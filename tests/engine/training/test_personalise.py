# SPDX-License-Identifier: Apache-2.0
"""The personalised model is kept only where validation patients say that it is no worse; the site alone is a fair opponent."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec
from engine.study.manifest import TrainingSection
from engine.training.alone import AloneNote, train_alone
from engine.training.personalise import ENOUGH, LEAST, Reason, lower_bound, personalise
from engine.values import Examples, NoToken, SplitExamples

SPEC = ModelSpec("linear", tuple(Input(f"x{n}", True, 0, 1) for n in range(3)), (), ("a", "b"))
SETTINGS = TrainingSection("adam", 0.05, 16, 2)
START = np.zeros(SPEC.features * 2 + 2, np.float32)


def rows(count: int, seed: int, flip: bool = False, noise: bool = False) -> Examples:
    draw = np.random.default_rng(seed)
    features = draw.normal(size=(count, SPEC.features)).astype(np.float32)
    labels = draw.integers(0, 2, count) if noise else ((features[:, 0] > 0) ^ flip).astype(np.int64)
    return Examples(features, labels, np.arange(count))


def parts(train: Examples, validation: Examples) -> SplitExamples:
    return SplitExamples(train, validation, rows(0, 9))


def test_a_clear_gain_is_kept() -> None:
    found = personalise(SPEC, START, parts(rows(100, 0), rows(30, 1)), SETTINGS, 0, NoToken())
    assert (found.kept, found.reason) == (True, Reason.SURE)
    assert found.gain is not None
    assert found.lower_bound is not None
    assert 0 < found.lower_bound < found.gain
    assert not np.array_equal(found.weights, START)
    assert found.learning_rate is not None
    assert found.passes is not None


def test_where_it_is_worse_the_model_is_the_federated_one() -> None:
    found = personalise(SPEC, START, parts(rows(100, 0), rows(60, 1, flip=True)), SETTINGS, 0, NoToken())
    assert (found.kept, found.reason, found.patients) == (False, Reason.NO_GAIN, 60)
    assert found.gain is not None
    assert found.gain <= 0
    assert np.array_equal(found.weights, START)


def unsure(patients: int) -> tuple[SplitExamples, int]:
    """Noise, of a seed where the best candidate gains a little by chance and the bound is below zero."""
    for seed in range(200):
        data = parts(rows(40, seed, noise=True), rows(patients, seed + 1000, noise=True))
        found = personalise(SPEC, START, data, TrainingSection("adam", 0.005, 16, 1), seed, NoToken())
        assert found.gain is not None
        assert found.lower_bound is not None
        if found.gain > 0 > found.lower_bound:
            return data, seed
    raise AssertionError("no such seed")


@pytest.mark.parametrize(("patients", "kept", "reason"), [(ENOUGH - 1, False, Reason.UNSURE), (ENOUGH, True, Reason.MANY_PATIENTS)])
def test_a_gain_that_may_be_chance_needs_fifty_patients(patients: int, kept: bool, reason: Reason) -> None:
    data, seed = unsure(patients)
    found = personalise(SPEC, START, data, TrainingSection("adam", 0.005, 16, 1), seed, NoToken())
    assert (found.kept, found.reason) == (kept, reason)
    assert np.array_equal(found.weights, START) is not kept


@pytest.mark.parametrize(("patients", "kept", "reason"), [(LEAST - 1, False, Reason.TOO_FEW), (LEAST, True, Reason.SURE)])
def test_a_few_patients_cannot_tell(patients: int, kept: bool, reason: Reason) -> None:
    found = personalise(SPEC, START, parts(rows(200, 0), rows(patients, 5)), SETTINGS, 0, NoToken())
    assert (found.kept, found.reason, found.patients) == (kept, reason, patients)
    assert np.array_equal(found.weights, START) is not kept


@pytest.mark.parametrize("empty", ["train", "validation"])
def test_without_patients_there_is_nothing_to_judge(empty: str) -> None:
    data = parts(rows(0 if empty == "train" else 50, 0), rows(0 if empty == "validation" else 20, 1))
    found = personalise(SPEC, START, data, SETTINGS, 0, NoToken())
    assert (found.kept, found.reason, found.gain) == (False, Reason.NO_PATIENTS, None)
    assert np.array_equal(found.weights, START)


def test_it_repeats_bit_for_bit() -> None:
    data = parts(rows(100, 0), rows(30, 1))
    first, second = (personalise(SPEC, START, data, SETTINGS, 4, NoToken()) for _ in range(2))
    assert first.weights.tobytes() == second.weights.tobytes()
    assert (first.gain, first.lower_bound) == (second.gain, second.lower_bound)


def test_a_patient_with_many_rows_counts_once() -> None:
    validation = rows(30, 1)
    repeated = Examples(
        np.concatenate([validation.features] + [validation.features[:1]] * 200),
        np.concatenate([validation.labels] + [validation.labels[:1]] * 200),
        np.concatenate([validation.patients] + [validation.patients[:1]] * 200),
    )
    one = personalise(SPEC, START, parts(rows(100, 0), validation), SETTINGS, 0, NoToken())
    many = personalise(SPEC, START, parts(rows(100, 0), repeated), SETTINGS, 0, NoToken())
    assert many.patients == one.patients == 30
    assert many.gain == pytest.approx(one.gain)


def test_the_lower_bound_is_that_of_the_normal_distribution_for_many_patients() -> None:
    gains = np.random.default_rng(0).normal(0.1, 1.0, 4000)
    expected = gains.mean() - 1.2816 * gains.std() / np.sqrt(gains.size)
    assert lower_bound(gains, 1) == pytest.approx(expected, abs=0.002)


def test_alone_keeps_the_best_pass_of_all() -> None:
    data = parts(rows(40, 0, noise=True), rows(40, 1, noise=True))  # nothing to learn: later passes overfit
    found = train_alone(SPEC, data, SETTINGS, 20, 0, NoToken())
    assert (found.passes, found.note) == (40, AloneNote.BEST)
    shorter = train_alone(SPEC, data, TrainingSection("adam", 0.05, 16, 1), found.best_pass, 0, NoToken())
    assert shorter.weights.tobytes() == found.weights.tobytes()
    assert shorter.validation_loss == found.validation_loss
    last = train_alone(SPEC, parts(data.train, rows(0, 1)), SETTINGS, 20, 0, NoToken())
    assert (last.note, last.best_pass, last.validation_loss) == (AloneNote.LAST, 40, None)
    assert last.weights.tobytes() != found.weights.tobytes()


def test_alone_starts_where_the_federation_starts() -> None:
    spec = ModelSpec("mlp", SPEC.inputs, (4,), SPEC.classes)
    still = TrainingSection("sgd", 1e-30, 16, 1, seed=6)
    found = train_alone(spec, parts(rows(20, 0), rows(20, 1)), still, 1, 0, NoToken())
    assert found.weights == pytest.approx(initial_weights(spec, 6), abs=1e-12)


def test_alone_without_patients_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-07"):
        train_alone(SPEC, parts(rows(0, 0), rows(5, 1)), SETTINGS, 1, 0, NoToken())
