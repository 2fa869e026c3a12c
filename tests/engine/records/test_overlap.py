# SPDX-License-Identifier: Apache-2.0
"""Reading ahead changes nothing but when the work is done, and leaves no thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from engine.records.overlap import overlapped


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "overlap"]


def test_items_come_in_order() -> None:
    assert list(overlapped(iter(range(1000)))) == list(range(1000))
    assert list(overlapped(iter(()))) == []
    assert not threads()


def test_an_error_comes_where_it_was_raised() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("two")

    taken = overlapped(items())
    assert next(taken) == 1
    with pytest.raises(KeyError, match="two"):
        next(taken)
    assert not threads()


def test_whoever_stops_taking_ends_the_work_and_closes_the_iterator() -> None:
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from range(10**9)
        finally:
            closed.set()

    taken = overlapped(items())
    assert [next(taken) for _ in range(3)] == [0, 1, 2]
    taken.close()
    assert closed.is_set()
    assert not threads()


def test_no_more_than_a_few_items_wait() -> None:
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield number

    for taken in overlapped(items(), depth=2):
        assert len(made) <= taken + 1 + 2 + 2
