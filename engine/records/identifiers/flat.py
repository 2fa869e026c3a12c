# SPDX-License-Identifier: Apache-2.0
"""Text without its disguises: digits and letters of full width, digits of other scripts, invisible characters inside a number."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

# Zero width, soft hyphen, marks of direction: they show nothing and split what they stand in.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e" + "".join(map(chr, (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)))) + "\ufeff"
)
_WIDE = {
    0xFF00 + code: code + 0x20 for code in (*range(0x10, 0x1A), *range(0x21, 0x3B), *range(0x41, 0x5B), 0x20, 0x0B, 0x0D, 0x0E, 0x0F, 0x3F)
}
_HYPHENS = dict.fromkeys((*range(8208, 8214), 8722, 65123), "-")
_SPACES = dict.fromkeys((160, *range(8192, 8203), 8239, 12288), " ")
_DIGITS = {
    code: str(unicodedata.digit(chr(code)))
    for first in (
        0x660,
        0x6F0,
        0x7C0,
        0x966,
        0x9E6,
        0xA66,
        0xAE6,
        0xB66,
        0xBE6,
        0xC66,
        0xCE6,
        0xD66,
        0xE50,
        0xED0,
        0xF20,
        0x1040,
        0x17E0,
        0x1810,
    )
    for code in range(first, first + 10)
}
_TABLE: dict[int, int | str | None] = {**dict.fromkeys(map(ord, _INVISIBLE)), **_WIDE, **_HYPHENS, **_SPACES, **_DIGITS}
_CLASS = "[" + "".join(f"\\x{{{code:X}}}" for code in _TABLE) + "]"


def flat(text: str) -> str:
    """The text as a person would type it: not longer, and the same for what has no disguise."""
    return text if text.isascii() else text.translate(_TABLE)


def flat_column(column: pa.StringArray) -> pa.StringArray:
    """The same for every text of a column; most columns come back as they are."""
    odd = pc.match_substring_regex(column, _CLASS)
    if not pc.any(odd).as_py():
        return column
    return pc.replace_with_mask(
        column, odd.fill_null(False), pa.array([flat(text) for text in column.filter(odd).to_pylist()], column.type)
    )
