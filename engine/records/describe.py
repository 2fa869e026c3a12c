# SPDX-License-Identifier: Apache-2.0
"""Column summaries and findings of a whole table, computed while its rows stream by."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records import blocks, plausible
from engine.records.loader import Finding
from engine.records.tallies import Bar as Bar
from engine.records.tallies import BlockTally, NumberTally, TextTally
from engine.records.tallies import ColumnSummary as ColumnSummary
from engine.values import Token

DESCRIBED = (
    *("empty-column", "one-value", "many-missing", "outliers", "duplicate-rows"),
    *("unit-unclear", "unit-guessed", "impossible"),
)
"""The findings of ``Description.findings``, which depend on the values alone."""
ROWS_HASHED = 2_000_000
_NARROW = 4  # in a table of fewer columns equal rows mean nothing
_BASE = 0x5851F42D4C957F2D
_PIECE_BYTES = 1 << 20
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_MANY_MISSING = 0.5
_OUTLIER_SHARE = 0.01  # more than that is a long tail, not a slip of the keyboard


class CopyCount:
    """How many rows equal an earlier one in every column, by a 64-bit hash of each row; given up beyond ROWS_HASHED rows."""

    def __init__(self, rows: int = 0) -> None:
        """``rows``: how many will come, where that is known; so that nothing is hashed in vain."""
        self._seen: list[NDArray[np.uint64]] | None = [] if rows <= ROWS_HASHED else None
        self._rows = 0

    def update(self, batch: pa.RecordBatch) -> None:
        """Adds one batch."""
        self._rows += batch.num_rows
        if self._seen is None or self._rows > ROWS_HASHED or batch.num_columns < _NARROW:
            self._seen = None
            return
        self._seen.append(_row_hashes(batch))

    def count(self) -> int:
        """Rows that are copies; 0 when there were too many rows or too few columns to tell."""
        if not self._seen:
            return 0
        # By Arrow, which lets other threads run meanwhile.
        return self._rows - int(pc.count_distinct(pa.chunked_array([pa.array(hashes) for hashes in self._seen])).as_py())


def first_of_copies(batches: Iterable[pa.RecordBatch | pa.Table], token: Token) -> NDArray[np.int64]:
    """Rising numbers of the rows that equal no earlier one in any column, by a 64-bit hash of each row."""
    seen = []
    for batch in batches:
        token.check()
        seen.append(_row_hashes(batch))
    hashes = np.concatenate(seen) if seen else np.empty(0, dtype=np.uint64)
    return np.sort(np.unique(hashes, return_index=True)[1]).astype(np.int64)


class Description:
    """Summaries and findings of a table that streams by."""

    def __init__(self, schema: pa.Schema, units: Mapping[str, str], rows: int = 0) -> None:
        """``rows``: how many will come, 0 where that is not known."""
        self._schema = schema
        self._units = units
        self._copies = CopyCount(rows)
        self._tallies: tuple[NumberTally | TextTally | BlockTally, ...] = tuple(_tally_of(field) for field in schema)

    def update(self, batch: pa.RecordBatch, token: Token) -> None:
        """Adds one batch. Equal batches give bit-equal summaries, so the caller cuts the stream by rows, not by bytes."""
        for tally, column in zip(self._tallies, batch.columns, strict=True):
            token.check()
            tally.update(column)
        self._copies.update(batch)

    def columns(self) -> tuple[ColumnSummary, ...]:
        """One summary a column, in order."""
        return tuple(
            self._guessed(tally, tally.summary(field.name, self._units.get(field.name, "")))
            for tally, field in zip(self._tallies, self._schema, strict=True)
        )

    @staticmethod
    def _guessed(tally: NumberTally | TextTally | BlockTally, summary: ColumnSummary) -> ColumnSummary:
        """The summary with the unit that a clinical column's values look like."""
        quantity = plausible.quantity_of(summary.name)
        if summary.unit or quantity is None or not isinstance(tally, NumberTally) or not tally.count:
            return summary
        scale, guessed = plausible.likely(quantity, "", tally.histogram.quantile(0.5))
        return replace(summary, guess=scale.unit) if scale is not None and guessed else summary

    def findings(self) -> tuple[Finding, ...]:
        """What the values show: empty and constant columns, many missing, far outliers, values that no patient can have."""
        found: list[Finding] = []
        for tally, summary in zip(self._tallies, self.columns(), strict=True):
            name = summary.name
            if summary.kind == "empty":
                found.append(Finding("warning", "empty-column", name))
                continue
            if summary.distinct == 1 and summary.rows > 1:
                found.append(Finding("warning", "one-value", name))
            if summary.missing > _MANY_MISSING * summary.rows:
                fields = {"count": summary.missing, "rows": summary.rows, "percent": round(100 * summary.missing / summary.rows)}
                found.append(Finding("warning", "many-missing", name, fields))
            if isinstance(tally, NumberTally) and (far := _outliers(tally)):
                count, low, high = far
                found.append(Finding("warning", "outliers", name, {"count": count, "low": _round(low), "high": _round(high)}))
            if isinstance(tally, NumberTally):
                for code, count in tally.codes.suspected():
                    found.append(Finding("warning", "codes-suspected", name, {"count": count, "code": f"{code:g}"}))
                found += _implausible(name, summary.unit, tally)
        if copies := self._copies.count():
            found.append(Finding("warning", "duplicate-rows", fields={"count": copies}))
        return tuple(found)


