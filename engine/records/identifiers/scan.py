# SPDX-License-Identifier: Apache-2.0
"""Every cell of a data set looked at, group by group of rows, in memory that does not grow with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace

import pyarrow as pa

from engine.records.describe import ColumnSummary
from engine.records.identifiers import headers
from engine.records.identifiers.columns import Cells, ColumnScan, Hit, masks_of
from engine.records.identifiers.flat import flat_column
from engine.values import Token

RULES = 1
"""Grows with the rules: what was looked at by older ones is looked at again."""
_CODED = ("record", "other")


@dataclass(frozen=True)
class Report:
    """What a scan found. ``key``: the column that tells patients apart, empty when none seems to."""

    rules: int
    rows: int
    cells: int
    key: str
    hits: tuple[Hit, ...]


def scan(batches: Iterable[pa.Table], summaries: Iterable[ColumnSummary], rows: int, token: Token) -> Report:
    """Looks at every cell of the number and text columns; block columns hold no text.

    Args:
        batches: the rows in order, in tables of one chunk a column.
        summaries: of all columns, in order.
        rows: of all batches, for the progress.
        token: asked for every batch of every column.
    """
    described = {summary.name: summary for summary in summaries}
    scans: dict[str, ColumnScan] = {}
    done = 0
    for table in batches:
        taken: list[tuple[ColumnScan, Cells]] = []
        for name, column in zip(table.column_names, table.columns, strict=True):
            token.check()
            if name not in scans:
                scans[name] = ColumnScan(name, described[name].unit)
            taken += [(scans[name], cells) for chunk in column.chunks if (cells := scans[name].take(chunk)) is not None]
        _look(taken, token)
        done += table.num_rows
        token.progress(done / max(1, rows))
    key = key_column(described.values())
    hits = tuple(hit for name, found in scans.items() for hit in found.hits(described[name]))
    return Report(RULES, done, done * len(scans), key, hits)


def _look(taken: list[tuple[ColumnScan, Cells]], token: Token) -> None:
    """Looks at the texts of all columns together."""
    if not taken:
        return
    texts = flat_column(pa.concat_arrays([cells.texts for _, cells in taken]))
    masks = masks_of(texts, token)
    at = 0
    for column, cells in taken:
        end = at + len(cells.texts)
        column.look(replace(cells, texts=texts.slice(at, end - at)), masks.slice(at, end), token)
        at = end


def key_column(summaries: Iterable[ColumnSummary]) -> str:
    """The column that tells patients apart by its name: one of record numbers before one of other numbers."""
    candidates = [
        (header.kind != "record", not header.sure, place, summary.name)
        for place, summary in enumerate(summaries)
        if (header := headers.read(summary.name)) is not None and header.key and summary.distinct > 2
    ]
    return min(candidates)[3] if candidates else ""


def names_of(summaries: Iterable[ColumnSummary]) -> Iterator[str]:
    """The columns that are looked at."""
    return (summary.name for summary in summaries if summary.kind in ("numeric", "flag", "category", "text"))


def to_json(report: Report) -> str:
    """The report as text for the store; it holds no value."""
    return json.dumps(asdict(report), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Report:
    """What ``to_json`` wrote."""
    said = json.loads(text)
    return Report(**{**said, "hits": tuple(Hit(**{**hit, "rows": tuple(hit["rows"])}) for hit in said["hits"])})
