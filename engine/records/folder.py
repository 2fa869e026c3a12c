# SPDX-License-Identifier: Apache-2.0
"""A folder as a source of records: its regular files in the order of their names, read whole, hashed, bounded.

Links are not followed (they may lead in circles or out of what a person chose) but counted. A file that is read is closed again
before the next one is opened.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import WardroundError
from engine.records.source import head_of, open_regular
from engine.values import NoToken, Token

MAX_FILES = 200_000
MAX_DEPTH = 32
MAX_FILE_BYTES = 2 << 30
_CHUNK = 1 << 22
_HIDDEN = ("thumbs.db", "desktop.ini", "__macosx")  # what file managers leave behind


@dataclass
class Walk:
    """The regular files below ``root``, sorted folder by folder; ``root`` itself when it is a file.

    ``links`` counts what was not followed, once the walk is over.
    """

    root: Path
    links: int = field(default=0, init=False)

    def files(self, token: Token) -> Iterator[Path]:
        """One after the other, so that the first are there at once.

        Raises:
            WardroundError: E-IMAGE-07 for more than MAX_FILES files or MAX_DEPTH levels · E-FILE-01 for a folder that cannot be read.
        """
        self.links = 0
        if not self.root.is_dir():
            yield self.root
            return
        for number, path in enumerate(self._below(self.root, 0, token)):
            if number >= MAX_FILES:
                raise WardroundError("E-IMAGE-07", path=self.root.name, files=MAX_FILES, levels=MAX_DEPTH)
            yield path

    def name(self, path: Path) -> str:
        """A file's name below the root, with ``/``; a single file's own name."""
        return path.name if path == self.root else path.relative_to(self.root).as_posix()

    def _below(self, folder: Path, depth: int, token: Token) -> Iterator[Path]:
        token.check()
        if depth > MAX_DEPTH:
            raise WardroundError("E-IMAGE-07", path=self.root.name, files=MAX_FILES, levels=MAX_DEPTH)
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            raise WardroundError("E-FILE-01", path=folder.name, reason=error.strerror or type(error).__name__) from error
        for entry in found:
            if entry.name.startswith(".") or entry.name.lower() in _HIDDEN:
                continue
            if entry.is_symlink():
                self.links += 1
            elif entry.is_dir(follow_symlinks=False):
                yield from self._below(Path(entry.path), depth + 1, token)
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


class Quiet:
    """Somebody's token without its progress: one of many files says nothing of the whole."""

    def __init__(self, token: Token) -> None:
        self.check = token.check

    def progress(self, fraction: float) -> None:
        """Nobody is told."""


class Files:
    """Files read whole and by name, each the same bytes whenever it is read; the last one is kept.

    ``hashes``: the digest of every file read so far, by its path.
    """

    def __init__(self, token: Token, hashes: Mapping[Path, str] | None = None) -> None:
        self.token = token
        self.hashes: dict[Path, str] = dict(hashes or {})
        self._last: tuple[Path, bytes] | None = None

    def read(self, path: Path) -> bytes:
        """Raises as ``content``; E-DATA-10 when the file is another one than before."""
        if self._last is not None and self._last[0] == path:
            return self._last[1]
        if path.is_symlink():
            raise WardroundError("E-FILE-01", path=path.name, reason="a link")
        held = content(path, self.token)
        sha256 = hashlib.sha256(held).hexdigest()
        if self.hashes.setdefault(path, sha256) != sha256:
            raise WardroundError("E-DATA-10", file=path.name)
        self._last = path, held
        return held


def first_files(folder: Path, size: int, most: int = 64) -> Iterator[tuple[Path, bytes]]:
    """The first files of a folder, with the first bytes of each; empty where it cannot be read, which whoever reads it says."""
    for number, file in enumerate(Walk(folder).files(NoToken())):
        if number >= most:
            return
        try:
            yield file, head_of(file, size)
        except WardroundError:
            yield file, b""


def content(path: Path, token: Token, limit: int = MAX_FILE_BYTES) -> bytes:
    """All bytes of a file.

    Raises:
        WardroundError: E-FILE-01 unreadable · E-DATA-01 empty · E-IMAGE-03 larger than ``limit`` · E-DATA-10 it shrank while it was read.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > limit:
            raise WardroundError("E-IMAGE-03", file=path.name, found=size >> 20, limit=limit >> 20)
        held = bytearray(size)
        view, at = memoryview(held), 0
        while at < size:
            token.check()
            try:
                count = file.readinto(view[at : at + _CHUNK])
            except OSError as error:
                raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error
            if not count:
                raise WardroundError("E-DATA-10", file=path.name)
            at += count
    view.release()
    return bytes(held)


def sha256_of(files: Iterable[tuple[str, str]]) -> str:
    """SHA-256 (hex) of a source: a single file's own digest, else of the sorted names with the digests of their contents."""
    named = sorted(files)
    if len(named) == 1:
        return named[0][1]
    digest = hashlib.sha256()
    for name, sha256 in named:
        digest.update(f"{len(name.encode())}:{name}={sha256}\n".encode())
    return digest.hexdigest()


def check_same(walk: Walk, hashes: Sequence[tuple[str, str]], read: set[str], token: Token) -> None:
    """Refuses a folder that gained or lost files, or whose other files changed; raises E-DATA-10."""
    known = dict(hashes)
    found = {walk.name(file): file for file in walk.files(token)}
    changed = found.keys() != known.keys()
    for name in found.keys() - read if not changed else ():
        changed = changed or hashlib.sha256(content(found[name], token)).hexdigest() != known[name]
    if changed:
        raise WardroundError("E-DATA-10", file=walk.root.name)