def _tally_of(column: pa.Field) -> NumberTally | TextTally | BlockTally:
    if (block := blocks.block_of(column)) is not None:
        return BlockTally(block)
    return NumberTally() if pa.types.is_floating(column.type) else TextTally()


def _row_hashes(batch: pa.RecordBatch | pa.Table) -> NDArray[np.uint64]:
    hashes = np.zeros(batch.num_rows, dtype=np.uint64)
    for column in batch.columns:
        plain = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        hashes = (hashes ^ _hashed(plain)) * _MULTIPLIER
        hashes ^= hashes >> np.uint64(29)
    return hashes


def _hashed(column: pa.Array) -> NDArray[np.uint64]:
    """One number a cell, equal for equal cells, the same for every missing one."""
    if pa.types.is_struct(column.type):  # a block
        contents = (None if data is None else bytes(data) for data in (scalar.as_buffer() for scalar in column.field("data")))
        return np.array([0 if data is None else hash(data) for data in contents], dtype=np.int64).view(np.uint64)
    if pa.types.is_floating(column.type):
        values = np.asarray(column.fill_null(np.nan), dtype=np.float64) + 0.0  # -0.0 is 0.0
        return values.view(np.uint64)
    encoded = column.dictionary_encode()
    known = np.append(_text_hashes(encoded.dictionary), np.uint64(0))
    return known[np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)]


@functools.cache
def _powers() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Powers of an odd number modulo 2**64, and of its inverse."""
    found = []
    for base in (_BASE, pow(_BASE, -1, 1 << 64)):
        steps = np.full(_PIECE_BYTES + 1, base, dtype=np.uint64)
        steps[0] = 1
        found.append(np.multiply.accumulate(steps))
    return found[0], found[1]


def _text_hashes(texts: pa.StringArray) -> NDArray[np.uint64]:
    """A polynomial of the bytes of each text, of many texts at once; of a text that is longer than a piece, of its beginning."""
    _, offsets, data = texts.buffers()
    ends = np.frombuffer(offsets, dtype=np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    lengths = np.diff(ends)
    hashes = np.zeros(len(texts), dtype=np.uint64)
    powers, inverse = _powers()
    first = 0
    while first < len(texts):
        last = max(first + 1, int(np.searchsorted(ends, ends[first] + _PIECE_BYTES, side="right")) - 1)
        begins = ends[first:last] - ends[first]
        stops = np.minimum(begins + lengths[first:last], _PIECE_BYTES)
        content = np.frombuffer(data or b"", dtype=np.uint8)[ends[first] : ends[first] + int(stops[-1])].astype(np.uint64) + np.uint64(1)
        sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(content * powers[: len(content)], dtype=np.uint64)])
        hashes[first:last] = (sums[stops] - sums[begins]) * inverse[begins]
        first = last
    mixed = (hashes + lengths.astype(np.uint64) + np.uint64(1)) * _MULTIPLIER
    mixed ^= mixed >> np.uint64(32)
    result: NDArray[np.uint64] = mixed * _MULTIPLIER
    return result


def _outliers(tally: NumberTally) -> tuple[int, float, float] | None:
    """Values more than five interquartile ranges outside the quartiles (seven standard deviations), and these limits, when they are few."""
    if tally.count < 20:
        return None
    lower, upper = tally.histogram.quantile(0.25), tally.histogram.quantile(0.75)
    reach = 5 * (upper - lower)
    count = tally.histogram.beyond(lower - reach, upper + reach)
    return (count, lower - reach, upper + reach) if 0 < count <= max(1, _OUTLIER_SHARE * tally.count) else None


def _implausible(name: str, unit: str, tally: NumberTally) -> list[Finding]:
    """Values that no patient can have, where the column's name says what it holds; and the unit that was guessed."""
    quantity = plausible.quantity_of(name)
    if quantity is None or not tally.count:
        return []
    scale, guessed = plausible.likely(quantity, unit, tally.histogram.quantile(0.5))
    if scale is None:
        units = ", ".join(other.unit for other in quantity.scales)
        return [Finding("warning", "unit-unclear", name, {"units": units})] if not unit else []
    found = []
    if guessed and len(quantity.scales) > 1:
        found.append(Finding("info", "unit-guessed", name, {"unit": scale.unit}))
    if tally.low < scale.low or tally.high > scale.high:
        count = max(1, tally.histogram.beyond(scale.low, scale.high))
        found.append(Finding("warning", "impossible", name, {"count": count, "low": scale.low, "high": scale.high, "unit": scale.unit}))
    return found


def _round(limit: float) -> float:
    """A limit with three digits: it is a rule of thumb."""
    return float(f"{limit:.3g}")
