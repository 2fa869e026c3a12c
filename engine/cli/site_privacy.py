# SPDX-License-Identifier: Apache-2.0
"""``wardround site privacy``: what each study guarantees patients, what was used of it, and from what that is computed."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from engine.cli.home import finish, opened, passphrase_option
from engine.cli.speech import Setup, facts, table, wrapped
from engine.cli.tree import Command
from engine.errors import Language
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.budget_views import BudgetView, StudyBudgetView

_WIDTH = 98


@click.command(
    "privacy",
    cls=Command,
    about=lambda to: translate(
        "What could be learned about one patient from what this hospital sends: the limit of each study, what was used of it, whom one "
        "must trust. Every figure is computed anew from the events in the ledger.",
        to,
    ),
    examples=("wardround site privacy", "wardround site privacy --json"),
)
@passphrase_option
@click.pass_obj
def privacy(setup: Setup, passphrase_file: Any) -> None:
    """The privacy ledger."""
    with opened(setup, passphrase_file, looks=True) as session:
        view = finish(session.privacy_budget())
    setup.data(_document(view), _lines(view, setup.language))


def _document(view: BudgetView) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, float) and not isfinite(value):
            return None  # no limit
        if isinstance(value, dict):
            return {key: plain(inner) for key, inner in value.items()}
        return [plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    document: dict[str, Any] = plain(asdict(view))
    return document


def _lines(view: BudgetView, to: Language) -> list[str]:
    limit = "–" if view.most is None else f"{view.most:g}"
    lines = facts(
        [
            (translate("Used by all studies", to), f"ε = {view.epsilon_used:.3g} (δ = {view.delta:g})"),
            (translate("At the end of all", to), f"ε = {view.epsilon_at_end:.3g}"),
            (translate("This hospital allows", to), f"ε = {limit}"),
            (translate("Ledger", to), view.head[:16]),
            (translate("Computed by", to), view.software),
        ]
    )
    for study in view.studies:
        lines += ["", *_study(study, to)]
    return lines


def _study(study: StudyBudgetView, to: Language) -> list[str]:
    lines = [f"{study.title} ({study.study}): {study.verdict}", *wrapped(study.answer, _WIDTH)]
    rows = [(translate("Unit", to), study.unit)]
    if study.epsilon_at_end is not None and study.epsilon_used is not None and study.delta is not None:
        rows += [
            (translate("Used so far", to), f"ε = {study.epsilon_used:.3g}"),
            (translate("At the end", to), f"ε = {study.epsilon_at_end:.3g} (δ = {study.delta:g})"),
        ]
        if study.epsilon_rdp is not None:
            rows.append((translate("Used, by Rényi DP", to), f"ε = {study.epsilon_rdp:.3g}"))
    if study.label_epsilon is not None:
        rows.append((translate("Of the outcome alone", to), f"ε = {study.label_epsilon:.3g}"))
    rows += [(translate("Protected", to), "; ".join(study.protects) or "–"), (translate("Not protected", to), "; ".join(study.leaves_open))]
    rows.append((translate("You must trust", to), "; ".join(study.trust)))
    lines += facts(rows)
    if study.charges:
        headings = [translate("Charged for", to), translate("Patients", to), translate("Mechanism", to), translate("Noise", to)]
        headings += [translate("Sampling", to), translate("Steps", to), translate("Spent", to), translate("Reserved", to)]
        body = [
            [
                line.what,
                str(line.patients),
                line.mechanism,
                f"{line.noise:.4g}",
                f"{line.sampling:g}",
                str(line.steps),
                str(line.spent),
                str(line.open),
            ]
            for line in study.charges
        ]
        lines += ["", *table(headings, body, right=(1, 3, 4, 5, 6, 7))]
    return lines
