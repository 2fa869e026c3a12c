# SPDX-License-Identifier: Apache-2.0
"""Texts made to stall or to break the search: it answers, in time that grows with the text and no faster."""

from __future__ import annotations

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import Cancelled
from engine.records.describe import Description
from engine.records.identifiers import scan
from engine.records.identifiers.flat import flat
from engine.records.identifiers.text import spans, without
from engine.values import NoToken
from tests.engine.records.identifiers.conftest import scanned

PIECES = (
    "1", "-1", "a@", "@a.", "1.1.", "0:", "A", "Aa ", "Mr. ", "张", "患者张", "路1号", "(", "+86 ", "2020-01-0", "https://", "MRN: ", "身份证号", "1 ", "ab-", "市区县", "\u200b", "１", "\u202e", "😀", "\x00", "12 Oak ", "John ", "4111 ",
)  # fmt: skip


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_a_long_repetition_is_answered(piece: str) -> None:
    """A pattern that tries every end at every place would need 10⁹ steps, and more than the test is given."""
    spans(flat(piece * 30_000))


def test_a_field_of_fifty_megabytes() -> None:
    text = "患者因反复胸闷入院。No chest pain 120/80. " * 1_000_000
    assert len(text.encode()) > 50_000_000
    report = scanned({"notes": [text + "Dr. Robert Hughes", "ok"]})
    assert [(hit.kind, hit.rows) for hit in report.hits] == [("name", (0,))]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=40).map("".join))
def test_any_text_is_answered(text: str) -> None:
    clean, found = without(text)
    assert all(0 <= span.start < span.end <= len(flat(text)) for span in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    if not found:
        assert clean == flat(text)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.none() | st.text(max_size=30) | st.sampled_from(("13812345678", "John Smith", "张伟", "2020-01-02")), min_size=1, max_size=40
    ),
    st.sampled_from(("x", "姓名", "phone", "date", "age", "id")),
)
def test_any_column_is_answered(cells: list[str | None], name: str) -> None:
    report = scanned({name: cells} if any(cells) else {name: pa.array(cells, pa.string())}, group=7)
    for hit in report.hits:
        assert 0 < hit.count <= hit.present <= len(cells)
        assert all(0 <= row < len(cells) and cells[row] is not None for row in hit.rows)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.none() | st.floats(-1e100, 1e100), min_size=1, max_size=40))
def test_any_numbers_are_answered(cells: list[float | None]) -> None:
    scanned(pa.table({"phone": pa.array(cells, pa.float64())}))


def test_cancelled_at_any_look() -> None:
    table = pa.table({"notes": ["Dr. Robert Hughes called 13812345678"] * 3000, "n": [float(row) for row in range(3000)]})
    description = Description(table.schema, {})
    for batch in table.to_batches():
        description.update(batch, NoToken())

    class Stop(NoToken):
        def __init__(self, looks: int) -> None:
            self.looks = looks

        def check(self) -> None:
            self.looks -= 1
            if self.looks < 0:
                raise Cancelled

    counted = Stop(10**9)
    scan.scan([table], description.columns(), 3000, counted)
    for looks in range(0, 10**9 - counted.looks, 3):
        with pytest.raises(Cancelled):
            scan.scan([table], description.columns(), 3000, Stop(looks))
