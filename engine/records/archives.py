# SPDX-License-Identifier: Apache-2.0
"""Compressed files that could be bombs: each part of a zip is unpacked here first, counted against what it declares, and thrown away.

A library that unpacks a zip itself trusts sizes that the file only claims. So no library sees one before this has seen all of it.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from engine.errors import WardroundError
from engine.values import Token

MOST_UNPACKED = 2 << 30
"""Bytes that one file may grow to."""
MOST_PARTS = 10_000
_RATIO = 300  # real sheets shrink to a tenth, to a fiftieth when they repeat themselves
_HARMLESS = 32 << 20  # however much smaller it was
_PIECE = 1 << 20
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # up to the lengths of name and extra field


def parts_of(content: bytes, file: str) -> list[zipfile.ZipInfo]:
    """The parts of a zip in memory, none of which claims to be a bomb.

    Raises:
        WardroundError: E-TABLE-01 no readable zip · E-TABLE-02 a part has a password · E-TABLE-03 it would unpack to too much.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        raise WardroundError("E-TABLE-01", file=file) from error
    if any(part.flag_bits & 1 for part in parts):
        raise WardroundError("E-TABLE-02", file=file)
    if sum(part.compress_size for part in parts) > len(content):
        raise WardroundError("E-TABLE-01", file=file)  # parts that lie over each other
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED or any(_bloated(part) for part in parts):
        raise WardroundError("E-TABLE-03", file=file, limit=MOST_UNPACKED >> 20)
    return parts


def _bloated(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _HARMLESS and part.file_size > _RATIO * part.compress_size


def unpacked(content: bytes, part: zipfile.ZipInfo, file: str, token: Token) -> Iterator[bytes]:
    """A part's bytes in pieces, as many as it declares.

    Raises:
        WardroundError: E-TABLE-01 it is damaged · E-TABLE-03 it is longer than it says.
    """
    start = part.header_offset
    header = content[start : start + 30]
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise WardroundError("E-TABLE-01", file=file)
    _, name, extra = _LOCAL_HEADER.unpack(header)
    first = start + 30 + name + extra
    packed = memoryview(content)[first : first + part.compress_size]
    total = 0
    for piece in _inflated(packed, part.compress_type, file):
        token.check()
        total += len(piece)
        if total > part.file_size:
            raise WardroundError("E-TABLE-03", file=file, limit=MOST_UNPACKED >> 20)
        yield piece
    if total < part.file_size:
        raise WardroundError("E-TABLE-01", file=file)


def _inflated(packed: memoryview, method: int, file: str) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        for start in range(0, len(packed), _PIECE):
            yield bytes(packed[start : start + _PIECE])
        return
    if method != zipfile.ZIP_DEFLATED:
        raise WardroundError("E-TABLE-01", file=file)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    position = 0
    waiting = b""
    try:
        while not inflater.eof and (waiting or position < len(packed)):
            if not waiting:
                waiting = bytes(packed[position : position + _PIECE])
                position += len(waiting)
            yield inflater.decompress(waiting, _PIECE)
            waiting = inflater.unconsumed_tail
        yield inflater.flush()
    except zlib.error as error:
        raise WardroundError("E-TABLE-01", file=file) from error
