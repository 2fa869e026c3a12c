# SPDX-License-Identifier: Apache-2.0
"""The Results page on a real finished study, and each part of a report on figures that are known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.session.views import ClassLine, ComparisonLine, CurveView, ReportView, ResultsView
from gui import formats
from gui.desk import Desk
from gui.pages.results import ResultsPage
from gui.widgets.layouts import Beside
from gui.widgets.report_classes import ClassesTab, ConfusionTab
from gui.widgets.report_curves import CalibrationTab, RocTab, height_at
from gui.widgets.report_summary import SummaryTab
from gui.widgets.report_table import MUTED, Cell, StillTable
from tests.support.hospital import STUDY, manifest
from tests.support.lead import Lead
from tests.support.taking_part import clipped, silent, take_part, unnamed

WAIT = 60_000


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, manifest(rounds=2))
    yield made
    made.close()


def show(desk: Desk) -> ResultsPage:
    desk.window.go("results")
    page = desk.window.pages["results"]
    assert isinstance(page, ResultsPage)
    return page


def finished(desk: Desk, lead: Lead, folder: Path, qtbot: QtBot) -> ResultsPage:
    take_part(desk.session, lead, folder)
    desk.session.start(STUDY)
    qtbot.waitUntil(lambda: desk.session.training(STUDY).state == "done", timeout=WAIT)
    page = show(desk)
    qtbot.waitUntil(page.tabs.isVisible, timeout=WAIT)
    return page


def cells(table: StillTable) -> list[list[str]]:
    return [[table.item(row, column).text() for column in range(table.columnCount())] for row in range(table.rowCount())]


def test_before_the_first_round_the_page_leads_to_training(open_desk: Desk) -> None:
    page = show(open_desk)
    assert page.primary is None
    assert not page.tabs.isVisible()
    page.empty.button.click()
    assert open_desk.window.current == "training"


def test_results_appear_by_themselves_while_training(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    take_part(open_desk.session, lead, tmp_path)
    page = show(open_desk)
    assert page.empty.isVisible()
    open_desk.session.start(STUDY)
    qtbot.waitUntil(page.tabs.isVisible, timeout=WAIT)
    qtbot.waitUntil(lambda: page.summary.outcome.accessibleName() == "The final result", timeout=WAIT)


def test_what_is_shown_is_what_the_session_says(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = finished(open_desk, lead, tmp_path, qtbot)
    view = open_desk.session.results(STUDY).result(60)
    assert view.federation is not None
    assert view.mine is not None
    assert f"{round(view.federation.accuracy * view.federation.rows)} of {view.federation.rows}" in page.summary._sentences.text()
    assert [row[1] for row in cells(page.summary.table)] == [formats.percent(line.accuracy) for line in view.comparison]
    most = max(line.support for line in view.federation.classes)
    assert f"always answering “no” would be right for {most} of {view.federation.rows}" in page.summary._sentences.text()
    assert len(view.comparison) == 3
    assert view.personalised_reason in page.summary._kept.words.text()
    assert page.summary._hash.text().replace(" ", "") == view.model_sha256
    for at in range(1, page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        shown = [each for each in page._pages if each.isVisible()]
        assert shown == [page._pages[at]]
        qtbot.waitUntil(page._switch.isVisible, timeout=WAIT)
        assert page._reports[at - 1].card.accessibleName() == view.federation.title
        assert not unnamed(page)
    assert [row[0] for row in cells(page.classes.table)] == [line.label for line in (*view.federation.classes, *view.federation.averages)]
    page.of_mine.click()
    assert page.calibration.card.accessibleName() == view.mine.title
    assert page.classes.table.item(0, 1).text() == formats.decimal(view.mine.classes[0].precision)
    page.tabs.setCurrentIndex(0)
    assert not page._switch.isVisible()


def test_the_report_is_written_where_the_person_says(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = finished(open_desk, lead, tmp_path, qtbot)
    assert not page.exported.isVisible()
    page.export.click()
    assert page._dialog is not None
    folder = tmp_path / "报告"
    folder.mkdir()
    page._dialog.fileSelected.emit(str(folder))
    page._dialog.close()
    qtbot.waitUntil(page.exported.isVisible, timeout=WAIT)
    names = sorted(file.name for file in folder.iterdir())
    assert "federation.html" in names
    assert all(name in page.exported.words.text() for name in names)
    assert page.export.isEnabled()
    page.export_to(str(tmp_path / "records-1.csv"))  # a file, not a folder
    qtbot.waitUntil(open_desk.window.banner.isVisible, timeout=WAIT)
    assert open_desk.window.banner.problem is not None
    assert open_desk.window.banner.problem.code == "E-FILE-01"
    assert page.export.isEnabled()


def test_every_word_changes_with_the_language_and_none_is_cut(open_desk: Desk, lead: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    page = finished(open_desk, lead, tmp_path, qtbot)
    open_desk.window.resize(1024, 640)

    def said() -> set[str]:
        heads = {page.tabs.tabText(0), page.tabs.tabText(1), page.export.text(), page.of_mine.text(), page.of_all.text()}
        parts = {page.summary._sentences.text(), page.summary._kept.words.text(), page.classes._terms.text()}
        return heads | parts | {tab.card.accessibleName() for tab in page._reports} | {page.calibration._scores.text()}

    english = said()
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    open_desk.choose_language("zh")
    title = open_desk.session.results(STUDY).result(60).federation
    assert title is not None
    qtbot.waitUntil(lambda: page.classes.card.accessibleName() == title.title, timeout=WAIT)
    assert not english & said()
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
        assert not unnamed(page)
        assert not silent(page)


# ---------------------------------------------------------------- the parts, on known figures

NAMES = ("benign", "malignant", "rare")


def report() -> ReportView:
    classes = (
        ClassLine("benign", 0.96, 0.98, 0.97, 71, 0.99),
        ClassLine("malignant", 0.95, 0.91, 0.93, 38, 0.98),
        ClassLine("rare", None, 0.25, None, 4, None),
    )
    averages = (ClassLine("macro average", 0.9, 0.7, 0.8, 113, None),)
    curves = tuple(CurveView(name, (0.0, 0.0, 0.5, 1.0), (0.0, 0.6, 0.9, 1.0)) for name in NAMES)
    calibration = tuple(CurveView(name, (0.1, 0.9), (0.0, 1.0), (63, 4)) for name in NAMES)
    confusion = ((70, 1, 0), (3, 34, 1), (1, 3, 0))
    return ReportView("All sites", 113, 0.92, 0.2, 0.05, None, classes, averages, confusion, curves, calibration)


def tab(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(820, 600)
    widget.show()


def test_a_class_with_few_patients_is_grey_and_said_so_in_words(qtbot: QtBot) -> None:
    classes = ClassesTab()
    classes.show_report(report())
    tab(qtbot, classes)
    rows = cells(classes.table)
    assert rows[2] == ["rare", "–", "0.250", "–", "–", "4", "too few patients to judge"]
    assert [row[6] for row in rows] == ["", "", "too few patients to judge", ""]
    assert [bool(classes.table.item(row, 0).data(MUTED)) for row in range(4)] == [False, False, True, False]
    assert "rare" in classes._few.text()


def test_the_confusion_is_said_in_sentences(qtbot: QtBot) -> None:
    confusion = ConfusionTab()
    confusion.show_report(report())
    tab(qtbot, confusion)
    assert confusion._words.text().split("\n") == [
        "benign: the model finds 70 of 71 patients, and takes 1 for malignant.",
        "malignant: the model finds 34 of 38 patients, and takes 3 for benign.",
        "rare: the model finds 0 of 4 patients, and takes 3 for malignant.",
    ]
    assert cells(confusion.table)[1] == ["malignant", "3 (8%)", "34 (89%)", "1 (3%)", "38"]


def test_the_roc_curve_has_the_line_of_chance_and_the_auc_in_words(qtbot: QtBot) -> None:
    roc = RocTab()
    roc.show_report(report())
    tab(qtbot, roc)
    assert [line.label for line in roc.chart._lines] == ["Chance", "benign: AUC 0.990", "malignant: AUC 0.980", "rare: AUC –"]
    assert roc.chart._lines[0].x == roc.chart._lines[0].y == (0.0, 100.0)
    assert len({(line.style, line.points) for line in roc.chart._lines}) == 4
    assert "malignant: AUC 0.980" in roc.chart.accessibleDescription()
    assert cells(roc.table)[0] == ["benign", "0.990", "63%", "66%", "72%"]
    assert cells(roc.table)[2][0] == "rare *"
    assert roc._few.isVisible()


def test_calibration_shows_how_many_patients_are_behind_each_point(qtbot: QtBot) -> None:
    calibration = CalibrationTab()
    calibration.show_report(report())
    tab(qtbot, calibration)
    assert cells(calibration.table) == [["10%", "0%", "63"], ["90%", "100%", "4 *"]]
    assert calibration.box.currentText() == "rare"
    calibration.box.setCurrentIndex(0)
    calibration.box.activated.emit(0)
    assert calibration.chart._lines[1].label == "benign"
    calibration.show_report(report())
    assert calibration.box.currentText() == "benign"


@pytest.mark.parametrize(
    ("alone", "together", "said"),
    [(0.90, 0.95, "5.0 more"), (0.95, 0.90, "5.0 fewer"), (0.9, 0.9, "as good as your site alone")],
)
def test_the_gain_is_said_as_it_is(qtbot: QtBot, alone: float, together: float, said: str) -> None:
    lines = (ComparisonLine("local", alone, alone, None, ""), ComparisonLine("federated", together, together, None, ""))
    summary = SummaryTab()
    summary.show_results(ResultsView("s", "S", False, 3, report(), None, lines, None, "", "ab" * 32, ()))
    tab(qtbot, summary)
    assert said in summary._gain.text()
    assert summary.outcome.accessibleName() == "After round 3"
    assert "come with the final result" in summary._sentences.text()
    assert not summary._kept.isVisible()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12), st.floats(0, 1))
def test_the_height_of_a_rising_curve_lies_between_its_points(points: list[tuple[float, float]], x: float) -> None:
    xs, ys = sorted(p[0] for p in points), sorted(p[1] for p in points)
    height = height_at(CurveView("c", tuple(xs), tuple(ys)), x)
    if not xs[0] <= x <= xs[-1]:
        assert height is None
    else:
        assert height is not None
        below = max(y for at, y in zip(xs, ys, strict=True) if at <= x)
        above = min((y for at, y in zip(xs, ys, strict=True) if at >= x), default=ys[-1])
        assert min(below, above) - 1e-9 <= height <= max(below, above) + 1e-9


def test_a_table_is_as_tall_as_its_rows_and_keeps_its_last_column_readable(qtbot: QtBot) -> None:
    table = StillTable(stretch=-1)
    tab(qtbot, table)
    table.show_rows(("A", "B"), [(Cell("short"), Cell("a long sentence that has to be wrapped " * 6))] * 3)
    table.resize(500, 100)
    table.resize(500, table.sizeHint().height())
    assert table.verticalScrollBar().maximum() == 0
    assert table.columnWidth(0) + table.columnWidth(1) == table.viewport().width()
    table.resize(160, 100)
    table.resize(160, table.sizeHint().height())
    assert table.columnWidth(1) > 160
    assert table.verticalScrollBar().maximum() == 0


def test_widgets_stand_side_by_side_while_they_fit(qtbot: QtBot) -> None:
    parts = [QWidget() for _ in range(3)]
    for part in parts:
        part.setMinimumSize(100, 40)
    row = Beside(*parts, stretch=(0, 1, 2), spacing=10)
    tab(qtbot, row)
    row.resize(620, 60)
    assert row.in_row()
    assert [part.width() for part in parts] == [100, 166, 333]
    assert all(before.geometry().right() < after.geometry().left() for before, after in itertools.pairwise(parts))
    assert row.heightForWidth(620) == 40
    row.resize(300, 200)
    assert not row.in_row()
    assert {part.width() for part in parts} == {300}
    assert row.heightForWidth(300) == 3 * 40 + 2 * 10
    assert row.minimumSizeHint().width() == 100
    parts[0].hide()
    row.resize(210, 60)
    assert row.in_row()
