# SPDX-License-Identifier: Apache-2.0
"""The strip of a round's steps: getting the model, training here, protecting, sending, waiting for the others."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.theme import icons
from gui.theme.tokens import tokens_of

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
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_phase(self, phase: str, paused: bool = False) -> None:
        """``phase`` is one of TrainingView.phase; evaluating counts as training here; anything else: no step is under way."""
        step = "training" if phase == "evaluating" else phase
        self._at = STEPS.index(step) if step in STEPS else -1
        self._paused = paused
        self._describe()
        self.update()

    def set_finished(self) -> None:
        """Every step of the last round is done."""
        self._at = len(STEPS)
        self._paused = False
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

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self.font())
        widest = max(metrics.horizontalAdvance(name) for name in self._names)
        return QSize(round(len(STEPS) * (widest + 16)), round(MARK + GAP + metrics.height() + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
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
            font = self.font()
            font.setBold(mark in (Mark.NOW, Mark.PAUSED))
            painter.setFont(font)
            painter.setPen(tokens.muted if mark is Mark.NEXT else tokens.text)
            box = QRectF(n * width, 2 + MARK + GAP, width, self.height() - MARK - GAP - 2)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, name)
        painter.end()
