# SPDX-License-Identifier: Apache-2.0
"""The command ``wardround``: the tree of commands and the one door where every error becomes a code and a sentence.

Exit codes: 0 done, 1 failure, 2 wrong usage, 3 degraded or not yet, 4 stopped, 5 verification failed, 6 not permitted,
7 unreachable, 8 configuration or input invalid, 130 interrupted.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from types import FrameType

import click

from engine.cli.speech import Setup
from engine.cli.tree import Group, Later
from engine.errors import Cancelled, Language, WardroundError
from engine.text import language_of, system_language, translate

INTERRUPTED = 130
_EXTRAS = {"PySide6": "gui", "pyqtgraph": "gui", "shiboken6": "gui"}
_SITE = ("torch", "pyarrow", "sqlcipher3", "keyring", "argon2", "charset_normalizer", "sklearn")

TREE: dict[str, Later] = {
    "gui": Later("engine.cli.window", "gui", lambda to: translate("Open the window.", to)),
    "demo": Later("engine.cli.demo", "demo", lambda to: translate("See a whole federation at work on this machine, over real TLS.", to)),
    "simulate": Later(
        "engine.cli.simulate", "simulate", lambda to: translate("Try a study on files that lie on this machine, without a network.", to)
    ),
    "study": Later("engine.cli.study", "study", lambda to: translate("Write and check the plan of a study.", to)),
    "coordinator": Later(
        "engine.cli.coordinator", "coordinator", lambda to: translate("Lead a federation: for the IT of the lead hospital.", to)
    ),
    "site": Later("engine.cli.site", "site", lambda to: translate("Take part with a hospital's own records.", to)),
    "self-test": Later("engine.cli.selftest", "self_test", lambda to: translate("Check that everything works on this machine.", to)),
    "version": Later("engine.cli.selftest", "version", lambda to: translate("Print the version.", to)),
}


class _Root(Group):
    """Bare ``wardround`` opens the window."""

    def invoke(self, ctx: click.Context) -> object:
        if ctx._protected_args:
            return click.Group.invoke(self, ctx)
        from engine.cli.window import open_or_help

        return open_or_help(ctx)


def _version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from engine import __version__

        click.echo(f"wardround {__version__}")
        context.exit()


def tree() -> Group:
    """The whole command."""
    from engine.cli.tree import Option

    root = _Root(
        "wardround",
        about=lambda to: translate(
            "Hospitals train one model together, and every patient record stays where it is. Without a command, the window opens.", to
        ),
        examples=("wardround demo", "wardround study templates", "wardround site --help"),
        later=TREE,
    )
    root.no_args_is_help = False
    root.invoke_without_command = True
    root.params.append(
        Option(
            ["--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_version,
            says=lambda to: translate("Print the version and end.", to),
        )
    )
    for parameter in root.params:
        if parameter.name in _VARIABLES:
            parameter.envvar = _VARIABLES[parameter.name]
    return root


_VARIABLES = {
    "everywhere_home": "WARDROUND_HOME",
    "everywhere_json": "WARDROUND_JSON",
    "everywhere_quiet": "WARDROUND_QUIET",
    "everywhere_yes": "WARDROUND_YES",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command: its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    chosen = _language_in(given)
    setup = Setup(chosen or system_language(), chosen_language=bool(chosen or os.environ.get("WARDROUND_LANG")))
    if os.environ.get("NO_COLOR"):
        setup.color = False
    setup.json = "--json" in given  # so that a mistake before it is told as JSON too
    with _signals():
        if os.environ.get("WARDROUND_ENDS_WITH_STDIN"):
            from engine.simulation import children

            children.end_with_stdin()  # after the signals: its way of ending is SIGTERM
        return _door(given, setup)


def _door(given: list[str], setup: Setup) -> int:
    try:
        outcome = tree().main(args=given, prog_name="wardround", obj=setup, standalone_mode=False, auto_envvar_prefix="WARDROUND")
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        return 2
    except click.UsageError as error:
        return _fail(_usage(error, setup.language), setup)
    except WardroundError as error:
        return _fail(error, setup)
    except (KeyboardInterrupt, click.Abort, Cancelled):
        setup.talk(translate("Interrupted.", setup.language))
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whoever read us has enough; end without a second complaint
        return 0
    except ModuleNotFoundError as error:
        return _fail(_missing(error) or _unexpected(error, setup), setup)
    except Exception as error:  # noqa: BLE001 - the door of the command line
        return _fail(_unexpected(error, setup), setup)
    return outcome if isinstance(outcome, int) else 0


def _fail(error: WardroundError, setup: Setup) -> int:
    setup.complain(error)
    return error.exit_code


def _missing(error: ModuleNotFoundError) -> WardroundError | None:
    """A library of an extra that is not installed."""
    module = (error.name or "").split(".")[0]
    extra = _EXTRAS.get(module) or ("site" if module in _SITE else "")
    return WardroundError("E-CMD-25", module=module, extra=extra) if extra else None


def _unexpected(error: BaseException, setup: Setup) -> WardroundError:
    """Whatever nobody foresaw: its place goes to a log file (never a message or a value of it), the code to the person."""
    from engine import log

    path = setup.log or _log_folder() / "wardround.log"
    try:
        log.configure("info", path)
        log.get_logger("command").error("unexpected", exc_info=error)
    except OSError:
        log.configure("info")
        log.get_logger("command").error("unexpected", exc_info=error)
        path = Path("-")
    setup.talk(translate("The details are in {path}.", setup.language, path=path))
    return WardroundError("E-BUG-01", kind=type(error).__name__)


def _log_folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_log_path("wardround", appauthor=False))


def _language_in(given: Sequence[str]) -> Language | None:
    """``--lang`` wherever it stands: help and mistakes before it are told in that language too."""
    for place, word in enumerate(given):
        if word == "--":
            return None
        value = word[7:] if word.startswith("--lang=") else given[place + 1] if word == "--lang" and place + 1 < len(given) else ""
        if value in ("en", "zh"):
            return language_of(value)
    return None


def _usage(error: click.UsageError, language: Language) -> WardroundError:
    """A mistake in how a command was written, with what was probably meant."""
    command = error.ctx.command_path if error.ctx else "wardround"
    match error:
        case click.NoSuchOption():
            near = error.possibilities or _near_option(error)
            return WardroundError("E-CMD-01", command=command, option=error.option_name, hint=_hint(near, language))
        case click.exceptions.NoSuchCommand():
            known = error.ctx.command.list_commands(error.ctx) if error.ctx and isinstance(error.ctx.command, click.Group) else []
            near = get_close_matches(error.command_name, known, 2, 0.5)
            return WardroundError("E-CMD-02", command=command, name=error.command_name, hint=_hint(near, language))
        case click.MissingParameter():
            name = error.param.make_metavar(error.ctx) if error.param and error.ctx and isinstance(error.param, click.Argument) else ""
            name = name or (max(error.param.opts, key=len) if error.param else "?")
            return WardroundError("E-CMD-03", command=command, name=name)
        case _:
            return WardroundError("E-CMD-04", command=command, reason=error.format_message())


def _near_option(error: click.NoSuchOption) -> list[str]:
    known = [name for p in error.ctx.command.params for name in p.opts] if error.ctx else []
    return get_close_matches(error.option_name, known, 2, 0.5)


def _hint(near: Sequence[str], language: Language) -> str:
    return translate("Did you mean {names}? ", language, names=", ".join(near)) if near else ""


@contextmanager
def _signals() -> Iterator[None]:
    """SIGTERM ends a command as Ctrl+C does: what has to be put in order is, and the same command goes on later."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
