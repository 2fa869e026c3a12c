# SPDX-License-Identifier: Apache-2.0
"""A place to drop one file, with a button for who would rather choose it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, text


class DropArea(QFrame):
    """A dashed frame.

    Signals:
        dropped(Path): one local file was dropped.
        choose(): the button was pressed.
    """

    dropped = Signal(object)
    choose = Signal()

    def __init__(self, icon: str = "file", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        self._icon_name = icon
        self._icon = QLabel()
        self._title = text.heading()
        self._words = text.muted()
        self.button: QPushButton = buttons.plain()
        self.button.clicked.connect(self.choose)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 30, 28, 30)
        layout.setSpacing(10)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._words):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        layout.addSpacing(6)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch(1)
        self._draw()

    def set_words(self, title: str, words: str, button: str) -> None:
        """The texts."""
        self._title.setText(title)
        self._words.setText(words)
        self.button.setText(button)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _file(event) is not None:
            event.acceptProposedAction()
            self._over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self._over(False)
        path = _file(event)
        if path is not None:
            event.acceptProposedAction()
            self.dropped.emit(path)

    def _over(self, over: bool) -> None:
        self.setProperty("over", over)
        self.style().unpolish(self)
        self.style().polish(self)

    def _draw(self) -> None:
        self._icon.setPixmap(icons.pixmap(self._icon_name, tokens_of(self.palette()).accent, 40, self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()


def _file(event: QDropEvent) -> Path | None:
    """The one local file that is dragged; None for several or for something else."""
    urls = event.mimeData().urls()
    if len(urls) == 1 and urls[0].isLocalFile():
        return Path(urls[0].toLocalFile())
    return None
