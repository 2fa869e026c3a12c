# SPDX-License-Identifier: Apache-2.0
"""What keeps the window's event loop on time while Python works on other threads: how often they take turns, what an import costs,
and where garbage is collected.
"""

from __future__ import annotations

import gc
import sys
from typing import Any

from PySide6.QtCore import QObject, QTimer

SWITCH_INTERVAL = 0.0005
"""Seconds. With Python's usual 5 ms a training thread makes the window late by 15 to 24 ms; with this by 11 to 13 ms."""
COLLECT_MS = 1000
LIBRARY = 30_000
"""More new objects than this within a second are a library that was imported: they stay, and are not worth looking at again."""
OLD_EVERY = 60
"""Collections of the young after which the old are looked through as well."""


def take_turns() -> None:
    """Lets threads take turns often, and spares imports what PySide adds to them; once, before the first thread starts."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    # PySide reads the source text of every module imported after it, to learn whether that uses PySide: it would matter to code
    # that switches snake_case on. Of torch's thousand modules that costs a tenth of a second and 40 MB.
    feature: Any = sys.modules.get("shibokensupport.feature")
    if hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: False


class Collector(QObject):
    """Collects garbage on the main thread only.

    Left to itself Python collects on whatever thread allocates: a widget or timer that is freed there takes Qt down with it, and
    while torch is imported each collection stops the window for a tenth of a second.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._young = 0
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(COLLECT_MS)

    def collect(self) -> None:
        """Frees what the last second left in circles; now and then what earlier ones did."""
        fresh = gc.get_count()[0]
        if fresh > LIBRARY:
            gc.freeze()
        elif fresh > gc.get_threshold()[0]:
            self._young += 1
            gc.collect(2 if self._young % OLD_EVERY == 0 else 1)

    def stop(self) -> None:
        """Leaves it to Python again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
