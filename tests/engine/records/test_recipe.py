# SPDX-License-Identifier: Apache-2.0
"""Recipes: how a person writes them, which records count, and what becomes of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records.recipe import HOW, Item, fold, items


def test_what_a_person_writes() -> None:
    assert items("glucose=2339-0[mg/dL]:mean@-365..0, 4548-4, diabetes = 44054006:any@.., Z79:count@-30..", "last", "k", "f") == (
        Item("glucose", "2339-0", "mg/dL", "mean", -365, 0),
        Item("4548-4", "4548-4", "", "last", None, 0),
        Item("diabetes", "44054006", "", "any", None, None),
        Item("Z79", "z79", "", "count", -30, None),
    )


@pytest.mark.parametrize(
    ("text", "number"), [("a[", 1), ("a,b:never", 2), ("a,a", 2), ("a@1", 1), ("x=a, x=b", 2), ("=a", 1), ("a@--1..2", 1)]
)
def test_what_cannot_be_read(text: str, number: int) -> None:
    with pytest.raises(WardroundError) as caught:
        items(text, "last", "observations", "f.ndjson")
    assert (caught.value.code, caught.value.fields["number"]) == ("E-DATA-39", number)


def test_which_days_count() -> None:
    year = Item("x", "x", "", "last", -365, 0)
    assert [year.covers(day, 1000) for day in (634, 635, 1000, 1001, None)] == [False, True, True, False, False]
    assert Item("x", "x", low=None, high=None).covers(None, None)
    assert not Item("x", "x").covers(None, 5)
    assert Item("x", "x", low=1, high=None).covers(7, 5)


RECORDS = [(3, 5.0), (1, 7.0), (3, 6.0), (None, 1.0), (2, None)]


@pytest.mark.parametrize(
    ("how", "value"), [("last", 6.0), ("first", 1.0), ("mean", 4.75), ("min", 1.0), ("max", 7.0), ("count", 5.0), ("any", 1.0)]
)
def test_each_way_of_folding(how: str, value: float) -> None:
    assert fold(how, RECORDS) == value


def test_nothing_is_missing_and_not_zero_but_for_counts() -> None:
    assert {how: fold(how, []) for how in HOW} == {**dict.fromkeys(HOW, None), "count": 0.0, "any": 0.0}
    assert fold("mean", [(1, None)]) is None


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = items(text, "last", "k", "f")
    except WardroundError as error:
        assert error.code == "E-DATA-39"  # noqa: PT017 - both outcomes are right
    else:
        assert all(item.code and item.how in HOW for item in found)
