# SPDX-License-Identifier: Apache-2.0
"""How late the window's event loop is: a 10 ms timer that notes by how much each beat misses, apart for what goes on meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 10
IDLE, TRAINING = "idle", "training"


class Lateness(QObject):
    """Collects lateness in milliseconds, in heaps named by ``occupation``: what goes on while a beat is waited for."""

    def __init__(self, occupation: Callable[[], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._occupation = occupation
        self.heaps: dict[str, list[float]] = {}
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(BEAT_MS)

    def _beat(self) -> None:
        now = time.perf_counter()
        late = max(0.0, (now - self._last) * 1000 - BEAT_MS)
        self.heaps.setdefault(self._occupation(), []).append(late)
        self._last = now

    def stop(self) -> None:
        """Beats no more."""
        self._timer.stop()

    def figures(self) -> dict[str, dict[str, float]]:
        """For each heap: beats, and p50, p99 and max in milliseconds."""
        return {name: _figures(values) for name, values in self.heaps.items()}

    def report(self) -> str:
        """A line for each heap; with both, how many times later the loop was while training."""
        figures = self.figures()
        lines = [_line(name, each) for name, each in figures.items()]
        if IDLE in figures and TRAINING in figures:
            lines.append(f"training / idle: p99 × {figures[TRAINING]['p99'] / max(figures[IDLE]['p99'], 1e-3):.1f}")
        return "\n".join(lines) or "no beats"


def _figures(values: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(values, (50, 99))
    return {"beats": len(values), "p50": float(p50), "p99": float(p99), "max": max(values)}


def _line(name: str, each: dict[str, float]) -> str:
    return f"{name:12s} beats {each['beats']:6.0f}  p50 {each['p50']:5.1f} ms  p99 {each['p99']:6.1f} ms  max {each['max']:6.1f} ms"
