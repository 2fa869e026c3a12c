# SPDX-License-Identifier: Apache-2.0
"""What shows once outcome and patient are known: balance, leaks, copies of patients, subgroups."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.datasets import load_breast_cancer

from engine.errors import WardroundError
from engine.records.inspection import Inspection, inspect
from engine.records.loader import Finding
from engine.records.memory import MemoryTable
from engine.values import NoToken

RANDOM = np.random.default_rng(3)
ROWS = 400
AGE = RANDOM.integers(1, 95, ROWS).astype(float)
SICK = RANDOM.random(ROWS) < 0.3


def look(patient: str = "", **columns: object) -> Inspection:
    made = {
        "age": pa.array(AGE),
        "sex": pa.array(np.where(RANDOM.random(ROWS) < 0.5, "m", "f")),
        "sick": pa.array(np.where(SICK, "yes", "no")),
    }
    for name, values in columns.items():
        made[name] = pa.array(values)  # type: ignore[arg-type]
    return inspect(MemoryTable(pa.table(made)), "sick", patient, NoToken())


def found(inspection: Inspection, code: str) -> list[Finding]:
    return [finding for finding in inspection.findings if finding.code == code]


def test_classes_counts_and_subgroups() -> None:
    inspection = look()
    assert inspection.classes == ("no", "yes")
    assert inspection.counts == (int((~SICK).sum()), int(SICK.sum()))
    assert inspection.patients == ROWS
    for kind in ("sex", "age"):
        groups = [group for group in inspection.subgroups if group.kind == kind]
        assert sum(group.rows for group in groups) == ROWS
        assert tuple(sum(group.outcomes[n] for group in groups) for n in (0, 1)) == inspection.counts
    assert [group.label for group in inspection.subgroups if group.kind == "age"] == ["0–17", "18–39", "40–64", "65–79", "≥ 80"]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a copy", np.where(SICK, "ill", "well")),
        ("a code", np.where(SICK, 1.0, 0.0)),
        ("a late value", np.where(SICK, RANDOM.normal(100, 1, ROWS), RANDOM.normal(0, 1, ROWS))),
        ("nearly", np.where(SICK ^ (np.arange(ROWS) < 2), "x", "y")),
    ],
)
def test_a_column_that_gives_the_outcome_away(name: str, values: object) -> None:
    [leak] = found(look(**{name: values}), "leak")
    assert leak.column == name


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("good", np.where(SICK, RANDOM.normal(3, 1, ROWS), RANDOM.normal(0, 1, ROWS))),
        ("key", [f"k{n}" for n in range(ROWS)]),
        ("noise", RANDOM.normal(0, 1, ROWS)),
        ("mostly missing", [("yes" if SICK[n] else "no") if n < 20 else None for n in range(ROWS)]),
    ],
)
def test_no_false_alarm(name: str, values: object) -> None:
    assert not found(look(**{name: values}), "leak")


def test_no_leak_in_public_records() -> None:
    """Thirty measurements, the best of which has an AUC of 0.98: strong, but no leak."""
    data = load_breast_cancer()
    columns = {name: data.data[:, n] for n, name in enumerate(data.feature_names)}
    table = pa.table({**columns, "target": pa.array(np.where(data.target, "b", "m"))})
    assert not found(inspect(MemoryTable(table), "target", "", NoToken()), "leak")


def test_patients_with_several_rows() -> None:
    inspection = look("id", id=[f"P{min(n, 390)}" if n else None for n in range(ROWS)])
    assert inspection.patients == 391
    assert found(inspection, "patient-missing")[0].fields == {"count": 1}
    assert found(inspection, "patient-several-rows")[0].fields == {"count": 1, "rows": 9}
    assert len(found(inspection, "patient-two-outcomes")) == (0 < SICK[390:].sum() < 10)


def test_an_outcome_with_few_of_one_kind() -> None:
    table = pa.table({"x": pa.array(AGE), "sick": pa.array(["yes"] * 4 + [None] * 6 + ["no"] * 390)})
    inspection = inspect(MemoryTable(table), "sick", "", NoToken())
    assert found(inspection, "outcome-scarce")[0].fields["count"] == 4
    assert found(inspection, "outcome-missing")[0].fields == {"count": 6, "rows": 400}
    alone = inspect(MemoryTable(pa.table({"x": pa.array(AGE), "sick": pa.array(["no"] * ROWS)})), "sick", "", NoToken())
    assert found(alone, "outcome-one-class")[0].severity == "block"


@pytest.mark.parametrize(("outcome", "patient"), [("nothing", ""), ("sick", "nothing"), ("age", "")])
def test_what_is_no_outcome(outcome: str, patient: str) -> None:
    table = MemoryTable(pa.table({"age": pa.array(AGE + RANDOM.random(ROWS)), "sick": pa.array(["a", "b"] * (ROWS // 2))}))
    with pytest.raises(WardroundError) as caught:
        inspect(table, outcome, patient, NoToken())
    assert caught.value.code == "E-DATA-40"
