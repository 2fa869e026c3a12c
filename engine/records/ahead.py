# SPDX-License-Identifier: Apache-2.0
"""Work on the next files while the last one is used: reading, hashing and decoding let other threads run."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

_WORKERS = 2
_WAITING = 4  # results held at once


def ahead(items: Sequence[T], work: Callable[[T], R]) -> Generator[R, None, None]:
    """``work`` of each item, in order; what it raises is raised here. Close it (``contextlib.closing``) to end its threads."""
    pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="ahead")
    coming: deque[Future[R]] = deque()
    try:
        for item in items:
            coming.append(pool.submit(work, item))
            if len(coming) >= _WAITING:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        for future in coming:
            future.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
