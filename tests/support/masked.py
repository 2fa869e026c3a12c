# SPDX-License-Identifier: Apache-2.0
"""Hospitals in one sealed opening without any network: their keys, shares and answers, for tests of the protocol itself."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from engine.secagg import masking
from engine.secagg.base import Ring
from engine.secagg.circle import PARCEL_BYTES, Circle, SiteKeys
from engine.secagg.masking import MaskingSealer, Masks, Secrets
from engine.trust.signing import SigningKey, holds
from engine.values import Phase, PhaseKey, SiteId, StudyId

KEY = PhaseKey(StudyId("ward-study"), 3, 1, Phase.UPDATE)


@functools.cache
def signing_key(site: SiteId) -> SigningKey:
    """The same key for the same name, in every test."""
    return SigningKey(hashlib.sha256(b"signing " + site.encode()).digest())


class Ward:
    """So many hospitals, ``h00`` first, who have exchanged keys and shares."""

    def __init__(self, count: int, key: PhaseKey = KEY, least: int = 0, salt: str = "") -> None:
        self.key = key
        self.sites = tuple(SiteId(f"h{number:02d}") for number in range(count))
        seeds = {site: hashlib.sha256(f"seed {salt} {site}".encode()).digest() for site in self.sites}
        self.secrets = {site: Secrets(seeds[site], key) for site in self.sites}
        self.bodies = {site: self.secrets[site].public(site, signing_key(site).sign) for site in self.sites}
        self.circle = Circle(key, {site: SiteKeys.read(body) for site, body in self.bodies.items()}, least)
        for site, keys in self.circle.keys.items():
            masking.check_keys(key, site, keys, signing_key(site).public, holds)
        self.sealed = {site: masking.seal_shares(self.secrets[site], self.circle, site) for site in self.sites}

    def parcels(self, site: SiteId, participants: Sequence[SiteId] | None = None) -> dict[SiteId, bytes]:
        """What the neighbours that take part sealed for a site."""
        found = {}
        for other in self.circle.neighbours(site):
            if other in (participants or self.sites):
                place = self.circle.neighbours(other).index(site) * PARCEL_BYTES
                found[other] = self.sealed[other][place : place + PARCEL_BYTES]
        return found

    def seal(self, site: SiteId, ring: Ring, participants: Sequence[SiteId] | None = None, vector: int = 0) -> bytes:
        """A site's masked vector; ``ring`` stays as it is."""
        sealer = MaskingSealer(self.secrets[site], self.circle, site, participants or self.sites)
        return bytes(sealer.seal(ring.copy(), vector))

    def answers(
        self, survivors: Sequence[SiteId], answering: Sequence[SiteId], participants: Sequence[SiteId] | None = None
    ) -> dict[SiteId, bytes]:
        """Unmasking shares of those who answer."""
        everyone = participants or self.sites
        return {
            site: masking.unmasking(
                self.circle,
                site,
                masking.open_shares(self.secrets[site], self.circle, site, self.parcels(site, everyone)),
                everyone,
                survivors,
            )
            for site in answering
        }

    def masks(
        self, survivors: Sequence[SiteId], answers: Mapping[SiteId, bytes] | None = None, participants: Sequence[SiteId] | None = None
    ) -> Masks:
        """What the coordinator takes off."""
        given = self.answers(survivors, survivors, participants) if answers is None else answers
        return masking.recover(self.circle, participants or self.sites, survivors, given)


def random_ring(seed: int, length: int, bits: int) -> Ring:
    """Any vector of the ring."""
    draw = np.random.default_rng(seed)
    if bits == 32:
        return draw.integers(0, 1 << 32, length, dtype=np.uint32)
    return draw.integers(0, 1 << 64, length, dtype=np.uint64)
