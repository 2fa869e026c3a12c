# SPDX-License-Identifier: Apache-2.0
"""How many of made-up identifiers are found, class by class, in both languages: in columns, and inside sentences.

The values come from ``tests/support/identities.py``, which knows nothing of the rules.
"""

from __future__ import annotations

import pytest

from engine.records.identifiers.flat import flat
from engine.records.identifiers.text import spans
from tests.support.identities import Identities

COUNT = 240
RECALL = 0.95
CASES = {f"{kind}-{language}": (kind, language) for kind, language, *_ in Identities(0).cases()}


@pytest.fixture(params=sorted(CASES))
def case(request: pytest.FixtureRequest):
    """Kind, column name, values, sentences; another seed than any that the rules were looked at with."""
    wanted = CASES[request.param]
    kind, _, column, make, sentences = next(found for found in Identities(20261126).cases() if found[:2] == wanted)
    return kind, column, [make() for _ in range(COUNT)], sentences


def test_every_class_is_tried_in_both_languages() -> None:
    from engine.records.identifiers.kinds import KINDS

    assert {KINDS[kind].letter for kind, _ in CASES.values()} == set("ABCDEFGHIJKLMNOPQR")
    assert {(kind, language) for kind in KINDS if kind != "place" for language in ("en", "zh")} == set(CASES.values())


def test_a_column_of_them_is_found_with_nearly_every_cell(case, scanned) -> None:
    kind, column, values, _ = case
    hits = {hit.kind: hit for hit in scanned({column: values}).hits}
    assert hits[kind].count >= RECALL * COUNT
    assert hits[kind].present == COUNT


def test_inside_sentences(case) -> None:
    _, _, values, sentences = case
    missed = []
    for number, value in enumerate(values):
        text = flat(sentences[number % len(sentences)].format(value))
        start = text.index(flat(value))
        covered = {at for span in spans(text) for at in range(span.start, span.end)}
        if len(covered & set(range(start, start + len(value)))) < 0.6 * len(value):
            missed.append(text)
    assert len(missed) <= (1 - RECALL) * COUNT, missed[:10]


def test_in_a_column_of_notes(case, scanned) -> None:
    kind, _, values, sentences = case
    notes = [sentences[number % len(sentences)].format(value) for number, value in enumerate(values)]
    found = scanned({"comment": notes}).hits
    assert (
        sum(hit.count for hit in found if hit.kind in (kind, "phone", "record", "account")) >= RECALL * COUNT
    )  # a fax may pass for a phone
    assert any(hit.kind == kind for hit in found)


def test_nobody_is_found_where_nobody_is(scanned) -> None:
    """The same sentences without their values."""
    for kind, _, _, _, sentences in Identities(1).cases():
        bare = [sentence.replace("{}", "") for sentence in sentences for _ in range(20)]
        assert scanned({"comment": bare}).hits == (), kind
