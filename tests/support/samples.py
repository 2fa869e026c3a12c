# SPDX-License-Identifier: Apache-2.0
"""One small valid file or folder of each format that cannot hold any table, with what a loader must read from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Sample:
    """A format's sample.

    ``make(folder, variant)`` writes it into an empty folder and returns the file or folder to open; variant 0 holds what is
    expected here, variant 1 the same with at least one other value. ``first`` are the values of some columns in the first row
    (None: missing); of a block column its shape, as text ("512 × 512").
    """

    make: Callable[[Path, int], Path]
    columns: tuple[str, ...]
    rows: int
    first: Mapping[str, float | str | None]
    settings: Mapping[str, str] = field(default_factory=dict)
    whole: bool = True  # False: plain text, of which any part looks whole
