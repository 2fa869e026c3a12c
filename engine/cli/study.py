# SPDX-License-Identifier: Apache-2.0
"""``wardround study``: the plan of a study as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.speech import Setup, facts, size, table, wrapped
from engine.cli.tree import argument, command, group, option
from engine.errors import Language
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.study_jobs import PlanView

study = group(
    "study",
    about=lambda to: translate("Write and check the plan of a study: a text file (TOML) that says everything that sites will do.", to),
    examples=(
        "wardround study templates",
        "wardround study new tabular-classification -o study.toml",
        "wardround study check study.toml",
    ),
)


def plan_document(view: PlanView) -> dict[str, object]:
    """A plan for JSON."""
    return {
        "study": view.study,
        "title": view.title,
        "sha256": view.sha256,
        "variables": view.variables,
        "classes": list(view.classes),
        "parameters": view.parameters,
        "plan": [{"label": line.label, "text": line.text} for line in view.plan],
        "warnings": list(view.warnings),
        "leaves": [
            {"kind": line.kind, "messages": line.messages, "bytes_each": line.bytes_each, "what": line.what} for line in view.forecast
        ],
    }


def plan_lines(view: PlanView, to: Language) -> list[str]:
    """A plan for people: what it says, what leaves a site, what sites are warned of."""
    lines = [f"{view.title} ({view.study})", ""]
    lines += facts([(line.label, line.text) for line in view.plan])
    lines += ["", translate("What will leave each site:", to)]
    headings = [translate("Messages", to), translate("Bytes each", to), translate("Kind", to), translate("What it is", to)]
    lines += table(headings, [[str(f.messages), size(f.bytes_each), f.kind, f.what] for f in view.forecast], right=(0, 1))
    if view.warnings:
        lines += ["", translate("Every hospital will be told:", to)]
        for warning in view.warnings:
            first, *more = wrapped(warning, 96)
            lines += [f"  ! {first}", *(f"    {line}" for line in more)]
    return [*lines, "", translate("Plan (SHA-256): {sha256}", to, sha256=view.sha256)]


@command(
    study,
    "templates",
    about=lambda to: translate("The ready plans to begin from.", to),
    examples=("wardround study templates", "wardround study templates --json"),
)
@click.pass_obj
def templates(setup: Setup) -> None:
    """The list of templates."""
    from engine.session import study_jobs

    to = setup.language
    found = study_jobs.template_list(to)
    document = [{"name": t.name, "title": t.title, "purpose": t.purpose, "variables": t.variables} for t in found]
    headings = [translate("Template", to), translate("Inputs", to), translate("Title", to)]
    setup.data({"templates": document}, table(headings, [[t.name, str(t.variables), t.title] for t in found], right=(1,)))
    setup.talk("\n" + translate("Next: wardround study new TEMPLATE -o study.toml", to))


@command(
    study,
    "new",
    about=lambda to: translate("Writes a ready plan into a file, to be changed with any text editor; its comments explain each line.", to),
    examples=("wardround study new tabular-classification", "wardround study new logistic-regression -o preterm.toml"),
)
@argument("template", says=lambda to: translate("Its name, see: wardround study templates", to))
@option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", says=lambda to: translate("The file; else TEMPLATE.toml here.", to))
@click.pass_obj
def new(setup: Setup, template: str, out: Path | None) -> None:
    """A plan from a template."""
    from engine.session import study_jobs

    path = out or Path(f"{template}.toml")
    study_jobs.write_template(template, path)
    setup.data({"template": template, "file": str(path)}, [str(path)])
    setup.talk(translate("Change it with a text editor, then: wardround study check {path}", setup.language, path=path))


@command(
    study,
    "check",
    about=lambda to: translate("Checks a plan and says in plain words what it means and what hospitals will be told.", to),
    examples=("wardround study check study.toml", "wardround study check study.toml --signature study.toml.sig"),
)
@argument("file", type=click.Path(path_type=Path), says=lambda to: translate("The plan.", to))
@option(
    "--signature", type=click.Path(path_type=Path), metavar="FILE", says=lambda to: translate("Check this signature of the plan too.", to)
)
@click.pass_obj
def check(setup: Setup, file: Path, signature: Path | None) -> None:
    """Whether a plan can be run."""
    from engine.session import study_jobs

    to = setup.language
    view = study_jobs.view(file, to)
    document = plan_document(view)
    lines = plan_lines(view, to)
    if signature is not None:
        key = study_jobs.check_signature(file, signature)
        document["signed_by"] = key
        lines.append(translate("Signed with the key {key}; compare it with the lead's.", to, key=key))
    setup.data(document, lines)
    setup.talk("\n" + translate("The plan is good.", to))


@command(
    study,
    "show",
    about=lambda to: translate("Prints a plan with every default said, as sites will get it.", to),
    examples=("wardround study show study.toml", "wardround study show study.toml --json"),
)
@argument("file", type=click.Path(path_type=Path), says=lambda to: translate("The plan.", to))
@click.pass_obj
def show(setup: Setup, file: Path) -> None:
    """The whole plan."""
    from engine.session import study_jobs

    view = study_jobs.view(file, setup.language)
    setup.data({**plan_document(view), "toml": view.toml}, [view.toml.rstrip()])


@command(
    study,
    "sign",
    about=lambda to: translate(
        "Signs a plan with the key of your coordinator, so that its hospitals can check a plan that comes by mail. "
        "Publishing signs again by itself, together with the list of hospitals.",
        to,
    ),
    examples=("wardround study sign study.toml --key lead/lead.key", "wardround -C lead study sign study.toml -o study.toml.sig"),
)
@argument("file", type=click.Path(path_type=Path), says=lambda to: translate("The plan.", to))
@option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", says=lambda to: translate("The key; else lead.key of the coordinator.", to)
)
@option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", says=lambda to: translate("The signature; else FILE.sig.", to))
@click.pass_obj
def sign(setup: Setup, file: Path, key: Path | None, out: Path | None) -> None:
    """A signature over a plan."""
    from engine.session import study_jobs

    if key is None:
        from engine.cli.coordinator import home_of

        key = home_of(setup) / "lead.key"
    target = out or file.with_name(f"{file.name}.sig")
    sha256 = study_jobs.sign(file, key, target)
    setup.data({"file": str(target), "sha256": sha256}, [str(target)])
    setup.talk(translate("Plan (SHA-256): {sha256}", setup.language, sha256=sha256))
