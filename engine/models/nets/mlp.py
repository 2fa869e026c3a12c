# SPDX-License-Identifier: Apache-2.0
"""A multilayer perceptron: linear layers with ReLU between them; no layer mixes records, so it is safe for DP."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import nn

from engine.models.spec import ModelSpec


class Mlp(nn.Module):
    """(n, features) → (n, classes) logits through hidden layers of the given widths."""

    def __init__(self, features: int, hidden: tuple[int, ...], classes: int) -> None:
        super().__init__()
        widths = (features, *hidden, classes)
        self.layers = nn.ModuleList(nn.Linear(inputs, outputs) for inputs, outputs in pairwise(widths))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = len(self.layers) - 1
        for number, layer in enumerate(self.layers):
            x = layer(x)
            if number < last:
                x = torch.relu(x)
        return x


def build(spec: ModelSpec) -> nn.Module:
    return Mlp(spec.features, spec.hidden, len(spec.classes))
