# SPDX-License-Identifier: Apache-2.0
"""Mends that protect a patient: dates to years or shifted, postcodes to areas, ages over 89 to 90, texts without identifiers.

Pure functions from an Arrow column to another one, cell by cell; what cannot be read counts as missing, never as it was.
"""

from __future__ import annotations

import datetime
import hmac
import re
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.records.identifiers.flat import flat
from engine.records.identifiers.redact import redacted
from engine.values import NoToken

OLDEST = 90.0
MOST_DAYS = 364
# The first three digits of ZIP codes with at most 20,000 people, in the census of 2000 (HHS' guidance on 45 CFR §164.514(b)) or of 2010.
SMALL_ZIP3 = frozenset(
    [
        "036",
        "059",
        "063",
        "102",
        "202",
        "203",
        "204",
        "205",
        "369",
        "556",
        "692",
        "753",
        "772",
        "790",
        "821",
        "823",
        "830",
        "831",
        "878",
        "879",
        "884",
        "890",
        "893",
    ]
)
_YEAR_FIRST = re.compile(r"((?:18|19|20)\d\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})日?(?P<time>[ T]\d{1,2}:\d\d.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]((?:18|19|20)\d\d)(?P<time>[ T]\d{1,2}:\d\d.*)?")
_RUN = re.compile(r"((?:18|19|20)\d\d)(\d\d)(\d\d)(?P<time>[ T]\d{1,2}:\d\d.*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WORDS = re.compile(
    r"(?:([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? |(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})\.?,?[ -])((?:18|19|20)\d\d)"
    r"(?P<time>[ T]\d{1,2}:\d\d.*)?"
)
_ANY_YEAR = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d{3})")
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def year_only(values: pa.Array) -> pa.DoubleArray:
    """The year of each date as a number."""
    if pa.types.is_floating(values.type):
        numbers = np.asarray(values.fill_null(np.nan), dtype=np.float64)
        with np.errstate(invalid="ignore"):
            years = np.where(
                (numbers >= 18_000_101) & (numbers < 21_000_000),
                numbers // 10_000,
                np.where((numbers >= 1800) & (numbers < 2100), np.floor(numbers), np.nan),
            )
        return pa.array(years, pa.float64(), mask=np.isnan(years))

    def year(text: str) -> float | None:
        found = _ANY_YEAR.search(text)
        return float(found[0]) if found is not None else None

    return _each(values, year, pa.float64())


def shift_dates(values: pa.Array, patients: pa.Array, month_first: bool, key: bytes) -> pa.Array:
    """Each date some days earlier: the same 1 to 364 days for all dates of a patient, so that intervals stay.

    How many follows from the patient and the key. Dates of a row without a patient, and what is no date, become missing.
    """
    numbers = pa.types.is_floating(values.type)
    texts = pc.cast(pc.cast(values, pa.int64(), safe=False), pa.string()) if numbers else values
    known: dict[str, int] = {}
    shifted: list[str | None] = []
    if pa.types.is_floating(patients.type):
        patients = pc.cast(patients, pa.string())
    for text, patient in zip(texts.to_pylist(), patients.to_pylist(), strict=True):
        read = None if text is None or patient is None else _date(flat(text).strip(), month_first)
        if read is None:
            shifted.append(None)
            continue
        if patient not in known:
            known[patient] = days_of(patient, key)
        day = datetime.date.fromordinal(max(1, read[0] - known[patient]))
        shifted.append(f"{day:%Y%m%d}" if numbers else day.isoformat() + read[1])
    made = pa.array(shifted, pa.string())
    return pc.cast(made, pa.float64()) if numbers else made


def days_of(patient: str, key: bytes) -> int:
    """By how many days the dates of a patient are shifted: 1 to MOST_DAYS, by HMAC-SHA256."""
    digest = hmac.digest(key, b"wardround shift|" + patient.strip().encode(), "sha256")
    return 1 + int.from_bytes(digest[:8], "big") % MOST_DAYS


def _date(text: str, month_first: bool) -> tuple[int, str] | None:
    """A date as its ordinal, and the time behind it."""
    if (found := _YEAR_FIRST.fullmatch(text) or _RUN.fullmatch(text)) is not None:
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif (found := _YEAR_LAST.fullmatch(text)) is not None:
        one, other = int(found[1]), int(found[2])
        year, month, day = (int(found[3]), one, other) if month_first else (int(found[3]), other, one)
    elif (found := _WORDS.fullmatch(text)) is not None:
        name = (found[1] or found[4])[:3].casefold()
        if name not in _MONTHS:
            return None
        year, month, day = int(found[5]), _MONTHS.index(name) + 1, int(found[2] or found[3])
    else:
        return None
    try:
        return datetime.date(year, month, day).toordinal(), found["time"] or ""
    except ValueError:
        return None


def postcode_area(values: pa.Array) -> pa.StringArray:
    """US: the first three digits, 000 where few people live; China: the first two (the province); letters: the part before the blank."""
    texts = pc.cast(pc.cast(values, pa.int64(), safe=False), pa.string()) if pa.types.is_floating(values.type) else values

    def area(text: str) -> str | None:
        code = flat(text).strip().upper()
        digits = code.split("-")[0].strip()
        if digits.isascii() and digits.isdigit():
            if len(digits) == 6:
                return digits[:2]
            if len(digits) in (3, 4, 5, 9):
                zip3 = digits[:3] if len(digits) in (3, 9) else digits.zfill(5)[:3]
                return "000" if zip3 in SMALL_ZIP3 else zip3
            return None
        compact = code.replace(" ", "")
        if not compact.isalnum() or not 5 <= len(compact) <= 8:
            return None
        return code.split()[0] if " " in code and len(code.split()[0]) <= 4 else compact[:-3]

    return _each(texts, area, pa.string())


def cap_age(values: pa.DoubleArray) -> pa.DoubleArray:
    """Ages of 90 and more as 90."""
    return pc.if_else(pc.greater(values, OLDEST), OLDEST, values)


def redact(values: pa.StringArray) -> pa.StringArray:
    """Texts with the tag of its kind in the place of each identifier."""
    return redacted(values, NoToken())


def _each(values: pa.StringArray, change: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """A column changed text by text, equal ones once."""
    encoded = values.dictionary_encode()
    changed = pa.array([None if text is None else change(text) for text in encoded.dictionary.to_pylist()], kind)
    return changed.take(encoded.indices)
