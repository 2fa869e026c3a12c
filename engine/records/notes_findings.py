# SPDX-License-Identifier: Apache-2.0
"""Findings about clinical notes in words; see ``findings``."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate


def notes_sentence(finding: Finding, language: Language) -> str:
    """The finding in one sentence.

    Raises:
        ValueError: for a code that has no sentence.
    """
    fields = finding.fields
    match finding.code:
        case "notes-deidentified":
            return translate(
                "{count} notes of {rows} patients or records: names, numbers, dates and other identifiers that are found are replaced by "
                "what they are before terms are counted. How rare a term is everywhere (IDF) is left to the model.",
                language,
                **fields,
            )
        case "notes-text-kept":
            return translate("The texts are kept too, without the identifiers that were found; read some of them first.", language)
        case "notes-unmatched":
            return translate("{count} files do not fit the pattern and are left out.", language, **fields)
        case "notes-empty":
            return translate("{count} notes have no text and are left out.", language, **fields)
        case "notes-elsewhere":
            return translate("{count} attachments are no text, or lie elsewhere, and are left out.", language, **fields)
        case "notes-unknown":
            return translate("{count} resources are no documents, or name no patient, and are left out.", language, **fields)
    raise ValueError(finding.code)


NOTES_CODES = ("notes-deidentified", "notes-text-kept", "notes-unmatched", "notes-empty", "notes-elsewhere", "notes-unknown")
"""Every code that has a sentence here."""
