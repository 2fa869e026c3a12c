# SPDX-License-Identifier: Apache-2.0
"""The first page: three ways to begin, and the promise that nothing is sent before it is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout

from gui.bridge import Bridge
from gui.pages.page import Page
from gui.widgets import text
from gui.widgets.banner import Note
from gui.widgets.cardbutton import CardButton

if TYPE_CHECKING:
    from engine.session.session import Session


class WelcomePage(Page):
    """Three cards.

    Signals:
        demo_wanted(), invitation_wanted(), data_wanted(): one of the cards was pressed.
    """

    demo_wanted = Signal()
    invitation_wanted = Signal()
    data_wanted = Signal()

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.demo = CardButton("compass")
        self.demo.setProperty("lead", True)
        self.demo.setDefault(True)
        self.invitation = CardButton("envelope")
        self.data = CardButton("file")
        self.demo.clicked.connect(self.demo_wanted)
        self.invitation.clicked.connect(self.invitation_wanted)
        self.data.clicked.connect(self.data_wanted)
        self.cards = (self.demo, self.invitation, self.data)
        cards = QHBoxLayout()
        cards.setSpacing(18)
        for card in self.cards:
            cards.addWidget(card, 1)
        self._promise = Note("info")
        self._waiting = text.body()
        self._bar = QProgressBar()
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(18)
        layout.addLayout(cards, 3)
        layout.addWidget(self._promise)
        layout.addWidget(self._waiting)
        layout.addWidget(self._bar)
        layout.addStretch(2)
        self.set_waiting(False)

    def title(self) -> str:
        return self.tr("Welcome")

    def purpose(self) -> str:
        return self.tr("Hospitals train one model together; every patient record stays where it is.")

    def set_waiting(self, waiting: bool) -> None:
        """The demo is being set up: show so, and take no second press."""
        for card in self.cards:
            card.setEnabled(not waiting)
        self._waiting.setVisible(waiting)
        self._bar.setVisible(waiting)

    def enter(self) -> None:
        self.demo.setFocus()

    def retranslate(self) -> None:
        self.demo.set_words(
            self.tr("Try the demo study"),
            self.tr(
                "Four hospitals on this computer, real records that anyone may use, the real way of sending. Takes about three minutes."
            ),
            self.tr("A good first step"),
        )
        self.invitation.set_words(
            self.tr("I have an invitation"),
            self.tr("The lead hospital has sent you a file or a text. See who invites you and what for, before anything is sent."),
        )
        self.data.set_words(
            self.tr("Open my data first"),
            self.tr("Look at a table of your patients: what is in it, what is missing. It is kept encrypted, on this computer only."),
        )
        self._promise.set_words(self.tr("Nothing is sent until you approve it."))
        self._waiting.setText(self.tr("Setting up the demo: a coordinator and three pretend hospitals start on this computer…"))
        self._bar.setAccessibleName(self._waiting.text())
