# SPDX-License-Identifier: Apache-2.0
"""The hospitals of a study and their keys, as the signed bundle fixes them; a change needs a new bundle and a new approval."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.errors import WardroundError
from engine.values import SiteId

MOST_SITES = 1000
_SITE = re.compile(r"[a-z0-9-]{1,40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class RosterEntry:
    """One hospital: its name in the federation, its Ed25519 public key (32 raw bytes), the SHA-256 (hex) of its certificate."""

    site: SiteId
    signing_key: bytes
    certificate_sha256: str


@dataclass(frozen=True)
class Roster:
    """All hospitals of a study, sorted by name.

    Raises:
        WardroundError: E-STUDY-40 when a name, key or fingerprint is malformed, or belongs to two hospitals.
    """

    entries: tuple[RosterEntry, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "entries", tuple(sorted(self.entries, key=lambda entry: entry.site)))
        for number, entry in enumerate(self.entries, start=1):
            good = _SITE.fullmatch(entry.site) and len(entry.signing_key) == 32 and _SHA256.fullmatch(entry.certificate_sha256)
            if not good or number > MOST_SITES:
                raise WardroundError("E-STUDY-40", number=number)
        for values in zip(*((e.site, e.signing_key, e.certificate_sha256) for e in self.entries), strict=True):
            for number, value in enumerate(values, start=1):
                if values.index(value) != number - 1:
                    raise WardroundError("E-STUDY-40", number=number)

    @property
    def sites(self) -> tuple[SiteId, ...]:
        """The names, sorted."""
        return tuple(entry.site for entry in self.entries)

    def get(self, site: SiteId) -> RosterEntry | None:
        """One hospital's entry."""
        return next((entry for entry in self.entries if entry.site == site), None)
