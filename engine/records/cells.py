# SPDX-License-Identifier: Apache-2.0
"""Cells of text columns: missing codes, numbers in four spellings, what a whole column is, and its conversion.

A column becomes numbers only when every value of the whole file is one; codes with leading zeros and numbers of 16 digits
and more stay text, because a float would change them.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records.dates import DateSurvey
from engine.records.loader import MAX_ROWS_NAMED, Finding


class Spelling(Enum):
    """How a column writes its numbers: decimal sign and group sign."""

    POINT = (".", "")  # 1234.5
    COMMA = (",", "")  # 1234,5
    POINT_GROUPED = (".", ",")  # 1,234.5
    COMMA_GROUPED = (",", ".")  # 1.234,5
    POINT_SPACED = (".", " ")  # 1 234.5
    COMMA_SPACED = (",", " ")  # 1 234,5
    POINT_TICKED = (".", "'")  # 1'234.5

    @property
    def decimal(self) -> str:
        """The decimal sign."""
        return self.value[0]

    @property
    def pattern(self) -> str:
        """The regular expression of one number; a grouped spelling also takes numbers without groups."""
        decimal, group = (f"[{sign}]" if sign else "" for sign in self.value)
        plain = rf"(\d+({decimal}\d*)?|{decimal}\d+)([eE][+-]?\d+)?"
        return rf"^[+-]?({plain}|\d{{1,3}}({group}\d{{3}})+({decimal}\d+)?)$" if group else rf"^[+-]?{plain}$"


# Under each decimal sign, the spellings to try, the likelier first.
SPELLINGS = {
    ".": (
        *(Spelling.POINT, Spelling.COMMA, Spelling.POINT_GROUPED),
        *(Spelling.POINT_SPACED, Spelling.COMMA_SPACED, Spelling.POINT_TICKED),
    ),
    ",": (Spelling.COMMA, Spelling.COMMA_GROUPED, Spelling.COMMA_SPACED, Spelling.POINT),
}
_THREE_DIGITS_AFTER_COMMA = r"^[+-]?\d{1,3}(,\d{3})+$"  # 1,234: a thousand, or one and a bit?
_SURELY_GROUPED = r"^[+-]?\d{1,3}((,\d{3}){2,}|(,\d{3})+\.\d+)$"
_LEADING_ZERO = r"^[+-]?0\d"
_LONG = r"^[+-]?\d{16,}$"
_PERHAPS_TOO_LARGE = r"[eE]\+?\d{3}|\d{300}"


def distinct(column: pa.StringArray, missing: pa.Array) -> tuple[pa.StringArray, NDArray[np.int32], int]:
    """The distinct texts of a column without surrounding blanks, the code of each row (-1: missing), and how many cells had blanks.

    Two texts that differ by blanks alone keep separate codes.
    """
    encoded = column.dictionary_encode()
    texts = pc.utf8_trim_whitespace(encoded.dictionary)
    codes = np.asarray(encoded.indices.fill_null(-1), dtype=np.int32)
    gone = np.asarray(pc.is_in(texts, value_set=missing), dtype=bool)
    changed = np.asarray(pc.not_equal(texts, encoded.dictionary), dtype=bool) & ~gone
    padded = int(changed[codes[codes >= 0]].sum()) if changed.any() else 0
    if gone.any():
        codes = np.where((codes >= 0) & np.append(gone, False)[codes], np.int32(-1), codes)
    return texts, codes, padded


def ascii_numbers(texts: pa.StringArray) -> pa.StringArray:
    """Full-width digits and the typographic minus as ASCII; only columns with such characters pay for it."""
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    return pc.replace_substring(pc.utf8_normalize(texts, "NFKC"), "−", "-")


def numbers_of(texts: pa.StringArray, spelling: Spelling) -> NDArray[np.float64]:
    """(n,) float64, NaN where a text is no finite number in that spelling."""
    texts = ascii_numbers(texts)
    fits = pc.match_substring_regex(texts, spelling.pattern)
    decimal, group = spelling.value
    cleaned = pc.utf8_ltrim(pc.if_else(fits, texts, None), "+")
    if group:
        cleaned = pc.replace_substring(cleaned, group, "")
    if decimal != ".":
        cleaned = pc.replace_substring(cleaned, decimal, ".")
    values = np.array(pc.cast(cleaned, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    values[~np.isfinite(values)] = np.nan
    return values


_BEGINS_WORD = np.ones(256, dtype=bool)  # bytes with which neither a number, a date nor a blank begins
_BEGINS_WORD[np.frombuffer(b"0123456789+-.,\t\n\v\f\r ", dtype=np.uint8)] = False
_BEGINS_WORD[np.r_[0x1C:0x20, 0x80:0x100]] = False  # separators of old; anything but ASCII could be a blank or a digit too
_ENDS_WORD = _BEGINS_WORD.copy()  # bytes that are no blank at a text's end
_ENDS_WORD[np.frombuffer(b"0123456789+-.,", dtype=np.uint8)] = True


def words_only(column: pa.StringArray) -> bool:
    """Whether no text of a column begins as a number or begins or ends with a blank: told by its first and last bytes, and so soon."""
    ends = _ends(column)
    return ends is not None and bool(_BEGINS_WORD[ends[0]].all() and _ENDS_WORD[ends[1]].all())


def _ends(column: pa.StringArray) -> tuple[NDArray[np.uint8], NDArray[np.uint8]] | None:
    """First and last byte of each text that is there; None when one is empty."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return None
    begins = np.frombuffer(offsets, dtype=np.int32)[column.offset : column.offset + len(column) + 1]
    first, after = begins[:-1], begins[1:]
    if column.null_count:
        there = np.asarray(column.is_valid(), dtype=bool)
        first, after = first[there], after[there]
    if not len(first) or (first == after).any():
        return None
    content = np.frombuffer(data, dtype=np.uint8)
    return content[first], content[after - 1]


