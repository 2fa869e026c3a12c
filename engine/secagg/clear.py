# SPDX-License-Identifier: Apache-2.0
"""Sums in clear: the coordinator sees each hospital's vector, adds it in the fixed-point ring and keeps only the sum.

A sealer with one phase and no keys. It exists so that every layer above is the same when sums are sealed; a study that uses
it says in words that the lead sees each hospital's update and counts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.secagg.base import WEIGHT_FROM_END, WEIGHT_SLACK, Ring
from engine.secagg.fixed_point import CHUNK, empty_ring, signed
from engine.secagg.spooled import chunks, require_length
from engine.values import Layout


def _squares(numbers: NDArray[np.signedinteger]) -> float:
    """Σ x² in float64, a cache's worth at a time."""
    found = 0.0
    buffer = np.empty(min(CHUNK, numbers.size))
    for start in range(0, numbers.size, CHUNK):
        part = numbers[start : start + CHUNK]
        reals = buffer[: part.size]
        np.copyto(reals, part)
        found += float(np.dot(reals, reals))
    return found


class ClearSealer:
    """Gives the ring vector as it is."""

    def seal(self, ring: Ring, vector: int = 0) -> memoryview:  # noqa: ARG002 - all vectors look the same in clear
        """The vector's little-endian bytes; no copy on a little-endian machine."""
        return np.ascontiguousarray(ring, dtype=ring.dtype.newbyteorder("<")).data.cast("B")


class ClearOpener:
    """Adds vectors of one layout: 32 bits means an update, whose weight and norm can be checked; 64 bits means counts."""

    def __init__(self, layout: Layout, memory: Ring | None = None) -> None:
        """``memory``: a vector of this layout that nobody needs any more, to be the accumulator."""
        self._layout = layout
        self._total = empty_ring(layout) if memory is None else memory
        self._total.fill(0)
        self._weight = 0

    def check(self, path: Path, max_norm: float = 0.0) -> None:
        """Length, range of every element, and for updates weight and norm; see ``Opener.check``.

        The norm is that of the change itself: ‖decoded w · delta‖ / w, compared only when ``max_norm`` > 0.
        """
        self._pass(path, max_norm, check=True, add=False)

    def fold(self, path: Path) -> None:
        """Adds one payload, 1 MiB at a time, in place; see ``Opener.fold``."""
        self._pass(path, 0.0, check=False, add=True)

    def take(self, path: Path, max_norm: float = 0.0) -> None:
        """Checks and adds while each chunk is in the processor's cache; see ``Opener.take``."""
        self._pass(path, max_norm, check=True, add=True)

    def _pass(self, path: Path, max_norm: float, *, check: bool, add: bool) -> None:
        layout = self._layout
        require_length(path, layout)
        one = 1 << layout.fraction_bits
        weight = 1.0
        body = layout.length
        if layout.bits == 32:
            body -= WEIGHT_FROM_END
            raw, share, loss = self._extras(path)
            weight = raw / one
            if check and (not 0.0 < weight <= 1.0 or not 0 <= share <= raw):
                raise WardroundError("E-TRAIN-10")
            if check and not 0 <= loss <= round(weight * 2.0**30) + 1:
                raise WardroundError("E-TRAIN-09")
            self._weight += raw if add else 0
        # The weight's own rounding (half a step) can move the bound by clip/2 steps; the element's rounding by half a step.
        bound = weight * layout.clip * one + layout.clip / 2 + 1
        least = -bound if layout.bits == 32 or layout.noisy else 0  # counts, and sums of what is never negative
        squares = 0.0
        for start, chunk in chunks(path, layout):
            numbers = signed(chunk)[: max(0, body - start)]
            if check and numbers.size:
                if int(numbers.max()) > bound or int(numbers.min()) < least:
                    raise WardroundError("E-TRAIN-09")
                if max_norm > 0.0 and layout.bits == 32:
                    squares += _squares(numbers)
            if add:
                part = self._total[start : start + chunk.size]
                np.add(part, chunk, out=part)
        norm = float(np.sqrt(squares)) / one / weight if check else 0.0
        if norm > max_norm > 0.0:
            raise WardroundError("E-TRAIN-11", norm=round(norm, 3), limit=max_norm)

    def total(self) -> Ring:
        """The accumulator itself (not a copy); see ``Opener.total``."""
        if self._weight > (1.0 + WEIGHT_SLACK) * (1 << self._layout.fraction_bits):
            raise WardroundError("E-TRAIN-12")
        return self._total

    def weight(self, path: Path) -> float:
        """The weight w that an update claims."""
        return self._extras(path)[0] / (1 << self._layout.fraction_bits)

    def last(self, path: Path) -> float:
        """The last number of a vector of counts; of statistics, the site's training rows."""
        with path.open("rb") as file:
            file.seek(-8, 2)
            return int.from_bytes(file.read(), "little", signed=True) / (1 << self._layout.fraction_bits)

    def _extras(self, path: Path) -> tuple[int, int, int]:
        """w, w · clipped share and w · loss of an update, in grid steps."""
        with path.open("rb") as file:
            file.seek(-WEIGHT_FROM_END * 4, 2)
            weight, share, loss = np.frombuffer(file.read(), dtype="<i4").tolist()
        return weight, share, loss
