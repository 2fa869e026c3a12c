# SPDX-License-Identifier: Apache-2.0
"""A small line chart in pyqtgraph, which is imported when a chart is first seen and not before.

pyqtgraph says nothing to screen readers, so a chart always stands beside words and a table with the same content;
the chart itself carries ``describe``'s text as its accessible description. Lines differ by dash and point shape, not by
colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QPolygonF, QShowEvent
from PySide6.QtWidgets import QGraphicsItem, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.theme.tokens import tokens_of
from gui.widgets import layouts

DASHES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DashDotLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotDotLine)
POINTS = ("o", "s", "t", "d", "x", "+")
LINE = 2.0
SMOOTH_POINTS = 500
"""Longer lines are drawn without antialiasing: it costs much and nobody sees it there."""
MOST_POINTS = 40
"""More marks than this on one line would run into a band and hide its dashes."""


@dataclass(frozen=True)
class Line:
    """One line: its words in the legend, x and y of its points (y may be NaN: a gap), whether points are marked.

    ``style`` picks colour, dash and point shape together; -1 is the thin grey line of comparison (chance, perfect).
    """

    label: str
    x: Sequence[float]
    y: Sequence[float]
    style: int = 0
    points: bool = True


@dataclass(frozen=True)
class Axes:
    """Titles and limits; a limit of None follows the data. ``whole``: only whole numbers are marked along x."""

    x_title: str
    y_title: str
    x_limits: tuple[float, float] | None = None
    y_limits: tuple[float, float] | None = None
    whole: bool = False


def load() -> None:
    """Loads pyqtgraph, on any thread, so that the first chart need not wait for it."""
    import pyqtgraph  # noqa: F401 - for having been imported


class Swatch(QWidget):
    """A piece of a line as it is drawn in the chart, for the legend."""

    def __init__(self, style: int, points: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._points = points
        self.setFixedSize(34, 14)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(_pen(self, self._style))
        painter.drawLine(1, 7, 33, 7)
        if self._points and self._style >= 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_pen(self, self._style).color())
            _draw_point(painter, POINTS[self._style % len(POINTS)], QPointF(17, 7), 3.5)
        painter.end()


class Chart(QWidget):
    """Lines over two axes and a legend below, ``across`` entries in a row; follows palette and font."""

    def __init__(self, across: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._across = across
        self._plot: Any = None
        self._items: list[tuple[Any, Any | None]] = []
        self._drawn: object = None
        self._limits: object = None
        self._lines: tuple[Line, ...] = ()
        self._axes = Axes("", "")
        self._stale = True
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._legend = QGridLayout()
        self._legend.setContentsMargins(0, 0, 0, 0)
        self._legend.setHorizontalSpacing(18)
        self._legend.setVerticalSpacing(2)
        self._layout.addLayout(self._legend)
        self._legend_key: tuple[tuple[str, int, bool], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_lines(self, lines: Sequence[Line], axes: Axes) -> None:
        """Draw these lines; what has not changed is not drawn again."""
        fresh = tuple(lines)
        if fresh == self._lines and axes == self._axes:
            return
        self._lines, self._axes, self._stale = fresh, axes, True
        self._fill_legend()
        if self._plot is not None and self.isVisible():
            self._draw()

    def describe(self, name: str, summary: str) -> None:
        """What a screen reader says: the chart's name, and its content in words."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(summary)

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self.font()).height()
        return QSize(18 * height, 12 * height)

    def minimumSizeHint(self) -> QSize:
        height = QFontMetrics(self.font()).height()
        return QSize(14 * height, 10 * height)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.prepare()
        if self._stale:
            self._draw()

    def prepare(self) -> None:
        """Builds the plot now, at a harmless moment, instead of when the chart is first seen."""
        if self._plot is None:
            self._build()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._stale = True
            if self._plot is not None and self.isVisible():
                self._draw()

    def _build(self) -> None:
        import pyqtgraph  # heavy, and only this file needs it

        self._plot = pyqtgraph.PlotWidget(parent=self, background=None, enableMenu=False)
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        for each in (self._plot, self._plot.viewport()):  # it says nothing to a screen reader: the keyboard passes it by
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.getPlotItem().layout.setContentsMargins(0, 14, 18, 0)  # room for half of the last numbers
        self._plot.setStyleSheet("background: transparent;")
        for side in ("bottom", "left"):  # what does not change is painted from a picture when the lines do
            self._plot.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self._plot.getViewBox().sigResized.connect(self._set_limits)
        self._layout.insertWidget(0, self._plot, 1)

    def _draw(self) -> None:
        """Puts the points where they belong; frame and lines are made anew only when they look otherwise."""
        self._stale = False
        looks = (
            tokens_of(self.palette()).name,
            self.font().toString(),
            self._axes.x_title,
            self._axes.y_title,
            [(line.style, line.points) for line in self._lines],
        )
        if looks != self._drawn:
            self._drawn = looks
            self._draw_frame()
            self._make_items()
        for line, (curve, marks) in zip(self._lines, self._items, strict=True):
            curve.setData(list(line.x), list(line.y), antialias=len(line.x) <= SMOOTH_POINTS)
            if marks is not None:
                marks.setData(*marked(line))
        self._set_limits()

    def _draw_frame(self) -> None:
        tokens = tokens_of(self.palette())
        self._plot.showGrid(x=False, y=True, alpha=0.25)
        for side, title in (("bottom", self._axes.x_title), ("left", self._axes.y_title)):
            axis = self._plot.getAxis(side)
            axis.setPen(tokens.edge)
            axis.setTextPen(tokens.muted)
            axis.setStyle(tickFont=self.font(), tickLength=-4, maxTickLevel=1, hideOverlappingLabels=False)
            style = {"color": tokens.muted.name(), "font-size": f"{self.font().pointSizeF():.1f}pt"}
            axis.setLabel(title, siPrefixEnableRanges=(), **style)  # else 0.25 would be written as 250
            axis.enableAutoSIPrefix(False)

    def _make_items(self) -> None:
        import pyqtgraph

        for item in (item for pair in self._items for item in pair if item is not None):
            self._plot.removeItem(item)
        self._items = []
        for line in self._lines:
            pen = _pen(self, line.style)
            curve = pyqtgraph.PlotDataItem(pen=pen, connect="finite")
            curve.setClipToView(True)
            self._plot.addItem(curve)
            marks = None
            if line.points and line.style >= 0:
                shape = POINTS[line.style % len(POINTS)]
                marks = pyqtgraph.ScatterPlotItem(symbol=shape, size=6, brush=pen.color(), pen=None)
                self._plot.addItem(marks)
            self._items.append((curve, marks))

    def _set_limits(self) -> None:
        limits_x = self._axes.x_limits or _limits([line.x for line in self._lines])
        limits_y = self._axes.y_limits or _limits([line.y for line in self._lines])
        # Above the highest number half a line is needed, else its label is left out.
        room = 0.6 * QFontMetrics(self.font()).height() / max(1.0, self._plot.getViewBox().height())
        limits = (limits_x, limits_y, min(0.2, max(0.05, room)), self._axes.whole)
        if limits == self._limits:
            return
        self._limits = limits
        self._plot.setXRange(*limits_x, padding=0.03)
        self._plot.setYRange(*limits_y, padding=limits[2])
        bottom = self._plot.getAxis("bottom")
        bottom.setTicks([[(n, str(n)) for n in whole_ticks(*limits_x)]] if self._axes.whole else None)

    def _fill_legend(self) -> None:
        """Rows of swatch and words; built again only when the words or styles differ."""
        key = tuple((line.label, line.style, line.points) for line in self._lines if line.label)
        if key == self._legend_key:
            return
        self._legend_key = key
        layouts.clear(self._legend)
        for n, (label, style, points) in enumerate(key):
            words = QLabel(label)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setProperty("role", "muted")
            words.setWordWrap(len(key) == 1)  # a single line's words may be longer than its chart is wide
            entry = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            row.addWidget(Swatch(style, points))
            row.addWidget(words)
            self._legend.addWidget(entry, n // self._across, n % self._across)
        self._legend.setColumnStretch(self._across, 1)


def marked(line: Line) -> tuple[list[float], list[float]]:
    """x and y of the points that carry a mark: all of them, or evenly thinned out from the last one back."""
    known = [(x, y) for x, y in zip(line.x, line.y, strict=True) if math.isfinite(y)]
    every = max(1, math.ceil(len(known) / MOST_POINTS))
    kept = known[::-every]
    return [x for x, _ in kept], [y for _, y in kept]


def whole_ticks(low: float, high: float, most: int = 8) -> list[int]:
    """Whole numbers from ``low`` to ``high``, at most about ``most`` of them, in steps of 1, 2 or 5 times a power of ten."""
    span = max(1, math.floor(high) - math.ceil(low))
    step = next(step for power in range(12) for step in (10**power, 2 * 10**power, 5 * 10**power) if span / step <= most)
    first = math.ceil(low / step) * step
    return list(range(first, math.floor(high) + 1, step))


def _limits(columns: Sequence[Sequence[float]]) -> tuple[float, float]:
    values = [value for column in columns for value in column if math.isfinite(value)]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return (low - 0.5, high + 0.5) if low == high else (low, high)


def _pen(widget: QWidget, style: int) -> QPen:
    tokens = tokens_of(widget.palette())
    if style < 0:
        pen = QPen(tokens.edge, 1.2, Qt.PenStyle.DashLine)
    else:
        pen = QPen(tokens.series[style % len(tokens.series)], LINE, DASHES[style % len(DASHES)])
    pen.setCosmetic(True)  # its width is in pixels of the screen, not in units of the axes
    return pen


def _draw_point(painter: QPainter, shape: str, at: QPointF, radius: float) -> None:
    """The legend's copy of pyqtgraph's point shapes."""
    x, y, r = at.x(), at.y(), radius
    match shape:
        case "o":
            painter.drawEllipse(at, r, r)
        case "s":
            painter.drawRect(round(x - r), round(y - r), round(2 * r), round(2 * r))
        case "t":
            painter.drawPolygon(QPolygonF([QPointF(x - r, y - r), QPointF(x + r, y - r), QPointF(x, y + r)]))
        case "d":
            painter.drawPolygon(QPolygonF([QPointF(x, y - r), QPointF(x + r, y), QPointF(x, y + r), QPointF(x - r, y)]))
        case _:
            painter.setPen(QPen(painter.brush().color(), 1.6))
            painter.drawLine(QPointF(x - r, y), QPointF(x + r, y))
            painter.drawLine(QPointF(x, y - r), QPointF(x, y + r))
