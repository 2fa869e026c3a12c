# SPDX-License-Identifier: Apache-2.0
"""What only shows once a person says which column is the outcome and which the patient: balance, leaks, copies, subgroups.

A leak is a column that gives the outcome away: a discharge code, a treatment that only the sick get, the outcome under another
name. One column alone separates the classes of real records rarely this well; such a one is named for a person to judge.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records.fitting import patient_ids
from engine.records.headers import plain, split_unit
from engine.records.loader import MAX_ROWS_NAMED, Finding
from engine.records.plausible import quantity_of
from engine.records.table import Reader
from engine.records.tallies import CATEGORY_LIMIT
from engine.values import Token

LEAK = 0.99
"""Share of the rows that a column alone sorts into the right class, above which it is named."""
_LEAST_ROWS = 30
_FEW = 10  # patients of a class or subgroup, below which nothing can be judged
_SCARCE = 0.05
_AGE_BANDS = ((0, 18), (18, 40), (40, 65), (65, 80), (80, 200))
_SEX = {plain(name) for name in ("sex", "gender", "性别")}


@dataclass(frozen=True)
class Subgroup:
    """Rows of one subgroup and how many have each outcome. ``kind`` sex | age; ``label`` as in the file, or "40–65"."""

    kind: str
    label: str
    rows: int
    outcomes: tuple[int, ...]


@dataclass(frozen=True)
class Inspection:
    """``classes`` and ``counts``: the outcome's values and their rows, most frequent first."""

    classes: tuple[str, ...]
    counts: tuple[int, ...]
    patients: int
    subgroups: tuple[Subgroup, ...]
    findings: tuple[Finding, ...]


def inspect(reader: Reader, outcome: str, patient: str, token: Token) -> Inspection:
    """Looks at a table with an outcome in mind.

    Args:
        reader: the table.
        outcome: the column with the outcome: few values.
        patient: the column with the patient id; "" where each row is a patient.
        token: progress and cancelling.

    Raises:
        WardroundError: E-DATA-40 no such column, or an outcome of more than CATEGORY_LIMIT values.
    """
    names = [summary.name for summary in reader.summaries]
    for column in (outcome, patient):
        if column and column not in names:
            raise WardroundError("E-DATA-40", column=column)
    labels, classes = _codes(_array(reader, outcome, token))
    if not 0 < len(classes) <= CATEGORY_LIMIT:
        raise WardroundError("E-DATA-40", column=outcome)
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    order = np.lexsort((np.arange(len(classes)), -counts))
    findings: list[Finding] = []
    findings += _balance(outcome, counts, int((labels < 0).sum()))
    patients, found = _patients(reader, patient, labels, token)
    findings += found
    others = [name for name in names if name not in (outcome, patient)]
    for number, name in enumerate(others):
        token.check()
        token.progress((number + 1) / max(1, len(others)))
        findings += _leak(name, _array(reader, name, token), labels, counts)
    subgroups = _subgroups(reader, labels, len(classes), token)
    findings += [
        Finding("warning", "small-subgroup", "", {"group": group.label, "count": group.rows}) for group in subgroups if group.rows < _FEW
    ]
    rank = [int(place) for place in order]
    return Inspection(
        tuple(classes[place] for place in rank),
        tuple(int(counts[place]) for place in rank),
        patients,
        tuple(Subgroup(group.kind, group.label, group.rows, tuple(group.outcomes[place] for place in rank)) for group in subgroups),
        tuple(findings),
    )


def _array(reader: Reader, name: str, token: Token) -> pa.Array:
    column = reader.columns([name], token).column(0).combine_chunks()
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column


def _codes(column: pa.Array) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(n,) index of each row's value, -1 where missing; the values as text, in alphabetical order."""
    if pa.types.is_struct(column.type):
        return np.full(len(column), -1), ()
    encoded = column.dictionary_encode()
    texts = [f"{value:g}" if isinstance(value, float) else str(value) for value in encoded.dictionary.to_pylist()]
    order = sorted(range(len(texts)), key=lambda place: texts[place])
    rank = np.empty(len(texts) + 1, dtype=np.int64)
    rank[order] = np.arange(len(texts))
    rank[-1] = -1
    codes = np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
    return rank[codes], tuple(texts[place] for place in order)


def _balance(outcome: str, counts: NDArray[np.int64], missing: int) -> list[Finding]:
    found = []
    total, least = int(counts.sum()), int(counts.min())
    if missing:
        found.append(Finding("warning", "outcome-missing", outcome, {"count": missing, "rows": total + missing}))
    if len(counts) == 1:
        found.append(Finding("block", "outcome-one-class", outcome))
    elif least < _FEW or least < _SCARCE * total:
        fields = {"count": least, "rows": total, "percent": f"{100 * least / total:.1f}"}
        found.append(Finding("warning", "outcome-scarce", outcome, fields))
    return found


