# SPDX-License-Identifier: Apache-2.0
"""The files that uploads arrive in: one a site and phase, resumable, dropped when the round is published.

``spool/<study>/<round>-<phase>-<attempt>/<site>.<hash>``: the name holds the announced SHA-256, so an upload that begins
anew with other content never continues the old file. A whole file is told from a part by its row in the database, never
by its name.

What is over is put away in a thread of its own: an unlink may wait for the disk's journal longer than a small round takes. Whole files
and their folders are not deleted but used again by the next phases: overwriting costs a third of a fresh long file, and finding a free
inode more than writing a short one. Such a file is as long as it was, so how much of it is this upload's stands in a mark behind the
payload, until the payload is whole and the mark is cut off.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engine.errors import WardroundError
from engine.log import get_logger
from engine.values import PhaseKey, SiteId, StudyId

MARGIN_BYTES = 64 << 20
"""Kept free beside what a phase needs: the database and its log grow too."""

_MARK = b"WRSPOOL1"
_MARK_BYTES = len(_MARK) + 8
_LOG = get_logger("coordinator.spool")

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
        self._lock = threading.Lock()  # over the two lists
        self._spare: list[tuple[int, Path]] = []  # whole files of phases that are over, and how long they are: to be overwritten
        self._folders: list[Path] = []  # empty folders of phases that are over
        self._broom = ThreadPoolExecutor(max_workers=1, thread_name_prefix="broom")

    def close(self) -> None:
        """Waits until all that is over is deleted; the last call."""
        self._broom.submit(self._clear_spare, None).result()
        self._broom.shutdown()

    def path(self, key: PhaseKey, site: SiteId, sha256: str) -> Path:
        """Where this payload is, or will be."""
        return self._of(key) / f"{site}.{sha256}"

    def slot(self, key: PhaseKey, site: SiteId, length: int, sha256: str) -> tuple[Path, int]:
        """The file to append to (by ``Arrival``) and how many bytes it holds; what the site sent of other content is dropped.

        Raises:
            WardroundError: E-FILE-02 when the rest does not fit on the disk.
        """
        path = self.path(key, site, sha256)
        if not path.parent.exists():
            self._make(path.parent)
        for other in path.parent.glob(f"{site}.*"):
            if other != path:
                other.unlink()
        if not path.exists():
            self._overwrite(path, length)
        offset, reused = _arrived(path, length)
        if offset > length:
            path.unlink()
            offset = 0
        self.require_room(0 if reused else length - offset)
        return path, offset

    def _overwrite(self, path: Path, length: int) -> None:
        """Puts a spare file of this length, if there is one, where an upload is about to arrive."""
        with self._lock:
            found = next((entry for entry in self._spare if entry[0] == length and entry[1].parent == path.parent.parent), None)
            if found is None:
                return
            self._spare.remove(found)
        with found[1].open("r+b") as file:
            file.seek(length)
            file.write(_mark(0))
        found[1].replace(path)

    def _make(self, folder: Path) -> None:
        """A phase's folder: an empty one that is left over, or a new one."""
        with self._lock:
            found = next((spare for spare in self._folders if spare.parent == folder.parent), None)
            if found is not None:
                self._folders.remove(found)
        if found is None:
            folder.mkdir(parents=True, exist_ok=True)
        else:
            found.rename(folder)

    def require_room(self, nbytes: int) -> None:
        """Raises E-FILE-02 unless ``nbytes`` and the margin are free, or taken by files that will be overwritten."""
        with self._lock:
            spare = sum(length for length, _ in self._spare)
        free = self._free(self._folder) + spare
        if free < nbytes + MARGIN_BYTES:
            raise WardroundError("E-FILE-02", path=self._folder.name, need=(nbytes + MARGIN_BYTES) >> 20, free=free >> 20)

    def drop(self, key: PhaseKey, site: SiteId) -> None:
        """Deletes what one site sent for one phase."""
        for path in self._of(key).glob(f"{site}.*"):
            path.unlink()

    def drop_phase(self, key: PhaseKey, whole: int = 0) -> None:
        """Clears away all of a phase, soon: its sum is published, or it was abandoned.

        Files of ``whole`` bytes are kept to be overwritten: only a whole file has nobody who still writes to it.
        """
        if self._of(key).exists():
            self._broom.submit(self._put_away, self._of(key), whole)

    def _put_away(self, folder: Path, whole: int) -> None:
        """In the thread for it."""
        if not folder.exists():  # asked twice
            return
        try:
            for path in sorted(folder.iterdir()):
                if path.stat().st_size == whole > 0:
                    spare = folder.parent / f"spare-{folder.name}-{path.name}"
                    path.replace(spare)
                    with self._lock:
                        self._spare.append((whole, spare))
                else:
                    path.unlink()
            empty = folder.parent / f"spare-{folder.name}"
            folder.rename(empty)
            with self._lock:
                self._folders.append(empty)
        except OSError as error:
            _LOG.error("not-put-away", kind=type(error).__name__)  # the next ``sweep`` meets it again

    def drop_spare(self, study: StudyId) -> None:
        """Deletes, soon, what waits to be used again: nothing more will arrive in this study."""
        with self._lock:
            here = any(path.parent.name == study for path in (*self._folders, *(path for _, path in self._spare)))
        if here:
            self._broom.submit(self._clear_spare, study)

    def _clear_spare(self, study: StudyId | None) -> None:
        """In the thread for it: what waits to be used again, of one study or of all."""
        with self._lock:
            gone = [path for path in (*self._folders, *(path for _, path in self._spare)) if study in (None, path.parent.name)]
            self._spare = [entry for entry in self._spare if entry[1] not in gone]
            self._folders = [path for path in self._folders if path not in gone]
        _delete(gone)

    def discard(self, paths: Iterable[Path]) -> None:
        """Deletes files that nobody needs any more, in the thread for it."""
        if gone := list(paths):
            self._broom.submit(_delete, gone)

    def sweep(self, study: StudyId, keep: Iterable[PhaseKey]) -> None:
        """Deletes what an earlier process left of phases that are over."""
        kept = {self._of(key) for key in keep}
        _delete([path for path in (self._folder / study).glob("*") if path not in kept])

    def _of(self, key: PhaseKey) -> Path:
        return self._folder / key.study / f"{key.round}-{key.phase}-{key.attempt}"


