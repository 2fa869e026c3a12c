# SPDX-License-Identifier: Apache-2.0
"""FedAvg: the next global model is the mean of the sites' models, each weighted by its training examples.

McMahan et al. 2017, https://arxiv.org/abs/1602.05629, algorithm 1, written with changes instead of models:
x' = x + Σ_k w_k Δ_k / Σ_k w_k, where w_k = n_k / N. Dividing by Σ w keeps it a mean when a site is missing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.values import Layout

_CHUNK = 1 << 16


def combine(
    global_flat: NDArray[np.float32],
    ring_sum: NDArray[np.uint32],
    layout: Layout,
    weight_sum: float,
    out: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """The next global model (P,) float32; element by element, so every machine gets the same bits.

    Args:
        global_flat: (P,) the model that the sites started from.
        ring_sum: (P,) Σ w · Δ in the fixed-point ring, as ``fixed_point.open_update`` gives it.
        layout: of the update vector.
        weight_sum: Σ w > 0.
        out: where to write; ``ring_sum.view(np.float32)`` saves one model of memory and destroys the sum.

    Raises:
        WardroundError: E-TRAIN-14 when a weight would not be finite.
    """
    result = np.empty_like(global_flat) if out is None else out
    for _ in combining(global_flat, ring_sum, layout, weight_sum, result):
        pass
    return result


def combining(
    global_flat: NDArray[np.float32], ring_sum: NDArray[np.uint32], layout: Layout, weight_sum: float, out: NDArray[np.float32]
) -> Iterator[int]:
    """As ``combine``, a part at a time: how many numbers of ``out`` are done, so that they can be written while the rest is made."""
    changes = ring_sum.view(np.int32)
    factor = float(2.0**-layout.fraction_bits) / weight_sum
    buffer = np.empty(min(_CHUNK, max(1, global_flat.size)), dtype=np.float64)
    for start in range(0, global_flat.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        exact = buffer[: global_flat[part].size]
        np.multiply(changes[part], factor, out=exact)
        np.add(exact, global_flat[part], out=exact)
        largest = np.finfo(np.float32).max
        if not (exact.min() >= -largest and exact.max() <= largest):
            raise WardroundError("E-TRAIN-14")
        out[part] = exact
        yield start + exact.size
