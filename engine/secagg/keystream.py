# SPDX-License-Identifier: Apache-2.0
"""Keys and streams of one opening, all from one 32-byte seed: HKDF-SHA256 (RFC 5869) and AES-256 in counter mode.

Whoever has the seed can make every message of an opening again, byte for byte; so a site keeps the seed, not the messages.
Streams are kept apart by HKDF's info, which names study, round, attempt, phase and what the key is for; no key is used twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.secagg.base import Ring
from engine.values import PhaseKey

CHUNK = 1 << 16
"""Elements masked at a time: buffer and sum stay in the processor's cache while all streams pass over them."""


def facts(key: PhaseKey) -> bytes:
    """What every key and signature of an opening is bound to."""
    return f"{key.study}\0{key.round}\0{key.attempt}\0{key.phase.value}\0".encode()


def derive(secret: bytes, key: PhaseKey, purpose: str, *more: bytes, length: int = 32) -> bytes:
    """``length`` bytes for one purpose in one opening.

    ``more`` must have a fixed length for a given purpose, or end with a zero byte: then no two purposes meet.
    """
    info = b"wardround " + purpose.encode() + b"\0" + facts(key) + b"".join(more)
    if length <= 255 * 32:
        return HKDF(SHA256(), length, None, info).derive(secret)
    stream = Cipher(algorithms.AES(HKDF(SHA256(), 32, None, info).derive(secret)), modes.CTR(bytes(16))).encryptor()
    return stream.update(bytes(length))


def rehearsed_seed(seed: int, site: str, key: PhaseKey) -> bytes:
    """A seed that anybody can compute: for simulations that must repeat exactly, never for a hospital."""
    return hashlib.sha256(f"wardround rehearsal\0{seed}\0{site}\0".encode() + facts(key)).digest()


def add_streams(ring: Ring, plus: Sequence[bytes], minus: Sequence[bytes]) -> None:
    """Adds the stream of each key of ``plus`` to the vector, in place, and subtracts those of ``minus``, in its ring.

    A key's stream is AES-256-CTR from counter zero, read as little-endian integers of the ring's width.
    """
    zeros = memoryview(bytes(min(CHUNK, max(1, ring.size)) * ring.itemsize))
    buffer = np.empty(len(zeros) // ring.itemsize, dtype=ring.dtype.newbyteorder("<"))
    room = buffer.data.cast("B")
    adding, taking = [_stream(key) for key in plus], [_stream(key) for key in minus]
    for start in range(0, ring.size, CHUNK):
        part = ring[start : start + CHUNK]
        length = part.nbytes
        drawn = buffer[: part.size]
        for stream in adding:
            stream.update_into(zeros[:length], room)
            np.add(part, drawn, out=part)
        for stream in taking:
            stream.update_into(zeros[:length], room)
            np.subtract(part, drawn, out=part)


def _stream(key: bytes) -> CipherContext:
    return Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor()
