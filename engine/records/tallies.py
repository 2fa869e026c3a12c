# SPDX-License-Identifier: Apache-2.0
"""Running summaries of one column, in memory that does not grow with its rows.

A histogram's bins are 2**k wide and begin at a multiple of 2**k. When the range outgrows the bins, neighbours are joined
and k grows by one, so the counts at the end depend on the values alone, never on the order of the chunks. Means and
squares are merged by the rule of Chan, Golub and LeVeque (1979).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records import blocks
from engine.records.blocks import Block

DISTINCT_LIMIT = 10_000  # counted exactly up to here
CATEGORY_LIMIT = 50  # a text column with more distinct values is free text or a key
BINS = 512
BARS = 24
_FINEST = -1000  # exponent; far from where floats lose digits
_FLAGS = tuple(
    frozenset(pair)
    for pair in (
        ("yes", "no"), ("y", "n"), ("true", "false"), ("t", "f"), ("是", "否"), ("有", "无"), ("0", "1"), ("阳性", "阴性"),
        ("positive", "negative"), ("pos", "neg"), ("+", "-"),
    )
)  # fmt: skip


MISSING_CODES = frozenset(sign * number for number in (9.0, 99.0, 999.0, 9999.0, 99999.0, 88.0, 888.0, 8888.0) for sign in (-1, 1)) | {
    -1.0,
    -7.0,
    -8.0,
}
"""Numbers that people write where there is no value."""
_CODE_DISTANCE = 0.6  # of a code: everything else lies below


@dataclass(frozen=True)
class Bar:
    """One bar: a category's label, or the half-open interval [low, high) of a number."""

    label: str
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ColumnSummary:
    """One column: kind numeric | flag | category | text | empty, or what a block column holds (``blocks.MODALITIES``).

    ``distinct`` is exact when ``distinct_exact``, else a lower bound. Of a block column the figures are of all numbers in all
    arrays, and ``shape`` is the largest extent along each axis.

    ``std`` is the sample's (n - 1). ``bars``: at most BARS intervals, or the BARS most frequent categories; none for text.
    """

    name: str
    kind: str
    unit: str
    rows: int
    missing: int
    distinct: int
    distinct_exact: bool
    minimum: float | None
    maximum: float | None
    mean: float | None
    std: float | None
    bars: tuple[Bar, ...]
    shape: tuple[int, ...] = ()
    guess: str = ""  # the unit that the values look like, where the name has none


class NumberTally:
    """Running summary of one column of float64."""

    def __init__(self) -> None:
        self.rows = 0
        self.count = 0
        self.mean = 0.0
        self._squares = 0.0
        self.low = math.inf
        self.high = -math.inf
        self.distinct: NDArray[np.float64] | None = np.empty(0)
        self.histogram = Histogram()
        self.codes = CodeTally()

    def update(self, column: pa.DoubleArray) -> None:
        """Adds one batch."""
        self.rows += len(column)
        values = np.asarray(column.drop_null() if column.null_count else column, dtype=np.float64)
        self.add(values)
        if len(values) and self.distinct is not None:
            merged = np.union1d(self.distinct, np.asarray(pc.unique(column).drop_null(), dtype=np.float64))
            self.distinct = None if len(merged) > DISTINCT_LIMIT else merged

    def add(self, values: NDArray[np.float64], counts: NDArray[np.int64] | None = None) -> None:
        """Adds finite numbers, each as often as ``counts`` says, to all but ``rows`` and ``distinct``."""
        n = len(values) if counts is None else int(counts.sum())
        if not n:
            return
        mean = float(values.mean() if counts is None else values @ counts / n)
        deviations = values - mean
        shift = mean - self.mean
        total = self.count + n
        squares = float(deviations @ (deviations if counts is None else deviations * counts))
        self._squares += squares + shift * shift * self.count * n / total
        self.mean += shift * n / total
        self.count = total
        low, high = float(values.min()), float(values.max())
        self.low, self.high = min(self.low, low), max(self.high, high)
        self.codes.add(values, counts, low, high)
        self.histogram.add(values, counts)

    @property
    def std(self) -> float | None:
        """Standard deviation of the sample."""
        return math.sqrt(self._squares / (self.count - 1)) if self.count > 1 else None

    def summary(self, name: str, unit: str) -> ColumnSummary:
        """What was seen so far."""
        missing = self.rows - self.count
        if not self.count:
            return ColumnSummary(name, "empty", unit, self.rows, missing, 0, True, None, None, None, None, ())
        known = self.distinct
        kind = "flag" if known is not None and set(known.tolist()) == {0.0, 1.0} else "numeric"
        exact = known is not None
        bars = self.histogram.bars()
        if known is not None and len(known) == 2 and kind == "flag":
            ones = round(self.mean * self.count)
            bars = (Bar("0", 0.0, 0.0, self.count - ones), Bar("1", 1.0, 1.0, ones))
        return ColumnSummary(
            name, kind, unit, self.rows, missing, len(known) if known is not None else DISTINCT_LIMIT, exact,
            self.low, self.high, self.mean, self.std, bars,
        )  # fmt: skip


