# SPDX-License-Identifier: Apache-2.0
"""Both languages: every string is a literal, translated, up to date; the switch works live on every page."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QRawFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from engine.session.session import Session
from gui import formats
from gui.desk import Desk
from gui.i18n import update
from gui.languages import Languages
from gui.theme.scheme import BUNDLED_FAMILY, FONTS
from gui.widgets.rail import PAGES

GUI = Path(update.__file__).parent.parent
FIELD = re.compile(r"\{(\w*)\}")


def messages(catalogue: Path) -> Iterator[tuple[str, str, ElementTree.Element]]:
    for context in ElementTree.parse(catalogue).getroot().iter("context"):  # noqa: S314 - our own file
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            yield context.findtext("name", ""), message.findtext("source", ""), translation


def translation_calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
            if name in {"tr", "translate"}:
                yield node


@pytest.mark.parametrize("path", sorted(GUI.rglob("*.py")), ids=lambda path: path.relative_to(GUI).as_posix())
def test_only_literal_sentences_are_translated(path: Path) -> None:
    for call in translation_calls(ast.parse(path.read_text(encoding="utf-8"))):
        for argument in call.args:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, int):
                continue
            assert isinstance(argument, ast.Constant), f"{path.name}:{call.lineno} translates something that is not a literal"
        assert call.args, f"{path.name}:{call.lineno} translates nothing"


def test_every_string_is_translated_and_keeps_its_fields() -> None:
    rows = list(messages(update.CATALOGUE))
    assert len(rows) > 300
    for context, source, translation in rows:
        where = f"{context}: {source}"
        assert translation.get("type") is None, f"unfinished or vanished: {where}"
        assert translation.text, f"empty: {where}"
        assert sorted(FIELD.findall(source)) == sorted(FIELD.findall(translation.text)), f"other fields: {where}"
        assert context, f"no context: {where}"


def test_the_catalogue_is_up_to_date_with_the_sources(tmp_path: Path) -> None:
    fresh = tmp_path / update.CATALOGUE.name
    shutil.copy(update.CATALOGUE, fresh)
    update.update(fresh)
    before, after = ({(c, s) for c, s, _ in messages(path)} for path in (update.CATALOGUE, fresh))
    assert after - before == set(), "run python -m gui.i18n.update and translate these"
    assert before - after == set(), "run python -m gui.i18n.update: no source has these any more"


def test_the_compiled_catalogue_is_that_of_the_sources(tmp_path: Path) -> None:
    compiled = tmp_path / "fresh.qm"
    update.release(update.CATALOGUE, compiled)
    assert compiled.read_bytes() == update.CATALOGUE.with_suffix(".qm").read_bytes()


def test_the_switch_brings_qts_own_words_numbers_and_dates_along(qapp: QApplication) -> None:
    languages = Languages(qapp)
    languages.use("zh")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "取消"
    assert QLocale().language() == QLocale.Language.Chinese
    assert formats.moment(0).startswith("19")
    assert "年" in formats.moment(0)
    assert formats.duration(600) == "10 分钟"
    languages.use("en")
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    assert formats.duration(600) == "10 min"
    assert formats.count(1234567) == "1,234,567"


def test_qts_own_file_dialog_speaks_chinese_throughout(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    languages = Languages(qapp)
    languages.use("zh")
    dialog = QFileDialog(None, "选择", str(tmp_path))
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    labels = {label.text() for label in dialog.findChildren(QLabel)}
    buttons = {button.text() or button.toolTip() for button in dialog.findChildren(QAbstractButton)}
    assert len(labels | buttons) > 6
    assert {words for words in labels | buttons if re.search("[A-Za-z]{2}", words)} == set()
    languages.use("en")


def characters_of_our_catalogues() -> set[str]:
    """What our own Chinese words need, of the window, the engine and the errors."""
    written = "".join(translation.text or "" for _, _, translation in messages(update.CATALOGUE))
    engine = GUI.parent / "engine"
    for path in (*(engine / "text" / "zh").glob("*.json"), *(engine / "errors").glob("*.py")):
        written += path.read_text(encoding="utf-8")
    return {letter for letter in written if letter.isprintable() and not letter.isspace()}


@pytest.mark.parametrize("path", sorted(FONTS.glob("*.otf")), ids=lambda path: path.stem)
def test_the_bundled_letters_suffice_for_our_own_words(qapp: QApplication, path: Path) -> None:
    font = QRawFont(str(path), 12.0)
    assert font.isValid()
    assert font.familyName() == BUNDLED_FAMILY
    assert {letter for letter in characters_of_our_catalogues() if not font.supportsCharacter(ord(letter))} == set()


def texts(root: QWidget) -> dict[int, str]:
    """What every visible label, button and tab of a window says."""
    said: dict[int, str] = {}
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            said[id(widget)] = widget.text()
        elif isinstance(widget, QTabBar):
            said[id(widget)] = "\n".join(widget.tabText(n) for n in range(widget.count()))
    return said


def settled(window: QWidget, qtbot: QtBot) -> dict[int, str]:
    """The texts once they have stopped changing: what a page reads in the background has arrived."""
    seen: list[dict[int, str]] = []

    def same() -> bool:
        seen.append(texts(window))
        return len(seen) > 20 and seen[-1] == seen[-20]

    qtbot.waitUntil(same, timeout=20_000)
    return seen[-1]


SAME_IN_BOTH = {"Wardround", "EN", "中文", ""}
OWN_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")  # two words of a sentence; names, units and file names are single


@pytest.mark.parametrize("name", PAGES)
def test_every_page_speaks_chinese_after_the_switch_and_english_after_the_next(desk_with_data: Desk, qtbot: QtBot, name: str) -> None:
    window = desk_with_data.window
    window.go(name)
    before = settled(window, qtbot)
    window.languages.buttons["zh"].click()
    chinese = settled(window, qtbot)
    stayed = {text for text in chinese.values() if OWN_WORDS.search(text)} - SAME_IN_BOTH
    assert not stayed, f"still English on {name}: {stayed}"
    assert not [label for label in window.findChildren(QLabel) if label.isVisible() and not label.text() and label.pixmap().isNull()]
    assert desk_with_data.session.setting("language") == "zh"
    window.languages.buttons["en"].click()
    english = settled(window, qtbot)
    assert {text for text in english.values() if re.search("[\u4e00-\u9fff]", text)} <= {"中文"}
    assert set(english.values()) == set(before.values())


def test_the_first_page_can_be_switched_before_anything_else(make_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    desk = make_desk()
    desk.begin()
    desk.window.languages.buttons["zh"].click()
    qtbot.waitUntil(lambda: desk.window.header.title.text() == "欢迎", timeout=5_000)
    assert desk.window.footer.text() == "仅供研究使用，不得用于诊断"
    again = make_desk("other")
    again.begin()
    again.choose_language("en")


def test_the_language_is_kept_for_the_next_start(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "kept")
    session.set_setting("language", "zh")
    session.close()
    session = Session.open(tmp_path / "kept")
    assert session.language == "zh"
    session.close()
