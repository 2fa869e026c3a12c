# SPDX-License-Identifier: Apache-2.0
"""The first tab of the results: the outcome in plain sentences, and this site alone beside the federation's model."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.session.views import ComparisonLine, ReportView, ResultsView
from gui import formats
from gui.widgets import buttons, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.report_table import Cell, StillTable


class SummaryTab(QWidget):
    """Sentences, the table of the three models with bars, whether the personalised one was kept, the model's hash."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: ResultsView | None = None
        self.outcome = Card()
        self._sentences = text.body()
        self._patients = Note("info")
        self.outcome.content.addWidget(self._sentences)
        self.outcome.content.addWidget(self._patients)

        self.comparison = Card()
        self._gain = text.body()
        self.table = StillTable(stretch=-1)
        self._kept = Note("ok")
        self.comparison.content.addWidget(self._gain)
        self.comparison.content.addWidget(self.table)
        self.comparison.content.addWidget(self._kept)

        self.model = Card()
        self._hash = text.mono()
        self.copy = buttons.quiet()
        self.copy.clicked.connect(self._copy_hash)
        row = QHBoxLayout()
        row.addWidget(self._hash, 1)
        row.addWidget(self.copy)
        self.model.content.addLayout(row)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 12, 0, 0)
        layout.setSpacing(14)
        for card in (self.outcome, self.comparison, self.model):
            layout.addWidget(card)
        layout.addStretch(1)

    def show_results(self, view: ResultsView) -> None:
        """Show these results."""
        self._view = view
        self.retranslate()

    def retranslate(self) -> None:
        """Everything in the current language."""
        view = self._view
        if view is None:
            return
        self.outcome.set_heading(
            self.tr("The final result") if view.final else self.tr("After round {round}").format(round=formats.count(view.round))
        )
        reports = [report for report in (view.federation, view.mine) if report is not None]
        sentences = [words for report in reports for words in (self._sentence(report), self._usual(report)) if words]
        if view.mine is None:
            sentences.append(self.tr("The figures of your own site come with the final result."))
        self._sentences.setText("\n".join(sentences))
        self._patients.set_words(self._which_patients(view))
        self.comparison.set_heading(self.tr("Your site alone, the federation, and the model adapted to your site"))
        self.comparison.setVisible(bool(view.comparison))
        self._gain.setText(self._gain_words(view.comparison))
        self._gain.setVisible(bool(self._gain.text()))
        self._show_comparison(view)
        self._show_kept(view)
        self.model.set_heading(self.tr("Hash of the federation's model"))
        self.model.setVisible(bool(view.model_sha256))
        self._hash.setText(" ".join(view.model_sha256[at : at + 8] for at in range(0, len(view.model_sha256), 8)))
        self.copy.setText(self.tr("Copy"))
        self.copy.setAccessibleName(self.tr("Copy the hash of the model"))

    def _sentence(self, report: ReportView) -> str:
        words = self.tr("{who}: the model names the right class for {right} of {rows} ({accuracy}).")
        right = round(report.accuracy * report.rows)
        return words.format(
            who=report.title, right=formats.count(right), rows=formats.count(report.rows), accuracy=formats.percent(report.accuracy)
        )

    def _usual(self, report: ReportView) -> str:
        """What naming the most frequent class every time would reach: what any model must beat."""
        usual = max(report.classes, key=lambda each: each.support, default=None)
        if usual is None or not report.rows:
            return ""
        words = self.tr("For comparison: always answering “{label}” would be right for {right} of {rows} ({accuracy}).")
        return words.format(
            label=usual.label,
            right=formats.count(usual.support),
            rows=formats.count(report.rows),
            accuracy=formats.percent(usual.support / report.rows),
        )

    def _which_patients(self, view: ResultsView) -> str:
        if view.final:
            return self.tr("These patients were set aside at the start and opened once, now that training has ended.")
        return self.tr("These are validation patients; final figures may be a little lower. Test patients stay closed until the end.")

    def _gain_words(self, lines: tuple[ComparisonLine, ...]) -> str:
        by_name = {line.name: line for line in lines}
        if "local" not in by_name or "federated" not in by_name:
            return ""
        best = max((line for line in lines if line.name != "local"), key=lambda line: line.accuracy)
        gain = 100 * (best.accuracy - by_name["local"].accuracy)
        if gain >= 0.05:
            words = self.tr("Of 100 of your test patients, {number} more get the right answer than with your site alone.")
            return words.format(number=formats.decimal(gain, 1))
        if gain <= -0.05:
            words = self.tr("Of 100 of your test patients, {number} fewer get the right answer than with your site alone.")
            return words.format(number=formats.decimal(-gain, 1))
        return self.tr("On your test patients the federation's model is as good as your site alone.")

    def _show_comparison(self, view: ResultsView) -> None:
        names = {
            "local": self.tr("Your site alone"),
            "federated": self.tr("Federation"),
            "personalised": self.tr("Adapted to your site"),
        }
        notes = ["" if line.note == view.personalised_reason else line.note for line in view.comparison]
        noted = any(notes)
        rows = [
            (
                Cell(names.get(line.name, line.name), strong=True),
                Cell(formats.percent(line.accuracy), right=True, bar=line.accuracy),
                Cell(formats.decimal(line.macro_f1), right=True, bar=line.macro_f1),
                Cell(formats.decimal(line.auc), right=True, bar=line.auc),
                *([Cell(note, muted=True)] if noted else []),
            )
            for line, note in zip(view.comparison, notes, strict=True)
        ]
        headers = [self.tr("Model"), self.tr("Right answers"), self.tr("F1, mean of classes"), self.tr("AUC")]
        if noted:
            headers.append(self.tr("Remark"))
        self.table.setAccessibleName(self.tr("Your site alone, the federation, and the model adapted to your site"))
        self.table.show_rows(headers, rows)

    def _show_kept(self, view: ResultsView) -> None:
        self._kept.set_tone("ok" if view.personalised_kept else "info")
        if view.personalised_kept:
            words = self.tr("{reason} The adapted model stays on this computer.")
            self._kept.set_words(words.format(reason=view.personalised_reason).strip())
        else:
            self._kept.set_words(view.personalised_reason)

    def _copy_hash(self) -> None:
        if self._view is not None:
            QGuiApplication.clipboard().setText(self._view.model_sha256)
