# SPDX-License-Identifier: Apache-2.0
"""Arrays in tables: what goes into a column comes out of it, through the vault too, and is summarised by its numbers."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from engine.records import blocks
from engine.records.blocks import Block
from engine.records.memory import MemoryTable

IMAGE = Block("image", "uint16", bytes=24, attributes={"window": "40"})


@given(
    dtype=st.sampled_from(blocks.DTYPES),
    shapes=st.lists(st.none() | hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4), max_size=5),
    data=st.data(),
)
def test_cells_and_arrays_are_inverse(dtype: str, shapes: list[tuple[int, ...] | None], data: st.DataObject) -> None:
    block = Block("signal", dtype)
    given_arrays = [None if shape is None else data.draw(hnp.arrays(np.dtype(dtype), shape)) for shape in shapes]
    back = blocks.arrays(blocks.cells(given_arrays, block), block)
    assert len(back) == len(given_arrays)
    for one, other in zip(given_arrays, back, strict=True):
        assert (one is None) == (other is None)
        if one is not None and other is not None:
            assert one.shape == other.shape
            assert one.tobytes() == other.tobytes()


def test_another_dtype_is_refused() -> None:
    with pytest.raises(ValueError, match="float32"):
        blocks.cells([np.zeros(2, np.float32)], IMAGE)


def test_a_field_says_what_it_holds() -> None:
    block = Block("expression", "float32", ("BRCA1", "TP53"), 8, {"scale": "log2"})
    assert blocks.block_of(blocks.field_of("genes", block)) == block
    assert blocks.block_of(pa.field("age", pa.float64())) is None


def test_row_groups_keep_within_their_size() -> None:
    schema = pa.schema([pa.field("id", pa.string()), blocks.field_of("scan", Block("image", "int16", bytes=1 << 20))])
    assert blocks.group_rows(schema, 1 << 16) == 64
    assert blocks.group_rows(pa.schema([pa.field("id", pa.string())]), 1 << 16) == 1 << 16


def scans() -> tuple[MemoryTable, list[np.ndarray | None]]:
    pictures = [np.arange(12, dtype=np.uint16).reshape(3, 4), None, np.full((5, 2), 7, dtype=np.uint16)]
    schema = pa.schema([pa.field("patient", pa.string()), blocks.field_of("scan", IMAGE)])
    return MemoryTable(pa.table([pa.array(["a", "b", "c"]), blocks.cells(pictures, IMAGE)], schema=schema)), pictures


def test_the_vault_keeps_arrays(home) -> None:
    table, pictures = scans()
    version = home.vault.import_survey(table, "scans", "scans")
    summary = version.columns[1]
    assert (summary.kind, summary.shape, summary.missing, summary.rows) == ("image", (5, 4), 1, 3)
    assert (summary.minimum, summary.maximum) == (0.0, 11.0)
    assert home.vault.version(version.dataset).columns == version.columns
    with home.vault.open_table(version.dataset) as opened:
        assert opened.blocks == {"scan": IMAGE}
        assert opened.window(0, 3).column("scan").to_pylist() == ["3 × 4", None, "5 × 2"]
        for row, picture in enumerate(pictures):
            array = opened.array("scan", row)
            assert (array is None) == (picture is None)
            assert picture is None or np.array_equal(array, picture)
        with pytest.raises(IndexError):
            opened.array("scan", 3)
        with pytest.raises(KeyError):
            opened.array("patient", 0)
        back = blocks.arrays(opened.columns(["scan"]).column(0), IMAGE)
    assert [None if array is None else array.shape for array in back] == [(3, 4), None, (5, 2)]


def test_equal_arrays_are_equal_rows(home) -> None:
    cells = blocks.cells([np.zeros((2, 2), np.uint16), np.zeros((2, 2), np.uint16), np.ones((2, 2), np.uint16)], IMAGE)
    plain = [pa.field(name, pa.string()) for name in "xyz"]
    table = pa.table([pa.array(["1"] * 3)] * 3 + [cells], schema=pa.schema([*plain, blocks.field_of("scan", IMAGE)]))
    found = {finding.code: finding.fields for finding in home.vault.import_survey(MemoryTable(table), "t", "t").findings}
    assert found["duplicate-rows"] == {"count": 1}


def test_only_known_kinds_of_array() -> None:
    with pytest.raises(ValueError, match="film"):
        Block("film", "uint8")
