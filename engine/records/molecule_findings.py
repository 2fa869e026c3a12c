# SPDX-License-Identifier: Apache-2.0
"""What files of molecules show, in words."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate

MOLECULE_CODES = ("molecules-unreadable", "molecules-double")


def molecule_sentence(finding: Finding, language: Language) -> str:
    """One of MOLECULE_CODES in one sentence."""
    match finding.code:
        case "molecules-unreadable":
            return translate(
                "{count} molecules cannot be read and stay without fingerprint and descriptors: entries {rows}.", language, **finding.fields
            )
        case "molecules-double":
            return translate("{count} molecules are the same as another one.", language, **finding.fields)
    raise ValueError(finding.code)
