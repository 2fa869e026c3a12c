# SPDX-License-Identifier: Apache-2.0
"""How one variable of a study is read from the hospital's columns: which column, in which unit, and what its words mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.session.choices import MatchChoice
from engine.session.views import ColumnView, DatasetDetail, MatchLine, ProblemView
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text
from gui.widgets.banner import Note, ProblemBanner
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from engine.session.session import Session

MOST_WORDS = 40
"""More words of one column than these are mapped on the command line."""


class MatchDialog(QDialog):
    """Accepted when the variable fits; while it does not, the dialog says why and stays."""

    def __init__(
        self, bridge: Bridge, session: Session, study: str, detail: DatasetDetail, line: MatchLine, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self._study, self._detail, self._line = study, detail, line
        self.setModal(True)
        self.setMinimumWidth(560)
        self.setWindowTitle(self.tr("“{variable}” in your records").format(variable=line.variable))
        title = text.heading()
        title.setText(self.windowTitle())
        self._banner = ProblemBanner()
        self.note = Note("info")
        self.column = ChoiceBox()
        self.column.addItem(self.tr("Find it by its name"), "")
        for column in detail.columns:
            self.column.addItem(column.name, column.name)
        self.column.setCurrentIndex(max(0, self.column.findData(line.column)))
        self.column.activated.connect(lambda _: self._fill_words())
        self.unit = QLineEdit()
        self.unit.setPlaceholderText(self._unit_of_column())
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(12)
        self._form.setVerticalSpacing(8)
        self._add(self.tr("Column"), self.column)
        if line.unit:
            self._add(self.tr("Unit of its values (the study wants {unit})").format(unit=line.unit), self.unit)
        self.unit.setVisible(bool(line.unit))
        self._words = QFormLayout()
        self._words.setHorizontalSpacing(12)
        self._words.setVerticalSpacing(6)
        self.spellings: dict[str, ChoiceBox] = {}
        self.use, self._close = buttons.primary(), buttons.plain()
        self.use.setText(self.tr("Use this"))
        self._close.setText(self.tr("Cancel"))
        self.use.clicked.connect(self._choose)
        self._close.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._close)
        actions.addWidget(self.use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self._banner)
        layout.addWidget(self.note)
        layout.addLayout(self._form)
        layout.addLayout(self._words)
        layout.addLayout(actions)
        self.use.setDefault(True)
        self._say(line)
        self._fill_words()

    def _add(self, words: str, field: QWidget) -> None:
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setBuddy(field)
        field.setAccessibleName(words)
        self._form.addRow(label, field)

    def _found(self) -> ColumnView | None:
        name = self.column.currentData() or self._line.column
        return next((column for column in self._detail.columns if column.name == name), None)

    def _unit_of_column(self) -> str:
        column = self._found()
        return column.unit if column is not None else ""

    def _fill_words(self) -> None:
        """For a variable of categories: the column's words, each with what it means."""
        while self._words.rowCount():
            self._words.removeRow(0)
        self.spellings = {}
        column = self._found()
        self.unit.setPlaceholderText(self._unit_of_column())
        words = [bar.label for bar in column.bars if bar.label][:MOST_WORDS] if column is not None and self._line.categories else []
        for word in words:
            box = ChoiceBox()
            box.addItem(self.tr("As it is written"), "")
            for category in self._line.categories:
                box.addItem(category, category)
            box.setCurrentIndex(max(0, box.findData(self._line.spellings.get(word, ""))))
            box.setAccessibleName(self.tr("“{word}” means").format(word=word))
            label = QLabel(box.accessibleName())
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(box)
            self._words.addRow(label, box)
            self.spellings[word] = box
        fit_height(self)

    def _choose(self) -> None:
        said = {word: str(box.currentData()) for word, box in self.spellings.items() if box.currentData()}
        choice = MatchChoice(self._line.variable, str(self.column.currentData()), self.unit.text().strip(), said)
        self.use.setEnabled(False)
        self._banner.clear()
        self._bridge.run(self._session.choose_match(self._study, self._detail.dataset.id, choice), self._chosen, self._refused)

    def _chosen(self, lines: tuple[MatchLine, ...]) -> None:
        self.use.setEnabled(True)
        line = next(each for each in lines if each.variable == self._line.variable)
        if not line.problem:
            self.accept()
            return
        self._line = line
        self._say(line)
        fit_height(self)

    def _say(self, line: MatchLine) -> None:
        self.note.set_tone("bad" if line.problem else "info")
        self.note.set_words(line.problem or line.note)

    def _refused(self, problem: ProblemView) -> None:
        self.use.setEnabled(True)
        self._banner.show_problem(problem)
        fit_height(self)
