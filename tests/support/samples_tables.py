# SPDX-License-Identifier: Apache-2.0
"""Samples of the table formats that cannot hold any table: workbooks, files of statistics programs, OMOP folders."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars
import pyreadstat
import xlwt

from tests.support.samples import Sample

ROWS = 130
COLUMNS = ("record", "systolic [mmHg]", "seen", "smoker", "吸烟")
FIRST: dict[str, float | str | None] = {"record": "P0", "systolic [mmHg]": 101.5, "seen": "2024-01-31", "smoker": "true", "吸烟": None}


def table(variant: int) -> list[list[object]]:
    """The rows of all workbooks: text, numbers with gaps, dates, flags, words with gaps."""
    day = datetime.date(2024, 1, 31)
    rows: list[list[object]] = []
    for row in range(ROWS):
        systolic = None if row % 7 == 6 else 101.5 + row % 50 + variant
        words = None if row % 3 == 0 else "从不"
        rows.append([f"P{row}", systolic, day + datetime.timedelta(days=row), row % 2 == 0, words])
    return rows


def xlsx(folder: Path, variant: int) -> Path:
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = datetime.datetime(2024, 1, 1)  # noqa: DTZ001 - a workbook knows no time zones
    sheet = book.active
    assert sheet is not None
    sheet.append(COLUMNS)
    for row in table(variant):
        sheet.append(row)
    path = folder / "数据 (新).xlsx"
    book.save(path)
    return path


def xls(folder: Path, variant: int) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    dates = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, row in enumerate([COLUMNS, *table(variant)]):
        for place, cell in enumerate(row):
            if isinstance(cell, datetime.date):
                sheet.write(number, place, cell, dates)
            elif cell is not None:
                sheet.write(number, place, cell)
    path = folder / "数据 (新).xls"
    book.save(str(path))
    return path


def ods(folder: Path, variant: int) -> Path:
    def cell(value: object) -> str:
        match value:
            case None:
                return "<table:table-cell/>"
            case bool():
                return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(value).lower()}"/>'
            case float():
                return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
            case datetime.date():
                return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
            case _:
                return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    lines = ["".join(map(cell, row)) for row in [list(COLUMNS), *table(variant)]]
    names = ("office", "table", "text")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Data">{body}<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    path = folder / "数据 (新).ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def statistics(suffix: str) -> Callable[[Path, int], Path]:
    """Writes the table by ReadStat's own writers: dates as dates, flags as labelled numbers."""

    def make(folder: Path, variant: int) -> Path:
        rows = table(variant)
        frame = polars.DataFrame(
            {
                "record": [f"{row[0]:7}".strip() for row in rows],
                "systolic": [row[1] for row in rows],
                "seen": [row[2] for row in rows],
                "smoker": [1.0 if row[3] else 2.0 for row in rows],
                "smoking": [("" if row[4] is None else "never" if suffix == "por" else row[4]) for row in rows],  # .por is ASCII
            },
            schema_overrides={"systolic": polars.Float64, "seen": polars.Date},
        )
        path = folder / f"数据 (新).{suffix}"
        said: dict[str, Any] = {"column_labels": ["Record", "Systolic pressure (mmHg)", "Seen on", "Smoker?", "Smoking"]}
        if suffix in ("sav", "zsav", "dta"):
            said["variable_value_labels"] = {"smoker": {1: "true", 2: "false"}}
        match suffix:
            case "sav" | "zsav":
                pyreadstat.write_sav(frame, str(path), compress=suffix == "zsav", **said)
            case "dta":
                pyreadstat.write_dta(frame, str(path), **said)
            case "por":
                pyreadstat.write_por(frame, str(path), **said)
            case "xpt":
                pyreadstat.write_xport(frame, str(path), **said)
        return path

    return make


def statistics_sample(suffix: str) -> Sample:
    named = ("record", "systolic", "seen", "smoker", "smoking")
    columns = tuple(name.upper() for name in named) if suffix == "por" else named
    flag: float | str = "true" if suffix in ("sav", "zsav", "dta") else 1.0
    values: tuple[float | str | None, ...] = ("P0", 101.5, "2024-01-31", flag, None)
    return Sample(statistics(suffix), columns, ROWS, dict(zip(columns, values, strict=True)))


OMOP_RECIPE = {
    "measurements": "glucose=3004501:mean@-365..0",
    "conditions": "diabetes=201826",
    "visits": "stays=9201",
    "index": "2024-12-31",
}


def omop(folder: Path, variant: int) -> Path:
    """Persons with measurements before and after the index date, diagnoses and visits, as CSV and Parquet."""
    root = folder / "cdm"
    root.mkdir()
    people = [{"person_id": 1000 + n, "gender_concept_id": 8532 if n % 2 else 8507, "year_of_birth": 1950 + n % 50} for n in range(ROWS)]
    polars.DataFrame(people).write_csv(root / "PERSON.csv")
    lines = ["measurement_id,person_id,measurement_concept_id,measurement_date,value_as_number,unit_source_value"]
    for n in range(ROWS):
        lines += [
            f"{3 * n},{1000 + n},3004501,2024-03-01,{5.5 + variant},mmol/L",
            f"{3 * n + 1},{1000 + n},3004501,2024-06-01,{6.5 + n % 3},mmol/L",
            f"{3 * n + 2},{1000 + n},3004501,2025-06-01,99,mmol/L",
        ]
    (root / "measurement.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    conditions = {
        "person_id": [1000, 1002],
        "condition_concept_id": [201826, 201826],
        "condition_start_date": [datetime.date(2020, 1, 1)] * 2,
    }
    polars.DataFrame(conditions).write_parquet(root / "condition_occurrence.parquet")
    visits = {"person_id": [1000, 1000], "visit_concept_id": [9201, 9201], "visit_start_date": ["2023-01-01", "2023-05-01"]}
    polars.DataFrame(visits).write_csv(root / "visit_occurrence.csv")
    return root


def omop_parquet(folder: Path, variant: int) -> Path:
    """The same, all Parquet: what is cut off a CSV file between two lines cannot be missed."""
    root = omop(folder, variant)
    for path in root.glob("*.csv"):
        polars.read_csv(path).write_parquet(path.with_suffix(".parquet"))
        path.unlink()
    return root


OMOP = Sample(
    omop_parquet,
    ("person_id", "sex", "age", "glucose", "diabetes", "stays"),
    ROWS,
    {"person_id": "1000", "sex": "male", "age": 74.0, "glucose": 6.0, "diabetes": 1.0, "stays": 2.0},
    OMOP_RECIPE,
)
SAMPLES = {
    "omop": OMOP,
    **{f"statistics: {suffix}": statistics_sample(suffix) for suffix in ("sav", "zsav", "por", "dta", "xpt")},
    "workbook: xlsx": Sample(xlsx, COLUMNS, ROWS, FIRST),
    "workbook: xls": Sample(xls, COLUMNS, ROWS, FIRST),
    "workbook: ods": Sample(ods, COLUMNS, ROWS, FIRST),
}
