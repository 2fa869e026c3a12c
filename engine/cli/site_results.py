# SPDX-License-Identifier: Apache-2.0
"""``wardround site results | report``: what came of a study."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.home import finish, opened, passphrase_option, study_argument, the_study
from engine.cli.speech import Setup, decimal, facts, share, table, wrapped
from engine.cli.tree import Command, option
from engine.errors import Language, WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.views import ReportView


@click.command(
    "results",
    cls=Command,
    about=lambda to: translate(
        "How the shared model does at all sites together and, once the study has ended, on this hospital's own test patients beside the "
        "model it would have had alone and the one adapted to it.",
        to,
    ),
    examples=("wardround site results", "wardround site results my-study --json"),
)
@study_argument
@passphrase_option
@click.pass_obj
def results(setup: Setup, study: str | None, passphrase_file: Path | None) -> None:
    """The results."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        view = finish(session.results(the_study(session, study)))
        if view.federation is None:
            raise WardroundError("E-SITE-18", study=view.study)
        document = {
            "study": view.study,
            "title": view.title,
            "final": view.final,
            "round": view.round,
            "model_sha256": view.model_sha256,
            "federation": asdict(view.federation),
            "mine": asdict(view.mine) if view.mine else None,
            "comparison": [asdict(line) for line in view.comparison],
            "personalised_kept": view.personalised_kept,
            "personalised_reason": view.personalised_reason,
        }
        stage = translate("final", to) if view.final else translate("so far", to)
        lines = facts(
            [
                (translate("Study", to), f"{view.title} ({view.study})"),
                (translate("Round", to), f"{view.round} ({stage})"),
                (translate("Model (SHA-256)", to), view.model_sha256),
            ]
        )
        lines += ["", *report_lines(view.federation, to)]
        if view.comparison:
            lines += ["", translate("On your own test patients:", to)]
            headings = [translate("Model", to), translate("Accuracy", to), translate("Macro F1", to), translate("AUC", to)]
            body = [[model_name(c.name, to), share(c.accuracy), decimal(c.macro_f1), decimal(c.auc)] for c in view.comparison]
            lines += table(headings, body, right=(1, 2, 3))
            lines += [f"  {line}" for line in wrapped(view.personalised_reason, 98)]
        if view.mine:
            lines += ["", *report_lines(view.mine, to)]
        setup.data(document, lines)


def model_name(name: str, to: Language) -> str:
    """A model of the comparison."""
    match name:
        case "local":
            return translate("your site alone", to)
        case "federated":
            return translate("federated", to)
        case "personalised":
            return translate("personalised", to)
        case _:
            return name


def report_lines(report: ReportView, to: Language) -> list[str]:
    """One report as in scikit-learn's classification report."""
    headings = [translate("Class", to), translate("Precision", to), translate("Recall", to), translate("F1", to)]
    headings += [translate("Rows", to), translate("AUC", to)]
    body = [
        [line.label, decimal(line.precision), decimal(line.recall), decimal(line.f1), str(line.support), decimal(line.auc)]
        for line in (*report.classes, *report.averages)
    ]
    return [f"{report.title}:", *table(headings, body, right=(1, 2, 3, 4, 5))]


@click.command(
    "report",
    cls=Command,
    about=lambda to: translate(
        "Writes the reports (HTML, CSV, JSON) and the two models that this hospital may use (safetensors) into a folder.", to
    ),
    examples=("wardround site report --to results", "wardround site report my-study --to results --lang zh"),
)
@study_argument
@option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", says=lambda to: translate("The folder.", to))
@passphrase_option
@click.pass_obj
def report(setup: Setup, study: str | None, folder: Path, passphrase_file: Path | None) -> None:
    """Files."""
    with opened(setup, passphrase_file, looks=True) as session:
        name = the_study(session, study)
        files = finish(session.export_report(name, folder))
        setup.data({"study": name, "folder": str(folder), "files": list(files)}, [str(folder / file) for file in files])
