# SPDX-License-Identifier: Apache-2.0
"""Inline banners: a problem with its code, what happened, how to mend it and who can; details only on request."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from engine.session.views import ProblemView
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, text

_ICONS = {"info": "info", "ok": "check", "warn": "warning", "bad": "cross"}


class Note(QFrame):
    """One sentence on a tinted ground with an icon; ``tone`` is info | ok | warn | bad. For states that belong to the page."""

    def __init__(self, tone: str = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = QLabel()
        self.words = text.body()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1)
        self.setProperty("role", "note")
        self._tone = ""
        self.set_tone(tone)

    def set_tone(self, tone: str) -> None:
        """Change ground and icon."""
        if tone != self._tone:
            self._tone = tone
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)
            self._draw()

    def set_words(self, words: str) -> None:
        """The sentence; an empty one hides the note."""
        self.words.setText(words)
        self.setVisible(bool(words))
        self.setAccessibleName(words)

    def _draw(self) -> None:
        self._icon.setPixmap(icons.pixmap(_ICONS[self._tone], icons.tone_colour(tokens_of(self.palette()), self._tone), 18, self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._tone:
            self._draw()


class ProblemBanner(QFrame):
    """A problem of the engine above the page.

    Signals:
        closed(): the person has put it away.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "note")
        self.setProperty("tone", "bad")
        self.problem: ProblemView | None = None
        self._icon = QLabel()
        self._what = text.body()
        self._what.setProperty("role", "strong")
        self._mend = text.body()
        self._who = text.muted()
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setTabChangesFocus(True)
        self._details.setMaximumHeight(140)
        self._details.setVisible(False)
        self._more: QPushButton = buttons.quiet()
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        self._copy: QPushButton = buttons.quiet()
        self._copy.clicked.connect(self._copy_text)
        self._close: QPushButton = buttons.quiet()
        self._close.clicked.connect(self.clear)
        actions = QHBoxLayout()
        actions.setSpacing(4)
        for button in (self._more, self._copy, self._close):
            actions.addWidget(button)
        actions.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(4)
        for each in (self._what, self._mend, self._who):
            words.addWidget(each)
        words.addLayout(actions)
        words.addWidget(self._details)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.setVisible(False)
        self.retranslate()

    def show_problem(self, problem: ProblemView) -> None:
        """Show this problem instead of any earlier one, and tell screen readers."""
        self.problem = problem
        self._fill()
        self.setVisible(True)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        """Put the problem away."""
        if self.problem is not None:
            self.problem = None
            self.setVisible(False)
            self.closed.emit()

    def retranslate(self) -> None:
        """The banner's own words; the problem's are in the language it was made in."""
        self._more.setText(self.tr("Details"))
        self._copy.setText(self.tr("Copy for IT"))
        self._close.setText(self.tr("Close"))
        self._details.setAccessibleName(self.tr("Details of the problem"))
        self._fill()

    def _fill(self) -> None:
        self._icon.setPixmap(icons.pixmap("cross", tokens_of(self.palette()).bad, 18, self))
        if self.problem is None:
            return
        self._what.setText(self.tr("{code} · {what}").format(code=self.problem.code, what=self.problem.what))
        self._mend.setText(self.problem.mend)
        self._who.setText(self.tr("Who can mend this: {who}").format(who=self._who_words(self.problem.who)))
        self._who.setVisible(bool(self.problem.who))
        self._details.setPlainText(self.problem.details)
        self._more.setVisible(bool(self.problem.details))
        if not self.problem.details:
            self._more.setChecked(False)
        self.setAccessibleName(self.problem.what)

    def _who_words(self, who: str) -> str:
        words = {
            "you": self.tr("you"),
            "hospital-it": self.tr("your hospital's IT"),
            "lead": self.tr("the lead hospital"),
            "developers": self.tr("the makers of the program"),
        }
        return words.get(who, who)

    def _copy_text(self) -> None:
        if self.problem is not None:
            lines = (self.problem.code, self.problem.what, self.problem.mend, self.problem.who, self.problem.details)
            QGuiApplication.clipboard().setText("\n".join(line for line in lines if line))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._fill()
