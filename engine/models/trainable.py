# SPDX-License-Identifier: Apache-2.0
"""What training takes: a module, its optimiser, one pass of batches and a loss; privacy may wrap it on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Batch = tuple[torch.Tensor, torch.Tensor]
"""Features (b, d) float32 and labels (b,) int64."""


Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""Logits (b, classes) and labels (b,) → the mean over the batch."""


def plain_gradient(module: nn.Module, loss: Loss, features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Sets the gradient of the mean loss of a batch; returns that loss."""
    for parameter in module.parameters():
        parameter.grad = None
    found = loss(module(features), labels)
    found.backward()  # type: ignore[no-untyped-call]
    return found.detach()


@dataclass(frozen=True)
class Trainable:
    """Everything one local training needs. ``batches()`` gives one pass over the examples, shuffled anew each time.

    ``gradient`` sets every parameter's gradient for one batch and returns its mean loss: where privacy clips and adds noise.
    """

    module: nn.Module
    optimizer: torch.optim.Optimizer
    batches: Callable[[], Iterator[Batch]]
    loss: Loss
    examples: int
    gradient: Callable[[nn.Module, Loss, torch.Tensor, torch.Tensor], torch.Tensor] = plain_gradient


def load(module: nn.Module, flat: NDArray[np.float32]) -> None:
    """Copies a flat vector into the module's parameters, in ``state_dict`` order.

    Raises:
        ValueError: the vector has another length than the module.
    """
    tensors = list(module.state_dict().values())
    if flat.shape != (sum(t.numel() for t in tensors),):
        raise ValueError(f"a vector of {flat.shape} does not fit the module")
    position = 0
    with torch.no_grad():
        for tensor in tensors:
            count = prod(tensor.shape)
            part = np.array(flat[position : position + count], dtype=np.float32).reshape(tensor.shape)
            tensor.copy_(torch.from_numpy(part))
            position += count


def flatten(module: nn.Module) -> NDArray[np.float32]:
    """The module's parameters as one flat vector, a copy, in ``state_dict`` order."""
    tensors = list(module.state_dict().values())
    flat = np.empty(sum(t.numel() for t in tensors), dtype=np.float32)
    position = 0
    for tensor in tensors:
        flat[position : position + tensor.numel()] = tensor.detach().cpu().numpy().ravel()
        position += tensor.numel()
    return flat
