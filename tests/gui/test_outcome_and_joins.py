# SPDX-License-Identifier: Apache-2.0
"""The data page with an outcome in mind, and data sets of the same patients joined; and the access log in the settings."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.dialogs.access_log import AccessLogDialog
from gui.dialogs.join_data import JoinDataDialog
from gui.pages.data import DataPage
from tests.support.taking_part import silent, unnamed

WAIT = 60_000


def shown(desk: Desk, qtbot: QtBot) -> DataPage:
    desk.window.go("data")
    page = desk.window.page("data")
    assert isinstance(page, DataPage)
    qtbot.waitUntil(lambda: page.view.columns_model.rowCount() > 0, timeout=WAIT)
    return page


def test_an_outcome_in_mind(desk_with_data: Desk, qtbot: QtBot) -> None:
    page = shown(desk_with_data, qtbot)
    look = page.view.outcome
    assert not look.begin.isEnabled()
    look.outcome.setCurrentIndex(look.outcome.findData("preterm"))
    look.patient.setCurrentIndex(look.patient.findData("record_no"))
    look.begin.click()
    qtbot.waitUntil(lambda: look.balance.rowCount() == 2, timeout=WAIT)
    assert [look.balance.item(row, 0).text() for row in range(2)] == ["no", "yes"]
    assert look.balance.item(0, 1).text() == "2,400"
    assert desk_with_data.session.patient_column(page._current) == "record_no"
    assert not unnamed(look)
    assert not silent(look)


def test_two_data_sets_become_one_and_a_newer_one_is_offered(desk_with_data: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    other = tmp_path / "genes.csv"
    other.write_text("sample,dose\n" + "".join(f"A{row:05d},{row % 3}\n" for row in range(100)), encoding="utf-8")
    desk_with_data.session.import_data(other, "genes").result(60)
    page = shown(desk_with_data, qtbot)
    qtbot.waitUntil(page.join.isVisible, timeout=WAIT)
    page.join.click()
    dialog = page.findChild(JoinDataDialog)
    assert isinstance(dialog, JoinDataDialog)
    for member in dialog.members:
        member.box.setChecked(True)
    qtbot.waitUntil(lambda: all(member.column.count() > 1 for member in dialog.members), timeout=WAIT)
    for member in dialog.members:
        member.column.setCurrentIndex(member.column.findData({"visits": "record_no", "genes": "sample"}[member.dataset.name]))
    assert not dialog.join.isEnabled(), "it has no name yet"
    dialog.first.setCurrentIndex(dialog.first.findText("visits"))
    dialog.name.setText("all")
    dialog.join.click()
    qtbot.waitUntil(lambda: page.presence.table.rowCount() == 2, timeout=WAIT)
    assert {page.presence.table.item(row, 0).text() for row in range(2)} == {"100", "2,900"}
    assert not page.mending.isVisible()
    assert not page.presence.join_again.isVisible()
    other.write_text("sample,dose\n" + "".join(f"A{row:05d},{row % 3}\n" for row in range(200)), encoding="utf-8")
    desk_with_data.session.import_data(other, "genes").result(60)
    qtbot.waitUntil(page.presence.join_again.isVisible, timeout=WAIT)
    page.presence.join_again.click()
    qtbot.waitUntil(lambda: {page.presence.table.item(row, 0).text() for row in range(2)} == {"200", "2,800"}, timeout=WAIT)


def test_the_access_log_opens_from_the_settings(desk_with_data: Desk, qtbot: QtBot) -> None:
    desk_with_data.window.go("settings")
    page = desk_with_data.window.page("settings")
    page.log.click()
    qtbot.waitUntil(lambda: page.findChild(AccessLogDialog) is not None, timeout=WAIT)
    dialog = page.findChild(AccessLogDialog)
    assert isinstance(dialog, AccessLogDialog)
    told = [dialog.table.item(row, 2).text() for row in range(dialog.table.rowCount())]
    assert any(line.startswith("Imported visits") for line in told)
    dialog.accept()
