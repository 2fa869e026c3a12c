# SPDX-License-Identifier: Apache-2.0
"""``wardround site data mend|recipe|join``: records mended by steps that can be taken back, and data sets of the same patients joined."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.home import finish, opened, passphrase_option, the_dataset, watched
from engine.cli.kinds import Setting, Whole
from engine.cli.speech import Setup, table
from engine.cli.tree import Command, argument, option
from engine.errors import WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.views import DatasetDetail, MendView


@click.command(
    "mend",
    cls=Command,
    about=lambda to: translate(
        "Mends a data set, step by step; the imported file is never changed, and every step can be taken back. Without a choice, it "
        "lists what is offered.",
        to,
    ),
    examples=(
        "wardround site data mend records --offer 2",
        "wardround site data mend records --kind missing --column age --field codes=999",
        "wardround site data mend records --undo",
    ),
)
@argument("name", says=lambda to: translate("The data set.", to))
@option("--offer", "numbers", type=Whole(1, 9999), multiple=True, metavar="N", says=lambda to: translate("Do what is offered as N.", to))
@option("--kind", default="", metavar="KIND", says=lambda to: translate("A step of your own: its kind.", to))
@option("--column", default="", metavar="COLUMN", says=lambda to: translate("The column that it mends.", to))
@option(
    "--field",
    "fields",
    type=Setting(),
    multiple=True,
    metavar="KEY=VALUE",
    says=lambda to: translate("What the step needs, once for each: a text, a number, or JSON.", to),
)
@option("--undo", is_flag=True, says=lambda to: translate("Take back the last step.", to))
@option("--undo-all", is_flag=True, says=lambda to: translate("Take back every step.", to))
@passphrase_option
@click.pass_obj
def mend(
    setup: Setup,
    name: str,
    numbers: tuple[int, ...],
    kind: str,
    column: str,
    fields: tuple[tuple[str, str], ...],
    undo: bool,
    undo_all: bool,
    passphrase_file: Path | None,
) -> None:
    """Mends a data set."""
    from engine.session.views import MendView

    with opened(setup, passphrase_file) as session:
        to = setup.language
        dataset = the_dataset(session, name)
        detail = finish(session.dataset(dataset))
        offered = offers_of(detail)
        steps = list(detail.recipe)
        if undo_all:
            steps = []
        elif undo:
            steps = steps[:-1]
        for number in numbers:
            if number > len(offered):
                raise WardroundError("E-CMD-06", name="--offer", value=str(number), low=1, high=len(offered))
            steps.append(offered[number - 1])
        if kind:
            steps.append(MendView(kind, column, {key: _value(value) for key, value in fields}, ""))
        if steps != list(detail.recipe):
            detail = watched(session, setup, translate("Mending {name}", to, name=name), session.mend_data(dataset, steps))
            offered = offers_of(detail)
        document = {
            "name": detail.dataset.name,
            "version": detail.dataset.version,
            "rows": detail.dataset.rows,
            "recipe": [_step(step) for step in detail.recipe],
            "offers": [_step(step) for step in offered],
        }
        lines = _recipe(detail, setup)
        if offered:
            headings = [translate("N", to), translate("Offered", to)]
            lines += ["", *table(headings, [[str(number), step.text] for number, step in enumerate(offered, 1)], right=(0,))]
        setup.data(document, lines)


@click.command(
    "recipe",
    cls=Command,
    about=lambda to: translate("The steps that mend a data set, in order.", to),
    examples=("wardround site data recipe records", "wardround site data recipe records --json"),
)
@argument("name", says=lambda to: translate("The data set.", to))
@passphrase_option
@click.pass_obj
def recipe(setup: Setup, name: str, passphrase_file: Path | None) -> None:
    """The steps."""
    with opened(setup, passphrase_file, looks=True) as session:
        detail = finish(session.dataset(the_dataset(session, name)))
        document = {"name": detail.dataset.name, "version": detail.dataset.version, "recipe": [_step(step) for step in detail.recipe]}
        setup.data(document, _recipe(detail, setup))


@click.command(
    "join",
    cls=Command,
    about=lambda to: translate(
        "Joins data sets of the same patients into one: the first gives the rows, each other adds its columns. A patient may be missing "
        "from any of them.",
        to,
    ),
    examples=("wardround site data join all visits=record_no genomes=sample scans=patient_id",),
)
@argument("name", says=lambda to: translate("What to call it.", to))
@argument(
    "members",
    type=Setting(),
    nargs=-1,
    required=True,
    metavar="DATASET=COLUMN…",
    says=lambda to: translate("Each with its patient number.", to),
)
@passphrase_option
@click.pass_obj
def join(setup: Setup, name: str, members: tuple[tuple[str, str], ...], passphrase_file: Path | None) -> None:
    """Joins data sets."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        named = [(the_dataset(session, dataset), column) for dataset, column in members]
        made = watched(session, setup, translate("Joining {name}", to, name=name), session.join_data(name, named))
        detail = finish(session.dataset(made.id))
        document = {
            "name": made.name,
            "version": made.version,
            "rows": made.rows,
            "columns": made.columns,
            "presence": [{"members": list(found.members), "patients": found.patients} for found in detail.presence],
        }
        lines = [
            translate(
                "{name}, version {version}: {rows} rows, {columns} columns.",
                to,
                **{k: document[k] for k in ("name", "version", "rows", "columns")},
            ),
            "",
            *table(
                [translate("Patients", to), translate("have records in", to)],
                [[str(found.patients), ", ".join(found.members)] for found in detail.presence],
                right=(0,),
            ),
        ]
        setup.data(document, lines)


def offers_of(detail: DatasetDetail) -> list[MendView]:
    """What is offered for all findings, each once."""
    found: list[MendView] = []
    for finding in detail.findings:
        found += [offer for offer in finding.offers if offer not in found]
    return found


def _recipe(detail: DatasetDetail, setup: Setup) -> list[str]:
    to = setup.language
    if not detail.recipe:
        return [translate("Nothing was mended: {name} is as it was imported.", to, name=detail.dataset.name)]
    heading = translate("{name}, version {version}, as imported, then:", to, name=detail.dataset.name, version=detail.dataset.version)
    return [heading, *(f"  {number}. {step.text}" for number, step in enumerate(detail.recipe, 1))]


def _step(step: MendView) -> dict[str, object]:
    return {"kind": step.kind, "column": step.column, "fields": dict(step.fields), "text": step.text}


def _value(text: str) -> object:
    """A field's value: JSON where it is a list, a mapping or a number; else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text
