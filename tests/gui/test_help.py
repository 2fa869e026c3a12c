# SPDX-License-Identifier: Apache-2.0
"""F1, Ctrl+K and what the tray says: help for every page in both languages, commands by their names, news once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from pytestqt.qtbot import QtBot

from engine.session.views import HomeView, KeyHome, Lock, StudyRow
from gui.desk import Desk
from gui.dialogs.commands import CommandDialog
from gui.help import pages
from gui.i18n import update
from gui.tray import NEWS, News, Tray
from gui.widgets.rail import PAGES
from tests.gui.test_i18n import messages
from tests.support.taking_part import clipped, unnamed

EVERY = (*PAGES, "welcome", "lock")
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)


@pytest.mark.parametrize("page", EVERY)
def test_every_page_has_help_in_both_languages_that_calls_things_what_the_window_calls_them(page: str) -> None:
    english, chinese = (pages.read(page, language) for language in ("en", "zh"))
    for text in (english, chinese):
        assert text.startswith("# ")
        assert "](" not in text, "help needs no network"
    assert 50 < len(english.split()) < 250
    assert len(re.findall("[\u4e00-\u9fff]", chinese)) > 100
    assert english.count("\n- ") == chinese.count("\n- ")
    assert english.count("**") == chinese.count("**")
    words: dict[str, set[str]] = {}
    for _, source, translation in messages(update.CATALOGUE):
        words.setdefault(source, set()).add(translation.text or "")
    for bold in (each.rstrip(".:") for each in BOLD.findall(english)):
        if bold in words:
            assert any(f"**{said}" in chinese for said in words[bold]), f"{bold}: {words[bold]}"


def test_f1_tells_of_the_page_on_top_in_the_windows_language(open_desk: Desk, qtbot: QtBot) -> None:
    window = open_desk.window
    window.go("data")
    window.help_button.click()
    assert window.help is not None
    assert window.help.words.toPlainText().startswith("Data\n")
    window.go("outbound")
    assert window.help.words.toPlainText().startswith("Outbound\n")
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: window.help is not None and window.help.words.toPlainText().startswith("外发记录\n"), timeout=5_000)
    assert window.help.windowTitle() == "帮助"
    for page in EVERY:
        for language in ("en", "zh"):
            window.help.show_page(page, language)
            assert "*" not in window.help.words.toPlainText(), (page, language)
    assert not unnamed(window.help)
    assert not clipped(window.help)
    qtbot.keyClick(window.help.words, Qt.Key.Key_Tab)
    assert not window.help.words.hasFocus(), "Tab leaves the text"
    qtbot.keyClick(window.help, Qt.Key.Key_Escape)
    assert not window.help.isVisible()
    open_desk.choose_language("en")


def test_a_command_is_found_by_a_part_of_its_name_and_done(open_desk: Desk, qtbot: QtBot) -> None:
    window = open_desk.window
    window.show_commands()
    dialog = window.findChild(CommandDialog)
    assert isinstance(dialog, CommandDialog)
    everything = dialog.list.count()
    assert everything > len(PAGES) + 3
    assert not unnamed(dialog)
    qtbot.keyClicks(dialog.field, "TBOU")
    assert [dialog.list.item(0).text(), dialog.list.count()] == ["Outbound", 1]
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert window.current == "outbound"
    window.show_commands()
    dialog = next(each for each in window.findChildren(CommandDialog) if each.isVisible())
    qtbot.keyClicks(dialog.field, "no such command")
    assert dialog.list.count() == 0
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.field.clear()
    qtbot.keyClick(dialog.field, Qt.Key.Key_Down)
    assert dialog.list.currentRow() == 1
    qtbot.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert window.current == "outbound"


def home(*states: str) -> HomeView:
    rows = tuple(StudyRow(f"s{n}", f"Study {n}", "Lead", state, 1, 20, True) for n, state in enumerate(states))
    return HomeView(Lock.OPEN, KeyHome.PASSPHRASE, False, (), rows, "training", ())


def test_news_are_said_once_and_what_is_known_is_none() -> None:
    news = News()
    assert news.of(home("done", "training")) == ()
    assert news.of(home("done", "training")) == ()
    assert news.of(home("done", "stopped-by-check")) == (("Study 1", "stopped-by-check"),)
    assert news.of(home("done", "stopped-by-check")) == ()
    assert news.of(home("done", "training")) == ()
    assert news.of(home("done", "done")) == (("Study 1", "done"),)
    news.forget()
    assert news.of(home("training", "done")) == ()
    assert news.of(replace(home("done"), studies=())) == ()
    assert news.of(home("done")) == (), "a study that has just become known is no news"


def test_every_news_has_words_and_no_tray_is_no_trouble(qtbot: QtBot) -> None:
    tray = Tray(QIcon(), lambda: True)
    assert len({tray.words(state) for state in NEWS}) == len(NEWS)
    tray.tell(home("training"))
    tray.tell(home("done"))
    tray.close()
