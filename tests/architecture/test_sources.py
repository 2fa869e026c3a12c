# SPDX-License-Identifier: Apache-2.0
"""What the sources must and must not say, read from their syntax trees."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "engine/wire/pb"
PRODUCT = sorted(path for package in ("engine", "gui") for path in (ROOT / package).rglob("*.py") if GENERATED not in path.parents)
OURS = [*PRODUCT, *sorted(path for folder in ("packaging", "tests") for path in (ROOT / folder).rglob("*.py"))]

# A file is meant to stay under 400 lines. Those that are well over, and why that is right.
LIMIT = 450
LONG: dict[str, str] = {}

# Code that could run what a file or a message says.
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "marshal", "shelve", "code", "codeop", "yaml"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def called(call: ast.Call) -> str:
    """The last name of what is called: ``tr`` for ``self.tr(…)``."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_literal(arguments: list[ast.expr]) -> bool:
    """Whether the first argument is a string written out in place."""
    return bool(arguments) and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str)


def dangers(tree: ast.Module) -> list[str]:
    """What in a module could run code that came as data, each with its line."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found += [f"{node.lineno}: import {alias.name}" for alias in names if alias.name.split(".")[0] in FORBIDDEN_MODULES]
            case ast.ImportFrom(module=str(module), level=0) if module.split(".")[0] in FORBIDDEN_MODULES:
                found.append(f"{node.lineno}: from {module}")
            case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
                found.append(f"{node.lineno}: {name}()")
            case ast.Call(func=ast.Attribute(value=ast.Name(id="torch"), attr="load" | "save" as name)):
                found.append(f"{node.lineno}: torch.{name}()")
            case ast.keyword(arg="allow_pickle", value=ast.Constant(value=True)):
                found.append(f"{node.value.lineno}: allow_pickle=True")
            case ast.keyword(arg="shell", value=ast.Constant(value=True)):
                found.append(f"{node.value.lineno}: shell=True")
    return found


def unlisted_translations(tree: ast.Module) -> list[int]:
    """Lines that ask for the translation of something that is no literal: no tool could collect it."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (is_unlisted_qt(node) or (called(node) == "translate" and len(node.args) == 2 and not is_literal(node.args)))
    ]


def is_unlisted_qt(call: ast.Call) -> bool:
    if called(call) == "tr":
        return not is_literal(call.args)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "translate" and getattr(call.func.value, "id", "") == "QCoreApplication":
        return not (is_literal(call.args) and is_literal(call.args[1:]))
    return False


def test_every_source_names_its_licence() -> None:
    shell = [path for path in (ROOT / "packaging").rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!")]
    missing = [
        name_of(path)
        for path in [*OURS, *shell]
        if not any("SPDX-License-Identifier: Apache-2.0" in line for line in path.read_text().splitlines()[:2])
    ]
    assert not missing


def test_files_stay_short() -> None:
    long = {name_of(path) for path in PRODUCT if len(path.read_text(encoding="utf-8").splitlines()) > LIMIT}
    assert long == set(LONG), "split the file, or say in LONG why it is right"


def test_nothing_runs_data_as_code() -> None:
    assert not [f"{name_of(path)}:{danger}" for path in PRODUCT for danger in dangers(tree_of(path))]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    from pickle import loads",
        "eval('1')",
        "torch.load(p)",
        "np.load(p, allow_pickle=True)",
        "run('ls', shell=True)",
    ],
)
def test_running_data_as_code_is_seen(source: str) -> None:
    assert dangers(ast.parse(source))


def test_no_false_alarm_about_evaluation_mode_and_event_loops() -> None:
    assert not dangers(ast.parse("module.eval()\napp.exec()\nre.compile('a')"))


def test_translated_sentences_are_literals() -> None:
    wrong = [f"{name_of(path)}:{line}" for path in PRODUCT if path.parent.name != "text" for line in unlisted_translations(tree_of(path))]
    assert not wrong


@pytest.mark.parametrize(
    "source", ["self.tr(text)", "self.tr(f'{n} rows')", "QCoreApplication.translate('Page', text)", "translate(sentence, language)"]
)
def test_a_computed_sentence_is_seen(source: str) -> None:
    assert unlisted_translations(ast.parse(source)) == [1]


def test_the_version_is_written_once() -> None:
    """In engine/__init__.py; whatever else shows it reads it there."""
    written = re.compile(rf"(?<![\d.]){re.escape(engine.__version__)}(?![\d.])")
    other = [path for path in (ROOT / "packaging").rglob("*") if path.suffix in {".py", ".xml", ".desktop", ".spec", ".service", ".sh"}]
    places = [ROOT / "pyproject.toml", ROOT / "README.md", *PRODUCT, *other]
    assert [name_of(path) for path in places if written.search(path.read_text(encoding="utf-8"))] == ["engine/__init__.py"]


def test_nothing_is_left_unfinished() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b")
    assert not [name_of(path) for path in PRODUCT if marks.search(path.read_text(encoding="utf-8"))]


def test_no_test_sleeps() -> None:
    """It waits for what it waits for; sleep(0) only lets others run."""
    tests = [path for path in OURS if path.is_relative_to(ROOT / "tests") and path.name.startswith("test_")]
    sleeping = [
        f"{name_of(path)}:{call.lineno}"
        for path in tests
        for call in calls(path)
        if called(call) == "sleep" and not (call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0)
    ]
    assert not sleeping
