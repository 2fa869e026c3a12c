# SPDX-License-Identifier: Apache-2.0
"""Everything that left this computer as a table that fetches only the rows on the screen.

The ledger may hold a hundred thousand rows. The model knows their number and holds a few windows of them; a row that
is not here yet is shown as "…" and asked for. One question is under way at a time, so answers arrive in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from engine.session.views import OutboundRow, OutboundView

WINDOW = 200  # rows asked for at once
KEPT = 25  # windows kept; the oldest are let go first

Index = QModelIndex | QPersistentModelIndex
Fetch = Callable[[str, int, int, Callable[[OutboundView], None]], None]
"""Asks for ``count`` rows from ``start`` that match a filter, and brings the view to the callback on the main thread."""


class Marks(Protocol):
    """The icon and the word of a receipt, from the theme."""

    def __call__(self, receipt: str) -> Any:
        """A ``QIcon`` for ok, waiting or failed."""
        ...


class OutboundModel(QAbstractTableModel):
    """The outbound ledger, newest first. Columns: time, kind, study, round, bytes, content hash, attempts, receipt."""

    TIME, KIND, STUDY, ROUND, BYTES, HASH, ATTEMPTS, RECEIPT = range(8)

    totals = Signal(object)  # the newest OutboundView, for the numbers above the table

    def __init__(self, fetch: Fetch, mark: Marks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fetch = fetch
        self._mark = mark
        self._filter = ""
        self._total = 0
        self._rows: dict[int, OutboundRow] = {}
        self._windows: list[int] = []  # starts of the windows held, oldest first
        self._asked: int | None = None  # the window under way
        self._wanted: int | None = None  # the one to ask for next
        self._generation = 0  # answers to an older filter are dropped
        self._seen = 0  # the row that was looked at last

    # ---------------------------------------------------------------- what the page calls

    def set_filter(self, text: str) -> None:
        """Shows only rows whose kind, study, receipt or hash holds ``text``."""
        if text != self._filter:
            self._filter = text
            self.reload()

    def reload(self) -> None:
        """Forgets every row and asks again from the newest."""
        self._generation += 1
        self._asked = None
        self._wanted = None
        self._seen = 0
        self._ask(0)

    def refresh(self) -> None:
        """Looks for what is new; rows on the screen and the selection stay where they are."""
        self._want(self._seen // WINDOW * WINDOW)

    def row(self, row: int) -> OutboundRow | None:
        """The row, or None where it has not been fetched yet."""
        return self._rows.get(row)

    def row_of(self, identity: int) -> int | None:
        """Where the row with this id is now, among the rows held."""
        return next((at for at, row in self._rows.items() if row.id == identity), None)

    def retranslate(self) -> None:
        """The language changed: headers, dates, numbers, and the words that come from the engine."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
        self.refresh()
        self._repaint(0, self._total)

    # ---------------------------------------------------------------- fetching

    def _want(self, start: int) -> None:
        if self._asked is None:
            self._ask(start)
        else:
            self._wanted = start

    def _ask(self, start: int) -> None:
        self._asked = start
        generation = self._generation
        self._fetch(self._filter, start, WINDOW, lambda view: self._arrived(generation, start, view))

    def _arrived(self, generation: int, start: int, view: OutboundView) -> None:
        if generation != self._generation:
            return
        self._asked = None
        self._resize(start, view)
        self._rows.update({start + offset: row for offset, row in enumerate(view.rows)})
        if start in self._windows:
            self._windows.remove(start)
        self._windows.append(start)
        while len(self._windows) > KEPT:
            oldest = self._windows.pop(0)
            for row in range(oldest, oldest + WINDOW):
                self._rows.pop(row, None)
        self._repaint(start, start + len(view.rows))
        self.totals.emit(view)
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._ask(wanted)

    def failed(self) -> None:
        """The question under way got no answer; the next look asks again."""
        self._asked = None
        self._wanted = None

    def _resize(self, start: int, view: OutboundView) -> None:
        """Brings the number of rows up to date: new ones come in at the top, anything else starts afresh."""
        more = view.total_rows - self._total
        grown = start == 0 and self._total and more > 0 and self._first_id() == self._id_at(view, more)
        if more == 0 and (start != 0 or not self._total or self._first_id() in (None, self._id_at(view, 0))):
            return
        if grown:
            self.beginInsertRows(QModelIndex(), 0, more - 1)
            self._rows = {row + more: held for row, held in self._rows.items()}
            self._windows = []
            self._total = view.total_rows
            self.endInsertRows()
            self._rows = {row: held for row, held in self._rows.items() if row < start + WINDOW + more}
            self._windows = []
        else:
            self.beginResetModel()
            self._rows = {}
            self._windows = []
            self._total = view.total_rows
            self.endResetModel()
