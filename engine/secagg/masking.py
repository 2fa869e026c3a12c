# SPDX-License-Identifier: Apache-2.0
"""Sums under pairwise masks with double masking, drop-out tolerant (Bonawitz et al. 2017, https://eprint.iacr.org/2017/281).

Site u sends y_u = x_u + PRG(b_u) + Σ_{v>u} PRG(s_uv) - Σ_{v<u} PRG(s_uv) in the ring. The pair masks cancel in the sum; the self-masks
PRG(b_u) of those whose vectors came, and the pair masks of those whose did not, are taken off with secrets that t hospitals give back
in shares. A site gives of each other site one of the two, never both.

Steps of one opening, as both halves below know them:
keys       two X25519 keys and a commitment to b_u, signed with the site's key of the roster
shares     for each neighbour, sealed with AES-256-GCM under their channel key: its shares of b_u and of the mask key
vector     y_u
survivors  a signature over the sites whose vectors came; each site checks the others' before it goes on
unmask     for each neighbour: its share of b_v if v survived, else its share of v's mask key

What nobody can see here any more is one site's vector: only the sum can be checked (``MaskingOpener.total``).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.errors import WardroundError
from engine.secagg import shamir
from engine.secagg.base import WEIGHT_FROM_END, WEIGHT_SLACK, Ring
from engine.secagg.circle import Circle, SiteKeys, keys_message
from engine.secagg.fixed_point import empty_ring, largest_loss, signed
from engine.secagg.keystream import add_streams, derive, facts
from engine.secagg.shamir import COEFFICIENT_BYTES, SHARE_BYTES
from engine.secagg.spooled import chunks, require_length
from engine.values import Layout, PhaseKey, SiteId

_NONCE = bytes(12)  # each key encrypts one parcel only

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) → whether it holds."""
Shares = Mapping[SiteId, tuple[bytes, bytes]]
"""By the site whose secrets they are of: my share of its self-mask and my share of its mask key."""


# ---------------------------------------------------------------- the hospital's half


