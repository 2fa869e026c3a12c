# SPDX-License-Identifier: Apache-2.0
"""``wardround gui``: the window, found by its name so that the engine does not know it."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys

import click

from engine.cli.speech import Setup
from engine.cli.tree import Command, argument, option
from engine.errors import Language, WardroundError
from engine.text import translate


def no_window(language: Language) -> str:
    """Why the window cannot open here; empty when it can."""
    if importlib.util.find_spec("gui") is None or importlib.util.find_spec("PySide6") is None:
        return translate("the extra wardround[gui] is not installed", language)
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY") or os.environ.get("QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not screen:
        return translate("there is no screen", language)
    return ""


def open_window(setup: Setup, arguments: list[str]) -> int:
    """Runs the window until it is closed: the exit code.

    Raises:
        WardroundError: E-CMD-24 when it cannot open here.
    """
    if reason := no_window(setup.language):
        raise WardroundError("E-CMD-24", reason=reason)
    if setup.chosen_language:
        os.environ["WARDROUND_LANG"] = setup.language
    if setup.home is not None:
        arguments = ["--home", str(setup.home), *arguments]
    code: int = importlib.import_module("gui.app").main(arguments)
    return code


def open_or_help(context: click.Context) -> int:
    """Bare ``wardround``: the window; where it cannot open, why not, and the help."""
    setup: Setup = context.obj
    if reason := no_window(setup.language):
        setup.talk(WardroundError("E-CMD-24", reason=reason).what(setup.language))
        click.echo(context.get_help())
        return 0
    return open_window(setup, [])


@click.command(
    "gui",
    cls=Command,
    about=lambda to: translate("Opens the window. With an invitation, it begins with that.", to),
    examples=("wardround gui", "wardround gui --demo", "wardround gui north.wardround-invite"),
)
@argument(
    "invitation", required=False, type=click.Path(), metavar="[INVITATION]", says=lambda to: translate("An invitation to begin with.", to)
)
@option("--demo", is_flag=True, says=lambda to: translate("Start the demo at once.", to))
@option("--perf", is_flag=True, says=lambda to: translate("Print at the end how late the window was, idle and while training.", to))
@click.pass_obj
def gui(setup: Setup, invitation: str | None, demo: bool, perf: bool) -> int:
    """The window."""
    arguments = [flag for flag, on in (("--demo", demo), ("--perf", perf)) if on]
    return open_window(setup, [*arguments, *([invitation] if invitation else [])])
