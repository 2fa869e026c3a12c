# SPDX-License-Identifier: Apache-2.0
"""``wardround site data exclude|exclusions|patient|log``: patients who must not be used, and who looked at what."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from engine.cli.home import finish, opened, passphrase_option, the_dataset
from engine.cli.kinds import Whole
from engine.cli.speech import Setup, table, when
from engine.cli.tree import Command, argument, option
from engine.text import translate


@click.command(
    "exclude",
    cls=Command,
    about=lambda to: translate(
        "Excludes a patient (objection, withdrawal) from every study, from the next round on, in all data sets of now and later. "
        "What had left before is listed by `site data exclusions`.",
        to,
    ),
    examples=(
        'wardround site data exclude 1004711 --reason "objected in writing"',
        "wardround site data exclude 1004711 --lift",
        'wardround site data exclude - --reason "withdrew consent"',
    ),
)
@argument(
    "patient", says=lambda to: translate("The patient number; “-” reads it from the standard input, so that no other user sees it.", to)
)
@option("--reason", default="", metavar="TEXT", says=lambda to: translate("Why.", to))
@option("--lift", is_flag=True, says=lambda to: translate("The patient may be used again.", to))
@passphrase_option
@click.pass_obj
def exclude(setup: Setup, patient: str, reason: str, lift: bool, passphrase_file: Path | None) -> None:
    """Excludes a patient, or lifts it."""
    number = sys.stdin.readline() if patient == "-" else patient
    with opened(setup, passphrase_file) as session:
        to = setup.language
        if lift:
            finish(session.lift_exclusion(number))
            setup.data({"excluded": False}, [translate("The exclusion is lifted.", to)])
            return
        found = finish(session.exclude_patient(number, reason))
        document = {
            "excluded": True,
            "datasets": [{"name": each.dataset, "column": each.column or None, "rows": each.rows} for each in found],
        }
        lines = [translate("The patient is excluded from the next round on.", to)]
        if found:
            headings = [translate("Data set", to), translate("Patient number", to), translate("Rows", to)]
            body = [
                [each.dataset, each.column or translate("nobody has said", to), str(each.rows) if each.column else "?"] for each in found
            ]
            lines += ["", *table(headings, body, right=(2,))]
        setup.data(document, lines)


@click.command(
    "exclusions",
    cls=Command,
    about=lambda to: translate("The excluded patients: why, by whom, since when, and which rounds of which studies could hold them.", to),
    examples=("wardround site data exclusions", "wardround site data exclusions --json"),
)
@passphrase_option
@click.pass_obj
def exclusions(setup: Setup, passphrase_file: Path | None) -> None:
    """The list."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        found = finish(session.exclusions())
        document = [
            {
                "patient": each.patient,
                "reason": each.reason,
                "who": each.who,
                "time": each.time,
                "lifted": each.lifted,
                "lifted_by": each.lifted_by or None,
                "left": [
                    {"study": left.study, "messages": left.messages, "rounds": list(left.rounds), "known": left.known} for left in each.left
                ],
            }
            for each in found
        ]
        lines = []
        for each in found:
            lines.append(f"{each.patient}  {when(each.time)}  {each.who}  {each.reason}")
            if each.lifted is not None:
                lines.append("  " + translate("Lifted {time} by {who}.", to, time=when(each.lifted), who=each.lifted_by))
            lines += [f"  {left.text}" for left in each.left]
        setup.data({"exclusions": document}, lines or [translate("No patient is excluded.", to)])


@click.command(
    "patient",
    cls=Command,
    about=lambda to: translate("Says which column of a data set holds the patient number.", to),
    examples=("wardround site data patient records record_no",),
)
@argument("name", says=lambda to: translate("The data set.", to))
@argument("column", says=lambda to: translate("Its column with the patient number.", to))
@passphrase_option
@click.pass_obj
def patient(setup: Setup, name: str, column: str, passphrase_file: Path | None) -> None:
    """The patient column."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        finish(session.set_patient_column(the_dataset(session, name), column))
        setup.data(
            {"name": name, "column": column}, [translate("“{column}” is the patient number of {name}.", to, column=column, name=name)]
        )


@click.command(
    "log",
    cls=Command,
    about=lambda to: translate("The access log: who opened, imported, mended, exported what, and when; the newest first.", to),
    examples=("wardround site data log", "wardround site data log --rows 1000 --json"),
)
@option("--rows", type=Whole(1, 1_000_000), default=50, metavar="N", says=lambda to: translate("How many lines.", to))
@passphrase_option
@click.pass_obj
def log(setup: Setup, rows: int, passphrase_file: Path | None) -> None:
    """The access log."""
    with opened(setup, passphrase_file, looks=True) as session:
        found = finish(session.access_log(rows))
        headings = [translate("Time", setup.language), translate("User", setup.language), translate("What", setup.language)]
        document = [{"time": each.time, "who": each.who, "text": each.text} for each in found]
        setup.data({"log": document}, table(headings, [[when(each.time), each.who or "–", each.text] for each in found]))
