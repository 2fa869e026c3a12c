# SPDX-License-Identifier: Apache-2.0
"""One signal or series of a data set: a lead between two moments as a line, and beside it the same in words."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from engine.session.array_views import TraceView, WaveView
from gui import formats
from gui.widgets import buttons, text
from gui.widgets.chart import Axes, Chart, Line
from gui.widgets.choice import ChoiceBox

STEPS = 1000
"""Places of the slider from the first to the last moment."""
FIRST_SECONDS = 10.0
"""What is shown of a long signal at first."""
MOST_MARKED = 60
"""Lines of more points have no marks on them."""


class SignalView(QWidget):
    """A chart, a choice of the lead, zoom and place.

    Signals:
        wanted(): lead, zoom or place was changed; fetch the signal again with ``leads()``, ``start_at()`` and ``length()``.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: WaveView | None = None
        self._start = 0.0
        self._length: float | None = None  # None: not chosen yet; 0: all
        self.lead = ChoiceBox()
        self.lead.activated.connect(self.wanted)
        self._lead_label = QLabel()
        self._lead_label.setBuddy(self.lead)
        self.closer, self.wider = buttons.plain(), buttons.plain()
        self.closer.clicked.connect(lambda: self._zoom(0.5))
        self.wider.clicked.connect(lambda: self._zoom(2.0))
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setRange(0, STEPS)
        self.place.valueChanged.connect(self._moved)
        self._place_label = QLabel()
        self._place_label.setBuddy(self.place)
        self.chart = Chart()
        self.words = text.body()
        top = QHBoxLayout()
        for widget in (self._lead_label, self.lead, self.closer, self.wider):
            top.addWidget(widget)
        top.addStretch(1)
        bottom = QHBoxLayout()
        bottom.addWidget(self._place_label)
        bottom.addWidget(self.place, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.words)
        layout.addWidget(self.chart, 1)
        layout.addLayout(bottom)
        self.retranslate()

    def start(self, keep_length: bool) -> None:
        """Another signal comes: its beginning, as long as the part shown before if that is to be kept."""
        self._start = 0.0
        if not keep_length:
            self._length = None

    def leads(self) -> tuple[int, ...]:
        """The lead that a person chose."""
        return (self.lead.currentIndex(),) if self.lead.currentIndex() >= 0 else ()

    def start_at(self) -> float:
        """Where the part begins, in seconds."""
        return self._start

    def length(self) -> float:
        """Its length in seconds; 0: to the end."""
        return FIRST_SECONDS if self._length is None else self._length

    def show_view(self, view: WaveView | None) -> None:
        """Show it, with lead and place where it stands."""
        if view is not None and self._length is None and view.step > 1:
            self._length = 0.0  # a series of hours is shown whole
            if view.end < view.length:
                self.wanted.emit()
        self._view = view
        shown = view is not None and not view.missing
        if view is not None and [self.lead.itemText(number) for number in range(self.lead.count())] != list(view.labels):
            self.lead.clear()
            self.lead.addItems(view.labels)
        for widget in (self._lead_label, self.lead, self.closer, self.wider, self.chart, self._place_label, self.place):
            widget.setVisible(shown)
        if view is not None and shown:
            room = view.length - (view.end - view.start)
            self.place.blockSignals(True)
            self.place.setEnabled(room > 1e-9)
            self.place.setValue(round(view.start / room * STEPS) if room > 1e-9 else 0)
            self.place.blockSignals(False)
            self.closer.setEnabled(view.end - view.start > 8 * (view.step or 1.0))
            self.wider.setEnabled(room > 1e-9)
        self.retranslate()

    def _zoom(self, factor: float) -> None:
        if self._view is None:
            return
        middle, length = (self._view.start + self._view.end) / 2, (self._view.end - self._view.start) * factor
        self._length = 0.0 if length >= self._view.length else length
        self._start = 0.0 if self._length == 0 else min(max(0.0, middle - length / 2), self._view.length - length)
        self.wanted.emit()

    def _moved(self, place: int) -> None:
        if self._view is not None:
            self._start = place / STEPS * (self._view.length - (self._view.end - self._view.start))
            self.wanted.emit()

    def retranslate(self) -> None:
        """Every string."""
        self._lead_label.setText(self.tr("Lead"))
        self.lead.setAccessibleName(self._lead_label.text())
        self._place_label.setText(self.tr("Place"))
        self.place.setAccessibleName(self._place_label.text())
        self.closer.setText(self.tr("Closer"))
        self.wider.setText(self.tr("Wider"))
        view = self._view
        self.words.setText(self._said(view))
        if view is None or not view.traces:
            self.chart.set_lines((), Axes("", ""))
            return
        trace = view.traces[0]
        hours = view.step >= 60
        x = [second / 3600 for second in trace.x] if hours else list(trace.x)
        title = self.tr("Hours") if hours else self.tr("Seconds") if view.step else self.tr("Sample")
        points = len(x) <= MOST_MARKED
        named = f"{trace.label} [{trace.unit}]" if trace.unit else trace.label
        self.chart.set_lines((Line(named, x, list(trace.y), 0, points),), Axes(title, named))
        self.chart.describe(self.tr("Signal"), self.words.text())

    def _said(self, view: WaveView | None) -> str:
        if view is None:
            return ""
        if view.missing or not view.traces:
            return self.tr("Row {row} has no signal.").format(row=formats.count(view.row + 1))
        trace = view.traces[0]
        words = self.tr("Row {row}, {lead}: {start} to {end} of {length}.")
        said = words.format(
            row=formats.count(view.row + 1),
            lead=trace.label,
            start=self._moment(view, view.start),
            end=self._moment(view, view.end),
            length=self._moment(view, view.length),
        )
        return f"{said} {self._limits(trace)}"

    def _limits(self, trace: TraceView) -> str:
        known = [value for value in trace.y if not math.isnan(value)]
        if not known:
            return self.tr("Nothing was measured here.")
        words = self.tr("Lowest {low}, highest {high} {unit}.")
        return words.format(low=formats.significant(min(known)), high=formats.significant(max(known)), unit=trace.unit).replace(" .", ".")

    def _moment(self, view: WaveView, seconds: float) -> str:
        if not view.step:
            return formats.count(round(seconds))
        if view.step >= 60:
            return self.tr("{hours} h").format(hours=formats.significant(seconds / 3600))
        return self.tr("{seconds} s").format(seconds=formats.significant(seconds))
