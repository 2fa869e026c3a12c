# SPDX-License-Identifier: Apache-2.0
"""The two halves of every way to add up the sites' vectors: a Sealer at the hospital, an Opener at the coordinator.

A method with several phases (keys, shares, unmasking) gives its sealer and opener what it needs when it builds them;
the callers below never change: a site seals one ring vector, the coordinator checks, folds and opens the sum.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Ring = NDArray[np.uint32] | NDArray[np.uint64]
"""A vector of integers modulo 2**32 (updates) or 2**64 (counts); negative numbers in two's complement."""

WEIGHT_FROM_END = 3
"""An update's last elements are w, w · clipped share, w · loss (``study/phases.py``): w is the third from the end."""
WEIGHT_SLACK = 2.0**-16
"""How far Σ w may pass 1 through rounding (128 sites of half a grid step at 20 fraction bits); the ring has twice that room and more."""


class Sealer(Protocol):
    """The hospital's half."""

    def seal(self, ring: Ring, vector: int = 0) -> memoryview:
        """The bytes that leave, little-endian; shares memory with ``ring`` where the method allows it.

        ``vector`` counts the vectors that one phase sends: each is sealed once, and opened by an ``Opener`` with the same number.
        """
        ...


class Opener(Protocol):
    """The coordinator's half: one accumulator, whatever the number of sites."""

    def check(self, path: Path, max_norm: float = 0.0) -> None:
        """Refuses a spooled payload that must not be folded: length, and what the method can see of its numbers.

        Raises:
            WardroundError: E-TRAIN-08 wrong length, -09 a number outside the clip, -10 a weight outside (0, 1],
                -11 an L2 norm above ``max_norm`` (> 0; of the change itself, not of w · change).
        """
        ...

    def fold(self, path: Path) -> None:
        """Adds a payload that passed ``check`` to the accumulator, in one pass, in the ring: any order gives the same bits."""
        ...

    def take(self, path: Path, max_norm: float = 0.0) -> None:
        """``check`` and ``fold`` in one pass over the file. When it raises, the accumulator is spoiled: build it anew.

        Raises:
            WardroundError: as ``check``.
        """
        ...

    def total(self) -> Ring:
        """The sum of all folded payloads; decode it with ``fixed_point``.

        Raises:
            WardroundError: E-TRAIN-12 when the sites' weights sum to more than one, so that the sum may have wrapped;
                E-SEAL-09 what no sum of honest vectors can be, where single ones could not be checked.
        """
        ...
