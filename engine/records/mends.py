# SPDX-License-Identifier: Apache-2.0
"""Mends: what may be done to a column of an imported file, as data. A recipe is a list of them, and the file never changes.

A mend is a kind of ``KINDS``, a column and a few fields; its function takes an Arrow column and gives another one, cell by cell, so
that any window of rows can be mended alone and the outcome does not depend on where a window ends. Whoever adds a kind adds one
row to ``KINDS`` and its sentence. Kinds that protect a patient are in ``protecting.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Language, WardroundError
from engine.records import cells, protecting
from engine.records.loader import MISSING
from engine.text import translate

Fields = Mapping[str, object]
Columns = Mapping[str, pa.Array]


@dataclass(frozen=True)
class Mend:
    """One step of a recipe. ``fields`` hold texts, numbers, lists of texts, or a mapping of texts: what JSON can hold."""

    kind: str
    column: str = ""
    fields: Fields = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """What a kind of mend does.

    ``apply``: (values, fields, other columns, the home's key) → values; None for kinds that act on names or rows.
    ``result``: the type of the mended column. ``fields``: the names it takes, all required. ``others``: the fields that name
    another column. ``takes``: the types it can be used on.
    """

    says: Callable[[Mend, Language], str]
    apply: Callable[[pa.Array, Fields, Columns, bytes], pa.Array] | None = None
    result: Callable[[pa.DataType], pa.DataType] = lambda kind: kind
    fields: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    takes: Callable[[pa.DataType], bool] = lambda kind: kind in (pa.string(), pa.float64())


def is_text(kind: pa.DataType) -> bool:
    """Whether a column is of text."""
    return bool(pa.types.is_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Whether a column is of numbers."""
    return bool(pa.types.is_floating(kind))


def _missing(values: pa.Array, fields: Fields, _: Columns, __: bytes) -> pa.Array:
    codes = {str(code).strip() for code in _list(fields["codes"])}
    if is_text(values.type):
        return pc.if_else(pc.is_in(pc.utf8_trim_whitespace(values), pa.array(sorted(codes), pa.string())), None, values)
    numbers = [number for code in codes if (number := as_number(code)) is not None]
    return pc.if_else(pc.is_in(values, pa.array(sorted(numbers), pa.float64())), None, values)


def _limits(values: pa.Array, fields: Fields, _: Columns, __: bytes) -> pa.Array:
    low, high = float(str(fields["low"])), float(str(fields["high"]))
    return pc.if_else(pc.and_(pc.greater_equal(values, low), pc.less_equal(values, high)), values, None)


def _scale(values: pa.Array, fields: Fields, _: Columns, __: bytes) -> pa.Array:
    return pc.add(pc.multiply(values, float(str(fields["factor"]))), float(str(fields["offset"])))


def _same(values: pa.Array, fields: Fields, _: Columns, __: bytes) -> pa.Array:
    spellings = _pairs(fields["spellings"])
    old = pa.array(list(spellings), pa.string())
    new = pa.array(list(spellings.values()), pa.string())
    place = pc.index_in(values, old)
    return pc.if_else(pc.is_valid(place), new.take(place), values)


def _numbers(values: pa.Array, fields: Fields, _: Columns, __: bytes) -> pa.Array:
    texts, codes, _count = cells.distinct(values, pa.array(MISSING, pa.string()))
    numbers = np.append(cells.numbers_of(texts, cells.Spelling[str(fields["spelling"])]), np.nan)[codes]
    return pa.array(numbers, pa.float64(), mask=~np.isfinite(numbers))


def _texts(values: pa.Array, _: Fields, __: Columns, ___: bytes) -> pa.Array:
    return pa.array([None if number is None else plain_number(number) for number in values.to_pylist()], pa.string())


def plain_number(number: float) -> str:
    """A number as a person writes it: "2", not "2.0"."""
    return str(int(number)) if number == int(number) and abs(number) < 1e15 else repr(number)


def as_number(text: str) -> float | None:
    """A finite number, or None."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _pairs(value: object) -> dict[str, str]:
    return {str(old): str(new) for old, new in value.items()} if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, (list, tuple)) else [value]


KINDS: dict[str, Kind] = {
    "drop-column": Kind(lambda mend, to: translate("“{column}” is left out.", to, column=mend.column), takes=lambda _: True),
    "rename": Kind(
        lambda mend, to: translate("“{column}” is called “{name}”.", to, column=mend.column, name=mend.fields["name"]),
        fields=("name",),
        takes=lambda _: True,
    ),
    "drop-copies": Kind(lambda _, to: translate("Of rows that are copies of one another, the first is kept.", to)),
    "missing": Kind(
        lambda mend, to: translate(
            "“{column}”: {codes} means that there is no value.",
            to,
            column=mend.column,
            codes=", ".join(str(code) for code in _list(mend.fields["codes"])),
        ),
        _missing,
        fields=("codes",),
    ),
    "limits": Kind(
        lambda mend, to: translate(
            "“{column}”: what lies outside {low} to {high} counts as missing.", to, column=mend.column, **mend.fields
        ),
        _limits,
        fields=("low", "high"),
        takes=is_number,
    ),
    "scale": Kind(
        lambda mend, to: translate("“{column}” is multiplied by {factor}, and {offset} added.", to, column=mend.column, **mend.fields),
        _scale,
        fields=("factor", "offset"),
        takes=is_number,
    ),
    "same": Kind(
        lambda mend, to: translate(
            "“{column}”: {count} spellings are read as others.",
            to,
            column=mend.column,
            count=len(_pairs(mend.fields["spellings"])),
        ),
        _same,
        fields=("spellings",),
        takes=is_text,
    ),
    "as-numbers": Kind(
        lambda mend, to: translate("“{column}” is read as numbers; what is none counts as missing.", to, column=mend.column),
        _numbers,
        lambda _: pa.float64(),
        fields=("spelling",),
        takes=is_text,
    ),
    "as-text": Kind(
        lambda mend, to: translate("“{column}” is read as text, not as numbers.", to, column=mend.column),
        _texts,
        lambda _: pa.string(),
        takes=is_number,
    ),
    "year-only": Kind(
        lambda mend, to: translate("“{column}”: only the year of each date is kept.", to, column=mend.column),
        lambda values, _, __, ___: protecting.year_only(values),
        lambda _: pa.float64(),
    ),
    "shift-dates": Kind(
        lambda mend, to: (
            translate("“{column}”: all dates of a patient are moved by the same 1 to 364 days (read month first).", to, column=mend.column)
            if mend.fields["order"] == "mdy"
            else translate(
                "“{column}”: all dates of a patient are moved by the same 1 to 364 days (read day first).", to, column=mend.column
            )
        ),
        lambda values, fields, others, key: protecting.shift_dates(values, others[str(fields["patient"])], fields["order"] == "mdy", key),
        fields=("patient", "order"),
        others=("patient",),
    ),
    "postcode-area": Kind(
        lambda mend, to: translate("“{column}”: only the area of each postcode is kept.", to, column=mend.column),
        lambda values, _, __, ___: protecting.postcode_area(values),
        lambda _: pa.string(),
    ),
    "cap-age": Kind(
        lambda mend, to: translate("“{column}”: ages over 90 are kept as 90.", to, column=mend.column),
        lambda values, _, __, ___: protecting.cap_age(values),
        takes=is_number,
    ),
    "redact": Kind(
        lambda mend, to: translate(
            "“{column}”: identifiers found in the texts are replaced by what they are, such as [NAME].", to, column=mend.column
        ),
        lambda values, _, __, ___: protecting.redact(values),
        takes=is_text,
    ),
}
"""Every kind of mend. ``drop-column``, ``rename`` and ``drop-copies`` act on names and rows (``mended.py``)."""


def sentence(mend: Mend, language: Language) -> str:
    """What the step does, in words."""
    return KINDS[mend.kind].says(mend, language)


def check(mend: Mend) -> None:
    """Refuses a step that no kind understands: of a newer version, or damaged.

    Raises:
        WardroundError: E-DATA-34.
    """
    kind = KINDS.get(mend.kind)
    if kind is None or set(mend.fields) != set(kind.fields):
        raise WardroundError("E-DATA-34", kind=mend.kind, column=mend.column)


def to_json(recipe: Iterable[Mend]) -> str:
    """A recipe as the catalogue keeps it: the same bytes for the same steps."""
    steps = [{"kind": mend.kind, "column": mend.column, "fields": dict(mend.fields)} for mend in recipe]
    return json.dumps(steps, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def from_json(text: str) -> tuple[Mend, ...]:
    """Reads what ``to_json`` wrote. Raises as ``check``."""
    recipe = tuple(Mend(step["kind"], step["column"], step["fields"]) for step in json.loads(text))
    for mend in recipe:
        check(mend)
    return recipe
