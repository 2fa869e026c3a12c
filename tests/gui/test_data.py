# SPDX-License-Identifier: Apache-2.0
"""The data page on the real session: looking at a file, importing it, its columns and rows, deleting it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from gui import formats
from gui.bridge import Bridge
from gui.desk import Desk
from gui.pages.data import DataPage
from gui.tables import rows_model
from gui.tables.columns_model import DISTRIBUTION, KIND, MISSING, NAME, UNIT
from gui.tables.rows_model import KEPT_PAGES, PAGE_ROWS, WAITING, RowsModel


def data_page(desk: Desk) -> DataPage:
    desk.window.go("data")
    page = desk.window.page("data")
    assert isinstance(page, DataPage)
    return page


def previewed(page: DataPage, path: Path, qtbot: QtBot) -> None:
    page.open_file(path)
    qtbot.waitUntil(lambda: page._faces.currentWidget() is page.preview, timeout=20_000)


def loaded(page: DataPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.view.columns_model.rowCount() > 0, timeout=20_000)


def cell(model: RowsModel, row: int, column: int, qtbot: QtBot) -> str:
    index = model.index(row, column)
    qtbot.waitUntil(lambda: index.data() != WAITING, timeout=20_000)
    return str(index.data())


def test_a_file_is_looked_at_imported_and_found_right(open_desk: Desk, table: Path, qtbot: QtBot) -> None:
    page = data_page(open_desk)
    assert page.main.text() == "Choose a file…"
    previewed(page, table, qtbot)
    assert page.preview.model.headerData(1, Qt.Orientation.Horizontal) == "age"
    assert page.preview.model.index(0, 0).data() == "A00000"
    assert page.preview.name.text() == "visits"
    assert open_desk.session.datasets() == ()
    page.main.click()
    loaded(page, qtbot)
    assert [dataset.name for dataset in open_desk.session.datasets()] == ["visits"]
    names = [page.view.columns_model.index(row, NAME).data() for row in range(page.view.columns_model.rowCount())]
    assert names == ["record_no", "age", "systolic", "smoking", "preterm"] or "systolic" in names[2]
    model = page.view.columns_model
    assert model.index(2, UNIT).data() == "mmHg"
    assert model.index(2, MISSING).data() == "10.0%"
    assert model.index(1, KIND).data() == "Number"
    assert "never: 1,000" in model.index(3, DISTRIBUTION).data(Qt.ItemDataRole.AccessibleTextRole)
    assert page.main.text() == "Data looks right"
    page.main.click()
    assert open_desk.window.current == "study"


def test_a_dropped_file_is_looked_at(open_desk: Desk, table: Path, qtbot: QtBot) -> None:
    page = data_page(open_desk)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(table))])
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    page.drop.dropEvent(drop)
    qtbot.waitUntil(lambda: page._faces.currentWidget() is page.preview, timeout=20_000)


def test_choices_change_how_a_file_is_read(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "北院.csv"
    path.write_bytes("姓名;体重;结局\n".encode("gb18030") + "".join(f"张{n};{60 + n},5;是\n" for n in range(40)).encode("gb18030"))
    page = data_page(open_desk)
    previewed(page, path, qtbot)
    preview = page.preview
    qtbot.waitUntil(lambda: preview.model.headerData(0, Qt.Orientation.Horizontal) == "姓名", timeout=20_000)
    assert preview.model.columnCount() == 3
    preview.delimiter.setCurrentIndex(preview.delimiter.findData("|"))
    preview.delimiter.activated.emit(preview.delimiter.currentIndex())
    qtbot.waitUntil(lambda: preview.model.columnCount() == 1, timeout=20_000)


def test_a_file_that_cannot_be_read_is_a_problem_in_words_and_leaves_the_page_as_it_was(
    open_desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    empty = tmp_path / "empty.csv"
    empty.touch()
    page = data_page(open_desk)
    page.open_file(empty)
    qtbot.waitUntil(open_desk.window.banner.isVisible, timeout=20_000)
    assert open_desk.window.banner.problem is not None
    assert open_desk.window.banner.problem.code.startswith("E-DATA")
    assert page._faces.currentWidget() is page._nothing


def test_a_cancelled_import_leaves_no_data_set_and_can_be_begun_again(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b,c\n" + "".join(f"{n},{n * 3 % 101},{n % 7}\n" for n in range(400_000)), encoding="utf-8")
    page = data_page(open_desk)
    previewed(page, path, qtbot)
    vault_files = set((tmp_path / "home").rglob("*"))
    page.main.click()
    assert not page.main.isEnabled()
    page.preview.cancel.click()
    qtbot.waitUntil(page.main.isEnabled, timeout=20_000)
    assert open_desk.session.datasets() == ()
    assert {f for f in set((tmp_path / "home").rglob("*")) - vault_files if f.suffix not in {".db-wal", ".db-shm", ".lock"}} == set()
    page.main.click()
    loaded(page, qtbot)
    assert open_desk.session.datasets()[0].rows == 400_000


def test_rows_come_in_pages_and_only_what_is_near_is_kept(
    open_desk: Desk, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = PAGE_ROWS * (KEPT_PAGES + 20)
    path = tmp_path / "many.csv"
    path.write_text("id,twice\n" + "".join(f"{n},{2 * n}\n" for n in range(rows)), encoding="utf-8")
    dataset = open_desk.session.import_data(path, "many").result(60)
    page = data_page(open_desk)
    loaded(page, qtbot)
    model = page.view.rows_model
    assert model.rowCount() == rows == dataset.rows
    assert model.rowCount(model.index(0, 0)) == 0
    for row in range(0, rows, PAGE_ROWS):
        assert cell(model, row, 1, qtbot) == str(2 * row)
    assert model.pages_held() == KEPT_PAGES
    assert cell(model, 1, 0, qtbot) == "1"
    assert cell(model, rows - 1, 1, qtbot) == str(2 * (rows - 1))


def test_scrolling_past_asks_only_for_what_is_still_wanted(qtbot: QtBot) -> None:
    """The newest wishes are served first, and old ones are dropped: jumping about a table of a million rows never queues it all."""

    class Silent:
        def subscribe(self, fn: object) -> object:
            return lambda: None

    class Never:
        """A job that does not end."""

        def on_done(self, fn: object) -> None:
            pass

    asked: list[int] = []
    model = RowsModel(Bridge(Silent()), pytest.fail)  # type: ignore[arg-type]

    def fetch(start: int, count: int) -> Never:
        asked.append(start)
        return Never()

    model.show_data(("a",), 1_000_000, fetch)  # type: ignore[arg-type]
    for row in range(0, 1_000_000, PAGE_ROWS):
        assert model.index(row, 0).data() == WAITING
    model._ask()
    model._settle.stop()
    last = (1_000_000 - 1) // PAGE_ROWS * PAGE_ROWS
    assert asked == [last, last - PAGE_ROWS]
    assert len(model._wished) <= KEPT_PAGES
    assert rows_model.AT_ONCE == 2


def test_marked_rows_are_shown_one_after_the_other(desk_with_data: Desk, qtbot: QtBot) -> None:
    page = data_page(desk_with_data)
    loaded(page, qtbot)
    page.view.findings.show_rows.emit((5, 2_000))
    selected = page.view.rows.selectionModel().selectedRows()
    assert [index.row() for index in selected] == [5, 2_000]
    assert page.view.rows.currentIndex().row() == 5
    page.view._next.click()
    assert page.view.rows.currentIndex().row() == 2_000
    assert page.view.rows.verticalScrollBar().value() > 0
    page.view.rows.selectionModel().select(QModelIndex(), QItemSelectionModel.SelectionFlag.Clear)


def test_deleting_asks_first_and_then_nothing_is_left(desk_with_data: Desk, qtbot: QtBot) -> None:
    page = data_page(desk_with_data)
    loaded(page, qtbot)
    page.delete.click()
    box = page.findChild(QMessageBox)
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == "Delete").click()
    qtbot.waitUntil(lambda: page._faces.currentWidget() is page._nothing, timeout=20_000)
    assert desk_with_data.session.datasets() == ()


def test_locking_forgets_what_was_shown(desk_with_data: Desk, qtbot: QtBot) -> None:
    page = data_page(desk_with_data)
    loaded(page, qtbot)
    desk_with_data.lock()
    qtbot.waitUntil(lambda: desk_with_data.window.current == "lock", timeout=10_000)
    assert page.view.columns_model.rowCount() == 0
    assert page.view.rows_model.rowCount() == 0
    assert page.view.rows.indexAt(QPoint(5, 5)) == QModelIndex()


def test_a_preview_marks_the_rows_that_it_complains_of_and_speaks_the_new_language(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    lines = ["record_no|age|preterm", *(f"A{row}|{20 + row % 30}|no" for row in range(60))]
    lines[41] = "A40|60"
    path = tmp_path / "ragged.txt"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    page = data_page(open_desk)
    previewed(page, path, qtbot)
    assert "row 42 has 2" in said(page)
    finding = next(each for each in page.preview.findings._findings if each.rows)
    page.preview.findings.show_rows.emit(finding.rows)
    assert [index.row() for index in page.preview.table.selectionModel().selectedRows()] == [40]
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: "第 42 行" in said(page), timeout=20_000)
    open_desk.choose_language("en")


def said(page: DataPage) -> str:
    return " ".join(finding.text for finding in page.preview.findings._findings)


def test_the_banner_of_a_refused_file_goes_with_the_file(open_desk: Desk, table: Path, tmp_path: Path, qtbot: QtBot) -> None:
    ragged = tmp_path / "ragged.csv"
    ragged.write_text("age,preterm\n" + "30,no\n" * 20 + "31\n", encoding="utf-8")
    page = data_page(open_desk)
    banner = open_desk.window.banner
    previewed(page, ragged, qtbot)
    page.main.click()
    qtbot.waitUntil(banner.isVisible, timeout=20_000)
    page.preview.cancel.click()
    assert not banner.isVisible()
    previewed(page, table, qtbot)
    page.main.setFocus()
    page.main.click()
    loaded(page, qtbot)
    qtbot.waitUntil(page.main.hasFocus, timeout=10_000)


def test_a_long_preview_does_not_stretch_the_page_after_it(open_desk: Desk, table: Path, tmp_path: Path, qtbot: QtBot) -> None:
    twins = [f"a{number}.b,a{number}..b" for number in range(60)]
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(twins) + "\n" + ",".join(["1"] * 120) + "\n", encoding="utf-8")
    page = data_page(open_desk)
    previewed(page, table, qtbot)
    page.main.click()
    loaded(page, qtbot)
    before = page.height()
    previewed(page, wide, qtbot)
    qtbot.waitUntil(lambda: page.height() > 2 * before, timeout=20_000)
    page.preview.cancel.click()
    qtbot.waitUntil(lambda: page.height() == before, timeout=10_000)


def test_large_whole_numbers_are_written_out(open_desk: Desk) -> None:
    assert formats.significant(402512.0) == "402,512"
    assert formats.significant(0.00012346) == "0.0001235"
    assert formats.significant(27.671) == "27.67"
    assert formats.significant(-12345.6) == "-12,346"
    assert "e+" in formats.significant(3e15)
