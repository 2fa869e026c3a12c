# SPDX-License-Identifier: Apache-2.0
"""The data page on the real session: looking at a file, importing it, its columns and rows, deleting it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from PySide6.QtCore import QItemSelectionModel, QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from gui import formats
from gui.bridge import Bridge
from gui.desk import Desk
from gui.pages.data import DataPage
from gui.tables import rows_model
from gui.tables.columns_model import DISTRIBUTION, KIND, MISSING, NAME, UNIT
from gui.tables.rows_model import KEPT_PAGES, PAGE_ROWS, WAITING, RowsModel
from gui.widgets.choice import ChoiceBox


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


def test_what_a_format_asks_is_a_form_that_reads_the_file_again(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> None:
    book = openpyxl.Workbook()
    for name in ("Winter", "Summer"):
        sheet = book.create_sheet(name)
        for row in (["Ward 3"], ["age", name], *([20 + number, number] for number in range(30))):
            sheet.append(row)
    path = tmp_path / "visits.xlsx"
    book.save(path)
    page = data_page(open_desk)
    previewed(page, path, qtbot)
    preview = page.preview
    names = lambda: [preview.model.headerData(place, Qt.Orientation.Horizontal) for place in range(preview.model.columnCount())]  # noqa: E731
    assert names() == ["age", "Winter"]
    assert not preview.encoding.isVisible()
    sheets, header = preview.options._fields["sheet"], preview.options._fields["header"]
    assert isinstance(sheets, ChoiceBox)
    assert isinstance(header, QLineEdit)
    assert [sheets.itemText(place) for place in range(sheets.count())] == ["Find out", "Sheet", "Winter", "Summer"]
    sheets.setCurrentIndex(3)
    sheets.activated.emit(3)
    qtbot.waitUntil(lambda: names() == ["age", "Summer"], timeout=20_000)
    header = preview.options._fields["header"]
    assert isinstance(header, QLineEdit)
    header.setText("second")
    header.editingFinished.emit()
    qtbot.waitUntil(open_desk.window.banner.isVisible, timeout=20_000)
    assert open_desk.window.banner.problem is not None
    assert open_desk.window.banner.problem.code == "E-DATA-31"
    header.setText("0")
    header.editingFinished.emit()
    qtbot.waitUntil(lambda: names() == ["column 1", "column 2"], timeout=20_000)
    assert preview.choices().settings == {"sheet": "Summer", "header": "0"}
    header = preview.options._fields["header"]
    assert isinstance(header, QLineEdit)
    header.setText("")
    header.editingFinished.emit()
    qtbot.waitUntil(lambda: names() == ["age", "Summer"], timeout=20_000)
    page.main.click()
    loaded(page, qtbot)
    assert [column.name for column in open_desk.session.dataset(page._current).result(20).columns] == ["age", "Summer"]
    previewed(page, path, qtbot)
    qtbot.waitUntil(lambda: names() == ["age", "Winter"], timeout=20_000)
    assert preview.choices().settings == {}


def test_the_file_dialog_offers_what_can_be_read(open_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    page = data_page(open_desk)
    asked: list[str] = []

    def answer(parent: object, title: str, folder: str, kinds: str) -> tuple[str, str]:
        asked.append(kinds)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer)
    page.drop.button.click()
    (kinds,) = asked
    for pattern in open_desk.session.file_patterns():
        assert f" {pattern}" in kinds.replace("(", " ")
        assert pattern.removeprefix("*.") in page.drop._words.text()
    assert {"*.csv", "*.parquet", "*.xlsx"} <= set(open_desk.session.file_patterns())


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
    selected = page.preview.table.selectionModel().selectedRows()
    assert [page.preview.model.headerData(index.row(), Qt.Orientation.Vertical) for index in selected] == ["42"]
    assert page.preview.model.index(selected[0].row(), 0).data() == "A40"
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
    qtbot.waitUntil(lambda: page.height() < 1.5 * before, timeout=10_000)


def test_large_whole_numbers_are_written_out(open_desk: Desk) -> None:
    assert formats.significant(402512.0) == "402,512"
    assert formats.significant(0.00012346) == "0.0001235"
    assert formats.significant(27.671) == "27.67"
    assert formats.significant(-12345.6) == "-12,346"
    assert "e+" in formats.significant(3e15)
