# SPDX-License-Identifier: Apache-2.0
"""The privacy check of a version: identifiers and k-anonymity together, kept as text, said in sentences; never a value."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import pyarrow as pa

from engine.errors import Language
from engine.records import anonymity
from engine.records.anonymity import Anonymity
from engine.records.describe import ColumnSummary
from engine.records.identifiers import scan
from engine.records.identifiers.columns import Hit
from engine.records.identifiers.kinds import KINDS, label
from engine.records.identifiers.scan import Report
from engine.records.joined import Joined
from engine.records.loader import Part
from engine.records.mended import Mended
from engine.records.table import Table, Version
from engine.text import translate
from engine.values import Token

_ROWS = 1 << 16
Opened = Table | Mended | Joined


@dataclass(frozen=True)
class Check:
    """What was found. ``origins``: column → what its cells were made from, so that only what changed is looked at again."""

    report: Report
    anonymity: Anonymity | None
    origins: Mapping[str, str]


def fingerprint(version: Version) -> str:
    """Of what a check is about: another file, recipe, set of members or rule book needs another check."""
    steps = [[mend.kind, mend.column, dict(mend.fields)] for mend in version.recipe]
    members = [[member.dataset, member.version] for member in version.members]
    return json.dumps([scan.RULES, version.file_sha256, steps, members], sort_keys=True, ensure_ascii=False)


def look(table: Opened, version: Version, before: Check | None, token: Token) -> Check:
    """Looks at every cell that has changed since ``before``, and groups the patients.

    Args:
        table: of that version, open.
        version: its summaries are those of the table.
        before: an earlier check of the same data set; None for none.
        token: progress and cancelling.
    """
    origins = _origins(table, version)
    known: dict[str, list[Hit]] = {}
    if before is not None and before.report.rules == scan.RULES and before.report.rows == version.rows:
        known = {name: [] for name, origin in before.origins.items() if origins.get(name) == origin}
        for hit in before.report.hits:
            if hit.column in known:
                known[hit.column].append(hit)
    names = [name for name in scan.names_of(version.columns) if name not in known]
    fresh = scan.scan(_batches(table, version.rows, names), version.columns, version.rows, Part(token, 0.0, 0.9))
    found = {**known, **{name: [hit for hit in fresh.hits if hit.column == name] for name in names}}
    hits = tuple(hit for column in version.columns for hit in found.get(column.name, ()))
    cells = version.rows * sum(1 for _ in scan.names_of(version.columns))
    report = replace(fresh, rows=version.rows, cells=cells, hits=hits)
    return Check(report, group(table, version, report.key, (), "", Part(token, 0.9, 1.0)), origins)


def group(table: Opened, version: Version, key: str, by: Sequence[str], outcome: str, token: Token) -> Anonymity | None:
    """k-anonymity by the columns named, or those that are chosen."""
    by = tuple(by) or anonymity.chosen(version.columns, key)
    outcome = outcome or anonymity.outcome_of(version.columns, (*by, key))
    names = tuple(dict.fromkeys((*by, *([outcome] if outcome else []), *([key] if key else []))))
    return anonymity.measure(_batches(table, version.rows, names), by, key, outcome, token)


def _batches(table: Opened, rows: int, names: Sequence[str]) -> Iterator[pa.Table]:
    for start in range(0, rows if names else 0, _ROWS):
        yield table.cells(start, _ROWS, names).combine_chunks()


def _origins(table: Opened, version: Version) -> dict[str, str]:
    names = [column.name for column in version.columns]
    if isinstance(table, Mended):
        made = {
            column.name: [column.source.name, *([m.kind, m.column, dict(m.fields)] for m in column.mends)] for column in table.plan.columns
        }
        return {
            name: json.dumps([version.file_sha256, table.plan.without_copies, made[name]], sort_keys=True, ensure_ascii=False)
            for name in names
        }
    members = [[member.dataset, member.version] for member in version.members]
    return {
        name: json.dumps([version.file_sha256, False, [name]] if not members else [members, name], ensure_ascii=False) for name in names
    }


def to_json(check: Check) -> str:
    """The check as the store keeps it."""
    said = {"report": json.loads(scan.to_json(check.report)), "origins": dict(check.origins)}
    if check.anonymity is not None:
        said["anonymity"] = asdict(check.anonymity)
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Check:
    """What ``to_json`` wrote."""
    said = json.loads(text)
    found = said.get("anonymity")
    if found is not None:
        sizes = tuple((int(a), int(b), int(c), int(d)) for a, b, c, d in found["sizes"])
        found = Anonymity(**{**found, "columns": tuple(found["columns"]), "sizes": sizes})
    return Check(scan.from_json(json.dumps(said["report"])), found, said["origins"])


def severity(hit: Hit, key: str, answered: Mapping[str, Sequence[str]]) -> str:
    """block | warning | info. ``key``: the patient's column; ``answered``: column → kinds for which a person answers."""
    if hit.column == key or hit.kind in answered.get(hit.column, ()):
        return "info"
    return "block" if KINDS[hit.kind].hard else "warning"


def shifted(version: Version) -> dict[str, tuple[str, ...]]:
    """Columns whose dates were shifted: a date that is nobody's own is expected there."""
    names: dict[str, tuple[str, ...]] = {}
    for mend in version.recipe:
        if mend.kind == "shift-dates":
            names[mend.column] = ("date",)
        elif mend.kind == "rename" and mend.column in names:
            names[str(mend.fields["name"])] = names.pop(mend.column)
    return names


def sentence(hit: Hit, key: str, language: Language) -> str:
    """The hit in words."""
    if hit.column == key:
        return translate(
            "“{column}” tells patients apart. That is expected: it is hashed with the study's key and never leaves this hospital.",
            language,
            column=hit.column,
        )
    fields = {"column": hit.column, "kind": label(hit.kind, language), "count": hit.count, "present": hit.present}
    match hit.where:
        case "name":
            return translate("“{column}”: {kind}, by the column's name and in {count} of {present} cells.", language, **fields)
        case "text":
            return translate("“{column}”: {kind}, inside the text of {count} of {present} cells.", language, **fields)
        case _:
            return translate("“{column}”: {kind}, in {count} of {present} cells.", language, **fields)


def anonymity_sentence(found: Anonymity | None, language: Language) -> str:
    """How many patients could be picked out, in words."""
    if found is None:
        return translate("No column was found by which others could group your patients.", language)
    columns = translate(", ", language).join(f"“{name}”" for name in found.columns)
    said = translate(
        "By {columns}, the smallest group has {smallest} of {patients} patients; {few} patients are in groups of fewer than {k}.",
        language,
        columns=columns,
        smallest=found.smallest,
        patients=found.patients,
        few=found.few,
        k=anonymity.K,
    )
    if found.outcome:
        said += " " + translate(
            "The least varied group has {varied} different outcomes (“{outcome}”).", language, varied=found.varied, outcome=found.outcome
        )
    return said


def key_of(check: Check, patient: str, summaries: Sequence[ColumnSummary]) -> str:
    """The patient's column: the study's where it names one that is there, else what looks like one."""
    return patient if any(summary.name == patient for summary in summaries) else check.report.key
