# SPDX-License-Identifier: Apache-2.0
"""The study manifest: what one study asks of every site, declared, never coded.

``parse`` reads the TOML that a person writes and fills every default; ``canonical`` gives the one sequence of bytes that is
signed; ``from_canonical`` reads those bytes back with the same checks. Nothing in a manifest is ever executed. The sections
themselves are in ``sections.py`` and may be imported from here.
"""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
import unicodedata
from pathlib import Path

from engine.errors import WardroundError
from engine.models.catalogue import FAMILIES
from engine.study import traits
from engine.study.reading import Origin, Table, line_numbers, nearest, quoted
from engine.study.sections import (
    AggregationSection,
    EvaluationSection,
    Kind,
    Manifest,
    ModelSection,
    Outcome,
    PrivacySection,
    Role,
    RoundsSection,
    SecaggSection,
    StudySection,
    TrainingSection,
    Variable,
)
from engine.values import StudyId

__all__ = [
    "LARGEST",
    "AggregationSection",
    "EvaluationSection",
    "Kind",
    "Manifest",
    "ModelSection",
    "Outcome",
    "PrivacySection",
    "Role",
    "RoundsSection",
    "SecaggSection",
    "StudySection",
    "TrainingSection",
    "Variable",
    "canonical",
    "from_canonical",
    "load",
    "parse",
]

LARGEST = 4 << 20
"""Bytes of the largest manifest that is read; ten thousand variables take about one million."""

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_FLAG = ("no", "yes")
_FLAG_SPELLINGS = {
    "0": "no",
    "false": "no",
    "n": "no",
    "否": "no",
    "无": "no",
    "1": "yes",
    "true": "yes",
    "y": "yes",
    "是": "yes",
    "有": "yes",
}
_SECTIONS = tuple(f.name for f in dataclasses.fields(Manifest))


