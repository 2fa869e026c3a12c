# SPDX-License-Identifier: Apache-2.0
"""``wardround site join | run | leave``: from approving a study to its end."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import states
from engine.cli.home import finish, opened, passphrase_option, study_argument, the_dataset, the_study, watched
from engine.cli.speech import Setup, decimal, facts, share, size, table, wrapped
from engine.cli.tree import Command, option
from engine.errors import Language, WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.session import Session
    from engine.session.views import StudyView, TrainingView

_LOOK_SECONDS = 0.2
_ASK_SECONDS = 3.0  # how often --wait asks the coordinator
_STOPPED = 4
_STEPS = ("getting-model", "training", "evaluating", "protecting", "sending", "waiting")


@click.command(
    "join",
    cls=Command,
    about=lambda to: translate(
        "Shows the plan, what will leave this hospital and the check words; then, when a person agrees, sends the signed approval. "
        "Compare the check words with the lead hospital by telephone, on a number that you know.",
        to,
    ),
    examples=(
        "wardround site join my-study --data records",
        "wardround site join --data records --wait",
        "wardround site join my-study --data records --yes-i-compared",
    ),
)
@study_argument
@option("--data", "data", required=True, metavar="NAME", says=lambda to: translate("The data set to take part with.", to))
@option(
    "--wait", is_flag=True, says=lambda to: translate("Wait until the lead hospital has approved this site and published the study.", to)
)
@option(
    "--yes-i-compared",
    is_flag=True,
    says=lambda to: translate("A person read the plan, compared both groups of check words by telephone, and agrees.", to),
)
@passphrase_option
@click.pass_obj
def join(setup: Setup, study: str | None, data: str, wait: bool, yes_i_compared: bool, passphrase_file: Path | None) -> None:
    """Approves a study."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        name = the_study(session, study)
        dataset = the_dataset(session, data)
        finish(session.refresh(name))
        view = finish(session.study(name, dataset))
        if not view.published and wait:
            setup.talk(translate("Waiting until {lead} has published {study}.", to, lead=view.lead, study=name))
            for line in words_of(view, to):
                setup.talk(line)
            view = _published(session, name, dataset)
        if not view.published:
            raise WardroundError("E-CMD-29", study=name)
        if not view.joined:
            for line in [] if setup.json else plan_of(view, to):
                setup.talk(line)
            _agree(setup, view, yes_i_compared)
            watched(session, setup, translate("Looking for identifiers", to), session.check_data(dataset))
            finish(session.join(name, dataset))
        document = {"study": name, "joined": True, "bundle_sha256": view.bundle_sha256, "warnings": list(view.warnings)}
        setup.data(document, [translate("Joined {study}.", to, study=name)])
        setup.talk(translate("Next: {wardround} site run", to, wardround=setup.program))


def _published(session: Session, study: str, dataset: str) -> StudyView:
    while True:
        time.sleep(_ASK_SECONDS)
        finish(session.refresh(study))
        view = finish(session.study(study, dataset))
        if view.published:
            return view


def _agree(setup: Setup, view: StudyView, vouched: bool) -> None:
    """A person's word that the check words are equal and the plan is accepted.

    Raises:
        WardroundError: E-SITE-16 when the records do not fit, E-CMD-20, E-CMD-22.
    """
    problems = [line.problem for line in view.match if line.problem]
    if problems:
        raise WardroundError("E-SITE-16", name=view.study, problems=" ".join(problems))
    if vouched:
        return
    question = translate("Are both groups of words the same at the lead hospital, and do you agree to the plan? Type yes:", setup.language)
    if setup.question(question, "--yes-i-compared").lower() not in ("yes", "y", "是", "同意"):
        raise WardroundError("E-CMD-22")


def words_of(view: StudyView, to: Language) -> list[str]:
    """Both groups of check words."""

    def group(title: str, words: tuple[str, ...], numbers: tuple[int, ...]) -> list[str]:
        return [
            title,
            "  " + "   ".join(f"{place} {word}" for place, word in enumerate(words, 1)),
            "  " + translate("or as numbers: {numbers}", to, numbers=" ".join(map(str, numbers))),
        ]

    return [
        *group(translate("The lead hospital reads these to you:", to), view.coordinator_words, view.coordinator_numbers),
        *group(translate("You read these to the lead hospital:", to), view.site_words, view.site_numbers),
    ]


