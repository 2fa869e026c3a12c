# SPDX-License-Identifier: Apache-2.0
"""What a page or list shows while it has nothing: what it is, why it is empty, and one button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from gui.widgets import buttons, text


class EmptyState(QFrame):
    """A centred sentence, an explanation and at most one button (``button``, hidden while it has no words)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "empty")
        self._what = text.heading()
        self._why = text.muted()
        self.button: QPushButton = buttons.plain()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 40, 32, 40)
        layout.setSpacing(10)
        layout.addStretch(1)
        for label in (self._what, self._why):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(8)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        self.button.setVisible(False)

    def set_words(self, what: str, why: str = "", button: str = "") -> None:
        """Set the three texts; an empty button text hides the button."""
        self._what.setText(what)
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self.button.setText(button)
        self.button.setVisible(bool(button))
