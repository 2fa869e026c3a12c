# SPDX-License-Identifier: Apache-2.0
"""The left rail: the order of work, one button a page, with a tick when done and a lock with the reason when closed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gui.theme import icons
from gui.theme.tokens import tokens_of

PAGES = ("home", "data", "study", "training", "results", "outbound", "privacy", "settings")
ICON = 20


@dataclass(frozen=True)
class Mark:
    """What the rail shows beside a page's name: state is open | done | locked | notice; ``why`` is said in the tooltip."""

    state: str = "open"
    why: str = ""


class Rail(QFrame):
    """The eight pages.

    Signals:
        chosen(str): the name of a page of ``PAGES``.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(2)
        self._brand = QLabel("Wardround")
        self._brand.setObjectName("brand")
        layout.addWidget(self._brand)
        layout.addSpacing(6)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        self._badges: dict[str, QLabel] = {}
        self._marks: dict[str, Mark] = dict.fromkeys(PAGES, Mark())
        for name in PAGES:
            button = QPushButton()
            button.setProperty("kind", "rail")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setIconSize(QSize(ICON, ICON))
            button.clicked.connect(lambda _=False, each=name: self.chosen.emit(each))
            badge = QLabel(button)
            badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            inside = QHBoxLayout(button)
            inside.setContentsMargins(0, 0, 10, 0)
            inside.addStretch(1)
            inside.addWidget(badge)
            self._group.addButton(button)
            self.buttons[name] = button
            self._badges[name] = badge
            if name == "settings":
                layout.addStretch(1)
            layout.addWidget(button)
        self.retranslate()

    def select(self, name: str) -> None:
        """Mark this page as the one shown; a name that the rail does not have unmarks all."""
        self._group.setExclusive(name in self.buttons)
        for each, button in self.buttons.items():
            button.setChecked(each == name)
        self._draw()

    def set_marks(self, marks: dict[str, Mark]) -> None:
        """Show ticks and locks."""
        wanted = {name: marks.get(name, Mark()) for name in PAGES}
        if wanted != self._marks:
            self._marks = wanted
            self.retranslate()
            self._draw()

    def retranslate(self) -> None:
        """Names, tooltips and what a screen reader says."""
        names = {
            "home": self.tr("Home"),
            "data": self.tr("Data"),
            "study": self.tr("Study"),
            "training": self.tr("Training"),
            "results": self.tr("Results"),
            "outbound": self.tr("Outbound"),
            "privacy": self.tr("Privacy"),
            "settings": self.tr("Settings"),
        }
        states = {"open": "", "done": self.tr("done"), "locked": self.tr("not open yet"), "notice": self.tr("something new")}
        for number, name in enumerate(PAGES, start=1):
            button, mark = self.buttons[name], self._marks[name]
            button.setText(names[name])
            said = [names[name], states[mark.state], mark.why]
            button.setAccessibleName(", ".join(word for word in said if word))
            button.setToolTip(mark.why or self.tr("{page} (Ctrl+{number})").format(page=names[name], number=number))

    def _draw(self) -> None:
        tokens = tokens_of(self.palette())
        for name, button in self.buttons.items():
            mark = self._marks[name]
            locked = mark.state == "locked"
            if button.property("locked") != locked:
                button.setProperty("locked", locked)
                button.style().unpolish(button)
                button.style().polish(button)
            colour = tokens.accent if button.isChecked() else tokens.muted if locked else tokens.text
            button.setIcon(icons.icon(name, colour, ICON, button))
            badge = {"done": ("tick", tokens.ok), "locked": ("lock", tokens.muted), "notice": ("dot", tokens.accent)}.get(mark.state)
            self._badges[name].setVisible(badge is not None)
            if badge is not None:
                self._badges[name].setPixmap(icons.pixmap(badge[0], badge[1], 16, button))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()


class RailHolder(QScrollArea):
    """Holds the rail and scrolls it where large text makes it higher than the window; always as wide as the rail."""

    def __init__(self, rail: Rail, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rail = rail
        self.setWidget(rail)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        rail.installEventFilter(self)

    def sizeHint(self) -> QSize:
        bar = self.verticalScrollBar()
        return QSize(self._rail.sizeHint().width() + (bar.sizeHint().width() if bar.maximum() > 0 else 0), 200)

    def minimumSizeHint(self) -> QSize:
        return QSize(self.sizeHint().width(), 120)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.updateGeometry()
        return super().eventFilter(watched, event)
