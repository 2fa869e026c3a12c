# SPDX-License-Identifier: Apache-2.0
"""From one unit to another: value · factor + offset. Amounts and masses (mmol/L ↔ mg/dL) where the substance is known.

By pint, which this file alone imports, when a conversion is first asked for. Molar masses: PubChem, in g/mol.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from typing import Any

from engine.records.headers import plain, split_unit
from engine.records.plausible import quantity_of

MOLAR_MASS = {
    "glucose": 180.156,
    "creatinine": 113.12,
    "urea": 60.056,
    "cholesterol": 386.65,
    "hdl": 386.65,
    "ldl": 386.65,
    "triglycerides": 885.4,
    "bilirubin": 584.66,
    "sodium": 22.990,
    "potassium": 39.098,
}
"""By the first name of the quantity (``plausible.QUANTITIES``). Urea: as urea, not as urea nitrogen."""
_UREA_NITROGEN = {plain(name) for name in ("bun", "blood urea nitrogen", "尿素氮")}
_UREA_NITROGEN_MASS = 28.014
_UNIT = re.compile(r"[A-Za-z_]{1,24}(\*\*[23])?([*/][A-Za-z_]{1,24}(\*\*[23])?){0,3}")
_WORDS = {
    **dict.fromkeys(("年", "岁", "y", "yr", "yrs", "years"), "year"),
    **dict.fromkeys(("月", "mo", "months"), "month"),
    **dict.fromkeys(("周", "wk", "w", "weeks"), "week"),
    **dict.fromkeys(("天", "日", "d", "days"), "day"),
    **dict.fromkeys(("毫米汞柱",), "mmHg"),
    **dict.fromkeys(("千帕",), "kPa"),
    **dict.fromkeys(("千克", "公斤"), "kg"),
    **dict.fromkeys(("克",), "g"),
    **dict.fromkeys(("厘米",), "cm"),
    **dict.fromkeys(("米",), "m"),
    **dict.fromkeys(("°c", "℃", "摄氏度", "c"), "degC"),
    **dict.fromkeys(("°f", "℉", "华氏度", "f"), "degF"),
    "%": "percent",
    "1": "dimensionless",
    "lb": "pound",
    "lbs": "pound",
}


def conversion(found: str, wanted: str, variable: str) -> tuple[float, float] | None:
    """(factor, offset) from one unit to another; None where there is none, or where it hangs on a substance that is not known.

    Args:
        found: the unit of the values, as people write it.
        wanted: the unit that they shall have.
        variable: the name of the column or variable, which may tell the substance.
    """
    source, target = _readable(found), _readable(wanted)
    if not (_UNIT.fullmatch(source) and _UNIT.fullmatch(target)):
        return None  # a person's own words, which are not for a parser
    return _conversion(source, target, _molar_mass(variable))


@functools.lru_cache(maxsize=512)
def _conversion(found: str, wanted: str, mass: float | None) -> tuple[float, float] | None:
    import pint

    registry = _registry()
    try:
        source, target = registry.parse_units(found), registry.parse_units(wanted)
        through: tuple[Any, ...] = ()
        more: dict[str, Any] = {}
        if source.dimensionality != target.dimensionality:
            if mass is None:
                return None
            through, more = ("chemistry",), {"mw": registry.Quantity(mass, "g/mol")}
        zero = float(registry.Quantity(0.0, source).to(target, *through, **more).magnitude)
        one = float(registry.Quantity(1.0, source).to(target, *through, **more).magnitude)
    except pint.PintError:
        return None  # no unit that is known
    return (one - zero, zero) if one != zero else None


@functools.cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(autoconvert_offset_to_baseunit=True)


def _readable(unit: str) -> str:
    """A unit as pint writes it: "10^9/L" has a scale and stays, "mg/dl" gets its litre, "岁" its word."""
    text = unicodedata.normalize("NFKC", unit).strip()
    text = _WORDS.get(text.casefold(), text)
    text = text.replace("μ", "u").replace("µ", "u")
    text = re.sub(r"(?<=[a-zA-Z])([23])\b", r"**\1", text)
    return re.sub(r"(?<![a-zA-Z])([mdu]?)l(?![a-zA-Z])", lambda match: match.group(1) + "L", text)


def _molar_mass(variable: str) -> float | None:
    if plain(split_unit(variable)[0]) in _UREA_NITROGEN:
        return _UREA_NITROGEN_MASS
    quantity = quantity_of(variable)
    return None if quantity is None else MOLAR_MASS.get(quantity.names[0])
