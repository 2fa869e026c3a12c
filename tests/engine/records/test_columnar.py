# SPDX-License-Identifier: Apache-2.0
"""Arrow and Feather files: what other programs write, and damage in any byte."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars
import pyarrow as pa
import pyarrow.ipc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import loaders
from engine.values import NoToken


def read(path: Path) -> dict[str, list[object]]:
    survey = loaders.survey(path)
    found: dict[str, list[object]] = pa.Table.from_batches(survey.batches(NoToken()), survey.schema).to_pydict()
    return found


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_feather_as_polars_writes_it(tmp_path: Path, compression: str) -> None:
    path = tmp_path / "a.feather"
    frame = polars.DataFrame(
        {"id": ["a", "b"], "n": [1, None], "day": [datetime.date(2024, 1, 31), None], "kind": ["x", "y"], "yes": [True, None]}
    )
    frame.with_columns(polars.col("kind").cast(polars.Categorical), polars.col("id").cast(polars.String)).write_ipc(
        path, compression=compression, compat_level=polars.CompatLevel.oldest()
    )
    assert loaders.loader_for(path).format == "arrow"
    assert read(path) == {"id": ["a", "b"], "n": [1.0, None], "day": ["2024-01-31", None], "kind": ["x", "y"], "yes": ["true", None]}


def test_a_column_of_lists_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    table = pa.table({"id": ["a"], "many": [[1, 2]]})
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table)
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path)
    assert (caught.value.code, caught.value.fields["column"]) == ("E-DATA-15", "many")


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([None, "lz4", "zstd"]), st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=6))
def test_any_damage_is_a_sentence(tmp_path_factory: pytest.TempPathFactory, compression: str | None, damage: list[tuple[int, int]]) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.arrow"
    table = pa.table(
        {"id": [f"P{n}" for n in range(50)], "x": [n / 2 for n in range(50)], "kind": pa.array(["a", None] * 25).dictionary_encode()}
    )
    with pa.ipc.new_file(path, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as writer:
        writer.write_table(table, max_chunksize=20)
    content = bytearray(path.read_bytes())
    for at, byte in damage:
        content[at % len(content)] = byte
    path.write_bytes(content)
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right
