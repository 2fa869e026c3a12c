# SPDX-License-Identifier: Apache-2.0
"""Shamir's sharing: any t shares give the secret, fewer give nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.secagg import shamir
from engine.secagg.shamir import COEFFICIENT_BYTES, PRIME, SHARE_BYTES

secrets = st.binary(min_size=32, max_size=32)


def test_the_modulus_is_a_prime_above_every_secret() -> None:
    assert PRIME > 1 << 256
    odd, twos = PRIME - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    draw = random.Random(7)
    for _ in range(40):  # Miller and Rabin: a composite passes with probability 4**-40
        x = pow(draw.randrange(2, PRIME - 1), odd, PRIME)
        squares = [x]
        for _ in range(twos - 1):
            squares.append(squares[-1] ** 2 % PRIME)
        assert x == 1 or PRIME - 1 in squares


@given(secrets, st.integers(1, 9), st.integers(0, 6), st.randoms(use_true_random=False))
def test_any_t_shares_give_the_secret(secret: bytes, threshold: int, more: int, draw: random.Random) -> None:
    points = draw.sample(range(1, 60), threshold + more)
    shares = shamir.split(secret, threshold, points, draw.randbytes((threshold - 1) * COEFFICIENT_BYTES))
    assert {len(share) for share in shares} == {SHARE_BYTES}
    chosen = draw.sample(range(len(points)), threshold)
    assert shamir.combine({points[i]: shares[i] for i in chosen}) == secret
    assert shamir.combine(dict(zip(points, shares, strict=True))) == secret


@given(secrets, secrets, st.integers(2, 8), st.randoms(use_true_random=False))
def test_fewer_shares_fit_every_secret(secret: bytes, other: bytes, threshold: int, draw: random.Random) -> None:
    """For t - 1 shares there is a polynomial through any other secret: they say nothing about which it was."""
    points = list(range(1, threshold))
    shares = shamir.split(secret, threshold, points, draw.randbytes((threshold - 1) * COEFFICIENT_BYTES))
    through = {0: other, **{point: share for point, share in zip(points, shares, strict=True)}}  # noqa: C416

    def at(x: int) -> int:
        total = 0
        for mine, value in through.items():
            term = int.from_bytes(value, "big")
            for place in through:
                if place != mine:
                    term = term * (x - place) * pow(mine - place, -1, PRIME) % PRIME
            total += term
        return total % PRIME

    completed = {**dict(zip(points, shares, strict=True)), threshold: at(threshold).to_bytes(SHARE_BYTES, "big")}
    assert shamir.combine(completed) == other


@given(secrets, st.integers(2, 6), st.randoms(use_true_random=False))
def test_a_changed_share_gives_another_secret_or_none(secret: bytes, threshold: int, draw: random.Random) -> None:
    points = list(range(1, threshold + 1))
    shares = shamir.split(secret, threshold, points, draw.randbytes((threshold - 1) * COEFFICIENT_BYTES))
    changed = ((int.from_bytes(shares[0], "big") + draw.randrange(1, PRIME)) % PRIME).to_bytes(SHARE_BYTES, "big")
    assert shamir.combine({**dict(zip(points, shares, strict=True)), 1: changed}) != secret


def test_randomness_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="threshold of 3"):
        shamir.split(bytes(32), 3, [1, 2, 3], bytes(COEFFICIENT_BYTES))
