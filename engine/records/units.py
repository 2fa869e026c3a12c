# SPDX-License-Identifier: Apache-2.0
"""Units as people write them: which spellings mean the same."""

from __future__ import annotations

import unicodedata

_SAME_UNITS = (
    {"year", "years", "yr", "yrs", "y", "a", "岁", "年"},
    {"month", "months", "mo", "月"},
    {"week", "weeks", "wk", "wks", "w", "周"},
    {"day", "days", "d", "天", "日"},
    {"hour", "hours", "hr", "hrs", "h", "小时", "时"},
    {"minute", "minutes", "min", "mins", "分钟", "分"},
    {"second", "seconds", "sec", "s", "秒"},
    {"mmhg", "毫米汞柱"},
    {"kpa", "千帕"},
    {"kg", "公斤", "千克"},
    {"g", "克"},
    {"mg", "毫克"},
    {"cm", "厘米"},
    {"mm", "毫米"},
    {"m", "米"},
    {"l", "升"},
    {"ml", "毫升"},
    {"bpm", "/min", "1/min", "次/分", "次/分钟"},
    {"kg/m2", "kg/m²", "kg/m^2"},
    {"°c", "c", "摄氏度"},
)
_UNIT_NAME = {word: min(group) for group in _SAME_UNITS for word in group}


def same_unit(one: str, other: str) -> bool:
    """Whether two spellings mean one unit: "mmHg" = "毫米汞柱", "µmol/L" = "umol/l"."""
    return _unit_key(one) == _unit_key(other)


def _unit_key(unit: str) -> str:
    # NFKC makes the micro sign a Greek mu, and full-width letters narrow.
    key = "".join(unicodedata.normalize("NFKC", unit).casefold().split()).replace("μ", "u").replace("^", "")
    return _UNIT_NAME.get(key, key)