class CodeTally:
    """Whether the smallest or largest number is one that people write for "missing", and how far the next one lies."""

    def __init__(self) -> None:
        self.counts: Counter[float] = Counter()
        self._next_low = math.inf  # the smallest and largest without such codes
        self._next_high = -math.inf

    def add(self, values: NDArray[np.float64], often: NDArray[np.int64] | None, low: float, high: float) -> None:
        """Adds a batch whose extremes are ``low`` and ``high``; a code that is an extreme of the column is one of each batch it is in."""
        while codes := {low, high} & MISSING_CODES:  # 99 may hide 88
            for code in codes:
                same = values == code
                self.counts[code] += int(same.sum() if often is None else often[same].sum())
                values, often = values[~same], None if often is None else often[~same]
            if not len(values):
                return
            low, high = float(values.min()), float(values.max())
        self._next_low, self._next_high = min(self._next_low, low), max(self._next_high, high)

    def suspected(self) -> Iterator[tuple[float, int]]:
        """Codes with their counts: a negative one among numbers that never are, one far above all others."""
        for code, count in sorted(self.counts.items()):
            if code < 0 <= self._next_low or (code > 0 and self._next_high < _CODE_DISTANCE * code and code > self._next_high > 0):
                yield code, count


class TextTally:
    """Running summary of one column of text; keeps the counts of at most DISTINCT_LIMIT texts."""

    def __init__(self) -> None:
        self.rows = 0
        self.count = 0
        self.counts: Counter[str] | None = Counter()

    def update(self, column: pa.StringArray) -> None:
        """Adds one batch."""
        self.rows += len(column)
        self.count += len(column) - column.null_count
        if self.counts is None:
            return
        found = (column.drop_null() if column.null_count else column).value_counts()
        if len(found) <= DISTINCT_LIMIT:
            for text, count in zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True):
                self.counts[text] += count
        if max(len(found), len(self.counts)) > DISTINCT_LIMIT:
            self.counts = None

    def summary(self, name: str, unit: str) -> ColumnSummary:
        """What was seen so far."""
        missing = self.rows - self.count
        kind, bars = "text" if self.count else "empty", tuple[Bar, ...]()
        if self.count and self.counts is not None:
            kind = _text_kind(self.counts, self.count)
            # Ties in alphabetical order, so that the chunks do not show.
            top = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:BARS]
            if kind != "text":
                bars = tuple(Bar(label, 0.0, 0.0, count) for label, count in top)
        distinct = DISTINCT_LIMIT if self.counts is None else len(self.counts)
        return ColumnSummary(name, kind, unit, self.rows, missing, distinct, self.counts is not None, None, None, None, None, bars)


