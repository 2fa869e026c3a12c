# SPDX-License-Identifier: Apache-2.0
"""A word from the system's tray when a study is done, has stopped or needs a person, while the window is not in front.

Where there is no tray (many a GNOME desktop) nothing is shown there and the window says it as always.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QSystemTrayIcon

from engine.session.views import HomeView

NEWS = ("done", "stopped-by-check", "not-joined")
"""States worth a word: the study has ended, a check has stopped it, its plan waits for this person."""


class News:
    """Finds what a person would want to hear in one view of the home page after another."""

    def __init__(self) -> None:
        self._states: dict[str, str] | None = None

    def of(self, home: HomeView) -> tuple[tuple[str, str], ...]:
        """(title, state) of every study that has come into a state worth a word since the last view; the first view is no news."""
        states = {study.study: study.state for study in home.studies}
        before, self._states = self._states, states
        if before is None:
            return ()
        return tuple((row.title, row.state) for row in home.studies if row.state in NEWS and before.get(row.study, row.state) != row.state)

    def forget(self) -> None:
        """Another session comes: its first view is no news either."""
        self._states = None


class Tray(QObject):
    """The icon, only where the system has a tray.

    Signals:
        called(): the icon or a message was clicked; show the window.
    """

    called = Signal()

    def __init__(self, icon: QIcon, away: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._away = away
        self._news = News()
        self._icon: QSystemTrayIcon | None = None
        if QSystemTrayIcon.isSystemTrayAvailable():
            self._icon = QSystemTrayIcon(icon, self)
            self._icon.setToolTip("Wardround")
            self._icon.activated.connect(lambda _reason: self.called.emit())
            self._icon.messageClicked.connect(self.called)
            self._icon.show()

    def tell(self, home: HomeView) -> None:
        """Say what is new, unless the person sees it in the window."""
        for title, state in self._news.of(home):
            if self._icon is not None and self._away() and QSystemTrayIcon.supportsMessages():
                self._icon.showMessage(title, self.words(state), self._icon.icon())

    def words(self, state: str) -> str:
        """What is said of a state."""
        said = {
            "done": self.tr("The study has ended: the results are there."),
            "stopped-by-check": self.tr("Training has stopped here and needs you."),
            "not-joined": self.tr("The plan of the study is there and waits for your approval."),
        }
        return said[state]

    def forget(self) -> None:
        """Another session comes."""
        self._news.forget()

    def close(self) -> None:
        """Take the icon away."""
        if self._icon is not None:
            self._icon.hide()