def load(path: Path) -> Manifest:
    """Reads a manifest file (UTF-8, with or without a byte-order mark).

    Raises:
        WardroundError: E-FILE-01 when it cannot be read, E-STUDY-15 when it is not UTF-8, and what ``parse`` raises.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path, reason=error.strerror or type(error).__name__) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if len(content) > LARGEST:  # the cut may have split a character
            raise WardroundError("E-STUDY-16", source=path.name, most=LARGEST >> 20) from error
        raise WardroundError("E-STUDY-15", source=path.name) from error
    return parse(text, path.name)


def parse(text: str, source: str) -> Manifest:
    """Reads a manifest in TOML and fills every default.

    Args:
        text: the TOML.
        source: the name of the file, for messages.

    Raises:
        WardroundError: E-STUDY-… with file, line, key and how to mend it; E-RULE-… for what this version cannot do.
    """
    if len(text) > LARGEST:
        raise WardroundError("E-STUDY-16", source=source, most=LARGEST >> 20)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # TOMLDecodeError is a ValueError, and so is a number of 5000 digits
        found = re.search(r"\(at line (\d+)", str(error))
        reason = re.sub(r"\s*\(at [^)]*\)", "", str(error)) if isinstance(error, tomllib.TOMLDecodeError) else "too long or too deep"
        where = f"{source}:{found.group(1)}" if found else source
        raise WardroundError("E-STUDY-01", where=where, reason=quoted(reason)) from error
    return _manifest(Table(document, (), Origin(source, line_numbers(text)), ""))


def canonical(manifest: Manifest) -> bytes:
    """The manifest as canonical JSON: every field, sorted keys, UTF-8, no spaces; equal manifests give equal bytes."""
    document = dataclasses.asdict(manifest)
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def from_canonical(data: bytes) -> Manifest:
    """Reads what ``canonical`` wrote.

    Raises:
        WardroundError: E-STUDY-17 when the bytes are not exactly what ``canonical`` writes; else as ``parse``.
    """
    if len(data) > 2 * LARGEST:
        raise WardroundError("E-STUDY-16", source="manifest", most=2 * LARGEST >> 20)
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WardroundError("E-STUDY-17") from error
    if not isinstance(document, dict):
        raise WardroundError("E-STUDY-17")
    manifest = _manifest(Table(document, (), Origin("manifest", {}), ""))
    if canonical(manifest) != data:
        raise WardroundError("E-STUDY-17")
    return manifest


def _fields(section: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(section))


def _manifest(top: Table) -> Manifest:
    top.only(_SECTIONS, traits.LATER[""])
    top.need("study")
    study = _study(top.section("study"))
    tables = top.sections("variables")
    variables = [_variable(table) for table in tables]
    outcome, variables = _outcome(top.section("outcome"), tables, variables)
    _together(top, tables, variables)
    model, training, aggregation = top.section("model"), top.section("training"), top.section("aggregation")
    secagg, privacy, rounds, evaluation = (top.section(name) for name in ("secagg", "privacy", "rounds", "evaluation"))
    rules = _rounds(rounds)
    return Manifest(
        study,
        tuple(variables),
        outcome,
        _model(model),
        _training(training),
        _aggregation(aggregation),
        _secagg(secagg, rules),
        _privacy(privacy),
        rules,
        _evaluation(evaluation),
    )


def _study(table: Table) -> StudySection:
    table.only(_fields(StudySection))
    name = table.text("id", longest=60)
    if not _ID.fullmatch(name):
        raise WardroundError("E-STUDY-12", where=table.where("id"), key=table.key("id"), value=quoted(name))
    return StudySection(
        id=StudyId(name),
        title=table.text("title"),
        purpose=table.text("purpose", longest=4000, lines=True),
        lead=table.text("lead"),
        title_zh=table.text("title_zh", ""),
        purpose_zh=table.text("purpose_zh", "", longest=4000, lines=True),
        legal_basis=table.text("legal_basis", "", longest=4000, lines=True),
    )


def _variable(table: Table) -> Variable:
    table.only(_fields(Variable))
    name = table.text("name")
    role = Role(table.choice("role", traits.ROLES, Role.INPUT))
    used = role in {Role.INPUT, Role.OUTCOME}
    kind = Kind(table.choice("kind", traits.KINDS, None if used else Kind.TEXT))
    if kind is Kind.TEXT and used:
        raise WardroundError("E-STUDY-24", where=table.where("kind"), key=table.label)
    if role is Role.PATIENT_ID and kind is not Kind.TEXT:
        raise WardroundError("E-STUDY-25", where=table.where("kind"), key=table.label)
    unit, units, limits = table.text("unit", "", longest=40), table.factors("units"), table.pair("range")
    if kind is not Kind.NUMERIC and (unit or units or limits):
        key = "unit" if unit else "units" if units else "range"
        raise WardroundError("E-STUDY-26", where=table.where(key), key=table.key(key), kind=kind)
    if units and (not unit or unit in units):
        raise WardroundError("E-STUDY-36", where=table.where("units"), key=table.label)
    categories, spellings = _categories(table, kind)
    missing = table.texts("missing")
    if clash := [code for code in missing if code in categories or code in spellings]:
        raise WardroundError("E-STUDY-29", where=table.where("missing"), key=table.label, spelling=quoted(clash[0]))
    return Variable(
        name=name,
        kind=kind,
        role=role,
        synonyms=table.texts("synonyms"),
        unit=unit,
        units=units,
        range=limits,
        categories=categories,
        category_synonyms=spellings,
        missing=missing,
    )


def _categories(table: Table, kind: Kind) -> tuple[tuple[str, ...], dict[str, str]]:
    categories, spellings = table.texts("categories"), table.spellings("category_synonyms")
    if kind not in {Kind.CATEGORY, Kind.ORDINAL, Kind.FLAG}:
        if categories or spellings:
            raise WardroundError("E-STUDY-20", where=table.where("categories"), key=table.label, kind=kind)
        return (), {}
    if kind is Kind.FLAG:
        categories = categories or _FLAG
        if categories == _FLAG and not table.has("category_synonyms"):
            missing = table.texts("missing")
            spellings = {spelling: category for spelling, category in _FLAG_SPELLINGS.items() if spelling not in missing}
        if len(categories) != 2:
            raise WardroundError("E-STUDY-18", where=table.where("categories"), key=table.label, count=len(categories), need=2)
    elif not categories:
        raise WardroundError("E-STUDY-18", where=table.where("categories"), key=table.label, count=0, need=1)
    for spelling, category in spellings.items():
        if category not in categories:
            where, known = table.where("category_synonyms"), quoted(", ".join(categories))
            raise WardroundError(
                "E-STUDY-22", where=where, key=table.label, spelling=quoted(spelling), category=quoted(category), known=known
            )
        if spelling in categories and spelling != category:
            raise WardroundError("E-STUDY-21", where=table.where("category_synonyms"), key=table.label, spelling=quoted(spelling))
    return categories, {spelling: category for spelling, category in spellings.items() if spelling != category}


def _outcome(table: Table, tables: list[Table], variables: list[Variable]) -> tuple[Outcome, list[Variable]]:
    """The outcome, and the variables with their roles completed: the one that [outcome] names is the outcome."""
    task = table.choice("task", traits.TASKS, "classification")
    table.only(_fields(Outcome), traits.LATER["outcome"])
    marked = [v.name for v in variables if v.role is Role.OUTCOME]
    name = marked[0] if len(marked) == 1 and not table.has("variable") else table.text("variable")
    names = [v.name for v in variables]
    if name not in names:
        known = nearest(name, names) or quoted(", ".join(names))
        raise WardroundError("E-STUDY-19", where=table.where("variable"), name=quoted(name), known=known)
    completed = []
    for row, variable in zip(tables, variables, strict=True):
        is_outcome = variable.name == name
        if (is_outcome and row.has("role") and variable.role is not Role.OUTCOME) or (not is_outcome and variable.role is Role.OUTCOME):
            raise WardroundError("E-STUDY-28", where=row.where("role"), key=row.label, outcome=quoted(name))
        if is_outcome:
            if variable.kind not in {Kind.CATEGORY, Kind.FLAG}:
                raise WardroundError("E-STUDY-27", where=row.where("kind"), key=row.label, kind=variable.kind)
            if len(variable.categories) < 2:
                where = row.where("categories")
                raise WardroundError("E-STUDY-18", where=where, key=row.label, count=len(variable.categories), need=2)
            variable = dataclasses.replace(variable, role=Role.OUTCOME)
        completed.append(variable)
    return Outcome(name, task), completed


def _plain(name: str) -> str:
    """A name as the search for its column sees it: form, capitals and spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _together(top: Table, tables: list[Table], variables: list[Variable]) -> None:
    """What must hold over all variables: names and synonyms are one variable's, there is an input, at most one patient id."""
    owners: dict[str, int] = {}
    for index, (row, variable) in enumerate(zip(tables, variables, strict=True)):
        for name in (variable.name, *variable.synonyms):
            if (owner := owners.setdefault(_plain(name), index)) != index:
                where = row.where("name" if name == variable.name else "synonyms")
                raise WardroundError("E-STUDY-30", where=where, name=quoted(name), first=tables[owner].label, second=row.label)
    if not any(v.role is Role.INPUT for v in variables):
        raise WardroundError("E-STUDY-31", where=top.where("variables"))
    patients = [row for row, v in zip(tables, variables, strict=True) if v.role is Role.PATIENT_ID]
    if len(patients) > 1:
        raise WardroundError("E-STUDY-32", where=patients[1].where("role"), first=patients[0].label, second=patients[1].label)


