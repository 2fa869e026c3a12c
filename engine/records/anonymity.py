# SPDX-License-Identifier: Apache-2.0
"""k-anonymity: how many patients share what others could know of a patient (age band, sex, postcode area, year of admission …).

k is the size of the smallest group of patients who are alike in all of that (Sweeney 2002); l, how many different outcomes the least
varied group has (Machanavajjhala et al. 2007). Counts of patients only: no value leaves here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records.describe import ColumnSummary
from engine.records.identifiers import headers
from engine.values import Token

K = 5
_BAND = 10  # years of age
_MOST = 6  # columns chosen by themselves: with more, every patient is a group of one
_KNOWN = re.compile(
    r"\b(?:sex|gender|race|ethnic\w*|marital ?\w*|occupation|job|education|religion|nationality|country|region|province|state|insurance"
    r"|language|parity)\b|性别|民族|婚姻|职业|文化程度|学历|国籍|宗教|省份|地区"
)
_OUTCOME = re.compile(
    r"\b(?:outcome|status|death|dead|died|mortality|event|diagnosis|relapse|readmi\w+|label|target|class)\b|结局|死亡|转归|诊断|预后|复发"
)
_YEAR = re.compile(r"\byear\b|年份|年度")


@dataclass(frozen=True)
class Anonymity:
    """``columns``: by which patients were grouped; ``smallest``: patients in the smallest group; ``few``: in groups of fewer than K.

    ``sizes``: (least, most, groups, patients) for groups of one, of two to four, of five to nine, and larger (most 0: no limit).
    ``outcome``: the column whose variety was counted, empty for none; ``varied``: different outcomes in the least varied group.
    """

    columns: tuple[str, ...]
    patients: int
    groups: int
    smallest: int
    few: int
    sizes: tuple[tuple[int, int, int, int], ...]
    outcome: str = ""
    varied: int = 0


def chosen(summaries: Iterable[ColumnSummary], key: str) -> tuple[str, ...]:
    """The columns that others may know of a patient, by their names."""
    return tuple(summary.name for summary in summaries if summary.name != key and summary.distinct > 1 and _role(summary))[:_MOST]


def outcome_of(summaries: Iterable[ColumnSummary], taken: Sequence[str]) -> str:
    """The column that looks like an outcome; empty for none."""
    found = [s.name for s in summaries if s.name not in taken and s.kind in ("flag", "category") and _OUTCOME.search(headers.words(s.name))]
    return found[0] if found else ""


def measure(batches: Iterable[pa.Table], columns: Sequence[str], key: str, outcome: str, token: Token) -> Anonymity | None:
    """Groups the patients; None without columns or patients.

    Args:
        batches: the rows in order, with these columns.
        columns: by which to group; ages in bands of ten years, dates by year, postcodes by their first two places.
        key: the patient's column: of each patient the first row counts; empty: each row is a patient.
        outcome: whose variety is counted; empty for none.
        token: asked for every batch.
    """
    if not columns:
        return None
    codes: dict[str, dict[str | None, int]] = {name: {} for name in (*columns, *([outcome] if outcome else []))}
    parts: list[NDArray[np.int32]] = []
    patients: list[NDArray[np.int64]] = []
    for table in batches:
        token.check()
        parts.append(np.stack([_coded(name, table.column(name), known) for name, known in codes.items()], axis=1))
        if key:
            patients.append(np.fromiter((hash(text) for text in table.column(key).to_pylist()), dtype=np.int64, count=table.num_rows))
    rows = np.concatenate(parts) if parts else np.empty((0, len(codes)), dtype=np.int32)
    if key and len(rows):
        rows = rows[np.unique(np.concatenate(patients), return_index=True)[1]]
    if not len(rows):
        return None
    token.check()
    group, sizes = _grouped(rows[:, : len(columns)])
    varied = 0
    if outcome:
        pairs = np.unique(np.stack([group, rows[:, -1]], axis=1), axis=0)
        varied = int(np.bincount(pairs[:, 0]).min())
    classes = []
    for least, most in ((1, 1), (2, K - 1), (K, 9), (10, 0)):
        inside = sizes[(sizes >= least) & ((sizes <= most) | (most == 0))]
        classes.append((least, most, len(inside), int(inside.sum())))
    return Anonymity(tuple(columns), len(rows), len(sizes), int(sizes.min()), int(sizes[sizes < K].sum()), tuple(classes), outcome, varied)


def _role(summary: ColumnSummary) -> bool:
    said = headers.words(summary.name)
    header = headers.read(summary.name)
    if header is not None and header.kind in ("age", "postcode", "place", "date"):
        return summary.kind != "empty"
    return (bool(_KNOWN.search(said)) and summary.distinct <= 200) or bool(_YEAR.search(said))


def _grouped(rows: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rows,) the group of each row, and (groups,) their sizes."""
    group = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        group = np.unique(group * (int(column.max()) + 1) + column, return_inverse=True)[1]
    return group, np.bincount(group)


def _coded(name: str, column: pa.ChunkedArray, known: dict[str | None, int]) -> NDArray[np.int32]:
    """(rows,) a number for each value, the same for the same value in every batch."""
    encoded = _coarse(name, column).combine_chunks().dictionary_encode(null_encoding="encode")
    encoded = encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded
    numbers = np.array([known.setdefault(value, len(known)) for value in encoded.dictionary.to_pylist()] or [0], dtype=np.int32)
    return numbers[np.asarray(encoded.indices, dtype=np.int64)]


def _coarse(name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """What others would know of it."""
    header = headers.read(name)
    kind = header.kind if header is not None else ""
    if pa.types.is_floating(column.type):
        if kind == "age":
            return pc.floor(pc.divide(column, float(_BAND)))
        return pc.floor(pc.divide(column, 10_000.0)) if kind in ("postcode", "date") else column
    if kind == "date":
        return pc.struct_field(pc.extract_regex(column, r"(?P<year>(?:18|19|20)[0-9]{2})"), "year")
    return pc.utf8_slice_codeunits(column, 0, 2) if kind == "postcode" else column
