# SPDX-License-Identifier: Apache-2.0
"""Mends on the data page: offered with a finding, chosen from a column's menu, undone, done again, taken away one by one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton
from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.dialogs.mend import MendDialog
from gui.pages.data import DataPage
from gui.tables.columns_model import NAME
from tests.support.taking_part import clipped, silent, unnamed

WAIT = 60_000


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """Sixty visits, two of them copies, a column that says nothing, a code for "not known", two spellings of one ward."""
    lines = ["record_no,age,ward,hospital"]
    lines += [f"A{row:03d},{999 if row == 7 else 20 + row},{('East', 'east', 'West')[row % 3]},North" for row in range(58)]
    lines += [lines[-1], lines[-1]]
    path = tmp_path / "messy.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def page(open_desk: Desk, messy: Path, qtbot: QtBot) -> DataPage:
    open_desk.session.import_data(messy, "messy").result(60)
    open_desk.window.go("data")
    page = open_desk.window.page("data")
    assert isinstance(page, DataPage)
    qtbot.waitUntil(lambda: page.view.columns_model.rowCount() > 0, timeout=WAIT)
    return page


def names(page: DataPage) -> list[str]:
    model = page.view.columns_model
    return [str(model.index(row, NAME).data()) for row in range(model.rowCount())]


def kinds(page: DataPage) -> list[str]:
    return [step.kind for step in page.mending._recipe]


def offered(page: DataPage, words: str) -> QPushButton:
    return next(button for button in page.view.findings.findChildren(QPushButton) if button.text() == words and button.isEnabled())


def steps(page: DataPage, count: int, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(page.mending._recipe) == count and page.mending._wanted is None, timeout=WAIT)


def menu_of(page: DataPage, column: str) -> QMenu:
    page.view.columns.selectRow(names(page).index(column))
    page.view.change.click()
    return next(menu for menu in page.view.findChildren(QMenu) if menu.title() == column)


def pressed(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text() == words).trigger()
    menu.close()


def test_an_offered_mend_is_one_press_and_can_be_undone_and_done_again(page: DataPage, messy: Path, qtbot: QtBot) -> None:
    before = hashlib.sha256(messy.read_bytes()).hexdigest()
    assert not page.mending.undo.isEnabled()
    offered(page, "Keep the first of each").click()
    steps(page, 1, qtbot)
    assert page.view.rows_model.rowCount() == 58
    offered(page, "Leave the column out").click()
    steps(page, 2, qtbot)
    assert names(page) == ["record_no", "age", "ward"]
    page.mending.undo.click()
    steps(page, 1, qtbot)
    assert "hospital" in names(page)
    page.mending.redo.click()
    steps(page, 2, qtbot)
    assert "hospital" not in names(page)
    away = page.mending._shown[0].findChild(QPushButton)
    assert isinstance(away, QPushButton)
    assert away.text() == "Take away"
    away.click()
    steps(page, 1, qtbot)
    assert kinds(page) == ["drop-column"]
    assert page.view.rows_model.rowCount() == 60
    assert "The file itself is not changed" in page.mending._about.text()
    assert hashlib.sha256(messy.read_bytes()).hexdigest() == before
    assert page.session.datasets()[0].source_sha256 == before


def test_undo_has_its_keys(page: DataPage, qtbot: QtBot) -> None:
    offered(page, "Leave the column out").click()
    steps(page, 1, qtbot)
    page.view.columns.setFocus()
    qtbot.keyClick(page.view.columns, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    steps(page, 0, qtbot)
    qtbot.keyClick(page.view.columns, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    steps(page, 1, qtbot)


def test_a_mend_wants_another_look(page: DataPage, qtbot: QtBot) -> None:
    page.session.confirm_data(page._current)
    qtbot.waitUntil(lambda: "A person found" in page._about.text(), timeout=WAIT)
    offered(page, "Leave the column out").click()
    steps(page, 1, qtbot)
    qtbot.waitUntil(lambda: "Nobody has said yet" in page._about.text(), timeout=WAIT)


def test_a_column_is_mended_by_hand(page: DataPage, qtbot: QtBot) -> None:
    pressed(menu_of(page, "age"), "A value that means “missing”…")
    dialog = page.view.findChild(MendDialog)
    assert isinstance(dialog, MendDialog)
    assert not dialog.done_button.isEnabled()
    dialog.fields["codes"].setText("999")
    dialog.done_button.click()
    steps(page, 1, qtbot)
    assert page._detail is not None
    age = next(column for column in page._detail.columns if column.name == "age")
    assert age.missing == 1
    assert age.maximum == 77
    pressed(menu_of(page, "ward"), "Spellings that mean the same…")
    dialog = page.view.findChildren(MendDialog)[-1]
    dialog.fields["East"].setText("east")
    dialog.done_button.click()
    steps(page, 2, qtbot)
    ward = next(column for column in page._detail.columns if column.name == "ward")
    assert {bar.label: bar.count for bar in ward.bars} == {"east": 41, "West": 19}
    pressed(menu_of(page, "hospital"), "Leave out")
    steps(page, 3, qtbot)
    assert "hospital" not in names(page)


def test_a_step_that_does_not_fit_leaves_the_history_as_it_was(page: DataPage, open_desk: Desk, qtbot: QtBot) -> None:
    offered(page, "Leave the column out").click()
    steps(page, 1, qtbot)
    pressed(menu_of(page, "age"), "Rename…")
    dialog = page.view.findChildren(MendDialog)[-1]
    dialog.fields["name"].setText("ward")  # taken
    dialog.done_button.click()
    qtbot.waitUntil(open_desk.window.banner.isVisible, timeout=WAIT)
    assert open_desk.window.banner.problem is not None
    assert open_desk.window.banner.problem.code == "E-DATA-34"
    assert kinds(page) == ["drop-column"]
    assert page.mending.stack.count() == page.mending.stack.index() == 1
    page.mending.undo.click()
    steps(page, 0, qtbot)


def test_everything_can_be_reached_and_read_in_both_languages(page: DataPage, open_desk: Desk, qtbot: QtBot) -> None:
    offered(page, "Leave the column out").click()
    steps(page, 1, qtbot)
    english = page.mending._about.text()
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: page.mending.heading.text() == "已做的修正", timeout=WAIT)
    assert page.mending._about.text() != english
    assert not unnamed(page)
    assert not silent(page)
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
