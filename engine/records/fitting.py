# SPDX-License-Identifier: Apache-2.0
"""A data set as one study sees it: its units, its categories, its missing codes, its patients; refused when it does not fit.

What a study cannot use is counted and left out, never guessed: a number outside the variable's range counts as missing,
a category that the manifest does not know counts as "other", a row without a known outcome is dropped.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import cells
from engine.records.loader import MISSING, Part
from engine.records.match import Match, require
from engine.records.mends import as_number, plain_number
from engine.records.table import Columns, Reader
from engine.study.manifest import Kind, Manifest, Variable
from engine.values import StudyTable, Token

MINIMUM_ROWS = 10
_TOO_MANY_OUTSIDE = 0.2  # of the values outside the range: then it is the unit, not the patients
_TOO_MANY_UNKNOWN = 0.2  # of the outcomes that the study does not know
_NAMED = 5
_YES = frozenset(("1", "yes", "y", "true", "t", "是", "有", "阳性", "positive", "pos", "+"))
_NO = frozenset(("0", "no", "n", "false", "f", "否", "无", "没有", "阴性", "negative", "neg", "-"))


@dataclass(frozen=True)
class Fit:
    """The table, and what was left out of it: variable → count."""

    table: StudyTable
    outside: Mapping[str, int]  # numbers outside the range, now missing
    unknown: Mapping[str, int]  # categories that the study does not know, now "other"


def study_table(
    reader: Reader,
    manifest: Manifest,
    matches: Sequence[Match],
    token: Token,
    patient_key: bytes,
    excluded: NDArray[np.bool_] | None = None,
) -> StudyTable:
    """The table of ``fit``."""
    return fit(reader, manifest, matches, token, patient_key, excluded).table


def fit(
    reader: Reader,
    manifest: Manifest,
    matches: Sequence[Match],
    token: Token,
    patient_key: bytes,
    excluded: NDArray[np.bool_] | None = None,
) -> Fit:
    """Reads the matched columns in the study's units and categories.

    Args:
        reader: an opened data set.
        manifest: the study.
        matches: of ``match(manifest, reader.summaries)``.
        token: progress and cancelling.
        patient_key: key of the HMAC under which patients are told apart; the same key gives the same patients their digests
            again. Without a patient number a row is a patient, told apart by what the study sees of it.
        excluded: (n,) bool, rows that must not be used (``exclusion.excluded_rows``): they are left out before anything is counted.

    Raises:
        WardroundError: E-DATA-20, E-DATA-21, E-DATA-27 the match · E-DATA-22, E-DATA-29 the unit · E-DATA-23 text instead of numbers ·
            E-DATA-26 unknown categories · E-DATA-25 too few rows · E-DATA-24 one class only.
    """
    require(matches)
    found = {entry.variable: entry for entry in matches}
    numeric: dict[str, NDArray[np.float64]] = {}
    coded: dict[str, NDArray[np.int32]] = {}
    outside: dict[str, int] = {}
    unknown: dict[str, int] = {}
    wanted = (*manifest.inputs, manifest.target)
    for number, variable in enumerate(wanted):
        part = Part(token, 0.8 * number / len(wanted), 0.8 * (number + 1) / len(wanted))
        entry = found[variable.name]
        assert entry.column is not None  # noqa: S101 - require() has refused the others
        column = _one_array(reader.columns([entry.column], part))
        if variable.kind is Kind.NUMERIC:
            numeric[variable.name], outside[variable.name] = _numbers(column, variable, entry)
        else:
            coded[variable.name], unknown[variable.name] = _codes(column, variable, entry, outcome=variable is manifest.target)
    outcome = coded.pop(manifest.target.name)
    kept = (outcome >= 0) & (outcome < len(manifest.classes))
    if excluded is not None:
        kept &= ~excluded
    _check_outcome(outcome[kept], int((~kept).sum()), manifest, found[manifest.target.name])
    numeric = {name: values[kept] for name, values in numeric.items()}
    coded = {name: codes[kept] for name, codes in coded.items()}
    labels = outcome[kept].astype(np.int64)
    identifier = found[manifest.patient_id.name].column if manifest.patient_id is not None else None
    identities: list[str | None] = [None] * len(labels)
    if identifier is not None:
        identities = [identity for identity, keep in zip(patient_ids(reader, identifier, Part(token, 0.8, 0.8)), kept, strict=True) if keep]
    contents = _row_contents(numeric, coded, labels) if None in identities else None
    patients, keys = _patients(identities, contents, patient_key, Part(token, 0.8, 1.0))
    return Fit(StudyTable(numeric, coded, labels, patients, keys, int((~kept).sum())), outside, unknown)


def _numbers(column: Any, variable: Variable, entry: Match) -> tuple[NDArray[np.float64], int]:
    """(n,) float64 in the study's unit, NaN where missing or outside the range; how many were outside."""
    if pa.types.is_floating(column.type):
        values = np.array(column.to_numpy(zero_copy_only=False), dtype=np.float64)
    else:
        values = _parse(column, variable, entry)
    for code in variable.missing:
        number = as_number(code)
        if number is not None:
            values[values == number] = np.nan
    values = values * entry.factor + entry.offset
    if variable.range is None:
        return values, 0
    low, high = variable.range
    # Converting back and forth must not push a value on the edge outside.
    slack = 1e-9 * max(abs(low), abs(high))
    present = ~np.isnan(values)
    out = present & ((values < low - slack) | (values > high + slack))
    count, total = int(out.sum()), int(present.sum())
    if total and count > _TOO_MANY_OUTSIDE * total:
        _refuse_unit(values[present], variable, entry, round(100 * count / total))
    values[out] = np.nan
    return np.clip(values, low, high), count


