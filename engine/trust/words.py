# SPDX-License-Identifier: Apache-2.0
"""Check words: six words that two people compare on the telephone to know that nobody stands between them.

66 bits of scrypt (RFC 7914; N = 32768, r = 8, p = 1, salt ``wardround check words v1``) of a key's SHA-256 make six indices of
11 bits into the BIP-39 lists. The same index has an English word, a Chinese character and a number, so two languages can compare
on one call. Slow on purpose: whoever wants a second key with the same words tries 2**65 keys on average, about 0.1 s and 32 MiB each.
The words are not secret.
"""

from __future__ import annotations

import functools
import hashlib

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from mnemonic import Mnemonic

from engine.errors import Language

WORDS = 6
_N, _R, _P = 1 << 15, 8, 1
_SALT = b"wardround check words v1"
_LISTS = {"en": "english", "zh": "chinese_simplified"}


@functools.lru_cache(maxsize=256)
def _indices(digest: bytes) -> tuple[int, ...]:
    if len(digest) != 32:
        raise ValueError("a SHA-256 has 32 bytes")
    stretched = int.from_bytes(Scrypt(salt=_SALT, length=9, n=_N, r=_R, p=_P).derive(digest), "big")
    bits = stretched >> 6  # 72 bits, of which the first 66 count
    return tuple(bits >> 11 * place & 0x7FF for place in reversed(range(WORDS)))


@functools.cache
def _list(language: Language) -> tuple[str, ...]:
    return tuple(Mnemonic(_LISTS[language]).wordlist)


def check_words(digest: bytes, language: Language) -> tuple[str, ...]:
    """The six check words of a key, from its SHA-256 (32 bytes)."""
    words = _list(language)
    return tuple(words[index] for index in _indices(digest))


def check_numbers(digest: bytes) -> tuple[int, ...]:
    """The same six as numbers, 1…2048: the place of each word in its list."""
    return tuple(index + 1 for index in _indices(digest))


def key_digest(public_key: bytes) -> bytes:
    """What a site's words are made from: the SHA-256 of its Ed25519 public key (32 raw bytes)."""
    return hashlib.sha256(public_key).digest()
