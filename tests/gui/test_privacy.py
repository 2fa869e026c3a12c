# SPDX-License-Identifier: Apache-2.0
"""The privacy card of the data page on the real session: what it says, its mends and their undoing, answering for a column."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.dialogs.override import OverrideDialog
from gui.pages.data import DataPage
from tests.support.identities import Identities
from tests.support.taking_part import clipped, silent, unnamed


@pytest.fixture
def page(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> DataPage:
    """The page with a data set that holds names, and a telephone number in one comment."""
    people = Identities(11)
    lines = ["record_no,patient_name,age,admission_date,comment,outcome"]
    for row in range(120):
        comment = f"Call {people.phone_en()} if worse." if row == 8 else "stable"
        lines.append(f"P{row:04d},{people.name_en()},{20 + row % 75},2020-0{1 + row % 9}-1{row % 9},{comment},{'yes' if row % 3 else 'no'}")
    path = tmp_path / "ward.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    open_desk.session.import_data(path, "ward").result(60)
    open_desk.window.go("data")
    found = open_desk.window.page("data")
    assert isinstance(found, DataPage)
    done(found, qtbot, 2)
    found.view.tabs.setCurrentWidget(found.view.privacy_side)
    return found


def done(page: DataPage, qtbot: QtBot, blocking: int) -> None:
    """Waits until the check is done and so many columns stop joining."""
    qtbot.waitUntil(
        lambda: page._privacy is not None and page._privacy.state == "done" and len(page._privacy.blocking) == blocking, timeout=30_000
    )


def press(page: DataPage, name: str) -> None:
    wanted = [button for button in page.view.privacy.findChildren(QPushButton) if button.accessibleName() == name]
    assert wanted, [button.accessibleName() for button in page.view.privacy.findChildren(QPushButton)]
    wanted[-1].click()  # the last: earlier ones wait for their deletion


def test_hits_stand_in_sentences_with_what_can_be_done(page: DataPage) -> None:
    card = page.view.privacy
    assert card.count == 4  # names, the number, ages over 89, dates
    assert "2 columns stop joining" in card._note.words.text()
    assert "cannot join a study yet" in page._warning.words.text()
    assert page.view.tabs.tabText(3) == "Privacy (4)"
    assert "smallest group" in card._alike.text()
    assert card._table.rowCount() == 4
    assert unnamed(card) == silent(card) == clipped(card) == []


def test_a_column_is_removed_a_date_is_shifted_and_both_are_undone(page: DataPage, open_desk: Desk, qtbot: QtBot) -> None:
    press(page, "Remove column: patient_name")
    done(page, qtbot, 1)
    names = [column.name for column in page._detail.columns]  # type: ignore[union-attr]
    assert "patient_name" not in names
    press(page, "Shift dates (day first): admission_date")
    qtbot.waitUntil(lambda: page.view.privacy.undo.isEnabled() and len(page.view.privacy._recipe) == 2, timeout=30_000)
    rows = open_desk.session.rows(page._current, 0, 3).result(60)
    assert all(row[2] < "2020-01-10" or row[2] < f"2020-0{1 + n % 9}-1{n % 9}" for n, row in enumerate(rows))
    for left in (1, 0):
        page.view.privacy.undo.click()
        qtbot.waitUntil(lambda left=left: len(page.view.privacy._recipe) == left, timeout=30_000)
    done(page, qtbot, 2)
    assert not page.view.privacy.undo.isVisible()


def test_rows_are_shown(page: DataPage) -> None:
    press(page, "Show rows: comment")
    assert page.view.tabs.currentWidget() is page.view._rows_side
    assert page.view.rows.currentIndex().row() == 8


def test_a_person_answers_for_a_column_with_name_and_reason(page: DataPage, open_desk: Desk, qtbot: QtBot) -> None:
    press(page, "Override…: comment")
    dialog = page.findChild(OverrideDialog)
    assert isinstance(dialog, OverrideDialog)
    assert not dialog.allow.isEnabled()
    dialog.name.setText("A. Weber")
    dialog.words.setPlainText("too short")
    assert not dialog.allow.isEnabled()
    dialog.words.setPlainText("The ward's own number.")
    assert unnamed(dialog) == []
    dialog.allow.click()
    done(page, qtbot, 1)
    assert any("A. Weber" in line.text for line in open_desk.session.home().activity)
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: "1 列" in page.view.privacy._note.words.text(), timeout=10_000)
    open_desk.choose_language("en")


def test_locking_forgets_what_was_found(page: DataPage, open_desk: Desk, qtbot: QtBot) -> None:
    open_desk.lock()
    qtbot.waitUntil(lambda: open_desk.window.current == "lock", timeout=10_000)
    assert page.view.privacy.count == 0
    assert page._privacy is None
