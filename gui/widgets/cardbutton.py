# SPDX-License-Identifier: Apache-2.0
"""A large button with an icon, a heading and a sentence: a choice of the first page, a step of the home page."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import text


class CardButton(QPushButton):
    """``kind`` is card (icon above the words) or step (icon beside them, state at the right)."""

    def __init__(self, icon: str, kind: str = "card", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", kind)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._icon_name, self._tone = icon, "accent"
        self._icon_size = 34 if kind == "card" else 22
        self._icon = QLabel()
        self._title = text.heading()
        self._words = text.muted()
        self._state = text.muted()
        self._state.setWordWrap(False)
        for label in (self._icon, self._title, self._words, self._state):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        words = QVBoxLayout()
        words.setSpacing(6 if kind == "card" else 2)
        words.addWidget(self._title)
        words.addWidget(self._words)
        layout: QBoxLayout
        if kind == "card":
            words.addStretch(1)
            layout = QVBoxLayout(self)
            layout.setContentsMargins(24, 24, 24, 24)
            layout.setSpacing(14)
            layout.addWidget(self._icon)
            layout.addLayout(words, 1)
            layout.addWidget(self._state)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        else:
            layout = QHBoxLayout(self)
            layout.setContentsMargins(12, 10, 12, 10)
            layout.setSpacing(14)
            layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
            layout.addLayout(words, 1)
            layout.addWidget(self._state, 0, Qt.AlignmentFlag.AlignVCenter)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._layout = layout
        self._draw()

    def set_words(self, title: str, words: str, state: str = "") -> None:
        """The texts; together they are the accessible name."""
        self._title.setText(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._state.setText(state)
        self._state.setVisible(bool(state))
        self.setAccessibleName(", ".join(part for part in (title, state) if part))
        self.setAccessibleDescription(words)
        self.updateGeometry()

    def set_icon(self, icon: str, tone: str) -> None:
        """Another icon, in the colour of a tone."""
        if (icon, tone) != (self._icon_name, self._tone):
            self._icon_name, self._tone = icon, tone
            self._draw()

    def title(self) -> str:
        """The heading as shown."""
        return self._title.text()

    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._layout.minimumSize()

    def _draw(self) -> None:
        colour = icons.tone_colour(tokens_of(self.palette()), self._tone)
        self._icon.setPixmap(icons.pixmap(self._icon_name, colour, self._icon_size, self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
