# SPDX-License-Identifier: Apache-2.0
"""A canary for PySide6 releases that drop a reference to None with each call (6.12.0 on CPython 3.11 does, and aborts in a second)."""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtWidgets import QWidget


def test_calls_that_return_none_keep_it_alive(qtbot: Any) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    before = sys.getrefcount(None)
    for _ in range(200):
        widget.update()
    assert sys.getrefcount(None) > before - 100
