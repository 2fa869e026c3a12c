# SPDX-License-Identifier: Apache-2.0
"""What a FHIR export shows, in words."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate

FHIR_CODES = (
    "fhir-passed",
    "fhir-in-error",
    "fhir-no-patient",
    "fhir-no-code",
    "fhir-unknown-patients",
    "fhir-only-patients",
    "fhir-units",
    "fhir-nothing",
)


def fhir_sentence(finding: Finding, language: Language) -> str:
    """One of FHIR_CODES in one sentence."""
    fields, column = finding.fields, finding.column
    match finding.code:
        case "fhir-passed":
            return translate("{count} resources of other kinds were passed over ({kinds}).", language, **fields)
        case "fhir-in-error":
            return translate("{count} resources are marked as entered in error, not done or refuted, and do not count.", language, **fields)
        case "fhir-no-patient":
            return translate("{count} resources name no patient and do not count.", language, **fields)
        case "fhir-no-code":
            return translate("{count} resources have no code and do not count.", language, **fields)
        case "fhir-unknown-patients":
            return translate(
                "{count} of {rows} patients have no Patient resource: their age and sex are missing. Add the file of patients to the "
                "folder.",
                language,
                **fields,
            )
        case "fhir-only-patients":
            return translate("The export has patients only: put measurements, diagnoses or medicines into the same folder.", language)
        case "fhir-units":
            return translate("“{column}”: {count} values are not in {unit} and do not count.", language, column=column, **fields)
    return translate("“{column}”: no patient has such a record in this window.", language, column=column)
