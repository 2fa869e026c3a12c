# SPDX-License-Identifier: Apache-2.0
"""The Outbound page on a real ledger, and its table over a hundred thousand rows that change while they are looked at."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from engine.session.views import OutboundRow, OutboundView
from gui import formats
from gui.desk import Desk
from gui.pages.outbound import OutboundPage
from gui.tables.outbound_model import WINDOW, OutboundModel
from tests.support.hospital import manifest
from tests.support.lead import Lead
from tests.support.taking_part import clipped, enrol, publish, silent, unnamed

WAIT = 20_000


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, manifest())
    yield made
    made.close()


def show(desk: Desk) -> OutboundPage:
    desk.window.go("outbound")
    page = desk.window.pages["outbound"]
    assert isinstance(page, OutboundPage)
    return page


def words(page: OutboundPage, row: int) -> list[str]:
    return [page.model.index(row, column).data() for column in range(page.model.columnCount())]


def test_before_anything_is_sent_the_page_says_so(open_desk: Desk, qtbot: QtBot) -> None:
    page = show(open_desk)
    qtbot.waitUntil(page.empty.isVisible, timeout=WAIT)
    assert [figure.text() for figure in page.figures] == [formats.size(0), "0", "On"]
    assert not page.table.isVisible()
    assert not page.export.isEnabled()
    assert page.never.isVisible()


def test_every_message_is_a_row_as_it_leaves(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = show(open_desk)
    enrol(open_desk.session, lead)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=WAIT)
    page.table.selectRow(0)
    chosen = page.model.held(0)
    assert chosen is not None
    publish(open_desk.session, lead)
    qtbot.waitUntil(lambda: page.model.rowCount() == 5, timeout=WAIT)
    assert page.table.currentIndex().row() == 2  # the same message, further down
    view = open_desk.session.outbound("", 0, 100).result(60)
    qtbot.waitUntil(lambda: words(page, 0)[OutboundModel.RECEIPT] == "Received", timeout=WAIT)
    assert [words(page, row)[OutboundModel.KIND] for row in range(5)] == [row.kind for row in view.rows]
    assert page.figures[0].text() == formats.size(view.bytes)
    assert page.figures[1].text() == "0"
    assert page._detail_values[4].text().replace(" ", "") == chosen.sha256
    assert page.model.index(2, OutboundModel.HASH).data(Qt.ItemDataRole.ToolTipRole) == chosen.sha256
    page.copy_hash.click()
    assert QGuiApplication.clipboard().text() == chosen.sha256

    page.filter.setText("enrol")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1, timeout=WAIT)
    assert not page.detail.isVisible()
    page.filter.setText("CERTIFICATE request")  # as the list says it, not as the wire does
    qtbot.waitUntil(lambda: page.model.rowCount() == 1 and words(page, 0)[OutboundModel.KIND] == "Certificate request", timeout=WAIT)
    page.filter.setText("no such message")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0, timeout=WAIT)
    qtbot.waitUntil(lambda: page._hint.text() == "No message matches the filter.", timeout=WAIT)
    page.filter.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5, timeout=WAIT)

    page.export_to(str(tmp_path / "外发.csv"))
    qtbot.waitUntil(page.exported.isVisible, timeout=WAIT)
    with (tmp_path / "外发.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["sha256"] for row in csv.DictReader(file)] == [row.sha256 for row in view.rows]
    page.export_to(str(tmp_path / "ledger.json"))
    qtbot.waitUntil(lambda: (tmp_path / "ledger.json").exists() and page.export.isEnabled(), timeout=WAIT)
    assert len(json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))) == 5


def test_pause_and_resume_sending(open_desk: Desk, qtbot: QtBot) -> None:
    page = show(open_desk)
    page.pause.click()
    assert open_desk.session.sending_paused
    qtbot.waitUntil(lambda: page.figures[2].text() == "Paused", timeout=WAIT)
    assert page.pause.text() == "Resume sending"
    open_desk.window.status.pause.click()
    qtbot.waitUntil(lambda: page.figures[2].text() == "On", timeout=WAIT)
    assert page.pause.text() == "Pause sending"


def test_a_message_that_did_not_get_through_is_a_row_all_the_same(open_desk: Desk, lead: Lead, qtbot: QtBot) -> None:
    page = show(open_desk)
    invitation = lead.invite("north")
    lead.pause_port()
    open_desk.session.enrol(invitation)
    qtbot.waitUntil(page.table.isVisible, timeout=WAIT)
    qtbot.waitUntil(lambda: words(page, 0)[OutboundModel.RECEIPT] in ("Waiting", "Not received"), timeout=WAIT)
    assert page.figures[1].text() == "0"
    assert not page.empty.isVisible()
    assert page.export.isEnabled()


def test_every_word_changes_with_the_language_and_none_is_cut(open_desk: Desk, lead: Lead, qtbot: QtBot) -> None:
    enrol(open_desk.session, lead)
    page = show(open_desk)
    qtbot.waitUntil(lambda: page.model.rowCount() == 3, timeout=WAIT)
    page.table.selectRow(0)
    open_desk.window.resize(1024, 640)
    labels = (page._figure_names[0], page._figure_notes[0], page.figures[2], page.pause, page.list.heading, page._detail_values[3])
    english = [label.text() for label in labels] + words(page, 0)[:2] + list(page._never_shown)
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    assert not unnamed(page)
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: words(page, 0)[OutboundModel.RECEIPT] == "已收到", timeout=WAIT)
    qtbot.waitUntil(lambda: "日志" in page._never_shown and page._detail_values[0].text().startswith("询问"), timeout=WAIT)
    chinese = [label.text() for label in labels] + words(page, 0)[:2] + list(page._never_shown)
    assert not set(english) & set(chinese)
    assert page.model.headerData(0, Qt.Orientation.Horizontal) == "时间"
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    assert not unnamed(page)
    assert not silent(page)


# ---------------------------------------------------------------- the table


@dataclass
class Ledger:
    """Rows that grow; answers are kept back until ``answer``."""

    size: int
    asked: list[tuple[str, int, int]] = field(default_factory=list)
    waiting: list[Callable[[], None]] = field(default_factory=list)

    def fetch(self, contains: str, start: int, count: int, have: Callable[[OutboundView], None]) -> None:
        self.asked.append((contains, start, count))
        ids = [number for number in range(self.size - 1, -1, -1) if contains in f"{number:x}"]
        rows = tuple(row(number) for number in ids[start : start + count])
        view = OutboundView(self.size, 10 * self.size, False, len(ids), rows, ())
        self.waiting.append(lambda: have(view))

    def answer(self) -> None:
        """Answers everything that is asked, and what that leads to."""
        while self.waiting:
            self.waiting.pop(0)()


def row(number: int) -> OutboundRow:
    return OutboundRow(number, 1.8e9 + number, "Model update", "ward", number, 10, f"{number:064x}", 1, "ok", "Lead")


def model_of(ledger: Ledger) -> OutboundModel:
    return OutboundModel(ledger.fetch, lambda _: QIcon())


def test_a_hundred_thousand_rows_open_with_one_window(qtbot: QtBot) -> None:
    ledger = Ledger(100_000)
    model = model_of(ledger)
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    model.reload()
    ledger.answer()
    view.resize(800, 400)
    view.show()
    view.grab()
    ledger.answer()
    assert model.rowCount() == 100_000
    assert ledger.asked == [("", 0, WINDOW)]
    view.scrollToBottom()
    view.grab()
    ledger.answer()
    view.grab()
    ledger.answer()
    last = model.held(99_999)
    assert last is not None
    assert last.id == 0
    assert len(ledger.asked) <= 3


def test_the_page_looks_at_few_of_many_rows(open_desk: Desk, qtbot: QtBot) -> None:
    """A hundred thousand rows, of which Qt must ask for those on the screen and not for all to find the columns' width."""
    page = show(open_desk)
    qtbot.waitUntil(page.empty.isVisible, timeout=WAIT)
    ledger = Ledger(100_000)
    asked: set[int] = set()

    class Watched(OutboundModel):
        def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
            asked.add(index.row())
            return super().data(index, role)

    model = Watched(ledger.fetch, lambda _: QIcon())
    page.table.setModel(model)
    page.table.show()
    model.reload()
    ledger.answer()
    page.table.grab()
    page.table.verticalScrollBar().setValue(50_000)
    page.table.grab()
    ledger.answer()
    page.table.grab()
    assert len(asked) < 500
    page.table.setModel(page.model)


