# SPDX-License-Identifier: Apache-2.0
"""What stands above every page: its name, one line of purpose, its main button, and the language switch."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.widgets import text

SPACING = 16


class Header(QWidget):
    """The main button stands at the right; with large text, where it would not fit, below the name."""

    def __init__(self, languages: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = text.title()
        self.demo_mark = QLabel()
        self.demo_mark.setObjectName("demo")
        self.demo_mark.setVisible(False)
        self.purpose = text.muted()
        self.primary: QPushButton | None = None
        self._languages = languages
        self._below = False
        self._name = QHBoxLayout()
        self._name.setSpacing(12)
        self._name.addWidget(self.title)
        self._name.addWidget(self.demo_mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._name.addStretch(1)
        names = QVBoxLayout()
        names.setSpacing(2)
        names.addLayout(self._name)
        names.addWidget(self.purpose)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(28, 18, 20, 12)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(names, 0, 0)
        self._grid.addWidget(languages, 0, 2, Qt.AlignmentFlag.AlignVCenter)

    def show_page(self, title: str, purpose: str, primary: QPushButton | None) -> None:
        """Show another page's words and main button; the button of the page before is given back, without a parent."""
        self.title.setText(title)
        self.purpose.setText(purpose)
        self.purpose.setVisible(bool(purpose))
        if primary is not self.primary:
            if self.primary is not None:
                self._grid.removeWidget(self.primary)
                self.primary.setParent(None)
            self.primary = primary
            if primary is not None:
                self._place(self._below)
                primary.show()
        self._arrange()

    def _arrange(self) -> None:
        """Beside or below, by the room there is; a narrow column of purpose beside the button counts as no room."""
        if self.primary is None:
            return
        margins = self._grid.contentsMargins()
        names = max(self._name.sizeHint().width(), 10 * self.fontMetrics().horizontalAdvance("m"))
        others = self.primary.sizeHint().width() + self._languages.sizeHint().width() + 2 * SPACING
        below = names + others + margins.left() + margins.right() > self.width()
        if below != self._below:
            self._grid.removeWidget(self.primary)
            self._place(below)

    def _place(self, below: bool) -> None:
        self._below = below
        if self.primary is None:
            return
        if below:
            self._grid.addWidget(self.primary, 1, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        else:
            self._grid.addWidget(self.primary, 0, 1, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # the words of the button or of the page have changed
            self._arrange()
        return super().event(event)
