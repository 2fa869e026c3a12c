# SPDX-License-Identifier: Apache-2.0
"""The help beside the window: about the page on top, in the window's language, as long as it is open."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from gui.help import pages
from gui.widgets import buttons


class HelpWindow(QDialog):
    """Not modal: a person reads and works at the same time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = ""
        self._language = ""
        self.words = QTextBrowser()
        self.words.setOpenLinks(False)  # nothing is fetched; the pages have no links
        self.words.setTabChangesFocus(True)
        self.words.setObjectName("help")
        self._close = buttons.plain()
        self._close.clicked.connect(self.close)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(self.words, 1)
        layout.addLayout(actions)
        height = self.fontMetrics().height()
        self.resize(26 * height, 32 * height)
        self.retranslate()

    def show_page(self, page: str, language: str) -> None:
        """The help of this page; what is shown already stays where it was scrolled to."""
        if (page, language) != (self._page, self._language):
            self._page, self._language = page, language
            self.words.setMarkdown(pages.read(page, language))

    def retranslate(self) -> None:
        """The frame's own words."""
        self.setWindowTitle(self.tr("Help"))
        self.words.setAccessibleName(self.tr("Help for this page"))
        self._close.setText(self.tr("Close"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._page:
            self.words.setMarkdown(pages.read(self._page, self._language))
