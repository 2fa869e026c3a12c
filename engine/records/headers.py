# SPDX-License-Identifier: Apache-2.0
"""Column names: made usable, checked for doubles, split into name and unit ("systolic [kPa]" → "systolic", "kPa")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from engine.errors import WardroundError
from engine.records.loader import MAX_COLUMNS, Finding

_BRACKETED = re.compile(r"^(?P<name>.*?\S)\s*[\[(（【［](?P<unit>[^\[\](（）【】［］)]{1,24})[\])）】］]\s*$")
_POWER = re.compile(r"\^?[-⁻]?[0-9²³¹⁰⁴-⁹]+$")
_FACTOR = re.compile(r"^[0-9.]+")
_UNITS = frozenset(
    word
    for line in (
        "% ‰ ° °c °f c f k l dl ml µl ul fl pl g kg mg µg ug mcg ng pg t lb lbs oz st m cm mm µm um nm km in inch inches ft",
        "ms msec s sec second seconds min mins minute minutes h hr hrs hour hours d day days w wk wks week weeks",
        "mo month months y yr yrs year years",
        "mmhg cmh kpa pa hpa mbar bar torr atm bpm hz khz mhz v mv µv uv a ma w kw j kj kcal cal n osm mosm",
        "mol mmol µmol umol nmol pmol eq meq iu miu u mu ku uiu cfu cells cell copies score points ratio count",
        "岁 年 月 周 天 日 时 小时 分 分钟 秒 次 毫米汞柱 千帕 厘米 毫米 米 公斤 千克 克 毫克 微克 升 毫升 支 包 片 度 摄氏度 个",
    )
    for word in line.split()
)


def split_unit(header: str) -> tuple[str, str]:
    """Name and unit of a header; the unit is empty when the brackets hold something else ("smoking (yes/no)")."""
    found = _BRACKETED.match(header)
    if found is None or not looks_like_unit(found["unit"]):
        return header.strip(), ""
    return found["name"].strip(), found["unit"].strip()


def looks_like_unit(text: str) -> bool:
    """Whether every part of "mmol/L", "kg/m²", "10^9/L", "次/分" is a known unit."""
    parts = [part.strip() for part in re.split(r"[/·⋅*×]|\bper\b", unicodedata.normalize("NFC", text.strip())) if part.strip()]
    return bool(parts) and all(_is_unit_word(part) for part in parts)


def _is_unit_word(part: str) -> bool:
    """ "m²", "10^9", "100 ml", "mm Hg"."""
    word = _FACTOR.sub("", _POWER.sub("", "".join(part.lower().split())))
    return word in _UNITS or (not word and part.startswith("1"))


def plain(name: str) -> str:
    """A name without what people vary: case, width, spaces, underscores, dots, hyphens. ``Systolic_BP`` = ``systolic bp``."""
    return re.sub(r"[\s_.\-]+", "", unicodedata.normalize("NFKC", name)).casefold()


def settle(raw: Sequence[str], file: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The names as stored, and what is odd about them.

    Raises:
        WardroundError: E-DATA-04 two columns with one name, E-DATA-08 more columns than MAX_COLUMNS.
    """
    if len(raw) > MAX_COLUMNS:
        raise WardroundError("E-DATA-08", file=file, count=len(raw), limit=MAX_COLUMNS)
    names: list[str] = []
    findings: list[Finding] = []
    for number, text in enumerate(raw, start=1):
        name = " ".join(text.split())
        if not name:
            name = f"column {number}"
            findings.append(Finding("info", "unnamed-column", name, {"number": number}))
        names.append(name)
    places: dict[str, list[int]] = {}
    for number, name in enumerate(names, start=1):
        places.setdefault(name, []).append(number)
    doubles = {name: where for name, where in places.items() if len(where) > 1}
    if doubles:
        name, where = next(iter(doubles.items()))
        raise WardroundError("E-DATA-04", file=file, column=name, places=", ".join(map(str, where)), count=len(doubles))
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(plain(name), []).append(name)
    findings += [Finding("warning", "similar-names", group[0], {"other": group[1]}) for group in alike.values() if len(group) > 1]
    return tuple(names), tuple(findings)
