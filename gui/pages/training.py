# SPDX-License-Identifier: Apache-2.0
"""Training: the round and its steps, how long still, what the model has learned so far; start, pause, stop."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from engine.session.events import Event, LockChanged, SettingsChanged, StudiesChanged, TrainingChanged
from engine.session.views import Lock, PointView, StudyRow, TrainingView
from gui import formats
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, chart, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.chart import Axes, Chart, Line
from gui.widgets.empty import EmptyState
from gui.widgets.layouts import Beside
from gui.widgets.phases import PhaseStrip
from gui.widgets.report_table import Cell, StillTable
from gui.widgets.states import ICONS, state_word, tone_of
from gui.widgets.study_picker import StudyPicker, choice_of

if TYPE_CHECKING:
    from engine.session.session import Session

SECOND = 1000
FACTS = 4


class TrainingPage(Page):
    """Shows the training of one joined study, drawn again at most ten times a second (the bridge sees to that)."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._row: StudyRow | None = None
        self._view: TrainingView | None = None
        self._drawn: tuple[PointView, ...] | None = None
        self._entered = False
        self._warm = False
        self._choice = choice_of(bridge)
        self._choice.changed.connect(self._chosen)
        self._beat = QTimer(self)
        self._beat.setInterval(SECOND)
        self._beat.timeout.connect(self._show_times)

        self.main = buttons.primary()
        self.main.clicked.connect(self._act)
        self.picker = StudyPicker(self._choice)
        self.empty = EmptyState()
        self.empty.button.clicked.connect(lambda: self.navigate.emit("study"))
        self._build_progress()
        self._build_learning()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(14)
        layout.addWidget(self.picker)
        layout.addWidget(self.empty, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.learning, 1)
        self._below = QWidget()
        layout.addWidget(self._below, 1)
        self.retranslate()

    # ---------------------------------------------------------------- building

    def _build_progress(self) -> None:
        self.progress = Card()
        self._round = text.number()
        self._state_icon = QLabel()
        self._state = QLabel()
        self._state.setProperty("role", "strong")
        self.stop = buttons.plain()
        self.stop.clicked.connect(self._stop)
        state = QWidget()
        named = QHBoxLayout(state)
        named.setContentsMargins(0, 0, 0, 0)
        named.setSpacing(6)
        named.addWidget(self._state_icon)
        named.addWidget(self._state, 1)
        top = QHBoxLayout()
        top.addWidget(Beside(self._round, state, stretch=(0, 1), spacing=18), 1)
        top.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        self.problem_note = Note("bad")
        self.hint = Note("info")
        self.strip = PhaseStrip()
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self._fact_names = [text.muted() for _ in range(FACTS)]
        self._facts = [text.body() for _ in range(FACTS)]
        facts = []
        for name, fact in zip(self._fact_names, self._facts, strict=True):
            pair = QWidget()
            column = QVBoxLayout(pair)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            column.addWidget(name)
            column.addWidget(fact)
            facts.append(pair)
        self._facts_row = Beside(*facts, spacing=16, least=17)
        self.progress.content.addLayout(top)
        self.progress.content.addWidget(self.problem_note)
        self.progress.content.addWidget(self.hint)
        self.progress.content.addSpacing(4)
        self.progress.content.addWidget(self.strip)
        self.progress.content.addWidget(self.bar)
        self.progress.content.addWidget(self._facts_row)

    def _build_learning(self) -> None:
        self.learning = Card()
        self.loss = Chart()
        self.accuracy = Chart()
        self._summary = text.body()
        self.table_toggle = buttons.quiet()
        self.table_toggle.setCheckable(True)
        self.table_toggle.toggled.connect(self._toggle_table)
        self.table = StillTable(stretch=-1)
        self.table.setVisible(False)
        self.learning.aside.addWidget(self.table_toggle)
        self.learning.content.addWidget(self._summary)
        self.learning.content.addWidget(Beside(self.loss, self.accuracy, spacing=20), 1)
        self.learning.content.addWidget(self.table)

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Training")

    def purpose(self) -> str:
        return self.tr("Every site trains on its own records; only model updates travel.")

    def retranslate(self) -> None:
        self.empty.set_words(
            self.tr("No study to train yet"),
            self.tr("Training begins after you have approved the plan of a study and joined it."),
            self.tr("Go to the study"),
        )
        self.stop.setText(self.tr("Stop"))
        self.stop.setToolTip(self.tr("Ends the work on this study on this computer. Start goes on from the same round."))
        self.bar.setAccessibleName(self.tr("Progress of this step"))
        names = (self.tr("Time left"), self.tr("Sites taking part"), self.tr("Still awaited"), self.tr("Last heard"))
        for label, words in zip(self._fact_names, names, strict=True):
            label.setText(words)
        self.learning.set_heading(self.tr("Learning so far"))
        self.table.setAccessibleName(self.tr("Learning so far, round by round"))
        self.strip.retranslate()
        self._toggle_table(self.table_toggle.isChecked())
        self._drawn = None
        self._show()

    def recolour(self) -> None:
        self._show_state()

    def enter(self) -> None:
        self._entered = True
        self._beat.start()
        self._read()
        if self._row is not None and self._row.joined and not self._warm:
            self._warm = True
            self.run(self.session.warm(chart.load), self._prepare_charts)

    def _prepare_charts(self, _value: None) -> None:
        """In two steps, so that each is short."""
        self.loss.prepare()
        QTimer.singleShot(0, self.accuracy, self.accuracy.prepare)

    def leave(self) -> None:
        self._entered = False
        self._beat.stop()

    def on_event(self, event: Event) -> None:
        if not self._entered:
            return
        if isinstance(event, TrainingChanged):
            if self._row is not None and event.study == self._row.study:
                self._view = self.session.training(event.study)
                self._show()
        elif isinstance(event, (StudiesChanged, SettingsChanged, LockChanged)):
            self._read()

    def set_session(self, session: Session) -> None:
        super().set_session(session)
        self._row = self._view = self._drawn = None
        self._show()

    # ---------------------------------------------------------------- reading and acting

    def _chosen(self, _study: str) -> None:
        if self._entered:
            self._read()

    def _read(self) -> None:
        home = self.session.home()
        open_now = home.lock is Lock.OPEN
        self._row = self.picker.fill(tuple(row for row in home.studies if row.joined) if open_now else ())
        self._view = self.session.training(self._row.study) if self._row is not None else None
        self._show()

    def _at_work(self) -> bool:
        """Whether this computer works on the study now, a pause included."""
        ended = self._view is None or self._view.state in ("done", "left", "stopped-by-check", "not-joined", "waiting-for-approval")
        return not ended and self.session.busy_training()

    def _act(self) -> None:
        view = self._view
        if view is None:
            return
        if view.state == "done":
            self.navigate.emit("results")
            return
        if view.state == "paused-by-you":
            self.session.resume(view.study)
        elif self._at_work():
            self.session.pause(view.study)
        else:
            self.session.start(view.study)
        self._read()

    def _stop(self) -> None:
        if self._view is not None:
            self.session.stop(self._view.study)
            self._read()

    def _toggle_table(self, shown: bool) -> None:
        self.table.setVisible(shown)
        self.table_toggle.setText(self.tr("Hide table") if shown else self.tr("Show as table"))
        if shown and self._view is not None:
            self._show_table(self._view.points)

    # ---------------------------------------------------------------- showing

    def _show(self) -> None:
        view = self._view
        self.empty.setVisible(view is None)
        self.progress.setVisible(view is not None)
        charted = view is not None and bool(view.points)
        self.learning.setVisible(charted)
        self._below.setVisible(view is not None and not charted)
        self._show_primary()
        if view is None:
            return
        self._round.setText(
            self.tr("{round} of {rounds} rounds finished").format(round=formats.count(view.round), rounds=formats.count(view.rounds))
        )
        self._show_state()
        self._show_times()
        if view.points and view.points != self._drawn:
            self._drawn = view.points
            self._show_learning(view)

    def _show_primary(self) -> None:
        view = self._view
        state = view.state if view is not None else ""
        if state == "done":
            self.main.setText(self.tr("See the results"))
        elif state == "paused-by-you":
            self.main.setText(self.tr("Resume training"))
        elif self._at_work():
            self.main.setText(self.tr("Pause training"))
        else:
            self.main.setText(self.tr("Start training"))
        self.main.setEnabled(view is not None and state != "left")
        wanted = self.main if view is not None else None
        if wanted is not self.primary:
            self.primary = wanted
            self.header_changed.emit()

    def _show_state(self) -> None:
        view = self._view
        if view is None:
            return
        tone = tone_of(view.state)
        colour = icons.tone_colour(tokens_of(self.palette()), tone)
        self._state_icon.setPixmap(icons.pixmap("pause" if view.state == "paused-by-you" else ICONS[tone], colour, 18, self))
        self._state.setText(state_word(view.state))
        working = self._at_work()
        self.stop.setVisible(working)
        paused = view.state in ("paused-by-you", "paused-by-network")
        under_way = working and view.state != "ready"  # before the first round nothing has been got, trained or sent
        if view.state == "done":
            self.strip.set_finished()
        else:
            self.strip.set_phase(view.phase if under_way else "", paused)
        self.bar.setValue(round(1000 * view.progress))
        self.bar.setVisible(under_way and not paused and view.phase != "waiting")
        if view.problem is not None:
            words = self.tr("{code} · {what} {mend}")
            self.problem_note.set_words(words.format(code=view.problem.code, what=view.problem.what, mend=view.problem.mend))
        else:
            self.problem_note.set_words("")
        self.problem_note.set_tone("bad" if view.state == "stopped-by-check" else "warn")
        self.hint.set_words(self._hint(view, working))
        self._facts_row.setVisible(under_way)

    def _hint(self, view: TrainingView, working: bool) -> str:
        if view.state == "left":
            return self.tr("You have left this study. What was sent before stays in the rounds that were published.")
        if view.state == "paused-by-you":
            return self.tr("Paused by you. Until you resume nothing is trained, and only messages without data are sent.")
        if view.problem is not None or view.state == "done":
            return ""
        if not working:
            return self.tr("You have joined. Start when you are ready: training runs in the background and resumes after a restart.")
        if view.state == "ready":
            return self.tr("Ready. Waiting for the lead hospital to start the next round; nothing to do here.")
        return ""

    def _show_times(self) -> None:
        view = self._view
        if view is None:
            return
        if view.eta_seconds is None or not self._at_work():
            left = "–"
        else:
            left = self.tr("about {time}").format(time=formats.duration(view.eta_seconds))
        awaited = self.tr(", ").join(view.waiting_for) or self.tr("nobody")
        if view.last_heard is None:
            heard = "–"
        else:
            heard = self.tr("{time} ago").format(time=formats.duration(max(0.0, time.time() - view.last_heard)))
        joined = formats.count(view.sites_joined) if view.sites_joined else "–"
        if view.sites_joined and view.waiting_for:
            here = max(0, view.sites_joined - len(view.waiting_for))
            joined = self.tr("{heard} of {all} heard").format(heard=formats.count(here), all=formats.count(view.sites_joined))
        for label, words in zip(self._facts, (left, joined, awaited, heard), strict=True):
            if label.text() != words:
                label.setText(words)

    def _show_learning(self, view: TrainingView) -> None:
        points = view.points
        rounds = [float(point.round) for point in points]
        x_limits = (0.0, float(max(view.rounds, 1)))
        losses = [loss for point in points for loss in (point.train_loss, point.validation_loss) if loss is not None]
        self.loss.set_lines(
            (
                Line(self.tr("Training"), rounds, _numbers([point.train_loss for point in points]), 0),
                Line(self.tr("Validation"), rounds, _numbers([point.validation_loss for point in points]), 1),
            ),
            Axes(self.tr("Round"), self.tr("Error (loss)"), x_limits, (0.0, max(losses, default=1.0)), whole=True),
        )
        accuracy = [None if point.validation_accuracy is None else 100 * point.validation_accuracy for point in points]
        self.accuracy.set_lines(
            (Line(self.tr("Right answers on validation patients"), rounds, _numbers(accuracy), 2),),
            Axes(self.tr("Round"), self.tr("Right answers, %"), x_limits, (0.0, 100.0), whole=True),
        )
        summary = self._summary_of(view)
        self._summary.setText(summary)
        self.loss.describe(self.tr("Error by round"), summary)
        self.accuracy.describe(self.tr("Right answers by round"), summary)
        if self.table_toggle.isChecked():
            self._show_table(points)

    def _summary_of(self, view: TrainingView) -> str:
        known = [point for point in view.points if point.validation_accuracy is not None]
        last = view.points[-1]
        if not known:
            words = self.tr("After round {round} the error on training patients is {loss}.")
            return words.format(round=formats.count(last.round), loss=formats.decimal(last.train_loss))
        if len(known) == 1:
            words = self.tr("After round {round} the model names the right class for {accuracy} of all sites' validation patients.")
            return words.format(round=formats.count(known[0].round), accuracy=formats.percent(known[0].validation_accuracy))
        words = self.tr(
            "After round {round} the model names the right class for {accuracy} of all sites' validation patients (error {loss}); "
            "after the first round it was {first}."
        )
        return words.format(
            round=formats.count(known[-1].round),
            accuracy=formats.percent(known[-1].validation_accuracy),
            loss=formats.decimal(known[-1].validation_loss),
            first=formats.percent(known[0].validation_accuracy),
        )

    def _show_table(self, points: tuple[PointView, ...]) -> None:
        rows = [
            (
                Cell(formats.count(point.round), right=True),
                Cell(formats.decimal(point.train_loss), right=True),
                Cell(formats.decimal(point.validation_loss), right=True),
                Cell(formats.percent(point.validation_accuracy), right=True),
            )
            for point in reversed(points)
        ]
        headers = (self.tr("Round"), self.tr("Error, training"), self.tr("Error, validation"), self.tr("Right answers, validation"))
        self.table.show_rows(headers, rows)


def _numbers(values: list[float | None]) -> list[float]:
    """What is not known yet becomes a gap."""
    return [float("nan") if value is None else value for value in values]
