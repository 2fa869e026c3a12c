# SPDX-License-Identifier: Apache-2.0
"""A box to choose from that the mouse wheel cannot change: whoever scrolls the page past it keeps what was chosen."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox


class ChoiceBox(QComboBox):
    """A combo box that is changed by a click or by the keyboard only; the wheel belongs to the page around it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