class Arrival:
    """The file of an upload while it arrives. Each method raises ``OSError`` as the system does."""

    def __init__(self, path: Path, offset: int, length: int) -> None:
        """Goes on after ``offset`` bytes of a payload of ``length``."""
        self._length = length
        self._at = offset
        self._file = io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600), "r+")
        try:
            self._reused = self._file.seek(0, io.SEEK_END) == length + _MARK_BYTES
            if not self._reused:
                self._file.truncate(offset)
            self._file.seek(offset)
        except OSError:
            self._file.close()
            raise

    def write(self, chunk: bytes | memoryview) -> None:
        """Appends what arrived."""
        view = memoryview(chunk)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._at += len(chunk)
        if self._reused:
            self._file.seek(self._length)
            self._file.write(_mark(self._at))
            self._file.seek(self._at)

    def whole(self) -> None:
        """All of it is here."""
        if self._reused:
            self._file.truncate(self._length)

    def close(self) -> None:
        """Closes the file."""
        self._file.close()


def _mark(arrived: int) -> bytes:
    return _MARK + arrived.to_bytes(8, "little")


def _arrived(path: Path, length: int) -> tuple[int, bool]:
    """How many bytes of a payload of ``length`` a file holds, and whether it is an older file that is being overwritten."""
    size = path.stat().st_size if path.exists() else 0
    if size == length + _MARK_BYTES:
        with path.open("rb") as file:
            file.seek(length)
            mark = file.read()
        if mark.startswith(_MARK):
            return int.from_bytes(mark[len(_MARK) :], "little"), True
    return size, False


def _delete(paths: Iterable[Path]) -> None:
    """What cannot be deleted now is met again by the next ``sweep``."""
    for path in paths:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            _LOG.error("not-deleted", kind=type(error).__name__)


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file, in one pass."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
