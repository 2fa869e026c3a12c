# SPDX-License-Identifier: Apache-2.0
"""The patients who must not be used: who, why, since when, and what had left before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from engine.session.exclusion_views import ExclusionView, HoldingView
from gui import formats
from gui.widgets import buttons, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.report_table import Cell, StillTable


class ExcludedCard(Card):
    """The list, and a line to add to it; nothing is shown of it until a person opens it.

    Signals:
        exclude(str, str): patient number and reason.
        lift(str): the patient may be used again.
        opened(): read the list.
    """

    exclude = Signal(str, str)
    lift = Signal(str)
    opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list: tuple[ExclusionView, ...] = ()
        self._held: tuple[HoldingView, ...] | None = None
        self.toggle = buttons.quiet()
        self.toggle.setCheckable(True)
        self.toggle.toggled.connect(self._toggled)
        self.aside.addWidget(self.toggle)
        self._about = text.muted()
        self.patient, self.reason = QLineEdit(), QLineEdit()
        self.add, self.lift_button = buttons.plain(), buttons.plain()
        for field in (self.patient, self.reason):
            field.textChanged.connect(lambda _: self._ready())
        self.add.clicked.connect(self._add)
        self.lift_button.clicked.connect(self._lift)
        self._line = QWidget()
        row = QHBoxLayout(self._line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.patient, 1)
        row.addWidget(self.reason, 2)
        row.addWidget(self.add)
        self.note = Note("ok")
        self.table = StillTable()
        self.table.currentCellChanged.connect(lambda *_: self._ready())
        self.content.addWidget(self._about)
        self.content.addWidget(self._line)
        self.content.addWidget(self.note)
        self.content.addWidget(self.table)
        self.content.addWidget(self.lift_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.retranslate()

    def show_list(self, found: tuple[ExclusionView, ...], held: tuple[HoldingView, ...] | None = None) -> None:
        """Show the list; ``held``: of the patient who was just excluded, how many rows each data set has."""
        self._list, self._held = found, held
        self.retranslate()

    def clear(self) -> None:
        """The vault is locked: show nothing."""
        self._list, self._held = (), None
        self.toggle.setChecked(False)
        self.patient.clear()
        self.reason.clear()
        self.retranslate()

    def done(self) -> None:
        """The patient who was typed is on the list."""
        self.patient.clear()
        self.reason.clear()

    def _toggled(self, on: bool) -> None:
        if on:
            self.opened.emit()
        self.retranslate()

    def _add(self) -> None:
        self.add.setEnabled(False)
        self.exclude.emit(self.patient.text().strip(), self.reason.text().strip())

    def _lift(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._list):
            self.lift.emit(self._list[row].patient)

    def _ready(self) -> None:
        self.add.setEnabled(bool(self.patient.text().strip()) and bool(self.reason.text().strip()))
        row = self.table.currentRow()
        self.lift_button.setEnabled(0 <= row < len(self._list) and self._list[row].lifted is None)

    def _said(self) -> str:
        if self._held is None:
            return ""
        rows = sum(each.rows for each in self._held)
        unknown = [each.dataset for each in self._held if not each.column]
        words = self.tr("Excluded from now on; {count} rows of these data belong to the patient.").format(count=formats.count(rows))
        if unknown:
            more = self.tr("Nobody has said yet which column is the patient number of: {names}")
            words += " " + more.format(names=", ".join(unknown))
        return words

    def retranslate(self) -> None:
        """Every string."""
        shown = self.toggle.isChecked()
        self.set_heading(self.tr("Excluded patients"))
        self.toggle.setText(self.tr("Hide") if shown else self.tr("Show the list"))
        self._about.setText(
            self.tr("Who objects or withdraws is in no study from the next round on, in files of now and later. What had left stays so.")
        )
        for field, words in ((self.patient, self.tr("Patient number")), (self.reason, self.tr("Reason"))):
            field.setPlaceholderText(words)
            field.setAccessibleName(words)
        self.add.setText(self.tr("Exclude"))
        self.lift_button.setText(self.tr("Lift the exclusion"))
        self.table.setAccessibleName(self.heading.text())
        for widget in (self._line, self.table, self.lift_button):
            widget.setVisible(shown and (widget is self._line or bool(self._list)))
        self.note.set_tone("warn" if self._held is not None and any(not each.column for each in self._held) else "ok")
        self.note.set_words(self._said() if shown else "")
        headers = (self.tr("Patient number"), self.tr("Reason"), self.tr("By"), self.tr("Since"), self.tr("Had left before"))
        self.table.show_rows(headers, [self._row(each) for each in self._list])
        self._ready()

    def _row(self, each: ExclusionView) -> tuple[Cell, ...]:
        since = formats.moment(each.time)
        if each.lifted is not None:
            since = self.tr("{time}, lifted {lifted} by {who}").format(time=since, lifted=formats.moment(each.lifted), who=each.lifted_by)
        left = "\n".join(left.text for left in each.left) or self.tr("Nothing")
        gone = each.lifted is not None
        return Cell(each.patient, strong=not gone, muted=gone), Cell(each.reason), Cell(each.who), Cell(since), Cell(left)
