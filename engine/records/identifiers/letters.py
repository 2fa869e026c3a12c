# SPDX-License-Identifier: Apache-2.0
"""Which kinds of letters each text has, from the bytes of all of them at once: what a pattern needs and a text lacks saves its pass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

DIGIT, UPPER, LOWER, GAP, MARK, OTHER = 1, 2, 4, 8, 16, 32
"""GAP: space, comma, colon, equals sign; MARK: any other ASCII; OTHER: beyond ASCII."""

_CLASS = np.full(256, MARK, dtype=np.uint8)
_CLASS[48:58] = DIGIT
_CLASS[65:91] = UPPER
_CLASS[97:123] = LOWER
_CLASS[128:] = OTHER
_CLASS[[9, 10, 13, 32, 44, 58, 61]] = GAP


@dataclass(frozen=True)
class Letters:
    """Of each text: the classes that it has, its bytes, its characters at most (bytes, less the second and third ones), its digits."""

    classes: NDArray[np.uint8]
    bytes: NDArray[np.int64]
    characters: NDArray[np.int64]
    digits: NDArray[np.int64]

    def has(self, *wanted: int) -> NDArray[np.bool_]:
        """Texts with at least one letter of each class (or union of classes)."""
        return np.asarray(np.logical_and.reduce([(self.classes & each) != 0 for each in wanted]))

    def only(self, allowed: int) -> NDArray[np.bool_]:
        """Texts of these classes alone."""
        return np.asarray((self.classes & ~np.uint8(allowed)) == 0)


def letters_of(texts: pa.StringArray) -> Letters:
    """Reads the bytes of a string column; an empty or missing text has nothing."""
    kind = np.int64 if pa.types.is_large_string(texts.type) else np.int32
    _, ends, content = texts.buffers()
    offsets = np.frombuffer(ends, dtype=kind)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(offsets)
    count = len(texts)
    filled = np.flatnonzero(lengths)
    classes = np.zeros(count, dtype=np.uint8)
    digits = np.zeros(count, dtype=np.int64)
    characters = np.zeros(count, dtype=np.int64)
    if len(filled) and content is not None:
        raw = np.frombuffer(content, dtype=np.uint8)[offsets[0] : offsets[-1]]
        starts = offsets[filled] - offsets[0]
        of_byte = _CLASS[raw]
        classes[filled] = np.bitwise_or.reduceat(of_byte, starts)
        digits[filled] = np.add.reduceat(of_byte == DIGIT, starts, dtype=np.int32)
        characters[filled] = np.add.reduceat((raw & 0xC0) != 0x80, starts, dtype=np.int32)
    return Letters(classes, lengths, characters, digits)
