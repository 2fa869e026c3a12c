# SPDX-License-Identifier: Apache-2.0
"""What can be done about a finding with one press: the mends that are safe, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterable

from engine.records.describe import ColumnSummary
from engine.records.identifiers.columns import Hit
from engine.records.loader import Finding
from engine.records.mends import Mend


def offers(finding: Finding) -> tuple[Mend, ...]:
    """The mends offered for a finding; none where only a person who knows the patients can tell."""
    column, fields = finding.column, finding.fields
    match finding.code:
        case "empty-column" | "one-value" | "many-missing" | "leak":
            return (Mend("drop-column", column),)
        case "duplicate-rows":
            return (Mend("drop-copies"),)
        case "outliers" | "impossible" if "low" in fields:
            return (Mend("limits", column, {"low": fields["low"], "high": fields["high"]}),)
        case "mixed-types" if "spelling" in fields:
            return (Mend("as-numbers", column, {"spelling": fields["spelling"]}),)
        case "ambiguous-numbers":
            return tuple(Mend("as-numbers", column, {"spelling": spelling}) for spelling in ("POINT_GROUPED", "COMMA"))
    return ()


def protecting(hit: Hit, key: str, summaries: Iterable[ColumnSummary]) -> tuple[Mend, ...]:
    """The mends offered for an identifier in a column: those that keep most of what a study may use first, leaving it out last."""
    column = hit.column
    numbers = next((summary.kind in ("numeric", "flag") for summary in summaries if summary.name == column), False)
    found: list[Mend] = []
    if not numbers and (hit.where == "text" or (hit.where == "values" and hit.count < 0.9 * hit.present)):
        found.append(Mend("redact", column))
    elif hit.kind == "date":
        found.append(Mend("year-only", column))
        if key and key != column:
            found += [Mend("shift-dates", column, {"patient": key, "order": order}) for order in ("dmy", "mdy")]
    elif hit.kind == "postcode":
        found.append(Mend("postcode-area", column))
    elif hit.kind == "age" and numbers:
        found.append(Mend("cap-age", column))
    return (*found, Mend("drop-column", column))
