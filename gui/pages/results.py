# SPDX-License-Identifier: Apache-2.0
"""The results: what the federation's model is worth, for all hospitals and for this site; and the report to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QPushButton, QTabBar, QVBoxLayout, QWidget

from engine.session.events import Event, LockChanged, ResultsChanged, SettingsChanged, StudiesChanged
from engine.session.jobs import Job
from engine.session.views import Lock, ProblemView, ReportView, ResultsView, StudyRow
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.widgets import buttons
from gui.widgets.banner import Note
from gui.widgets.empty import EmptyState
from gui.widgets.report_classes import ClassesTab, ConfusionTab
from gui.widgets.report_curves import CalibrationTab, RocTab
from gui.widgets.report_summary import SummaryTab
from gui.widgets.study_picker import StudyPicker, choice_of

if TYPE_CHECKING:
    from engine.session.session import Session


class ResultsPage(Page):
    """Tabs over one study's results; the switch chooses between all hospitals and this site."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._row: StudyRow | None = None
        self._view: ResultsView | None = None
        self._reading: Job[ResultsView] | None = None
        self._again = False
        self._exporting = False
        self._folder = ""
        self._written: tuple[str, ...] = ()
        self._dialog: QFileDialog | None = None
        self._entered = False
        self._choice = choice_of(bridge)
        self._choice.changed.connect(self._chosen)

        self.export = buttons.primary()  # the main button while there is something to export
        self.export.clicked.connect(self._ask_folder)
        self.picker = StudyPicker(self._choice)
        self.empty = EmptyState()
        self.empty.button.clicked.connect(lambda: self.navigate.emit("training"))
        self.exported = Note("ok")
        self.open_folder = buttons.quiet()
        self.open_folder.clicked.connect(self._open_folder)
        done = QHBoxLayout()
        done.setContentsMargins(0, 0, 0, 8)
        done.addWidget(self.exported, 1)
        done.addWidget(self.open_folder)

        self.whose = QButtonGroup(self)
        self.of_all = _segment(self.whose, 0)
        self.of_mine = _segment(self.whose, 1)
        self.of_all.setChecked(True)
        self.whose.idToggled.connect(self._switched)
        self._switch = QWidget()
        switch = QHBoxLayout(self._switch)
        switch.setContentsMargins(0, 0, 0, 0)
        switch.setSpacing(0)
        switch.addWidget(self.of_all)
        switch.addWidget(self.of_mine)

        self.summary = SummaryTab()
        self.classes = ClassesTab()
        self.confusion = ConfusionTab()
        self.roc = RocTab()
        self.calibration = CalibrationTab()
        self._reports = (self.classes, self.confusion, self.roc, self.calibration)
        self._pages: tuple[QWidget, ...] = (self.summary, *self._reports)
        self.tabs = QTabBar()  # no QTabWidget: that is as tall as its tallest page, whichever is on top
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for _ in self._pages:
            self.tabs.addTab("")

        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(0)
        layout.addWidget(self.picker)
        layout.addWidget(self.empty, 1)
        layout.addLayout(done)
        layout.addWidget(self.tabs)
        for page in self._pages:
            layout.addWidget(page, 1)
        layout.addStretch(0)
        self.tabs.currentChanged.connect(self._turned)
        self._say_written(())
        self.retranslate()

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Results")

    def purpose(self) -> str:
        return self.tr("What the model is worth, for all hospitals together and for your own patients.")

    def retranslate(self) -> None:
        self.export.setText(self.tr("Export report…"))
        self.open_folder.setText(self.tr("Open folder"))
        self.of_all.setText(self.tr("All hospitals"))
        self.of_mine.setText(self.tr("My site"))
        self.of_all.setAccessibleName(self.tr("Show figures of all hospitals"))
        self.of_mine.setAccessibleName(self.tr("Show figures of my site"))
        names = (self.tr("Summary"), self.tr("Per class"), self.tr("Confusion"), self.tr("ROC"), self.tr("Calibration"))
        for at, name in enumerate(names):
            self.tabs.setTabText(at, name)
        self.tabs.setAccessibleName(self.tr("Parts of the report"))
        self._say_written(self._written)
        self._show()

    def enter(self) -> None:
        self._entered = True
        home = self.session.home()
        open_now = home.lock is Lock.OPEN
        self._row = self.picker.fill(tuple(row for row in home.studies if row.joined) if open_now else ())
        if self._row is None or (self._view is not None and self._view.study != self._row.study):
            self._view = None
        self._show()
        self._read()

    def leave(self) -> None:
        self._entered = False
        self._say_written(())

    def on_event(self, event: Event) -> None:
        if not self._entered:
            return
        if isinstance(event, ResultsChanged):
            if self._row is not None and event.study == self._row.study:
                self._read()
        elif isinstance(event, (StudiesChanged, SettingsChanged, LockChanged)):
            self.enter()

    def set_session(self, session: Session) -> None:
        if self._reading is not None:
            self._reading.cancel()
        super().set_session(session)
        self._row = self._view = self._reading = None
        self._again = self._exporting = False
        self._say_written(())
        self._show()

    # ---------------------------------------------------------------- reading and exporting

    def _chosen(self, _study: str) -> None:
        if self._entered:
            self.enter()

    def _read(self) -> None:
        """One question at a time; rounds that are published meanwhile lead to one more."""
        if self._row is None:
            return
        if self._reading is not None:
            self._again = True
            return
        job = self.session.results(self._row.study)
        self._reading = job
        self.run(job, lambda view: self._have(job, view), lambda problem: self._have_not(job, problem), lambda: self._ended(job))

    def _have(self, job: Job[ResultsView], view: ResultsView) -> None:
        if self._reading is job and self._row is not None and view.study == self._row.study and view != self._view:
            self._view = view
            self._show()
        self._ended(job)

    def _have_not(self, job: Job[ResultsView], problem: ProblemView) -> None:
        self._again = False
        self._ended(job)
        self.problem.emit(problem)

    def _ended(self, job: Job[ResultsView]) -> None:
        if self._reading is job:
            self._reading = None
            if self._again:
                self._again = False
                self._read()

    def _ask_folder(self) -> None:
        self._dialog = QFileDialog(self, self.tr("Choose a folder for the report"))
        self._dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.fileSelected.connect(self.export_to)
        self._dialog.open()

    def export_to(self, folder: str) -> None:
        """Write the report into this folder."""
        if self._row is None:
            return
        self._folder = folder
        self._exporting = True
        self._show_primary()
        self.run(self.session.export_report(self._row.study, folder), self._have_exported, self._not_exported, self._export_ended)

    def _have_exported(self, files: tuple[str, ...]) -> None:
        self._export_ended()
        self._say_written(files)

    def _say_written(self, files: tuple[str, ...]) -> None:
        self._written = files
        self.exported.set_words(self.tr("Written: {files}").format(files=self.tr(", ").join(files)) if files else "")
        self.open_folder.setVisible(bool(files))

    def _not_exported(self, problem: ProblemView) -> None:
        self._export_ended()
        self.problem.emit(problem)

    def _export_ended(self) -> None:
        self._exporting = False
        self._show_primary()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder))

    # ---------------------------------------------------------------- showing

    def _switched(self, _id: int, checked: bool) -> None:
        if checked:
            self._show_reports()

    def _report(self) -> ReportView | None:
        if self._view is None:
            return None
        mine = self.of_mine.isChecked()
        first, second = (self._view.mine, self._view.federation) if mine else (self._view.federation, self._view.mine)
        return first or second

    def _show(self) -> None:
        view = self._view
        filled = view is not None and (view.federation is not None or view.mine is not None)
        self.tabs.setVisible(filled)
        self._turned()
        self.empty.setVisible(not filled)
        self.empty.set_words(
            self.tr("No results yet"),
            self.tr("Results appear after the first round of a study that you have joined."),
            self.tr("Go to training"),
        )
        self.primary = self.export if filled else None
        self.header_changed.emit()
        self._show_primary()
        if view is not None and filled:
            self.summary.show_results(view)
            self.of_all.setEnabled(view.federation is not None)
            self.of_mine.setEnabled(view.mine is not None)
            self.of_mine.setToolTip(self.tr("The figures of your own site come with the final result.") if view.mine is None else "")
            if view.mine is None:
                self.of_all.setChecked(True)
            elif view.federation is None:
                self.of_mine.setChecked(True)
            self._show_reports()

    def _show_reports(self) -> None:
        report = self._report()
        if report is not None:
            for tab in self._reports:
                tab.show_report(report)

    def _turned(self) -> None:
        """Show the part that was chosen."""
        on_top = self._pages[self.tabs.currentIndex()]
        for page in self._pages:
            page.setVisible(page is on_top and not self.tabs.isHidden())
        for report in self._reports:
            if report is on_top:
                report.card.aside.addWidget(self._switch)  # one switch, beside the heading of the part on top

    def _show_primary(self) -> None:
        self.export.setEnabled(not self._exporting)


def _segment(group: QButtonGroup, number: int) -> QPushButton:
    button = QPushButton()
    button.setCheckable(True)
    button.setProperty("kind", "segment")
    group.addButton(button, number)
    return button
