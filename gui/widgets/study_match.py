# SPDX-License-Identifier: Apache-2.0
"""The block of the Study page about the person's own records: which data set, and how its columns fit the study's variables."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from engine.session.views import DatasetView, MatchLine, StudyView
from gui import formats
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.choice import ChoiceBox
from gui.widgets.report_table import Cell, StillTable


class MatchCard(Card):
    """The data set to join with; what does not fit is listed, what fits on request.

    Signals:
        chosen(): a person chose another data set.
        data_wanted(): a person wants to open or change data.
        line_wanted(MatchLine): say how this variable is read.
        taken_back(MatchLine): what was said of this variable counts no more.
        request_wanted(): write down what is missing, for whoever exports the records.
    """

    chosen = Signal()
    data_wanted = Signal()
    line_wanted = Signal(object)
    taken_back = Signal(object)
    request_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.datasets: tuple[DatasetView, ...] = ()
        self._view: StudyView | None = None
        self._label = QLabel()
        self.box = ChoiceBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(12)
        self.box.activated.connect(self.chosen)
        self._label.setBuddy(self.box)
        self.open_data = buttons.quiet()
        self.open_data.clicked.connect(self.data_wanted)
        self.every = buttons.quiet()
        self.every.setCheckable(True)
        self.every.toggled.connect(self._show)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self.box, 2)
        row.addWidget(self.open_data)
        row.addStretch(1)
        row.addWidget(self.every)
        self.note = Note("ok")
        self.table = StillTable(stretch=-1)
        self.content.addLayout(row)
        self.content.addWidget(self.note)
        self._lines: tuple[MatchLine, ...] = ()
        self.say, self.take_back, self.request = buttons.plain(), buttons.plain(), buttons.quiet()
        self.say.clicked.connect(lambda: self._with_line(self.line_wanted.emit))
        self.take_back.clicked.connect(lambda: self._with_line(self.taken_back.emit))
        self.request.clicked.connect(self.request_wanted)
        self.table.doubleClicked.connect(lambda _: self._with_line(self.line_wanted.emit))
        self.table.currentCellChanged.connect(lambda *_: self._ready())
        self._acts = QWidget()
        acts = QHBoxLayout(self._acts)
        acts.setContentsMargins(0, 0, 0, 0)
        acts.setSpacing(8)
        for button in (self.say, self.take_back):
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.request)
        self.content.addWidget(self.table)
        self.content.addWidget(self._acts)

    def dataset(self) -> str | None:
        """The id of the data set that is chosen."""
        chosen: str | None = self.box.currentData()
        return chosen

    def offer(self, datasets: tuple[DatasetView, ...]) -> None:
        """These data sets can be chosen, the newest first; the choice stays where it can."""
        chosen = self.dataset()
        self.datasets = tuple(sorted(datasets, key=lambda each: -each.imported))
        with QSignalBlocker(self.box):
            self.box.clear()
            for each in self.datasets:
                words = self.tr("{name} – {rows} rows").format(name=each.name, rows=formats.count(each.rows))
                self.box.addItem(words, each.id)
            self.box.setCurrentIndex(max(0, self.box.findData(chosen)) if self.datasets else -1)

    def show_study(self, view: StudyView) -> None:
        """Show how the chosen data set fits this study, in the current language."""
        self._view = view
        self._show()

    def recolour(self) -> None:
        """The palette changed: draw the icons of the table again."""
        self._show()

    def _with_line(self, act: Callable[[MatchLine], None]) -> None:
        row = self.table.currentRow()
        if self._view is not None and not self._view.joined and 0 <= row < len(self._lines):
            act(self._lines[row])

    def _ready(self) -> None:
        row = self.table.currentRow()
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        free = self._view is not None and not self._view.joined
        self.say.setEnabled(free and line is not None)
        self.take_back.setEnabled(free and line is not None and line.chosen)

    def _show(self) -> None:
        view = self._view
        if view is None:
            return
        problems = sum(1 for line in view.match if line.problem)
        every = self.every.isChecked()
        self.set_heading(self.tr("Your records"))
        self._label.setText(self.tr("Data set"))
        self.box.setAccessibleName(self.tr("Data set for this study"))
        self.table.setAccessibleName(self.tr("Variables of the study and your columns"))
        self._label.setVisible(bool(self.datasets))
        self.box.setVisible(bool(self.datasets))
        self.box.setEnabled(not view.joined)
        self.open_data.setText(self.tr("Change the data") if self.datasets else self.tr("Open my data"))
        self.every.setVisible(bool(view.match))
        self.every.setText(self.tr("Hide what fits") if every else self.tr("Show every variable"))
        self.table.setVisible(bool(problems or (every and view.match)))
        self.say.setText(self.tr("Say how it is read…"))
        self.take_back.setText(self.tr("Take back"))
        self.request.setText(self.tr("Write a request…"))
        self.request.setToolTip(self.tr("A text for whoever exports the records: what is still missing, with unit and words."))
        self._acts.setVisible(bool(view.match) and not view.joined)
        for button in (self.say, self.take_back):
            button.setVisible(not self.table.isHidden())
        self._show_note(view, problems)
        self._show_table(view, every)

    def _show_note(self, view: StudyView, problems: int) -> None:
        everything = formats.count(len(view.match))
        if not self.datasets:
            self.note.set_tone("warn")
            self.note.set_words(self.tr("No data set has been opened yet. Open one to see whether it fits this study."))
        elif problems:
            self.note.set_tone("bad")
            words = self.tr("{problems} of {all} variables do not fit yet.")
            self.note.set_words(words.format(problems=formats.count(problems), all=everything))
        elif view.match:
            self.note.set_tone("ok")
            self.note.set_words(self.tr("All {all} variables of the study were found.").format(all=everything))
        else:
            self.note.set_words("")

    def _show_table(self, view: StudyView, every: bool) -> None:
        tokens = tokens_of(self.palette())
        fits = icons.icon("check", tokens.ok, 16, self)
        bad = icons.icon("cross", tokens.bad, 16, self)
        self._lines = tuple(line for line in sorted(view.match, key=lambda line: not line.problem) if every or line.problem)
        rows = [
            (
                Cell(line.variable, strong=True, icon=bad if line.problem else fits),
                Cell(line.column or "–"),
                Cell(line.problem or line.note or self.tr("Fits")),
            )
            for line in self._lines
        ]
        self.table.show_rows((self.tr("Variable of the study"), self.tr("Your column"), self.tr("Note")), rows)
        if rows and self.table.currentRow() < 0:
            self.table.selectRow(0)
        self._ready()
