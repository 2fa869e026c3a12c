# SPDX-License-Identifier: Apache-2.0
"""Keeps the memory of 1 MiB chunks in the process instead of giving it back to the system after every one.

glibc maps each block of a megabyte anew and returns it when it is freed, so every chunk costs 256 page faults: a fifth of all the time
a transfer takes. The two thresholds are set once to the largest that glibc would ever choose by itself. Other C libraries are left alone.
"""

from __future__ import annotations

import ctypes
import functools
import sys

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h
_MAPPED_FROM = 32 << 20
_TRIMMED_FROM = 64 << 20
_ARENAS = 2
"""Pools of memory: each keeps what was freed into it, and glibc would make up to eight for every processor."""


@functools.cache
def keep_chunks() -> bool:
    """Sets the thresholds, once a process; whether it could."""
    if not sys.platform.startswith("linux"):
        return False
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    set_now = ((_M_ARENA_MAX, _ARENAS), (_M_MMAP_THRESHOLD, _MAPPED_FROM), (_M_TRIM_THRESHOLD, _TRIMMED_FROM))
    return sum(bool(mallopt(name, value)) for name, value in set_now) == len(set_now)