def _refuse_unit(values: NDArray[np.float64], variable: Variable, entry: Match, percent: int) -> None:
    """Raises E-DATA-29 when the values would fit in another unit of the study, else E-DATA-22."""
    assert variable.range is not None  # noqa: S101 - the caller compared with it
    low, high = variable.range
    raw = (values - entry.offset) / entry.factor
    others = {unit: factor for unit, factor in {variable.unit: 1.0, **variable.units}.items() if factor != entry.factor}
    for unit, factor in others.items():
        converted = raw * factor
        if np.mean((converted < low) | (converted > high)) <= _TOO_MANY_OUTSIDE / 4:
            raise WardroundError(
                "E-DATA-29",
                column=entry.column,
                variable=variable.name,
                percent=percent,
                low=f"{low:g}",
                high=f"{high:g}",
                unit=variable.unit,
                likely=unit,
            )
    raise WardroundError(
        "E-DATA-22",
        column=entry.column,
        variable=variable.name,
        percent=percent,
        low=f"{low:g}",
        high=f"{high:g}",
        unit=variable.unit,
    )


def _parse(column: pa.StringArray, variable: Variable, entry: Match) -> NDArray[np.float64]:
    """A text column as numbers, when all that is no missing code is one.

    Raises:
        WardroundError: E-DATA-23 with the count and the first rows.
    """
    texts, codes, _ = cells.distinct(column, pa.array([*MISSING, *(code.strip() for code in variable.missing)], pa.string()))
    parsed = {spelling: cells.numbers_of(texts, spelling) for spelling in cells.SPELLINGS["."]}
    present = codes[codes >= 0]
    best = min(parsed, key=lambda spelling: int(np.isnan(parsed[spelling][present]).sum()))
    bad = (codes >= 0) & np.isnan(np.append(parsed[best], np.nan)[codes])
    if bad.any():
        rows = ", ".join(str(row + 1) for row in np.flatnonzero(bad)[:_NAMED])
        raise WardroundError("E-DATA-23", column=entry.column, variable=variable.name, count=int(bad.sum()), total=len(present), rows=rows)
    return np.append(parsed[best], np.nan)[codes]


def _codes(column: Any, variable: Variable, entry: Match, *, outcome: bool) -> tuple[NDArray[np.int32], int]:
    """(n,) int32: index of the category, their number for an unknown value, -1 where missing; how many were unknown."""
    if pa.types.is_floating(column.type):
        numbers = np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)
        distinct, places = np.unique(numbers, return_inverse=True)
        texts = ["" if np.isnan(number) else plain_number(number) for number in distinct.tolist()]
    else:
        unique, codes, _ = cells.distinct(column, pa.array(MISSING, pa.string()))
        texts = [*unique.to_pylist(), ""]
        places = np.where(codes < 0, len(texts) - 1, codes)
    lookup = {**vocabulary(variable), **_said(variable, entry)}
    missing = {word(code) for code in (*MISSING, *variable.missing)}
    other = len(variable.categories)
    # A study may well declare "-" a category: its own words win over the usual missing codes, its own missing codes over all.
    declared = {word(code) for code in variable.missing}
    table = [
        -1 if word(text) in declared else lookup[word(text)] if word(text) in lookup else -1 if word(text) in missing else other
        for text in texts
    ]
    result = np.asarray(table, dtype=np.int32)[places.reshape(-1)]
    unknown, total = int((result == other).sum()), int((result >= 0).sum())
    if total and (unknown == total or (outcome and unknown > _TOO_MANY_UNKNOWN * total)):
        categories = ", ".join(variable.categories)
        raise WardroundError("E-DATA-26", column=entry.column, variable=variable.name, count=unknown, total=total, categories=categories)
    return result, unknown


