# SPDX-License-Identifier: Apache-2.0
"""An invitation: paste, drop or choose it, see who invites and what for, and only then connect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QFormLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from engine.session.views import InvitationView, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text
from gui.widgets.banner import Note, ProblemBanner
from gui.widgets.card import Card
from gui.widgets.droparea import DropArea

if TYPE_CHECKING:
    from engine.session.session import Session


class InvitationDialog(QDialog):
    """Reads an invitation and, on the person's word, enrols with it.

    Signals:
        enrolled(str): the study's id; the dialog is accepted.
    """

    enrolled = Signal(str)

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self._source: str | Path | None = None
        self._view: InvitationView | None = None
        self._turn = 0
        self.setModal(True)
        self.setMinimumWidth(640)
        self._title = text.title()
        self._banner = ProblemBanner()
        self.drop = DropArea("envelope")
        self.drop.dropped.connect(self.read)
        self.drop.choose.connect(self._choose)
        self._paste_label = QLabel()
        self.paste = QPlainTextEdit()
        self.paste.setTabChangesFocus(True)
        self.paste.setMaximumHeight(84)
        self.paste.textChanged.connect(self._pasted)
        self._paste_label.setBuddy(self.paste)
        self._card = Card()
        self._labels = [text.muted() for _ in range(5)]
        self._values = [text.body() for _ in range(5)]
        form = QFormLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(8)
        for label, value in zip(self._labels, self._values, strict=True):
            label.setWordWrap(False)
            form.addRow(label, value)
        self._card.content.addLayout(form)
        self._sends = Note("info")
        self.connect_button = buttons.primary()
        self.connect_button.clicked.connect(self._enrol)
        self._cancel = buttons.plain()
        self._cancel.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.connect_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 22)
        layout.setSpacing(14)
        for widget in (self._title, self._banner, self.drop, self._paste_label, self.paste, self._card, self._sends):
            layout.addWidget(widget)
        layout.addStretch(1)
        layout.addLayout(actions)
        self.connect_button.setDefault(True)  # a button learns of its dialog only once it stands in it
        self.retranslate()
        self.paste.setFocus()

    def read(self, source: str | Path) -> None:
        """Read an invitation from a file or from pasted text; nothing is sent."""
        self._turn += 1
        turn = self._turn
        self._source, self._view = source, None
        self._banner.clear()
        self._bridge.run(
            self._session.read_invitation(source),
            lambda view: self._known(turn, view),
            lambda problem: self._refused(turn, problem),
        )

    def _pasted(self) -> None:
        words = self.paste.toPlainText().strip()
        if words:
            self.read(words)
        else:
            self._turn += 1
            self._source = self._view = None
            self._banner.clear()
            self.retranslate()

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Choose an invitation"), str(Path.home()))
        if name:
            self.read(Path(name))

    def _known(self, turn: int, view: InvitationView) -> None:
        if turn == self._turn:
            self._view = view
            self.retranslate()
            self.connect_button.setFocus()

    def _refused(self, turn: int, problem: ProblemView) -> None:
        if turn == self._turn:
            self._source = self._view = None
            self._banner.show_problem(problem)
            self.retranslate()

    def _enrol(self) -> None:
        if self._source is None or self._view is None:
            return
        self.connect_button.setEnabled(False)
        self._banner.clear()
        self._bridge.run(self._session.enrol(self._source), self._enrolled, self._not_enrolled)

    def _enrolled(self, study: str) -> None:
        self.accept()
        self.enrolled.emit(study)

    def _not_enrolled(self, problem: ProblemView) -> None:
        self.connect_button.setEnabled(True)
        self._banner.show_problem(problem)
        fit_height(self)

    def retranslate(self) -> None:
        """Every string."""
        view = self._view
        self._title.setText(self.tr("Your invitation"))
        self.setWindowTitle(self._title.text())
        self.drop.set_words(
            self.tr("Drop the invitation here"), self.tr("The file that the lead hospital has sent you."), self.tr("Choose a file…")
        )
        self._paste_label.setText(self.tr("Or paste its text"))
        self.paste.setAccessibleName(self.tr("Text of the invitation"))
        self._cancel.setText(self.tr("Cancel"))
        for widget in (self.drop, self._paste_label, self.paste):
            widget.setVisible(view is None)
        self._card.setVisible(view is not None)
        self._sends.setVisible(view is not None)
        self.connect_button.setEnabled(view is not None)
        names = (self.tr("Invited by"), self.tr("Study"), self.tr("You would be"), self.tr("Address"), self.tr("Valid until"))
        values = ("", "", "", "", "")
        if view is not None:
            values = (view.lead, view.study, view.site, view.address, formats.moment(view.expires))
            self._card.set_heading(self.tr("{lead} invites you").format(lead=view.lead))
            sends = self.tr(
                "Connecting sends {lead} the name of your site, a public key made here, and the program's version. No record leaves. "
                "You approve the study itself on the next page."
            )
            self._sends.set_words(sends.format(lead=view.lead))
            self.connect_button.setText(self.tr("Connect and see the study"))
        else:
            self.connect_button.setText(self.tr("Connect"))
        for label, value, name, shown in zip(self._labels, self._values, names, values, strict=True):
            label.setText(name)
            value.setText(shown)
        self._banner.retranslate()
        fit_height(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
