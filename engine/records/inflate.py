# SPDX-License-Identifier: Apache-2.0
"""A file as the bytes that it holds, inflated when it is gzip or bgzip: hashed on the way, bounded, never cut short unnoticed.

What comes out of a gzip is bounded by what its reader takes: a bomb costs time, which a person can stop, and no memory.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from engine.errors import WardroundError
from engine.records.source import open_regular, read_exactly
from engine.values import Token

_CHUNK = 1 << 20
_PIECE = 1 << 20
_MAGIC = b"\x1f\x8b"
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")  # the SAM specification, section 4.1.2


def is_gzip(head: bytes) -> bool:
    """Whether a file that begins so is gzip or bgzip."""
    return head.startswith(_MAGIC)


def inflated_head(head: bytes) -> bytes:
    """What the first bytes of a file hold, inflated when they are gzip's; empty when these are damaged."""
    if not is_gzip(head):
        return head
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, len(head) * 64)
    except zlib.error:
        return b""


class Inflated:
    """The content of a file as a stream to read.

    Every ``read`` may raise E-GZIP-01 (a compressed file that is damaged or cut short), E-DATA-10 (changed while it was read),
    E-FILE-01, and whatever the token raises. ``sha256`` is of the file's own bytes, complete once ``read`` gave b"".
    """

    def __init__(self, path: Path, token: Token) -> None:
        self._path = path
        self._token = token
        self._file = open_regular(path)
        self._before = os.fstat(self._file.fileno())
        self._hash = hashlib.sha256()
        self._offset = 0
        self._tail = b""  # the last raw bytes, for bgzip's mark of the end
        self._all_fetched = False
        try:
            self._raw = self._fetch()
        except BaseException:
            self._file.close()
            raise
        self._ended = not self._raw
        self.compressed = is_gzip(self._raw)
        self._blocked = self.compressed and self._raw[3:4] == b"\x04" and self._raw[12:14] == b"BC"
        self._member = zlib.decompressobj(zlib.MAX_WBITS | 16) if self.compressed else None
        self._buffer = b""  # given by ``piece`` and not yet taken by ``read``, from ``_at`` on
        self._at = 0
        self.given = 0  # bytes of the content so far
        self.closed = False

    @property
    def sha256(self) -> str:
        """Hex digest of the file's bytes read so far."""
        return self._hash.hexdigest()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        """Closes the file."""
        self.closed = True
        self._file.close()

    def __enter__(self) -> Inflated:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def piece(self) -> bytes:
        """The next bytes, at most 1 MiB; empty at the end of the file only."""
        if self._at < len(self._buffer):
            piece, self._buffer = self._buffer[self._at :], b""
            return piece
        while not self._ended and not self.closed:
            self._token.check()
            if self._member is None:
                piece, self._raw = self._raw, self._fetch()
                self._ended = not self._raw
            else:
                piece = self._inflate()
            if piece:
                self.given += len(piece)
                return piece
        return b""

    def read(self, size: int = -1) -> bytes:
        """``size`` bytes, fewer only at the end; -1: all."""
        end = self._at + size
        if size >= 0 and end <= len(self._buffer):
            part, self._at = self._buffer[self._at : end], end
            return part
        parts: list[bytes] = []
        have = 0
        while size < 0 or have < size:
            piece = self.piece()
            if not piece:
                break
            parts.append(piece)
            have += len(piece)
        self._buffer = b"".join(parts)
        self._at = have if size < 0 else min(size, have)
        return self._buffer[: self._at]

    def unread(self, content: bytes) -> None:
        """Puts back what ``read`` just gave."""
        self._at -= len(content)

    def lines(self, limit: int) -> Iterator[bytes]:
        """The lines, without their ends ("\\n" or "\\r\\n"); one longer than ``limit`` bytes is given cut, as ``limit`` + 1 bytes."""
        parts: list[bytes] = []
        length = 0
        while piece := self.piece():
            first, *rest = piece.split(b"\n")
            parts.append(first)
            length += len(first)
            if length > limit:
                yield b"".join(parts)[: limit + 1]
                return
            if rest:
                yield _bare(b"".join(parts))
                for line in rest[:-1]:
                    yield _bare(line)
                parts, length = [rest[-1]], len(rest[-1])
        if length:
            yield _bare(b"".join(parts))

    def drain(self) -> None:
        """Reads what is left of the file, so that ``sha256`` is complete; nothing is inflated."""
        self._ended = True
        while not self._all_fetched:
            self._token.check()
            self._fetch()

    def _inflate(self) -> bytes:
        member = self._member
        assert member is not None  # noqa: S101 - asked for compressed files only
        try:
            piece = member.decompress(self._raw, _PIECE)
        except zlib.error as error:
            raise WardroundError("E-GZIP-01", file=self._path.name) from error
        self._raw = member.unused_data if member.eof else member.unconsumed_tail
        if not self._raw and (member.eof or len(piece) < _PIECE):  # behind a full piece there may be more without further input
            self._raw = self._fetch()
            if not self._raw:
                if not member.eof:
                    raise WardroundError("E-GZIP-01", file=self._path.name)
                self._ended = True
        if member.eof and not self._ended:  # another member; zlib raises when it is none
            self._member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        return piece

    def _fetch(self) -> bytes:
        """The next raw bytes; at the end of the file its checks."""
        raw = read_exactly(self._file, _CHUNK, self._path)
        self._hash.update(raw)
        self._offset += len(raw)
        self._token.progress(self._offset / max(1, self._before.st_size))
        if raw:
            self._tail = (self._tail + raw[-len(_BGZF_END) :])[-len(_BGZF_END) :]
            return raw
        self._all_fetched = True
        now = os.fstat(self._file.fileno())
        if self._offset != self._before.st_size or (now.st_size, now.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise WardroundError("E-DATA-10", file=self._path.name)
        if self._blocked and self._tail != _BGZF_END:
            raise WardroundError("E-GZIP-01", file=self._path.name)
        return b""


def _bare(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") else line