def _said(variable: Variable, entry: Match) -> dict[str, int]:
    """The words that a person matched to categories by hand."""
    return {word(text): variable.categories.index(name) for text, name in entry.spellings.items() if name in variable.categories}


def vocabulary(variable: Variable) -> dict[str, int]:
    """Every spelling that means a category → its index: categories, synonyms, and the usual words for yes and no where there are two."""
    found: dict[str, int] = {}
    if len(variable.categories) == 2:
        first, second = (word(category) for category in variable.categories)
        if (first in _NO and second in _YES) or (first in _YES and second in _NO):
            yes = 1 if second in _YES else 0
            found.update({**dict.fromkeys(_NO, 1 - yes), **dict.fromkeys(_YES, yes)})
    for synonym, category in variable.category_synonyms.items():
        found[word(synonym)] = variable.categories.index(category)
    for index, category in enumerate(variable.categories):
        found[word(category)] = index
    return found


def word(text: str) -> str:
    """A category's spelling without case, width and surplus blanks; "2.0" is "2"."""
    folded = " ".join(unicodedata.normalize("NFKC", text).split()).casefold()
    number = as_number(folded)
    return folded if number is None else plain_number(number)


def _check_outcome(labels: NDArray[np.int32], dropped: int, manifest: Manifest, entry: Match) -> None:
    """Raises E-DATA-25 for too few rows, E-DATA-24 for one class."""
    if len(labels) < MINIMUM_ROWS:
        raise WardroundError("E-DATA-25", rows=len(labels), dropped=dropped, minimum=MINIMUM_ROWS, column=entry.column)
    if (labels == labels[0]).all():
        label = manifest.classes[int(labels[0])]
        raise WardroundError("E-DATA-24", rows=len(labels), variable=manifest.target.name, label=label)


def patient_ids(reader: Columns, column: str, token: Token) -> list[str | None]:
    """The patient number of each row as text, None where it is missing."""
    values = reader.columns([column], token).column(0)
    if pa.types.is_floating(values.type):
        return [None if number is None else plain_number(number) for number in values.to_pylist()]
    return [None if text is None else " ".join(unicodedata.normalize("NFKC", text).split()).casefold() for text in values.to_pylist()]


def identified(reader: Columns, manifest: Manifest, matches: Sequence[Match], token: Token) -> bool:
    """Whether every row says whose it is."""
    if manifest.patient_id is None:
        return False
    column = next(entry.column for entry in matches if entry.variable == manifest.patient_id.name)
    return column is not None and all(identity is not None for identity in patient_ids(reader, column, token))


def _row_contents(
    numeric: Mapping[str, NDArray[np.float64]], coded: Mapping[str, NDArray[np.int32]], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n, d): what the study sees of each row."""
    return np.column_stack([*numeric.values(), *coded.values(), labels]).astype(np.float64)


def _patients(
    identities: list[str | None], contents: NDArray[np.float64] | None, key: bytes, token: Token
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """(n,) index of each row's patient, and one digest a patient. ``contents`` are needed for rows without a patient number."""
    numbers: dict[bytes, int] = {}
    seen: dict[bytes, int] = {}
    patients = np.empty(len(identities), dtype=np.int64)
    for row, identity in enumerate(identities):
        if row % 4096 == 0:
            token.check()
            token.progress(row / len(identities))
        if identity is not None:
            message = b"patient " + identity.encode()
        else:
            assert contents is not None  # noqa: S101 - given whenever an identity is missing
            # Two equal rows are two patients; which is which does not matter, so a re-import in another order keeps the digests.
            content = contents[row].tobytes()
            copy = seen[content] = seen.get(content, -1) + 1
            message = b"row %d " % copy + content
        patients[row] = numbers.setdefault(hmac.digest(key, message, "sha256"), len(numbers))
    return patients, tuple(digest.hex() for digest in numbers)


def _one_array(table: pa.Table) -> Any:
    """The only column of a table as one array."""
    column = table.column(0).combine_chunks()
    return pa.concat_arrays(column.chunks) if isinstance(column, pa.ChunkedArray) else column
