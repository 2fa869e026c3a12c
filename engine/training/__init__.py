# SPDX-License-Identifier: Apache-2.0
"""Local training at one hospital: from global weights and examples to what changed; this package imports torch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from engine.errors import WardroundError
from engine.models import nets
from engine.models.spec import ModelSpec
from engine.models.trainable import Batch, Trainable, load
from engine.study.manifest import TrainingSection
from engine.values import Examples


def build(spec: ModelSpec, weights: NDArray[np.float32], examples: Examples, settings: TrainingSection, seed: int) -> Trainable:
    """A model at ``weights`` (P,) with its examples and optimiser, ready for ``loop.run``.

    The optimiser starts without memory: momentum and Adam's moments do not outlive one call, because FedAvg averages
    models, not optimisers. ``seed`` (≥ 0) decides the order of the examples; nothing else here is random.

    Raises:
        WardroundError: E-TRAIN-07 when there is no example.
    """
    if len(examples) == 0:
        raise WardroundError("E-TRAIN-07")
    module = nets.build(spec)
    load(module, weights)
    features = torch.from_numpy(np.ascontiguousarray(examples.features))
    labels = torch.from_numpy(np.ascontiguousarray(examples.labels))
    generator = torch.Generator().manual_seed(seed)

    def batches() -> Iterator[Batch]:
        order = torch.randperm(len(labels), generator=generator)
        for chosen in torch.split(order, settings.batch_size):
            yield features.index_select(0, chosen), labels.index_select(0, chosen)

    return Trainable(module, _optimizer(module, settings), batches, functional.cross_entropy, len(examples))


def _optimizer(module: torch.nn.Module, settings: TrainingSection) -> torch.optim.Optimizer:
    # fused: one call a step instead of one an array, which is most of the time of a small model
    if settings.optimizer == "adam":
        return torch.optim.Adam(module.parameters(), lr=settings.learning_rate, weight_decay=settings.weight_decay, fused=True)
    return torch.optim.SGD(
        module.parameters(), lr=settings.learning_rate, momentum=settings.momentum, weight_decay=settings.weight_decay, fused=True
    )
