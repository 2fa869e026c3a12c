# SPDX-License-Identifier: Apache-2.0
"""Summaries equal what numpy says of the whole column, whatever the chunks."""

from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.describe import Description
from engine.records.loader import Finding
from engine.records.tallies import BARS, DISTINCT_LIMIT, ColumnSummary, Histogram
from engine.values import NoToken

number = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e12, max_value=1e12)


def described(table: pa.Table, rows: int = 1 << 16) -> tuple[tuple[ColumnSummary, ...], tuple[Finding, ...]]:
    description = Description(table.schema, {"x": "kPa"})
    for batch in table.combine_chunks().to_batches(max_chunksize=rows):
        description.update(batch, NoToken())
    return description.columns(), description.findings()


def one(values: list[object], kind: pa.DataType, rows: int = 1 << 16) -> ColumnSummary:
    return described(pa.table({"x": pa.array(values, kind)}), rows)[0][0]


@given(values=st.lists(st.one_of(st.none(), number), min_size=1, max_size=80), rows=st.integers(1, 80))
def test_numbers(values: list[float | None], rows: int) -> None:
    summary = one(values, pa.float64(), rows)
    present = np.array([value for value in values if value is not None])
    assert (summary.rows, summary.missing, summary.unit) == (len(values), len(values) - len(present), "kPa")
    if not len(present):
        assert summary.kind == "empty"
        return
    assert (summary.minimum, summary.maximum) == (present.min(), present.max())
    assert summary.distinct == len(np.unique(present))
    scale = max(1.0, float(np.abs(present).max()))
    assert summary.mean == pytest.approx(present.mean(), abs=1e-9 * scale)
    if len(present) > 1:
        assert summary.std == pytest.approx(present.std(ddof=1), abs=1e-6 * scale)
    assert sum(bar.count for bar in summary.bars) == len(present)
    assert len(summary.bars) <= BARS


@given(values=st.lists(number, min_size=1, max_size=80), cut=st.integers(1, 79))
def test_histograms_forget_the_order(values: list[float], cut: int) -> None:
    whole, parts = Histogram(), Histogram()
    whole.add(np.array(values))
    for part in (values[cut:], values[:cut]):
        if part:
            parts.add(np.array(part))
    assert parts.bars() == whole.bars()
    for bar in whole.bars():
        inside = [value for value in values if bar.low <= value < bar.high]
        assert len(inside) == bar.count


def test_quantiles_lie_within_a_bin() -> None:
    values = np.random.default_rng(1).normal(120, 15, 20_000)
    histogram = Histogram()
    for part in np.array_split(values, 7):
        histogram.add(part)
    for share in (0.05, 0.25, 0.5, 0.75, 0.95):
        assert histogram.quantile(share) == pytest.approx(np.quantile(values, share), abs=0.3)


def test_categories_are_counted() -> None:
    summary = one(["b", "a", None, "b", "c", "a", "b"] * 9, pa.string(), 4)
    assert (summary.kind, summary.distinct, summary.missing) == ("category", 3, 9)
    assert [(bar.label, bar.count) for bar in summary.bars] == [("b", 27), ("a", 18), ("c", 9)]


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        (["Yes", "no", "yes"] * 9, pa.string(), "category"),
        (["Yes", "No"] * 9, pa.string(), "flag"),
        (["是", "否", None] * 9, pa.string(), "flag"),
        ([0.0, 1.0, 1.0], pa.float64(), "flag"),
        ([0.0, 2.0, 1.0], pa.float64(), "numeric"),
        ([f"record {row}" for row in range(40)], pa.string(), "text"),
        ([None, None], pa.string(), "empty"),
        ([None, None], pa.float64(), "empty"),
    ],
)
def test_kinds(values: list[object], kind: pa.DataType, expected: str) -> None:
    assert one(values, kind).kind == expected


def test_flag_of_numbers_has_two_bars() -> None:
    summary = one([0.0, 1.0, 1.0, None], pa.float64())
    assert [(bar.label, bar.count) for bar in summary.bars] == [("0", 1), ("1", 2)]


def test_many_distinct_values_are_a_lower_bound() -> None:
    count = DISTINCT_LIMIT + 5
    for values, kind in (([float(row) for row in range(count)], pa.float64()), ([f"k{row}" for row in range(count)], pa.string())):
        summary = one(values, kind, 1000)
        assert (summary.distinct, summary.distinct_exact) == (DISTINCT_LIMIT, False)


def test_findings() -> None:
    normal = np.random.default_rng(2).normal(120, 15, 400).round()
    slipped = normal.copy()
    slipped[7] = 12000.0
    table = pa.table(
        {
            "fine": pa.array(normal),
            "record": pa.array([f"P{row}" for row in range(400)]),
            "slip of the keyboard": pa.array(slipped),
            "constant": pa.array(["ward 3"] * 400),
            "rare": pa.array([None if row % 3 else 1.5 * row for row in range(400)], pa.float64()),
            "nothing": pa.array([None] * 400, pa.string()),
        }
    )
    found = {finding.column: finding for finding in described(table)[1]}
    assert {column: finding.code for column, finding in found.items()} == {
        "slip of the keyboard": "outliers",
        "constant": "one-value",
        "rare": "many-missing",
        "nothing": "empty-column",
    }
    assert found["slip of the keyboard"].fields["count"] == 1
    assert found["rare"].fields == {"count": 266, "rows": 400, "percent": 66}


def test_a_long_tail_is_no_outlier() -> None:
    values = np.random.default_rng(3).lognormal(0, 2, 5000)
    assert not described(pa.table({"x": values}))[1]


def test_extreme_magnitudes_do_not_break_the_bins() -> None:
    for values in ([1e300, -1e300], [5e-324, 1e-300], [0.0, 1e-310, 1e300], [1e16, 1e16 + 2]):
        summary = one(values, pa.float64(), 1)
        assert sum(bar.count for bar in summary.bars) == len(values)
        assert all(math.isfinite(bar.low) and math.isfinite(bar.high) for bar in summary.bars)


def test_copies_of_rows_are_counted() -> None:
    rows = [(float(row), f"t{row}", None if row % 2 else 1.0, "same") for row in range(500)]
    copies = [rows[3], rows[7], rows[3]]
    columns = list(zip(*(rows + copies), strict=True))
    kinds = (pa.float64(), pa.string(), pa.float64(), pa.string())
    table = pa.table([pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)], names=list("abcd"))
    found = {finding.code: finding for finding in described(table, 100)[1]}
    assert found["duplicate-rows"].fields == {"count": 3}
    assert "duplicate-rows" not in {finding.code for finding in described(table.slice(0, 500))[1]}
    assert "duplicate-rows" not in {finding.code for finding in described(table.select(["a", "d"]))[1]}
