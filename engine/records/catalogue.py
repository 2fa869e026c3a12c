# SPDX-License-Identifier: Apache-2.0
"""What the catalogue says of a version, as data and as the JSON of its row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from engine.records import mends
from engine.records.describe import DESCRIBED, Bar, ColumnSummary
from engine.records.loader import Finding
from engine.records.mended import Plan
from engine.records.table import MemberOf, Presence, Version
from engine.store.datasets import DatasetRow


def members_json(members: Sequence[MemberOf]) -> str:
    """The members of a join; the same bytes for the same members."""
    return json.dumps([asdict(member) for member in members], ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def version_of(name: str, row: DatasetRow) -> Version:
    """A row of the catalogue as a version."""
    rows, columns, findings, presence = from_json(row.mended or row.summary, row.rows)
    members = tuple(MemberOf(**member) for member in json.loads(row.members)) if row.members else ()
    return Version(
        row.dataset, name, row.version, rows, row.imported, row.format, row.source_name, row.source_sha256, columns, findings,
        mends.from_json(row.recipe), members, presence, row.file_sha256,
    )  # fmt: skip


def still_true(findings: Sequence[Finding], done: Plan) -> list[Finding]:
    """What was found in columns that no step touched, and which steps found no column."""
    same = {column.source.name: column.name for column in done.columns if not column.mends}
    kept = [
        replace(finding, column=same.get(finding.column, ""))
        for finding in findings
        if (not finding.column or finding.column in same) and not (done.without_copies and finding.code in DESCRIBED)
    ]
    skipped = [Finding("warning", "mend-skipped", mend.column, {"kind": mend.kind}) for mend in done.skipped]
    return [*kept, *skipped]


def to_json(rows: int, columns: Sequence[ColumnSummary], findings: Sequence[Finding], presence: Sequence[Presence] = ()) -> str:
    described = {
        "rows": rows,
        "presence": [asdict(found) for found in presence],
        "columns": [asdict(column) for column in columns],
        "findings": [asdict(finding) for finding in findings],
    }
    return json.dumps(described, ensure_ascii=False, separators=(",", ":"))


def _column(said: dict[str, Any]) -> ColumnSummary:
    return ColumnSummary(**{**said, "bars": tuple(Bar(**bar) for bar in said["bars"]), "shape": tuple(said.get("shape", ()))})


def from_json(text: str, rows: int) -> tuple[int, tuple[ColumnSummary, ...], tuple[Finding, ...], tuple[Presence, ...]]:
    """Rows (``rows`` where an older version did not write them), columns and findings."""
    described = json.loads(text)
    columns = tuple(_column(column) for column in described["columns"])
    findings = tuple(Finding(**{**finding, "rows": tuple(finding["rows"])}) for finding in described["findings"])
    presence = tuple(Presence(tuple(found["members"]), found["patients"]) for found in described.get("presence", ()))
    return described.get("rows", rows), columns, findings, presence
