# SPDX-License-Identifier: Apache-2.0
"""The data page: open a file, see how it would be read, import it into the vault, look at it, and say that it is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox, QVBoxLayout, QWidget

from engine.session import events
from engine.session.jobs import Job
from engine.session.privacy_views import HitView, PrivacyView
from engine.session.views import DatasetDetail, DatasetView, InspectionView, MendView, PreviewView, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.dialogs.join_data import JoinDataDialog
from gui.dialogs.override import OverrideDialog
from gui.pages.excluded import ExcludedSection
from gui.pages.page import Page
from gui.widgets import buttons, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.choice import ChoiceBox
from gui.widgets.datasetview import DatasetWidget
from gui.widgets.droparea import DropArea
from gui.widgets.filepreview import FilePreview
from gui.widgets.layouts import OneOf
from gui.widgets.mending import MendingCard
from gui.widgets.presence import PresenceCard

if TYPE_CHECKING:
    from engine.session.session import Session


class DataPage(Page):
    """Three faces: nothing yet, a file being looked at, an imported data set."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.main = self.primary = buttons.primary()
        self.main.clicked.connect(self._primary_pressed)
        self.drop = DropArea("data")
        self.drop.dropped.connect(self.open_file)
        self.drop.choose.connect(self.choose_file)
        self.preview = FilePreview()
        self.preview.choices_changed.connect(self._read)
        self.preview.cancelled.connect(self._cancel)
        self.view = DatasetWidget(bridge, self.problem.emit)
        self.view.privacy.override_wanted.connect(self._override)
        self.mending = MendingCard(self._mend)
        self.view.mend.connect(self.mending.mend)
        self.view.privacy.mend_wanted.connect(self.mending.mend)
        self.view.privacy.undo_wanted.connect(self.mending.take_last)
        self.mending.actions_for(self)
        self.view.outcome.look.connect(self._look_with)
        self.presence = PresenceCard()
        self.presence.again.connect(self._join_again)
        self.join = buttons.plain()
        self.join.clicked.connect(self._ask_join)
        self.chooser = ChoiceBox()
        self.chooser.activated.connect(self._chosen)
        self.another, self.delete = buttons.plain(), buttons.quiet()
        self.another.clicked.connect(self.choose_file)
        self.delete.clicked.connect(self._ask_delete)
        self._about = text.muted()
        self._head = Card()
        self._head.aside.addWidget(self.chooser)
        self._head.aside.addWidget(self.another)
        self._head.aside.addWidget(self.join)
        self._head.aside.addWidget(self.delete)
        self._head.content.addWidget(self._about)
        self._warning = Note("warn")
        self._warning.setVisible(False)
        self._head.content.addWidget(self._warning)
        imported = QWidget()
        layout = QVBoxLayout(imported)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self._head)
        layout.addWidget(self.mending)
        layout.addWidget(self.presence)
        layout.addWidget(self.view, 1)
        nothing = QWidget()
        row = QHBoxLayout(nothing)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.drop)
        self._nothing, self._imported = nothing, imported
        self._faces = OneOf(nothing, self.preview, imported)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(28, 8, 28, 24)
        outer.addWidget(self._faces)
        self.excluded = ExcludedSection(self)
        outer.addSpacing(14)
        outer.addWidget(self.excluded)
        self.setAcceptDrops(False)
        self._endings = ""
        self._forget()

    def _forget(self) -> None:
        self._path: Path | None = None
        self._preview_view: PreviewView | None = None
        self._reading: Job[PreviewView] | None = None
        self._loading: Job[DatasetDetail] | None = None
        self._importing: Job[DatasetView] | None = None
        self._datasets: tuple[DatasetView, ...] = ()
        self._current = ""
        self._detail: DatasetDetail | None = None
        self._privacy: PrivacyView | None = None
        self._focus_main = False  # the main button had the focus and is grey for now

    def title(self) -> str:
        return self.tr("Data")

    def purpose(self) -> str:
        return self.tr("Open a table of your patients and check what is in it. It stays on this computer, encrypted.")

    def set_session(self, session: Session) -> None:
        super().set_session(session)
        self._forget()
        self.view.clear()
        self.excluded.clear()
        self._draw()

    def enter(self) -> None:
        self._datasets = self.session.datasets()
        self._endings = " ".join(pattern.removeprefix("*.") for pattern in self.session.file_patterns())
        names = [dataset.id for dataset in self._datasets]
        if self._current not in names:
            self._current = names[0] if names else ""
            self._detail = None
        self._load()
        self._draw()

    def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.JobChanged) and self._importing is not None and event.job == self._importing.id:
            self.preview.show_progress(event.progress)
        elif isinstance(event, events.DatasetsChanged) and self.isVisible():
            self.enter()
        elif isinstance(event, events.PrivacyChanged) and event.dataset == self._current and self.isVisible():
            self._look()
        elif isinstance(event, events.LockChanged):
            self._forget()
            self.view.clear()
            self.excluded.clear()
        elif isinstance(event, events.SettingsChanged) and self.isVisible():
            self._load()  # the findings come in the language of the settings
            if self._importing is None:
                self._read()

    # ---------------------------------------------------------------- a file

    def choose_file(self) -> None:
        """Ask for a file."""
        patterns = self.session.file_patterns()
        # Windows and macOS tell no upper case from lower; elsewhere a scanner's DATA.CSV must not be missing.
        kinds = [self.tr("Records ({endings})").format(endings=" ".join((*patterns, *map(str.upper, patterns)))), self.tr("All files (*)")]
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a file of records"), str(Path.home()), ";;".join(kinds))
        if name:
            self.open_file(Path(name))

    def open_file(self, path: Path) -> None:
        """Look at a file; nothing is imported yet."""
        self.settled.emit()
        self._path = path
        self._preview_view = None
        self.preview.reset(path.stem)
        self._read()

    def _read(self) -> None:
        if self._path is None:
            return
        if self._reading is not None:
            self._reading.cancel()
        path = self._path
        job = self.session.preview(path, self.preview.choices())
        self._reading = job
        self.run(job, lambda view: self._previewed(job, path, view), lambda problem: self._unreadable(job, path, problem))

    def _previewed(self, job: Job[PreviewView], path: Path, view: PreviewView) -> None:
        if path == self._path and job is self._reading:  # one that was asked earlier may end later
            self._preview_view = view
            self.preview.show_preview(view)
            self._draw()

    def _unreadable(self, job: Job[PreviewView], path: Path, problem: ProblemView) -> None:
        if path == self._path and job is self._reading:
            if self._preview_view is None:
                self._path = None
            self._draw()
            self.problem.emit(problem)

    def _import(self) -> None:
        if self._path is None or self._importing is not None:
            return
        name = self.preview.name.text().strip() or self._path.stem
        job = self.session.import_data(self._path, name, self.preview.choices())
        self._importing = job
        self.settled.emit()
        self.preview.show_progress(-1)
        if self.main.hasFocus():
            self._focus_main = True
            self.preview.table.setFocus()  # else Qt moves it to the rail when the button goes grey
        self._draw()
        self.run(job, self._imported_now, self._not_imported, self._import_ended)

    def _imported_now(self, dataset: DatasetView) -> None:
        self._path = self._preview_view = None
        self._current, self._detail, self._privacy = dataset.id, None, None
        self._import_ended()
        self.enter()

    def _not_imported(self, problem: ProblemView) -> None:
        self._import_ended()
        self.problem.emit(problem)

    def _import_ended(self) -> None:
        self._importing = None
        self.preview.show_progress(None)
        self._draw()

    def _cancel(self) -> None:
        if self._importing is not None:
            self._importing.cancel()
        else:
            self._path = self._preview_view = None
            self.settled.emit()
            self._draw()

    # ---------------------------------------------------------------- a data set

    def _load(self) -> None:
        if self._current:
            wanted = self._current
            job = self.session.dataset(wanted)
            self._loading = job
            self.run(job, lambda detail: self._loaded(job, wanted, detail))

    def _loaded(self, job: Job[DatasetDetail], wanted: str, detail: DatasetDetail) -> None:
        if wanted != self._current or job is not self._loading:  # one that was asked earlier may end later
            return
        self._show(wanted, detail)

    def _show(self, wanted: str, detail: DatasetDetail) -> None:
        self._detail = detail
        session = self.session
        self.mending.setVisible(not detail.presence)
        self.mending.show_detail(detail)
        self.presence.show_detail(detail)
        self.view.outcome.show_detail(detail, session.patient_column(wanted))
        self.view.show_detail(
            detail,
            lambda start, count: session.rows(wanted, start, count),
            lambda column: session.expression(wanted, column),
            session,
        )
        self._look()
        self._draw()

    def _mend(self, recipe: tuple[MendView, ...]) -> None:
        wanted = self._current
        job = self.session.mend_data(wanted, recipe)
        self.settled.emit()
        self.view.privacy.set_busy()
        self.run(job, lambda detail: self._mended(wanted, detail), self._not_mended, self.mending.refused)

    def _mended(self, wanted: str, detail: DatasetDetail) -> None:
        if wanted == self._current:
            self._loading = None  # what was asked before is older than this
            self._show(wanted, detail)

    def _not_mended(self, problem: ProblemView) -> None:
        self.mending.refused()
        self.view.show_privacy(self._privacy)
        self.problem.emit(problem)

    def _chosen(self, number: int) -> None:
        self._current, self._detail, self._privacy = self._datasets[number].id, None, None
        self._load()
        self._draw()

    # ---------------------------------------------------------------- what identifies a person

    def _look(self) -> None:
        wanted = self._current
        self.run(self.session.privacy(wanted), lambda view: self._looked(wanted, view))

    def _looked(self, wanted: str, view: PrivacyView) -> None:
        if wanted == self._current and self._detail is not None:
            self._privacy = view
            self.view.show_privacy(view)
            self._draw()

    def _override(self, hit: HitView) -> None:
        dialog = OverrideDialog(hit.column, hit.text, self)
        dataset = self._current
        dialog.accepted.connect(
            lambda: self.run(
                self.session.override_data(dataset, hit.column, dialog.person, dialog.reason), lambda view: self._looked(dataset, view)
            )
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # ---------------------------------------------------------------- an outcome in mind, and joins

    def _look_with(self, outcome: str, patient: str) -> None:
        wanted = self._current
        job = self.session.inspect_data(wanted, outcome, patient)
        self.settled.emit()
        self.run(job, lambda found: self._looked_with(wanted, found), self._not_looked, lambda: self.view.outcome.show_found(None))

    def _looked_with(self, wanted: str, found: InspectionView) -> None:
        if wanted == self._current:
            self.view.outcome.show_found(found)

    def _not_looked(self, problem: ProblemView) -> None:
        self.view.outcome.show_found(None)
        self.problem.emit(problem)

    def _ask_join(self) -> None:
        imported = tuple(dataset for dataset in self._datasets if dataset.source_name)  # a join has no file
        dialog = JoinDataDialog(self.bridge, self.session, imported, self)
        dialog.accepted.connect(lambda: self._data_joined(dialog.made))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _join_again(self) -> None:
        if self._detail is not None:
            self.run(self.session.join_data(self._detail.dataset.name, self._detail.members), self._data_joined)

    def _data_joined(self, made: DatasetView | None) -> None:
        if made is not None:
            self._current, self._detail, self._privacy = made.id, None, None
            self.enter()

    def _ask_delete(self) -> None:
        if self._detail is None:
            return
        dataset = self._detail.dataset
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("Delete “{name}” from this computer?").format(name=dataset.name))
        box.setInformativeText(self.tr("The encrypted copy and its key are erased. Your own file is not touched."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.finished.connect(lambda _: self._delete(dataset.id) if box.clickedButton() is delete else None)
        box.finished.connect(box.deleteLater)
        box.open()

    def _delete(self, dataset: str) -> None:
        self.settled.emit()
        self.run(self.session.delete_data(dataset), lambda _: self.enter())

    def _primary_pressed(self) -> None:
        face = self._faces.currentWidget()
        if face is self._nothing:
            self.choose_file()
        elif face is self.preview:
            self._import()
        elif self._detail is not None:
            self.session.confirm_data(self._detail.dataset.id)
            self.navigate.emit("study")

    # ---------------------------------------------------------------- drawing

    def _draw(self) -> None:
        if self._preview_view is not None:
            self._faces.setCurrentWidget(self.preview)
        elif self._current:
            self._faces.setCurrentWidget(self._imported)
        else:
            self._faces.setCurrentWidget(self._nothing)
        self.retranslate()
        if self._focus_main and self.main.isEnabled():
            self._focus_main = False
            if self.isVisible():
                self.main.setFocus()

    def retranslate(self) -> None:
        about = self.tr("One row a visit or a patient. The delimiter and the encoding of text (UTF-8, GB18030 and others) are recognised.")
        if self._endings:
            about += "\n" + self.tr("Files that can be read: {endings}").format(endings=self._endings)
        self.drop.set_words(self.tr("Drop a file of records here"), about, self.tr("Choose a file…"))
        self.another.setText(self.tr("Open another file…"))
        self.delete.setText(self.tr("Delete…"))
        self.chooser.setAccessibleName(self.tr("Data set"))
        self.preview.retranslate()
        self.view.retranslate()
        self.mending.retranslate()
        self.excluded.retranslate()
        self.presence.retranslate()
        self.join.setText(self.tr("Join data sets…"))
        self.join.setVisible(sum(bool(dataset.source_name) for dataset in self._datasets) > 1)
        self._draw_head()
        face = self._faces.currentWidget()
        if face is self._nothing:
            self.main.setText(self.tr("Choose a file…"))
            self.main.setEnabled(True)
        elif face is self.preview:
            self.main.setText(self.tr("Import"))
            self.main.setEnabled(self._importing is None)
        else:
            self.main.setText(self.tr("Data looks right"))
            severe = self._detail is None or any(finding.severity == "block" for finding in self._detail.findings)
            self.main.setEnabled(not severe)

    def _draw_head(self) -> None:
        findings = self._detail.findings if self._detail is not None else ()
        severe = any(finding.severity == "block" for finding in findings)
        stops = self._privacy is not None and self._detail is not None and bool(self._privacy.blocking)
        self._warning.set_tone("bad" if severe or stops else "warn")
        if stops:
            self._warning.set_words(self.tr("These data hold what identifies a person, so they cannot join a study yet: see “Privacy”."))
        elif severe:
            self._warning.set_words(self.tr("Something must be mended before these data can be used: see “What stands out”."))
        elif any(finding.severity == "warning" for finding in findings):
            self._warning.set_words(self.tr("Something deserves a look before you go on: see “What stands out”."))
        else:
            self._warning.set_words("")
        self.chooser.setVisible(len(self._datasets) > 1)
        self.chooser.clear()
        for dataset in self._datasets:
            self.chooser.addItem(dataset.name, dataset.id)
        current = next((d for d in self._datasets if d.id == self._current), None)
        if current is not None:
            self.chooser.setCurrentIndex(self._datasets.index(current))
            self._head.set_heading(current.name)
            words = self.tr("{rows} rows, {columns} columns, version {version}, imported {time} from {source}")
            about = words.format(
                rows=formats.count(current.rows),
                columns=formats.count(current.columns),
                version=current.version,
                time=formats.moment(current.imported),
                source=current.source_name,
            )
            if self._detail is not None:
                right = self.tr("A person found these data right.")
                about += "\n" + (right if self._detail.confirmed else self.tr("Nobody has said yet that these data look right."))
            self._about.setText(about)
