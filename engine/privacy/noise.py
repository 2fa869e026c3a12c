# SPDX-License-Identifier: Apache-2.0
"""Gaussian noise on whole vectors: counts, sums, and a clipped update (output perturbation).

A whole update clipped to the L2 norm C lies in a ball; one patient may move it from any point of the ball to any other, whatever the
training did. So its sensitivity is 2C, never C/n, and the noise is a multiple of that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.privacy.keystream import Keystream


def with_noise(values: NDArray[np.float64], deviation: NDArray[np.float64] | float, noise: Keystream) -> NDArray[np.float64]:
    """The values (n,) plus independent normals; a deviation of 0 leaves an element as it is."""
    return values + noise.normal(values.size) * deviation


def perturbed(delta: NDArray[np.float32], clip: float, multiplier: float, noise: Keystream) -> NDArray[np.float32]:
    """A whole update (P,) cut to the norm ``clip``, with noise of deviation multiplier · 2 · clip on every element."""
    exact = delta.astype(np.float64)
    norm = float(np.sqrt(np.dot(exact, exact)))
    if norm > clip:
        exact *= clip / norm
    return with_noise(exact, multiplier * 2.0 * clip, noise).astype(np.float32)
