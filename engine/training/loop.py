# SPDX-License-Identifier: Apache-2.0
"""The training loop: passes over the examples, and what they changed."""

from __future__ import annotations

from math import isfinite

from engine.errors import WardroundError
from engine.models.trainable import Trainable, flatten
from engine.values import Token, Update


def run(trainable: Trainable, epochs: int, token: Token) -> Update:
    """Trains for ``epochs`` ≥ 1 passes: the change of the weights, the examples, the mean loss of the last pass.

    Bit for bit the same for the same trainable, torch, processor type and number of threads.

    Raises:
        WardroundError: E-TRAIN-02 when the loss is no longer finite.
        Cancelled: when a person stopped it, at the latest after one batch.
    """
    before = flatten(trainable.module)
    loss = 0.0
    for epoch in range(epochs):
        loss = one_pass(trainable, epoch + 1, epochs, token)
    after = flatten(trainable.module)
    after -= before
    return Update(after, trainable.examples, loss)


def one_pass(trainable: Trainable, epoch: int, epochs: int, token: Token) -> float:
    """One pass over the examples, the ``epoch``-th of ``epochs``; the mean loss over its examples, each before its step."""
    trainable.module.train()
    total = 0.0
    seen = 0
    for features, labels in trainable.batches():
        token.check()
        loss = trainable.gradient(trainable.module, trainable.loss, features, labels)
        trainable.optimizer.step()
        value = loss.item()
        if not isfinite(value):
            raise WardroundError("E-TRAIN-02", epoch=epoch)
        total += value * len(labels)
        seen += len(labels)
        token.progress((epoch - 1 + min(1.0, seen / trainable.examples)) / epochs)
    return total / max(1, seen)
