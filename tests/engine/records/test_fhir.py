# SPDX-License-Identifier: Apache-2.0
"""FHIR R4: bundles and bulk exports become one row per patient; what is not asked for is not kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import fhir, loaders
from engine.records.fhir_rows import day_of
from engine.records.loader import ReadOptions
from engine.records.memory import load
from engine.values import NoToken


def patient(number: int, gender: str = "female", born: str = "1960-05-02") -> dict[str, Any]:
    return {"resourceType": "Patient", "id": f"p{number}", "gender": gender, "birthDate": born, "name": [{"family": "PLANTEDNAME"}]}


def observation(number: int, code: str, value: float, date: str, unit: str = "mg/dL", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code, "display": f"Test {code}"}]},
        "subject": {"reference": f"Patient/p{number}"},
        "effectiveDateTime": date,
        "valueQuantity": {"value": value, "unit": unit},
        **more,
    }


def condition(number: int, code: str, date: str, **more: Any) -> dict[str, Any]:
    coded = {"coding": [{"code": code, "display": f"Illness {code}"}]}
    return {"resourceType": "Condition", "code": coded, "subject": {"reference": f"Patient/p{number}"}, "onsetDateTime": date, **more}


PRESSURE = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"code": "85354-9"}]},
    "subject": {"reference": "https://ehr.example/fhir/Patient/p2"},
    "effectivePeriod": {"start": "2024-02-01"},
    "component": [
        {"code": {"coding": [{"code": "8480-6", "display": "Systolic"}]}, "valueQuantity": {"value": 141, "unit": "mmHg"}},
        {"code": {"coding": [{"code": "8462-4", "display": "Diastolic"}]}, "valueQuantity": {"value": 91, "unit": "mmHg"}},
    ],
}
EXPORT = {
    "Patient.ndjson": [patient(1), patient(2, "male", "1930"), patient(3, "other", "2000-01-01")],
    "Observation.ndjson": [
        observation(1, "2339-0", 90, "2024-01-01"),
        observation(1, "2339-0", 110, "2024-03-01T10:00:00+01:00"),
        observation(1, "2339-0", 400, "2024-04-01", status="entered-in-error"),
        observation(2, "2339-0", 5.5, "2024-01-01", "mmol/L"),
        observation(2, "2339-0", 99, "2020-01-01"),
        PRESSURE,
    ],
    "Condition.ndjson": [
        condition(1, "44054006", "2023-06-01"),
        condition(3, "44054006", "2024-05-05", verificationStatus={"coding": [{"code": "refuted"}]}),
        condition(3, "38341003", "2024-05-05"),
        {**condition(9, "38341003", "2024-05-05"), "subject": {}},
    ],
    "Encounter.ndjson": [{"resourceType": "Encounter", "id": "e"}],
    "README.md": [],
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "导出"
    folder.mkdir()
    for name, resources in EXPORT.items():
        (folder / name).write_text("".join(json.dumps(resource, ensure_ascii=False) + "\n" for resource in resources), encoding="utf-8")
    return folder


def rows(path: Path, **settings: str) -> dict[str, list[Any]]:
    return load(loaders.survey(path, ReadOptions(settings=settings))).table.to_pydict()


def codes(path: Path, **settings: str) -> dict[str, dict[str, object]]:
    return {finding.code: dict(finding.fields) for finding in loaders.survey(path, ReadOptions(settings=settings)).findings}


def test_one_row_a_patient_by_a_recipe(export: Path) -> None:
    found = rows(
        export,
        observations="glucose=2339-0[mg/dL]:mean@-365..0, sys=8480-6",
        conditions="diabetes=44054006, hypertension=38341003",
        index="2024-12-31",
    )
    assert found == {
        "patient": ["p1", "p2", "p3"],
        "sex": ["female", "male", "other"],
        "age": [64.0, 90.0, 24.0],
        "glucose": [100.0, None, None],
        "sys": [None, 141.0, None],
        "diabetes": [1.0, 0.0, 0.0],
        "hypertension": [0.0, 0.0, 1.0],
    }


def test_windows_hang_on_the_index_date(export: Path) -> None:
    first_diagnosis = rows(export, observations="before=2339-0:last, after=2339-0:max@1..", index="44054006")
    assert first_diagnosis["before"] == [None, None, None]
    assert first_diagnosis["after"] == [110.0, None, None]
    assert first_diagnosis["age"][0] == 63.0
    assert rows(export, observations="x=2339-0:last@-40..0", index="last")["x"] == [110.0, None, None]


def test_without_a_recipe_the_frequent_codes_are_taken(export: Path) -> None:
    found = rows(export)
    assert list(found)[:3] == ["patient", "sex", "age"]
    assert set(list(found)[3:]) == {
        "Test 2339-0 (2339-0)",
        "Diastolic (8462-4)",
        "Systolic (8480-6)",
        "Illness 38341003 (38341003)",
        "Illness 44054006 (44054006)",
    }
    assert loaders.survey(export).units["Systolic (8480-6)"] == "mmHg"


def test_what_was_passed_over_is_said(export: Path) -> None:
    found = codes(export, observations="g=2339-0[mg/dL], none=0-0")
    assert found["fhir-passed"] == {"count": 1, "kinds": "Encounter"}
    assert found["fhir-in-error"] == {"count": 2}
    assert found["fhir-no-patient"] == {"count": 1}
    assert found["fhir-units"] == {"count": 1, "unit": "mg/dL"}
    assert "fhir-nothing" in found
    (export / "Patient.ndjson").unlink()
    assert codes(export)["fhir-unknown-patients"] == {"count": 3, "rows": 3}


def test_no_name_and_no_birth_date_is_kept(export: Path) -> None:
    survey = loaders.survey(export)
    text = str(survey.table.to_pydict()) + str(survey.findings) + str(survey.units)
    assert "PLANTEDNAME" not in text
    assert "1960" not in text


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("urn", [False, True])
def test_a_bundle_gives_the_same(export: Path, tmp_path: Path, indent: int | None, urn: bool) -> None:
    every = [resource for resources in EXPORT.values() for resource in resources]
    entries = [{**({"fullUrl": f"urn:uuid:{resource.get('id', '0')}"} if urn else {}), "resource": resource} for resource in every]
    text = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}, indent=indent)
    if urn:
        text = text.replace('"Patient/p', '"urn:uuid:p')
    path = tmp_path / "bundle.json"
    path.write_text(text)
    settings = {"observations": "g=2339-0[mg/dL]", "conditions": "d=44054006", "index": "2024-12-31"}
    expected = rows(export, **settings)
    found = rows(path, **settings)
    if urn:
        found["patient"] = [identity.removeprefix("urn:uuid:") for identity in found["patient"]]
        # The blood pressure names its patient by another server's address: a patient of its own here.
        assert {name: column[:3] for name, column in found.items()} == expected
    else:
        assert found == expected


def test_a_preview_reads_only_the_beginning(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    preview = loaders.preview(export)
    assert preview.header[:3] == ("patient", "sex", "age")
    assert preview.rows[0][:2] == ("p1", "female")
    assert preview.format == "fhir"
    assert preview.file_bytes == sum(path.stat().st_size for path in export.glob("*.ndjson"))


def code_of(action) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value.code


def test_what_is_no_fhir(export: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ndjson"
    line = json.dumps(patient(1))
    broken = [(line + "\n{", 2), (line + "\n[]\n", 2), ('{"a": 1}\n', 1), (line[:-20], 1), (line + "\nnull", 2), ("[" * 100_000, 1)]
    for text, row in broken:
        path.write_text(text)
        with pytest.raises(WardroundError) as caught:
            fhir.FhirLoader().survey(path, ReadOptions(), NoToken())
        assert (caught.value.code, caught.value.fields["row"]) == ("E-FHIR-01", row)
    path.write_text('{"resourceType": "Encounter"}\n')
    assert code_of(lambda: loaders.survey(path)) == "E-FHIR-04"
    monkeypatch.setattr(fhir, "LONGEST_LINE", 10)
    path.write_bytes(line.encode() + b"\n" + b"x" * (3 << 20))
    assert code_of(lambda: loaders.survey(path)) == "E-FHIR-02"
    monkeypatch.setattr(fhir, "LARGEST_BUNDLE", 10)
    path.write_bytes(b'{\n"resourceType": "Bundle"' + b" " * (3 << 20))
    assert code_of(lambda: fhir.FhirLoader().survey(path, ReadOptions(), NoToken())) == "E-FHIR-03"


def test_an_export_that_changes(export: Path) -> None:
    survey = loaders.survey(export)
    with (export / "Condition.ndjson").open("a") as file:
        file.write(json.dumps(condition(1, "1", "2020")) + "\n")
    assert code_of(lambda: list(survey.batches(NoToken()))) == "E-DATA-10"


DATES = [("1970-01-02", 1), ("1970", 0), ("1970-02", 31), ("1969-12-31T23:00Z", -1), ("2024-13-01", None), (7, None), ("x", None)]


@pytest.mark.parametrize(("text", "date"), DATES)
def test_dates(text: object, date: int | None) -> None:
    assert day_of(text) == date


KEYS = st.sampled_from([*PRESSURE, "id", "coding", "code", "reference", "value", "entry"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from([*PRESSURE, "id", "birthDate", "gender"]), JSON), max_size=4), st.sampled_from(fhir.KINDS))
def test_any_resource_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, resources: list[dict[str, Any]], kind: str) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.ndjson"
    lines = [json.dumps({**resource, "resourceType": kind}) for resource in resources]
    path.write_text("\n".join([json.dumps(patient(1)), *lines]))
    try:
        load(fhir.FhirLoader().survey(path, ReadOptions(), NoToken()))
    except WardroundError as error:
        assert error.code.startswith(("E-FHIR", "E-DATA"))  # noqa: PT017 - both outcomes are right
