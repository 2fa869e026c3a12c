# SPDX-License-Identifier: Apache-2.0
"""The strip of a round's steps: getting the model, training here, protecting, sending, waiting for the others."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import icons
from gui.theme.tokens import Tokens, tokens_of

STEPS = ("getting-model", "training", "protecting", "sending", "waiting")
MARK = 22
GAP = 6


class Mark(StrEnum):
    """The state of one step; each has its own icon, and colour only comes on top."""

    DONE = "check"
    NOW = "dot"
    PAUSED = "pause"
    NEXT = "circle"


_TONES = {Mark.DONE: "ok", Mark.NOW: "accent", Mark.PAUSED: "warn", Mark.NEXT: "muted"}


class PhaseStrip(QWidget):
    """Five steps in a row, each with a sign and its name: done, now or still to come. One text for screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at = -1
        self._paused = False
        self._names: tuple[str, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.retranslate()

    def set_phase(self, phase: str, paused: bool = False) -> None:
        """``phase`` is one of TrainingView.phase; evaluating counts as training here; anything else: no step is under way."""
        step = "training" if phase == "evaluating" else phase
        self._stand(STEPS.index(step) if step in STEPS else -1, paused)

    def set_finished(self) -> None:
        """Every step of the last round is done."""
        self._stand(len(STEPS), False)

    def _stand(self, at: int, paused: bool) -> None:
        if (at, paused) != (self._at, self._paused):
            self._at, self._paused = at, paused
            self._describe()
            self.update()

    def retranslate(self) -> None:
        """The names in the current language."""
        self._names = (
            self.tr("Getting model"),
            self.tr("Training here"),
            self.tr("Protecting"),
            self.tr("Sending"),
            self.tr("Waiting for others"),
        )
        self._describe()
        self.updateGeometry()
        self.update()

    def mark(self, step: int) -> Mark:
        """The sign of one step."""
        if step < self._at:
            return Mark.DONE
        if step > self._at:
            return Mark.NEXT
        return Mark.PAUSED if self._paused else Mark.NOW

    def _describe(self) -> None:
        states = {
            Mark.DONE: self.tr("done"),
            Mark.NOW: self.tr("now"),
            Mark.PAUSED: self.tr("paused"),
            Mark.NEXT: self.tr("still to come"),
        }
        self.setAccessibleName(self.tr("Steps of this round"))
        parts = (self.tr("{step}: {state}").format(step=name, state=states[self.mark(n)]) for n, name in enumerate(self._names))
        self.setAccessibleDescription("; ".join(parts))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self.updateGeometry()
            self.update()

    def _widest(self) -> float:
        font = self.font()
        font.setBold(True)
        metrics = QFontMetricsF(font)
        return max(metrics.horizontalAdvance(name) for name in self._names)

    def _row_height(self) -> float:
        return max(MARK, QFontMetricsF(self.font()).height()) + GAP

    def in_row(self) -> bool:
        """Whether the steps stand side by side; where the room is too narrow they stand below each other."""
        return self.width() >= len(STEPS) * (self._widest() + 16)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if width >= len(STEPS) * (self._widest() + 16):
            return round(MARK + GAP + QFontMetricsF(self.font()).height() + 6)
        return round(len(STEPS) * self._row_height())

    def sizeHint(self) -> QSize:
        width = round(len(STEPS) * (self._widest() + 16)) + 1
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        width = max(self.width(), round(MARK + 10 + self._widest()))
        return QSize(round(MARK + 10 + self._widest()), self.heightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.in_row():
            self._paint_row(painter, tokens)
        else:
            self._paint_column(painter, tokens)
        painter.end()

    def _paint_column(self, painter: QPainter, tokens: Tokens) -> None:
        height = self._row_height()
        for n, name in enumerate(self._names):
            mark = self.mark(n)
            sign = icons.pixmap(mark.value, icons.tone_colour(tokens, _TONES[mark]), MARK, self)
            painter.drawPixmap(QPoint(0, round(n * height + (height - MARK) / 2)), sign)
            self._paint_name(painter, tokens, mark, name, QRectF(MARK + 10, n * height, self.width() - MARK - 10, height), middle=False)

    def _paint_name(self, painter: QPainter, tokens: Tokens, mark: Mark, name: str, box: QRectF, middle: bool) -> None:
        font = self.font()
        font.setBold(mark in (Mark.NOW, Mark.PAUSED))
        painter.setFont(font)
        painter.setPen(tokens.muted if mark is Mark.NEXT else tokens.text)
        across = Qt.AlignmentFlag.AlignHCenter if middle else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, across | (Qt.AlignmentFlag.AlignTop if middle else Qt.AlignmentFlag.AlignVCenter), name)

    def _paint_row(self, painter: QPainter, tokens: Tokens) -> None:
        width = self.width() / len(STEPS)
        middle = 2 + MARK / 2
        for n, name in enumerate(self._names):
            mark = self.mark(n)
            centre = (n + 0.5) * width
            if n + 1 < len(STEPS):
                done = self.mark(n) is Mark.DONE
                painter.setPen(QPen(tokens.ok if done else tokens.line, 2))
                painter.drawLine(round(centre + MARK / 2 + 6), round(middle), round(centre + width - MARK / 2 - 6), round(middle))
            sign = icons.pixmap(mark.value, icons.tone_colour(tokens, _TONES[mark]), MARK, self)
            painter.drawPixmap(QPoint(round(centre - MARK / 2), 2), sign)
            box = QRectF(n * width, 2 + MARK + GAP, width, self.height() - MARK - GAP - 2)
            self._paint_name(painter, tokens, mark, name, box, middle=True)
