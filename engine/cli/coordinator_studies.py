# SPDX-License-Identifier: Apache-2.0
"""``wardround coordinator study``: the studies of a federation."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import states
from engine.cli.coordinator import home_of
from engine.cli.speech import Setup, facts, table
from engine.cli.tree import argument, command, group, option
from engine.text import translate

study = group(
    "study",
    about=lambda to: translate("The studies of this federation. Without a command, the list.", to),
    examples=("wardround coordinator study add study.toml", "wardround coordinator study publish", "wardround coordinator study ls"),
    default="ls",
)


@command(
    study,
    "add",
    about=lambda to: translate("Adds the study of a plan file, or changes the plan of a study that is still a draft.", to),
    examples=("wardround coordinator study add study.toml",),
)
@argument("file", type=click.Path(path_type=Path), says=lambda to: translate("The plan, see: wardround study templates", to))
@click.pass_obj
def add(setup: Setup, file: Path) -> None:
    """A new study."""
    from engine.session import coordinator_jobs

    to = setup.language
    added = coordinator_jobs.add_study(home_of(setup), file, to)
    document = {
        "study": added.study,
        "title": added.title,
        "plan": [{"label": line.label, "text": line.text} for line in added.plan],
        "warnings": list(added.warnings),
    }
    lines = [translate("Added {study}: {title}", to, study=added.study, title=added.title), ""]
    lines += facts([(line.label, line.text) for line in added.plan])
    setup.data(document, lines)
    if added.warnings and not setup.json:
        setup.talk("\n" + translate("Every hospital will be told:", to))
        for warning in added.warnings:
            setup.talk(f"  ! {warning}")
    setup.talk(
        "\n" + translate("Next: {wardround} coordinator invite SITE, one invitation for every hospital.", to, wardround=setup.program)
    )


@command(
    study,
    "ls",
    about=lambda to: translate("The studies and where they are.", to),
    examples=("wardround coordinator study ls", "wardround coordinator study ls --json"),
)
@click.pass_obj
def ls(setup: Setup) -> None:
    """The list."""
    from engine.session import coordinator_jobs

    to = setup.language
    found = coordinator_jobs.studies(home_of(setup))
    headings = [translate("Study", to), translate("State", to), translate("Round", to), translate("Sites", to), translate("Title", to)]
    rows = [
        [one.study, states.study_state(one.state.value, to), f"{one.round}/{one.rounds}", str(len(one.sites)), one.title] for one in found
    ]
    document = [
        {
            "study": one.study,
            "title": one.title,
            "state": one.state.value,
            "round": one.round,
            "rounds": one.rounds,
            "sites": len(one.sites),
        }
        for one in found
    ]
    setup.data({"studies": document}, table(headings, rows, right=(2, 3)) if rows else [translate("There is no study yet.", to)])


@command(
    study,
    "show",
    about=lambda to: translate("One study as its hospitals will read it, or its plan file with every default said.", to),
    examples=("wardround coordinator study show", "wardround coordinator study show my-study --toml"),
)
@argument(
    "name", required=False, metavar="[STUDY]", says=lambda to: translate("The id of the study; not needed where there is only one.", to)
)
@option("--toml", is_flag=True, says=lambda to: translate("Print the plan file instead.", to))
@click.pass_obj
def show(setup: Setup, name: str | None, toml: bool) -> None:
    """One study."""
    from engine.session import coordinator_jobs, study_jobs

    to = setup.language
    path = home_of(setup)
    view = study_jobs.stored(path, coordinator_jobs.the_study(path, name), to)
    if toml:
        setup.data({"study": view.study, "toml": view.toml}, [view.toml])
        return
    from engine.cli.study import plan_document, plan_lines

    setup.data(plan_document(view), plan_lines(view, to))


@command(
    study,
    "publish",
    about=lambda to: translate(
        "Fixes which hospitals take part (those that you approved), signs the plan and offers it to them. "
        "Again after another approval, every hospital has to agree anew.",
        to,
    ),
    examples=("wardround coordinator study publish", "wardround coordinator study publish my-study"),
)
@argument(
    "name", required=False, metavar="[STUDY]", says=lambda to: translate("The id of the study; not needed where there is only one.", to)
)
@click.pass_obj
def publish(setup: Setup, name: str | None) -> None:
    """Signs and offers the plan."""
    from engine.session import coordinator_jobs

    to = setup.language
    path = home_of(setup)
    chosen = coordinator_jobs.the_study(path, name)
    sha256 = coordinator_jobs.publish(path, chosen)
    now = coordinator_jobs.status(path, chosen)
    members = [site.site for site in now.sites if site.roster]
    left_out = [site.site for site in now.sites if not site.roster]
    lines = [
        translate("{study} is published to: {sites}", to, study=chosen, sites=", ".join(members)),
        translate("Signed plan (SHA-256): {sha256}", to, sha256=sha256),
    ]
    setup.data({"study": chosen, "bundle_sha256": sha256, "sites": members, "not_approved": left_out}, lines)
    if left_out:
        setup.talk(translate("Invited, but not approved, so not in the list: {sites}", to, sites=", ".join(left_out)))
    setup.talk(
        "\n" + translate("Next: each hospital runs wardround site join; then {wardround} coordinator start", to, wardround=setup.program)
    )
