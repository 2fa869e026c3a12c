# SPDX-License-Identifier: Apache-2.0
"""Who takes part in one sealed opening: their keys, who masks with whom, and how many it takes to unmask.

Up to ``COMPLETE`` hospitals each masks with every other (Bonawitz et al. 2017, https://eprint.iacr.org/2017/281). Beyond, each has
``DEGREE`` neighbours on a ring whose order is drawn from all keys (SecAgg+, Bell et al. 2020, https://eprint.iacr.org/2020/704).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from engine.secagg.keystream import facts
from engine.secagg.shamir import SHARE_BYTES
from engine.values import PhaseKey, SiteId

COMPLETE = 32
DEGREE = 32
"""If one hospital in ten is in league with the lead, more than a third of a given one's neighbours are with probability below 2·10⁻⁴."""
KEY_BYTES = 160
"""One site's keys for one opening: mask key, channel key, commitment to the self-mask, 32 bytes each, and a signature of 64."""
PARCEL_BYTES = 2 * SHARE_BYTES + 16
"""One neighbour's two shares under AES-GCM."""


def neighbours_among(sites: int) -> int:
    """With how many others each of so many sites masks."""
    return sites - 1 if sites <= COMPLETE + 1 else DEGREE


def least_shares(sites: int) -> int:
    """t > 2K/3: two sets of t always share an honest site, if fewer than a third are in league with the lead."""
    return 2 * sites // 3 + 1


@dataclass(frozen=True)
class SiteKeys:
    """What one site gives for one opening, in public."""

    mask: bytes
    channel: bytes
    commitment: bytes
    signature: bytes

    @classmethod
    def read(cls, body: bytes) -> SiteKeys:
        """From ``KEY_BYTES`` bytes."""
        return cls(body[:32], body[32:64], body[64:96], body[96:KEY_BYTES])

    @property
    def signed(self) -> bytes:
        """The part that the signature is over."""
        return self.mask + self.channel + self.commitment


def keys_message(key: PhaseKey, site: SiteId, keys: bytes) -> bytes:
    """What a site signs with the key that the roster names: ``keys`` are its 96 bytes for this opening."""
    return b"wardround keys v1\0" + facts(key) + site.encode() + b"\0" + keys


@dataclass(frozen=True)
class Circle:
    """One opening and the keys of all sites that may take part in it, by name.

    ``least``: the study's own smallest number of hospitals in a sum; 0 for none beyond t.
    """

    key: PhaseKey
    keys: Mapping[SiteId, SiteKeys]
    least: int = 0

    @cached_property
    def sites(self) -> tuple[SiteId, ...]:
        """Sorted by name; a site's point in Shamir's sense is its place here, from 1."""
        return tuple(sorted(self.keys))

    @cached_property
    def transcript(self) -> bytes:
        """SHA-256 over the opening and every key: two sites that were told different keys have different transcripts."""
        text = b"".join(site.encode() + b"\0" + self.keys[site].signed + self.keys[site].signature for site in self.sites)
        return hashlib.sha256(b"wardround circle v1\0" + facts(self.key) + text).digest()

    @property
    def threshold(self) -> int:
        """How many hospitals a sum must hold, and how many must agree to open it."""
        return max(least_shares(len(self.keys)), self.least)

    def point(self, site: SiteId) -> int:
        """Where a site's shares are taken."""
        return self.sites.index(site) + 1

    def neighbours(self, site: SiteId) -> tuple[SiteId, ...]:
        """With whom a site masks and shares, by name, itself left out."""
        return self._neighbours[site]

    def holders(self, site: SiteId) -> tuple[SiteId, ...]:
        """Who holds shares of a site's secrets, by name: its neighbours and the site itself."""
        return tuple(sorted((*self._neighbours[site], site)))

    def least_holders(self, site: SiteId) -> int:
        """How many shares give one of the site's secrets."""
        return least_shares(len(self._neighbours[site]) + 1)

    @cached_property
    def _neighbours(self) -> dict[SiteId, tuple[SiteId, ...]]:
        sites = self.sites
        if neighbours_among(len(sites)) == len(sites) - 1:
            return {site: tuple(other for other in sites if other != site) for site in sites}
        order = sorted(sites, key=lambda site: hashlib.sha256(self.transcript + site.encode()).digest())
        reach, count = DEGREE // 2, len(order)
        steps = [step for step in range(-reach, reach + 1) if step]
        return {site: tuple(sorted(order[(place + step) % count] for step in steps)) for place, site in enumerate(order)}
