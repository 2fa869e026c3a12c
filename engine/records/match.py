# SPDX-License-Identifier: Apache-2.0
"""Which column of a data set is which variable of a study: by name, synonym and unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.errors import Language, WardroundError
from engine.records.conversion import conversion
from engine.records.describe import ColumnSummary
from engine.records.headers import plain, split_unit
from engine.records.units import same_unit
from engine.study.manifest import Manifest, Role, Variable
from engine.text import translate


@dataclass(frozen=True)
class Match:
    """A variable and the column found for it.

    ``factor``, ``offset``: column value · factor + offset is in the study's unit. ``spellings``: the column's words → the study's
    categories. ``note``: same-name | synonym | chosen | converted | unit-assumed | row-is-patient; ``problem``: "" | missing | unit |
    unit-doubtful | two-columns; ``fields`` are what their sentences name.
    """

    variable: str
    column: str | None
    factor: float = 1.0
    note: str = ""
    problem: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    offset: float = 0.0
    spellings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What a person said of one variable: its column ("": find it), the unit of the column's values ("": as found), its words."""

    column: str = ""
    unit: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)


def match(manifest: Manifest, columns: Sequence[ColumnSummary], choices: Mapping[str, Choice] | None = None) -> tuple[Match, ...]:
    """One match for each variable of the study that is not ignored, in the manifest's order; never raises.

    Args:
        manifest: the study's plan.
        columns: the columns there are.
        choices: by variable, what a person said; a choice of a column that is not there (any more) is as none.
    """
    said = choices or {}
    wanted = [variable for variable in manifest.variables if variable.role is not Role.IGNORE]
    return tuple(_match_one(variable, columns, said.get(variable.name, Choice())) for variable in wanted)


def require(matches: Sequence[Match]) -> None:
    """Raises what stands in the way of using these columns.

    Raises:
        WardroundError: E-DATA-20 variables without a column · E-DATA-27 two candidates · E-DATA-21 a unit that cannot be converted ·
            E-DATA-41 values that look like another unit.
    """
    missing = [found.variable for found in matches if found.problem == "missing"]
    if missing:
        raise WardroundError("E-DATA-20", count=len(missing), variables=", ".join(missing))
    for found in matches:
        if found.problem == "two-columns":
            raise WardroundError("E-DATA-27", variable=found.variable, column=found.column, other=found.fields["other"])
        if found.problem == "unit":
            named, wanted = found.fields["found"], found.fields["expected"]
            raise WardroundError("E-DATA-21", variable=found.variable, column=found.column, found=named, expected=wanted)
        if found.problem == "unit-doubtful":
            likely, wanted = found.fields["unit"], found.fields["expected"]
            raise WardroundError("E-DATA-41", variable=found.variable, column=found.column, unit=likely, expected=wanted)


def note_sentence(found: Match, language: Language) -> str:
    """How the column was found, in words."""
    match found.note:
        case "same-name":
            return translate("Found by its name.", language)
        case "synonym":
            return translate("Found by another name of the variable.", language)
        case "converted":
            return translate("Converted from {unit} to {expected}: {before} becomes {after}.", language, **found.fields)
        case "chosen":
            return translate("Chosen by hand.", language)
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
        case "unit-doubtful":
            return translate("By its values the column is in {unit}, not in {expected}: say which unit it is.", language, **found.fields)
        case "two-columns":
            return translate("Two columns could be meant: “{column}” and “{other}”.", language, column=found.column, **found.fields)
    return ""


def _match_one(variable: Variable, columns: Sequence[ColumnSummary], choice: Choice) -> Match:
    chosen = next((column for column in columns if choice.column and column.name == choice.column), None)
    column, note, others = (chosen, "chosen", []) if chosen is not None else _column_for(variable, columns)
    if column is None:
        if variable.role is Role.PATIENT_ID:
            return Match(variable.name, None, note="row-is-patient")
        return Match(variable.name, None, problem="missing")
    if others:
        return Match(variable.name, column.name, note=note, problem="two-columns", fields={"other": others[0].name})
    found = _with_unit(variable, column, note, choice.unit)
    return replace(found, spellings=dict(choice.spellings)) if choice.spellings else found


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


def _with_unit(variable: Variable, column: ColumnSummary, note: str, said: str) -> Match:
    """The match with its conversion: the unit that a person said, else the column's own, else the one that its values look like."""
    if not variable.unit:
        return Match(variable.name, column.name, note=note)
    unit = said or column.unit
    if not unit:
        if column.guess and not same_unit(column.guess, variable.unit):
            fields = {"unit": column.guess, "expected": variable.unit}
            return Match(variable.name, column.name, note=note, problem="unit-doubtful", fields=fields)
        return Match(variable.name, column.name, note="unit-assumed", fields={"expected": variable.unit})
    if same_unit(unit, variable.unit):
        return Match(variable.name, column.name, note=note)
    fields = {"unit": unit, "expected": variable.unit}
    for other, factor in variable.units.items():
        if same_unit(unit, other):
            return Match(variable.name, column.name, factor, "converted", fields={**fields, **_example(column, factor, 0.0)})
    names = (variable.name, *variable.synonyms, column.name)
    known = next((way for name in names if (way := conversion(unit, variable.unit, name)) is not None), None)
    if known is not None:
        factor, offset = known
        return Match(variable.name, column.name, factor, "converted", fields={**fields, **_example(column, factor, offset)}, offset=offset)
    expected = ", ".join((variable.unit, *variable.units))
    return Match(variable.name, column.name, note=note, problem="unit", fields={"found": unit, "expected": expected})


def _example(column: ColumnSummary, factor: float, offset: float) -> dict[str, object]:
    """The column's mean before and after: what a person checks a conversion by. A mean, never a patient's value."""
    mean = 1.0 if column.mean is None else column.mean
    return {"before": f"{mean:.4g}", "after": f"{mean * factor + offset:.4g}"}
