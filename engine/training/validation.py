# SPDX-License-Identifier: Apache-2.0
"""How well a model in training does on validation patients: log loss, by row and by patient."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from engine.values import Examples

_ROWS = 1 << 16


def row_losses(module: nn.Module, examples: Examples) -> NDArray[np.float64]:
    """-log(score of the true class) of each row (n,), computed in float64 from the float32 logits."""
    module.eval()
    losses = np.empty(len(examples))
    with torch.no_grad():
        for start in range(0, len(examples), _ROWS):
            part = slice(start, start + _ROWS)
            logits = module(torch.from_numpy(np.ascontiguousarray(examples.features[part]))).double()
            labels = torch.from_numpy(np.ascontiguousarray(examples.labels[part]))
            losses[part] = functional.cross_entropy(logits, labels, reduction="none").numpy()
    return losses


def patient_losses(module: nn.Module, examples: Examples) -> NDArray[np.float64]:
    """The mean log loss of each patient's rows (p,), in the order of the patients' numbers: the unit of the paired bootstrap."""
    losses = row_losses(module, examples)
    _, place, counts = np.unique(examples.patients, return_inverse=True, return_counts=True)
    means: NDArray[np.float64] = np.bincount(place, weights=losses, minlength=counts.size) / counts
    return means
