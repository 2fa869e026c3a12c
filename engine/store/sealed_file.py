# SPDX-License-Identifier: Apache-2.0
"""Files that nobody without the key can read or change: AES-256-GCM in chunks, a key for each file (STREAM, Hoang et al. 2015)."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.errors import WardroundError

MAGIC = b"WRSEAL1\0"
SALT_BYTES = 16
CHUNK_BYTES = 4 << 20
TAG_BYTES = 16


def write_sealed(path: Path, key: bytes, content: bytes | memoryview, used: Path | None = None) -> None:
    """Writes ``content`` encrypted under a fresh key derived from ``key`` (32 bytes); the file appears whole or not at all.

    ``used``: a file that nobody needs any more, to be overwritten, which costs a third of a fresh one; it need not exist.
    """
    salt = os.urandom(SALT_BYTES)
    cipher = AESGCM(_file_key(key, salt))
    view = memoryview(content)
    count = max(1, -(-len(view) // CHUNK_BYTES))
    temporary = path.with_name(path.name + ".part")
    try:
        if used is not None and used.exists():
            used.replace(temporary)
        with open(temporary, "r+b" if temporary.exists() else "wb", opener=_private) as file:
            file.write(MAGIC + salt)
            for index in range(count):
                chunk = view[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
                file.write(cipher.encrypt(_nonce(index, last=index == count - 1), chunk, MAGIC))
            file.truncate()
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error


def read_sealed(path: Path, key: bytes) -> bytearray:
    """Reads a file of ``write_sealed``.

    Raises:
        WardroundError: E-FILE-01 when it is missing; E-FILE-03 when it was changed, truncated or belongs to another key.
    """
    content = bytearray()
    try:
        with open(path, "rb") as file:
            head = file.read(len(MAGIC) + SALT_BYTES)
            if not head.startswith(MAGIC) or len(head) != len(MAGIC) + SALT_BYTES:
                raise WardroundError("E-FILE-03", path=path.name)
            cipher = AESGCM(_file_key(key, head[len(MAGIC) :]))
            index = 0
            chunk = file.read(CHUNK_BYTES + TAG_BYTES)
            while chunk:
                following = file.read(CHUNK_BYTES + TAG_BYTES)
                content += cipher.decrypt(_nonce(index, last=not following), chunk, MAGIC)
                index += 1
                chunk = following
            if index == 0:
                raise WardroundError("E-FILE-03", path=path.name)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error
    except InvalidTag as error:
        raise WardroundError("E-FILE-03", path=path.name) from error
    return content


def _file_key(key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt, b"wardround sealed file v1").derive(key)


def _nonce(index: int, *, last: bool) -> bytes:
    return bytes([int(last), 0, 0, 0]) + index.to_bytes(8, "big")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
