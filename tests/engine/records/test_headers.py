# SPDX-License-Identifier: Apache-2.0
"""Names and units out of headers."""

from __future__ import annotations

import pytest

from engine.records.headers import looks_like_unit, plain, split_unit


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("systolic [kPa]", "systolic", "kPa"),
        ("systolic (mmHg)", "systolic", "mmHg"),
        ("收缩压（mmHg）", "收缩压", "mmHg"),
        ("收缩压【毫米汞柱】", "收缩压", "毫米汞柱"),
        ("BMI (kg/m²)", "BMI", "kg/m²"),
        ("BMI [kg/m^2]", "BMI", "kg/m^2"),
        ("WBC (10^9/L)", "WBC", "10^9/L"),
        ("creatinine [µmol/L]", "creatinine", "µmol/L"),
        ("心率（次/分）", "心率", "次/分"),
        ("Hct (%)", "Hct", "%"),
        ("GA (weeks) [days]", "GA (weeks)", "days"),
        ("smoking (yes/no)", "smoking (yes/no)", ""),
        ("age (at booking)", "age (at booking)", ""),
        ("pain [left]", "pain [left]", ""),
        ("age", "age", ""),
        ("[kPa]", "[kPa]", ""),
    ],
)
def test_units_are_split_off(header: str, name: str, unit: str) -> None:
    assert split_unit(header) == (name, unit)


def test_plain_names_forget_spelling_only() -> None:
    assert plain("Systolic_BP") == plain("systolic bp") == plain("ＳＹＳＴＯＬＩＣ-bp")
    assert plain("BP1") != plain("BP2")
    assert not looks_like_unit("")
