# SPDX-License-Identifier: Apache-2.0
"""Two tabs of a report: ROC curves with their table, and calibration with the number of patients behind each point."""

from __future__ import annotations

import itertools

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.session.views import ClassLine, CurveView, ReportView
from gui import formats
from gui.widgets import text
from gui.widgets.card import Card
from gui.widgets.chart import Axes, Chart, Line
from gui.widgets.choice import ChoiceBox
from gui.widgets.layouts import Beside
from gui.widgets.report_classes import FEW
from gui.widgets.report_table import Cell, StillTable

FALSE_ALARMS = (0.05, 0.1, 0.2)


class RocTab(QWidget):
    """One curve a class over the line of chance; the AUC in the legend, in words and in a table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ReportView | None = None
        self.card = Card()
        self._words = text.body()
        self._caption = text.muted()
        self.chart = Chart(across=1)
        self.chart.setMinimumHeight(300)
        self.table = StillTable(stretch=0)
        self._few = text.muted()
        self.card.content.addWidget(self._words)
        self.card.content.addWidget(_beside(self.chart, self._caption, self.table, self._few), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.card, 1)

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
        self._words.setText(
            self.tr(
                "How many patients of a class are found, for each share of false alarms that one accepts. The higher the curve, the "
                "better; on the dashed grey line the model would be guessing."
            )
        )
        lines_of = {line.label: line for line in report.classes}
        lines = [Line(self.tr("Chance"), (0.0, 100.0), (0.0, 100.0), -1, points=False)]
        rows = []
        sentences = []
        for style, curve in enumerate(report.roc):
            known = lines_of.get(curve.label)
            auc = formats.decimal(known.auc if known is not None else None)
            label = self.tr("{label}: AUC {auc}").format(label=curve.label, auc=auc)
            sentences.append(label)
            lines.append(Line(label, [100 * x for x in curve.x], [100 * y for y in curve.y], style, points=False))
            rows.append(self._cells(curve, known, auc))
        self.chart.set_lines(
            lines, Axes(self.tr("False alarms, % of patients without the class"), self.tr("Found, %"), (0.0, 100.0), (0.0, 100.0))
        )
        self.chart.describe(self.tr("ROC curves"), "; ".join(sentences))
        self.table.setAccessibleName(self.tr("ROC curves as a table"))
        self._caption.setText(self.tr("AUC, and how many are found at 5, 10 and 20% false alarms:"))
        found = self.tr("at {share}")
        headers = [self.tr("Class"), self.tr("AUC"), *(found.format(share=formats.percent(share, 0)) for share in FALSE_ALARMS)]
        self.table.show_rows(headers, rows)
        self._few.setText(self.tr("* Fewer than {few} patients, too few to judge.").format(few=formats.count(FEW)))
        self._few.setVisible(any(line.support < FEW for line in report.classes))

    def _cells(self, curve: CurveView, known: ClassLine | None, auc: str) -> tuple[Cell, ...]:
        few = known is not None and known.support < FEW
        found = [Cell(formats.percent(height_at(curve, share), 0), right=True, muted=few) for share in FALSE_ALARMS]
        label = self.tr("{label} *").format(label=curve.label) if few else curve.label
        return (Cell(label, strong=True, muted=few), Cell(auc, right=True, muted=few), *found)


class CalibrationTab(QWidget):
    """For one class: how often a score came true, and how many patients are behind each point."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: ReportView | None = None
        self.card = Card()
        self._words = text.body()
        self._label = QLabel()
        self.box = ChoiceBox()
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.box.activated.connect(self.retranslate)
        self._label.setBuddy(self.box)
        choose = QHBoxLayout()
        choose.setSpacing(8)
        choose.addWidget(self._label)
        choose.addWidget(self.box)
        choose.addStretch(1)
        self.chart = Chart(across=2)
        self.chart.setMinimumHeight(300)
        self._scores = text.muted()
        self._few = text.muted()
        self.table = StillTable(stretch=-1)
        self.card.content.addWidget(self._words)
        self.card.content.addLayout(choose)
        self.card.content.addWidget(_beside(self.chart, self._scores, self.table, self._few), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.addWidget(self.card, 1)

    def show_report(self, report: ReportView) -> None:
        """Show this report."""
        before = self.box.currentText()
        self._report = report
        names = [curve.label for curve in report.calibration]
        with QSignalBlocker(self.box):
            self.box.clear()
            self.box.addItems(names)
            self.box.setCurrentIndex(names.index(before) if before in names else len(names) - 1)
        self.retranslate()

    def retranslate(self) -> None:
        """Everything in the current language."""
        report = self._report
        if report is None:
            return
        self.card.set_heading(report.title)
        self._words.setText(
            self.tr("When the model says 70 in 100, do 70 in 100 have it? On the dashed grey line its scores can be taken at their word.")
        )
        self._label.setText(self.tr("Class"))
        self.box.setAccessibleName(self.tr("Class to show"))
        curve = next((each for each in report.calibration if each.label == self.box.currentText()), None)
        if curve is None:
            return
        lines = (
            Line(self.tr("Scores at their word"), (0.0, 100.0), (0.0, 100.0), -1, points=False),
            Line(curve.label, [100 * x for x in curve.x], [100 * y for y in curve.y], 0),
        )
        self.chart.set_lines(lines, Axes(self.tr("Score, %"), self.tr("Have the class, %"), (0.0, 100.0), (0.0, 100.0)))
        self.chart.describe(self.tr("Calibration of {label}").format(label=curve.label), self._words.text())
        words = self.tr("Brier score {brier} (0 is perfect), log loss {loss}.")
        self._scores.setText(words.format(brier=formats.decimal(report.brier), loss=formats.decimal(report.log_loss)))
        most = max(curve.counts, default=0)
        rows = []
        for at, (score, share) in enumerate(zip(curve.x, curve.y, strict=True)):
            number = curve.counts[at] if at < len(curve.counts) else 0
            words = formats.count(number)
            if number < FEW:
                words = self.tr("{label} *").format(label=words)
            rows.append(
                (
                    Cell(formats.percent(score, 0), right=True, muted=number < FEW),
                    Cell(formats.percent(share, 0), right=True, muted=number < FEW),
                    Cell(words, right=True, muted=number < FEW, bar=number / most if most else 0.0),
                )
            )
        self._few.setText(self.tr("* Fewer than {few} patients, too few to judge.").format(few=formats.count(FEW)))
        self._few.setVisible(any(number < FEW for number in curve.counts))
        self.table.setAccessibleName(self.tr("Calibration as a table"))
        self.table.show_rows((self.tr("Score"), self.tr("Have it"), self.tr("Patients")), rows)


def _beside(chart: Chart, above: QLabel, table: StillTable, below: QLabel) -> Beside:
    """The chart at the left, its table with a line above and below at the right."""
    side = QWidget()
    side.setMinimumWidth(table.fontMetrics().horizontalAdvance("n") * 36)
    right = QVBoxLayout(side)
    right.setContentsMargins(0, 0, 0, 0)
    right.setSpacing(8)
    for widget in (above, table, below):
        right.addWidget(widget)
    right.addStretch(1)
    return Beside(chart, side, spacing=20)


def height_at(curve: CurveView, x: float) -> float | None:
    """The curve's height at ``x``, by straight lines between its points; of a step's several heights the highest."""
    best: float | None = None
    points = sorted(zip(curve.x, curve.y, strict=True))
    for (left, low), (right, high) in itertools.pairwise(points):
        if left <= x <= right:
            here = max(low, high) if right == left else low + (high - low) * (x - left) / (right - left)
            best = here if best is None else max(best, here)
    return best
