# SPDX-License-Identifier: Apache-2.0
"""The blocks of the Study page: the plan, the check words, what will leave, who takes part, the plan as text."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.session.views import StudyView
from gui import formats
from gui.widgets import buttons, layouts, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.checkwords import CheckWords
from gui.widgets.report_table import Cell, StillTable


class PlanCard(Card):
    """The plan in plain words, then what a person has to know before approving."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._purpose = text.body()
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(20)
        self._lines.setVerticalSpacing(8)
        self._lines.setColumnStretch(1, 1)
        self._shown: tuple[tuple[tuple[str, str], ...], tuple[str, ...]] = ((), ())  # what the two layouts hold
        self.warnings: tuple[Note, ...] = ()
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(8)
        self.content.addWidget(self._purpose)
        self.content.addLayout(self._lines)
        self.content.addLayout(self._warnings)

    def show_study(self, view: StudyView) -> None:
        """Show this study's plan, in the current language."""
        self.set_heading(view.title)
        said = {line.text for line in view.plan}
        self._purpose.setText(view.purpose)
        self._purpose.setVisible(bool(view.purpose) and view.purpose not in said)
        lines = [(line.label, line.text) for line in view.plan]
        if view.lead not in said:
            lines.insert(0, (self.tr("Invited by"), view.lead))
        if (tuple(lines), view.warnings) == self._shown:
            return
        self._shown = (tuple(lines), view.warnings)
        layouts.clear(self._lines)
        for row, (label, words) in enumerate(lines):
            left = text.muted()
            left.setWordWrap(False)
            left.setText(label)
            right = text.body()
            right.setText(words)
            self._lines.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self._lines.addWidget(right, row, 1)
        layouts.clear(self._warnings)
        self.warnings = tuple(Note("warn") for _ in view.warnings)
        for note, words in zip(self.warnings, view.warnings, strict=True):
            note.set_words(words)
            self._warnings.addWidget(note)


class WordsCard(Card):
    """The two groups of check words to compare by phone, and the hash of the plan."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sha256 = ""
        self.phone = text.body()
        self.lead = CheckWords()
        self.own = CheckWords()
        self._label = text.muted()
        self._label.setWordWrap(False)
        self.hash = text.mono()
        self.copy = buttons.quiet()
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._sha256))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._label)
        row.addWidget(self.hash, 1)
        row.addWidget(self.copy)
        self.content.addWidget(self.phone)
        self.content.addWidget(layouts.Beside(self.lead, self.own))
        self.content.addLayout(row)

    def show_study(self, view: StudyView) -> None:
        """Show this study's words, in the current language."""
        self.set_heading(self.tr("Check words"))
        self.phone.setText(self.tr("Phone the lead hospital and compare these words. They are not secret."))
        self.lead.set_words(self.tr("The lead hospital's words"), view.coordinator_words, view.coordinator_numbers)
        self.own.set_words(self.tr("Your words"), view.site_words, view.site_numbers)
        self._sha256 = view.bundle_sha256
        self._label.setText(self.tr("Hash of the plan"))
        # In groups of eight, so that a line can break between them.
        self.hash.setText(" ".join(self._sha256[at : at + 8] for at in range(0, len(self._sha256), 8)))
        self.hash.setAccessibleName(self._sha256)
        self.copy.setText(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the hash of the plan"))
        for widget in (self._label, self.hash, self.copy):
            widget.setVisible(bool(self._sha256))


class ForecastCard(Card):
    """What will leave this computer, kind by kind, and how much in all."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.total = text.body()
        self.table = StillTable(stretch=-1)
        self.content.addWidget(self.total)
        self.content.addWidget(self.table)

    def show_study(self, view: StudyView) -> None:
        """Show this study's forecast, in the current language."""
        self.set_heading(self.tr("What will leave this computer"))
        self.table.setAccessibleName(self.tr("What will leave this computer"))
        messages = sum(line.messages for line in view.forecast)
        total = sum(line.messages * line.bytes_each for line in view.forecast)
        words = self.tr("About {size} in {messages} messages over the whole study. Patients' records sent: none.")
        self.total.setText(words.format(size=formats.size(total), messages=formats.count(messages)))
        rows = [
            (
                Cell(line.kind, strong=True),
                Cell(formats.count(line.messages), right=True),
                Cell(formats.size(line.bytes_each), right=True),
                Cell(formats.size(line.messages * line.bytes_each), right=True),
                Cell(line.what),
            )
            for line in view.forecast
        ]
        headers = (self.tr("Kind"), self.tr("Messages"), self.tr("Size of each"), self.tr("Together"), self.tr("What it is"))
        self.table.show_rows(headers, rows)


class RosterCard(Card):
    """The sites of the signed plan with their check words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = text.muted()
        self.table = StillTable(stretch=-1)
        self.content.addWidget(self.words)
        self.content.addWidget(self.table)

    def show_study(self, view: StudyView) -> None:
        """Show this study's sites, in the current language."""
        self.set_heading(self.tr("Who takes part"))
        self.words.setText(self.tr("Every site that is in the signed plan, with its check words."))
        self.table.setAccessibleName(self.tr("Sites that take part"))
        rows = [
            (
                Cell(self.tr("{site} (you)").format(site=line.site) if line.you else line.site, strong=line.you),
                Cell("  ".join(line.words)),
            )
            for line in view.roster
        ]
        self.table.show_rows((self.tr("Site"), self.tr("Check words")), rows)


class PlanTextCard(Card):
    """The signed plan as its author wrote it, for who wants to read it; shut at first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = text.muted()
        self.toggle = buttons.quiet()
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._retranslate)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setMinimumHeight(260)
        self.aside.addWidget(self.toggle)
        self.content.addWidget(self.words)
        self.content.addWidget(self.text)

    def show_study(self, view: StudyView) -> None:
        """Show this study's text, in the current language."""
        if self.text.toPlainText() != view.toml:
            self.text.setPlainText(view.toml)
        self._retranslate()

    def _retranslate(self) -> None:
        shown = self.toggle.isChecked()
        self.set_heading(self.tr("The signed plan as text"))
        self.words.setText(self.tr("The same for every site. It holds settings only, never a program."))
        self.text.setAccessibleName(self.tr("The signed plan as text"))
        self.text.setVisible(shown)
        self.toggle.setText(self.tr("Hide") if shown else self.tr("Show"))
        self.toggle.setAccessibleName(self.tr("Hide the plan's text") if shown else self.tr("Show the plan's text"))
