# SPDX-License-Identifier: Apache-2.0
"""An imported data set: its columns, its rows, and what stands out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHBoxLayout, QHeaderView, QScrollArea, QTableView, QTabWidget, QVBoxLayout, QWidget

from engine.session.array_views import ExpressionView
from engine.session.jobs import Job
from engine.session.privacy_views import PrivacyView
from engine.session.views import ColumnView, DatasetDetail, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.tables.columns_model import COLUMN, DISTRIBUTION, MISSING, RANGE, ColumnsModel, Histogram, MissingBar
from gui.tables.rows_model import Rows, RowsModel
from gui.widgets import buttons, text
from gui.widgets.arrayviewer import VIEWED as ROW_BY_ROW
from gui.widgets.arrayviewer import ArrayViewer, Source
from gui.widgets.card import Card
from gui.widgets.column_mends import column_menu, press_words
from gui.widgets.expressionview import ExpressionPanel
from gui.widgets.findings import FindingsList
from gui.widgets.outcomelook import OutcomeLook
from gui.widgets.privacycard import PrivacyCard

MOST_MEASURED = 60
"""Columns whose width is measured; the others get the usual width, so a wide table opens at once."""
VIEWED = ("expression", *ROW_BY_ROW)
"""Kinds of columns of arrays that there is a viewer for."""
MOST_LETTERS = 40
"""No column is made wider than this many digits by what stands in it."""


class DatasetWidget(QWidget):
    """Three tabs over one DatasetDetail, and a fourth while somebody looks inside a column of arrays.

    Signals:
        mend(MendView): a person wants this done to the data set.
    """

    mend = Signal(object)

    def __init__(self, bridge: Bridge, on_problem: Callable[[ProblemView], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: DatasetDetail | None = None
        self._marked: tuple[int, ...] = ()
        self._at = 0
        self.findings = FindingsList(press_words)
        self.findings.mend.connect(self.mend)
        self.findings.show_rows.connect(self.show_rows)
        card = Card()
        card.content.addWidget(self.findings)
        card.content.addStretch(1)
        findings_side = _scrolled(card)

        self.columns_model = ColumnsModel(self)
        self.columns = QTableView()
        self.columns.setModel(self.columns_model)
        self.columns.setItemDelegateForColumn(MISSING, MissingBar(self.columns))
        self.columns.setItemDelegateForColumn(DISTRIBUTION, Histogram(self.columns))
        self.columns.verticalHeader().setVisible(False)
        self.columns.setShowGrid(False)
        self.columns.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.columns.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.columns.customContextMenuRequested.connect(self._menu_at)
        self.columns.doubleClicked.connect(lambda index: self._menu_at(self.columns.visualRect(index).center()))
        header = self.columns.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(DISTRIBUTION, QHeaderView.ResizeMode.Stretch)

        self.rows_model = RowsModel(bridge, on_problem, self)
        self.rows_model.dataChanged.connect(self._widen)
        self._widened = False
        self.rows = QTableView()
        self.rows.setModel(self.rows_model)
        self.rows.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.rows.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.rows.setWordWrap(False)
        self.rows.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        for table in (self.columns, self.rows):
            table.setTabKeyNavigation(False)
            table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
            table.setMinimumHeight(240)
        self._mark = QWidget()
        self._mark_words = text.body()
        self._next = buttons.quiet()
        self._next.clicked.connect(lambda: self._go_to(self._at + 1))
        mark_row = QHBoxLayout(self._mark)
        mark_row.setContentsMargins(0, 0, 0, 0)
        mark_row.addWidget(self._mark_words, 1)
        mark_row.addWidget(self._next)
        rows_side = QWidget()
        rows_layout = QVBoxLayout(rows_side)
        rows_layout.setContentsMargins(0, 8, 0, 0)
        rows_layout.addWidget(self._mark)
        rows_layout.addWidget(self.rows, 1)
        columns_side = QWidget()
        columns_layout = QVBoxLayout(columns_side)
        columns_layout.setContentsMargins(0, 8, 0, 0)
        self.expression = ExpressionPanel(bridge, on_problem)
        self.expression.setVisible(False)
        self.viewer = ArrayViewer(bridge, on_problem)
        self.viewer.setVisible(False)
        self.rows.doubleClicked.connect(lambda index: self._look_at(index.column(), index.row()))
        self._look: Callable[[str], Job[ExpressionView]] | None = None
        self._inside = ""
        self._offer = QWidget()
        self._offer_words = text.muted()
        self.look_inside = buttons.plain()
        self.look_inside.clicked.connect(self._look_inside)
        offer_row = QHBoxLayout(self._offer)
        offer_row.setContentsMargins(0, 0, 0, 0)
        offer_row.addWidget(self._offer_words, 1)
        offer_row.addWidget(self.look_inside)
        columns_layout.addWidget(self._offer)
        self.change = buttons.plain()
        self.change.clicked.connect(lambda: self._menu_at(self.columns.visualRect(self.columns.currentIndex()).center()))
        self._change_hint = text.muted()
        self._change = QWidget()
        change_row = QHBoxLayout(self._change)
        change_row.setContentsMargins(0, 0, 0, 0)
        change_row.addWidget(self.change)
        change_row.addWidget(self._change_hint, 1)
        columns_layout.addWidget(self._change)
        columns_layout.addWidget(self.columns)
        self.columns.selectionModel().selectionChanged.connect(lambda _new, _old: self._say_offer())
        self.columns.activated.connect(lambda _index: self._look_inside())
        self._rows_side = rows_side

        self.columns.selectionModel().currentRowChanged.connect(lambda *_: self._say_change())
        self.columns_model.modelReset.connect(self._say_change)
        self.tabs = QTabWidget()
        self.tabs.addTab(columns_side, "")
        self.tabs.addTab(rows_side, "")
        self.tabs.addTab(findings_side, "")
        self.privacy = PrivacyCard()
        self.privacy.show_rows.connect(self.show_rows)
        self.privacy_side = _scrolled(self.privacy)
        self.tabs.addTab(self.privacy_side, "")
        self.outcome = OutcomeLook()
        self.outcome.mend.connect(self.mend)
        self.outcome.show_rows.connect(self.show_rows)
        self._outcome_side = _scrolled(self.outcome)
        self.tabs.addTab(self._outcome_side, "")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.tabs, 1)
        self._mark.setVisible(False)

    def show_detail(
        self,
        detail: DatasetDetail,
        fetch: Callable[[int, int], Job[Rows]],
        look: Callable[[str], Job[ExpressionView]] | None = None,
        source: Source | None = None,
    ) -> None:
        """Show a data set; ``fetch(start, count)`` starts a job for its rows, ``look(column)`` one for a view of gene expression.

        ``source`` gives images and signals row by row. The same data set keeps its place.
        """
        self._look = look
        before = self._detail
        same = before is not None and before.dataset == detail.dataset and before.recipe == detail.recipe
        self._detail = detail
        row = self.columns.currentIndex().row()
        self.columns_model.show_columns(detail.columns)
        if before is not None and before.dataset.id == detail.dataset.id:
            self.columns.selectRow(min(row, len(detail.columns) - 1))
        self._change.setVisible(not detail.presence)
        self.findings.show_findings(detail.findings)
        if not same:
            self._close_viewer()
            self._marked = ()
            self._widened = False
            header = tuple(column.name for column in detail.columns)
            self.rows_model.show_data(header, detail.dataset.rows, fetch)
            self._measure(header)
            self.viewer.show_dataset(detail.dataset.id, detail.columns, detail.dataset.rows, source)
        self.retranslate()

    def show_privacy(self, view: PrivacyView | None) -> None:
        """What the privacy check found, or how far it is."""
        self.privacy.show_privacy(view, self._detail.recipe if self._detail is not None else ())
        self.retranslate()

    def _menu_at(self, place: QPoint) -> None:
        index = self.columns.indexAt(place)
        if not index.isValid() or self._detail is None or self._detail.presence:  # a join is mended in its members
            return
        menu = column_menu(index.data(COLUMN), self.mend.emit, self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.columns.viewport().mapToGlobal(place))

    def _say_change(self) -> None:
        self.change.setEnabled(self.columns.currentIndex().isValid())

    def clear(self) -> None:
        """Show nothing; drop what is still coming."""
        self.privacy.show_privacy(None, ())
        self.outcome.show_detail(None)
        self._detail = None
        self._marked = ()
        self._look = None
        self._close_viewer()
        self.columns_model.show_columns(())
        self.rows_model.show_data((), 0, None)
        self.findings.show_findings(())

    def _measure(self, header: tuple[str, ...]) -> None:
        wide = self.fontMetrics().horizontalAdvance("0")
        self.rows.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)
        self.columns.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 20)
        self.rows.horizontalHeader().setDefaultSectionSize(14 * wide)
        for number, name in enumerate(header[:MOST_MEASURED]):
            self.rows.setColumnWidth(number, max(9 * wide, self.fontMetrics().horizontalAdvance(name) + 4 * wide))
        self.columns.resizeColumnsToContents()
        self.columns.setColumnWidth(MISSING, 18 * wide)
        self.columns.setColumnWidth(RANGE, max(self.columns.columnWidth(RANGE), 20 * wide))

    def _widen(self) -> None:
        """Once the first rows have come: columns as wide as what stands in them, within reason."""
        if self._widened:
            return
        self._widened = True
        most = MOST_LETTERS * self.fontMetrics().horizontalAdvance("0")
        for number in range(min(self.rows_model.columnCount(), MOST_MEASURED)):
            self.rows.setColumnWidth(number, max(self.rows.columnWidth(number), min(most, self.rows.sizeHintForColumn(number))))

    def _chosen_column(self) -> ColumnView | None:
        """The selected column, when there is a viewer for it."""
        rows = self.columns.selectionModel().selectedRows()
        column = rows[0].data(COLUMN) if len(rows) == 1 else None
        return column if self._look is not None and isinstance(column, ColumnView) and column.kind in VIEWED else None

    def _say_offer(self) -> None:
        column = self._chosen_column()
        self._offer.setVisible(column is not None)
        if column is not None:
            self._offer_words.setText(self.tr("“{column}” holds one array for each row.").format(column=column.name))

    def _look_inside(self) -> None:
        """Open the viewer of the selected column."""
        column = self._chosen_column()
        if column is None or self._look is None:
            return
        if column.kind in ROW_BY_ROW:
            self._look_at(self.columns.selectionModel().selectedRows()[0].row())
            return
        if self.tabs.indexOf(self.expression) < 0:
            self.tabs.addTab(self.expression, self.tr("Inside {column}").format(column=column.name))
        self._inside = column.name
        self.expression.show_job(self._look(column.name))
        self.tabs.setCurrentWidget(self.expression)
        self.retranslate()

    def _look_at(self, column: int, row: int | None = None) -> None:
        """Open the viewer of images and signals at this column, and this row (0-based)."""
        if self._detail is None or self._detail.columns[column].kind not in ROW_BY_ROW:
            return
        if self.tabs.indexOf(self.viewer) < 0:
            self.tabs.addTab(self.viewer, self.tr("Row by row"))
        self.tabs.setCurrentWidget(self.viewer)
        self.viewer.look_at(self._detail.columns[column].name, row)

    def _close_viewer(self) -> None:
        self.expression.clear()
        self.viewer.show_dataset("", (), 0, None)
        for viewer in (self.expression, self.viewer):
            if (place := self.tabs.indexOf(viewer)) >= 0:
                self.tabs.removeTab(place)

    def show_rows(self, rows: tuple[int, ...]) -> None:
        """Mark these rows (0-based) in the table and go to the first."""
        self._marked = rows
        self.tabs.setCurrentWidget(self._rows_side)
        selection = QItemSelection()
        last = self.rows_model.columnCount() - 1
        for row in rows:
            selection.select(self.rows_model.index(row, 0), self.rows_model.index(row, last))
        self.rows.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._go_to(0)

    def _go_to(self, number: int) -> None:
        self._at = number % len(self._marked)
        index = self.rows_model.index(self._marked[self._at], 0)
        self.rows.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.rows.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self._say_mark()

    def _say_mark(self) -> None:
        self._mark.setVisible(bool(self._marked))
        if self._marked:
            words = self.tr("Row {row}: {number} of {count} marked rows")
            row = formats.count(self._marked[self._at] + 1)
            self._mark_words.setText(words.format(row=row, number=self._at + 1, count=len(self._marked)))
            self._next.setEnabled(len(self._marked) > 1)

    def retranslate(self) -> None:
        """Every string."""
        columns = rows = findings = "0"
        if self._detail is not None:
            findings = formats.count(len(self._detail.findings))
            columns, rows = formats.count(len(self._detail.columns)), formats.count(self._detail.dataset.rows)
        self.tabs.setTabText(0, self.tr("Columns ({count})").format(count=columns))
        self.tabs.setTabText(1, self.tr("Rows ({count})").format(count=rows))
        self.tabs.setTabText(2, self.tr("What stands out ({count})").format(count=findings))
        self.tabs.setTabText(3, self.tr("Privacy ({count})").format(count=formats.count(self.privacy.count)))
        self.privacy.retranslate()
        self.tabs.setTabText(self.tabs.indexOf(self._outcome_side), self.tr("With an outcome"))
        self.outcome.retranslate()
        for tabs in (self.tabs, self.tabs.tabBar()):
            tabs.setAccessibleName(self.tr("Parts of the data set"))
        self.columns.setAccessibleName(self.tr("Columns of the data set"))
        self.rows.setAccessibleName(self.tr("Rows of the data set"))
        if (place := self.tabs.indexOf(self.expression)) >= 0:
            self.tabs.setTabText(place, self.tr("Inside {column}").format(column=self._inside))
        if (place := self.tabs.indexOf(self.viewer)) >= 0:
            self.tabs.setTabText(place, self.tr("Row by row"))
        self.viewer.retranslate()
        self.look_inside.setText(self.tr("Look inside"))
        self.expression.retranslate()
        self._say_offer()
        self.change.setText(self.tr("Mend this column…"))
        self._change_hint.setText(self.tr("Choose a column; its menu has what can be done to it."))
        self._say_change()
        self._next.setText(self.tr("Next marked row"))
        self._say_mark()


def _scrolled(widget: QWidget) -> QScrollArea:
    """A side of the tabs that is longer than the page."""
    side = QScrollArea()
    side.setWidgetResizable(True)
    side.setFrameShape(QFrame.Shape.NoFrame)
    side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    side.setWidget(widget)
    return side
