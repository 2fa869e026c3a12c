# SPDX-License-Identifier: Apache-2.0
"""A scan of columns given in place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pytest

from engine.records.describe import Description
from engine.records.identifiers import scan
from engine.records.identifiers.scan import Report
from engine.values import NoToken

Columns = Mapping[str, Sequence[object]]


def scanned(columns: Columns | pa.Table, group: int = 100, units: Mapping[str, str] | None = None) -> Report:
    """What a scan of a table finds, its rows in groups as the vault hands them out."""
    table = columns if isinstance(columns, pa.Table) else pa.table({name: pa.array(list(cells)) for name, cells in columns.items()})
    description = Description(table.schema, units or {})
    for batch in table.to_batches():
        description.update(batch, NoToken())
    groups = [table.slice(start, group).combine_chunks() for start in range(0, table.num_rows, group)]
    return scan.scan(groups, description.columns(), table.num_rows, NoToken())


@pytest.fixture(name="scanned")
def scanned_fixture() -> Callable[..., Report]:
    return scanned
