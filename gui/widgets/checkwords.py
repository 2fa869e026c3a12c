# SPDX-License-Identifier: Apache-2.0
"""Six check words in large letters, with the same check as numbers for people without a common language."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from gui.widgets import text

COLUMNS = 3


class CheckWords(QFrame):
    """One group: whose words they are, the words in the order in which they are read out, the numbers below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "inset")
        self._words: tuple[str, ...] = ()
        self._numbers: tuple[int, ...] = ()
        self._whose = ""
        self._title = text.muted()
        self._cells = [QLabel() for _ in range(6)]
        self._as_numbers = text.muted()
        self._as_numbers.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for n, cell in enumerate(self._cells):
            cell.setProperty("role", "word")
            cell.setTextFormat(Qt.TextFormat.PlainText)
            cell.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(cell, n // COLUMNS, n % COLUMNS)
            grid.setColumnStretch(n % COLUMNS, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self._title)
        layout.addLayout(grid)
        layout.addWidget(self._as_numbers)

    def set_words(self, whose: str, words: tuple[str, ...], numbers: tuple[int, ...]) -> None:
        """``whose`` is a short heading in the current language."""
        self._whose, self._words, self._numbers = whose, words, numbers
        self.retranslate()

    def retranslate(self) -> None:
        """Numbers and the text for screen readers, in the current language."""
        self._title.setText(self._whose)
        for n, cell in enumerate(self._cells):
            cell.setText(self._words[n] if n < len(self._words) else "")
        # Numbers of a check are names, not amounts: no grouping, no digits of another script.
        numbers = "  ".join(str(number) for number in self._numbers)
        self._as_numbers.setText(self.tr("As numbers: {numbers}").format(numbers=numbers))
        self._as_numbers.setVisible(bool(self._numbers))
        self.setAccessibleName(self._whose)
        self.setAccessibleDescription(", ".join(self._words))

    def cells(self) -> list[QLabel]:
        """The labels of the words, in order."""
        return self._cells
