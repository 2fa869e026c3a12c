# SPDX-License-Identifier: Apache-2.0
"""The error table is complete, in both languages, and the engine uses it as it is."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine import errors
from engine.errors import CATALOGUE, Cancelled, Status, WardroundError, Who

ENGINE = Path(engine.__file__).parent
EXIT_CODES = {1, 2, 3, 4, 5, 6, 7, 8, 130}
RESERVED = {"self", "code"}  # taken by WardroundError itself


def fields(sentence: str) -> set[str]:
    """The names in braces; positional and nested ones are mistakes and come out as such."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_each_entry_is_complete(code: str) -> None:
    entry = CATALOGUE[code]
    assert re.fullmatch(r"E-[A-Z]{2,8}-[0-9]{2,3}", code)
    assert isinstance(entry.status, Status)
    assert isinstance(entry.who, Who)
    assert entry.exit_code in EXIT_CODES
    for language in (entry.en, entry.zh):
        assert len(language) == 2
        assert all(part.strip() == part and part for part in language)
    assert fields("".join(entry.en)) == fields("".join(entry.zh))
    assert all(name.isidentifier() and name not in RESERVED for name in fields("".join(entry.en)))
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in part) for part in entry.zh)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in "".join(entry.en))


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_each_can_be_said_in_both_languages(code: str) -> None:
    entry = CATALOGUE[code]
    error = WardroundError(code, **dict.fromkeys(fields("".join(entry.en)), "⟨x⟩"))
    assert str(error).startswith(f"{code}: ")
    assert error.what("en") != error.what("zh")
    assert error.mend("en") != error.mend("zh")
    assert error.sentence("zh").count("⟨x⟩") >= len(fields("".join(entry.zh)))
    assert error.exit_code == entry.exit_code


def test_no_code_is_in_two_areas() -> None:
    assert len(CATALOGUE) == sum(len(area.ENTRIES) for area in errors._AREAS)
    files = {path.stem for path in (ENGINE / "errors").glob("*.py")} - {"__init__", "entry"}
    assert {area.__name__.rsplit(".", 1)[1] for area in errors._AREAS} == files


def test_a_cancelled_job_is_no_error() -> None:
    assert not issubclass(Cancelled, WardroundError)
    with pytest.raises(KeyError):
        WardroundError("E-NONE-99")


def raised() -> Iterator[tuple[str, ast.Call]]:
    """Every ``WardroundError(…)`` in the engine."""
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "WardroundError":
                yield f"{path.relative_to(ENGINE.parent)}:{node.lineno}", node


def codes_of(node: ast.expr) -> list[str] | None:
    """The codes that an expression can be: a literal, or a choice between literals; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        first, second = codes_of(node.body), codes_of(node.orelse)
        return None if first is None or second is None else first + second
    return None


def test_every_code_raised_in_the_engine_gets_the_fields_of_its_sentences() -> None:
    problems = []
    for place, call in raised():
        codes = codes_of(call.args[0]) if len(call.args) == 1 else None
        given = {keyword.arg for keyword in call.keywords}
        if codes is None:
            # Allowed: a code handed on by the caller, and one that came over the wire or out of a store with its fields.
            if None not in given and not (call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == "code"):
                problems.append(f"{place}: the code must be a literal")
            continue
        for code in set(codes) & set(CATALOGUE):
            if None in given:
                problems.append(f"{place}: {code}: name the fields, without **")
            elif missing := fields("".join(CATALOGUE[code].en)) - given:
                problems.append(f"{place}: {code}: the sentences name {sorted(missing)}")
    assert problems == []


def test_every_code_written_in_the_engine_is_in_the_table() -> None:
    unknown = set()
    for path in sorted(ENGINE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"E-[A-Z]+-[0-9]+", node.value):
                unknown |= {f"{path.relative_to(ENGINE.parent)}:{node.lineno}: {node.value}"} if node.value not in CATALOGUE else set()
    assert sorted(unknown) == []


def test_the_scan_sees_the_engine() -> None:
    assert sum(1 for _ in raised()) > 50
