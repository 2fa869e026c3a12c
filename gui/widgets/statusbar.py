# SPDX-License-Identifier: Apache-2.0
"""The bar below every page: connection, round, what has been sent, and the one button that stops sending."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from engine.session.views import StudyRow, TrainingView
from gui import formats
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons
from gui.widgets.states import ICONS, state_word, tone_of

STALE_SECONDS = 90
"""Three missed heartbeats: older news of the coordinator are shown as old."""


class StatusBar(QFrame):
    """Shows what it is given; knows no session.

    Signals:
        pause_pressed(): the button was pressed; whoever listens pauses or resumes and calls ``show_sending``.
    """

    pause_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusbar")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 12, 6)
        layout.setSpacing(18)
        self._icon = QLabel()
        self.connection, self.round, self.sent = QLabel(), QLabel(), QLabel()
        for label in (self.connection, self.round):
            label.setWordWrap(True)  # with large text they take two lines, and the button keeps its place
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.pause: QPushButton = buttons.plain()
        self.pause.setObjectName("pause-sending")
        self.pause.clicked.connect(self.pause_pressed)
        near = QHBoxLayout()
        near.setSpacing(8)
        near.addWidget(self._icon)
        near.addWidget(self.connection, 1)
        layout.addLayout(near, 3)
        layout.addWidget(self.round, 2)
        layout.addWidget(self.sent)
        layout.addWidget(self.pause)
        self._study: StudyRow | None = None
        self._training: TrainingView | None = None
        self._paused = self._locked = False
        self._bytes: int | None = None
        self._open = False
        self.refresh()

    def show_study(self, study: StudyRow | None, training: TrainingView | None) -> None:
        """The study that is at work, and its training if it is joined."""
        self._study, self._training = study, training
        self.refresh()

    def show_locked(self, locked: bool) -> None:
        """Whether the vault is locked: then nothing is known and nothing is sent."""
        self._locked = locked
        self.refresh()

    def show_sending(self, paused: bool, sent: int | None, available: bool) -> None:
        """Whether sending is paused, bytes sent so far (None: not known), and whether there is anything to pause."""
        self._paused, self._bytes, self._open = paused, sent, available
        self.refresh()

    def refresh(self) -> None:
        """Say everything again: the language, the palette or just the time has changed."""
        tone, words = self._connection()
        self._icon.setPixmap(icons.pixmap(ICONS[tone], icons.tone_colour(tokens_of(self.palette()), tone), 14, self))
        self.connection.setText(words)
        self.round.setText(self._round())
        self.round.setVisible(bool(self.round.text()))
        self.sent.setText("" if self._bytes is None else self.tr("Sent so far {size}").format(size=formats.size(self._bytes)))
        self.pause.setText(self.tr("Resume sending") if self._paused else self.tr("Pause sending"))
        self.pause.setEnabled(self._open)
        self.pause.setToolTip(
            self.tr("Nothing leaves this computer until you resume.") if self._paused else self.tr("Stops sending at the next message.")
        )
        self.pause.setAccessibleDescription(self.pause.toolTip())

    def _connection(self) -> tuple[str, str]:
        if self._locked:
            return "muted", self.tr("Locked: nothing is sent")
        if self._study is None:
            return "muted", self.tr("Not in a study yet: nothing is sent")
        if self._training is None or not self._study.joined:
            return tone_of(self._study.state), self.tr("{lead} · {state}").format(
                lead=self._study.lead, state=state_word(self._study.state)
            )
        state = self._training.state
        heard = self._training.last_heard
        if state in ("paused-by-network", "stopped-by-check"):
            return tone_of(state), state_word(state)
        if state == "done":
            return "ok", self.tr("{lead} · {state}").format(lead=self._study.lead, state=state_word(state))
        if heard is None:
            return "muted", self.tr("Not connected to {lead} yet").format(lead=self._study.lead)
        age = time.time() - heard
        if age > STALE_SECONDS:
            return "warn", self.tr("Last heard from {lead} {age} ago").format(lead=self._study.lead, age=formats.duration(age))
        return "ok", self.tr("Connected to {lead}").format(lead=self._study.lead)

    def _round(self) -> str:
        view = self._training
        if view is None or view.round == 0:
            return ""
        words = self.tr("Round {round} of {rounds}").format(round=view.round, rounds=view.rounds)
        if view.eta_seconds is not None and view.state != "done":
            return self.tr("{round} · about {time} left").format(round=words, time=formats.duration(view.eta_seconds))
        if view.state == "done":
            return words
        return self.tr("{round} · {state}").format(round=words, state=state_word(view.state))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.LanguageChange, QEvent.Type.PaletteChange):
            self.refresh()
