# SPDX-License-Identifier: Apache-2.0
"""A white block with a heading: the unit that pages are made of."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets import text


class Card(QFrame):
    """Heading, room at the heading's right (``aside``), content below (``content``, a QVBoxLayout)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 18)
        outer.setSpacing(12)
        self.heading: QLabel = text.heading()
        self.heading.setVisible(False)
        self.aside = QHBoxLayout()
        self.aside.setSpacing(8)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        top.addLayout(self.aside)
        outer.addLayout(top)
        self.content = QVBoxLayout()
        self.content.setSpacing(10)
        outer.addLayout(self.content, 1)

    def set_heading(self, words: str) -> None:
        """The card's name; also what a screen reader says for the group."""
        self.heading.setText(words)
        self.heading.setVisible(bool(words))
        self.setAccessibleName(words)
