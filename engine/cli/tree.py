# SPDX-License-Identifier: Apache-2.0
"""The shape of every command: help in both languages with examples, options that may stand anywhere, groups loaded when used."""

from __future__ import annotations

import importlib
import re
import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from engine.cli.kinds import OneOf
from engine.cli.speech import Setup, padded, width, wrapped
from engine.errors import Language
from engine.text import translate

Words = Callable[[Language], str]
F = TypeVar("F", bound=Callable[..., Any])
_WIDEST = 100
_ENTRY = 30  # columns of the left side of a list


@dataclass(frozen=True)
class Later:
    """A command that is imported when it is called: where it is, and its one line in the list."""

    module: str
    attribute: str
    about: Words


class Option(click.Option):
    """An option explained in the language of who reads."""

    def __init__(self, *declarations: Any, says: Words, **settings: Any) -> None:
        super().__init__(*declarations, **settings)
        self.says = says


class Argument(click.Argument):
    """An argument explained in the language of who reads."""

    def __init__(self, *declarations: Any, says: Words, **settings: Any) -> None:
        super().__init__(*declarations, **settings)
        self.says = says


def option(*declarations: str, says: Words, **settings: Any) -> Callable[[F], F]:
    """Adds an option to a command."""
    return click.option(*declarations, cls=Option, says=says, **settings)


def argument(*declarations: str, says: Words, **settings: Any) -> Callable[[F], F]:
    """Adds an argument to a command."""
    return click.argument(*declarations, cls=Argument, says=says, **settings)


def _keep(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    """Notes what was said for all commands, wherever it stood."""
    source = context.get_parameter_source(parameter.name or "")
    if source in (click.core.ParameterSource.DEFAULT, None) or not isinstance(context.obj, Setup):
        return
    match parameter.name:
        case "everywhere_home":
            context.obj.home = value
            if source is click.core.ParameterSource.COMMANDLINE:
                context.obj.program = f"wardround -C {shlex.quote(str(value))}"
        case "everywhere_json":
            context.obj.json = value
        case "everywhere_quiet":
            context.obj.quiet = value
        case "everywhere_verbose":
            context.obj.verbose = value
        case "everywhere_plain":
            context.obj.color = False
        case "everywhere_yes":
            context.obj.yes = value
        case "everywhere_language":
            context.obj.language, context.obj.chosen_language = value, True


def everywhere() -> list[click.Parameter]:
    """The options that every command takes; their variables (WARDROUND_HOME …) are read once, at the root."""
    shared: dict[str, Any] = {"expose_value": False, "callback": _keep, "allow_from_autoenv": False}
    path = click.Path(path_type=Path)
    return [
        Option(
            ["-C", "--home", "everywhere_home"],
            metavar="DIR",
            type=path,
            says=lambda to: translate("The folder of the coordinator or of the site's data.", to),
            **shared,
        ),
        Option(
            ["--json", "everywhere_json"],
            is_flag=True,
            says=lambda to: translate("Print the answer as JSON on stdout, for scripts.", to),
            **shared,
        ),
        Option(["-q", "--quiet", "everywhere_quiet"], is_flag=True, says=lambda to: translate("Only the answer and errors.", to), **shared),
        Option(["-v", "--verbose", "everywhere_verbose"], count=True, says=lambda to: translate("Say more on stderr.", to), **shared),
        Option(["--no-color", "everywhere_plain"], is_flag=True, says=lambda to: translate("No colours.", to), **shared),
        Option(
            ["--lang", "everywhere_language"],
            type=OneOf(["en", "zh"]),
            says=lambda to: translate("The language: English or Chinese.", to),
            **shared,
        ),
        Option(
            ["-y", "--yes", "everywhere_yes"],
            is_flag=True,
            says=lambda to: translate("Do not ask “are you sure”. It never stands for comparing check words.", to),
            **shared,
        ),
    ]


class _Spoken(click.Command):
    """What commands and groups share: words about it, examples, the options of ``everywhere``, its help page."""

    about: Words
    examples: tuple[str, ...]

    def _prepare(self, about: Words, examples: tuple[str, ...]) -> None:
        self.about = about
        self.examples = examples
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])
        self.params = [*self.params, *everywhere()]

    def get_help(self, ctx: click.Context) -> str:
        return page(self, ctx)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(page(self, ctx))


