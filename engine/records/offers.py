# SPDX-License-Identifier: Apache-2.0
"""What can be done about a finding with one press: the mends that are safe, the likeliest first."""

from __future__ import annotations

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
