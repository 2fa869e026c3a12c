# SPDX-License-Identifier: Apache-2.0
"""Cells that are nothing but digits, judged many at once: columns of them are long, and a cell alone says little."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PATTERN = r"^[0-9]{10,19}$|^[0-9]{17}[Xx]$"
_GB_WEIGHTS = np.array((7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2))
_GB_CHECK = np.array((1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2))
_NHS_WEIGHTS = np.arange(10, 1, -1)

Mask = NDArray[np.bool_]


def kinds(texts: pa.StringArray) -> Iterator[tuple[str, bool, NDArray[np.int64]]]:
    """Kind, whether a single cell is enough, and the places of the cells; ``texts`` match PATTERN."""
    lengths = np.asarray(pc.binary_length(texts))
    for length in np.unique(lengths).tolist():
        places = np.flatnonzero(lengths == length)
        digits = _digits(texts.take(pa.array(places)), length)
        left = np.ones(len(places), dtype=bool)
        for kind, sure, mask in _judged(digits, length):
            mask &= left
            left &= ~mask
            if mask.any():
                yield kind, sure, places[mask]


def _digits(texts: pa.StringArray, length: int) -> NDArray[np.int64]:
    """One row a cell; X is 10."""
    letters = np.frombuffer("".join(texts.to_pylist()).encode("ascii"), dtype=np.uint8).reshape(-1, length).astype(np.int64)
    return np.where(letters > 57, 10, letters - 48)


def _judged(digits: NDArray[np.int64], length: int) -> Iterator[tuple[str, bool, Mask]]:
    first, second = digits[:, 0], digits[:, 1]
    if length == 18:
        year, month, day = digits[:, 6:10] @ (1000, 100, 10, 1), digits[:, 10:12] @ (10, 1), digits[:, 12:14] @ (10, 1)
        born = (first > 0) & (year >= 1850) & (year < 2100) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
        yield "national-id", True, born & (_GB_CHECK[(digits[:, :17] @ _GB_WEIGHTS) % 11] == digits[:, 17])
    if length == 11:
        yield "phone", True, (first == 1) & (second >= 3)
        yield "phone", False, (first == 0) & (second >= 1)
    if length == 10:
        check = (11 - (digits[:, :9] @ _NHS_WEIGHTS) % 11) % 11
        yield "phone", False, (first >= 2) & (digits[:, 3] >= 2) & (check != digits[:, 9])
        yield "record", False, check == digits[:, 9]
    if 12 <= length <= 19:
        varied = (digits.max(axis=1) != digits.min(axis=1)) & (first >= 3) & (first <= 6) & (digits.max(axis=1) < 10)
        yield "account", length in (15, 16, 18, 19), varied & _luhn(digits)


def _luhn(digits: NDArray[np.int64]) -> Mask:
    doubled = 2 * digits[:, -2::-2]
    return np.asarray((digits[:, ::-1][:, ::2].sum(axis=1) + (doubled - 9 * (doubled > 9)).sum(axis=1)) % 10 == 0)
