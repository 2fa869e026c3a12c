# SPDX-License-Identifier: Apache-2.0
"""A file before it is imported: its first rows as they would be read, with the choices that change how."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.session.choices import ReadChoices
from engine.session.views import PreviewView
from gui import formats
from gui.tables.text_model import TextModel
from gui.widgets import buttons, text
from gui.widgets.card import Card
from gui.widgets.choice import ChoiceBox
from gui.widgets.findings import FindingsList
from gui.widgets.optionsform import OptionsForm

ENCODINGS = ("auto", "utf-8", "gb18030", "utf-16", "windows-1252", "windows-1250", "windows-1251", "latin-1")
DELIMITERS = ("auto", ",", ";", "\t", "|")
DECIMALS = ("auto", ".", ",")


class FilePreview(QWidget):
    """Shows a PreviewView.

    Signals:
        choices_changed(): a choice was changed; read the file again with ``choices()``.
        cancelled(): put the file away, or stop the import that is running.
    """

    choices_changed = Signal()
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: PreviewView | None = None
        self.name = QLineEdit()
        self.encoding, self.delimiter, self.decimal = ChoiceBox(), ChoiceBox(), ChoiceBox()
        for box, values in ((self.encoding, ENCODINGS), (self.delimiter, DELIMITERS), (self.decimal, DECIMALS)):
            for value in values:
                box.addItem(value, value)
            box.activated.connect(self.choices_changed)
            box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._labels = [QLabel() for _ in range(4)]
        fields: tuple[QWidget, ...] = (self.name, self.encoding, self.delimiter, self.decimal)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
        self.card = Card()
        self._found = text.muted()
        forms = QGridLayout()
        forms.setHorizontalSpacing(12)
        forms.setVerticalSpacing(8)
        for number, (label, field) in enumerate(zip(self._labels, fields, strict=True)):
            across, down = 3 * (number // 2), number % 2
            forms.addWidget(label, down, across)
            forms.addWidget(field, down, across + 1)
            forms.setColumnStretch(across + 1, 1)
        forms.setColumnMinimumWidth(2, 8)
        self.cancel = buttons.plain()
        self.cancel.clicked.connect(self.cancelled)
        self.card.aside.addWidget(self.cancel)
        self.card.content.addWidget(self._found)
        self.card.content.addLayout(forms)
        self.options = OptionsForm()
        self.options.changed.connect(self.choices_changed)
        self.card.content.addWidget(self.options)
        self._progress_words = text.body()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.card.content.addWidget(self._progress_words)
        self.card.content.addWidget(self.bar)
        self.model = TextModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setMinimumHeight(180)
        self._findings_card = Card()
        self.findings = FindingsList()
        self.findings.show_rows.connect(self._show_rows)
        self._findings_card.content.addWidget(self.findings)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self.card)
        layout.addWidget(self._findings_card)
        layout.addWidget(self.table, 1)
        self.show_progress(None)

    def choices(self) -> ReadChoices:
        """How the file is to be read."""
        return ReadChoices(self.encoding.currentData(), self.delimiter.currentData(), self.decimal.currentData(), self.options.settings())

    def reset(self, name: str) -> None:
        """Back to "find out", for another file whose data set would be called ``name``."""
        for box in (self.encoding, self.delimiter, self.decimal):
            box.setCurrentIndex(0)
        self.options.reset()
        self.name.setText(name)

    def show_preview(self, view: PreviewView) -> None:
        """Show what was read."""
        same = self._view is not None and self._view.path == view.path
        self._view = view
        self.model.show_rows(view.header, view.rows, view.first_row)
        self.table.resizeColumnsToContents()
        if not same:
            self.table.scrollToTop()
        self.findings.show_findings(view.findings)
        self._findings_card.setVisible(bool(view.findings))
        text_file = view.format == "csv"
        for widget in (*self._labels[1:], self.encoding, self.delimiter, self.decimal):
            widget.setVisible(text_file)
        self.options.show_options(view.options)
        self.retranslate()

    def _show_rows(self, rows: tuple[int, ...]) -> None:
        """Mark these rows (0-based) of those that are shown, and go to the first."""
        selection = QItemSelection()
        last = self.model.columnCount() - 1
        for row in rows:
            selection.select(self.model.index(row, 0), self.model.index(row, last))
        self.table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.table.scrollTo(self.model.index(rows[0], 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        self.table.setFocus()

    def show_progress(self, fraction: float | None) -> None:
        """The import's progress, -1 when unknown; None when nothing runs."""
        running = fraction is not None
        self._progress_words.setVisible(running)
        self.bar.setVisible(running)
        for widget in (self.name, self.encoding, self.delimiter, self.decimal, self.options):
            widget.setEnabled(not running)
        if fraction is not None:
            self.bar.setRange(0, 0 if fraction < 0 else 1000)
            self.bar.setValue(round(max(0.0, fraction) * 1000))

    def retranslate(self) -> None:
        """Every string."""
        view = self._view
        if view is not None:
            shown = view.path.replace("\\", "/").rsplit("/", 1)[-1]
            self.card.set_heading(shown)
            words = self.tr("{size}, {columns} columns. These are its first rows; nothing has been imported yet.")
            found = words.format(size=formats.size(view.file_bytes), columns=formats.count(len(view.header)))
            if view.format == "csv":
                read = self.tr("Read as {encoding}, separated by {delimiter}, decimal sign {decimal}.")
                found += " " + read.format(encoding=view.encoding, delimiter=self._sign(view.delimiter), decimal=self._sign(view.decimal))
            self._found.setText(found)
        names = (self.tr("Name"), self.tr("Text encoding"), self.tr("Separator"), self.tr("Decimal sign"))
        fields: tuple[QWidget, ...] = (self.name, self.encoding, self.delimiter, self.decimal)
        for label, field, name in zip(self._labels, fields, names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        for box in (self.encoding, self.delimiter, self.decimal):
            box.setItemText(0, self.tr("Find out"))
        for box, values in ((self.delimiter, DELIMITERS), (self.decimal, DECIMALS)):
            for number, value in enumerate(values[1:], start=1):
                box.setItemText(number, self._sign(value))
        self.cancel.setText(self.tr("Cancel"))
        self._progress_words.setText(self.tr("Importing and encrypting…"))
        self.bar.setAccessibleName(self._progress_words.text())
        self.table.setAccessibleName(self.tr("First rows of the file"))
        self._findings_card.set_heading(self.tr("Before you import"))

    def _sign(self, sign: str) -> str:
        words = {
            ",": self.tr("comma"),
            ";": self.tr("semicolon"),
            "\t": self.tr("tab"),
            "|": self.tr("vertical bar"),
            ".": self.tr("point"),
        }
        return words.get(sign, sign)
