# SPDX-License-Identifier: Apache-2.0
"""OMOP folders: which records make a row, what concepts are called, and tables that lack something."""

from __future__ import annotations

import os
from pathlib import Path

import polars
import pyarrow as pa
import pytest

from engine.errors import WardroundError
from engine.records import loaders
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support import samples_tables


def read(path: Path, **said: str) -> dict[str, list[object]]:
    survey = loaders.survey(path, ReadOptions(settings=said))
    found: dict[str, list[object]] = pa.Table.from_batches(survey.batches(NoToken()), survey.schema).to_pydict()
    return found


def refused(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, ReadOptions(settings=said))
    return caught.value


def with_concepts(root: Path) -> Path:
    lines = [
        "concept_id\tconcept_name\tconcept_code\tstandard_concept",
        "3004501\tGlucose, serum\t2345-7\tS",
        "99\tGlucose, serum\tX\t",
        "8753\tmmol per L\tmmol/L\tS",
    ]
    (root / "CONCEPT.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return root


def test_windows_aggregates_and_index_dates(tmp_path: Path) -> None:
    root = samples_tables.omop(tmp_path, 0)
    found = read(root, measurements="a=3004501:max@.., b=3004501:first, c=3004501:count@-30..30", index="2025-06-10")
    assert [found[name][0] for name in "abc"] == [99.0, 5.5, 1.0]
    found = read(root, conditions="diabetes=201826@..", measurements="g=3004501:last", index="201826")
    assert found["diabetes"][:3] == [1.0, 0.0, 1.0]
    assert found["age"][:3] == [70.0, None, 68.0]  # at the first day of the diagnosis; who has none has no index date
    assert found["g"][:3] == [None, None, None]  # measured later


def test_without_a_recipe_the_most_frequent_concepts_are_named_by_the_table_concept(tmp_path: Path) -> None:
    root = with_concepts(samples_tables.omop(tmp_path, 0))
    survey = loaders.survey(root)
    assert "Glucose, serum (3004501)" in survey.schema.names
    assert survey.units["Glucose, serum (3004501)"] == "mmol/L"
    assert not any(name.startswith("race") for name in survey.schema.names)


def test_concepts_by_name(tmp_path: Path) -> None:
    root = samples_tables.omop(tmp_path, 0)
    polars.DataFrame(
        {"concept_id": [3004501, 7], "concept_name": ["Glucose", "Glucose"], "concept_code": ["a", "b"], "standard_concept": ["S", ""]}
    ).write_csv(root / "concept.csv")
    assert read(root, measurements="glucose:mean@..", index="2024-12-31")["glucose"][0] == pytest.approx((5.5 + 6.5 + 99) / 3)
    assert refused(root, measurements="no such thing").code == "E-TABLE-10"
    assert refused(root, measurements="x=3004501:median").code == "E-DATA-39"


def test_units_of_measurement_by_number(tmp_path: Path) -> None:
    root = with_concepts(samples_tables.omop(tmp_path, 0))
    text = (root / "measurement.csv").read_text(encoding="utf-8").replace("unit_source_value", "unit_concept_id").replace("mmol/L", "8753")
    (root / "measurement.csv").write_text(text, encoding="utf-8")
    assert loaders.survey(root, ReadOptions(settings={"measurements": "g=3004501"})).units["g"] == "mmol/L"


def test_a_table_without_its_columns_is_named(tmp_path: Path) -> None:
    root = samples_tables.omop(tmp_path, 0)
    (root / "measurement.csv").write_text("person_id,measurement_date\n1000,2024-01-01\n", encoding="utf-8")
    error = refused(root, measurements="g=3004501")
    assert (error.code, error.fields["file"], error.fields["columns"]) == ("E-TABLE-09", "measurement.csv", "measurement_concept_id")


def test_records_of_persons_that_are_nobody_are_counted(tmp_path: Path) -> None:
    root = samples_tables.omop(tmp_path, 0)
    with (root / "visit_occurrence.csv").open("a", encoding="utf-8") as file:
        file.write("5,9201,2024-01-01\n")
    survey = loaders.survey(root, ReadOptions(settings=samples_tables.OMOP_RECIPE))
    assert [(f.code, dict(f.fields)) for f in survey.findings] == [("omop-unknown-persons", {"count": 1})]
    assert survey.rows == samples_tables.ROWS


def test_links_and_other_files_are_left_alone(tmp_path: Path) -> None:
    root = samples_tables.omop(tmp_path, 0)
    whole = read(root, **samples_tables.OMOP_RECIPE)
    (root / "notes.docx").write_bytes(b"PK\x03\x04")
    os.symlink(root, root / "drug_exposure.csv")
    assert read(root, **samples_tables.OMOP_RECIPE) == whole
