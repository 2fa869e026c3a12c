# SPDX-License-Identifier: Apache-2.0
"""Reading a spooled vector through one small buffer, whatever its size."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.errors import WardroundError
from engine.secagg.base import Ring
from engine.values import Layout

CHUNK_BYTES = 1 << 20


def require_length(path: Path, layout: Layout) -> None:
    """Raises E-TRAIN-08 unless the file holds exactly one vector of this layout."""
    size = path.stat().st_size
    if size != layout.nbytes:
        raise WardroundError("E-TRAIN-08", found=size // (layout.bits // 8), expected=layout.length)


def chunks(path: Path, layout: Layout) -> Iterator[tuple[int, Ring]]:
    """(first element, elements); each chunk is overwritten by the next."""
    dtype = np.dtype("<u4" if layout.bits == 32 else "<u8")
    buffer = bytearray(CHUNK_BYTES)
    start = 0
    with path.open("rb") as file:
        while count := file.readinto(buffer):
            chunk = np.frombuffer(buffer, dtype=dtype, count=count // dtype.itemsize)
            yield start, chunk
            start += chunk.size
