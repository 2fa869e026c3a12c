# SPDX-License-Identifier: Apache-2.0
"""DP-SGD (Abadi et al. 2016) with the patient as the unit: sample patients, clip each one's gradient, add noise to the sum.

A step takes each patient independently with probability q (Poisson), of each one row at random, clips that row's gradient to
the L2 norm C over all parameters, adds N(0, (σC)²) to every element of the sum, and divides by q · patients, which is public.

Gradients by ``torch.func``: vmap over grad works for every module that treats records one by one, needs no hooks on the module
and no second library at a hospital; the memory is bounded by working in blocks of patients.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.models.trainable import Batch, Loss, Trainable
from engine.privacy.events import steps_in_a_pass
from engine.privacy.keystream import Keystream
from engine.values import Examples

_BLOCK_NUMBERS = 1 << 24
"""Gradients of so many numbers are held at a time: 64 MiB."""
_ROUNDING = 1.0 - 1e-5
"""What float32 may add to a norm is taken off before, so that no row exceeds the clip."""


@dataclass(frozen=True)
class Steps:
    """How one training is made private.

    Args:
        clip: largest L2 norm of one patient's gradient; may be infinite where there is no noise.
        noise: standard deviation of the noise divided by the clip; 0 protects nobody.
        sampling: probability with which a step takes a patient.
    """

    clip: float
    noise: float
    sampling: float

    @property
    def in_a_pass(self) -> int:
        """Steps that together look at each patient about once."""
        return steps_in_a_pass(self.sampling)


def privatise(trainable: Trainable, examples: Examples, steps: Steps, noise: Keystream) -> Trainable:
    """The same training with private steps: other batches and another gradient, the rest as it was.

    Args:
        trainable: as ``training.build`` made it from ``examples``.
        examples: its rows and whose they are.
        steps: clip, noise and sampling.
        noise: draws patients, their rows and the noise.
    """
    features = torch.from_numpy(np.ascontiguousarray(examples.features))
    labels = torch.from_numpy(np.ascontiguousarray(examples.labels))
    draw = _Draw(examples.patients, steps.sampling, noise)

    def batches() -> Iterator[Batch]:
        for _ in range(steps.in_a_pass):
            chosen = torch.from_numpy(draw.rows())
            yield features.index_select(0, chosen), labels.index_select(0, chosen)

    expected = steps.sampling * draw.patients

    def gradient(module: nn.Module, loss: Loss, rows: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        sums, mean = clipped_sums(module, loss, rows, truth, steps.clip)
        for parameter, found in zip(module.parameters(), sums, strict=True):
            if steps.noise > 0.0:
                drawn = noise.normal(found.numel())
                drawn *= steps.noise * steps.clip
                drawn += found.numpy().ravel()  # in float64, before it is rounded
                found = torch.from_numpy(drawn.astype(np.float32)).view_as(found)
            parameter.grad = found / expected
        return mean

    return replace(trainable, batches=batches, gradient=gradient, examples=draw.patients)


def clipped_sums(
    module: nn.Module, loss: Loss, rows: torch.Tensor, truth: torch.Tensor, clip: float
) -> tuple[list[torch.Tensor], torch.Tensor]:
    """Σ over rows of the gradient scaled to at most ``clip``, one tensor a parameter, and the mean loss (0 without rows)."""
    named = {name: parameter.detach() for name, parameter in module.named_parameters()}

    def of_one(parameters: dict[str, torch.Tensor], row: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = torch.func.functional_call(module, parameters, (row.unsqueeze(0),))
        return loss(logits, label.unsqueeze(0))

    each = torch.func.vmap(torch.func.grad_and_value(of_one), in_dims=(None, 0, 0))
    sums = [torch.zeros_like(parameter) for parameter in named.values()]
    total = torch.zeros(())
    block = max(1, _BLOCK_NUMBERS // max(1, sum(parameter.numel() for parameter in named.values())))
    for start in range(0, len(truth), block):
        gradients, losses = each(named, rows[start : start + block], truth[start : start + block])
        squares = torch.stack([found.flatten(1).square().sum(1) for found in gradients.values()]).sum(0)
        # Not finite: such a row counts for nothing rather than spoiling the bound.
        scales = torch.nan_to_num(clip / squares.sqrt().clamp_min(1e-12), nan=0.0, posinf=1.0).clamp_max(1.0)
        scales *= _ROUNDING if clip < float("inf") else 1.0
        for place, found in zip(sums, gradients.values(), strict=True):
            place += torch.einsum("b,b...->...", scales, torch.nan_to_num(found, nan=0.0, posinf=0.0, neginf=0.0))
        total += losses.sum()
    return sums, total / max(1, len(truth))


class _Draw:
    """Poisson sampling of patients, one row of each at random."""

    def __init__(self, patients: NDArray[np.int64], sampling: float, noise: Keystream) -> None:
        self._order = np.argsort(patients, kind="stable")
        _, self._first, self._count = np.unique(patients[self._order], return_index=True, return_counts=True)
        self._sampling = sampling
        self._noise = noise
        self.patients = int(self._count.size)

    def rows(self) -> NDArray[np.int64]:
        """The row numbers of one step; may be none."""
        taken = np.flatnonzero(self._noise.uniform(self.patients) < self._sampling)
        found: NDArray[np.int64] = self._order[self._first[taken] + self._noise.below(self._count[taken])]
        return found
