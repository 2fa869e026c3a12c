# SPDX-License-Identifier: Apache-2.0
"""A text file as a stream of UTF-8 bytes that were checked on the way: decodable, no NUL, unchanged, hashed."""

from __future__ import annotations

import codecs
import hashlib
import os
import stat
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from types import TracebackType

from engine.errors import WardroundError
from engine.records.loader import Part
from engine.values import Token

_CHUNK = 1 << 20
_HASHED = 1 << 22


def open_regular(path: Path) -> FileIO:
    """Opens a file for reading.

    Raises:
        WardroundError: E-FILE-01 when it is missing, locked, a folder or a device · E-DATA-01 when it has no bytes.
    """
    try:
        file = path.open("rb", buffering=0)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        file.close()
        raise WardroundError("E-FILE-01", path=path.name, reason="not a regular file")
    if status.st_size == 0:
        file.close()
        raise WardroundError("E-DATA-01", file=path.name)
    return file


def head_of(path: Path, size: int) -> bytes:
    """The first ``size`` bytes of a file. Raises as ``open_regular``."""
    with open_regular(path) as file:
        return read_exactly(file, size, path)


def read_exactly(file: FileIO, size: int, path: Path) -> bytes:
    """Up to ``size`` bytes, fewer only at the end.

    Raises:
        WardroundError: E-FILE-01 when the disk or the network gives an error.
    """
    parts: list[bytes] = []
    while size > 0:
        try:
            part = file.read(size)
        except OSError as error:
            raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def sha256_of(path: Path, token: Token) -> str:
    """SHA-256 (hex) of a file's bytes. Raises as ``open_regular`` and ``read_exactly``."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        size, done = max(1, os.fstat(file.fileno()).st_size), 0
        while part := read_exactly(file, _HASHED, path):
            token.check()
            digest.update(part)
            done += len(part)
            token.progress(done / size)
    return digest.hexdigest()


def sha256_of_all(folder: Path, files: Sequence[Path], token: Token) -> str:
    """SHA-256 (hex) over the relative names and contents of some files of a folder, whatever their order. Raises as ``sha256_of``."""
    digest = hashlib.sha256()
    named = sorted((path.relative_to(folder).as_posix(), path) for path in files)
    for number, (name, path) in enumerate(named):
        digest.update(f"{len(name.encode())}:{name}:".encode())
        digest.update(bytes.fromhex(sha256_of(path, Part(token, number / len(named), (number + 1) / len(named)))))
    return digest.hexdigest()


class Source:
    """A file-like object for pyarrow: ``read`` gives UTF-8 from ``skip`` bytes (of UTF-8) after the byte-order mark on.

    ``read`` raises E-DATA-06 (NUL: not a text), E-DATA-07 (undecodable byte), E-DATA-10 (changed while read), E-FILE-01,
    and whatever the token raises. ``sha256`` is of the file's own bytes and complete at the end.
    """

    def __init__(self, path: Path, encoding: str, skip: int, token: Token) -> None:
        self._path = path
        self._file = open_regular(path)
        self._before = os.fstat(self._file.fileno())
        self._encoding = encoding
        self._passes = encoding == "utf-8"
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._token = token
        self._skip = skip
        self._hash = hashlib.sha256()
        self._offset = 0
        self._lines = 0
        self._ready = b""
        self._pending = b""  # the undecoded end of the last chunk, for the offset of an error
        self._ended = False
        self.closed = False

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._before.st_size

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes read so far."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes of checked UTF-8, fewer only at the end (pyarrow takes one answer for one block)."""
        parts = [self._ready]
        have = len(self._ready)
        while not self._ended and (size < 0 or have < size):
            parts.append(self._next())
            have += len(parts[-1])
        joined = b"".join(parts)
        if 0 <= size < have:
            joined, self._ready = joined[:size], joined[size:]
        else:
            self._ready = b""
        return joined

    def close(self) -> None:
        """Closes the file."""
        self.closed = True
        self._file.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _next(self) -> bytes:
        """Reads, checks and converts one chunk."""
        self._token.check()
        if self.closed:  # pyarrow may still be reading ahead when its reader is dropped
            self._ended = True
            return b""
        raw = read_exactly(self._file, _CHUNK, self._path)
        first = self._offset == 0
        if len(raw) < _CHUNK:
            self._ended = True
        self._hash.update(raw)
        text = self._decode(raw, final=self._ended)
        self._offset += len(raw)
        self._token.progress(self._offset / max(1, self.size))
        if self._ended:
            self._check_unchanged()
        if first and text.startswith(codecs.BOM_UTF8):
            text = text[len(codecs.BOM_UTF8) :]
        if (nul := text.find(b"\0")) >= 0:
            raise WardroundError("E-DATA-06", file=self._path.name, row=self._lines + text.count(b"\n", 0, nul) + 1)
        self._lines += text.count(b"\n")
        if self._skip:
            dropped = min(self._skip, len(text))
            self._skip -= dropped
            text = text[dropped:]
        return text

    def _decode(self, raw: bytes, *, final: bool) -> bytes:
        """``raw`` as UTF-8; UTF-8 is only checked, so that most files are never copied."""
        if self._passes and not self._pending and raw.isascii():
            return raw
        try:
            text = self._decoder.decode(raw, final)
        except UnicodeDecodeError as error:
            before = self._offset - len(self._pending)
            good = error.object[: error.start].decode(self._encoding, "replace").count("\n")
            raise WardroundError(
                "E-DATA-07", file=self._path.name, encoding=self._encoding, offset=before + error.start, row=self._lines + good + 1
            ) from error
        state = self._decoder.getstate()[0]
        self._pending = state
        return raw if self._passes else text.encode()

    def _check_unchanged(self) -> None:
        now = os.fstat(self._file.fileno())
        if self._offset != self._before.st_size or (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise WardroundError("E-DATA-10", file=self._path.name)
