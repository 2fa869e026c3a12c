# SPDX-License-Identifier: Apache-2.0
"""Locks the vault when nobody has touched the window for a while.

While training runs here the vault stays open, because training reads from it; the clock starts again when training has ended.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
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
    """Watches input of the whole application.

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
        application.installEventFilter(self)

    def set_minutes(self, minutes: float) -> None:
        """How long without a touch; 0 never locks."""
        self._timer.stop()
        self._timer.setInterval(round(minutes * 60_000))
        if minutes > 0:
            self._timer.start()

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
