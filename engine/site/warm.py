# SPDX-License-Identifier: Apache-2.0
"""Training and scoring once on nothing, at a harmless moment: what the first round would load and set up is there then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.models import loading, spec
from engine.models.spec import Input, ModelSpec
from engine.site.participant import score_here, train_here
from engine.study.manifest import TrainingSection
from engine.values import Examples, NoToken

_SPEC = ModelSpec("mlp", (Input("x", numeric=True),), (2,), ("no", "yes"))


def warm(also: Callable[[], object]) -> None:
    """Loads torch, and what its first optimiser step, gradient and scores load; in the thread that is going to train. Then ``also``."""
    loading.preload()
    weights = np.zeros(spec.size(_SPEC), np.float32)
    rows = np.zeros((2, _SPEC.features), np.float32)
    examples = Examples(rows, np.array([0, 1]), np.array([0, 1]))
    train_here(_SPEC, weights, examples, TrainingSection(), 0, NoToken())
    score_here(_SPEC, weights, rows)
    also()