class Command(_Spoken):
    """One command."""

    def __init__(self, *arguments: Any, about: Words, examples: tuple[str, ...], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._prepare(about, examples)


class Group(_Spoken, click.Group):
    """A group; ``default`` is the command that its bare name stands for; ``later`` those that are imported when called.

    ``unlisted`` are commands for our own programs, not for people; ``order`` is how they are listed.
    """

    command_class = Command

    def __init__(
        self,
        *arguments: Any,
        about: Words,
        examples: tuple[str, ...],
        default: str | None = None,
        later: Mapping[str, Later] | None = None,
        unlisted: tuple[str, ...] = (),
        order: tuple[str, ...] = (),
        **settings: Any,
    ) -> None:
        super().__init__(*arguments, **settings)
        self.no_args_is_help = default is None
        self.invoke_without_command = default is not None
        self.default = default
        self.later = dict(later or {})
        self.unlisted = unlisted
        self.order = order
        self._prepare(about, examples)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        known = [*self.later, *self.commands]
        return [*(name for name in self.order if name in known), *(name for name in known if name not in self.order)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.later:
            place = self.later[cmd_name]
            command: click.Command = getattr(importlib.import_module(place.module), place.attribute)
            return command
        return super().get_command(ctx, cmd_name)

    def listed(self, ctx: click.Context) -> list[tuple[str, Words]]:
        """The commands to show, without importing one."""
        shown: list[tuple[str, Words]] = []
        for name in self.list_commands(ctx):
            known = self.later.get(name) or self.commands[name]
            if name not in self.unlisted and isinstance(known, Later | _Spoken):
                shown.append((name, known.about))
        return shown

    def invoke(self, ctx: click.Context) -> Any:
        if self.default is not None and not ctx._protected_args:
            command = self.get_command(ctx, self.default)
            assert command is not None  # noqa: S101 - a group names its own command
            with command.make_context(self.default, [], parent=ctx) as inner:
                return command.invoke(inner)
        return super().invoke(ctx)


def command(group: Group, name: str, about: Words, examples: tuple[str, ...], **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Makes a function a command of ``group``."""

    def make(function: Callable[..., Any]) -> Command:
        made: Command = click.command(name, cls=Command, about=about, examples=examples, **settings)(function)
        group.add_command(made)
        return made

    return make


def group(
    name: str,
    about: Words,
    examples: tuple[str, ...],
    default: str | None = None,
    later: Mapping[str, Later] | None = None,
    unlisted: tuple[str, ...] = (),
    order: tuple[str, ...] = (),
) -> Group:
    """Makes a group."""
    return Group(name, about=about, examples=examples, default=default, later=later, unlisted=unlisted, order=order)


# ---------------------------------------------------------------- the help page


def page(command: _Spoken, context: click.Context) -> str:
    """The whole help of a command, without a line break at the end."""
    language = context.obj.language if isinstance(context.obj, Setup) else "en"
    columns = min(_WIDEST, shutil.get_terminal_size((80, 24)).columns) - 1
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    out = [f"{translate('Usage:', language)} {usage}", ""]
    out += [f"  {line}" for line in wrapped(command.about(language), columns - 2)]
    if command.examples:
        out += ["", translate("Examples:", language), *(f"  {line}" for example in command.examples for line in example.splitlines())]
    arguments = [(p.make_metavar(context), p.says(language)) for p in command.params if isinstance(p, Argument)]
    own = [p for p in command.params if isinstance(p, Option) and not p.hidden and not (p.name or "").startswith("everywhere_")]
    shared = [p for p in command.params if isinstance(p, Option) and (p.name or "").startswith("everywhere_")]
    out += _section(translate("What to name:", language), arguments, columns)
    out += _section(translate("Options:", language), [(_left(p, context), _right(p, language)) for p in own], columns)
    if isinstance(command, Group):
        out += _section(
            translate("Commands:", language), [(name, _first(about(language))) for name, about in command.listed(context)], columns
        )
    if context.parent is None:
        rows = [(_left(p, context), p.says(language)) for p in shared]
        rows.append(("-h, --help", translate("Show this page and end.", language)))
        out += _section(translate("With every command:", language), rows, columns)
    else:
        names = "  ".join(_left(p, context).split(", ")[-1] for p in shared)
        out += ["", translate("With every command:", language), *(f"  {line}" for line in wrapped(f"{names}  --help", columns - 2))]
    return "\n".join(out)


def _first(text: str) -> str:
    """The first sentence."""
    found = re.search(r"\.(?= |$)|。", text)
    return text[: found.end()] if found else text


def _left(parameter: Option, context: click.Context) -> str:
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag or parameter.count else f"{names} {parameter.make_metavar(context)}"


def _right(parameter: Option, language: Language) -> str:
    said = parameter.says(language)
    if parameter.required:
        said = f"{said} {translate('(required)', language)}"
    elif not parameter.is_flag and isinstance(parameter.default, str | int | float):
        said = f"{said} {translate('(without it: {value})', language, value=parameter.default)}"
    return said


def _section(title: str, rows: list[tuple[str, str]], columns: int) -> list[str]:
    if not rows:
        return []
    left = min(_ENTRY, max(width(name) for name, _ in rows))
    out = ["", title]
    for name, text in rows:
        lines = wrapped(text, columns - left - 4) or [""]
        if width(name) > left:
            out += [f"  {name}", *(f"  {' ' * left}  {line}" for line in lines)]
        else:
            out += [f"  {padded(name, left)}  {lines[0]}".rstrip(), *(f"  {' ' * left}  {line}" for line in lines[1:])]
    return out
