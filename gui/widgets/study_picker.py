# SPDX-License-Identifier: Apache-2.0
"""Which study the pages show: one choice for the whole window, and the box to make it where there is more than one."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from engine.session.views import StudyRow
from gui.widgets import text
from gui.widgets.choice import ChoiceBox


class StudyChoice(QObject):
    """The study being looked at; a child of the bridge, so that the pages of one window share it.

    Signals:
        changed(str): a person chose another study.
    """

    changed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.study = ""

    def choose(self, study: str) -> None:
        """Look at this study from now on."""
        if study != self.study:
            self.study = study
            self.changed.emit(study)


def choice_of(bridge: QObject) -> StudyChoice:
    """The choice that belongs to this bridge; made on the first call."""
    found = bridge.findChild(StudyChoice)
    return found if isinstance(found, StudyChoice) else StudyChoice(bridge)


class StudyPicker(QWidget):
    """A box with the studies' titles; hidden while there is nothing to choose."""

    def __init__(self, choice: StudyChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._label = text.muted()
        self._label.setWordWrap(False)
        self.box = ChoiceBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(self._picked)
        self._label.setBuddy(self.box)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._label)
        layout.addWidget(self.box)
        layout.addStretch(1)
        self.setVisible(False)
        self.retranslate()

    def fill(self, studies: tuple[StudyRow, ...]) -> StudyRow | None:
        """Offer these studies; returns the chosen one: the earlier choice, else the first that is joined, else the first."""
        with QSignalBlocker(self.box):
            self.box.clear()
            for row in studies:
                self.box.addItem(row.title or row.study, row.study)
        chosen = next((row for row in studies if row.study == self._choice.study), None)
        chosen = chosen or next((row for row in studies if row.joined), studies[0] if studies else None)
        self.setVisible(len(studies) > 1)
        if chosen is not None:
            self._choice.study = chosen.study
            self.box.setCurrentIndex(studies.index(chosen))
        return chosen

    def retranslate(self) -> None:
        """The label in the current language."""
        self._label.setText(self.tr("Study"))
        self.box.setAccessibleName(self.tr("Study to show"))

    def _picked(self, index: int) -> None:
        self._choice.choose(self.box.itemData(index))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
