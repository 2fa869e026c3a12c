# SPDX-License-Identifier: Apache-2.0
"""Check words: the same everywhere and for ever, one index three ways, different for different keys."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from mnemonic import Mnemonic

from engine.trust.words import WORDS, check_numbers, check_words

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "check_words.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["of"])
def test_words_never_change(vector: dict[str, object]) -> None:
    digest = hashlib.sha256(str(vector["of"]).encode()).digest()
    assert list(check_words(digest, "en")) == vector["en"]
    assert list(check_words(digest, "zh")) == vector["zh"]
    assert list(check_numbers(digest)) == vector["numbers"]


def test_the_number_is_the_place_of_both_words() -> None:
    digest = hashlib.sha256(b"any").digest()
    english, chinese = Mnemonic("english").wordlist, Mnemonic("chinese_simplified").wordlist
    numbers = check_numbers(digest)
    assert len(numbers) == WORDS
    assert tuple(english[n - 1] for n in numbers) == check_words(digest, "en")
    assert tuple(chinese[n - 1] for n in numbers) == check_words(digest, "zh")


def test_one_bit_of_the_key_changes_the_words() -> None:
    digest = bytearray(hashlib.sha256(b"any").digest())
    before = check_words(bytes(digest), "en")
    digest[31] ^= 1
    assert sum(a == b for a, b in zip(before, check_words(bytes(digest), "en"), strict=True)) < 3


def test_only_a_sha256_has_words() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        check_words(b"short", "en")
