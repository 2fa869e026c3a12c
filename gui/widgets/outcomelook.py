# SPDX-License-Identifier: Apache-2.0
"""A look with an outcome in mind: how many rows of each, what gives it away, patients with several rows, subgroups."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.session.views import DatasetDetail, InspectionView
from gui import formats
from gui.widgets import buttons, text
from gui.widgets.card import Card
from gui.widgets.choice import ChoiceBox
from gui.widgets.column_mends import press_words
from gui.widgets.findings import FindingsList
from gui.widgets.report_table import Cell, StillTable


class OutcomeLook(Card):
    """Two choices and what is found under them.

    Signals:
        look(str, str): look with this outcome column and this patient column ("": each row is a patient).
        mend(MendView): a person pressed an offered mend.
        show_rows(tuple): show these rows (0-based).
    """

    look = Signal(str, str)
    mend = Signal(object)
    show_rows = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: InspectionView | None = None
        self._dataset = ""
        self._shown: tuple[object, object] | None = None
        self.outcome, self.patient = ChoiceBox(), ChoiceBox()
        self._labels = (QLabel(), QLabel())
        self.begin = buttons.plain()
        self.begin.clicked.connect(self._begin)
        self.outcome.currentIndexChanged.connect(lambda _: self._ready())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (label, box) in enumerate(zip(self._labels, (self.outcome, self.patient), strict=True)):
            label.setBuddy(box)
            grid.addWidget(label, row, 0)
            grid.addWidget(box, row, 1)
        grid.addWidget(self.begin, 1, 2)
        grid.setColumnStretch(1, 1)
        self._about = text.muted()
        self.result = QWidget()
        layout = QVBoxLayout(self.result)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        self._patients = text.body()
        self.balance, self.groups = StillTable(), StillTable()
        self._groups_heading = text.heading()
        self.findings = FindingsList(press_words)
        self.findings.mend.connect(self.mend)
        self.findings.show_rows.connect(self.show_rows)
        for widget in (self._patients, self.balance, self.findings, self._groups_heading, self.groups):
            layout.addWidget(widget)
        self.content.addWidget(self._about)
        self.content.addLayout(grid)
        self.content.addWidget(self.result)
        self.content.addStretch(1)
        self.result.setVisible(False)

    def show_detail(self, detail: DatasetDetail | None, patient: str = "") -> None:
        """Offer the columns of this data set; ``patient`` is the one that a person said. A result of other columns goes."""
        names = [column.name for column in detail.columns if not column.shape] if detail is not None else []
        if detail is not None and self._shown == (detail.dataset, detail.recipe):
            return
        self._shown = (detail.dataset, detail.recipe) if detail is not None else None
        dataset = detail.dataset.id if detail is not None else ""
        before = (self.outcome.currentData(), self.patient.currentData() or patient) if dataset == self._dataset else ("", patient)
        with QSignalBlocker(self.outcome), QSignalBlocker(self.patient):
            for box, first, chosen in ((self.outcome, "", before[0]), (self.patient, "", before[1])):
                box.clear()
                box.addItem(first, "")
                for name in names:
                    box.addItem(name, name)
                box.setCurrentIndex(max(0, box.findData(chosen)))
        self._dataset = dataset
        self.show_found(None)
        self.retranslate()

    def show_found(self, found: InspectionView | None) -> None:
        """What the look has found; None: nothing yet, or it could not be done."""
        self._found = found
        self.result.setVisible(found is not None)
        self._fill()
        self._ready()

    def _begin(self) -> None:
        self.begin.setEnabled(False)
        self.look.emit(str(self.outcome.currentData()), str(self.patient.currentData()))

    def _ready(self) -> None:
        self.begin.setEnabled(bool(self.outcome.currentData()))

    def _fill(self) -> None:
        found = self._found
        if found is None:
            self.findings.show_findings(())
            return
        total = max(1, sum(found.counts))
        self._patients.setText(self.tr("{count} patients").format(count=formats.count(found.patients)))
        self.balance.show_rows(
            (self.tr("Outcome"), self.tr("Rows"), self.tr("Share")),
            [
                (Cell(label, strong=True), Cell(formats.count(count), right=True), Cell(formats.percent(count / total), bar=count / total))
                for label, count in zip(found.classes, found.counts, strict=True)
            ],
        )
        self.findings.show_findings(found.findings)
        for widget in (self._groups_heading, self.groups):
            widget.setVisible(bool(found.subgroups))
        self.groups.show_rows(
            (self.tr("Subgroup"), self.tr("Rows"), *found.classes),
            [
                (
                    Cell(group.label, strong=True),
                    *(Cell(formats.count(count), right=True) for count in (group.rows, *group.outcomes)),
                )
                for group in found.subgroups
            ],
        )

    def retranslate(self) -> None:
        """Every string."""
        self.set_heading(self.tr("With an outcome in mind"))
        self._about.setText(
            self.tr("Some things only show once it is known what is to be predicted, and who is who. Nothing of this leaves this computer.")
        )
        names = (self.tr("Outcome column"), self.tr("Patient number"))
        for label, box, name in zip(self._labels, (self.outcome, self.patient), names, strict=True):
            label.setText(name)
            box.setAccessibleName(name)
        if self.outcome.count():
            self.outcome.setItemText(0, self.tr("Choose…"))
            self.patient.setItemText(0, self.tr("None: each row is a patient"))
        self.begin.setText(self.tr("Look"))
        self._groups_heading.setText(self.tr("Subgroups"))
        for table, name in ((self.balance, self.tr("Rows of each outcome")), (self.groups, self.tr("Subgroups"))):
            table.setAccessibleName(name)
        self._fill()
