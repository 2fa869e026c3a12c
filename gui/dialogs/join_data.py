# SPDX-License-Identifier: Apache-2.0
"""Joins imported data sets of the same patients: which ones, each one's patient number, and which gives the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QFormLayout, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.session.views import DatasetDetail, DatasetView, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text
from gui.widgets.banner import ProblemBanner
from gui.widgets.choice import ChoiceBox

if TYPE_CHECKING:
    from engine.session.session import Session


class _Member:
    """One data set that may be joined."""

    def __init__(self, dataset: DatasetView) -> None:
        self.dataset = dataset
        self.box = QCheckBox()
        self.column = ChoiceBox()
        self.column.setEnabled(False)
        self.asked = False


class JoinDataDialog(QDialog):
    """Accepted when the join is there: ``made``."""

    def __init__(self, bridge: Bridge, session: Session, datasets: tuple[DatasetView, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self.made: DatasetView | None = None
        self.setModal(True)
        self.setMinimumWidth(620)
        self.setWindowTitle(self.tr("Join data sets"))
        title = text.heading()
        title.setText(self.windowTitle())
        about = text.body()
        about.setText(
            self.tr(
                "For records of the same patients in several files. One gives the rows, each other adds its columns; a patient may be "
                "missing from any of them."
            )
        )
        self._banner = ProblemBanner()
        self.members = [_Member(dataset) for dataset in datasets]
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        heading = text.muted()
        heading.setText(self.tr("Column with the patient number"))
        grid.addWidget(heading, 0, 1)
        for row, member in enumerate(self.members, 1):
            words = self.tr("{name} – {rows} rows").format(name=member.dataset.name, rows=formats.count(member.dataset.rows))
            member.box.setText(words.replace("&", "&&"))
            member.column.setAccessibleName(self.tr("Patient number of {name}").format(name=member.dataset.name))
            member.box.toggled.connect(lambda on, member=member: self._ticked(member, on))
            member.column.currentIndexChanged.connect(lambda _: self._check())
            grid.addWidget(member.box, row, 0)
            grid.addWidget(member.column, row, 1)
        self.first, self.name = ChoiceBox(), QLineEdit()
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for words, field in ((self.tr("Rows come from"), self.first), (self.tr("Name"), self.name)):
            label = QLabel(words)
            label.setBuddy(field)
            field.setAccessibleName(words)
            form.addRow(label, field)
        self.name.textChanged.connect(lambda _: self._check())
        self.join, self._cancel = buttons.primary(), buttons.plain()
        self.join.setText(self.tr("Join"))
        self._cancel.setText(self.tr("Cancel"))
        self.join.clicked.connect(self._join)
        self._cancel.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.join)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        for widget in (title, about, self._banner):
            layout.addWidget(widget)
        layout.addLayout(grid)
        layout.addLayout(form)
        layout.addLayout(actions)
        self.join.setDefault(True)
        self._check()
        fit_height(self)

    def _ticked(self, member: _Member, on: bool) -> None:
        member.column.setEnabled(on and member.column.count() > 0)
        if on and not member.asked:
            member.asked = True
            self._bridge.run(self._session.dataset(member.dataset.id), lambda detail: self._columns(member, detail), self._refused)
        self._offer_first()
        self._check()

    def _columns(self, member: _Member, detail: DatasetDetail) -> None:
        said = self._session.patient_column(member.dataset.id)
        member.column.addItem(self.tr("Choose…"), "")
        for column in detail.columns:
            if not column.shape:
                member.column.addItem(column.name, column.name)
        member.column.setCurrentIndex(max(0, member.column.findData(said)))
        member.column.setEnabled(member.box.isChecked())
        self._check()

    def _offer_first(self) -> None:
        chosen = self.first.currentData()
        self.first.clear()
        for member in self._chosen():
            self.first.addItem(member.dataset.name, member.dataset.id)
        self.first.setCurrentIndex(max(0, self.first.findData(chosen)) if self.first.count() else -1)

    def _chosen(self) -> list[_Member]:
        return [member for member in self.members if member.box.isChecked()]

    def _check(self) -> None:
        chosen = self._chosen()
        self.join.setEnabled(len(chosen) > 1 and all(member.column.currentData() for member in chosen) and bool(self.name.text().strip()))

    def _join(self) -> None:
        first = self.first.currentData()
        ordered = sorted(self._chosen(), key=lambda member: member.dataset.id != first)
        members = [(member.dataset.id, str(member.column.currentData())) for member in ordered]
        self.join.setEnabled(False)
        self._banner.clear()
        self._bridge.run(self._session.join_data(self.name.text().strip(), members), self._joined, self._refused)

    def _joined(self, made: DatasetView) -> None:
        self.made = made
        self.accept()

    def _refused(self, problem: ProblemView) -> None:
        self._banner.show_problem(problem)
        self._check()
        fit_height(self)
