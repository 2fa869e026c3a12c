# SPDX-License-Identifier: Apache-2.0
"""Which column of a data set is which variable of a study: by name, synonym and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.errors import Language, WardroundError
from engine.records.describe import ColumnSummary
from engine.records.headers import plain, split_unit
from engine.records.units import same_unit
from engine.study.manifest import Manifest, Role, Variable
from engine.text import translate


@dataclass(frozen=True)
class Match:
    """A variable and the column found for it.

    ``factor``: column value · factor is in the study's unit. ``note``: same-name | synonym | converted | unit-assumed |
    row-is-patient; ``problem``: "" | missing | unit | two-columns; ``fields`` are what their sentences name.
    """

    variable: str
    column: str | None
    factor: float = 1.0
    note: str = ""
    problem: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


def match(manifest: Manifest, columns: Sequence[ColumnSummary]) -> tuple[Match, ...]:
    """One match for each variable of the study that is not ignored, in the manifest's order; never raises."""
    return tuple(_match_one(variable, columns) for variable in manifest.variables if variable.role is not Role.IGNORE)


def require(matches: Sequence[Match]) -> None:
    """Raises what stands in the way of using these columns.

    Raises:
        WardroundError: E-DATA-20 variables without a column · E-DATA-27 two candidates · E-DATA-21 a unit that the study cannot convert.
    """
    missing = [found.variable for found in matches if found.problem == "missing"]
    if missing:
        raise WardroundError("E-DATA-20", count=len(missing), variables=", ".join(missing))
    for found in matches:
        if found.problem == "two-columns":
            raise WardroundError("E-DATA-27", variable=found.variable, column=found.column, other=found.fields["other"])
        if found.problem == "unit":
            raise WardroundError(
                "E-DATA-21",
                variable=found.variable,
                column=found.column,
                found=found.fields["found"],
                expected=found.fields["expected"],
            )


def note_sentence(found: Match, language: Language) -> str:
    """How the column was found, in words."""
    match found.note:
        case "same-name":
            return translate("Found by its name.", language)
        case "synonym":
            return translate("Found by another name of the variable.", language)
        case "converted":
            return translate("Converted from {unit} to {expected} (× {factor}).", language, factor=f"{found.factor:g}", **found.fields)
        case "unit-assumed":
            return translate("The column names no unit; {expected} is assumed.", language, **found.fields)
        case "row-is-patient":
            return translate("No patient number: each row counts as one patient.", language)
    return ""


def problem_sentence(found: Match, language: Language) -> str:
    """What is wrong with the match, in words; empty when it fits."""
    match found.problem:
        case "missing":
            return translate("No column of this name was found.", language)
        case "unit":
            return translate("The unit {found} cannot be converted to {expected}.", language, **found.fields)
        case "two-columns":
            return translate("Two columns could be meant: “{column}” and “{other}”.", language, column=found.column, **found.fields)
    return ""


def _match_one(variable: Variable, columns: Sequence[ColumnSummary]) -> Match:
    column, note, others = _column_for(variable, columns)
    if column is None:
        if variable.role is Role.PATIENT_ID:
            return Match(variable.name, None, note="row-is-patient")
        return Match(variable.name, None, problem="missing")
    if others:
        return Match(variable.name, column.name, note=note, problem="two-columns", fields={"other": others[0].name})
    return _with_unit(variable, column, note)


def _column_for(variable: Variable, columns: Sequence[ColumnSummary]) -> tuple[ColumnSummary | None, str, list[ColumnSummary]]:
    """The best column, how it was found, and its equals."""
    for column in columns:
        if column.name == variable.name:
            return column, "same-name", []
    for names, note in (((variable.name,), "same-name"), (variable.synonyms, "synonym")):
        wanted = {plain(name) for name in names}
        found = [column for column in columns if plain(column.name) in wanted or plain(split_unit(column.name)[0]) in wanted]
        if found:
            return found[0], note, found[1:]
    return None, "", []


def _with_unit(variable: Variable, column: ColumnSummary, note: str) -> Match:
    if not variable.unit:
        return Match(variable.name, column.name, note=note)
    if not column.unit:
        return Match(variable.name, column.name, note="unit-assumed", fields={"expected": variable.unit})
    if same_unit(column.unit, variable.unit):
        return Match(variable.name, column.name, note=note)
    for unit, factor in variable.units.items():
        if same_unit(column.unit, unit):
            return Match(variable.name, column.name, factor, "converted", fields={"unit": unit, "expected": variable.unit})
    expected = ", ".join((variable.unit, *variable.units))
    return Match(variable.name, column.name, note=note, problem="unit", fields={"found": column.unit, "expected": expected})
