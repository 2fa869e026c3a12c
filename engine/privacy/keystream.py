# SPDX-License-Identifier: Apache-2.0
"""Randomness for patients' protection: AES-256-CTR under a key of the operating system's generator, as uniforms and normals.

Normals by Box and Muller from 64-bit uniforms in float64, each the sum of two scaled by 1/√2: who sees the lowest bits of one float
still cannot solve for a single draw (Mironov 2012; Holohan and Braghin 2021). What leaves is rounded to the fixed-point grid besides.
"""

from __future__ import annotations

import hashlib
import os

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

OPERATING_SYSTEM = "operating-system"
SEEDED = "seeded"
"""Where a keystream's key comes from; the release gate lets out only what the first kind protects."""
_CHUNK = 1 << 15


class Keystream:
    """An endless row of random numbers; two with one key give the same row."""

    def __init__(self, key: bytes, source: str) -> None:
        """``key``: 32 bytes, for one draw of one round, never used again; ``source``: OPERATING_SYSTEM or SEEDED."""
        self.source = source
        self._stream = Cipher(algorithms.AES256(key), modes.CTR(bytes(16))).encryptor()

    def uniform(self, count: int) -> NDArray[np.float64]:
        """``count`` numbers in (0, 1): odd multiples of 2**-53, so neither end is met."""
        words = np.frombuffer(self._stream.update(bytes(8 * count)), dtype="<u8")
        drawn: NDArray[np.float64] = (words >> np.uint64(12)).astype(np.float64)
        drawn += 0.5
        drawn *= 2.0**-52
        return drawn

    def normal(self, count: int) -> NDArray[np.float64]:
        """``count`` independent standard normals."""
        found = np.empty(count + count % 2)
        for start in range(0, found.size, 2 * _CHUNK):
            half = min(_CHUNK, (found.size - start) // 2)
            radius = self.uniform(2 * half)
            np.log(radius, out=radius)
            np.negative(radius, out=radius)
            np.sqrt(radius, out=radius)  # √(-2 ln u) / √2
            angle = self.uniform(2 * half)
            angle *= 2.0 * np.pi
            for turned, place in ((np.cos(angle), start), (np.sin(angle), start + half)):
                turned *= radius
                np.add(turned[:half], turned[half:], out=found[place : place + half])
        return found[:count]

    def below(self, limits: NDArray[np.int64]) -> NDArray[np.int64]:
        """A whole number in [0, limit) for each limit ≥ 1, uniform to within 2**-52 · limit."""
        return (self.uniform(limits.size) * limits).astype(np.int64)


def fresh() -> Keystream:
    """A keystream that nobody can repeat."""
    return Keystream(os.urandom(32), OPERATING_SYSTEM)


def seeded(seed: int, *labels: object) -> Keystream:
    """A keystream that anybody can repeat: for simulations, and not private."""
    text = "|".join(["wardround simulated noise", str(seed), *map(str, labels)])
    return Keystream(hashlib.sha256(text.encode()).digest(), SEEDED)