class BlockTally:
    """Running summary of one block column, over the numbers of all its arrays; NaN counts as no number."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self.rows = 0
        self.count = 0
        self._numbers = NumberTally()
        self._shape: tuple[int, ...] = ()
        # Of short whole numbers (images) it is counted how often each occurs, which takes a twentieth of the time.
        short = np.dtype(block.dtype)
        self._counts = np.zeros(1 << 8 * short.itemsize, dtype=np.int64) if short.kind in "iu" and short.itemsize <= 2 else None

    def update(self, column: pa.StructArray) -> None:
        """Adds one batch."""
        self.rows += len(column)
        for array in blocks.arrays(column, self._block):
            if array is None:
                continue
            self.count += 1
            padded = (*((1,) * (len(self._shape) - array.ndim)), *array.shape)
            known = (*((1,) * (array.ndim - len(self._shape))), *self._shape)
            self._shape = tuple(max(one, other) for one, other in zip(padded, known, strict=True))
            if self._counts is not None:
                unsigned = array.reshape(-1).view(f"u{array.itemsize}")
                self._counts += np.bincount(unsigned, minlength=len(self._counts))
            else:
                values = np.asarray(array, dtype=np.float64).reshape(-1)
                self._numbers.add(values[np.isfinite(values)])

    def summary(self, name: str, unit: str) -> ColumnSummary:
        """What was seen so far."""
        kind = self._block.modality if self.count else "empty"
        numbers = self._numbers if self._counts is None else self._counted(self._counts)
        known = numbers.count > 0
        return ColumnSummary(
            name, kind, unit, self.rows, self.rows - self.count, 0, False,
            numbers.low if known else None, numbers.high if known else None, numbers.mean if known else None, numbers.std,
            numbers.histogram.bars() if known else (), self._shape,
        )  # fmt: skip

    def _counted(self, counts: NDArray[np.int64]) -> NumberTally:
        unsigned = np.flatnonzero(counts)
        numbers = NumberTally()
        values = unsigned.astype(f"u{np.dtype(self._block.dtype).itemsize}").view(self._block.dtype)
        numbers.add(values.astype(np.float64), counts[unsigned])
        return numbers


class Histogram:
    """Counts in at most BINS bins of width 2**exponent; see the module's first lines."""

    def __init__(self) -> None:
        self._exponent = 0
        self._first = 0  # index of the first bin: bin i covers [i, i + 1) · 2**exponent
        self._counts: NDArray[np.int64] = np.empty(0, dtype=np.int64)

    def add(self, values: NDArray[np.float64], often: NDArray[np.int64] | None = None) -> None:
        """Adds finite values, each as often as is said."""
        low, high = float(values.min()), float(values.max())
        exponent = _exponent_for(low, high)
        if len(self._counts):
            exponent = max(exponent, self._exponent)
            while True:
                shift = exponent - self._exponent
                first = min(self._first >> shift, _bin(low, exponent))
                last = max((self._first + len(self._counts) - 1) >> shift, _bin(high, exponent))
                if last - first < BINS:
                    break
                exponent += 1
        else:
            first, last = _bin(low, exponent), _bin(high, exponent)
        counts = np.zeros(last - first + 1, dtype=np.int64)
        if len(self._counts):
            where = ((self._first + np.arange(len(self._counts))) >> (exponent - self._exponent)) - first
            np.add.at(counts, where, self._counts)
        # A power of two changes the exponent alone, so this is ldexp, ten times as fast.
        scaled = values * math.ldexp(1.0, -exponent) if -1000 < exponent < 1000 else np.ldexp(values, -exponent)
        indices = np.floor(scaled).astype(np.int64)
        if low < 0:
            indices -= (scaled == 0) & (values < 0)  # a tiny negative number is not zero
        indices -= first
        if often is None:
            counts += np.bincount(indices, minlength=len(counts))
        else:
            np.add.at(counts, indices, often)
        self._exponent, self._first, self._counts = exponent, first, counts

    def quantile(self, share: float) -> float:
        """The value below which ``share`` of the values lie, by interpolation within its bin."""
        below = np.cumsum(self._counts)
        target = share * below[-1]
        place = int(np.searchsorted(below, target))
        before = below[place - 1] if place else 0
        inside = (target - before) / max(1, self._counts[place])
        return math.ldexp(self._first + place + float(inside), self._exponent)

    def beyond(self, low: float, high: float) -> int:
        """How many values lie in bins wholly below ``low`` or above ``high``."""
        edges = np.ldexp((self._first + np.arange(len(self._counts) + 1)).astype(np.float64), self._exponent)
        return int(self._counts[(edges[1:] <= low) | (edges[:-1] >= high)].sum())

    def bars(self) -> tuple[Bar, ...]:
        """At most BARS bars, by joining neighbours."""
        shift = 0
        while ((self._first + len(self._counts) - 1) >> shift) - (self._first >> shift) >= BARS:
            shift += 1
        first = self._first >> shift
        where = ((self._first + np.arange(len(self._counts))) >> shift) - first
        counts = np.bincount(where, weights=self._counts).astype(np.int64)
        width = self._exponent + shift
        return tuple(
            Bar("", math.ldexp(first + i, width), math.ldexp(first + i + 1, width), int(count)) for i, count in enumerate(counts.tolist())
        )


def _text_kind(counts: Counter[str], present: int) -> str:
    if len(counts) == 2 and frozenset(text.casefold() for text in counts) in _FLAGS:
        return "flag"
    return "category" if len(counts) <= CATEGORY_LIMIT and (len(counts) <= 3 or 2 * len(counts) <= present) else "text"


def _exponent_for(low: float, high: float) -> int:
    """The smallest exponent with which [low, high] takes at most BINS bins and bin numbers stay exact."""
    largest = max(abs(low), abs(high))
    finest = max(_FINEST, math.frexp(largest)[1] - 50) if largest else _FINEST
    exponent = max(finest, (math.frexp(high - low)[1] - 10) if high > low else finest)
    while _bin(high, exponent) - _bin(low, exponent) >= BINS:
        exponent += 1
    return exponent


def _bin(value: float, exponent: int) -> int:
    scaled = math.ldexp(value, -exponent)
    return math.floor(scaled) if scaled or value >= 0 else -1
