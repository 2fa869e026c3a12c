# SPDX-License-Identifier: Apache-2.0
"""What clinical columns can hold: units guessed from values, and values that no patient has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from engine.records.describe import Description
from engine.records.loader import Finding
from engine.records.offers import offers
from engine.records.plausible import QUANTITIES, quantity_of
from engine.values import NoToken


def findings(name: str, values: np.ndarray, unit: str = "") -> dict[str, Finding]:
    table = pa.table({name: pa.array(values, pa.float64())})
    description = Description(table.schema, {name: unit} if unit else {})
    for batch in table.to_batches():
        description.update(batch, NoToken())
    return {finding.code: finding for finding in description.findings()}


def around(middle: float, spread: float, count: int = 500) -> np.ndarray:
    return np.random.default_rng(7).normal(middle, spread, count)


@pytest.mark.parametrize(
    ("name", "middle", "spread", "unit"),
    [
        ("Glucose", 5.6, 1, "mmol/L"),
        ("空腹血糖", 101, 20, "mg/dL"),
        ("height", 1.7, 0.1, "m"),
        ("身高", 168, 9, "cm"),
        ("Temp", 98.4, 0.8, "°F"),
        ("creatinine", 80, 15, "umol/L"),
        ("SBP", 16.5, 2, "kPa"),
        ("hb", 13.5, 1.4, "g/dL"),
    ],
)
def test_the_unit_is_guessed_from_the_values(name: str, middle: float, spread: float, unit: str) -> None:
    assert findings(name, around(middle, spread))["unit-guessed"].fields == {"unit": unit}


def test_a_unit_that_fits_no_scale_is_asked_for() -> None:
    assert "unit-unclear" in findings("glucose", around(30, 1))
    assert not {"unit-unclear", "unit-guessed"} & set(findings("glucose", around(5, 1), "mmol/L"))
    assert not {"unit-unclear", "unit-guessed", "impossible"} & set(findings("glucose", around(30, 1), "furlong"))


def test_values_that_no_patient_has() -> None:
    values = around(55, 15)
    values[:3] = (-4, 999, 250)
    found = findings("Age", np.abs(values) * np.sign(values))["impossible"]
    assert found.fields["count"] == 3
    assert (found.fields["low"], found.fields["high"]) == (0, 120)
    [mend] = offers(found)
    assert (mend.kind, mend.column, dict(mend.fields)) == ("limits", "Age", {"low": 0, "high": 120})


def test_other_columns_are_left_alone() -> None:
    assert quantity_of("ward") is None
    assert not findings("ward", around(10_000, 1))


def test_each_scale_holds_its_usual_values() -> None:
    for quantity in QUANTITIES:
        for scale in quantity.scales:
            assert scale.low <= scale.usual_low < scale.usual_high <= scale.high
    names = [name for quantity in QUANTITIES for name in quantity.names]
    assert len({quantity_of(name) for name in names}) == len(QUANTITIES)
