# SPDX-License-Identifier: Apache-2.0
"""For everybody: names for screen readers, room for the words, contrast, and no state told by colour alone; in both languages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTranslator
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

import gui
from engine.session.views import ProblemView
from gui.desk import Desk
from gui.dialogs.invitation import InvitationDialog
from gui.dialogs.keys import PassphraseDialog, SheetDialog
from gui.dialogs.recover import RecoverDialog
from gui.dialogs.vault import VaultDialog
from gui.theme import icons
from gui.theme.tokens import DARK, LIGHT, SCHEMES, Tokens, contrast, palette_of, tokens_of
from gui.widgets import banner, findings, states
from gui.widgets.rail import PAGES
from tests.support.taking_part import clipped, silent, unnamed

GUI = Path(gui.__file__).parent
SMALLEST = (1024, 640)


def at_rest(widget: QWidget, qtbot: QtBot) -> None:
    """Waits until what a page reads in the background is there and laid out: nothing has moved for twenty looks."""
    seen: list[list[tuple[int, object]]] = []

    def same() -> bool:
        seen.append([(id(each), each.geometry().getRect()) for each in widget.findChildren(QWidget) if each.isVisible()])
        return len(seen) > 20 and seen[-1] == seen[-20]

    qtbot.waitUntil(same, timeout=20_000)


def flaws(window: QWidget) -> dict[str, list[str]]:
    """Everything that is wrong with what is shown now."""
    wordless = [kind for kind in silent(window) if kind != "CardButton"]  # its words are labels inside it
    found = {"unnamed": unnamed(window), "clipped": clipped(window), "silent": wordless}
    return {kind: each for kind, each in found.items() if each}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_of_a_finished_study_is_named_and_has_room(desk_in_study: Desk, qtbot: QtBot, language: str) -> None:
    window = desk_in_study.window
    window.resize(*SMALLEST)
    desk_in_study.choose_language(language)
    found = {}
    for name in PAGES:
        window.go(name)
        at_rest(window, qtbot)
        assert window.size().toTuple() == SMALLEST
        if wrong := flaws(window):
            found[name] = wrong
    assert not found


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_pages_are_named_and_have_room(desk: Desk, qtbot: QtBot, language: str) -> None:
    desk.window.resize(*SMALLEST)
    desk.choose_language(language)
    at_rest(desk.window, qtbot)
    desk.window.show_problem(ProblemView("E-NET-03", "Nothing answers at lead.example:443.", "Ask your IT.", "hospital-it", "details"))
    desk.window.banner._more.click()
    at_rest(desk.window, qtbot)
    assert not flaws(desk.window)


@pytest.mark.parametrize("zoom", [80, 200])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_larger_and_smaller_text_is_not_clipped(desk_in_study: Desk, qtbot: QtBot, language: str, zoom: int) -> None:
    window = desk_in_study.window
    window.resize(*SMALLEST)
    desk_in_study.choose_language(language)
    desk_in_study.scheme.set_zoom(zoom)
    found = {}
    for name in PAGES:
        window.go(name)
        at_rest(window, qtbot)
        if wrong := clipped(window):
            found[name] = wrong
    desk_in_study.scheme.set_zoom(100)
    assert not found


class Longer(QTranslator):
    """Every word of ours longer by two fifths, as German or Finnish would have it; fields and shortcuts stay."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:  # type: ignore[override]
        if context.startswith("Q") or not source:
            return None
        more = -(-2 * len(source) // 5)
        return source + "".join("·" if at % 8 else " " for at in range(1 if more < 8 else 0, more + (1 if more < 8 else 0)))


def test_words_that_are_longer_by_two_fifths_have_room(desk_in_study: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    window = desk_in_study.window
    window.resize(*SMALLEST)
    longer = Longer()
    qapp.installTranslator(longer)
    try:
        found = {}
        for name in PAGES:
            window.go(name)
            at_rest(window, qtbot)
            assert "·" in window.header.title.text()
            assert window.size().toTuple() == SMALLEST, name
            if wrong := clipped(window):
                found[name] = wrong
    finally:
        qapp.removeTranslator(longer)
    assert not found


def make_vault(desk: Desk) -> QDialog:
    return VaultDialog(desk.bridge, desk.session, desk.window)


def make_invitation(desk: Desk) -> QDialog:
    return InvitationDialog(desk.bridge, desk.session, desk.window)


def make_passphrase(desk: Desk) -> QDialog:
    return PassphraseDialog(desk.bridge, desk.session, desk.window)


def make_sheet(desk: Desk) -> QDialog:
    return SheetDialog(desk.bridge, desk.session, desk.window)


def make_recovery(desk: Desk) -> QDialog:
    return RecoverDialog(desk.bridge, desk.session, desk.window)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("make", [make_vault, make_invitation, make_recovery, make_passphrase, make_sheet])
def test_dialogs_are_named_have_room_and_hide_passphrases(desk: Desk, qtbot: QtBot, make: Callable[[Desk], QDialog], language: str) -> None:
    desk.choose_language(language)
    dialog = make(desk)
    dialog.open()
    at_rest(dialog, qtbot)
    assert not flaws(dialog)
    assert dialog.windowTitle()
    assert all(field.echoMode() == QLineEdit.EchoMode.Password for field in dialog.findChildren(QLineEdit))
    assert all(field.tabChangesFocus() for field in dialog.findChildren(QPlainTextEdit))
    dialog.reject()
    dialog.deleteLater()


@pytest.mark.parametrize("name", PAGES)
def test_tab_goes_through_the_page_and_comes_back(desk_with_data: Desk, qtbot: QtBot, name: str) -> None:
    """No trap: from any control Tab leads on, and in the end back to where it began."""
    window = desk_with_data.window
    window.go(name)
    at_rest(window, qtbot)
    start = window.rail.buttons[name]
    start.setFocus()
    seen: list[QWidget] = []
    for _ in range(200):
        qtbot.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        here = window.focusWidget()
        assert here is not None
        if here is start:
            break
        seen.append(here)
    assert window.focusWidget() is start
    assert window.status.pause in seen or not window.status.pause.isEnabled()


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda tokens: tokens.name)
def test_contrast(tokens: Tokens) -> None:
    grounds = (tokens.window, tokens.surface, tokens.raised)
    for ground, ink in itertools.product(grounds, (tokens.text, tokens.muted)):
        assert contrast(ground, ink) >= 4.5, (ground.name(), ink.name())
    for ground, ink in itertools.product((tokens.window, tokens.surface), (tokens.accent, tokens.ok, tokens.warn, tokens.bad)):
        assert contrast(ground, ink) >= 4.5, (ground.name(), ink.name())
    tints = (tokens.accent_tint, tokens.ok_tint, tokens.warn_tint, tokens.bad_tint)
    for tint, ink in itertools.product(tints, (tokens.text, tokens.muted)):
        assert contrast(tint, ink) >= 4.5, (tint.name(), ink.name())
    for tint, ink in zip(tints, (tokens.accent, tokens.ok, tokens.warn, tokens.bad), strict=True):
        assert contrast(tint, ink) >= 4.5, (tint.name(), ink.name())
    assert contrast(tokens.accent, tokens.on_accent) >= 4.5
    for ground, line in itertools.product((tokens.window, tokens.surface), (tokens.edge, tokens.accent, *tokens.series)):
        assert contrast(ground, line) >= 3.0, (ground.name(), line.name())


def test_contrast_of_black_and_white_is_that_of_the_standard() -> None:
    assert contrast(QColor("#000000"), QColor("#ffffff")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", SCHEMES, ids=lambda tokens: tokens.name)
def test_a_scheme_is_known_by_its_palette(tokens: Tokens) -> None:
    assert tokens_of(palette_of(tokens)) is tokens


def test_a_foreign_palette_gets_the_nearer_scheme() -> None:
    assert tokens_of(QPalette(QColor("#e0e0e0"))) is LIGHT
    assert tokens_of(QPalette(QColor("#202020"))) is DARK


def test_light_and_dark_change_live_and_icons_with_them(open_desk: Desk, qapp: QApplication, qtbot: QtBot) -> None:
    button = open_desk.window.rail.buttons["home"]
    open_desk.session.set_setting("theme", "light")
    qtbot.waitUntil(lambda: open_desk.scheme.tokens() is LIGHT, timeout=5_000)
    light = button.icon().pixmap(20, 20).toImage()
    open_desk.session.set_setting("theme", "dark")
    qtbot.waitUntil(lambda: tokens_of(qapp.palette()) is DARK, timeout=5_000)
    qtbot.waitUntil(lambda: button.icon().pixmap(20, 20).toImage() != light, timeout=5_000)
    open_desk.session.set_setting("theme", "auto")


def test_every_state_has_a_word_a_tone_and_an_icon() -> None:
    words = [states.state_word(state) for state in states.TONES]
    assert len(set(words)) == len(states.TONES)
    names = set(states.ICONS.values()) | set(banner._ICONS.values()) | set(PAGES)
    for tone in (*states.TONES.values(), *findings.TONES.values()):
        assert icons.tone_colour(LIGHT, tone).isValid()
    assert set(states.TONES.values()) == set(states.ICONS)
    for name in names:
        assert "currentColor" in (icons.FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def test_colours_are_written_in_the_theme_only() -> None:
    # ".rgb()" asks a colour for its number and is none itself.
    colour = re.compile(
        r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b|Qt\.GlobalColor\.(?!transparent)|(?<!\.)rgba?\("
    )  # a QColor asked for its number is none
    for path in GUI.rglob("*.py"):
        if path.parent.name != "theme":
            assert not colour.search(path.read_text(encoding="utf-8")), path.name