def has_byte(column: pa.StringArray, byte: bytes) -> bool:
    """Whether a byte occurs in any text of a column that pyarrow's parser made: there, missing cells hold no text."""
    _, offsets, data = column.buffers()
    if data is None or not len(column):
        return False
    begins = np.frombuffer(offsets, dtype=np.int32)
    return byte in data.slice(int(begins[column.offset]), int(begins[column.offset + len(column)] - begins[column.offset])).to_pybytes()


def parsed(column: pa.StringArray) -> pa.DoubleArray | None:
    """The column as numbers when each text is plainly one (the quick way, taken by most columns), else None."""
    try:
        values = pc.cast(column, pa.float64())
    except pa.ArrowInvalid:
        return None
    return values if pc.all(pc.is_finite(values)).as_py() is not False else None  # "inf", "nan", or too large for a float


def as_numbers(column: pa.StringArray, spelling: Spelling, missing: pa.Array) -> pa.DoubleArray:
    """A column that the survey found to be numbers; null where missing or not finite."""
    if spelling.value[0] == "." or not has_byte(column, b"."):
        values = parsed(column)
        if values is not None:
            return values
    texts, codes, _ = distinct(column, missing)
    found = np.append(numbers_of(texts, spelling), np.nan)[codes]
    return pa.array(found, from_pandas=True)


def as_text(column: pa.StringArray, missing: pa.Array, *, cleared: bool = False) -> pa.StringArray:
    """A text column without surrounding blanks; null where missing. ``cleared``: the parser has left out missing codes already."""
    if cleared and words_only(column):
        return column
    texts, codes, padded = distinct(column, missing)
    if not padded and int((codes < 0).sum()) == column.null_count:
        return column
    return texts.take(pa.array(codes, mask=codes < 0))


