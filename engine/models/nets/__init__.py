# SPDX-License-Identifier: Apache-2.0
"""The torch modules, one family a file; ``build`` makes the one that a spec names."""

from __future__ import annotations

from torch import nn

from engine.models.nets import linear, mlp
from engine.models.spec import ModelSpec


def build(spec: ModelSpec) -> nn.Module:
    """A module (n, features) → (n, classes) logits whose ``state_dict`` has the spec's names, shapes and order.

    Its weights are torch's own random ones until ``engine.models.trainable.load`` sets them.

    Raises:
        KeyError: a family that this version does not have; ``study.rules`` refuses it before.
    """
    return {"linear": linear.build, "mlp": mlp.build}[spec.family](spec)
