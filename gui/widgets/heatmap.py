# SPDX-License-Identifier: Apache-2.0
"""Two small drawings of an expression matrix: a heat map, and points in a plane. Words with the same content stand beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QPainter, QPaintEvent, QPen, QTransform
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.theme.tokens import Tokens, tokens_of

END = 3.0
"""Standard deviations at which the colours end."""
_STEPS = 64
_GAP = 8
_RADIUS = 3.5


def colours(tokens: Tokens) -> list[QColor]:
    """From the lowest to the highest value: two hues that colour-blind people tell apart, the background between them."""
    low, middle, high = tokens.series[0], tokens.surface, tokens.series[1]
    found = []
    for step in range(2 * _STEPS + 1):
        share = abs(step - _STEPS) / _STEPS
        end = low if step < _STEPS else high
        mixed = (round(m + (e - m) * share) for m, e in zip(middle.getRgb()[:3], end.getRgb()[:3], strict=True))  # type: ignore[index]
        found.append(QColor(*mixed))
    return found


class HeatMap(QWidget):
    """Named rows of coloured cells, and a scale below them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._values: tuple[tuple[float | None, ...], ...] = ()
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_values(self, names: Sequence[str], columns: Sequence[str], values: tuple[tuple[float | None, ...], ...]) -> None:
        """Draw these: a row of ``values`` for each name, a value for each column (None: missing)."""
        self._names, self._columns, self._values = tuple(names), tuple(columns), values
        self._paint_image()
        self.updateGeometry()
        self.update()

    def describe(self, name: str, summary: str) -> None:
        """What a screen reader says."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(summary)

    def _paint_image(self) -> None:
        tokens = tokens_of(self.palette())
        scale = [colour.rgb() for colour in colours(tokens)]
        absent = tokens.line.rgb()
        self._image = QImage(max(1, len(self._columns)), max(1, len(self._names)), QImage.Format.Format_RGB32)
        self._image.fill(tokens.surface)
        for row, values in enumerate(self._values):
            for column, value in enumerate(values):
                place = None if value is None else round((min(END, max(-END, value)) / END + 1) * _STEPS)
                self._image.setPixel(column, row, absent if place is None else scale[place])

    def sizeHint(self) -> QSize:
        line = self._line()
        return QSize(30 * line, (len(self._names) + 3) * line)

    def minimumSizeHint(self) -> QSize:
        line = self._line()
        return QSize(16 * line, (len(self._names) + 3) * line)

    def _line(self) -> int:
        return QFontMetrics(self.font()).height()

    def _area(self) -> QRect:
        """Where the cells are."""
        metrics = QFontMetrics(self.font())
        left = min(self.width() // 3, max((metrics.horizontalAdvance(name) for name in self._names), default=0)) + _GAP
        return QRect(left, 0, max(1, self.width() - left), max(1, self.height() - 2 * self._line() - _GAP))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._values:
            return
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        area, line = self._area(), self._line()
        painter.drawImage(area, self._image)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(area.adjusted(0, 0, -1, -1))
        painter.setPen(tokens.text)
        metrics = QFontMetrics(self.font())
        for number, name in enumerate(self._names):
            top = area.top() + number * area.height() // len(self._names)
            height = area.height() // len(self._names)
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, area.left() - _GAP)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRect(0, top, area.left() - _GAP, max(height, line)), flags, words)
        self._draw_scale(painter, QRect(area.left(), area.bottom() + _GAP, min(area.width(), 14 * line), 2 * line))
        painter.end()

    def _draw_scale(self, painter: QPainter, area: QRect) -> None:
        tokens = tokens_of(self.palette())
        scale = colours(tokens)
        bar = QRect(area.left(), area.top(), area.width(), area.height() // 2 - 3)
        for step, colour in enumerate(scale):
            left = bar.left() + step * bar.width() // len(scale)
            painter.fillRect(QRect(left, bar.top(), bar.width() // len(scale) + 1, bar.height()), colour)
        painter.setPen(QPen(tokens.line, 1))
        painter.drawRect(bar)
        painter.setPen(tokens.muted)
        words = QRect(area.left(), bar.bottom() + 2, area.width(), area.height() // 2)
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for side, text in zip(sides, (f"−{END:g}", "0", f"+{END:g}"), strict=True):
            painter.drawText(words, side, text)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip and self._values:
            area = self._area()
            if area.contains(event.pos()):
                column = (event.pos().x() - area.left()) * len(self._columns) // area.width()
                row = (event.pos().y() - area.top()) * len(self._names) // area.height()
                value = self._values[row][column]
                shown = "–" if value is None else f"{value:+.2f}"
                QToolTip.showText(event.globalPos(), f"{self._names[row]} · {self._columns[column]} · {shown}", self)
                return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_image()
            self.update()
        elif event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


class Scatter(QWidget):
    """Points over two axes with titles."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[tuple[float, float], ...] = ()
        self._titles = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_points(self, points: Sequence[tuple[float, float]], x_title: str, y_title: str) -> None:
        """Draw these."""
        self._points, self._titles = tuple(points), (x_title, y_title)
        self.update()

    def describe(self, name: str, summary: str) -> None:
        """What a screen reader says."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(summary)

    def sizeHint(self) -> QSize:
        line = QFontMetrics(self.font()).height()
        return QSize(20 * line, 15 * line)

    def minimumSizeHint(self) -> QSize:
        line = QFontMetrics(self.font()).height()
        return QSize(12 * line, 12 * line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._points:
            return
        tokens = tokens_of(self.palette())
        line = QFontMetrics(self.font()).height()
        area = QRect(line + _GAP, 2, self.width() - line - _GAP - 2, self.height() - line - _GAP - 4)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens.edge, 1))
        painter.drawRect(area)
        painter.setPen(tokens.muted)
        painter.drawText(QRect(area.left(), area.bottom() + 4, area.width(), line + 2), Qt.AlignmentFlag.AlignHCenter, self._titles[0])
        painter.save()
        painter.setWorldTransform(QTransform(0, -1, 1, 0, 0, area.bottom()), True)  # a quarter turn to the left, from the lower corner
        painter.drawText(QRect(0, 0, area.height(), line + 2), Qt.AlignmentFlag.AlignHCenter, self._titles[1])
        painter.restore()
        inner = area.adjusted(10, 10, -10, -10)
        (low_x, high_x), (low_y, high_y) = (_limits([point[axis] for point in self._points]) for axis in (0, 1))
        painter.setPen(QPen(tokens.line, 1, Qt.PenStyle.DashLine))
        zero_x = inner.left() + (0 - low_x) / (high_x - low_x) * inner.width()
        zero_y = inner.bottom() - (0 - low_y) / (high_y - low_y) * inner.height()
        painter.drawLine(QPointF(zero_x, area.top()), QPointF(zero_x, area.bottom()))
        painter.drawLine(QPointF(area.left(), zero_y), QPointF(area.right(), zero_y))
        colour = QColor(tokens.series[0])
        colour.setAlpha(170)
        painter.setBrush(colour)
        painter.setPen(QPen(tokens.surface, 0.8))
        for x, y in self._points:
            place_x = inner.left() + (x - low_x) / (high_x - low_x) * inner.width()
            place_y = inner.bottom() - (y - low_y) / (high_y - low_y) * inner.height()
            painter.drawEllipse(QPointF(place_x, place_y), _RADIUS, _RADIUS)
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()


def _limits(values: Sequence[float]) -> tuple[float, float]:
    """Around all values and zero."""
    low, high = min(0.0, *values), max(0.0, *values)
    return (low - 0.5, high + 0.5) if math.isclose(low, high) else (low, high)
