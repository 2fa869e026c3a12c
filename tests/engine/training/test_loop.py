# SPDX-License-Identifier: Apache-2.0
"""Local training: it learns, repeats, stops when asked, and refuses to go astray."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine import training
from engine.errors import Cancelled, WardroundError
from engine.models import nets
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec, size
from engine.models.trainable import flatten, load
from engine.study.manifest import TrainingSection
from engine.training import device, loop
from engine.values import Examples, NoToken, Update

SPEC = ModelSpec("mlp", tuple(Input(f"x{n}", True, 0, 1) for n in range(3)), (8,), ("a", "b"))
ADAM = TrainingSection("adam", 0.01, 16, 1)


def examples(count: int = 70, seed: int = 0) -> Examples:
    draw = np.random.default_rng(seed)
    rows = draw.normal(size=(count, SPEC.features)).astype(np.float32)
    labels = (rows[:, 0] + rows[:, 2] > 0).astype(np.int64)
    return Examples(rows, labels, np.arange(count))


def train(settings: TrainingSection, epochs: int, seed: int = 1, data: Examples | None = None) -> Update:
    weights = initial_weights(SPEC, 0)
    return loop.run(training.build(SPEC, weights, data or examples(), settings, seed), epochs, NoToken())


@pytest.mark.parametrize("settings", [ADAM, TrainingSection("sgd", 0.1, 16, 1, momentum=0.9, weight_decay=1e-3)])
def test_training_twice_gives_the_same_bits_and_another_seed_does_not(settings: TrainingSection) -> None:
    first, second, other = train(settings, 3), train(settings, 3), train(settings, 3, seed=2)
    assert first.delta.tobytes() == second.delta.tobytes()
    assert first.loss == second.loss
    assert first.delta.tobytes() != other.delta.tobytes()


@pytest.mark.parametrize("settings", [ADAM, TrainingSection("sgd", 0.2, 16, 1, momentum=0.5)])
def test_more_passes_mean_less_loss(settings: TrainingSection) -> None:
    losses = [train(settings, epochs).loss for epochs in (1, 5, 20)]
    assert losses[0] > losses[1] > losses[2]


def test_the_update_says_what_changed() -> None:
    update = train(ADAM, 2)
    assert update.delta.shape == (size(SPEC),)
    assert update.delta.dtype == np.float32
    assert update.examples == 70
    assert np.abs(update.delta).max() > 0


def test_one_full_batch_of_sgd_is_one_gradient_step() -> None:
    data = examples(20)
    weights = initial_weights(SPEC, 0)
    settings = TrainingSection("sgd", 0.5, 1000, 1)
    update = loop.run(training.build(SPEC, weights, data, settings, 0), 1, NoToken())
    module = nets.build(SPEC)
    load(module, weights)
    loss = functional.cross_entropy(module(torch.from_numpy(data.features)), torch.from_numpy(data.labels))
    loss.backward()
    gradient = np.concatenate([p.grad.numpy().ravel() for p in module.parameters() if p.grad is not None])
    assert update.delta == pytest.approx(-0.5 * gradient, abs=1e-6)
    assert update.loss == pytest.approx(loss.item())


def test_every_example_is_seen_once_a_pass() -> None:
    data = examples(37)
    trainable = training.build(SPEC, initial_weights(SPEC, 0), data, replace(ADAM, batch_size=8), 0)
    for _ in range(2):
        seen = torch.cat([features for features, _ in trainable.batches()]).numpy()
        assert sorted(map(tuple, seen.tolist())) == sorted(map(tuple, data.features.tolist()))


def test_the_global_weights_are_not_changed() -> None:
    weights = initial_weights(SPEC, 0)
    loop.run(training.build(SPEC, weights, examples(), ADAM, 0), 2, NoToken())
    assert np.array_equal(weights, initial_weights(SPEC, 0))


def test_no_example_is_refused() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-07"):
        training.build(SPEC, initial_weights(SPEC, 0), examples(0), ADAM, 0)


def test_a_loss_that_is_no_number_is_refused_with_its_pass() -> None:
    with pytest.raises(WardroundError, match="E-TRAIN-02") as caught:
        train(TrainingSection("sgd", 1e30, 16, 1), 5)
    assert 1 <= int(str(caught.value.fields["epoch"])) <= 5


class Watcher:
    """Stops after some batches, and writes down the progress."""

    def __init__(self, after: int) -> None:
        self.left = after
        self.seen: list[float] = []

    def progress(self, fraction: float) -> None:
        self.seen.append(fraction)

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


def test_cancelling_stops_at_the_next_batch() -> None:
    watcher = Watcher(after=7)
    with pytest.raises(Cancelled):
        loop.run(training.build(SPEC, initial_weights(SPEC, 0), examples(), ADAM, 0), 100, watcher)
    assert len(watcher.seen) == 7


def test_progress_grows_to_one() -> None:
    watcher = Watcher(after=1000)
    loop.run(training.build(SPEC, initial_weights(SPEC, 0), examples(), ADAM, 0), 3, watcher)
    assert watcher.seen == sorted(watcher.seen)
    assert watcher.seen[-1] == 1.0


def test_one_core_is_left_for_the_window() -> None:
    assert [device.threads_for(n) for n in (1, 2, 8)] == [1, 1, 7]


def test_what_a_result_depends_on_is_told() -> None:
    before = torch.get_num_threads()
    try:
        assert device.prepare(1) == 1
        assert device.describe()["threads"] == "1"
        assert device.describe()["torch"] == torch.__version__
        assert torch.are_deterministic_algorithms_enabled()
    finally:
        torch.set_num_threads(before)


def test_the_delta_leads_to_the_trained_weights() -> None:
    weights = initial_weights(SPEC, 0)
    trainable = training.build(SPEC, weights, examples(), ADAM, 0)
    update = loop.run(trainable, 2, NoToken())
    assert weights + update.delta == pytest.approx(flatten(trainable.module), abs=1e-6)
