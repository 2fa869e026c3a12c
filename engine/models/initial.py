# SPDX-License-Identifier: Apache-2.0
"""The weights a study begins with, made without torch and the same on every machine.

He uniform (He et al. 2015, https://arxiv.org/abs/1502.01852) for layers followed by a ReLU: U(-√(6/inputs), √(6/inputs)).
Glorot uniform (Glorot & Bengio 2010) for the last layer: U(-√(6/(inputs + outputs)), √(6/(inputs + outputs))). Biases 0.
The numbers are the top 24 bits of PCG64's raw stream, which numpy promises never to change (NEP 19).
"""

from __future__ import annotations

from math import prod, sqrt

import numpy as np
from numpy.typing import NDArray

from engine.models.spec import ModelSpec, parameters

_CHUNK = 1 << 20


def initial_weights(spec: ModelSpec, seed: int) -> NDArray[np.float32]:
    """The flat vector (size(spec),) for ``seed`` ≥ 0."""
    stream = np.random.PCG64(seed)
    named = parameters(spec)
    flat = np.zeros(sum(prod(shape) for _, shape in named), dtype=np.float32)
    last = named[-2][0]
    position = 0
    for name, shape in named:
        count = prod(shape)
        if len(shape) == 2:
            outputs, inputs = shape
            bound = sqrt(6.0 / (inputs + outputs)) if name == last else sqrt(6.0 / inputs)
            for start in range(position, position + count, _CHUNK):
                part = flat[start : min(start + _CHUNK, position + count)]
                part[:] = np.asarray(stream.random_raw(part.size), dtype=np.uint64) >> np.uint64(40)
                part *= np.float32(2.0**-23)
                part -= np.float32(1.0)
                part *= np.float32(bound)
        position += count
    return flat
