# SPDX-License-Identifier: Apache-2.0
"""Locks the vault when nobody has touched the window for a while.

While training runs here the vault stays open, because training reads from it; the clock starts again when training has ended.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

_TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class IdleLock(QObject):
    """Watches input of the whole application: where it comes in, at its windows and at what has the focus.

    A filter on the application itself would see every event of every widget, and each would wait for the thread that trains.

    Signals:
        expired(): nobody has touched the window for the set time and nothing needs the vault.
    """

    expired = Signal()

    def __init__(self, application: QApplication, busy: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._busy = busy
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ended)
        self._application = application
        application.focusWindowChanged.connect(self._watch_windows)
        application.focusObjectChanged.connect(self._watch_focus)
        self._watch_windows()

    def set_minutes(self, minutes: float) -> None:
        """How long without a touch; 0 never locks."""
        self._timer.stop()
        self._timer.setInterval(round(minutes * 60_000))
        if minutes > 0:
            self._timer.start()

    @Slot()
    def _watch_windows(self) -> None:
        for window in self._application.topLevelWindows():
            window.installEventFilter(self)  # one that is watched already is not watched twice

    @Slot(QObject)
    def _watch_focus(self, focus: QObject | None) -> None:
        """Where words of an input method arrive that no window has seen. Nothing is kept of it: it may go away before us."""
        if focus is not None:
            focus.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and self._timer.isActive() and self._timer.interval() - self._timer.remainingTime() > 1000:
            self._timer.start()  # at most once a second: a moving mouse must cost nothing
        return super().eventFilter(watched, event)

    def _ended(self) -> None:
        if self._busy():
            self._timer.start()
        else:
            self.expired.emit()
            self._timer.start()
