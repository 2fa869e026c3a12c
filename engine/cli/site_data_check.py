# SPDX-License-Identifier: Apache-2.0
"""``wardround site data check|override``: what identifies a person in a data set, and who answers for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli.home import finish, opened, passphrase_option, the_dataset, watched
from engine.cli.speech import Setup, share, table, when
from engine.cli.tree import Command, argument, option
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.privacy_views import AnonymityView, HitView, PrivacyView


@click.command(
    "check",
    cls=Command,
    about=lambda to: translate(
        "What identifies a person in a data set, by column name and in every cell, and how many patients are alike in what others could "
        "know of them. Values are never shown.",
        to,
    ),
    examples=("wardround site data check records", "wardround site data check records --by age --by sex --outcome died --json"),
)
@argument("name", says=lambda to: translate("The data set.", to))
@option(
    "--by", multiple=True, metavar="COLUMN", says=lambda to: translate("Group the patients by this column, instead of those chosen.", to)
)
@option("--outcome", default="", metavar="COLUMN", says=lambda to: translate("Count this column's different values in each group.", to))
@passphrase_option
@click.pass_obj
def check(setup: Setup, name: str, by: tuple[str, ...], outcome: str, passphrase_file: Path | None) -> None:
    """The privacy check."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        job = session.check_data(the_dataset(session, name), by, outcome)
        found = watched(session, setup, translate("Looking for identifiers", to), job)
        setup.data(_document(found), _lines(found, setup))


@click.command(
    "override",
    cls=Command,
    about=lambda to: translate(
        "A named person answers for what was found in a column, with a reason. It is written into the history, and the column no longer "
        "stops joining.",
        to,
    ),
    examples=('wardround site data override records --column ward_code --by "A. Weber" --reason "Codes of wards, not of patients."',),
)
@argument("name", says=lambda to: translate("The data set.", to))
@option("--column", required=True, metavar="COLUMN", says=lambda to: translate("The column.", to))
@option("--by", required=True, metavar="NAME", says=lambda to: translate("Who answers for it.", to))
@option("--reason", required=True, metavar="TEXT", says=lambda to: translate("Why it is allowed, for the history.", to))
@passphrase_option
@click.pass_obj
def override(setup: Setup, name: str, column: str, by: str, reason: str, passphrase_file: Path | None) -> None:
    """Answers for a column."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        dataset = the_dataset(session, name)
        watched(session, setup, translate("Looking for identifiers", to), session.check_data(dataset))
        found = finish(session.override_data(dataset, column, by, reason))
        said = translate("{person} answers for “{column}” of {name}.", to, person=by, column=column, name=found.name)
        setup.data(_document(found), [said])


def _document(found: PrivacyView) -> dict[str, Any]:
    return {
        "name": found.name,
        "version": found.version,
        "rows": found.rows,
        "cells": found.cells,
        "patient_column": found.key,
        "blocking": list(found.blocking),
        "hits": [
            {
                "column": hit.column,
                "kind": hit.kind,
                "class": hit.letter,
                "severity": hit.severity,
                "count": hit.count,
                "present": hit.present,
                "score": hit.score,
                "where": hit.where,
                "rows": [row + 1 for row in hit.rows],
                "text": hit.text,
                "override": None
                if hit.override is None
                else {"by": hit.override.person, "reason": hit.override.reason, "time": hit.override.time},
            }
            for hit in found.hits
        ],
        "anonymity": _anonymity(found.anonymity),
    }


def _override(hit: HitView) -> dict[str, Any] | None:
    one = hit.override
    return None if one is None else {"by": one.person, "reason": one.reason, "time": one.time}


def _anonymity(found: AnonymityView | None) -> dict[str, Any] | None:
    if found is None:
        return None
    sizes = [{"least": size.least, "most": size.most or None, "groups": size.groups, "patients": size.patients} for size in found.sizes]
    return {
        "columns": list(found.columns),
        "patients": found.patients,
        "groups": found.groups,
        "smallest": found.smallest,
        "k": found.k,
        "patients_below_k": found.few,
        "outcome": found.outcome or None,
        "least_outcomes": found.varied if found.outcome else None,
        "sizes": sizes,
    }


def _lines(found: PrivacyView, setup: Setup) -> list[str]:
    to = setup.language
    lines = [
        translate("{name}, version {version}: {cells} cells were looked at.", to, name=found.name, version=found.version, cells=found.cells)
    ]
    if found.hits:
        headings = [translate("Column", to), translate("Class", to), translate("What", to), translate("Cells", to), translate("Share", to)]
        headings.append(translate("Joining", to))
        body = [
            [hit.column, hit.letter, hit.label, str(hit.count), share(hit.count / hit.present), _severity(hit, setup)] for hit in found.hits
        ]
        lines += ["", *table(headings, body, right=(3, 4)), ""]
        lines += [f"  ! {hit.text}" for hit in found.hits if hit.severity != "info"]
    else:
        lines.append(translate("Nothing was found that identifies a person.", to))
    for hit in found.hits:
        if hit.override is not None:
            said = translate(
                "{person} answers for “{column}”: {reason}", to, person=hit.override.person, column=hit.column, reason=hit.override.reason
            )
            lines.append(f"  {when(hit.override.time)}  {said}")
    lines += ["", found.anonymity_text]
    if found.anonymity is not None:
        headings = [translate("Patients in a group", to), translate("Groups", to), translate("Patients", to)]
        body = [[_size(size.least, size.most), str(size.groups), str(size.patients)] for size in found.anonymity.sizes]
        lines += table(headings, body, right=(0, 1, 2))
    return lines


def _size(least: int, most: int) -> str:
    if least == most:
        return str(least)
    return f"{least}–{most}" if most else f"≥ {least}"


def _severity(hit: HitView, setup: Setup) -> str:
    to = setup.language
    if hit.override is not None:
        return translate("answered for", to)
    words = {"block": translate("stops", to), "warning": translate("allowed, look", to), "info": translate("expected", to)}
    return words[hit.severity]
