# SPDX-License-Identifier: Apache-2.0
"""``wardround coordinator status | rounds | export``: looking at studies, and taking their outcome away."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.cli import states
from engine.cli.coordinator import home_of, study_argument
from engine.cli.kinds import Whole
from engine.cli.speech import Setup, decimal, facts, share, table, when, wrapped
from engine.cli.tree import Command, argument, option
from engine.errors import Language, WardroundError
from engine.text import either, translate

if TYPE_CHECKING:
    from engine.coordinator.overview import StudyStatus


@click.command(
    "status",
    cls=Command,
    about=lambda to: translate(
        "Where the studies are and which hospitals are there. Exit code for monitoring: 0 well, 3 degraded, 4 stopped.", to
    ),
    examples=("wardround coordinator status", "wardround coordinator status my-study --json", "wardround coordinator status --watch"),
)
@argument("study", required=False, metavar="[STUDY]", says=lambda to: translate("One study; without it, all.", to))
@option("--watch", is_flag=True, says=lambda to: translate("Print again whenever something changes, until every study has ended.", to))
@option("--every", type=Whole(1, 3600), default=2, metavar="SECONDS", says=lambda to: translate("How often --watch looks.", to))
@click.pass_obj
def status(setup: Setup, study: str | None, watch: bool, every: int) -> int:
    """The state of the studies."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    shown: object = None
    while True:
        found = (coordinator_jobs.status(path, coordinator_jobs.the_study(path, study)),) if study else coordinator_jobs.studies(path)
        document = [_status_document(one, setup.language) for one in found]
        stable = [
            {**one, "sites": [{**site, "age": None, "problem": site["problem"] is not None} for site in one["sites"]]} for one in document
        ]
        if stable != shown:
            shown = stable
            lines = [line for one in found for line in _status_lines(one, setup.language)]
            setup.data({"studies": document}, lines or [translate("There is no study yet.", setup.language)])
        if not watch or all(one.state.value in ("finished", "stopped") for one in found):
            return max((one.exit_code for one in found), default=0)
        time.sleep(every)


def _status_document(now: StudyStatus, to: Language) -> dict[str, Any]:
    return {
        "study": now.study,
        "title": now.title,
        "title_zh": now.title_zh,
        "state": now.state.value,
        "health": now.health.value,
        "round": now.round,
        "rounds": now.rounds,
        "phase": now.phase.value if now.phase else None,
        "attempt": now.attempt,
        "opened": now.opened,
        "deadline": now.deadline,
        "joined": now.joined,
        "best_round": now.best_round,
        "start_requested": now.start_requested,
        "waiting_for": list(now.waiting_for),
        "bundle_sha256": now.bundle_sha256,
        "problem": _problem_document(now.problem, to),
        "sites": [
            {
                "site": site.site,
                "membership": site.membership.value,
                "roster": site.roster,
                "joined": site.joined,
                "participates": site.participates,
                "left": site.left,
                "state": site.state,
                "age": None if site.age is None else round(site.age, 1),
                "code": site.code,
                "problem": _problem_document(site.problem, to),
            }
            for site in now.sites
        ],
    }


def _problem_document(problem: WardroundError | None, to: Language) -> dict[str, str] | None:
    return None if problem is None else {"code": problem.code, "what": problem.what(to), "mend": problem.mend(to)}


def _status_lines(now: StudyStatus, to: Language) -> list[str]:
    rows = [
        (translate("Study", to), f"{now.study}  {either(now.title, now.title_zh, to)}"),
        (translate("State", to), states.study_state(now.state.value, to)),
        (translate("Round", to), translate("{round} of {rounds}", to, round=now.round, rounds=now.rounds)),
    ]
    if now.phase:
        rows.append((translate("Phase", to), states.phase(now.phase.value, to)))
    if now.best_round:
        rows.append((translate("Best round so far", to), str(now.best_round)))
    if now.waiting_for:
        rows.append((translate("Waiting for", to), ", ".join(now.waiting_for)))
    if now.state.value == "published":
        asked = translate("asked for; it begins when all have joined", to) if now.start_requested else translate("not asked for yet", to)
        rows.append((translate("Start", to), asked))
    if now.problem:
        rows.append((now.problem.code, now.problem.sentence(to)))
    lines = facts(rows)
    if now.sites:
        headings = [translate("Site", to), translate("Membership", to), translate("Joined", to), translate("State", to)]
        headings += [translate("Last heard", to), translate("Last error", to)]
        yes, no = translate("yes", to), translate("no", to)
        body = [
            [
                site.site,
                states.membership(site.membership.value, to),
                translate("left", to) if site.left else yes if site.joined else no,
                states.site_state(site.state, to),
                "–" if site.age is None else translate("{seconds} s ago", to, seconds=round(site.age)),
                site.code or "–",
            ]
            for site in now.sites
        ]
        lines += ["", *table(headings, body)]
    for site in now.sites:
        if site.problem:
            lines += ["", *wrapped(f"{site.problem.code}: {site.problem.sentence(to)}", 98)]
    return [*lines, ""]


@click.command(
    "rounds",
    cls=Command,
    about=lambda to: translate("The published rounds: who took part, how the model did on all validation patients together.", to),
    examples=("wardround coordinator rounds", "wardround coordinator rounds my-study --json"),
)
@study_argument
@click.pass_obj
def rounds(setup: Setup, study: str | None) -> None:
    """The rounds so far."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    to = setup.language
    name = coordinator_jobs.the_study(path, study)
    rows = coordinator_jobs.published_rounds(path, name)
    headings = [translate("Round", to), translate("Phase", to), translate("Finished at", to), translate("Sites", to), translate("Rows", to)]
    headings += [translate("Training loss", to), translate("Loss", to), translate("Accuracy", to), translate("Model", to)]
    body = [
        [
            str(row["round"]),
            states.phase(row["phase"], to),
            when(row["finished"]),
            str(len(row["participants"])),
            str(row["examples"]),
            decimal(row["train_loss"]),
            decimal(row["log_loss"]),
            share(row["accuracy"]),
            row["model_sha256"][:12],
        ]
        for row in rows
    ]
    lines = table(headings, body, right=(0, 3, 4, 5, 6, 7)) if rows else [translate("No round is published yet.", to)]
    setup.data({"study": name, "rounds": rows}, lines)


@click.command(
    "export",
    cls=Command,
    about=lambda to: translate(
        "Writes the models, the signed plan, who took part, the rounds and the report (English and Chinese) into a new folder.", to
    ),
    examples=("wardround coordinator export --to results", "wardround coordinator export my-study --to results --json"),
)
@study_argument
@option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", says=lambda to: translate("A new folder.", to))
@click.pass_obj
def export(setup: Setup, study: str | None, folder: Path) -> None:
    """What the lead keeps."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    files = coordinator_jobs.export_study(path, name, folder)
    setup.data({"study": name, "folder": str(folder), "files": list(files)}, [str(folder / file) for file in files])
