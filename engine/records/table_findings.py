# SPDX-License-Identifier: Apache-2.0
"""What reading workbooks, statistics files, databases and the like finds, in words."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate

TABLE_CODES = (
    "sheet-chosen",
    "header-found",
    "error-cells",
    "uncalculated",
    "labels-partly",
    "omop-unknown-persons",
    "dates-day-first",
    "dates-month-first",
    "dates-ambiguous",
    "dates-contradict",
    "codes-suspected",
)


def table_sentence(finding: Finding, language: Language) -> str:
    """One of TABLE_CODES in one sentence."""
    fields, column = finding.fields, finding.column
    match finding.code:
        case "sheet-chosen":
            return translate("The sheet “{sheet}” is read, one of {count}.", language, **fields)
        case "header-found":
            return translate("The column names were found in row {row}.", language, **fields)
        case "error-cells":
            return translate("{count} cells hold an error such as #DIV/0! and count as missing.", language, **fields)
        case "uncalculated":
            return translate(
                "{count} formulas have no stored result and count as missing: open the workbook in Excel and save it again.",
                language,
                **fields,
            )
        case "labels-partly":
            return translate(
                "“{column}”: {count} different values have no label, so the labels are not written.", language, column=column, **fields
            )
        case "omop-unknown-persons":
            return translate("{count} persons have records but no row in the table person; they are left out.", language, **fields)
        case "dates-day-first":
            return translate("“{column}”: {count} dates are read as day, month, year.", language, column=column, **fields)
        case "dates-month-first":
            return translate("“{column}”: {count} dates are read as month, day, year.", language, column=column, **fields)
        case "dates-ambiguous":
            return translate(
                "“{column}”: nothing in {count} dates tells whether the day or the month comes first; kept as they are. Choose the order.",
                language,
                column=column,
                **fields,
            )
        case "dates-contradict":
            return translate(
                "“{column}”: {count} dates can only have the day first, {other} only the month; kept as they are.",
                language,
                column=column,
                **fields,
            )
        case "codes-suspected":
            return translate(
                "“{column}”: {count} values are {code}, far from all others: perhaps a code for “missing”.",
                language,
                column=column,
                **fields,
            )
    raise ValueError(finding.code)
