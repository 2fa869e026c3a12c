# SPDX-License-Identifier: Apache-2.0
"""A column of gene expression: which genes vary most, how the samples lie to each other, and both in words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from engine.session.array_views import ExpressionView
from engine.session.jobs import Job
from engine.session.views import ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.widgets import text
from gui.widgets.card import Card
from gui.widgets.heatmap import HeatMap, Scatter

NAMED = 10
"""Genes named in the sentence."""


class ExpressionPanel(QScrollArea):
    """Shows one ExpressionView, once its job is done."""

    def __init__(self, bridge: Bridge, on_problem: Callable[[ProblemView], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._on_problem = bridge, on_problem
        self._job: Job[ExpressionView] | None = None
        self._view: ExpressionView | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.summary = text.body()
        self.heat, self.plane = HeatMap(), Scatter()
        self._about_heat, self._about_plane = text.muted(), text.muted()
        self._card = Card()
        self._card.content.addWidget(self.summary)
        row = QHBoxLayout()
        row.setSpacing(24)
        for drawing, words, share in ((self.heat, self._about_heat, 3), (self.plane, self._about_plane, 2)):
            side = QVBoxLayout()
            side.addWidget(words)
            side.addWidget(drawing)
            side.addStretch(1)
            row.addLayout(side, share)
        self._card.content.addLayout(row, 1)
        self.setWidget(self._card)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # so that the arrow keys scroll it

    def show_job(self, job: Job[ExpressionView]) -> None:
        """Show what ``job`` finds; an earlier one is given up."""
        self.clear()
        self._job = job
        self._bridge.run(job, lambda view: self._came(job, view), lambda problem: self._refused(job, problem))
        self.retranslate()

    def clear(self) -> None:
        """Show nothing; drop what is still coming."""
        if self._job is not None:
            self._job.cancel()
        self._job = self._view = None
        self.heat.set_values((), (), ())
        self.plane.set_points((), "", "")

    def _came(self, job: Job[ExpressionView], view: ExpressionView) -> None:
        if job is self._job:
            self._job, self._view = None, view
            self.retranslate()

    def _refused(self, job: Job[ExpressionView], problem: ProblemView) -> None:
        if job is self._job:
            self._job = None
            self.retranslate()
            self._on_problem(problem)

    def retranslate(self) -> None:
        """Every string."""
        view = self._view
        for widget in (self.heat, self.plane, self._about_heat, self._about_plane):
            widget.setVisible(view is not None)
        if view is None:
            self._card.set_heading(self.tr("Gene expression"))
            self.summary.setText(self.tr("Reading…") if self._job is not None else "")
            return
        self._card.set_heading(self.tr("Gene expression: {column}").format(column=view.column))
        first, second = (formats.percent(share) for share in view.explained)
        words = self.tr(
            "{samples} samples, {genes} genes ({scale}). These vary most: {names}. The first two principal components explain "
            "{first} and {second} of the variance."
        )
        names = ", ".join(view.genes[:NAMED])
        said = words.format(
            samples=formats.count(view.samples),
            genes=formats.count(view.all_genes),
            scale=view.scale,
            names=names,
            first=first,
            second=second,
        )
        self.summary.setText(said)
        self._about_heat.setText(self.tr("The genes that vary most, in standard deviations from each gene's mean; one column a sample."))
        self._about_plane.setText(self.tr("One point a sample: those that lie close are alike."))
        rows = tuple(self.tr("row {row}").format(row=formats.count(row + 1)) for row in view.heat_rows)
        self.heat.set_values(view.genes, rows, view.heat)
        self.heat.describe(self.tr("Heat map"), said)
        titles = (self.tr("Component 1 ({share})").format(share=first), self.tr("Component 2 ({share})").format(share=second))
        self.plane.set_points(view.plane, *titles)
        self.plane.describe(self.tr("Principal components"), said)
