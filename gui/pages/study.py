# SPDX-License-Identifier: Apache-2.0
"""The study: its plan in plain words, who takes part, what will leave, the check words; and the approval."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from engine.session.choices import MatchChoice
from engine.session.events import DatasetsChanged, Event, LockChanged, SettingsChanged, StudiesChanged
from engine.session.jobs import Job
from engine.session.views import DatasetDetail, Lock, MatchLine, ProblemView, StudyRow, StudyView
from gui.bridge import Bridge
from gui.dialogs.match import MatchDialog
from gui.pages.page import Page
from gui.widgets import buttons
from gui.widgets.banner import Note
from gui.widgets.empty import EmptyState
from gui.widgets.study_cards import ForecastCard, PlanCard, PlanTextCard, RosterCard, WordsCard
from gui.widgets.study_match import MatchCard
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

        self.plan = PlanCard()
        self.words = WordsCard()
        self.forecast = ForecastCard()
        self.match = MatchCard()
        self.match.chosen.connect(self._read)
        self.match.data_wanted.connect(lambda: self.navigate.emit("data"))
        self.match.line_wanted.connect(self._say_line)
        self.match.taken_back.connect(self._take_back)
        self.match.request_wanted.connect(self._write_request)
        self.roster = RosterCard()
        self.manifest = PlanTextCard()
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

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Study")

    def purpose(self) -> str:
        return self.tr("Read the plan, compare the check words, then decide.")

    def retranslate(self) -> None:
        self.again.setText(self.tr("Try again"))
        self.match.offer(self.match.datasets)
        self._show()

    def recolour(self) -> None:
        self.match.recolour()

    def enter(self) -> None:
        self._entered = True
        self._poll.start()
        self._read_all()
        self._ask_lead()

    def _read_all(self) -> None:
        home = self.session.home()
        self._row = self.picker.fill(home.studies)
        self.match.offer(home.datasets if home.lock is Lock.OPEN else ())
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
        self._row, self._view = None, None
        self.match.offer(())
        self._joining = self._failed = self._asking = False
        self._unheard = None
        self._show()

    # ---------------------------------------------------------------- reading

    def _chosen(self, _study: str) -> None:
        self._view = None
        if self._entered:
            self._read_all()

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
        job = self.session.study(self._row.study, self.match.dataset())
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
        dataset = self.match.dataset()
        if dataset is None or not self._can_join():
            return
        self._joining = True
        self._show()
        self.run(self.session.join(self._view.study, dataset), self._joined, self._not_joined, self._cancelled)

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

    # ---------------------------------------------------------------- matching columns

    def _say_line(self, line: MatchLine) -> None:
        dataset, view = self.match.dataset(), self._view
        if dataset is not None and view is not None:
            study = view.study
            self.run(self.session.dataset(dataset), lambda detail: self._open_line(study, detail, line))

    def _open_line(self, study: str, detail: DatasetDetail, line: MatchLine) -> None:
        if self._view is not None and self._view.study == study and not self._view.joined:
            dialog = MatchDialog(self.bridge, self.session, study, detail, line, self)
            dialog.finished.connect(lambda _: self._read())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def _take_back(self, line: MatchLine) -> None:
        dataset, view = self.match.dataset(), self._view
        if dataset is not None and view is not None:
            self.run(self.session.choose_match(view.study, dataset, MatchChoice(line.variable)), lambda _: self._read())

    def _write_request(self) -> None:
        view = self._view
        if view is not None:
            self.run(self.session.export_request(view.study, self.match.dataset()), lambda lines: self._save_request(view, lines))

    def _save_request(self, view: StudyView, lines: tuple[str, ...]) -> None:
        suggested = str(Path.home() / f"{view.study}.txt")
        kinds = self.tr("Text (*.txt)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the request"), suggested, kinds)
        if not name:
            return
        first = self.tr("For the study “{title}” we need these variables:").format(title=view.title)
        if not lines:
            first = self.tr("Nothing is missing for the study “{title}”.").format(title=view.title)
        try:
            Path(name).write_text("\n".join((first, "", *(f"- {line}" for line in lines))) + "\n", encoding="utf-8")
        except OSError as error:
            self._say("warn", self.tr("{file} could not be written: {reason}").format(file=Path(name).name, reason=error.strerror or ""))

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
            for card in self._cards:
                card.show_study(view)
            self.match.setVisible(view.published and not (view.joined and not view.match))
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
        elif not self.match.datasets:
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