class Secrets:
    """What one site keeps secret in one opening; all of it from one seed. Prints as nothing."""

    def __init__(self, seed: bytes, key: PhaseKey) -> None:
        if len(seed) != 32:
            raise ValueError("a seed has 32 bytes")
        self.key = key
        self._seed = seed

    @cached_property
    def mask(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.mask_bytes)

    @cached_property
    def channel(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(derive(self._seed, self.key, "channel key"))

    @property
    def mask_bytes(self) -> bytes:
        return derive(self._seed, self.key, "mask key")

    @property
    def self_mask(self) -> bytes:
        return derive(self._seed, self.key, "self-mask")

    def coefficients(self, purpose: str, threshold: int) -> bytes:
        return derive(self._seed, self.key, f"shares of the {purpose}", length=(threshold - 1) * COEFFICIENT_BYTES)

    def public(self, site: SiteId, sign: Sign) -> bytes:
        """This site's keys for the opening, ``circle.KEY_BYTES``."""
        keys = self.mask.public_key().public_bytes_raw() + self.channel.public_key().public_bytes_raw()
        keys += commitment(self.key, self.self_mask)
        return keys + sign(keys_message(self.key, site, keys))

    def __repr__(self) -> str:
        return f"Secrets({self.key})"


def commitment(key: PhaseKey, self_mask: bytes) -> bytes:
    """Binds a site to its self-mask, so that a wrong one put together from shares is seen."""
    return hashlib.sha256(b"wardround self-mask v1\0" + facts(key) + self_mask).digest()


def check_keys(key: PhaseKey, site: SiteId, keys: SiteKeys, signing_key: bytes, verify: Verify) -> None:
    """Raises E-SEAL-01 unless the keys are signed by the site's key of the roster."""
    if not verify(signing_key, keys_message(key, site, keys.signed), keys.signature):
        raise WardroundError("E-SEAL-01", site=site)


def _channel(secrets: Secrets, circle: Circle, sender: SiteId, recipient: SiteId, other: SiteId) -> AESGCM:
    """The cipher of the one parcel from sender to recipient; ``other`` is whichever of them we are not."""
    secret = _exchange(secrets.channel, circle.keys[other].channel, other)
    names = sender.encode() + b"\0" + recipient.encode() + b"\0"
    return AESGCM(derive(secret, circle.key, "parcel", circle.transcript, names))


def _exchange(mine: X25519PrivateKey, theirs: bytes, other: SiteId) -> bytes:
    try:
        return mine.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError as error:  # a point of small order: its secret would be known to everybody
        raise WardroundError("E-SEAL-01", site=other) from error


def _own_shares(secrets: Secrets, circle: Circle, me: SiteId) -> dict[SiteId, tuple[bytes, bytes]]:
    """By who holds them: the shares of this site's two secrets."""
    holders, least = circle.holders(me), circle.least_holders(me)
    points = [circle.point(site) for site in holders]
    selves = shamir.split(secrets.self_mask, least, points, secrets.coefficients("self-mask", least))
    masks = shamir.split(secrets.mask_bytes, least, points, secrets.coefficients("mask key", least))
    return dict(zip(holders, zip(selves, masks, strict=True), strict=True))


def seal_shares(secrets: Secrets, circle: Circle, me: SiteId) -> bytes:
    """The parcels for this site's neighbours, by name, ``PARCEL_BYTES`` each.

    Raises:
        WardroundError: E-SEAL-01 a neighbour's key is none.
    """
    own = _own_shares(secrets, circle, me)
    parcels = [
        _channel(secrets, circle, me, site, site).encrypt(_NONCE, b"".join(own[site]), circle.transcript) for site in circle.neighbours(me)
    ]
    return b"".join(parcels)


def open_shares(secrets: Secrets, circle: Circle, me: SiteId, parcels: Mapping[SiteId, bytes]) -> dict[SiteId, tuple[bytes, bytes]]:
    """The shares that the neighbours sent, and this site's own of itself.

    Raises:
        WardroundError: E-SEAL-03 naming the site whose parcel was changed, replayed or made for other keys.
    """
    found = {me: _own_shares(secrets, circle, me)[me]}
    for site, parcel in parcels.items():
        try:
            plain = _channel(secrets, circle, site, me, site).decrypt(_NONCE, parcel, circle.transcript)
        except InvalidTag as error:
            raise WardroundError("E-SEAL-03", site=site) from error
        if len(plain) != 2 * SHARE_BYTES:
            raise WardroundError("E-SEAL-03", site=site)
        found[site] = (plain[:SHARE_BYTES], plain[SHARE_BYTES:])
    return found


def _pair_key(secret: bytes, key: PhaseKey, one: SiteId, other: SiteId, vector: int) -> bytes:
    names = b"\0".join(sorted((one.encode(), other.encode()))) + b"\0"
    return derive(secret, key, "pair mask", bytes([vector]), names)


def _self_key(self_mask: bytes, key: PhaseKey, vector: int) -> bytes:
    return derive(self_mask, key, "self-mask stream", bytes([vector]))


class MaskingSealer:
    """Seals this site's vectors of one opening; ``vector`` counts those of one phase."""

    def __init__(self, secrets: Secrets, circle: Circle, me: SiteId, participants: Iterable[SiteId]) -> None:
        """``participants``: the sites of the circle whose shares came; only with them is masked."""
        self._secrets = secrets
        self._circle = circle
        self._me = me
        self._with = sorted(set(participants) & set(circle.neighbours(me)))

    def seal(self, ring: Ring, vector: int = 0) -> memoryview:
        """See ``Sealer.seal``; masks in place."""
        key, me = self._circle.key, self._me
        plus = [_self_key(self._secrets.self_mask, key, vector)]
        minus: list[bytes] = []
        for other in self._with:
            secret = _exchange(self._secrets.mask, self._circle.keys[other].mask, other)
            (plus if me < other else minus).append(_pair_key(secret, key, me, other, vector))
        add_streams(ring, plus, minus)
        return ring.astype(ring.dtype.newbyteorder("<"), copy=False).data.cast("B")


def survivors_message(circle: Circle, participants: Iterable[SiteId], survivors: Iterable[SiteId]) -> bytes:
    """What every survivor signs: the keys that it was told, who masked with whom, and whose vectors came."""
    names = [b"\0".join(site.encode() for site in sorted(sites)) for sites in (participants, survivors)]
    return b"wardround survivors v1\0" + circle.transcript + hashlib.sha256(names[0]).digest() + hashlib.sha256(names[1]).digest()


def unmasking(circle: Circle, me: SiteId, shares: Shares, participants: Iterable[SiteId], survivors: Iterable[SiteId]) -> bytes:
    """One share of each holder whose secrets this site knows of: of the self-mask if its vector came, else of its mask key."""
    alive = set(survivors)
    return b"".join(shares[site][0 if site in alive else 1] for site in _asked(circle, me, participants))


def _asked(circle: Circle, me: SiteId, participants: Iterable[SiteId]) -> list[SiteId]:
    """Of whose secrets ``me`` gives a share back, in order."""
    return sorted(set(participants) & set(circle.holders(me)))


# ---------------------------------------------------------------- the coordinator's half


class MaskingOpener:
    """Adds masked vectors of one layout; ``take_off`` unmasks their sum. Of a single one nothing but its length can be checked."""

    def __init__(self, layout: Layout, memory: Ring | None = None) -> None:
        """``memory``: a vector of this layout that nobody needs any more, to be the accumulator."""
        self._layout = layout
        self._total = empty_ring(layout) if memory is None else memory
        self._total.fill(0)
        self._count = 0

    def check(self, path: Path, max_norm: float = 0.0) -> None:  # noqa: ARG002 - nobody sees a norm here
        """See ``Opener.check``: the length."""
        require_length(path, self._layout)

    def fold(self, path: Path) -> None:
        """See ``Opener.fold``."""
        require_length(path, self._layout)
        for start, chunk in chunks(path, self._layout):
            part = self._total[start : start + chunk.size]
            np.add(part, chunk, out=part)
        self._count += 1

    def take(self, path: Path, max_norm: float = 0.0) -> None:
        """See ``Opener.take``."""
        self.check(path, max_norm)
        self.fold(path)

    def take_off(self, masks: Masks, vector: int = 0) -> None:
        """Unmasks the sum, in place."""
        masks.take_off(self._total, vector)

    def total(self) -> Ring:
        """The accumulator itself, if it can be a sum of ``count`` honest vectors; see ``Opener.total``."""
        layout, numbers = self._layout, signed(self._total)
        one = 1 << layout.fraction_bits
        slack = self._count * (layout.clip / 2 + 1)  # each vector's rounding, as in ``ClearOpener``
        if layout.bits == 64:
            if numbers.size and not layout.noisy and int(numbers.min()) < 0:
                raise WardroundError("E-SEAL-09")
            return self._total
        weight, share, loss = (int(number) for number in numbers[-WEIGHT_FROM_END:])
        if weight > (1.0 + WEIGHT_SLACK) * one:
            raise WardroundError("E-TRAIN-12")
        bound = weight / one * layout.clip * one + slack
        body = numbers[:-WEIGHT_FROM_END]
        beyond = body.size and (int(body.max()) > bound or int(body.min()) < -bound)
        if beyond or not (0 <= share <= weight + self._count and 0 <= loss <= weight * largest_loss(layout) + slack):
            raise WardroundError("E-SEAL-09")
        return self._total


@dataclass(frozen=True, repr=False)
class Masks:
    """What lies on a sum besides the sites' vectors: take off the streams of ``added``, put back those of ``taken``."""

    self_masks: tuple[bytes, ...]
    pairs: tuple[tuple[bytes, SiteId, SiteId], ...]  # (secret, the survivor, the one who dropped out)
    key: PhaseKey

    def take_off(self, ring: Ring, vector: int = 0) -> None:
        """In place."""
        added = [_self_key(secret, self.key, vector) for secret in self.self_masks]
        taken: list[bytes] = []
        for secret, survivor, gone in self.pairs:
            (added if survivor < gone else taken).append(_pair_key(secret, self.key, survivor, gone, vector))
        add_streams(ring, plus=taken, minus=added)


def answer_bytes(circle: Circle, site: SiteId, participants: Iterable[SiteId]) -> int:
    """The length of a site's ``unmasking``."""
    return SHARE_BYTES * len(_asked(circle, site, participants))


def enough(circle: Circle, participants: Sequence[SiteId], answered: Iterable[SiteId]) -> bool:
    """Whether the shares of those who answered give every secret."""
    here = set(answered)
    return all(len(here & set(circle.holders(site))) >= circle.least_holders(site) for site in participants)


def recover(circle: Circle, participants: Sequence[SiteId], survivors: Iterable[SiteId], answers: Mapping[SiteId, bytes]) -> Masks:
    """The masks on the survivors' sum, from the sites' ``unmasking``.

    Raises:
        WardroundError: E-SEAL-08 naming the site whose shares are wrong, or whose secret they do not give; E-SEAL-04 too few answers.
    """
    alive = set(survivors)
    given: dict[SiteId, dict[SiteId, bytes]] = {site: {} for site in participants}  # whose secret → who gave a share of it
    for holder, body in sorted(answers.items()):
        for place, site in enumerate(_asked(circle, holder, participants)):
            given[site][holder] = body[place * SHARE_BYTES : (place + 1) * SHARE_BYTES]
    self_masks: list[bytes] = []
    pairs: list[tuple[bytes, SiteId, SiteId]] = []
    for site in sorted(participants):
        if site in alive:
            self_masks.append(_secret_of(circle, site, given[site], _is_self_mask))
        else:
            secret = _secret_of(circle, site, given[site], _is_mask_key)
            mine = X25519PrivateKey.from_private_bytes(secret)
            others = [other for other in circle.neighbours(site) if other in alive]
            pairs += [(_exchange(mine, circle.keys[other].mask, other), other, site) for other in others]
    return Masks(tuple(self_masks), tuple(pairs), circle.key)


def _is_self_mask(circle: Circle, site: SiteId, secret: bytes) -> bool:
    return hmac.compare_digest(commitment(circle.key, secret), circle.keys[site].commitment)


def _is_mask_key(circle: Circle, site: SiteId, secret: bytes) -> bool:
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw() == circle.keys[site].mask


def _secret_of(circle: Circle, site: SiteId, shares: Mapping[SiteId, bytes], right: Callable[[Circle, SiteId, bytes], bool]) -> bytes:
    """One secret from its shares; if they do not fit, without each holder in turn, as long as enough are left."""
    least = circle.least_holders(site)
    if len(shares) < least:
        raise WardroundError("E-SEAL-04", have=len(shares), need=least)

    def attempt(holders: Sequence[SiteId]) -> bytes | None:
        found = shamir.combine({circle.point(holder): shares[holder] for holder in holders[:least]})
        return found if found is not None and right(circle, site, found) else None

    every = sorted(shares)
    if (secret := attempt(every)) is not None:
        return secret
    for liar in every:
        others = [holder for holder in every if holder != liar]
        if len(others) >= least and (secret := attempt(others)) is not None:
            return secret
    raise WardroundError("E-SEAL-08", site=site)
