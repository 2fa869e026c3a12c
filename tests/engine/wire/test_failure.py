# SPDX-License-Identifier: Apache-2.0
"""Errors cross the line as code and fields, and only if this program can say them."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import CATALOGUE, WardroundError
from engine.wire import failure


def _fields(code: str) -> dict[str, str]:
    entry = CATALOGUE[code]
    sentences = " ".join((*entry.en, *entry.zh))
    return {name: "7" for _, name, _, _ in string.Formatter().parse(sentences) if name}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_error_of_the_catalogue_arrives_with_its_sentences(code: str) -> None:
    error = WardroundError(code, **_fields(code))
    arrived = failure.parse(failure.detail(error))
    assert arrived is not None
    assert (arrived.code, arrived.sentence("en"), arrived.sentence("zh")) == (code, error.sentence("en"), error.sentence("zh"))


def test_long_and_foreign_fields_still_travel() -> None:
    error = WardroundError("E-NET-21", address="医" * 5000, reason=OSError("x"))
    text = failure.detail(error)
    assert text.isascii()
    assert len(text) < 4000
    assert failure.parse(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "Socket closed",
        "{",
        "{}",
        "[]",
        json.dumps({"code": "E-XX-99", "fields": {}}),
        json.dumps({"code": "E-NET-01", "fields": {}}),  # its sentence names a host
        json.dumps({"code": "E-NET-01", "fields": {"host": "x" * 500}}),
        json.dumps({"code": "E-NET-01", "fields": {"host": "a\nb"}}),
        json.dumps({"code": "E-NET-01", "fields": {"host": ["a"]}}),
        json.dumps({"code": "E-NET-18", "fields": []}),
        json.dumps({"code": 7, "fields": {}}),
    ],
)
def test_what_cannot_be_said_is_not_taken_over(text: str | None) -> None:
    assert failure.parse(text) is None


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    failure.parse(text)
    failure.parse("{" + text)