def _model(table: Table) -> ModelSection:
    table.only(_fields(ModelSection))
    family = FAMILIES[table.choice("family", traits.FAMILIES, ModelSection().family)]
    default = ModelSection().hidden if family.takes_hidden else ()
    hidden = table.wholes("hidden", default, 1, family.most_width or 65536, family.most_layers or 16)
    if family.takes_hidden != bool(hidden):
        raise WardroundError("E-STUDY-33", where=table.where("hidden"), key=table.key("hidden"), family=family.name)
    return ModelSection(family.name, hidden)


def _training(table: Table) -> TrainingSection:
    table.only(_fields(TrainingSection))
    default = TrainingSection()
    optimizer = table.choice("optimizer", traits.OPTIMIZERS, default.optimizer)
    momentum = table.number("momentum", default.momentum, 0, 0.9999)
    if momentum and optimizer != "sgd":
        raise WardroundError("E-STUDY-34", where=table.where("momentum"), key=table.key("momentum"), optimizer=optimizer)
    return TrainingSection(
        optimizer=optimizer,
        learning_rate=table.number("learning_rate", default.learning_rate, 1e-8, 10),
        batch_size=table.whole("batch_size", default.batch_size, 1, 1 << 20),
        local_epochs=table.whole("local_epochs", default.local_epochs, 1, 1000),
        momentum=momentum,
        weight_decay=table.number("weight_decay", default.weight_decay, 0, 1),
        seed=table.whole("seed", default.seed, 0, (1 << 63) - 1),
    )


