# SPDX-License-Identifier: Apache-2.0
"""Pictures as arrays: the smallest dtype that holds them, window and level, grey from colour, another size.

Colour is (…, 3, rows, columns).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.records.arrays import Array

_GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
_LEVELS = 255.0


@dataclass(frozen=True)
class Span:
    """Between which values an image's numbers can lie, and whether all are whole."""

    low: float
    high: float
    whole: bool


def dtype_of(spans: Iterable[Span]) -> str:
    """The smallest dtype of ``blocks.DTYPES`` that holds every one exactly; float32 where there are fractions or very large numbers."""
    low, high, whole = 0.0, 0.0, True
    for span in spans:
        low, high, whole = min(low, span.low), max(high, span.high), whole and span.whole
    for name in ("uint8", "int16", "uint16", "int32") if whole else ():
        limits = np.iinfo(name)
        if limits.min <= low and high <= limits.max:
            return name
    return "float32"


def scaled(raw: Array, slope: float, intercept: float, dtype: str) -> Array:
    """``raw`` · slope + intercept in ``dtype``.

    Raises:
        OverflowError: when a whole number does not fit: the image is not what ``dtype_of`` was told.
    """
    if dtype == "float32":
        if slope == 1.0 and intercept == 0.0:
            return raw.astype(np.float32, copy=False)
        return (raw.astype(np.float64) * slope + intercept).astype(np.float32)
    limits = np.iinfo(dtype)
    factor, shift = int(slope), int(intercept)
    ends = [int(raw.min()) * factor + shift, int(raw.max()) * factor + shift]
    if min(ends) < limits.min or max(ends) > limits.max:
        raise OverflowError(dtype)
    if factor == 1 and shift == 0:
        return raw.astype(dtype, copy=False)
    values = raw.astype(np.int32)
    if factor != 1:
        values *= factor
    values += shift
    return values.astype(dtype, copy=False)


def windowed(values: Array, centre: float, width: float, *, exact: bool = False) -> NDArray[np.uint8]:
    """Window and level to 0…255: the linear function of DICOM PS3.3 C.11.2.1.2.1, or with ``exact`` C.11.2.1.3.2."""
    numbers = values.astype(np.float32)
    first, over = (centre, width) if exact else (centre - 0.5, max(width - 1.0, 1e-6))
    share = (numbers - first) / over + 0.5
    shades: NDArray[np.uint8] = np.clip(np.rint(share * _LEVELS), 0, _LEVELS).astype(np.uint8)
    return shades


def stretched(values: Array) -> NDArray[np.uint8]:
    """The range of one image to 0…255, where nothing says a window."""
    low, high = float(values.min()), float(values.max())
    if high <= low:
        return np.zeros(values.shape, dtype=np.uint8)
    shades: NDArray[np.uint8] = np.rint((values.astype(np.float32) - low) * (_LEVELS / (high - low))).astype(np.uint8)
    return shades


def grey_of(colour: Array) -> Array:
    """(…, 3, rows, columns) → (…, rows, columns) in the same dtype."""
    return _as(np.tensordot(np.moveaxis(colour, -3, -1).astype(np.float32), _GREY, axes=1), colour.dtype)


def colour_of(grey: Array) -> Array:
    """(…, rows, columns) → (…, 3, rows, columns)."""
    return np.repeat(np.expand_dims(grey, -3), 3, axis=-3)


def resized(values: Array, rows: int, columns: int) -> Array:
    """(…, rows, columns): the mean over the area of each new pixel where it shrinks, between neighbours where it grows."""
    if values.shape[-2:] == (rows, columns):
        return values
    down, across = _weights(values.shape[-2], rows), _weights(values.shape[-1], columns)
    changed = np.matmul(np.matmul(down, values.astype(np.float32)), across.T)
    return _as(changed, values.dtype)


def _as(values: NDArray[np.float32], dtype: np.dtype[np.generic]) -> Array:
    """Rounded where the dtype has no fractions."""
    return values.astype(dtype) if dtype.kind == "f" else np.rint(values).astype(dtype)


def _weights(old: int, new: int) -> NDArray[np.float32]:
    """(new, old): how much each old position counts for each new one; each row adds up to 1."""
    step = old / new
    places = np.arange(old)
    if step >= 1:
        edges = np.arange(new + 1) * step
        weights = np.maximum(np.minimum(edges[1:, None], places + 1) - np.maximum(edges[:-1, None], places), 0.0) / step
    else:
        centre = np.clip((np.arange(new) + 0.5) * step - 0.5, 0, old - 1)
        weights = np.maximum(0.0, 1.0 - np.abs(centre[:, None] - places))
    single: NDArray[np.float32] = weights.astype(np.float32)
    return single
