# SPDX-License-Identifier: Apache-2.0
"""Multinomial logistic regression: one linear layer from the features to a logit a class."""

from __future__ import annotations

import torch
from torch import nn

from engine.models.spec import ModelSpec


class Linear(nn.Module):
    """(n, features) → (n, classes) logits."""

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(features, classes)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers[0](x)
        return logits


def build(spec: ModelSpec) -> nn.Module:
    return Linear(spec.features, len(spec.classes))
