# SPDX-License-Identifier: Apache-2.0
"""Moments in a table as seconds: numbers in a unit, dates with times, or times of a day; and lengths of time that a person writes."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import headers

_SECONDS = {
    **dict.fromkeys(("s", "sec", "second", "seconds", "秒"), 1.0),
    **dict.fromkeys(("ms", "msec"), 1e-3),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "分", "分钟"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "时", "小时"), 3600.0),
    **dict.fromkeys(("d", "day", "days", "天", "日"), 86_400.0),
}
_FORMATS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y%m%d%H%M%S", "%Y年%m月%d日 %H:%M")
_CLOCK = re.compile(r"(\d{1,6}):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?")
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z一-鿿]+)", re.IGNORECASE)


def length_of(text: str) -> float | None:
    """Seconds of "1h", "15 min", "1d"; None for what is no length of time."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None or found[2].lower() not in _SECONDS:
        return None
    seconds = float(found[1]) * _SECONDS[found[2].lower()]
    return seconds if seconds > 0 else None


def seconds_of(column: pa.Array, name: str, file: str) -> NDArray[np.float64]:
    """(n,) seconds, NaN where nothing is said; of dates since 1970, of numbers in the unit that the name has in brackets.

    Raises:
        WardroundError: E-SIGNAL-10 with the first row that is no moment.
    """
    if pa.types.is_floating(column.type):
        unit = headers.split_unit(name)[1].lower()
        return np.asarray(column.fill_null(np.nan), dtype=np.float64) * _SECONDS.get(unit, 1.0)
    texts = pc.utf8_trim_whitespace(column)
    plain = pc.replace_substring_regex(texts, r"(Z|\+00:?00)$", "")
    for form in ("", *_FORMATS):
        try:
            return _seconds(pc.strptime(plain, form, "us") if form else pc.cast(plain, pa.timestamp("us")))
        except pa.ArrowInvalid:
            continue
    return _clocks(texts, name, file)


def _seconds(moments: pa.Array) -> NDArray[np.float64]:
    whole = np.asarray(pc.cast(moments, pa.int64()).fill_null(0), dtype=np.float64) / 1e6
    whole[np.asarray(moments.is_null())] = np.nan
    return whole


def _clocks(texts: pa.Array, name: str, file: str) -> NDArray[np.float64]:
    """Times such as 26:15 or 07:30:12.5."""
    found = np.full(len(texts), np.nan)
    for row, text in enumerate(texts.to_pylist()):
        if text is None:
            continue
        said = _CLOCK.fullmatch(text)
        if said is None:
            raise WardroundError("E-SIGNAL-10", file=file, column=name, row=row + 1)
        found[row] = int(said[1]) * 3600 + int(said[2]) * 60 + float(said[3] or 0)
    return found
