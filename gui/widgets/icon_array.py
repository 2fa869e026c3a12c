# SPDX-License-Identifier: Apache-2.0
"""A hundred small people-sized dots: of 100 guesses, how many may be right. Numbers that people read rightly (icon arrays)."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme.tokens import tokens_of

SIDE = 10
CHANCE = 50


class IconArray(QWidget):
    """10 × 10 dots: 50 grey ones that a coin gets right, those that may be right beyond it filled, the rest empty circles.

    The three differ in shape, not only in colour: grey dots are small, filled ones whole, the others rings.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._right: int | None = None
        self._little = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_odds(self, right: int | None, *, little: bool, words: str) -> None:
        """``right`` of 100, None for no limit; ``little``: the limit is worth almost nothing; ``words``: the same for screen readers."""
        self._right, self._little = right, little
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        step = round(self.fontMetrics().height() * 1.1)
        return QSize(SIDE * step, SIDE * step)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        step = min(self.width(), self.height()) / SIDE
        right = 100 if self._right is None else self._right
        colour = tokens.bad if self._little or self._right is None else tokens.accent
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for number in range(SIDE * SIDE):
                centre = QPointF((number % SIDE + 0.5) * step, (number // SIDE + 0.5) * step)
                if number < CHANCE:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(tokens.edge)
                    radius = step * 0.22
                elif number < right:
                    painter.setPen(Qt.PenStyle.NoPen)
                    painter.setBrush(colour)
                    radius = step * 0.38
                else:
                    painter.setPen(QPen(tokens.edge, 1.2))
                    painter.setBrush(Qt.BrushStyle.NoBrush)
                    radius = step * 0.34
                painter.drawEllipse(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
