# SPDX-License-Identifier: Apache-2.0
"""The excluded patients on the data page: added with a reason, listed with what had left, lifted again."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.desk import Desk
from gui.pages.data import DataPage
from tests.support.taking_part import silent, unnamed

WAIT = 60_000


def test_a_patient_is_excluded_with_a_reason_and_the_exclusion_lifted(desk_with_data: Desk, qtbot: QtBot) -> None:
    desk_with_data.window.go("data")
    page = desk_with_data.window.page("data")
    assert isinstance(page, DataPage)
    card = page.excluded
    assert not card.patient.isVisible()
    card.toggle.click()
    card.patient.setText("a00007")
    assert not card.add.isEnabled(), "a reason is needed"
    card.reason.setText("objected in writing")
    card.add.click()
    qtbot.waitUntil(lambda: card.table.rowCount() == 1, timeout=WAIT)
    assert card.table.item(0, 0).text() == "a00007"
    assert card.table.item(0, 1).text() == "objected in writing"
    assert card.patient.text() == ""
    assert "visits" in card.note.words.text(), "nobody has said which column the patient number is"
    assert not unnamed(card)
    assert not silent(card)
    desk_with_data.choose_language("zh")
    qtbot.waitUntil(lambda: card.heading.text() == "已排除的患者", timeout=WAIT)
    desk_with_data.choose_language("en")
    card.table.selectRow(0)
    card.lift_button.click()
    qtbot.waitUntil(lambda: "lifted" in card.table.item(0, 3).text(), timeout=WAIT)
    assert not card.lift_button.isEnabled()
