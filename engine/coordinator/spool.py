# SPDX-License-Identifier: Apache-2.0
"""The files that uploads arrive in: one a site and phase, resumable, dropped when the round is published.

``spool/<study>/<round>-<phase>-<attempt>/<site>.<hash>``: the name holds the announced SHA-256, so an upload that begins
anew with other content never continues the old file. A whole file is told from a part by its row in the database, never
by its name.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from engine.errors import WardroundError
from engine.values import PhaseKey, SiteId, StudyId

MARGIN_BYTES = 64 << 20
"""Kept free beside what a phase needs: the database and its log grow too."""

Free = Callable[[Path], int]
"""Free bytes of the disk that holds a folder."""


def free_bytes(folder: Path) -> int:
    """Free bytes of the disk that holds ``folder``."""
    return shutil.disk_usage(folder).free


class Spool:
    """The spool folder of one coordinator."""

    def __init__(self, folder: Path, free: Free = free_bytes) -> None:
        self._folder = folder
        self._free = free

    def path(self, key: PhaseKey, site: SiteId, sha256: str) -> Path:
        """Where this payload is, or will be."""
        return self._of(key) / f"{site}.{sha256}"

    def slot(self, key: PhaseKey, site: SiteId, length: int, sha256: str) -> tuple[Path, int]:
        """The file to append to and how many bytes it holds; what the site sent of other content is dropped.

        Raises:
            WardroundError: E-FILE-02 when the rest does not fit on the disk.
        """
        path = self.path(key, site, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        for other in path.parent.glob(f"{site}.*"):
            if other != path:
                other.unlink()
        offset = path.stat().st_size if path.exists() else 0
        if offset > length:
            path.unlink()
            offset = 0
        self.require_room(length - offset)
        return path, offset

    def require_room(self, nbytes: int) -> None:
        """Raises E-FILE-02 unless ``nbytes`` and the margin are free."""
        free = self._free(self._folder)
        if free < nbytes + MARGIN_BYTES:
            raise WardroundError("E-FILE-02", path=self._folder.name, need=(nbytes + MARGIN_BYTES) >> 20, free=free >> 20)

    def drop(self, key: PhaseKey, site: SiteId) -> None:
        """Deletes what one site sent for one phase."""
        for path in self._of(key).glob(f"{site}.*"):
            path.unlink()

    def drop_phase(self, key: PhaseKey) -> None:
        """Deletes all of a phase: its sum is published, or it was abandoned."""
        if self._of(key).exists():
            shutil.rmtree(self._of(key))

    def sweep(self, study: StudyId, keep: Iterable[PhaseKey]) -> None:
        """Deletes what an earlier process left of phases that are over."""
        kept = {self._of(key) for key in keep}
        for folder in (self._folder / study).glob("*"):
            if folder not in kept:
                shutil.rmtree(folder)

    def _of(self, key: PhaseKey) -> Path:
        return self._folder / key.study / f"{key.round}-{key.phase}-{key.attempt}"


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file, in one pass."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
