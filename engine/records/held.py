# SPDX-License-Identifier: Apache-2.0
"""The survey of a source that is small enough to be read whole at once: its table waits in memory for ``batches``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from engine.errors import WardroundError
from engine.records import headers
from engine.records.loader import Finding, Part
from engine.values import Token

_BATCH_CELLS = 1 << 20


@dataclass(frozen=True)
class HeldSurvey:
    """See ``loader.Survey``.

    ``hashed``: the source's SHA-256 now, by which ``batches`` sees whether it is still the one that was surveyed.
    """

    path: Path
    format: str
    table: pa.Table
    findings: tuple[Finding, ...]
    source_sha256: str
    hashed: Callable[[Path, Token], str]
    said_units: Mapping[str, str] | None = None

    @property
    def schema(self) -> pa.Schema:
        """Of the table."""
        return self.table.schema

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit: what the file says, else what the name has in brackets."""
        named = {name: unit for name in self.table.column_names if (unit := headers.split_unit(name)[1])}
        return {**named, **(self.said_units or {})}

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return int(self.table.num_rows)

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        if self.hashed(self.path, Part(token, 0.0, 0.5)) != self.source_sha256:
            raise WardroundError("E-DATA-10", file=self.path.name)
        rest = Part(token, 0.5, 1.0)
        done = 0
        for batch in self.table.to_batches(max_chunksize=max(1, _BATCH_CELLS // max(1, self.table.num_columns))):
            rest.check()
            done += batch.num_rows
            rest.progress(done / self.rows)
            yield batch
