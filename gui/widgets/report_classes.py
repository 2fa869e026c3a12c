# SPDX-License-Identifier: Apache-2.0
"""Two tabs of a report: the figures of each class, and which classes are taken for which (the confusion matrix)."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.session.views import ClassLine, ReportView
from gui import formats
from gui.widgets import text
from gui.widgets.card import Card
from gui.widgets.report_table import Cell, StillTable

FEW = 10
"""A class with fewer patients is not judged."""


class ClassesTab(QWidget):
    """Precision, recall, F1, support and AUC of each class, then the averages; words for what the terms mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ReportView | None = None
        self.card = Card()
        self._few = text.body()
        self.table = StillTable(stretch=0)
        self._terms = text.muted()
        self.card.content.addWidget(self.table)
        self.card.content.addWidget(self._few)
        self.card.content.addWidget(self._terms)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def show_report(self, report: ReportView) -> None:
        """Show this report."""
        self._report = report
        self.retranslate()

    def retranslate(self) -> None:
        """Everything in the current language."""
        if self._report is None:
            return
        self.card.set_heading(self._report.title)
        self.table.setAccessibleName(self.tr("Figures of each class"))
        few = [line.label for line in self._report.classes if line.support < FEW]
        self._few.setText(
            self.tr("Grey: fewer than {few} patients, too few to judge ({classes}).").format(
                few=formats.count(FEW), classes=self.tr(", ").join(few)
            )
        )
        self._few.setVisible(bool(few))
        self._terms.setText(
            self.tr(
                "Precision: of the patients given this class, how many have it. Recall: of the patients who have it, how many were "
                "found. F1: the two in one figure. AUC: how well the class is told from the others, 0.5 is chance and 1 perfect."
            )
        )
        rows = [self._cells(line, bool(few)) for line in self._report.classes]
        rows += [self._cells(line, bool(few), average=True) for line in self._report.averages]
        headers = [
            self.tr("Class"),
            self.tr("Precision"),
            self.tr("Recall"),
            self.tr("F1"),
            self.tr("AUC"),
            self.tr("Patients"),
        ]
        self.table.show_rows([*headers, self.tr("Remark")] if few else headers, rows)

    def _cells(self, line: ClassLine, remarks: bool, average: bool = False) -> tuple[Cell, ...]:
        few = not average and line.support < FEW

        def figure(value: float | None) -> Cell:
            return Cell(formats.decimal(value), right=True, muted=few)

        remark = Cell(self.tr("too few patients to judge") if few else "", muted=True)
        return (
            Cell(line.label, strong=not average, muted=few),
            figure(line.precision),
            figure(line.recall),
            figure(line.f1),
            figure(line.auc),
            Cell(formats.count(line.support), right=True, muted=few),
            *([remark] if remarks else []),
        )


class ConfusionTab(QWidget):
    """Rows: what patients have; columns: what the model says. Each cell has a number; the shade only repeats it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ReportView | None = None
        self.card = Card()
        self._how = text.muted()
        self.table = StillTable(stretch=0)
        self._words = text.body()
        self.card.content.addWidget(self._how)
        self.card.content.addWidget(self.table)
        self.card.content.addWidget(self._words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def show_report(self, report: ReportView) -> None:
        """Show this report."""
        self._report = report
        self.retranslate()

    def retranslate(self) -> None:
        """Everything in the current language."""
        report = self._report
        if report is None:
            return
        self.card.set_heading(report.title)
        self._how.setText(self.tr("Each row: the patients who have a class, and what the model said of them."))
        self.table.setAccessibleName(self.tr("What patients have, and what the model said"))
        names = [line.label for line in report.classes]
        headers = [self.tr("Patients who have"), *(self.tr("Model says {label}").format(label=name) for name in names), self.tr("Together")]
        rows = []
        for at, counts in enumerate(report.confusion):
            everyone = sum(counts)
            cells = [Cell(names[at], strong=True)]
            for count in counts:
                share = count / everyone if everyone else 0.0
                words = self.tr("{count} ({share})").format(count=formats.count(count), share=formats.percent(share, 0))
                cells.append(Cell(words, right=True, tint=share if count else 0.0))
            cells.append(Cell(formats.count(everyone), right=True, muted=True))
            rows.append(cells)
        self.table.show_rows(headers, rows)
        self._words.setText("\n".join(self._sentence(names, at, counts) for at, counts in enumerate(report.confusion)))

    def _sentence(self, names: list[str], at: int, counts: tuple[int, ...]) -> str:
        everyone = sum(counts)
        if not everyone:
            return self.tr("{label}: no patient of this class.").format(label=names[at])
        most, other = max((count, other) for other, count in enumerate(counts) if other != at)
        if not most:
            words = self.tr("{label}: the model finds {right} of {all} patients.")
        else:
            words = self.tr("{label}: the model finds {right} of {all} patients, and takes {most} for {other}.")
        return words.format(
            label=names[at], right=formats.count(counts[at]), all=formats.count(everyone), most=formats.count(most), other=names[other]
        )
