# SPDX-License-Identifier: Apache-2.0
"""EN | 中文: two buttons, always visible, from the first page on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QWidget

_SHORT = {"en": "EN", "zh": "中文"}


class LanguageSwitch(QWidget):
    """One button a language.

    Signals:
        chosen(str): the language's code.
    """

    chosen = Signal(str)

    def __init__(self, languages: dict[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = languages
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for code in languages:
            button = QPushButton(_SHORT[code])
            button.setProperty("kind", "segment")
            button.setCheckable(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.clicked.connect(lambda _=False, each=code: self.chosen.emit(each))
            self._group.addButton(button)
            layout.addWidget(button)
            self.buttons[code] = button
        self.retranslate()

    def select(self, language: str) -> None:
        """Show which language is in use."""
        self.buttons[language].setChecked(True)

    def retranslate(self) -> None:
        """What a screen reader and the tooltip say."""
        for code, button in self.buttons.items():
            words = self.tr("Language: {name}").format(name=self._names[code])
            button.setAccessibleName(words)
            button.setToolTip(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
