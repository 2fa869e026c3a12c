# SPDX-License-Identifier: Apache-2.0
"""A model's scores for rows of features; the only file of this package that imports torch."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from engine.models import nets
from engine.models.spec import ModelSpec
from engine.models.trainable import load

_ROWS = 1 << 16


def scores(spec: ModelSpec, flat: NDArray[np.float32], features: NDArray[np.float32]) -> NDArray[np.float64]:
    """Scores (n, C) float64 of features (n, d): softmax of the logits, so every row sums to 1."""
    module = nets.build(spec)
    load(module, flat)
    module.eval()
    found = np.empty((features.shape[0], len(spec.classes)))
    with torch.no_grad():
        for start in range(0, features.shape[0], _ROWS):
            part = np.ascontiguousarray(features[start : start + _ROWS])
            logits = module(torch.from_numpy(part)).double()
            found[start : start + _ROWS] = torch.softmax(logits, dim=1).numpy()
    return found
