# SPDX-License-Identifier: Apache-2.0
"""Real numbers as integers modulo 2**bits, so that a sum has the same bits in whatever order it is made.

A value x of a layout with f fraction bits and clip c is written as rint(clip(x, -c, c) · 2**f), half to even, in two's
complement. One element is wrong by at most 2**-(f+1), a sum over K sites by at most K · 2**-(f+1).

Why nothing wraps, updates (32 bits): the manifest's clip c gets b = max(1, bit_length(⌈c⌉)) bits before the point, hence
c < 2**b, and f = 30 - b. Site k sends rint(w_k · clip(x_k) · 2**f) with w_k ≥ 0 and Σ w_k ≤ 1, so
|Σ_k w_k clip(x_k)| · 2**f ≤ c · 2**f < 2**30; rounding adds at most K/2. The sum stays below 2**31 for up to 2**31 sites.
Of the three extras, w and w · (share clipped) sum to at most 1 ≤ 2**b, and the loss is cut to ``largest_loss`` = 2**b before
it is weighted, hence Σ w · loss · 2**f ≤ 2**30 as well.

Why nothing wraps, counts (64 bits): f = 28 and c = 2**28, so one site adds at most 2**56, and 127 sites less than 2**63.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.secagg.base import WEIGHT_FROM_END, Ring
from engine.values import Layout

CHUNK = 1 << 16
"""Elements converted at a time: 512 KiB of float64 stay in the processor's cache."""


class OpenedUpdate(NamedTuple):
    """The sum of all sites' updates, opened."""

    parameters: NDArray[np.uint32]  # Σ w · delta in the ring: a view, not a copy
    weight_sum: float  # Σ w
    clipped_share: float  # weighted mean share of values that were cut
    loss: float  # weighted mean training loss


def largest_loss(layout: Layout) -> float:
    """The largest mean loss that an update can carry: 2**30 in the ring; larger ones are cut to it."""
    return float(2.0 ** (30 - layout.fraction_bits))


def empty_ring(layout: Layout) -> Ring:
    """A ring vector of this layout, not yet filled."""
    if layout.bits == 32:
        return np.empty(layout.length, dtype=np.uint32)
    return np.empty(layout.length, dtype=np.uint64)


def signed(ring: Ring) -> NDArray[np.int32] | NDArray[np.int64]:
    """The same bits read as two's complement; a view."""
    return ring.view(np.int32) if ring.dtype.itemsize == 4 else ring.view(np.int64)


def _encode_into(ring: Ring, values: NDArray[np.floating], factor: float, layout: Layout) -> int:
    """Writes rint(clip(values) · factor · 2**f) into ``ring``, chunk by chunk; returns how many values were cut."""
    whole = signed(ring)
    scale = factor * float(2.0**layout.fraction_bits)
    limit = layout.clip * scale
    buffer = np.empty(min(CHUNK, max(1, values.size)), dtype=np.float64)
    clipped = 0
    for start in range(0, values.size, CHUNK):
        chunk = values[start : start + CHUNK]
        smallest, largest = float(chunk.min()), float(chunk.max())
        if not (np.isfinite(smallest) and np.isfinite(largest)):
            raise WardroundError("E-TRAIN-01", count=int(values.size - np.isfinite(values).sum()))
        scaled = buffer[: chunk.size]
        np.multiply(chunk, scale, out=scaled, dtype=np.float64)
        if largest > layout.clip or smallest < -layout.clip:
            clipped += int(np.count_nonzero(np.abs(chunk.astype(np.float64)) > layout.clip))
            np.clip(scaled, -limit, limit, out=scaled)
        np.rint(scaled, out=scaled)
        whole[start : start + chunk.size] = scaled
    return clipped


def encode(values: NDArray[np.floating], layout: Layout) -> tuple[Ring, int]:
    """A vector of real numbers in the ring, and how many of them were cut to the clip.

    Raises:
        WardroundError: E-TRAIN-01 for NaN or infinity, E-TRAIN-08 for another length than the layout's.
    """
    if values.shape != (layout.length,):
        raise WardroundError("E-TRAIN-08", found=values.size, expected=layout.length)
    ring = empty_ring(layout)
    return ring, _encode_into(ring, values, 1.0, layout)


def decode(ring: Ring, layout: Layout) -> NDArray[np.float64]:
    """The real numbers of a ring vector (length,) float64; exact for |x| · 2**f ≤ 2**53, so for every count."""
    return signed(ring).astype(np.float64) * float(2.0**-layout.fraction_bits)


def encode_update(
    delta: NDArray[np.float32], weight: float, loss: float, layout: Layout, out: NDArray[np.uint32] | None = None
) -> tuple[NDArray[np.uint32], int]:
    """One site's update in the ring: [w · clip(delta)…, w, w · share clipped, w · loss]; and how many values were cut.

    Args:
        delta: (P,) change of the weights.
        weight: w = n / N, in (0, 1].
        loss: mean training loss, cut to ``largest_loss``.
        layout: of P + 3 elements, 32 bits.
        out: (P + 3,) where to write; fresh memory without.

    Raises:
        WardroundError: E-TRAIN-01 for NaN or infinity, E-TRAIN-08 for another length, E-TRAIN-10 for another weight.
    """
    if delta.shape != (layout.length - WEIGHT_FROM_END,) or layout.bits != 32:
        raise WardroundError("E-TRAIN-08", found=delta.size + WEIGHT_FROM_END, expected=layout.length)
    if not 0.0 < weight <= 1.0:
        raise WardroundError("E-TRAIN-10")
    if not np.isfinite(loss):
        raise WardroundError("E-TRAIN-01", count=1)
    ring = np.empty(layout.length, dtype=np.uint32) if out is None else out
    clipped = _encode_into(ring[:-WEIGHT_FROM_END], delta, weight, layout)
    share = clipped / max(1, delta.size)
    extras = np.array([weight, weight * share, weight * min(max(loss, 0.0), largest_loss(layout))])
    ring[-WEIGHT_FROM_END:] = np.rint(extras * float(2.0**layout.fraction_bits)).astype(np.uint32)
    return ring, clipped


def open_update(ring_sum: NDArray[np.uint32], layout: Layout) -> OpenedUpdate:
    """What the sum of all sites' ``encode_update`` says; the parameters stay in the ring, for ``fedavg.combine``.

    Raises:
        WardroundError: E-TRAIN-10 when no site with a weight took part.
    """
    weight_sum, share, loss = (float(x) for x in decode(ring_sum[-WEIGHT_FROM_END:], layout))
    if weight_sum <= 0.0:
        raise WardroundError("E-TRAIN-10")
    return OpenedUpdate(ring_sum[:-WEIGHT_FROM_END], weight_sum, share / weight_sum, loss / weight_sum)
