# SPDX-License-Identifier: Apache-2.0
"""The start page: the steps with their state, what comes next, and what happened last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.session import events
from engine.session.views import HomeView
from gui import formats
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.widgets import buttons, text
from gui.widgets.card import Card
from gui.widgets.cardbutton import CardButton
from gui.widgets.states import state_word

if TYPE_CHECKING:
    from engine.session.session import Session

STEPS = ("data", "study", "training", "results")
SHOWN_EVENTS = 5
CALM_MS = 500
"""The page is read again at most this often while a round runs."""


class HomePage(Page):
    """Four steps and the last events."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.main = self.primary = buttons.primary()
        self.main.clicked.connect(self._continue)
        self._view: HomeView | None = None
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._read_again)
        self.steps: dict[str, CardButton] = {}
        self._steps = Card()
        self._steps.content.setSpacing(2)
        for name in STEPS:
            step = CardButton("circle", "step")
            step.clicked.connect(lambda _=False, each=name: self.navigate.emit(each))
            self.steps[name] = step
            self._steps.content.addWidget(step)
        self._activity = Card()
        self._nothing = text.muted()
        self._events = QGridLayout()
        self._events.setHorizontalSpacing(18)
        self._events.setVerticalSpacing(8)
        self._events.setColumnStretch(1, 1)
        self._activity.content.addWidget(self._nothing)
        self._activity.content.addLayout(self._events)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(18)
        layout.addWidget(self._steps)
        layout.addWidget(self._activity)
        layout.addStretch(1)

    def title(self) -> str:
        return self.tr("Home")

    def purpose(self) -> str:
        return self.tr("Where things are, and what comes next.")

    def enter(self) -> None:
        self._view = self.session.home()
        self._fill()

    def leave(self) -> None:
        self._calm.stop()

    def on_event(self, event: events.Event) -> None:
        if self.isVisible() and not isinstance(event, events.JobChanged | events.SettingsChanged) and not self._calm.isActive():
            self._calm.start()

    def _read_again(self) -> None:
        if self.isVisible():
            self.enter()

    def retranslate(self) -> None:
        self._steps.set_heading(self.tr("The way through a study"))
        self._activity.set_heading(self.tr("What happened last"))
        self._nothing.setText(self.tr("Nothing yet. What you do and what is sent will be listed here."))
        if self._view is not None:
            self.enter()
        else:
            self._fill()

    def _continue(self) -> None:
        self.navigate.emit(self._next())

    def _next(self) -> str:
        return self._view.next_step if self._view is not None and self._view.next_step in STEPS else "data"

    def _fill(self) -> None:
        names = {
            "data": (self.tr("Data"), self.tr("Open a table of your patients and check what is in it.")),
            "study": (self.tr("Study"), self.tr("Read the plan, compare the check words by phone, approve and join.")),
            "training": (self.tr("Training"), self.tr("Train with the other hospitals; records stay here.")),
            "results": (self.tr("Results"), self.tr("See how well the model does, on your own patients too.")),
        }
        coming = STEPS.index(self._next())
        for number, name in enumerate(STEPS):
            step = self.steps[name]
            title, words = names[name]
            if number < coming:
                step.set_icon("check", "ok")
                step.set_words(title, self._detail(name) or words, self.tr("Done"))
            elif number == coming:
                step.set_icon("dot", "accent")
                step.set_words(title, self._detail(name) or words, self.tr("Next"))
            else:
                step.set_icon("circle", "muted")
                step.set_words(title, words, self.tr("Later"))
        self.main.setText(self.tr("Continue with {step}").format(step=names[self._next()][0]))
        self._list_events()

    def _detail(self, name: str) -> str:
        view = self._view
        if view is None:
            return ""
        if name == "data" and view.datasets:
            last = view.datasets[0]
            return self.tr("{name}: {rows} rows, {columns} columns").format(
                name=last.name, rows=formats.count(last.rows), columns=formats.count(last.columns)
            )
        if name == "study" and view.studies:
            study = view.studies[0]
            return self.tr("{title}, led by {lead}").format(title=study.title, lead=study.lead)
        if name == "training" and view.studies and view.studies[0].joined:
            study = view.studies[0]
            words = self.tr("{state} · round {round} of {rounds}")
            return words.format(state=state_word(study.state), round=study.round, rounds=study.rounds)
        return ""

    def _list_events(self) -> None:
        while (item := self._events.takeAt(0)) is not None:
            widget: QWidget | None = item.widget()
            if widget is not None:
                widget.deleteLater()
        activity = self._view.activity[:SHOWN_EVENTS] if self._view is not None else ()
        self._nothing.setVisible(not activity)
        for row, entry in enumerate(activity):
            when: QLabel = text.muted()
            when.setWordWrap(False)
            when.setText(formats.moment(entry.time))
            what = text.body()
            what.setText(entry.text)
            self._events.addWidget(when, row, 0)
            self._events.addWidget(what, row, 1)
