# SPDX-License-Identifier: Apache-2.0
"""DP-SGD: without noise it is the plain loop; each patient is clipped once, drawn as often as the plan says, and hidden by its noise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from engine import training
from engine.models import nets
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec, size
from engine.models.trainable import Trainable, load
from engine.privacy.dp_sgd import Steps, clipped_sums, privatise
from engine.privacy.keystream import Keystream, fresh, seeded
from engine.study.manifest import TrainingSection
from engine.training import loop
from engine.values import Examples, NoToken

MLP = ModelSpec("mlp", tuple(Input(f"x{n}", True, 0, 1) for n in range(3)), (8,), ("a", "b"))
LINEAR = replace(MLP, family="linear", hidden=())
WHOLE = TrainingSection("sgd", 0.1, 4096, 1)


def examples(patients: int = 60, rows_each: int = 1, spec: ModelSpec = MLP) -> Examples:
    draw = np.random.default_rng(0)
    rows = draw.normal(size=(patients * rows_each, spec.features)).astype(np.float32)
    labels = (rows[:, 0] + rows[:, 2] > 0).astype(np.int64)
    return Examples(rows, labels, draw.permutation(np.repeat(np.arange(patients), rows_each)))


def private(spec: ModelSpec, data: Examples, settings: TrainingSection, steps: Steps, noise: Keystream) -> Trainable:
    return privatise(training.build(spec, initial_weights(spec, 0), data, settings, 1), data, steps, noise)


@pytest.mark.parametrize("spec", [MLP, LINEAR])
@pytest.mark.parametrize("settings", [WHOLE, replace(WHOLE, optimizer="adam", learning_rate=0.01)])
def test_without_noise_and_clip_it_is_the_plain_loop(spec: ModelSpec, settings: TrainingSection) -> None:
    data = examples()
    plain = loop.run(training.build(spec, initial_weights(spec, 0), data, settings, 1), 5, NoToken())
    found = loop.run(private(spec, data, settings, Steps(float("inf"), 0.0, 1.0), fresh()), 5, NoToken())
    # Adam divides by the size of a gradient: where that is nothing but rounding, steps differ by more than rounding.
    np.testing.assert_allclose(found.delta, plain.delta, atol=1e-5 if settings.optimizer == "sgd" else 2e-3)
    assert found.loss == pytest.approx(plain.loss, rel=1e-5)


def test_one_key_gives_one_training_and_another_key_another() -> None:
    def delta(noise: Keystream) -> bytes:
        return loop.run(private(MLP, examples(), WHOLE, Steps(1.0, 1.0, 0.2), noise), 2, NoToken()).delta.tobytes()

    assert delta(seeded(1, "a")) == delta(seeded(1, "a"))
    assert len({delta(seeded(1, "a")), delta(seeded(1, "b")), delta(seeded(2, "a")), delta(fresh()), delta(fresh())}) == 5


def test_no_row_moves_the_sum_by_more_than_the_clip() -> None:
    data = examples()
    module = nets.build(MLP)
    load(module, initial_weights(MLP, 3) * 50)
    rows, labels = torch.from_numpy(data.features * 100), torch.from_numpy(data.labels)
    for clip in (0.01, 1.0):
        norms = []
        for number in range(len(data)):
            sums, _ = clipped_sums(module, nn.functional.cross_entropy, rows[number : number + 1], labels[number : number + 1], clip)
            norms.append(float(torch.cat([part.flatten() for part in sums]).norm()))
        assert max(norms) <= clip
        assert max(norms) > 0.99 * clip  # so the clip was needed


def test_a_row_that_is_not_a_number_counts_for_nothing() -> None:
    data = examples()
    rows, labels = torch.from_numpy(data.features.copy()), torch.from_numpy(data.labels)
    module = nets.build(MLP)
    load(module, initial_weights(MLP, 0))
    without, _ = clipped_sums(module, nn.functional.cross_entropy, rows[1:], labels[1:], 1.0)
    for bad in (np.nan, np.inf):
        rows[0] = bad
        found, _ = clipped_sums(module, nn.functional.cross_entropy, rows, labels, 1.0)
        for one, other in zip(found, without, strict=True):
            assert torch.allclose(one, other, atol=1e-6)


def test_the_noise_has_the_deviation_that_the_plan_says() -> None:
    data = examples()
    clip, noise, sampling = 0.5, 3.0, 0.25
    trainable = private(MLP, data, WHOLE, Steps(clip, noise, sampling), seeded(7))
    found = []
    for _ in range(200):
        trainable.gradient(trainable.module, trainable.loss, torch.zeros(0, MLP.features), torch.zeros(0, dtype=torch.int64))
        found.append(torch.cat([p.grad.flatten() for p in trainable.module.parameters() if p.grad is not None]).numpy())
    drawn = np.concatenate(found) * sampling * 60
    assert drawn.size == 200 * size(MLP)
    assert drawn.std() == pytest.approx(noise * clip, rel=0.02)
    assert abs(drawn.mean()) < 4 * noise * clip / np.sqrt(drawn.size)


def test_patients_are_drawn_not_rows() -> None:
    """A patient with five rows is taken as often as one with one row, at most once in a step, and any row may stand for the patient."""
    data = examples(patients=40, rows_each=5)
    data = replace(data, features=np.repeat(np.arange(200, dtype=np.float32)[:, None], MLP.features, 1))
    trainable = private(MLP, data, WHOLE, Steps(1.0, 1.0, 0.1), seeded(3))
    assert trainable.examples == 40
    taken, used = np.zeros(40), set[int]()
    for _ in range(300):
        for features, _labels in trainable.batches():
            rows = features[:, 0].long().numpy()
            patients = data.patients[rows]
            assert len(set(patients)) == len(patients)
            taken[patients] += 1
            used |= set(rows)
    assert abs(taken / 3000 - 0.1).max() < 5 * np.sqrt(0.1 * 0.9 / 3000)
    assert len(used) == 200


def test_a_step_that_draws_nobody_still_adds_noise() -> None:
    trainable = private(MLP, examples(patients=3), WHOLE, Steps(1.0, 1.0, 1e-4), seeded(1))
    update = loop.run(replace(trainable, batches=lambda: (b for b, _ in zip(trainable.batches(), range(3), strict=False))), 1, NoToken())
    assert np.abs(update.delta).min() > 0
    assert update.loss == 0.0
