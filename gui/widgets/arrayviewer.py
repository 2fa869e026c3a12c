# SPDX-License-Identifier: Apache-2.0
"""The arrays of a data set, one row at a time: images, signals and series, each in the view that suits it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QVBoxLayout, QWidget

from engine.session.array_views import PictureView, WaveView
from engine.session.jobs import Job
from engine.session.views import ColumnView, ProblemView
from gui.bridge import Bridge
from gui.widgets import buttons
from gui.widgets.choice import ChoiceBox
from gui.widgets.imageview import ImageView
from gui.widgets.layouts import OneOf
from gui.widgets.waveview import SignalView

VIEWED = ("image", "signal", "series")
"""Kinds of column that are shown here."""


class Source(Protocol):
    """What the viewer needs of a session."""

    def picture(
        self, dataset: str, column: str, row: int, frame: int | None = None, window: tuple[float, float] | None = None
    ) -> Job[PictureView]: ...

    def wave(
        self, dataset: str, column: str, row: int, leads: tuple[int, ...] = (), start: float = 0.0, length: float = 0.0
    ) -> Job[WaveView]: ...


class ArrayViewer(QWidget):
    """A column, a row, and the view; one picture is fetched at a time, and what was wished meanwhile next."""

    def __init__(self, bridge: Bridge, on_problem: Callable[[ProblemView], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._on_problem = on_problem
        self._source: Source | None = None
        self._dataset = ""
        self._kinds: dict[str, str] = {}
        self._turn = 0
        self._coming = self._again = False
        self.column = ChoiceBox()
        self.column.activated.connect(self._another)
        self.row = QSpinBox()
        self.row.setMinimum(1)
        self.row.valueChanged.connect(self._another)
        self.before, self.after = buttons.plain(), buttons.plain()
        self.before.clicked.connect(self.row.stepDown)
        self.after.clicked.connect(self.row.stepUp)
        self._labels = [QLabel(), QLabel()]
        self.image, self.signal = ImageView(), SignalView()
        self.image.wanted.connect(self._ask)
        self.signal.wanted.connect(self._ask)
        self.views = OneOf(self.image, self.signal)
        top = QHBoxLayout()
        for label, field in zip(self._labels, (self.column, self.row), strict=True):
            label.setBuddy(field)
            top.addWidget(label)
            top.addWidget(field)
        top.addWidget(self.before)
        top.addWidget(self.after)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.views, 1)
        self.retranslate()

    def show_dataset(self, dataset: str, columns: tuple[ColumnView, ...], rows: int, source: Source | None) -> bool:
        """Another data set; whether it has arrays that can be shown here."""
        self._turn += 1
        self._coming = self._again = False
        self._dataset, self._source = dataset, source
        self._kinds = {column.name: column.kind for column in columns if column.kind in VIEWED}
        self.column.clear()
        self.column.addItems(list(self._kinds))
        self.row.blockSignals(True)
        self.row.setMaximum(max(1, rows))
        self.row.setValue(1)
        self.row.blockSignals(False)
        self.image.start(keep_window=False)
        self.signal.start(keep_length=False)
        self.image.show_view(None)
        self.signal.show_view(None)
        if self.isVisible():
            self._ask()
        return bool(self._kinds)

    def look_at(self, column: str, row: int | None = None) -> None:
        """Show this column, and this row (0-based)."""
        if column in self._kinds:
            self.column.setCurrentText(column)
            self.row.blockSignals(True)
            self.row.setValue(self.row.value() if row is None else row + 1)
            self.row.blockSignals(False)
            self._another()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._ask()

    def _another(self) -> None:
        """Another row or column: of the same column the window is kept, so that rows can be compared."""
        self.image.start(keep_window=True)
        self.signal.start(keep_length=True)
        self._ask()

    def _ask(self) -> None:
        column = self.column.currentText()
        if self._source is None or column not in self._kinds or not self.isVisible():
            return
        if self._coming:
            self._again = True
            return
        self._coming, self._again = True, False
        turn, row = self._turn, self.row.value() - 1
        self.before.setEnabled(row > 0)
        self.after.setEnabled(row < self.row.maximum() - 1)
        if self._kinds[column] == "image":
            self.views.setCurrentWidget(self.image)
            job = self._source.picture(self._dataset, column, row, self.image.frame(), self.image.window_values())
            self._bridge.run(job, lambda view: self._came(turn, view), lambda problem: self._refused(turn, problem))
        else:
            self.views.setCurrentWidget(self.signal)
            wave = self._source.wave(self._dataset, column, row, self.signal.leads(), self.signal.start_at(), self.signal.length())
            self._bridge.run(wave, lambda view: self._came(turn, view), lambda problem: self._refused(turn, problem))

    def _came(self, turn: int, view: PictureView | WaveView) -> None:
        if turn != self._turn:
            return
        self._coming = False
        if isinstance(view, PictureView):
            self.image.show_view(view)
        else:
            self.signal.show_view(view)
        if self._again:
            self._ask()

    def _refused(self, turn: int, problem: ProblemView) -> None:
        if turn == self._turn:
            self._coming = self._again = False
            self._on_problem(problem)

    def retranslate(self) -> None:
        """Every string."""
        for label, field, name in zip(self._labels, (self.column, self.row), (self.tr("Column"), self.tr("Row")), strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        self.row.setMinimumWidth(10 * self.fontMetrics().horizontalAdvance("0"))
        self.before.setText(self.tr("Previous row"))
        self.after.setText(self.tr("Next row"))
        self.image.retranslate()
        self.signal.retranslate()
