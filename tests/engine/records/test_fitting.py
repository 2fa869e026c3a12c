# SPDX-License-Identifier: Apache-2.0
"""Records as a study sees them, and the refusals when they do not fit."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import WardroundError
from engine.records.fitting import fit, study_table
from engine.records.match import match
from engine.records.memory import MemoryTable
from engine.study.manifest import Kind, Manifest, Outcome, Role, StudySection, Variable
from engine.values import NoToken, StudyId

KEY = b"k" * 32
N = 20
AGE = Variable("age", Kind.NUMERIC, unit="year", range=(10, 60), missing=("-9", "999"))
PRESSURE = Variable("systolic", Kind.NUMERIC, unit="mmHg", units={"kPa": 7.50062}, range=(50, 280))
SMOKING = Variable(
    "smoking",
    Kind.CATEGORY,
    categories=("never", "former", "current"),
    category_synonyms={"从不": "never", "ex": "former"},
    missing=("未问",),
)
FLAG = Variable("diabetes", Kind.FLAG, categories=("no", "yes"))
OUTCOME = Variable("preterm", Kind.CATEGORY, Role.OUTCOME, categories=("no", "yes"))
PATIENT = Variable("record_no", Kind.TEXT, Role.PATIENT_ID)


def manifest(*variables: Variable, outcome: Variable = OUTCOME) -> Manifest:
    return Manifest(StudySection(StudyId("s"), "S", "P", "L"), (*variables, outcome), Outcome(outcome.name))


def read(study: Manifest, **columns: list[object]):
    """The fit of a table whose outcome alternates unless given."""
    rows = max((len(values) for values in columns.values()), default=N)
    columns.setdefault("preterm", ["no", "yes"] * (rows // 2) + ["no"] * (rows % 2))
    arrays = {
        name: pa.array(values, pa.float64() if all(value is None or isinstance(value, float) for value in values) else pa.string())
        for name, values in columns.items()
    }
    reader = MemoryTable(pa.table(arrays))
    return fit(reader, study, match(study, reader.summaries), NoToken(), KEY)


def refusal(study: Manifest, **columns: list[object]) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(study, **columns)
    assert caught.value.sentence("en") != caught.value.sentence("zh")
    return caught.value


def test_numbers_with_missing_codes_and_range() -> None:
    found = read(manifest(AGE), age=[-9.0, 999.0, None, 9.0, 61.0, *(20.0 + row for row in range(15))])
    values = found.table.numeric["age"]
    assert values.dtype == np.float64
    assert np.isnan(values[:5]).all()
    assert values[5:].tolist() == [20.0 + row for row in range(15)]
    assert found.outside == {"age": 2}


def test_units_are_converted_before_the_range() -> None:
    found = read(manifest(PRESSURE), **{"systolic [kPa]": [16.0] * N})
    assert found.table.numeric["systolic"] == pytest.approx(np.full(N, 16 * 7.50062))
    edge = read(manifest(PRESSURE), **{"systolic [kPa]": [280 / 7.50062, *[16.0] * (N - 1)]})
    assert edge.table.numeric["systolic"][0] == pytest.approx(280)
    assert edge.outside == {"systolic": 0}


def test_wrong_unit_is_told_by_the_range() -> None:
    portal = Variable("portal pressure", Kind.NUMERIC, unit="mmHg", units={"kPa": 7.50062}, range=(50, 280))
    error = refusal(manifest(portal), **{"portal pressure": [16.0 + row / 10 for row in range(N)]})
    assert error.code == "E-DATA-29"
    assert (error.fields["likely"], error.fields["percent"], error.fields["column"]) == ("kPa", 100, "portal pressure")
    strange = refusal(manifest(PRESSURE), systolic=[1.0] * 5 + [120.0] * 15)
    assert (strange.code, strange.fields["percent"], strange.fields["unit"]) == ("E-DATA-22", 25, "mmHg")


def test_wrong_unit_is_told_by_what_patients_have() -> None:
    error = refusal(manifest(PRESSURE), systolic=[16.0 + row / 10 for row in range(N)])
    assert (error.code, error.fields["unit"], error.fields["expected"]) == ("E-DATA-41", "kPa", "mmHg")


def test_text_that_is_numbers_is_read() -> None:
    found = read(manifest(AGE), age=["31", "-9", "NA", "05", "28,5", *["40"] * 15])
    values = found.table.numeric["age"]
    assert values[0] == 31
    assert np.isnan(values[1:4]).all()  # 5 is below the range
    assert values[4] == 28.5


def test_text_that_is_no_number_is_refused_with_count_and_rows() -> None:
    error = refusal(manifest(AGE), age=["31", "about 40", "22", "<5", *["40"] * 16])
    assert error.code == "E-DATA-23"
    assert (error.fields["count"], error.fields["total"], error.fields["rows"]) == (2, 20, "2, 4")
    assert "about" not in error.sentence("en")


def test_the_study_s_own_missing_words() -> None:
    told = Variable("age", Kind.NUMERIC, missing=("not asked",))
    assert np.isnan(read(manifest(told), age=["not asked", *["40"] * 19]).table.numeric["age"][0])


def test_categories_by_case_width_synonym() -> None:
    words: list[object] = ["never", "NEVER", " Former ", "ｃｕｒｒｅｎｔ", "从不", "Ex", "未问", None, "pipe"]
    found = read(manifest(SMOKING), smoking=words + ["never"] * 11)
    codes = found.table.coded["smoking"]
    assert codes.dtype == np.int32
    assert codes[:9].tolist() == [0, 0, 1, 2, 0, 1, -1, -1, 3]
    assert found.unknown == {"smoking": 1, "preterm": 0}


def test_categories_written_as_numbers() -> None:
    staged = Variable("stage", Kind.ORDINAL, categories=("1", "2", "3"), missing=("9",))
    codes = read(manifest(staged), stage=[1.0, 2.0, 3.0, 9.0, None, 4.0, *[1.0] * 14]).table.coded["stage"]
    assert codes[:6].tolist() == [0, 1, 2, -1, -1, 3]


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("Yes", "NO"), ("是", "否"), ("TRUE", "false"), ("阳性", "阴性"), ("Y", "n"), (1.0, 0.0)]
)
def test_yes_and_no_in_every_spelling(yes: object, no: object) -> None:
    found = read(manifest(FLAG), diabetes=[yes, no] * 10)
    assert found.table.coded["diabetes"].tolist() == [1, 0] * 10
    turned = Variable("diabetes", Kind.FLAG, categories=("positive", "negative"))
    assert read(manifest(turned), diabetes=[yes, no] * 10).table.coded["diabetes"].tolist() == [0, 1] * 10


def test_a_column_of_other_words_is_refused() -> None:
    error = refusal(manifest(SMOKING), smoking=["red", "blue"] * 10)
    assert error.code == "E-DATA-26"
    assert "red" not in error.sentence("en")


def test_rows_without_outcome_are_dropped_and_counted() -> None:
    outcome: list[object] = [None, "perhaps", *["no", "yes"] * 9]
    found = read(manifest(AGE), age=[20.0 + row for row in range(20)], preterm=outcome)
    assert len(found.table) == 18
    assert found.table.dropped == 2
    assert found.table.labels.tolist() == [0, 1] * 9
    assert found.table.numeric["age"][0] == 22.0
    many = refusal(manifest(AGE), age=[20.0] * 20, preterm=["perhaps"] * 5 + ["no", "yes", "no"] * 5)
    assert (many.code, many.fields["count"], many.fields["total"]) == ("E-DATA-26", 5, 20)


def test_one_class_and_too_few_rows() -> None:
    error = refusal(manifest(AGE), age=[20.0] * N, preterm=["yes"] * N)
    assert (error.code, error.fields["label"], error.exit_code) == ("E-DATA-24", "yes", 8)
    few = refusal(manifest(AGE), age=[20.0] * 12, preterm=["yes", "no", "no"] * 3 + [None] * 3)
    assert (few.code, few.fields["rows"], few.fields["dropped"]) == ("E-DATA-25", 9, 3)


def test_patients_are_told_apart_and_not_named() -> None:
    identities: list[object] = ["A1", "a1 ", "Ａ1", "B2", None, None, *[f"C{row}" for row in range(14)]]
    table = read(manifest(PATIENT, AGE), record_no=identities, age=[20.0] * N).table
    assert table.patients[:4].tolist() == [0, 0, 0, 1]
    assert len(set(table.patients.tolist())) == len(table.patient_keys) == 18
    assert table.patients[4] != table.patients[5]
    assert all(len(key) == 64 for key in table.patient_keys)
    numbered = read(manifest(PATIENT, AGE), record_no=[float(row // 2) for row in range(N)], age=[20.0] * N).table
    assert numbered.patients.tolist() == [row // 2 for row in range(N)]


def test_patients_keep_their_digest_over_reimports() -> None:
    rows = [(f"P{row}", 20.0 + row % 30, ("no", "yes")[row % 2]) for row in range(40)]
    study = manifest(PATIENT, AGE)

    def keys_of(order: list[tuple[str, float, str]], study: Manifest) -> dict[float, str]:
        table = read(study, record_no=[r[0] for r in order], age=[r[1] for r in order], preterm=[r[2] for r in order]).table
        return sorted(table.patient_keys[patient] for patient in table.patients)

    shuffled = [rows[place] for place in np.random.default_rng(4).permutation(40)]
    assert keys_of(rows, study) == keys_of(shuffled, study)
    assert keys_of(rows, manifest(AGE)) == keys_of(shuffled, manifest(AGE)), "without a patient number too"
    assert keys_of(rows, study) != keys_of(rows, manifest(AGE))


def test_another_key_gives_other_digests() -> None:
    study = manifest(AGE)
    reader = MemoryTable(pa.table({"age": [20.0 + row for row in range(N)], "preterm": ["no", "yes"] * 10}))
    matches = match(study, reader.summaries)
    one = study_table(reader, study, matches, NoToken(), KEY)
    two = study_table(reader, study, matches, NoToken(), b"x" * 32)
    assert set(one.patient_keys).isdisjoint(two.patient_keys)


def test_missing_variable_is_refused_first() -> None:
    assert refusal(manifest(AGE, SMOKING), age=[20.0] * N).code == "E-DATA-20"
