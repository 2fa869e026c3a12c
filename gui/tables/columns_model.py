# SPDX-License-Identifier: Apache-2.0
"""The columns of a data set as a table: name, kind, unit, missing, distinct, range, and a small drawing of the distribution."""

from __future__ import annotations

from abc import abstractmethod

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.session.views import BarView, ColumnView
from gui import formats
from gui.theme.tokens import tokens_of

Index = QModelIndex | QPersistentModelIndex
NAME, KIND, UNIT, MISSING, DISTINCT, RANGE, DISTRIBUTION = range(7)
COLUMN = Qt.ItemDataRole.UserRole
"""Role: the ColumnView itself."""


class ColumnsModel(QAbstractTableModel):
    """One row a column."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns: tuple[ColumnView, ...] = ()

    def show_columns(self, columns: tuple[ColumnView, ...]) -> None:
        """Replace everything."""
        self.beginResetModel()
        self._columns = columns
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else DISTRIBUTION + 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        column = self._columns[index.row()]
        if role == COLUMN:
            return column
        if role == Qt.ItemDataRole.DisplayRole:
            return _shown(column, index.column())
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _said(column, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() == DISTINCT:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (
                self.tr("Column"),
                self.tr("Kind"),
                self.tr("Unit"),
                self.tr("Missing"),
                self.tr("Distinct"),
                self.tr("Range, mean"),
                self.tr("Distribution"),
            )[section]
        return None


def kind_word(kind: str) -> str:
    """What a person calls a column of this kind."""
    translate = QCoreApplication.translate
    words = {
        "numeric": translate("ColumnsModel", "Number"),
        "category": translate("ColumnsModel", "Category"),
        "flag": translate("ColumnsModel", "Yes or no"),
        "text": translate("ColumnsModel", "Text"),
        "empty": translate("ColumnsModel", "Empty"),
        "expression": translate("ColumnsModel", "Gene expression"),
        "image": translate("ColumnsModel", "Image"),
        "signal": translate("ColumnsModel", "Signal"),
        "series": translate("ColumnsModel", "Time series"),
        "molecule": translate("ColumnsModel", "Molecule"),
        "notes": translate("ColumnsModel", "Clinical notes"),
    }
    return words.get(kind, kind)


def _shown(column: ColumnView, section: int) -> str:
    if section == RANGE and column.minimum is not None:
        words = QCoreApplication.translate("ColumnsModel", "{low} to {high}, {mean}")
        parts = (formats.significant(value) for value in (column.minimum, column.maximum, column.mean))
        low, high, mean = parts
        return words.format(low=low, high=high, mean=mean)
    return {
        NAME: column.name,
        KIND: kind_word(column.kind),
        UNIT: column.unit,
        MISSING: formats.percent(column.missing_share),
        DISTINCT: "" if column.shape else formats.count(column.distinct),  # arrays are not compared
    }.get(section, "")


def _said(column: ColumnView, section: int) -> str:
    if section == DISTRIBUTION:
        return "\n".join(f"{_bar_name(bar)}: {formats.count(bar.count)}" for bar in column.bars)
    if section == MISSING:
        words = QCoreApplication.translate("ColumnsModel", "{count} missing ({share})")
        return words.format(count=formats.count(column.missing), share=formats.percent(column.missing_share))
    return _shown(column, section)


def _bar_name(bar: BarView) -> str:
    if bar.label:
        return bar.label
    words = QCoreApplication.translate("ColumnsModel", "{low} to {high}")
    return words.format(low=formats.significant(bar.low), high=formats.significant(bar.high))


class _Drawing(QStyledItemDelegate):
    """Draws the row's ground as the style does, then something of its own."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        ground = QStyleOptionViewItem(option)
        self.initStyleOption(ground, index)
        ground.text = ""
        widget = option.widget
        style = widget.style() if widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, ground, painter, widget)
        column = index.data(COLUMN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        self.draw(painter, QRectF(option.rect).adjusted(8, 6, -8, -6), column, widget)
        painter.restore()

    @abstractmethod
    def draw(self, painter: QPainter, room: QRectF, column: ColumnView, widget: QWidget) -> None:
        """Draw into ``room``."""


class MissingBar(_Drawing):
    """The share of missing values as a bar with its number."""

    def draw(self, painter: QPainter, room: QRectF, column: ColumnView, widget: QWidget) -> None:
        tokens = tokens_of(widget.palette())
        words = formats.percent(column.missing_share)
        width = widget.fontMetrics().horizontalAdvance(formats.percent(1.0)) + 10
        bar = QRectF(room.left(), room.center().y() - 4, max(10.0, room.width() - width), 8)
        painter.setBrush(tokens.line)
        painter.drawRoundedRect(bar, 4, 4)
        if column.missing:
            bar.setWidth(max(4.0, bar.width() * column.missing_share))
            painter.setBrush(tokens.warn)
            painter.drawRoundedRect(bar, 4, 4)
        painter.setPen(tokens.text if column.missing else tokens.muted)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


class Histogram(_Drawing):
    """The bars of a column, as high as the cell."""

    def draw(self, painter: QPainter, room: QRectF, column: ColumnView, widget: QWidget) -> None:
        highest = max((bar.count for bar in column.bars), default=0)
        if not highest:
            return
        tokens = tokens_of(widget.palette())
        step = min(room.width() / len(column.bars), 22.0)
        painter.setBrush(tokens.line)
        painter.drawRect(QRectF(room.left(), room.bottom() - 1, step * len(column.bars), 1))
        painter.setBrush(tokens.accent)
        for number, bar in enumerate(column.bars):
            if bar.count:
                height = max(1.5, room.height() * bar.count / highest)
                painter.drawRect(QRectF(room.left() + number * step, room.bottom() - height, max(1.0, step - 1.5), height))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(180, super().sizeHint(option, index).height())
