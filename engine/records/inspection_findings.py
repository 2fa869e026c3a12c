# SPDX-License-Identifier: Apache-2.0
"""What a table shows once outcome and patient are known, in words."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate

INSPECTION_CODES = (
    "outcome-missing",
    "outcome-one-class",
    "outcome-scarce",
    "patient-missing",
    "patient-several-rows",
    "patient-two-outcomes",
    "leak",
    "small-subgroup",
    "excluded-patients",
)


def inspection_sentence(finding: Finding, language: Language) -> str:
    """One of INSPECTION_CODES in one sentence."""
    fields, column = finding.fields, finding.column
    match finding.code:
        case "outcome-missing":
            return translate("“{column}”: {count} of {rows} rows have no outcome and are left out.", language, column=column, **fields)
        case "outcome-one-class":
            return translate("“{column}” has one value only: nothing can be learned from it.", language, column=column)
        case "outcome-scarce":
            return translate(
                "“{column}”: the rarest outcome has {count} of {rows} rows ({percent} %); little can be said about it.",
                language,
                column=column,
                **fields,
            )
        case "patient-missing":
            return translate("{count} rows have no patient number; each counts as a patient of its own.", language, **fields)
        case "patient-several-rows":
            return translate("{count} patients have several rows ({rows} more than one each); they stay together.", language, **fields)
        case "patient-two-outcomes":
            return translate("{count} patients have rows with different outcomes; check which is right.", language, **fields)
        case "leak":
            return translate(
                "“{column}” alone tells the outcome in {percent} % of the rows. Was it known before the outcome? If not, leave it out.",
                language,
                column=column,
                **fields,
            )
        case "excluded-patients":
            return translate("{count} rows belong to excluded patients; no study gets them.", language, **fields)
    return translate("The subgroup {group} has {count} rows only: nothing can be said about it.", language, **fields)
