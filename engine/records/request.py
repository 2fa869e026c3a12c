# SPDX-License-Identifier: Apache-2.0
"""What hospital IT must export for a study: each variable in words that whoever writes the query understands."""

from __future__ import annotations

from collections.abc import Collection

from engine.errors import Language
from engine.study.manifest import Kind, Manifest, Role, Variable
from engine.text import translate


def lines(manifest: Manifest, wanted: Collection[str], language: Language) -> tuple[str, ...]:
    """One line a variable, in the manifest's order; variables that the study ignores are left out."""
    return tuple(
        _line(variable, language) for variable in manifest.variables if variable.name in wanted and variable.role is not Role.IGNORE
    )


def _line(variable: Variable, language: Language) -> str:
    parts = [_kind(variable, language)]
    if variable.unit:
        parts.append(translate("in {unit}", language, unit=" / ".join((variable.unit, *variable.units))))
    if variable.range:
        low, high = variable.range
        parts.append(translate("between {low} and {high}", language, low=f"{low:g}", high=f"{high:g}"))
    if variable.categories:
        parts.append(translate("one of: {categories}", language, categories=", ".join(variable.categories)))
    if variable.missing:
        parts.append(translate("no value is written {codes}", language, codes=", ".join(variable.missing)))
    if variable.synonyms:
        parts.append(translate("also called {names}", language, names=", ".join(variable.synonyms)))
    return f"{variable.name}: {'; '.join(parts)}"


def _kind(variable: Variable, language: Language) -> str:
    if variable.role is Role.PATIENT_ID:
        return translate("the patient's number in the hospital; it stays here", language)
    match variable.kind:
        case Kind.NUMERIC:
            return translate("a number", language)
        case Kind.FLAG:
            return translate("yes or no", language)
        case Kind.CATEGORY | Kind.ORDINAL:
            return translate("a category", language)
    return translate("a text", language)
