# SPDX-License-Identifier: Apache-2.0
"""An error as a person meets it: its code, its exit status, and sentences that name the thing in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.errors import CATALOGUE, WardroundError


def complete(error: WardroundError, code: str, exit_code: int, *names: str) -> None:
    """Code and exit status are these; what happened and how to mend it are said in both languages; ``names`` are in what happened."""
    assert (error.code, error.exit_code) == (code, exit_code), error
    english, chinese = (error.what("en"), error.mend("en")), (error.what("zh"), error.mend("zh"))
    for one, other in zip(english, chinese, strict=True):
        assert one
        assert other
        assert one != other
    assert not any(letter >= "一" for letter in error.entry.en[0] + error.entry.en[1])
    assert all(any("一" <= letter <= "鿿" for letter in sentence) for sentence in error.entry.zh)
    for name in names:
        assert name in english[0], english
        assert name in chinese[0], chinese
    assert "{" not in "".join(english + chinese)


@contextmanager
def refused(code: str, exit_code: int, *names: str) -> Iterator[None]:
    """The block raises that error, complete."""
    with pytest.raises(WardroundError) as caught:
        yield
    complete(caught.value, code, exit_code, *names)


def in_words(text: str, code: str, language: str) -> None:
    """Both of the code's sentences are there in that language, whatever their fields are and however the lines are broken."""
    flat = "".join(text.split())
    for sentence in getattr(CATALOGUE[code], language):
        for part in re.split(r"\{.*?\}", sentence):
            assert "".join(part.split()) in flat, (part, text)