class ColumnSurvey:
    """What one column of text turns out to be over the whole file; the same whatever the chunks."""

    def __init__(self, decimal: str, missing: pa.Array, *, cleared: bool = False) -> None:
        self._cleared = cleared  # the parser has left out missing codes already
        self._spellings = SPELLINGS[decimal]
        self._missing = missing
        self.valid = 0
        self.padded = 0
        self.unusable = 0  # numbers too large for a float
        self._fits = dict.fromkeys(self._spellings, 0)
        self._code = False  # leading zeros or 16 digits
        self._comma_is_decimal = decimal == ","
        self._surely_grouped = decimal == ","
        self._odd_rows: list[int] = []  # not numbers in the first spelling
        self.dates = DateSurvey()

    def update(self, column: pa.StringArray, start: int) -> pa.DoubleArray | None:
        """Adds rows ``start``… of the file; their numbers when that is how they were looked at."""
        if self._cleared and words_only(column):
            self._words(column, start)
            return None
        values = None
        points = False
        if self._valid_is_plain():
            values = parsed(column)
        if values is not None:
            points = has_byte(column, b".")
        # With a decimal comma "1.234" is a thousand: only the slow way tells.
        if values is None or (points and self._spellings[0] is Spelling.COMMA):
            self._slowly(column, start)
            return None
        valid = len(values) - values.null_count
        self.valid += valid
        self.dates.valid += valid
        for spelling in self._spellings:
            # How many have a point does not matter: a column is read in a spelling that fits all of it.
            pointless = spelling in (Spelling.COMMA, Spelling.COMMA_SPACED)
            self._fits[spelling] += max(0, valid - points) if pointless else valid
        if not self._code and valid and has_byte(column, b"0") and pc.any(pc.starts_with(column, "0")).as_py():
            self._code = bool(pc.any(pc.match_substring_regex(column, _LEADING_ZERO)).as_py())
        largest = pc.max(pc.abs(values)).as_py()
        if not self._code and largest is not None and largest >= 1e15:
            self._code = bool(pc.any(pc.match_substring_regex(column, _LONG)).as_py())
        return values

    def _valid_is_plain(self) -> bool:
        # Once a column is mostly words, trying to parse it is lost time.
        return self.valid == 0 or self._fits[self._spellings[0]] * 2 >= self.valid

    def _words(self, column: pa.StringArray, start: int) -> None:
        """A chunk without any number, blank or missing code."""
        self.valid += len(column) - column.null_count
        self.dates.valid += len(column) - column.null_count
        if len(self._odd_rows) < MAX_ROWS_NAMED:
            there = np.flatnonzero(np.asarray(column.is_valid(), dtype=bool))[: MAX_ROWS_NAMED - len(self._odd_rows)]
            self._odd_rows.extend((there + start).tolist())

    def _slowly(self, column: pa.StringArray, start: int) -> None:
        texts, codes, padded = distinct(column, self._missing)
        self.padded += padded
        present = codes[codes >= 0]
        self.valid += len(present)
        if not len(present):
            return
        counts = np.bincount(present, minlength=len(texts))
        texts = ascii_numbers(texts)
        first: NDArray[np.bool_] | None = None
        for spelling in self._spellings:
            fits = np.asarray(pc.match_substring_regex(texts, spelling.pattern), dtype=bool)
            self._fits[spelling] += int(counts[fits].sum())
            if first is None:
                first = fits
        assert first is not None  # noqa: S101 - each decimal sign has spellings
        seen = counts > 0
        self._code = self._code or self._any(texts, _LEADING_ZERO, seen) or self._any(texts, _LONG, seen)
        if self._any(texts, _PERHAPS_TOO_LARGE, seen):
            self.unusable += int(counts[first & np.isnan(numbers_of(texts, self._spellings[0]))].sum())
        spaced = np.asarray(pc.match_substring_regex(texts, Spelling.COMMA_SPACED.pattern), dtype=bool)  # takes plain ones too
        with_comma = spaced & np.asarray(pc.match_substring(texts, ","), dtype=bool)
        if self.dates.possible:
            self.dates.update(texts, counts)
        ambiguous = np.asarray(pc.match_substring_regex(texts, _THREE_DIGITS_AFTER_COMMA), dtype=bool)
        self._comma_is_decimal = self._comma_is_decimal or bool((with_comma & ~ambiguous & seen).any())
        self._surely_grouped = self._surely_grouped or self._any(texts, _SURELY_GROUPED, seen)
        if len(self._odd_rows) < MAX_ROWS_NAMED:
            odd = np.flatnonzero((codes >= 0) & ~np.append(first, True)[codes])[: MAX_ROWS_NAMED - len(self._odd_rows)]
            self._odd_rows.extend((odd + start).tolist())

    @staticmethod
    def _any(texts: pa.StringArray, pattern: str, seen: NDArray[np.bool_]) -> bool:
        return bool((np.asarray(pc.match_substring_regex(texts, pattern), dtype=bool) & seen).any())

    def spelling(self) -> Spelling | None:
        """How the column writes numbers; None: it is text (or empty)."""
        if not self.valid or self._code:
            return None
        for spelling in self._spellings:
            comma, grouped = self._comma_is_decimal, self._surely_grouped
            sure = {Spelling.COMMA: comma, Spelling.COMMA_SPACED: comma, Spelling.POINT_GROUPED: grouped}.get(spelling, True)
            if sure and self._fits[spelling] == self.valid:
                return spelling
        return None

    def findings(self, name: str) -> Sequence[Finding]:
        """What is odd about the column's spelling."""
        found: list[Finding] = []
        if self.padded:
            found.append(Finding("info", "blanks-trimmed", name, {"count": self.padded}))
        if self.unusable and self.spelling() is not None:
            found.append(Finding("warning", "too-large", name, {"count": self.unusable}))
        if self.valid and self.spelling() is None and not self._code:
            numbers = self._fits[self._spellings[0]]
            if numbers < self.valid and any(self._fits[s] == self.valid for s in self._spellings):
                found.append(Finding("warning", "ambiguous-numbers", name, {"count": self.valid - numbers}, tuple(self._odd_rows)))
            elif numbers * 2 >= self.valid:
                fields = {"count": self.valid - numbers, "valid": self.valid, "spelling": self._spellings[0].name}
                found.append(Finding("warning", "mixed-types", name, fields, tuple(self._odd_rows)))
        if self._code and max(self._fits.values()) == self.valid:
            found.append(Finding("info", "codes-kept", name))
        return found
