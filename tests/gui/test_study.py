# SPDX-License-Identifier: Apache-2.0
"""The Study page on a real session: invitation, approval, plan, check words, records that fit or do not, joining."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from engine.trust import certificates, words
from gui import formats
from gui.desk import Desk
from gui.dialogs.invitation import InvitationDialog
from gui.dialogs.match import MatchDialog
from gui.pages.study import StudyPage
from gui.widgets.checkwords import CheckWords
from gui.widgets.report_table import StillTable
from tests.support.hospital import STUDY, manifest
from tests.support.lead import Lead
from tests.support.taking_part import bring_records, clipped, enrol, publish, silent, unnamed

WAIT = 20_000


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, manifest(rounds=2))
    yield made
    made.close()


def show(desk: Desk) -> StudyPage:
    desk.window.go("study")
    page = desk.window.pages["study"]
    assert isinstance(page, StudyPage)
    return page


def offered(desk: Desk, lead: Lead, folder: Path, qtbot: QtBot) -> StudyPage:
    bring_records(desk.session, folder)
    enrol(desk.session, lead)
    publish(desk.session, lead)
    page = show(desk)
    qtbot.waitUntil(page.approve.isEnabled, timeout=WAIT)
    return page


def column(table: StillTable, at: int) -> list[str]:
    return [table.item(row, at).text() for row in range(table.rowCount())]


def shown(group: CheckWords) -> tuple[str, ...]:
    return tuple(cell.text() for cell in group.cells())


def test_without_a_study_the_page_leads_to_the_invitation(open_desk: Desk) -> None:
    page = show(open_desk)
    assert page.primary is None
    assert page.empty.isVisible()
    assert not page.plan.isVisible()
    page.empty.button.click()
    assert isinstance(open_desk._dialog, InvitationDialog)
    open_desk._dialog.reject()


def test_from_the_invitation_to_joined(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    bring_records(open_desk.session, tmp_path)
    enrol(open_desk.session, lead)
    page = show(open_desk)
    qtbot.waitUntil(page.words.isVisible, timeout=WAIT)
    assert "let this site in" in page.state.words.text()
    assert not page.plan.isVisible()
    assert not page.approve.isEnabled()

    lead.approve("north")
    page._poll.timeout.emit()  # fifteen seconds later
    qtbot.waitUntil(lambda: "publish the plan" in page.state.words.text(), timeout=WAIT)
    assert not page.approve.isEnabled()

    lead.publish()
    page._poll.timeout.emit()
    qtbot.waitUntil(page.approve.isEnabled, timeout=WAIT)
    assert page.plan.isVisible()
    page.approve.click()
    qtbot.waitUntil(lambda: open_desk.window.current == "training", timeout=WAIT)
    assert open_desk.session.home().studies[0].joined

    open_desk.window.go("study")
    qtbot.waitUntil(lambda: page.approve.text() == "Go to training", timeout=WAIT)
    assert not page.match.box.isEnabled()
    page.approve.click()
    assert open_desk.window.current == "training"


def test_what_is_approved_is_what_is_shown(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = offered(open_desk, lead, tmp_path, qtbot)
    view = open_desk.session.study(STUDY, open_desk.session.datasets()[0].id).result(60)
    assert shown(page.words.lead) == words.check_words(certificates.digest(lead.home.port_authority_pem), "en")
    assert shown(page.words.own) == view.site_words
    assert page.words.hash.text().replace(" ", "") == view.bundle_sha256
    page.words.copy.click()
    assert QGuiApplication.clipboard().text() == view.bundle_sha256
    assert column(page.forecast.table, 0) == [line.kind for line in view.forecast]
    total = sum(line.messages * line.bytes_each for line in view.forecast)
    assert formats.size(total) in page.forecast.total.text()
    assert column(page.roster.table, 0) == ["north (you)"]
    assert page.manifest.text.toPlainText() == view.toml
    assert not page.manifest.text.isVisible()
    page.manifest.toggle.click()
    assert page.manifest.text.isVisible()
    warned = [note.accessibleName() for note in page.plan.warnings]
    assert warned == list(view.warnings)
    assert any("lead hospital can see" in sentence for sentence in warned)


def test_records_that_do_not_fit_cannot_join(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path, table: Path) -> None:
    page = offered(open_desk, lead, tmp_path, qtbot)
    open_desk.session.import_data(table, "visits").result(60)
    qtbot.waitUntil(lambda: page.match.box.count() == 2, timeout=WAIT)
    page.match.box.setCurrentIndex(page.match.box.findText("visits", Qt.MatchFlag.MatchStartsWith))
    page.match.box.activated.emit(page.match.box.currentIndex())
    qtbot.waitUntil(lambda: "does not fit" in page.state.words.text(), timeout=WAIT)
    assert not page.approve.isEnabled()
    assert "outcome" in column(page.match.table, 0)
    assert "record_no" not in column(page.match.table, 0)
    page.match.every.click()
    assert "record_no" in column(page.match.table, 0)
    assert column(page.match.table, 0).index("outcome") < column(page.match.table, 0).index("record_no")
    page.match.box.setCurrentIndex(page.match.box.findText("records", Qt.MatchFlag.MatchStartsWith))
    page.match.box.activated.emit(page.match.box.currentIndex())
    qtbot.waitUntil(page.approve.isEnabled, timeout=WAIT)


def test_a_person_says_how_a_variable_is_read_and_takes_it_back(
    open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = offered(open_desk, lead, tmp_path, qtbot)
    path = tmp_path / "export.csv"
    path.write_text((tmp_path / "records-1.csv").read_text(encoding="utf-8").replace("second", "zweite", 1), encoding="utf-8")
    open_desk.session.import_data(path, "export").result(60)
    qtbot.waitUntil(lambda: page.match.box.count() == 2, timeout=WAIT)
    page.match.box.setCurrentIndex(page.match.box.findText("export", Qt.MatchFlag.MatchStartsWith))
    page.match.box.activated.emit(page.match.box.currentIndex())
    qtbot.waitUntil(lambda: column(page.match.table, 0) == ["second"], timeout=WAIT)
    asked = tmp_path / "request.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(asked), ""))
    page.match.request.click()
    qtbot.waitUntil(asked.exists, timeout=WAIT)
    assert "- second:" in asked.read_text(encoding="utf-8")
    page.match.say.click()
    qtbot.waitUntil(lambda: page.findChild(MatchDialog) is not None, timeout=WAIT)
    dialog = page.findChild(MatchDialog)
    assert isinstance(dialog, MatchDialog)
    assert not unnamed(dialog)
    dialog.column.setCurrentIndex(dialog.column.findData("zweite"))
    dialog.use.click()
    qtbot.waitUntil(page.approve.isEnabled, timeout=WAIT)
    page.match.every.click()
    page.match.table.selectRow(column(page.match.table, 0).index("second"))
    assert page.match.take_back.isEnabled()
    page.match.take_back.click()
    qtbot.waitUntil(lambda: not page.approve.isEnabled() and "does not fit" in page.state.words.text(), timeout=WAIT)


def test_without_records_the_page_leads_to_the_data(open_desk: Desk, lead: Lead, qtbot: QtBot) -> None:
    enrol(open_desk.session, lead)
    publish(open_desk.session, lead)
    page = show(open_desk)
    qtbot.waitUntil(lambda: "open a data set" in page.state.words.text(), timeout=WAIT)
    assert not page.approve.isEnabled()
    page.match.open_data.click()
    assert open_desk.window.current == "data"


def test_a_lead_that_does_not_answer_is_said_on_the_page(open_desk: Desk, lead: Lead, qtbot: QtBot) -> None:
    enrol(open_desk.session, lead)
    page = show(open_desk)
    qtbot.waitUntil(lambda: page.words.isVisible() and not page._asking, timeout=WAIT)
    lead.pause_port()
    page._poll.timeout.emit()
    qtbot.waitUntil(lambda: "could not be asked" in page.state.words.text(), timeout=60_000)
    assert not open_desk.window.banner.isVisible()
    lead.resume_port()
    lead.approve("north")
    page._poll.timeout.emit()
    qtbot.waitUntil(lambda: "publish the plan" in page.state.words.text(), timeout=60_000)


def test_every_word_changes_with_the_language(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = offered(open_desk, lead, tmp_path, qtbot)
    open_desk.window.resize(1024, 640)
    english = {label.text() for label in (page.words.phone, page.forecast.total, page.state.words, page.roster.words, page.manifest.words)}
    numbers = page.words.lead._as_numbers.text()
    assert not unnamed(page)
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    open_desk.choose_language("zh")
    expected = words.check_words(certificates.digest(lead.home.port_authority_pem), "zh")
    qtbot.waitUntil(lambda: shown(page.words.lead) == expected, timeout=WAIT)
    chinese = {label.text() for label in (page.words.phone, page.forecast.total, page.state.words, page.roster.words, page.manifest.words)}
    assert not english & chinese
    assert page.words.lead._as_numbers.text().split("：")[-1].split() == numbers.split(":")[-1].split()
    assert page.plan.accessibleName() == "病房研究"
    assert open_desk.window.header.title.text() == "研究"
    assert not unnamed(page)
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    assert not silent(page)