def test_the_answer_to_an_older_filter_is_dropped(qtbot: QtBot) -> None:
    ledger = Ledger(1000)
    model = model_of(ledger)
    model.reload()
    model.set_filter("3e7")
    assert len(ledger.waiting) == 2
    late = ledger.waiting.pop(0)
    ledger.answer()
    late()
    assert model.rowCount() == 1
    first = model.held(0)
    assert first is not None
    assert first.id == 0x3E7


@settings(deadline=None)
@given(st.integers(0, 900), st.lists(st.tuples(st.sampled_from(["grow", "look", "refresh", "answer"]), st.integers(0, 2000)), max_size=30))
def test_whatever_happens_a_held_row_is_the_right_one(size: int, steps: list[tuple[str, int]]) -> None:
    ledger = Ledger(size)
    model = model_of(ledger)
    model.reload()
    for step, number in steps:
        match step:
            case "grow":
                ledger.size += number % 7
            case "look" if model.rowCount():
                model.index(number % model.rowCount(), OutboundModel.KIND).data()
            case "refresh":
                model.refresh()
            case "answer" if ledger.waiting:
                ledger.waiting.pop(0)()
            case _:
                pass
        assert len(ledger.waiting) <= 1
        for at in range(model.rowCount()):
            held = model.held(at)
            assert held is None or held.id == model.rowCount() - 1 - at
    ledger.answer()
    model.refresh()
    ledger.answer()
    assert model.rowCount() == ledger.size
