# SPDX-License-Identifier: Apache-2.0
"""A read-only table that is as tall as its rows, for the few lines of a plan or a report; the page scrolls, the table does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QIcon, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gui.theme.tokens import tokens_of

BAR = int(Qt.ItemDataRole.UserRole) + 1
TINT = int(Qt.ItemDataRole.UserRole) + 2
MUTED = int(Qt.ItemDataRole.UserRole) + 3
BAR_HEIGHT = 6


@dataclass(frozen=True)
class Cell:
    """One cell: its words and how they stand. ``bar`` (0…1) draws a bar under them, ``tint`` (0…1) shades the ground."""

    text: str
    right: bool = False
    strong: bool = False
    muted: bool = False
    bar: float | None = None
    tint: float | None = None
    icon: QIcon | None = None
    tip: str = ""


class StillTable(QTableWidget):
    """Rows of cells under headers. ``stretch`` is the column that takes the room left over."""

    def __init__(self, stretch: int = -1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretch = stretch
        self.setItemDelegate(_Delegate(self))
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setAlternatingRowColors(True)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().setVisible(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(self, headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Put these rows in place of the old ones."""
        selected = self.currentRow()
        self.setColumnCount(len(headers))
        self.setRowCount(len(rows))
        for column, words in enumerate(headers):
            header = QTableWidgetItem(words)
            right = bool(rows) and rows[0][column].right
            header.setTextAlignment(_alignment(right))
            self.setHorizontalHeaderItem(column, header)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                self.setItem(row, column, _item(cell, self.font()))
        if 0 <= selected < len(rows):
            self.selectRow(selected)
        self._fit()

    def _fit(self) -> None:
        header = self.horizontalHeader()
        self.resizeColumnsToContents()
        if self.columnCount():
            taken = sum(self.columnWidth(column) for column in range(self.columnCount()))
            left = self.viewport().width() - taken
            column = self._stretch % self.columnCount()
            wanted = self.columnWidth(column)
            least = max(header.sectionSizeHint(column), min(wanted, 26 * self.fontMetrics().horizontalAdvance("n")))
            self.setColumnWidth(column, max(least, wanted + left))
        self.resizeRowsToContents()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def sizeHint(self) -> QSize:
        rows = sum(self.rowHeight(row) for row in range(self.rowCount()))
        header = self.horizontalHeader().sizeHint().height()
        wide = sum(self.columnWidth(column) for column in range(self.columnCount())) > self.viewport().width()
        scroll = self.horizontalScrollBar().sizeHint().height() if wide else 0
        return QSize(super().sizeHint().width(), rows + header + scroll + 2 * self.frameWidth() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())


class _Delegate(QStyledItemDelegate):
    """Adds the bar, the tint and the muted words; the rest is Qt's."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        tokens = tokens_of(option.widget.palette())
        tint, bar = index.data(TINT), index.data(BAR)
        if tint is not None:
            ground = QColor(tokens.accent)
            ground.setAlphaF(0.08 + 0.42 * float(tint))
            painter.fillRect(option.rect, ground)
        super().paint(painter, option, index)
        if bar is not None:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            room = QRectF(option.rect).adjusted(10, 0, -10, 0)
            room.setTop(option.rect.bottom() - BAR_HEIGHT - 5)
            room.setHeight(BAR_HEIGHT)
            painter.setBrush(tokens.raised)
            painter.drawRoundedRect(room, 3, 3)
            room.setWidth(max(BAR_HEIGHT, room.width() * min(1.0, max(0.0, float(bar)))))
            painter.setBrush(tokens.accent)
            painter.drawRoundedRect(room, 3, 3)
            painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        if index.data(MUTED):
            muted = tokens_of(option.widget.palette()).muted
            option.palette.setColor(option.palette.ColorRole.Text, muted)
        if index.data(TINT) is not None:
            option.features &= ~QStyleOptionViewItem.ViewItemFeature.Alternate

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        hint = super().sizeHint(option, index)
        hint.setHeight(max(hint.height(), QFontMetrics(option.font).height() + 12))
        if index.data(BAR) is not None:
            hint.setHeight(hint.height() + BAR_HEIGHT + 4)
            hint.setWidth(max(hint.width(), 5 * QFontMetrics(option.font).height()))
        return hint


def _item(cell: Cell, font: QFont) -> QTableWidgetItem:
    item = QTableWidgetItem(cell.text)
    item.setTextAlignment(_alignment(cell.right, top=cell.bar is not None))
    if cell.strong:
        bold = QFont(font)
        bold.setBold(True)
        item.setFont(bold)
    if cell.icon is not None:
        item.setIcon(cell.icon)
    if cell.tip:
        item.setToolTip(cell.tip)
    item.setData(BAR, cell.bar)
    item.setData(TINT, cell.tint)
    item.setData(MUTED, cell.muted)
    return item


def _alignment(right: bool, top: bool = False) -> Qt.AlignmentFlag:
    across = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return across | (Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
