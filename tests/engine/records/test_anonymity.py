# SPDX-License-Identifier: Apache-2.0
"""k-anonymity against a count by hand."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from engine.records import anonymity
from engine.records.describe import ColumnSummary, Description
from engine.values import NoToken


def summaries(table: pa.Table) -> tuple[ColumnSummary, ...]:
    description = Description(table.schema, {})
    for batch in table.to_batches():
        description.update(batch, NoToken())
    return description.columns()


def table(rows: int = 400) -> pa.Table:
    draw = np.random.default_rng(7)
    return pa.table(
        {
            "record_no": [f"P{row // 2}" for row in range(rows)],  # two visits a patient
            "age": draw.integers(20, 90, rows).astype(float),
            "sex": [("F", "M", None)[n] for n in draw.integers(0, 3, rows)],
            "zip": [f"{n}" for n in draw.integers(94000, 96000, rows)],
            "admitted date": [f"{2018 + n}-03-{1 + n % 27:02d}" for n in draw.integers(0, 3, rows)],
            "systolic": draw.normal(120, 10, rows),
            "outcome": [("no", "yes", "died")[n] for n in draw.integers(0, 3, rows)],
        }
    )


def test_columns_that_others_may_know_are_chosen() -> None:
    made = table()
    assert anonymity.chosen(summaries(made), "record_no") == ("age", "sex", "zip", "admitted date")
    assert anonymity.outcome_of(summaries(made), ("age",)) == "outcome"


def test_the_counts_are_those_of_a_count_by_hand_whatever_the_groups() -> None:
    made = table()
    rows = made.to_pylist()
    first = {row["record_no"]: row for row in reversed(rows)}.values()

    def like(row: dict[str, object]) -> tuple[object, ...]:
        return (int(str(row["age"])[:-2]) // 10, row["sex"], str(row["zip"])[:2], str(row["admitted date"])[:4])

    groups = Counter(like(row) for row in first)
    varied = min(len({row["outcome"] for row in first if like(row) == group}) for group in groups)
    for size in (7, 100, 400):
        batches = [made.slice(start, size) for start in range(0, 400, size)]
        found = anonymity.measure(batches, ("age", "sex", "zip", "admitted date"), "record_no", "outcome", NoToken())
        assert found is not None
        assert (found.patients, found.groups, found.smallest) == (200, len(groups), min(groups.values()))
        assert found.few == sum(count for count in groups.values() if count < 5)
        assert found.varied == varied
        assert sum(size[2] for size in found.sizes) == found.groups
        assert sum(size[3] for size in found.sizes) == 200


def test_everybody_alike() -> None:
    made = pa.table({"sex": ["F"] * 50, "x": [1.0] * 50})
    found = anonymity.measure([made], ("sex",), "", "", NoToken())
    assert found is not None
    assert (found.smallest, found.few, found.groups) == (50, 0, 1)
    assert anonymity.measure([made], (), "", "", NoToken()) is None
    assert anonymity.measure([made.slice(0, 0)], ("sex",), "", "", NoToken()) is None
