# SPDX-License-Identifier: Apache-2.0
"""Every sentence that the engine shows has its Chinese, with the same fields, and nothing is translated that nobody says."""

from __future__ import annotations

import ast
import json
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine.text import language_of, system_language, translate

ENGINE = Path(engine.__file__).parent
ROOT = ENGINE.parent
FILES = sorted((ENGINE / "text" / "zh").glob("*.json"))


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def pairs(path: Path) -> list[tuple[str, str]]:
    """All pairs of a file, a repeated key included."""
    found: list[tuple[str, str]] = []
    json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=found.extend)
    return found


CHINESE = {sentence: chinese for path in FILES for sentence, chinese in pairs(path)}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every ``translate(…)`` of engine.text in the engine and the window."""
    for path in sorted([*ENGINE.rglob("*.py"), *(ROOT / "gui").rglob("*.py")]):
        text = path.read_text(encoding="utf-8")
        if "engine.text" not in text or path == ENGINE / "text" / "__init__.py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "translate":
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def sentences_of(node: ast.expr) -> list[str] | None:
    """The sentences that an expression can be: a literal, or a choice between literals; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        first, second = sentences_of(node.body), sentences_of(node.orelse)
        return None if first is None or second is None else first + second
    return None


def test_every_sentence_is_a_literal_with_a_translation_and_its_fields() -> None:
    problems = []
    for place, call in calls():
        sentences = sentences_of(call.args[0]) if call.args else None
        if sentences is None:
            problems.append(f"{place}: the sentence must be written in the call")
            continue
        given = {keyword.arg for keyword in call.keywords} - {"language"}
        for sentence in sentences:
            if sentence not in CHINESE:
                problems.append(f"{place}: no Chinese for: {sentence}")
            if None not in given and fields(sentence) != given:
                problems.append(f"{place}: fields {sorted(given)} given, the sentence names {sorted(fields(sentence))}: {sentence}")
    assert problems == []


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {sentence for _, call in calls() if call.args for sentence in sentences_of(call.args[0]) or []}
    assert sorted(set(CHINESE) - said) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_translation_has_the_fields_of_its_sentence(path: Path) -> None:
    rows = pairs(path)
    assert len({sentence for sentence, _ in rows}) == len(rows), "a sentence is translated twice"
    for sentence, chinese in rows:
        assert fields(sentence) == fields(chinese), sentence
        assert chinese.strip(), sentence


def test_no_sentence_has_two_translations() -> None:
    rows = {(sentence, chinese) for path in FILES for sentence, chinese in pairs(path)}
    assert len(rows) == len(CHINESE)


@pytest.mark.parametrize(
    "tag",
    [
        *("zh", "zh_CN", "zh_CN.UTF-8", "zh_CN.GB18030", "zh_Hans_CN", "zh-Hans-CN", "zh_SG", "zh-SG.UTF-8", "ZH_cn", "zh_CN@pinyin"),
        *("Chinese (Simplified)_China.936", "Chinese (Simplified)_Singapore", "Chinese_China.936"),
    ],
)
def test_chinese_locales(tag: str) -> None:
    assert language_of(tag) == "zh"


@pytest.mark.parametrize(
    "tag", ["en", "en_US.UTF-8", "C", "C.UTF-8", "POSIX", "de_DE", "English_United States.1252", "za_CN", "", "chv_RU"]
)
def test_other_locales_are_english(tag: str) -> None:
    assert language_of(tag) == "en"


def test_the_first_variable_that_is_set_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("WARDROUND_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LANG", "LC_MESSAGES", "LC_ALL", "WARDROUND_LANG"):
        before = system_language()
        other = "en_GB" if before == "zh" else "zh_CN"
        monkeypatch.setenv(name, other)
        assert system_language() == language_of(other) != before


def test_fields_are_filled_and_english_is_the_fallback() -> None:
    sentence = "{count} numeric variables have no range ({names}): one more exchange counts their magnitudes first."
    assert "3" in translate(sentence, "zh", count=3, names="a, b")
    assert translate("Nobody translated {this}.", "zh", this="x") == "Nobody translated x."
    assert translate("No {fields} given.", "en") == "No {fields} given."
