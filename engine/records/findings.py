# SPDX-License-Identifier: Apache-2.0
"""Findings in words, for a nurse: one sentence each, with its count, never with a value."""

from __future__ import annotations

from collections.abc import Callable

from engine.errors import Language
from engine.records.array_findings import ARRAY_CODES, array_sentence
from engine.records.fhir_findings import FHIR_CODES, fhir_sentence
from engine.records.genomics_findings import EXPRESSION_CODES, GENOTYPE_CODES, expression_sentence, genotype_sentence
from engine.records.inspection_findings import INSPECTION_CODES, inspection_sentence
from engine.records.loader import Finding
from engine.records.molecule_findings import MOLECULE_CODES, molecule_sentence
from engine.records.notes_findings import NOTES_CODES, notes_sentence
from engine.records.table_findings import TABLE_CODES, table_sentence
from engine.text import translate

FAMILIES: tuple[tuple[tuple[str, ...], Callable[[Finding, Language], str]], ...] = (
    (GENOTYPE_CODES, genotype_sentence),
    (EXPRESSION_CODES, expression_sentence),
    (ARRAY_CODES, array_sentence),
    (TABLE_CODES, table_sentence),
    (FHIR_CODES, fhir_sentence),
    (INSPECTION_CODES, inspection_sentence),
    (MOLECULE_CODES, molecule_sentence),
    (NOTES_CODES, notes_sentence),
)
"""The codes of one family of formats, and who says them."""


def sentence(finding: Finding, language: Language) -> str:
    """The finding in one sentence.

    Raises:
        ValueError: for a code that has no sentence (a test goes through all of them).
    """
    for codes, say in FAMILIES:
        if finding.code in codes:
            return say(finding, language)
    fields, column = finding.fields, finding.column
    match finding.code:
        case "encoding-guessed":
            return translate("The encoding was guessed ({encoding}): check that names and words look right.", language, **fields)
        case "decimal-comma":
            return translate("Numbers are read with a decimal comma.", language)
        case "header-looks-like-data":
            return translate("The first row holds numbers only: perhaps the file has no column names.", language)
        case "unnamed-column":
            return translate("Column {number} has no name; it is called “{column}” here.", language, column=column, **fields)
        case "similar-names":
            return translate("“{column}” and “{other}” differ only in spelling.", language, column=column, **fields)
        case "one-column":
            return translate("Only one column was found (split at “{delimiter}”): choose another delimiter.", language, **fields)
        case "ragged":
            return translate(
                "{count} of the rows shown do not have {expected} fields; row {row} has {found}. "
                "The file is refused until they are corrected.",
                language,
                **fields,
            )
        case "blanks-trimmed":
            return translate("“{column}”: blanks around {count} values were removed.", language, column=column, **fields)
        case "mixed-types":
            return translate(
                "“{column}”: {count} of {valid} values are not numbers, so the column is kept as text.", language, column=column, **fields
            )
        case "ambiguous-numbers":
            return translate(
                "“{column}”: {count} numbers like 1,234 could be thousands or decimals; kept as text. Choose the decimal sign to decide.",
                language,
                column=column,
                **fields,
            )
        case "codes-kept":
            return translate("“{column}” holds codes (leading zeros or very long numbers) and is kept as text.", language, column=column)
        case "too-large":
            return translate("“{column}”: {count} numbers are too large and count as missing.", language, column=column, **fields)
        case "empty-column":
            return translate("“{column}” has no values.", language, column=column)
        case "one-value":
            return translate("“{column}” has the same value in every row that has one.", language, column=column)
        case "many-missing":
            return translate("“{column}”: {count} of {rows} values are missing ({percent} %).", language, column=column, **fields)
        case "outliers":
            return translate("“{column}”: {count} values lie far from all the others; check them.", language, column=column, **fields)
        case "duplicate-rows":
            return translate("{count} rows are exact copies of another row.", language, **fields)
        case "unit-guessed":
            return translate("“{column}” names no unit; by its values it is in {unit}.", language, column=column, **fields)
        case "unit-unclear":
            return translate(
                "“{column}” names no unit, and its values fit none of {units} alone: find out which it is.",
                language,
                column=column,
                **fields,
            )
        case "impossible":
            return translate(
                "“{column}”: about {count} values lie outside {low} to {high} {unit}, which no patient has.",
                language,
                column=column,
                **fields,
            )
        case "several-rows":
            return translate(
                "{name}: {count} rows are a second one of their patient; the first of each patient is used.", language, **fields
            )
        case "mend-skipped":
            return translate("A mend of the last export does not apply: there is no column “{column}” now.", language, column=column)
    raise ValueError(finding.code)


CODES = (
    "encoding-guessed",
    "decimal-comma",
    "header-looks-like-data",
    "unnamed-column",
    "similar-names",
    "one-column",
    "ragged",
    "blanks-trimmed",
    "mixed-types",
    "ambiguous-numbers",
    "codes-kept",
    "too-large",
    "empty-column",
    "one-value",
    "many-missing",
    "outliers",
    "duplicate-rows",
    "mend-skipped",
    "several-rows",
    "unit-guessed",
    "unit-unclear",
    "impossible",
    *(code for codes, _ in FAMILIES for code in codes),
)
"""Every finding code that has a sentence."""
