# SPDX-License-Identifier: Apache-2.0
"""A data set of any length as a table: rows are fetched in pages as they come into sight, and never waited for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from engine.session.jobs import Job
from engine.session.views import ProblemView
from gui import formats
from gui.bridge import Bridge

Index = QModelIndex | QPersistentModelIndex
Rows = tuple[tuple[str, ...], ...]

PAGE_ROWS = 256
KEPT_PAGES = 64
"""16 k rows of text at most, whatever the table's length."""
AT_ONCE = 2
"""Pages being fetched at the same time; newer wishes come first, so scrolling fast skips what has passed by."""
SETTLE_MS = 20
WAITING = "…"


class RowsModel(QAbstractTableModel):
    """``fetch(start, count)`` starts a job for rows; cells whose page is not here yet show an ellipsis."""

    def __init__(self, bridge: Bridge, on_problem: Callable[[ProblemView], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._on_problem = on_problem
        self._header: tuple[str, ...] = ()
        self._count = 0
        self._fetch: Callable[[int, int], Job[Rows]] | None = None
        self._pages: OrderedDict[int, Rows] = OrderedDict()
        self._wished: OrderedDict[int, None] = OrderedDict()
        self._coming: set[int] = set()
        self._failed: set[int] = set()
        self._turn = 0
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask)

    def show_data(self, header: tuple[str, ...], count: int, fetch: Callable[[int, int], Job[Rows]] | None) -> None:
        """Show another table of ``count`` rows; what is still coming for the old one is dropped."""
        self.beginResetModel()
        self._turn += 1
        self._header, self._count, self._fetch = header, count, fetch
        for heap in (self._pages, self._wished, self._coming, self._failed):
            heap.clear()
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._header)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role != Qt.ItemDataRole.DisplayRole or not index.isValid():
            return None
        number, offset = divmod(index.row(), PAGE_ROWS)
        page = self._pages.get(number)
        if page is None:
            self._wish(number)
            return WAITING
        self._pages.move_to_end(number)
        return page[offset][index.column()] if offset < len(page) else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._header[section] if orientation == Qt.Orientation.Horizontal else formats.count(section + 1)
        return None

    def pages_held(self) -> int:
        """How many pages are kept now; never more than ``KEPT_PAGES``."""
        return len(self._pages)

    def _wish(self, number: int) -> None:
        if number in self._coming or number in self._failed:
            return
        self._wished[number] = None
        self._wished.move_to_end(number)
        if not self._settle.isActive():
            self._settle.start()

    def _ask(self) -> None:
        while self._wished and len(self._coming) < AT_ONCE and self._fetch is not None:
            number, _ = self._wished.popitem(last=True)
            while len(self._wished) > KEPT_PAGES // 2:
                self._wished.popitem(last=False)
            self._coming.add(number)
            turn = self._turn
            self._bridge.run(
                self._fetch(number * PAGE_ROWS, PAGE_ROWS),
                partial(self._came, turn, number),
                partial(self._refused, turn, number),
            )

    def _came(self, turn: int, number: int, rows: Rows) -> None:
        if turn != self._turn:
            return
        self._coming.discard(number)
        self._pages[number] = rows
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        first, last = number * PAGE_ROWS, min(self._count, (number + 1) * PAGE_ROWS) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._header) - 1), [Qt.ItemDataRole.DisplayRole])
        self._ask()

    def _refused(self, turn: int, number: int, problem: ProblemView) -> None:
        if turn != self._turn:
            return
        self._coming.discard(number)
        self._failed.add(number)
        self._on_problem(problem)
