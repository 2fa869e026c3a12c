# SPDX-License-Identifier: Apache-2.0
"""The closed vault: opens with the keyring by one press, or with the passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from engine.session.views import KeyHome, ProblemView
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.widgets import buttons, text
from gui.widgets.card import Card

if TYPE_CHECKING:
    from engine.session.session import Session


class LockPage(Page):
    """Asks for the passphrase, or for one press where the key rests in the keyring.

    Signals:
        recovery_wanted(): the passphrase or the keyring is lost; open with the recovery sheet.
    """

    recovery_wanted = Signal()

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.card = Card()
        self.card.setMaximumWidth(560)
        self._why = text.body()
        self._label = QLabel()
        self.passphrase = QLineEdit()
        self.passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.passphrase.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        self._label.setBuddy(self.passphrase)
        self.unlock = buttons.primary()
        self.unlock.clicked.connect(self.open_vault)
        self.passphrase.returnPressed.connect(self.open_vault)
        self.recover = buttons.quiet()
        self.recover.clicked.connect(self.recovery_wanted)
        row = QHBoxLayout()
        row.addWidget(self.recover)
        row.addStretch(1)
        row.addWidget(self.unlock)
        for widget in (self._why, self._label, self.passphrase):
            self.card.content.addWidget(widget)
        self.card.content.addSpacing(6)
        self.card.content.addLayout(row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.addWidget(self.card)
        layout.addStretch(1)

    def title(self) -> str:
        return self.tr("Locked")

    def purpose(self) -> str:
        return self.tr("Your records are encrypted. Open them to go on.")

    def _with_passphrase(self) -> bool:
        return self.session.home().key_home is not KeyHome.KEYRING

    def enter(self) -> None:
        asks = self._with_passphrase()
        self._label.setVisible(asks)
        self.passphrase.setVisible(asks)
        self.passphrase.clear()
        self.unlock.setEnabled(True)
        self.retranslate()
        (self.passphrase if asks else self.unlock).setFocus()

    def open_vault(self) -> None:
        """Open with what is typed, or with the keyring."""
        if self.unlock.isEnabled():
            self.unlock.setEnabled(False)
            passphrase = self.passphrase.text() if self._with_passphrase() else None
            self.run(self.session.unlock(passphrase), self._opened, self._refused)

    def _opened(self, _nothing: None) -> None:
        self.passphrase.clear()
        self.unlock.setEnabled(True)
        self.navigate.emit("home")

    def _refused(self, problem: ProblemView) -> None:
        self.unlock.setEnabled(True)
        self.passphrase.selectAll()
        self.passphrase.setFocus()
        self.problem.emit(problem)

    def leave(self) -> None:
        self.passphrase.clear()

    def retranslate(self) -> None:
        self.card.set_heading(self.tr("Open the vault"))
        self._why.setText(
            self.tr("The key is protected by your passphrase.")
            if self._with_passphrase()
            else self.tr("The key rests in this computer's keyring and opens with your login.")
        )
        self._label.setText(self.tr("Passphrase"))
        self.passphrase.setAccessibleName(self._label.text())
        self.recover.setText(self.tr("Use the recovery sheet…"))
        self.unlock.setText(self.tr("Open"))
