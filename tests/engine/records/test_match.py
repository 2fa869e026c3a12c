# SPDX-License-Identifier: Apache-2.0
"""Columns find their variables by name, synonym and unit; what does not fit is said."""

from __future__ import annotations

import pytest

from engine.errors import WardroundError
from engine.records.describe import ColumnSummary
from engine.records.headers import split_unit
from engine.records.match import match, note_sentence, problem_sentence, require, same_unit
from engine.study.manifest import Kind, Manifest, Outcome, Role, StudySection, Variable
from engine.values import StudyId

SYSTOLIC = Variable("systolic", Kind.NUMERIC, synonyms=("SBP", "收缩压"), unit="mmHg", units={"kPa": 7.50062}, range=(50, 280))
OUTCOME = Variable("preterm", Kind.CATEGORY, Role.OUTCOME, categories=("no", "yes"))
PATIENT = Variable("record_no", Kind.TEXT, Role.PATIENT_ID)


def manifest(*variables: Variable) -> Manifest:
    section = StudySection(StudyId("s"), "S", "P", "L")
    return Manifest(section, (*variables, OUTCOME), Outcome("preterm"))


def columns(*names: str) -> list[ColumnSummary]:
    return [ColumnSummary(name, "numeric", split_unit(name)[1], 9, 0, 9, True, 0.0, 1.0, 0.5, 0.1, ()) for name in names]


def first(variable: Variable, *names: str):
    return match(manifest(variable), columns(*names, "preterm"))[0]


@pytest.mark.parametrize(
    ("header", "factor", "note"),
    [
        ("systolic", 1.0, "unit-assumed"),
        ("SYSTOLIC [mmHg]", 1.0, "same-name"),
        ("Systolic (MMHG)", 1.0, "same-name"),
        ("收缩压（毫米汞柱）", 1.0, "synonym"),
        ("sbp [mm Hg]", 1.0, "synonym"),
        ("systolic [kPa]", 7.50062, "converted"),
        ("收缩压（千帕）", 7.50062, "converted"),
    ],
)
def test_found(header: str, factor: float, note: str) -> None:
    found = first(SYSTOLIC, "other", header)
    assert (found.column, found.factor, found.note, found.problem) == (header, factor, note, "")


def test_exact_name_wins_over_synonym() -> None:
    assert first(SYSTOLIC, "SBP", "systolic").column == "systolic"


def test_two_candidates_are_a_problem() -> None:
    found = first(SYSTOLIC, "Systolic", "SYSTOLIC [mmHg]")
    assert (found.problem, found.fields) == ("two-columns", {"other": "SYSTOLIC [mmHg]"})


def test_unknown_unit_is_a_problem() -> None:
    found = first(SYSTOLIC, "systolic [kg]")
    assert (found.problem, found.fields) == ("unit", {"found": "kg", "expected": "mmHg, kPa"})


def test_ignored_variables_are_not_looked_for() -> None:
    ignored = Variable("note", Kind.TEXT, Role.IGNORE)
    assert [found.variable for found in match(manifest(ignored), columns("preterm"))] == ["preterm"]


def test_patient_number_may_be_absent() -> None:
    found = first(PATIENT, "x")
    assert (found.column, found.note, found.problem) == (None, "row-is-patient", "")


@pytest.mark.parametrize(
    ("names", "code"),
    [(("preterm",), "E-DATA-20"), (("systolic [kg]", "preterm"), "E-DATA-21"), (("Systolic", "SYSTOLIC", "preterm"), "E-DATA-27")],
)
def test_require_refuses(names: tuple[str, ...], code: str) -> None:
    with pytest.raises(WardroundError) as caught:
        require(match(manifest(SYSTOLIC), columns(*names)))
    assert caught.value.code == code
    assert caught.value.sentence("en") != caught.value.sentence("zh")


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(WardroundError) as caught:
        require(match(manifest(SYSTOLIC, Variable("age", Kind.NUMERIC)), columns("x")))
    assert caught.value.fields == {"count": 3, "variables": "systolic, age, preterm"}


def test_notes_and_problems_are_sentences() -> None:
    for names in (("systolic",), ("SBP [mmHg]",), ("systolic [kPa]",), ("systolic [kg]",), ("Systolic", "SYSTOLIC"), ("x",)):
        found = first(SYSTOLIC, *names)
        for language in ("en", "zh"):
            said = note_sentence(found, language) + problem_sentence(found, language)
            assert said
            assert "{" not in said
    assert "0.5 becomes 3.75" in note_sentence(first(SYSTOLIC, "systolic [kPa]"), "en")
    assert note_sentence(first(PATIENT, "x"), "en")


def test_units_of_one_meaning() -> None:
    assert same_unit("µmol/L", "μmol/l")  # micro sign and Greek letter
    assert same_unit("岁", "years")
    assert same_unit("kg/m²", "kg/m^2")
    assert not same_unit("mmol/L", "mg/dL")