def _patients(reader: Reader, patient: str, labels: NDArray[np.int64], token: Token) -> tuple[int, list[Finding]]:
    """How many patients; rows that are a second one of their patient, and patients whose rows differ in the outcome."""
    if not patient:
        return len(labels), []
    ids = patient_ids(reader, patient, token)
    rows: dict[str, list[int]] = {}
    for row, identity in enumerate(ids):
        if identity is not None:
            rows.setdefault(identity, []).append(row)
    found = []
    if without := sum(identity is None for identity in ids):
        found.append(Finding("warning", "patient-missing", patient, {"count": without}))
    several = [places for places in rows.values() if len(places) > 1]
    if several:
        second = [row for places in several for row in places[1:]]
        fields = {"count": len(several), "rows": len(second)}
        found.append(Finding("info", "patient-several-rows", patient, fields, tuple(sorted(second)[:MAX_ROWS_NAMED])))
    torn = [places for places in several if len({int(labels[row]) for row in places if labels[row] >= 0}) > 1]
    if torn:
        places = tuple(sorted(row for group in torn for row in group)[:MAX_ROWS_NAMED])
        found.append(Finding("warning", "patient-two-outcomes", patient, {"count": len(torn)}, places))
    return len(rows) + without, found


def _leak(name: str, column: pa.Array, labels: NDArray[np.int64], counts: NDArray[np.int64]) -> list[Finding]:
    """Names a column that alone sorts nearly every row into its class, where the largest class alone would not."""
    if pa.types.is_struct(column.type):
        return []
    if pa.types.is_floating(column.type):
        values = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        known = (labels >= 0) & np.isfinite(values)
        right = _by_threshold(values[known], labels[known], len(counts))
    else:
        codes, texts = _codes(column)
        known = (labels >= 0) & (codes >= 0)
        if len(texts) > max(2, int(known.sum()) // 5):  # a key, or free text
            return []
        table = np.zeros((len(texts), len(counts)), dtype=np.int64)
        np.add.at(table, (codes[known], labels[known]), 1)
        right = int(table.max(axis=1).sum())
    total = int(known.sum())
    if total < _LEAST_ROWS or total < 0.5 * int((labels >= 0).sum()):
        return []
    base = int(np.bincount(labels[known], minlength=len(counts)).max())
    # Of the rows that guessing the largest class gets wrong, nearly all are right with this column.
    if total - base and right >= LEAK * total and (right - base) >= 0.9 * (total - base):
        return [Finding("warning", "leak", name, {"percent": f"{100 * right / total:.1f}"})]
    return []


def _by_threshold(values: NDArray[np.float64], labels: NDArray[np.int64], classes: int) -> int:
    """Rows that the best single threshold on a number sorts rightly; with few distinct values, the best class of each."""
    if not len(values):
        return 0
    distinct, codes = np.unique(values, return_inverse=True)
    table = np.zeros((len(distinct), classes), dtype=np.int64)
    np.add.at(table, (codes, labels), 1)
    if len(distinct) <= CATEGORY_LIMIT:
        return int(table.max(axis=1).sum())
    below = np.cumsum(table, axis=0)
    above = below[-1] - below
    return int((below.max(axis=1) + above.max(axis=1)).max())


def _subgroups(reader: Reader, labels: NDArray[np.int64], classes: int, token: Token) -> list[Subgroup]:
    """By sex and by age band, where the names of the columns say which these are."""
    found: list[Subgroup] = []
    for summary in reader.summaries:
        name = plain(split_unit(summary.name)[0])
        if name in _SEX and summary.kind in ("category", "flag", "numeric") and summary.distinct <= 10:
            codes, texts = _codes(_array(reader, summary.name, token))
            found += [_subgroup("sex", label, codes == code, labels, classes) for code, label in enumerate(texts)]
        quantity = quantity_of(summary.name)
        if quantity is not None and quantity.names[0] == "age" and summary.kind == "numeric":
            ages = np.asarray(_array(reader, summary.name, token).to_numpy(zero_copy_only=False), dtype=np.float64)
            bands = [(f"{low}–{high - 1}" if high < 200 else f"≥ {low}", (ages >= low) & (ages < high)) for low, high in _AGE_BANDS]
            found += [_subgroup("age", label, rows, labels, classes) for label, rows in bands if rows.any()]
    return found


def _subgroup(kind: str, label: str, rows: NDArray[np.bool_], labels: NDArray[np.int64], classes: int) -> Subgroup:
    tally = Counter(labels[rows & (labels >= 0)].tolist())
    return Subgroup(kind, label, int(rows.sum()), tuple(tally[code] for code in range(classes)))
