# SPDX-License-Identifier: Apache-2.0
"""The study: its plan in plain words, who takes part, what will leave, the check words; and the approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout

from engine.session.events import DatasetsChanged, Event, LockChanged, SettingsChanged, StudiesChanged
from engine.session.jobs import Job
from engine.session.views import DatasetView, ForecastLine, Lock, ProblemView, StudyRow, StudyView
from gui import formats
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, layouts, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.checkwords import CheckWords
from gui.widgets.empty import EmptyState
from gui.widgets.report_table import Cell, StillTable
from gui.widgets.study_picker import StudyPicker, choice_of

if TYPE_CHECKING:
    from engine.session.session import Session


ASK_MS = 15_000  # how often the lead hospital is asked while its approval or plan is awaited


class StudyPage(Page):
    """Reads one study, lets a person compare the words and choose the records, and joins."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._row: StudyRow | None = None
        self._view: StudyView | None = None
        self._datasets: tuple[DatasetView, ...] = ()
        self._reading: Job[StudyView] | None = None
        self._joining = False
        self._failed = False
        self._asking = False
        self._unheard: ProblemView | None = None
        self._entered = False
        self._choice = choice_of(bridge)
        self._choice.changed.connect(self._chosen)

        self._poll = QTimer(self)
        self._poll.setInterval(ASK_MS)
        self._poll.timeout.connect(self._ask_lead)

        self.approve = buttons.primary()
        self.approve.clicked.connect(self._act)
        self.picker = StudyPicker(self._choice)
        self.empty = EmptyState()
        self.empty.button.clicked.connect(lambda: self.navigate.emit("invitation"))
        self.state = Note("info")
        self.again = buttons.plain()
        self.again.clicked.connect(self._read)

        self._build_plan()
        self._build_words()
        self._build_forecast()
        self._build_match()
        self._build_roster()
        self._build_text()
        self._cards = (self.plan, self.words, self.forecast, self.match, self.roster, self.manifest)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(14)
        layout.addWidget(self.picker)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.state)
        layout.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        for card in self._cards:
            layout.addWidget(card)
        layout.addStretch(1)
        self.retranslate()

    # ---------------------------------------------------------------- building

    def _build_plan(self) -> None:
        self.plan = Card()
        self._purpose = text.body()
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(20)
        self._lines.setVerticalSpacing(8)
        self._lines.setColumnStretch(1, 1)
        self._planned: tuple[tuple[tuple[str, str], ...], tuple[str, ...]] = ((), ())  # what the two layouts hold
        self._warnings = QVBoxLayout()
        self._warnings.setSpacing(8)
        self.plan.content.addWidget(self._purpose)
        self.plan.content.addLayout(self._lines)
        self.plan.content.addLayout(self._warnings)

    def _build_words(self) -> None:
        self.words = Card()
        self._phone = text.body()
        self.lead_words = CheckWords()
        self.own_words = CheckWords()
        self._hash_label = text.muted()
        self._hash_label.setWordWrap(False)
        self._hash = text.mono()
        self.copy_hash = buttons.quiet()
        self.copy_hash.clicked.connect(self._copy_hash)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._hash_label)
        row.addWidget(self._hash, 1)
        row.addWidget(self.copy_hash)
        self.words.content.addWidget(self._phone)
        self.words.content.addWidget(layouts.Beside(self.lead_words, self.own_words))
        self.words.content.addLayout(row)

    def _build_forecast(self) -> None:
        self.forecast = Card()
        self._total = text.body()
        self.forecast_table = StillTable(stretch=-1)
        self.forecast.content.addWidget(self._total)
        self.forecast.content.addWidget(self.forecast_table)

    def _build_match(self) -> None:
        self.match = Card()
        self._dataset_label = QLabel()
        self.dataset = QComboBox()
        self.dataset.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.dataset.setMinimumContentsLength(12)
        self.dataset.activated.connect(self._read)
        self._dataset_label.setBuddy(self.dataset)
        self.open_data = buttons.quiet()
        self.open_data.clicked.connect(lambda: self.navigate.emit("data"))
        self.match_all = buttons.quiet()
        self.match_all.setCheckable(True)
        self.match_all.toggled.connect(self._show)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._dataset_label)
        row.addWidget(self.dataset, 2)
        row.addWidget(self.open_data)
        row.addStretch(1)
        row.addWidget(self.match_all)
        self._match_note = Note("ok")
        self.match_table = StillTable(stretch=-1)
        self.match.content.addLayout(row)
        self.match.content.addWidget(self._match_note)
        self.match.content.addWidget(self.match_table)

    def _build_roster(self) -> None:
        self.roster = Card()
        self._roster_words = text.muted()
        self.roster_table = StillTable(stretch=-1)
        self.roster.content.addWidget(self._roster_words)
        self.roster.content.addWidget(self.roster_table)

    def _build_text(self) -> None:
        self.manifest = Card()
        self._manifest_words = text.muted()
        self.manifest_toggle = buttons.quiet()
        self.manifest_toggle.setCheckable(True)
        self.manifest_toggle.toggled.connect(self._toggle_manifest)
        self.manifest_text = QPlainTextEdit()
        self.manifest_text.setReadOnly(True)
        self.manifest_text.setTabChangesFocus(True)
        self.manifest_text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.manifest_text.setMinimumHeight(260)
        self.manifest_text.setVisible(False)
        self.manifest.aside.addWidget(self.manifest_toggle)
        self.manifest.content.addWidget(self._manifest_words)
        self.manifest.content.addWidget(self.manifest_text)

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Study")

    def purpose(self) -> str:
        return self.tr("Read the plan, compare the check words, then decide.")

    def retranslate(self) -> None:
        self.again.setText(self.tr("Try again"))
        self.words.set_heading(self.tr("Check words"))
        self._phone.setText(self.tr("Phone the lead hospital and compare these words. They are not secret."))
        self._hash_label.setText(self.tr("Hash of the plan"))
        self.copy_hash.setText(self.tr("Copy"))
        self.copy_hash.setAccessibleName(self.tr("Copy the hash of the plan"))
        self.forecast.set_heading(self.tr("What will leave this computer"))
        self.forecast_table.setAccessibleName(self.tr("What will leave this computer"))
        self.match.set_heading(self.tr("Your records"))
        self._dataset_label.setText(self.tr("Data set"))
        self.dataset.setAccessibleName(self.tr("Data set for this study"))
        self.match_table.setAccessibleName(self.tr("Variables of the study and your columns"))
        self.roster.set_heading(self.tr("Who takes part"))
        self._roster_words.setText(self.tr("Every site that is in the signed plan, with its check words."))
        self.roster_table.setAccessibleName(self.tr("Sites that take part"))
        self.manifest.set_heading(self.tr("The signed plan as text"))
        self._manifest_words.setText(self.tr("The same for every site. It holds settings only, never a program."))
        self.manifest_text.setAccessibleName(self.tr("The signed plan as text"))
        self._toggle_manifest(self.manifest_toggle.isChecked())
        self._fill_datasets(self._datasets)
        self._show()

    def recolour(self) -> None:
        self._show()

    def enter(self) -> None:
        self._entered = True
        self._poll.start()
        self._read_all()
        self._ask_lead()

    def _read_all(self) -> None:
        home = self.session.home()
        self._row = self.picker.fill(home.studies)
        self._fill_datasets(home.datasets if home.lock is Lock.OPEN else ())
        self._read()

    def leave(self) -> None:
        self._entered = False
        self._poll.stop()
        self._stop_reading()

    def on_event(self, event: Event) -> None:
        if self._entered and isinstance(event, (StudiesChanged, DatasetsChanged, SettingsChanged, LockChanged)):
            self._read_all()

    def set_session(self, session: Session) -> None:
        self._stop_reading()
        super().set_session(session)
        self._row, self._view, self._datasets = None, None, ()
        self._joining = self._failed = self._asking = False
        self._unheard = None
        self._show()

    # ---------------------------------------------------------------- reading

    def _chosen(self, _study: str) -> None:
        self._view = None
        if self._entered:
            self._read_all()

    def _fill_datasets(self, datasets: tuple[DatasetView, ...]) -> None:
        chosen = self.dataset.currentData()
        self._datasets = tuple(sorted(datasets, key=lambda each: -each.imported))
        with QSignalBlocker(self.dataset):
            self.dataset.clear()
            for each in self._datasets:
                words = self.tr("{name} – {rows} rows").format(name=each.name, rows=formats.count(each.rows))
                self.dataset.addItem(words, each.id)
            self.dataset.setCurrentIndex(max(0, self.dataset.findData(chosen)) if self._datasets else -1)

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _read(self) -> None:
        self._stop_reading()
        self._failed = False
        if self._row is None:
            self._view = None
            self._show()
            return
        if self._view is not None and self._view.study != self._row.study:
            self._view = None
        self._show()
        job = self.session.study(self._row.study, self.dataset.currentData())
        self._reading = job
        self.run(job, lambda view: self._have(job, view), lambda problem: self._have_not(job, problem))

    def _have(self, job: Job[StudyView], view: StudyView) -> None:
        if self._reading is job:
            self._reading = None
            self._view = view
            self._show()

    def _have_not(self, job: Job[StudyView], problem: ProblemView) -> None:
        if self._reading is job:
            self._reading = None
            self._failed = True
            self._show()
            self.problem.emit(problem)

    # ---------------------------------------------------------------- asking the lead hospital

    def _ask_lead(self) -> None:
        """Before a study is joined nothing tells this page of an approval or a plan, so it asks; the answer is an event."""
        row = self._row
        if row is None or row.joined or self._asking or self.session.sending_paused:
            return
        if self._view is not None and self._view.published and self._view.approved_by_lead:
            return
        self._asking = True
        self.run(self.session.refresh(row.study), self._asked, self._not_asked, lambda: self._asked(None))

    def _asked(self, _value: None) -> None:
        self._asking = False
        self._unheard = None

    def _not_asked(self, problem: ProblemView) -> None:
        self._asking = False
        self._unheard = problem
        self._show()

    # ---------------------------------------------------------------- acting

    def _act(self) -> None:
        if self._view is None or self._row is None:
            return
        if self._view.joined:
            self.navigate.emit("training")
            return
        if not self._can_join():
            return
        self._joining = True
        self._show()
        self.run(self.session.join(self._view.study, self.dataset.currentData()), self._joined, self._not_joined, self._cancelled)

    def _joined(self, _value: None) -> None:
        self._joining = False
        self.navigate.emit("training")
        if self._entered:
            self._read_all()

    def _not_joined(self, problem: ProblemView) -> None:
        self._cancelled()
        self.problem.emit(problem)

    def _cancelled(self) -> None:
        self._joining = False
        self._show()

    def _copy_hash(self) -> None:
        if self._view is not None:
            QGuiApplication.clipboard().setText(self._view.bundle_sha256)

    def _toggle_manifest(self, shown: bool) -> None:
        self.manifest_text.setVisible(shown)
        self.manifest_toggle.setText(self.tr("Hide") if shown else self.tr("Show"))
        self.manifest_toggle.setAccessibleName(self.tr("Hide the plan's text") if shown else self.tr("Show the plan's text"))

    # ---------------------------------------------------------------- showing

    def _can_join(self) -> bool:
        view = self._view
        if view is None or self._joining or self._reading is not None:
            return False
        fits = bool(view.match) and not any(line.problem for line in view.match)
        return view.published and view.approved_by_lead and not view.joined and fits

    def _show(self) -> None:
        view = self._view
        self.empty.setVisible(self._row is None)
        self.empty.set_words(
            self.tr("No study yet"),
            self.tr("A study begins with an invitation from a lead hospital: a file or a text."),
            self.tr("I have an invitation"),
        )
        self.again.setVisible(self._failed)
        published = view is not None and view.published
        for card in self._cards:
            card.setVisible(published)
        self.words.setVisible(view is not None and bool(view.site_words))
        self._show_state()
        if view is not None:
            self._show_plan(view)
            self._show_words(view)
            self._show_forecast(view.forecast)
            self._show_match(view)
            self._show_roster(view)
            if self.manifest_text.toPlainText() != view.toml:
                self.manifest_text.setPlainText(view.toml)
        self._show_primary()

    def _show_state(self) -> None:
        view = self._view
        if self._row is None:
            self.state.set_words("")
        elif self._failed:
            self._say("warn", self.tr("The plan could not be read now. What you see here may be old."))
        elif view is None:
            self._say("info", self.tr("Reading the plan…"))
        elif self._joining:
            self._say("info", self.tr("Telling the lead hospital that you approve and join…"))
        elif view.joined:
            self._say("ok", self.tr("You have approved this plan and joined."))
        elif self._unheard is not None and not (view.published and view.approved_by_lead):
            words = self.tr("The lead hospital could not be asked; this page tries again by itself. {what} {mend}")
            self._say("warn", words.format(what=self._unheard.what, mend=self._unheard.mend))
        elif not view.approved_by_lead:
            self._say("info", self.tr("Waiting for the lead hospital to let this site in. They will ask you for your check words."))
        elif not view.published:
            self._say("info", self.tr("Waiting for the lead hospital to publish the plan. This page changes by itself."))
        elif not self._datasets:
            self._say("warn", self.tr("Before you can join, open a data set that fits this study: see “Your records” below."))
        elif any(line.problem for line in view.match):
            self._say("warn", self.tr("Your data set does not fit this study yet: see “Your records” below."))
        else:
            self._say("info", self.tr("Nothing of your records is sent before you approve."))

    def _say(self, tone: str, words: str) -> None:
        self.state.set_tone(tone)
        self.state.set_words(words)

    def _show_primary(self) -> None:
        joined = self._view is not None and self._view.joined
        self.approve.setText(self.tr("Go to training") if joined else self.tr("Words match — approve and join"))
        self.approve.setEnabled(joined or self._can_join())
        self.primary = None if self._row is None else self.approve
        self.header_changed.emit()

    def _show_plan(self, view: StudyView) -> None:
        self.plan.set_heading(view.title)
        said = {line.text for line in view.plan}
        self._purpose.setText(view.purpose)
        self._purpose.setVisible(bool(view.purpose) and view.purpose not in said)
        lines = [(line.label, line.text) for line in view.plan]
        if view.lead not in said:
            lines.insert(0, (self.tr("Invited by"), view.lead))
        if (tuple(lines), view.warnings) == self._planned:
            return
        self._planned = (tuple(lines), view.warnings)
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
        for words in view.warnings:
            note = Note("warn")
            note.set_words(words)
            self._warnings.addWidget(note)

    def _show_words(self, view: StudyView) -> None:
        self.lead_words.set_words(self.tr("The lead hospital's words"), view.coordinator_words, view.coordinator_numbers)
        self.own_words.set_words(self.tr("Your words"), view.site_words, view.site_numbers)
        self._hash.setText(_grouped(view.bundle_sha256))
        self._hash.setAccessibleName(view.bundle_sha256)
        for widget in (self._hash_label, self._hash, self.copy_hash):
            widget.setVisible(bool(view.bundle_sha256))

    def _show_forecast(self, lines: tuple[ForecastLine, ...]) -> None:
        messages = sum(line.messages for line in lines)
        total = sum(line.messages * line.bytes_each for line in lines)
        words = self.tr("About {size} in {messages} messages over the whole study. Patients' records sent: none.")
        self._total.setText(words.format(size=formats.size(total), messages=formats.count(messages)))
        rows = [
            (
                Cell(line.kind, strong=True),
                Cell(formats.count(line.messages), right=True),
                Cell(formats.size(line.bytes_each), right=True),
                Cell(formats.size(line.messages * line.bytes_each), right=True),
                Cell(line.what),
            )
            for line in lines
        ]
        headers = (self.tr("Kind"), self.tr("Messages"), self.tr("Size of each"), self.tr("Together"), self.tr("What it is"))
        self.forecast_table.show_rows(headers, rows)

    def _show_match(self, view: StudyView) -> None:
        problems = sum(1 for line in view.match if line.problem)
        self.dataset.setVisible(bool(self._datasets))
        self._dataset_label.setVisible(bool(self._datasets))
        self.open_data.setText(self.tr("Change the data") if self._datasets else self.tr("Open my data"))
        self.match.setVisible(view.published and not (view.joined and not view.match))
        self.dataset.setEnabled(not view.joined)
        every = self.match_all.isChecked()
        self.match_all.setVisible(bool(view.match))
        self.match_all.setText(self.tr("Hide what fits") if every else self.tr("Show every variable"))
        self.match_table.setVisible(bool(problems or (every and view.match)))
        if not self._datasets:
            self._match_note.set_tone("warn")
            self._match_note.set_words(self.tr("No data set has been opened yet. Open one to see whether it fits this study."))
        elif problems:
            self._match_note.set_tone("bad")
            words = self.tr("{problems} of {all} variables do not fit yet.")
            self._match_note.set_words(words.format(problems=formats.count(problems), all=formats.count(len(view.match))))
        elif view.match:
            self._match_note.set_tone("ok")
            self._match_note.set_words(self.tr("All {all} variables of the study were found.").format(all=formats.count(len(view.match))))
        else:
            self._match_note.set_words("")
        tokens = tokens_of(self.palette())
        fits = icons.icon("check", tokens.ok, 16, self)
        bad = icons.icon("cross", tokens.bad, 16, self)
        rows = [
            (
                Cell(line.variable, strong=True, icon=bad if line.problem else fits),
                Cell(line.column or "–"),
                Cell(line.problem or line.note or self.tr("Fits")),
            )
            for line in sorted(view.match, key=lambda line: not line.problem)
            if every or line.problem
        ]
        self.match_table.show_rows((self.tr("Variable of the study"), self.tr("Your column"), self.tr("Note")), rows)

    def _show_roster(self, view: StudyView) -> None:
        rows = [
            (
                Cell(self.tr("{site} (you)").format(site=line.site) if line.you else line.site, strong=line.you),
                Cell("  ".join(line.words)),
            )
            for line in view.roster
        ]
        self.roster_table.show_rows((self.tr("Site"), self.tr("Check words")), rows)


def _grouped(sha256: str) -> str:
    """A hash in groups of eight, so that a line can break between them."""
    return " ".join(sha256[at : at + 8] for at in range(0, len(sha256), 8))
