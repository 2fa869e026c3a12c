# SPDX-License-Identifier: Apache-2.0
"""Every command explains itself in both languages, with examples that the parser takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
import pytest

from engine.cli.main import main, tree
from engine.cli.speech import Setup, width
from engine.cli.tree import Argument, Command, Group, Option
from engine.errors import Language


def commands(group: Group | None = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Command | Group]]:
    """Every command and group below ``group`` with the words that call it."""
    here = group or tree()
    yield path, here
    context = click.Context(here, info_name="wardround", obj=Setup("en"))
    for name in here.list_commands(context):
        found = here.get_command(context, name)
        if isinstance(found, Group):
            yield from commands(found, (*path, name))
        else:
            assert isinstance(found, Command)
            yield (*path, name), found


EVERY = dict(commands())
NAMES = [" ".join(path) or "wardround" for path in EVERY]


def test_the_tree_has_the_commands_of_the_design() -> None:
    paths = {" ".join(path) for path in EVERY}
    assert {"gui", "demo", "simulate", "study", "coordinator", "site", "self-test", "version"} <= paths
    for group, names in {
        "study": "new check show sign templates",
        "coordinator": "init serve invite sites study start pause resume stop status rounds export",
        "coordinator sites": "ls show approve revoke",
        "coordinator study": "add publish show ls",
        "site": "init enrol data join run status outbound results report leave settings",
        "site data": "add list show delete preview",
    }.items():
        assert {f"{group} {name}" for name in names.split()} <= paths


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", list(EVERY), ids=NAMES)
def test_help_has_examples_and_ends_well(path: tuple[str, ...], language: Language, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*path, "--help", "--lang", language]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert "\nExamples:\n" in said.out if language == "en" else "\n示例：\n" in said.out
    assert any("\u4e00" <= letter <= "\u9fff" for letter in EVERY[path].about("zh"))
    options = [p for p in EVERY[path].params if isinstance(p, Option | Argument)]
    assert all(parameter.says("zh") != parameter.says("en") for parameter in options), "something is not translated"
    widest = max(width(line) for line in said.out.splitlines() if not line.startswith("  wardround "))
    assert widest <= 100


@pytest.mark.parametrize("path", list(EVERY), ids=NAMES)
def test_there_are_one_to_three_examples_and_the_parser_takes_them(path: tuple[str, ...]) -> None:
    examples = EVERY[path].examples
    assert 1 <= len(examples) <= 3
    root = tree()
    for example in examples:
        words = shlex.split(example)
        assert words[0] == "wardround"
        rest = words[1:]
        context = root.make_context("wardround", list(rest), obj=Setup("en"))
        command: click.Command = root
        while isinstance(command, Group):
            left = [*context._protected_args, *context.args]
            if not left:
                break
            name, found, arguments = command.resolve_command(context, left)
            assert found is not None
            if "--help" in arguments or "-h" in arguments:
                break
            context = found.make_context(name, arguments, parent=context)
            command = found
        if path:
            assert path[-1] in words or isinstance(EVERY[path], Group)


def test_the_list_of_a_group_imports_none_of_its_commands(capsys: pytest.CaptureFixture[str]) -> None:
    root = tree()
    context = click.Context(root, info_name="wardround", obj=Setup("en"))
    assert [name for name, _ in root.listed(context)] == root.list_commands(context)
    assert main(["site", "--help"]) == 0
    assert "demo-member" not in capsys.readouterr().out
