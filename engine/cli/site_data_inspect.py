# SPDX-License-Identifier: Apache-2.0
"""``wardround site data inspect``: a data set with an outcome in mind."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.home import opened, passphrase_option, the_dataset, watched
from engine.cli.speech import Setup, table
from engine.cli.tree import Command, argument, option
from engine.text import translate


@click.command(
    "inspect",
    cls=Command,
    about=lambda to: translate(
        "Looks at a data set with an outcome in mind: how many rows each outcome has, columns that give it away, patients with several "
        "rows, subgroups.",
        to,
    ),
    examples=("wardround site data inspect records --outcome preterm --patient record_no",),
)
@argument("name", says=lambda to: translate("The data set.", to))
@option("--outcome", required=True, metavar="COLUMN", says=lambda to: translate("The column with the outcome.", to))
@option(
    "--patient",
    default="",
    metavar="COLUMN",
    says=lambda to: translate("The column with the patient number; without it each row is a patient.", to),
)
@passphrase_option
@click.pass_obj
def inspect(setup: Setup, name: str, outcome: str, patient: str, passphrase_file: Path | None) -> None:
    """A data set with an outcome in mind."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        job = session.inspect_data(the_dataset(session, name), outcome, patient)
        found = watched(session, setup, translate("Looking at {name}", to, name=name), job)
        document = {
            "name": name,
            "outcome": outcome,
            "classes": dict(zip(found.classes, found.counts, strict=True)),
            "patients": found.patients,
            "subgroups": [
                {
                    "kind": group.kind,
                    "label": group.label,
                    "rows": group.rows,
                    "outcomes": dict(zip(found.classes, group.outcomes, strict=True)),
                }
                for group in found.subgroups
            ],
            "findings": [{"severity": f.severity, "column": f.column, "text": f.text} for f in found.findings],
        }
        rows = [[label, str(count)] for label, count in zip(found.classes, found.counts, strict=True)]
        lines = [translate("{patients} patients.", to, patients=found.patients), ""]
        lines += table([translate("Outcome", to), translate("Rows", to)], rows, right=(1,))
        if found.subgroups:
            body = [[group.label, str(group.rows), *(str(count) for count in group.outcomes)] for group in found.subgroups]
            headings = [translate("Subgroup", to), translate("Rows", to), *found.classes]
            lines += ["", *table(headings, body, right=tuple(range(1, len(headings))))]
        if found.findings:
            lines += ["", *(f"  ! {finding.text}" for finding in found.findings)]
        setup.data(document, lines)