def _aggregation(table: Table) -> AggregationSection:
    strategy = table.choice("strategy", traits.names_of(traits.STRATEGIES), AggregationSection().strategy)
    table.only(_fields(AggregationSection), traits.LATER["aggregation"])
    return AggregationSection(strategy)


def _secagg(table: Table, rounds: RoundsSection) -> SecaggSection:
    """Sums are sealed unless the plan says otherwise, or allows so few hospitals that a sum hides nothing."""
    default = SecaggSection()
    usual = "masking" if rounds.min_sites >= traits.SEALERS["masking"].least_sites else default.method
    method = table.choice("method", traits.names_of(traits.SEALERS), usual)
    table.only(_fields(SecaggSection), traits.LATER["secagg"])
    clip = table.number("clip", default.clip, 0.001, 1024)
    return SecaggSection(method, clip, table.whole("threshold", default.threshold, 0, 1000))


def _privacy(table: Table) -> PrivacySection:
    mechanism = table.choice("mechanism", traits.names_of(traits.MECHANISMS), PrivacySection().mechanism)
    table.only(_fields(PrivacySection), traits.LATER["privacy"])
    keys = traits.MECHANISMS[mechanism].keys
    for field in _fields(PrivacySection)[1:]:
        # A signed plan says every value; one that its mechanism does not use must be the default there.
        if field not in keys and table.has(field) and table.value(field) != getattr(PrivacySection(), field):
            raise WardroundError("E-DP-20", where=table.where(field), key=table.key(field), mechanism=mechanism)
    default = PrivacySection()
    for needed in ("epsilon", "label_epsilon"):
        if needed in keys:
            table.need(needed)
    return PrivacySection(
        mechanism=mechanism,
        epsilon=table.number("epsilon", default.epsilon, 0.01, 50) if "epsilon" in keys else default.epsilon,
        delta=table.number("delta", default.delta, 1e-12, 0.01) if "delta" in keys else default.delta,
        clip=table.number("clip", default.clip, 1e-6, 1e6) if "clip" in keys else default.clip,
        sampling=table.number("sampling", default.sampling, 1e-4, 1) if "sampling" in keys else default.sampling,
        statistics_share=table.number("statistics_share", default.statistics_share, 0.01, 0.9)
        if "statistics_share" in keys
        else default.statistics_share,
        label_epsilon=table.number("label_epsilon", default.label_epsilon, 0.01, 20) if "label_epsilon" in keys else default.label_epsilon,
        one_row_per_patient=table.flag("one_row_per_patient", default.one_row_per_patient),
    )


def _rounds(table: Table) -> RoundsSection:
    table.only(_fields(RoundsSection))
    default = RoundsSection()
    return RoundsSection(
        count=table.whole("count", default.count, 1, 100_000),
        min_sites=table.whole("min_sites", default.min_sites, 1, 1000),
        quorum=table.number("quorum", default.quorum, 0.01, 1),
        deadline=table.seconds("deadline", default.deadline, 1, 30 * 86400),
        max_norm=table.number("max_norm", default.max_norm, 0, 1e9),
    )


def _evaluation(table: Table) -> EvaluationSection:
    table.only(_fields(EvaluationSection))
    default = EvaluationSection()
    validation = table.number("validation_share", default.validation_share, 0.01, 0.9)
    test = table.number("test_share", default.test_share, 0.01, 0.9)
    if validation + test > 0.95:
        key = "test_share" if table.has("test_share") else "validation_share"
        raise WardroundError("E-STUDY-35", where=table.where(key), validation=f"{validation:g}", test=f"{test:g}")
    return EvaluationSection(validation, test, table.whole("patience", default.patience, 0, 100_000))
