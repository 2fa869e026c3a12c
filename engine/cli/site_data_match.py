# SPDX-License-Identifier: Apache-2.0
"""``wardround site data match|export-request``: a study's variables and the columns of a data set."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from engine.cli.home import finish, opened, passphrase_option, the_dataset
from engine.cli.kinds import Setting
from engine.cli.speech import Setup, table
from engine.cli.tree import Command, argument, option
from engine.errors import WardroundError
from engine.text import translate


@click.command(
    "match",
    cls=Command,
    about=lambda to: translate(
        "Which column of a data set is which variable of a study, in which unit, and what its words mean. What is said here is kept for "
        "the next file of the data set; said again without a value, it is taken back.",
        to,
    ),
    examples=(
        "wardround site data match records --study preterm-birth",
        "wardround site data match records --study preterm-birth --column systolic=RR_sys --unit systolic=kPa",
        "wardround site data match records --study preterm-birth --word smoking:ex=former",
    ),
)
@argument("name", says=lambda to: translate("The data set.", to))
@option("--study", required=True, metavar="STUDY", says=lambda to: translate("The study.", to))
@option(
    "--column",
    "columns",
    type=Setting(),
    multiple=True,
    metavar="VARIABLE=COLUMN",
    says=lambda to: translate("The column of a variable.", to),
)
@option(
    "--unit",
    "units",
    type=Setting(),
    multiple=True,
    metavar="VARIABLE=UNIT",
    says=lambda to: translate("The unit of a column's values.", to),
)
@option(
    "--word",
    "words",
    type=Setting(),
    multiple=True,
    metavar="VARIABLE:WORD=CATEGORY",
    says=lambda to: translate("What a word of the file means.", to),
)
@passphrase_option
@click.pass_obj
def match(
    setup: Setup,
    name: str,
    study: str,
    columns: tuple[tuple[str, str], ...],
    units: tuple[tuple[str, str], ...],
    words: tuple[tuple[str, str], ...],
    passphrase_file: Path | None,
) -> None:
    """The match."""
    from engine.session import MatchChoice

    with opened(setup, passphrase_file) as session:
        to = setup.language
        dataset = the_dataset(session, name)
        spellings = _spellings(words)
        said_columns, said_units = dict(columns), dict(units)
        lines = finish(session.match(study, dataset))
        for variable in dict.fromkeys([*said_columns, *said_units, *spellings]):
            choice = MatchChoice(variable, said_columns.get(variable, ""), said_units.get(variable, ""), spellings.get(variable, {}))
            lines = finish(session.choose_match(study, dataset, choice))
        document = {
            "study": study,
            "name": name,
            "match": [
                {"variable": each.variable, "column": each.column, "note": each.note, "problem": each.problem, "chosen": each.chosen}
                for each in lines
            ],
        }
        headings = [translate("Variable", to), translate("Column", to), ""]
        setup.data(document, table(headings, [[each.variable, each.column or "–", each.problem or each.note] for each in lines]))


@click.command(
    "export-request",
    cls=Command,
    about=lambda to: translate(
        "What to ask of whoever exports the records: each variable that the data set still lacks, with its kind, unit, range and words. "
        "Without a data set, every variable of the study.",
        to,
    ),
    examples=(
        "wardround site data export-request --study preterm-birth",
        "wardround site data export-request records --study preterm-birth",
    ),
)
@argument("name", required=False, says=lambda to: translate("The data set.", to))
@option("--study", required=True, metavar="STUDY", says=lambda to: translate("The study.", to))
@passphrase_option
@click.pass_obj
def export_request(setup: Setup, name: str | None, study: str, passphrase_file: Path | None) -> None:
    """What is missing."""
    with opened(setup, passphrase_file, looks=True) as session:
        dataset = the_dataset(session, name) if name else None
        lines = finish(session.export_request(study, dataset))
        empty = translate("Nothing is missing.", setup.language)
        setup.data({"study": study, "missing": list(lines)}, list(lines) or [empty])


def _spellings(words: tuple[tuple[str, str], ...]) -> dict[str, Mapping[str, str]]:
    """By variable: word → category, from ``VARIABLE:WORD=CATEGORY``."""
    found: dict[str, dict[str, str]] = {}
    for key, category in words:
        variable, sign, word = key.partition(":")
        if not sign or not word:
            raise WardroundError("E-CMD-31", name="--word", value=key)
        found.setdefault(variable, {})[word] = category
    return dict(found)
