# SPDX-License-Identifier: Apache-2.0
"""Texts as counts of hashed terms: words and their neighbours in English, pairs and triples of characters in Chinese.

The place of a term follows from the term alone (scikit-learn's HashingVectorizer, MurmurHash3), so every hospital counts alike without
a list of words, which would name rare ones. How rare a term is in the whole federation (IDF) no hospital can know: that is left to
the model's first layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.records.blocks import Block

_TAG = re.compile(r"\[[A-Z-]{2,12}\]")
_WORD = re.compile(r"[a-zà-öø-ÿ]{2,}(?:['’-][a-zà-öø-ÿ]+)*")
_HAN = re.compile("[\u4e00-\u9fff]+")


@dataclass(frozen=True)
class Terms:
    """How texts become numbers. ``words``: terms of up to so many words; ``characters``: of two up to so many; ``log``: log(1 + count)."""

    count: int = 4096
    words: int = 2
    characters: int = 3
    log: bool = True

    @property
    def block(self) -> Block:
        """What the column of them is."""
        said: Mapping[str, str] = {"words": str(self.words), "characters": str(self.characters), "weights": "log" if self.log else "counts"}
        return Block("notes", "float32", bytes=4 * self.count, attributes=said)

    def pieces(self, text: str) -> Iterator[str]:
        """The terms of a text, in order; tags of identifiers and numbers are none."""
        text = _TAG.sub(" ", text).casefold()
        words = _WORD.findall(text)
        for length in range(1, self.words + 1):
            yield from (" ".join(words[at : at + length]) for at in range(len(words) - length + 1))
        for run in _HAN.findall(text):
            for length in range(2, self.characters + 1):
                yield from (run[at : at + length] for at in range(len(run) - length + 1))

    def vectors(self, texts: Sequence[str]) -> list[NDArray[np.float32]]:
        """(count,) numbers of each text."""
        from sklearn.feature_extraction.text import HashingVectorizer

        hasher = HashingVectorizer(analyzer=self.pieces, n_features=self.count, alternate_sign=False, norm=None, dtype=np.float32)
        counted = hasher.transform(texts)
        if self.log:
            counted.data = np.log1p(counted.data)
        return [counted[row].toarray()[0] for row in range(len(texts))]