def plan_of(view: StudyView, to: Language) -> list[str]:
    """The study page: the plan, what will leave, who takes part, how the records fit, warnings, check words."""
    lines = [f"{view.title} ({view.study})", "", *facts([(line.label, line.text) for line in view.plan])]
    lines += ["", translate("Who takes part:", to)]
    lines += [f"  {line.site}{'  ' + translate('(you)', to) if line.you else ''}" for line in view.roster]
    lines += ["", translate("What will leave this hospital:", to)]
    headings = [translate("Messages", to), translate("Bytes each", to), translate("Kind", to), translate("What it is", to)]
    lines += table(headings, [[str(f.messages), size(f.bytes_each), f.kind, f.what] for f in view.forecast], right=(0, 1))
    if view.match:
        lines += ["", translate("Your columns:", to)]
        headings = [translate("Variable", to), translate("Column", to), translate("Note", to)]
        lines += table(headings, [[m.variable, m.column or "–", m.problem or m.note] for m in view.match])
    if view.warnings:
        lines += ["", translate("You should know:", to)]
        for warning in view.warnings:
            first, *more = wrapped(warning, 96)
            lines += [f"  ! {first}", *(f"    {line}" for line in more)]
    return [*lines, "", *words_of(view, to), ""]


@click.command(
    "run",
    cls=Command,
    about=lambda to: translate(
        "Takes part in a joined study until it has ended. Ctrl+C stops in order; the same command goes on where it was.", to
    ),
    examples=("wardround site run", "wardround site run my-study --json", "wardround site run --passphrase-file secret.txt"),
)
@study_argument
@passphrase_option
@click.pass_obj
def run(setup: Setup, study: str | None, passphrase_file: Path | None) -> int:
    """Takes part."""
    with opened(setup, passphrase_file) as session:
        name = the_study(session, study)
        session.start(name)
        code = follow(session, setup, name)
        view = session.training(name)
        sentence = states.site_state(view.state, setup.language)
        document = {"study": name, "state": view.state, "round": view.round, "rounds": view.rounds}
        setup.data(document, [f"{name}: {sentence}"])
        if code == 0:
            setup.talk(
                translate("Next: {wardround} site results, {wardround} site report --to DIR", setup.language, wardround=setup.program)
            )
        return code


def follow(session: Session, setup: Setup, study: str) -> int:
    """Shows what a running study does until it ends: the exit code.

    Raises:
        WardroundError: what ended the study here.
        KeyboardInterrupt: the study goes on with the next start.
    """
    told: tuple[object, ...] = ()
    shown_problem = ""
    reached = 0.0  # what is shown never goes back, whatever the next phase begins with
    with setup.progress(translate("Rounds", setup.language)) as bar:
        while True:
            try:
                state = session.wait(study, _LOOK_SECONDS)
            except TimeoutError:
                view = session.training(study)
                if view.rounds:
                    begun = view.phase in _STEPS and view.state != "ready"
                    step = _STEPS.index(view.phase) / len(_STEPS) if begun else 0.0
                    reached = max(reached, min(1.0, (view.round + step) / view.rounds))
                    bar.progress(reached)
                now = (view.state, view.phase, view.round, view.waiting_for)
                if now != told:
                    told = now
                    waiting = list(view.waiting_for)
                    setup.detail("state", study=study, state=view.state, phase=view.phase, round=view.round, waiting_for=waiting)
                problem = view.problem.code if view.problem else ""
                if view.problem and problem != shown_problem:
                    setup.talk(f"{view.problem.code}  {view.problem.what} {view.problem.mend}")
                shown_problem = problem
                continue
            bar.progress(1.0)
            setup.detail("ended", study=study, state=str(state))
            return 0 if state in ("finished", "done") else _STOPPED


@click.command(
    "leave",
    cls=Command,
    about=lambda to: translate("Leaves a study and tells the lead hospital so. What was sent cannot be taken back.", to),
    examples=("wardround site leave my-study", "wardround site leave my-study --yes"),
)
@study_argument
@passphrase_option
@click.pass_obj
def leave(setup: Setup, study: str | None, passphrase_file: Path | None) -> None:
    """Leaves a study."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        name = the_study(session, study)
        if not setup.yes:
            answer = setup.question(translate("Leave {study} for good? Type yes:", to, study=name), "--yes")
            if answer.lower() not in ("yes", "y", "是"):
                raise WardroundError("E-CMD-22")
        finish(session.leave(name))
        setup.data({"study": name, "left": True}, [translate("You left {study}.", to, study=name)])


def training_lines(view: TrainingView, to: Language) -> list[str]:
    """Where a study is at this site."""
    rows = [
        (translate("Study", to), f"{view.study}  {view.title}"),
        (translate("State", to), states.site_state(view.state, to)),
        (translate("Round", to), translate("{round} of {rounds}", to, round=view.round, rounds=view.rounds)),
    ]
    if view.points:
        last = view.points[-1]
        figures = translate(
            "loss {loss}, accuracy {accuracy}", to, loss=decimal(last.validation_loss), accuracy=share(last.validation_accuracy)
        )
        rows.append((translate("All validation patients", to), figures))
    if view.waiting_for:
        rows.append((translate("Waiting for", to), ", ".join(view.waiting_for)))
    if view.problem:
        rows.append((view.problem.code, f"{view.problem.what} {view.problem.mend}"))
    return facts(rows)
