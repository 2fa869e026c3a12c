# SPDX-License-Identifier: Apache-2.0
"""An iterator that works in a thread of its own, a few items in front of whoever takes them: parsing overlaps encrypting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator, Iterator
from typing import TypeVar

T = TypeVar("T")

_WAIT_SECONDS = 0.05


def overlapped(items: Iterator[T], depth: int = 2) -> Generator[T, None, None]:
    """The same items in the same order, at most ``depth`` + 1 of them in memory; raises what the iterator raises, where it raised it.

    The thread has ended when this generator has, whatever ended it.
    """
    ready: queue.Queue[tuple[T | None, BaseException | None]] = queue.Queue(depth)
    given_up = threading.Event()

    def put(item: T | None, error: BaseException | None) -> None:
        while not given_up.is_set():
            try:
                return ready.put((item, error), timeout=_WAIT_SECONDS)
            except queue.Full:
                continue
        return None

    def run() -> None:
        try:
            for item in items:
                put(item, None)
                if given_up.is_set():
                    return
            put(None, StopIteration())
        except BaseException as error:  # noqa: BLE001 - raised again by whoever takes the items
            put(None, error)

    worker = threading.Thread(target=run, name="overlap", daemon=True)
    worker.start()
    try:
        while True:
            item, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield item  # type: ignore[misc]
    finally:
        given_up.set()
        worker.join()
        if isinstance(items, Generator):
            items.close()
