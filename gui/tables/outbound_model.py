# SPDX-License-Identifier: Apache-2.0
"""Everything that left this computer as a table that fetches only the rows on the screen.

The ledger may hold a hundred thousand rows. The model knows their number and holds the few thousand nearest to what is
looked at; a row that is not here yet is shown as "…" and asked for. One question is under way at a time, so answers
arrive in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon

from engine.session.views import OutboundRow, OutboundView
from gui import formats

WINDOW = 200  # rows asked for at once
KEPT = 4000  # rows held; those farthest from the last question are let go

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[str, int, int, Callable[[OutboundView], None]], None]
"""Asks for ``count`` rows from ``start`` that match a filter; the callback gets the view on the main thread."""


class OutboundModel(QAbstractTableModel):
    """The outbound ledger, newest first."""

    TIME, KIND, STUDY, ROUND, BYTES, HASH, ATTEMPTS, RECEIPT = range(8)

    totals = Signal(object)  # the newest OutboundView, for the figures above the table

    def __init__(self, fetch: Fetch, icon: Callable[[str], QIcon], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._icon = icon
        self._filter = ""
        self._total = 0
        self._rows: dict[int, OutboundRow] = {}
        self._asked = False
        self._wanted: int | None = None  # the row to ask for next
        self._stale = False  # the rows on the screen are to be asked for again
        self._generation = 0  # answers to an older filter or session are dropped
        self._seen = 0  # the row that was drawn last
        self._fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)

    # ---------------------------------------------------------------- what the page calls

    def set_filter(self, text: str) -> None:
        """Only rows that match this text from now on."""
        if text != self._filter:
            self._filter = text
            self.reload()

    def clear(self) -> None:
        """Forget every row; answers under way are dropped."""
        self._generation += 1
        self._asked = False
        self._wanted = None
        self._stale = False
        self._seen = 0
        self._reset(0)

    def reload(self) -> None:
        """Ask again from the newest; the old rows stay until the answer is here."""
        self._generation += 1
        self._asked = False
        self._wanted = None
        self._stale = False
        self._seen = 0
        self._ask(0)

    def refresh(self) -> None:
        """Look for what is new around the rows on the screen; they and the selection stay where they are."""
        if self._asked:
            self._stale = True
        else:
            self._ask(self._seen)

    def held(self, row: int) -> OutboundRow | None:
        """The row, or None where it has not been fetched yet."""
        return self._rows.get(row)

    def failed(self) -> None:
        """The question under way got no answer; the next look asks again."""
        self._asked = False
        self._wanted = None
        self._stale = False

    def retranslate(self) -> None:
        """The language changed: headers, dates, numbers here, and the words that the engine gives."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self._repaint(0, self._total)

    # ---------------------------------------------------------------- fetching

    def _want(self, row: int) -> None:
        if self._asked:
            self._wanted = row
        else:
            self._ask(row)

    def _ask(self, row: int) -> None:
        self._asked = True
        generation = self._generation
        start = max(0, row - WINDOW // 2)
        self._fetch(self._filter, start, WINDOW, lambda view: self._arrived(generation, start, view))

    def _arrived(self, generation: int, start: int, view: OutboundView) -> None:
        if generation != self._generation:
            return
        self._asked = False
        self._resize(start, view)
        low, high = start - KEPT // 2, start + KEPT // 2
        if len(self._rows) > KEPT:
            self._rows = {row: held for row, held in self._rows.items() if low <= row < high}
        self._rows.update({start + offset: row for offset, row in enumerate(view.rows)})
        self._repaint(start, start + len(view.rows))
        self.totals.emit(view)
        wanted, self._wanted = self._wanted, None
        if self._stale:
            self._stale = False
            self._ask(self._seen)
        elif wanted is not None and wanted not in self._rows:
            self._ask(wanted)

    def _resize(self, start: int, view: OutboundView) -> None:
        """Bring the number of rows up to date: new ones came in at the top; where that does not explain it, start afresh."""
        more = view.total_rows - self._total
        explained = self._total > 0 and more >= 0
        for offset, row in enumerate(view.rows):
            before = self._rows.get(start + offset - more)
            explained = explained and (before is None or before.id == row.id)
        if not explained:
            self._reset(view.total_rows)
        elif more:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._rows = {row + more: held for row, held in self._rows.items()}
            self._total = view.total_rows
            self.endInsertRows()

    def _reset(self, total: int) -> None:
        self.beginResetModel()
        self._rows = {}
        self._total = total
        self.endResetModel()

    def _repaint(self, start: int, end: int) -> None:
        if end > start:
            self.dataChanged.emit(self.index(start, 0), self.index(end - 1, self.columnCount() - 1))

    # ---------------------------------------------------------------- what the view asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else 8

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            self.tr("Time"),
            self.tr("Kind"),
            self.tr("Study"),
            self.tr("Round"),
            self.tr("Size"),
            self.tr("Hash"),
            self.tr("Attempts"),
            self.tr("Receipt"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        row = self._rows.get(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            self._seen = index.row()
            if row is None:
                self._want(index.row())
                return "…"
            return self.words(row, column)
        if row is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.sha256 if column == self.HASH else self.words(row, column)
        if role == Qt.ItemDataRole.DecorationRole and column == self.RECEIPT:
            return self._icon(row.receipt)
        if role == Qt.ItemDataRole.FontRole and column == self.HASH:
            self._fixed.setPointSizeF(QGuiApplication.font().pointSizeF())  # the text size can change at any time
            return self._fixed
        if role == Qt.ItemDataRole.UserRole:
            return row
        return None

    def words(self, row: OutboundRow, column: int) -> str:
        """One cell in words."""
        match column:
            case self.TIME:
                return formats.moment(row.time)
            case self.KIND:
                return row.kind
            case self.STUDY:
                return row.study or "–"
            case self.ROUND:
                return "–" if row.round is None else formats.count(row.round)
            case self.BYTES:
                return formats.size(row.bytes)
            case self.HASH:
                return f"{row.sha256[:8]}…"
            case self.ATTEMPTS:
                return formats.count(row.attempts)
            case _:
                return self.receipt_words(row.receipt)

    def receipt_words(self, receipt: str) -> str:
        """What became of a message, in words."""
        words = {"ok": self.tr("Received"), "waiting": self.tr("Waiting"), "failed": self.tr("Not received")}
        return words.get(receipt, receipt)


def _alignment(column: int) -> Qt.AlignmentFlag:
    right = column in (OutboundModel.ROUND, OutboundModel.BYTES, OutboundModel.ATTEMPTS)
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
