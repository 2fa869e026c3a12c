# SPDX-License-Identifier: Apache-2.0
"""Units: known conversions by their published factors, and nothing for what is not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.records.conversion import MOLAR_MASS, conversion
from engine.records.plausible import QUANTITIES

# Factors as laboratories publish them (e.g. the AMA Manual of Style's table of SI conversions), to three digits.
KNOWN = [
    ("mg/dL", "mmol/L", "glucose", 0.0555),
    ("mmol/l", "mg/dl", "空腹血糖", 18.0),
    ("mg/dL", "umol/L", "creatinine", 88.4),
    ("μmol/L", "mg/dL", "Cr", 0.0113),
    ("mg/dL", "mmol/L", "total cholesterol", 0.0259),
    ("mg/dL", "mmol/L", "TG", 0.0113),
    ("mg/dL", "umol/L", "total bilirubin", 17.1),
    ("mg/dL", "mmol/L", "BUN", 0.357),
    ("kPa", "mmHg", "anything", 7.50),
    ("g/dl", "g/L", "hb", 10.0),
    ("厘米", "m", "身高", 0.01),
    ("lb", "kg", "weight", 0.454),
    ("天", "周", "孕周", 0.143),
    ("%", "1", "spo2", 0.01),
]


@pytest.mark.parametrize(("found", "wanted", "variable", "factor"), KNOWN)
def test_known_factors(found: str, wanted: str, variable: str, factor: float) -> None:
    way = conversion(found, wanted, variable)
    assert way is not None
    assert way[0] == pytest.approx(factor, rel=5e-3)
    assert way[1] == pytest.approx(0.0, abs=1e-9)
    back = conversion(wanted, found, variable)
    assert back is not None
    assert way[0] * back[0] == pytest.approx(1.0, rel=1e-9)


def test_a_scale_with_another_zero() -> None:
    way = conversion("°F", "摄氏度", "体温")
    assert way is not None
    assert 98.6 * way[0] + way[1] == pytest.approx(37.0, abs=1e-9)


@pytest.mark.parametrize(
    ("found", "wanted", "variable"),
    [
        ("mg/dL", "mmol/L", "marker"),
        ("kg", "m", "weight"),
        ("furlong!!(", "m", "x"),
        ("__import__('os')", "m", "x"),
        ("m**999999999", "m", "x"),
        ("", "m", "x"),
        ("bpm", "/min", "hr"),
    ],
)
def test_what_cannot_be_converted(found: str, wanted: str, variable: str) -> None:
    assert conversion(found, wanted, variable) is None


def test_every_substance_is_a_quantity() -> None:
    assert set(MOLAR_MASS) <= {quantity.names[0] for quantity in QUANTITIES}


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_any_text_is_a_unit_or_none(found: str, wanted: str, variable: str) -> None:
    way = conversion(found, wanted, variable)
    assert way is None or way[0] != 0
