# SPDX-License-Identifier: Apache-2.0
"""How late the window's event loop is: a 10 ms timer that notes by how much each beat misses, idle and while training."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 10


class Lateness(QObject):
    """Collects lateness in milliseconds, in two heaps by what the engine is doing."""

    def __init__(self, training: Callable[[], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self.idle: list[float] = []
        self.busy: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        (self.busy if self._training() else self.idle).append(max(0.0, (now - self._last) * 1000 - BEAT_MS))
        self._last = now

    def report(self) -> str:
        """Two lines: p50, p99 and max of each heap."""
        return "\n".join((_line("idle", self.idle), _line("training", self.busy)))


def _line(name: str, values: list[float]) -> str:
    if not values:
        return f"{name:9s} no beats"
    p50, p99 = np.percentile(values, (50, 99))
    return f"{name:9s} beats {len(values)}  p50 {p50:.1f} ms  p99 {p99:.1f} ms  max {max(values):.1f} ms"
