# SPDX-License-Identifier: Apache-2.0
"""Privacy: what could be learned about one patient from what this hospital sends, in odds; and what that is computed from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine.session.budget_views import Band, BudgetView, StudyBudgetView
from engine.session.events import Event, LockChanged, SettingsChanged, StudiesChanged
from engine.session.jobs import Job
from engine.session.views import Lock, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, layouts, text
from gui.widgets.card import Card
from gui.widgets.empty import EmptyState
from gui.widgets.icon_array import IconArray
from gui.widgets.study_picker import StudyPicker, choice_of

if TYPE_CHECKING:
    from engine.session.session import Session

_SIGNS = {Band.NONE: ("warning", "bad"), Band.LITTLE: ("warning", "bad"), Band.WEAK: ("warning", "warn")}
"""Only a limit that is worth something gets the shield."""


class PrivacyPage(Page):
    """The question and its odds, what is protected and what is not, whom one must trust, what was used, and the details."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._view: BudgetView | None = None
        self._reading: Job[BudgetView] | None = None
        self._again = False
        self._entered = False
        self._choice = choice_of(bridge)
        self._choice.changed.connect(lambda _study: self.enter() if self._entered else None)

        self.recompute = buttons.plain()
        self.recompute.clicked.connect(self._read)
        self.picker = StudyPicker(self._choice)
        self.empty = EmptyState()
        self.empty.button.clicked.connect(lambda: self.navigate.emit("study"))
        self.working = text.muted()
        self._build_answer()
        self._build_lists()
        self._build_used()
        self._build_details()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(14)
        for widget in (self.picker, self.empty, self.working, self.answer, self._lists, self.used, self.details):
            layout.addWidget(widget, 1 if widget is self.empty else 0)
        layout.addStretch(0)
        self.retranslate()

    # ---------------------------------------------------------------- building

    def _build_answer(self) -> None:
        self.answer = Card()
        self.array = IconArray()
        self.sign = QLabel()
        self.verdict = text.heading()
        self.odds = text.body()
        self.legend = text.muted()
        self.unit = text.muted()
        words = QWidget()
        column = QVBoxLayout(words)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        line = QHBoxLayout()
        line.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.verdict, 1)
        column.addLayout(line)
        for label in (self.odds, self.unit, self.legend):
            column.addWidget(label)
        column.addStretch(1)
        self.answer.content.addWidget(layouts.Beside(self.array, words, stretch=(0, 1), spacing=24))

    def _build_lists(self) -> None:
        self.protects, self.leaves_open, self.trust = Card(), Card(), Card()
        self._lists = layouts.Beside(self.protects, self.leaves_open, self.trust, least=22)

    def _build_used(self) -> None:
        self.used = Card()
        self._used_lines = [text.body() for _ in range(3)]
        for label in self._used_lines:
            self.used.content.addWidget(label)

    def _build_details(self) -> None:
        self.details = Card()
        self.details.aside.addWidget(self.recompute)
        self._facts = QGridLayout()
        self._facts.setHorizontalSpacing(18)
        self._facts.setVerticalSpacing(4)
        self._facts.setColumnStretch(1, 1)
        self.details.content.addLayout(self._facts)
        line = QFrame()
        line.setProperty("role", "line")
        self.details.content.addWidget(line)
        self._charges = QVBoxLayout()
        self._charges.setSpacing(6)
        self.details.content.addLayout(self._charges)

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Privacy")

    def purpose(self) -> str:
        return self.tr("What could be learned about one patient from what this hospital sends.")

    def retranslate(self) -> None:
        self.recompute.setText(self.tr("Recompute"))
        self.recompute.setToolTip(self.tr("Compute every figure again from the events in the ledger."))
        self.working.setText(self.tr("Computing from the ledger…"))
        self.used.set_heading(self.tr("Used so far"))
        self.details.set_heading(self.tr("Details for the data-protection officer"))
        self.protects.set_heading(self.tr("What this protects"))
        self.leaves_open.set_heading(self.tr("What it does not protect"))
        self.trust.set_heading(self.tr("Whom you must trust"))
        self.legend.setText(self.tr("Small dots: right by chance. Full dots: right at most beyond that. Rings: wrong at least."))
        self.empty.set_words(
            self.tr("No study yet"),
            self.tr("Once a study's plan is here, this page says what it guarantees each patient."),
            self.tr("Go to study"),
        )
        self._show()

    def recolour(self) -> None:
        self._show()

    def enter(self) -> None:
        self._entered = True
        if self.session.home().lock is Lock.OPEN:
            self._show()
            self._read()
        else:
            self._view = None
            self._show()

    def leave(self) -> None:
        self._entered = False

    def on_event(self, event: Event) -> None:
        if self._entered and isinstance(event, (StudiesChanged, SettingsChanged, LockChanged)):
            self.enter()

    def set_session(self, session: Session) -> None:
        if self._reading is not None:
            self._reading.cancel()
        super().set_session(session)
        self._view = self._reading = None
        self._again = False
        self._show()

    # ---------------------------------------------------------------- reading

    def _read(self) -> None:
        """One question at a time; what changes meanwhile leads to one more."""
        if self._reading is not None:
            self._again = True
            return
        job = self.session.privacy_budget()
        self._reading = job
        self._show_working()
        self.run(job, lambda view: self._have(job, view), lambda problem: self._have_not(job, problem), lambda: self._ended(job))

    def _have(self, job: Job[BudgetView], view: BudgetView) -> None:
        if self._reading is job:
            self._view = view
        self._ended(job)
        self._show()

    def _have_not(self, job: Job[BudgetView], problem: ProblemView) -> None:
        self._again = False
        self._ended(job)
        self.problem.emit(problem)

    def _ended(self, job: Job[BudgetView]) -> None:
        if self._reading is job:
            self._reading = None
            if self._again:
                self._again = False
                self._read()
        self._show_working()

    # ---------------------------------------------------------------- showing

    def _study(self) -> StudyBudgetView | None:
        view = self._view
        if view is None:
            return None
        known = {study.study: study for study in view.studies}
        rows = tuple(row for row in self.session.home().studies if row.study in known)
        chosen = self.picker.fill(rows)
        return known[chosen.study] if chosen is not None else None

    def _show_working(self) -> None:
        self.working.setVisible(self._reading is not None and self._view is None)
        self.recompute.setEnabled(self._reading is None)

    def _show(self) -> None:
        study = self._study()
        for widget in (self.answer, self._lists, self.used, self.details):
            widget.setVisible(study is not None)
        self.empty.setVisible(study is None and self._reading is None)
        self._show_working()
        if study is None or self._view is None:
            self.picker.setVisible(False)
            return
        self._show_answer(study)
        for card, lines in ((self.protects, study.protects), (self.leaves_open, study.leaves_open), (self.trust, study.trust)):
            self._fill(card, lines or (self.tr("Nothing by proof"),))
        self._show_used(self._view, study)
        self._show_details(self._view, study)

    def _show_answer(self, study: StudyBudgetView) -> None:
        self.answer.set_heading(study.question)
        self.verdict.setText(study.verdict)
        self.odds.setText(study.answer)
        self.unit.setText(self.tr("Counted for: {unit}.").format(unit=study.unit))
        name, tone = _SIGNS.get(study.band, ("shield", "ok"))
        self.sign.setPixmap(icons.pixmap(name, icons.tone_colour(tokens_of(self.palette()), tone), 20, self))
        right = None if study.odds_at_end is None else min(100, math.ceil(study.odds_at_end))
        self.array.show_odds(right, little=study.band in (Band.NONE, Band.LITTLE), words=f"{study.question} {study.answer}")
        self.array.setVisible(right is not None)
        self.legend.setVisible(right is not None)

    def _fill(self, card: Card, lines: tuple[str, ...]) -> None:
        layouts.clear(card.content)
        for words in lines:
            label = text.body()
            label.setText(words)
            card.content.addWidget(label)
        card.content.addStretch(1)

    def _show_used(self, view: BudgetView, study: StudyBudgetView) -> None:
        first, second, third = self._used_lines
        if study.epsilon_used is None or study.epsilon_at_end is None:
            first.setText(
                self.tr("This study keeps no account of patients: it adds no noise for them.")
                if study.label_epsilon is None
                else self.tr("Outcomes alone: ε = {label}.").format(label=formats.significant(study.label_epsilon, 3))
            )
        else:
            first.setText(
                self.tr("This study: ε = {used} of {most}; {odds} in 100 today, at most {end} in 100 at its end.").format(
                    used=formats.significant(study.epsilon_used, 3),
                    most=formats.significant(study.epsilon_at_end, 3),
                    odds=_in_100(study.odds_used),
                    end=_in_100(study.odds_at_end),
                )
            )
        limit = self.tr("without a limit") if view.most is None else formats.significant(view.most, 3)
        second.setText(
            self.tr("All studies here, for the patient who was charged most: ε = {used}, at most {end}; allowed: {limit}.").format(
                used=formats.significant(view.epsilon_used, 3), end=formats.significant(view.epsilon_at_end, 3), limit=limit
            )
        )
        third.setText(self.tr("Each round adds to it. Leaving a study stops it; what was used cannot be taken back."))

    def _show_details(self, view: BudgetView, study: StudyBudgetView) -> None:
        layouts.clear(self._facts)
        rows = [
            (self.tr("Mechanism"), study.mechanism),
            (self.tr("ε used, by PLD"), formats.significant(study.epsilon_used)),
            (self.tr("ε used, by Rényi DP"), formats.significant(study.epsilon_rdp)),
            (self.tr("ε at the end"), formats.significant(study.epsilon_at_end)),
            ("δ", formats.significant(study.delta)),
            (self.tr("Clip (L2 norm)"), formats.significant(study.clip)),
            (self.tr("Share of patients in each step"), formats.significant(study.sampling)),
            (self.tr("Neighbouring data sets"), self.tr("one patient more or less")),
            (self.tr("Computed by"), view.software),
            (self.tr("Ledger (SHA-256)"), view.head),
        ]
        for at, (name, value) in enumerate(rows):
            label, shown = text.muted(), text.mono() if at == len(rows) - 1 else text.body()
            label.setWordWrap(False)
            label.setText(name)
            shown.setText(" ".join(value[place : place + 8] for place in range(0, len(value), 8)) if at == len(rows) - 1 else value)
            self._facts.addWidget(label, at, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(shown, at, 1)
        layouts.clear(self._charges)
        for charge in study.charges:
            label = text.body()
            label.setText(
                self.tr(
                    "{what}: {mechanism}, noise {noise}, sampling {sampling}, steps {steps}; patients: {patients}; used {spent} times, "
                    "reserved {open} times"
                ).format(
                    what=charge.what,
                    mechanism=charge.mechanism,
                    noise=formats.significant(charge.noise),
                    sampling=formats.significant(charge.sampling),
                    steps=formats.count(charge.steps),
                    patients=formats.count(charge.patients),
                    spent=formats.count(charge.spent),
                    open=formats.count(charge.open),
                )
            )
            self._charges.addWidget(label)
        if not study.charges:
            label = text.muted()
            label.setText(self.tr("Nothing was charged or reserved yet."))
            self._charges.addWidget(label)


def _in_100(odds: float | None) -> str:
    """Odds rounded up: a limit is never said to be lower than it is."""
    if odds is None:
        return "–"
    return formats.decimal(math.ceil(odds * 100) / 100, 2) if odds > 99 else formats.count(math.ceil(odds))
