# SPDX-License-Identifier: Apache-2.0
"""First run: where the key of the local vault rests, a passphrase where no keyring works, and the recovery sheet, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.session.views import ProblemView, RecoveryView
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text
from gui.widgets.banner import Note, ProblemBanner
from gui.widgets.recovery_sheet import RecoverySheet

if TYPE_CHECKING:
    from engine.session.session import Session

SHORTEST_PASSPHRASE = 10


class VaultDialog(QDialog):
    """Creates the vault. Accepted when it exists and the recovery sheet has been kept; before that, nothing is made."""

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self._keyring: bool | None = None
        self.setModal(True)
        self.setMinimumWidth(600)
        self._title = text.title()
        self._banner = ProblemBanner()
        self._key_side, self.sheet = self._build_key(), RecoverySheet()
        self.sheet.finished.connect(self.accept)
        self.sheet.resized.connect(lambda: fit_height(self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 22)
        layout.setSpacing(14)
        layout.addWidget(self._title)
        layout.addWidget(self._banner)
        layout.addWidget(self._key_side, 1)
        layout.addWidget(self.sheet, 1)
        self.create_button.setDefault(True)  # a button learns of its dialog only once it stands in it
        self.retranslate()
        bridge.run(session.keyring_usable(), self._know_keyring, self._failed)

    # ---------------------------------------------------------------- first side: the key

    def _build_key(self) -> QWidget:
        side = QWidget()
        self._why = text.body()
        self._where = Note("info")
        self._first_label, self._second_label = QLabel(), QLabel()
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        for field, label in ((self.passphrase, self._first_label), (self.again, self._second_label)):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._check)
            label.setBuddy(field)
        self._hint = text.muted()
        self.create_button = buttons.primary()
        self.create_button.clicked.connect(self._make)
        self._cancel = buttons.plain()
        self._cancel.clicked.connect(self.reject)
        self._fields = QWidget()
        grid = QGridLayout(self._fields)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(8)
        grid.setHorizontalSpacing(12)
        grid.setColumnStretch(1, 1)
        for row, (label, field) in enumerate(((self._first_label, self.passphrase), (self._second_label, self.again))):
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        grid.addWidget(self._hint, 2, 1)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.create_button)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self._why)
        layout.addWidget(self._where)
        layout.addWidget(self._fields)
        layout.addStretch(1)
        layout.addLayout(actions)
        return side

    def _know_keyring(self, usable: bool) -> None:
        self._keyring = usable
        self.retranslate()
        if usable:
            self.create_button.setFocus()
        else:
            self.passphrase.setFocus()

    def _check(self) -> None:
        first, second = self.passphrase.text(), self.again.text()
        if len(first) < SHORTEST_PASSPHRASE:
            self._hint.setText(
                self.tr("At least {count} characters. Four or five unrelated words are good.").format(count=SHORTEST_PASSPHRASE)
            )
        elif first != second:
            self._hint.setText(self.tr("Type the same passphrase a second time."))
        else:
            self._hint.setText(self.tr("Both are the same."))
        good = self._keyring is True or (self._keyring is False and len(first) >= SHORTEST_PASSPHRASE and first == second)
        self.create_button.setEnabled(good)

    def _make(self) -> None:
        self.create_button.setEnabled(False)
        self._cancel.setEnabled(False)
        self._banner.clear()
        passphrase = None if self._keyring else self.passphrase.text()
        self._bridge.run(self._session.create(passphrase), self._made, self._failed)

    def _made(self, recovery: RecoveryView) -> None:
        self.passphrase.clear()
        self.again.clear()
        self.sheet.recovery = recovery
        self.retranslate()
        self.sheet.show_sheet(recovery)

    def _failed(self, problem: ProblemView) -> None:
        self._banner.show_problem(problem)
        self._cancel.setEnabled(True)
        self._check()

    # ---------------------------------------------------------------- both

    def reject(self) -> None:
        """Escape and the window's cross: neither while the key is being made, nor away from words that are shown only once."""
        if self.sheet.recovery is not None:
            self.sheet.insist()
        elif self._cancel.isEnabled():
            super().reject()

    def retranslate(self) -> None:
        """Every string of both sides."""
        sheet = self.sheet.recovery is not None
        self._title.setText(self.tr("Keep the recovery sheet") if sheet else self.tr("A locked room for your records"))
        self.setWindowTitle(self._title.text())
        self._why.setText(
            self.tr(
                "What you open in Wardround is kept encrypted on this computer. "
                "Without the key nobody can read it, not even with the disk in hand."
            )
        )
        if self._keyring is None:
            self._where.set_words(self.tr("Looking for this computer's keyring…"))
        elif self._keyring:
            self._where.set_words(self.tr("The key rests in this computer's keyring and opens with your login. You need no passphrase."))
        else:
            self._where.set_words(
                self.tr(
                    "This computer has no keyring that works. The key is protected by a passphrase that you choose; "
                    "you will be asked for it at each start."
                )
            )
        self._fields.setVisible(self._keyring is False)
        self._first_label.setText(self.tr("Passphrase"))
        self._second_label.setText(self.tr("Once more"))
        self.passphrase.setAccessibleName(self._first_label.text())
        self.again.setAccessibleName(self._second_label.text())
        self.create_button.setText(self.tr("Create"))
        self._cancel.setText(self.tr("Cancel"))
        self.sheet.retranslate()
        self._banner.retranslate()
        self._check()
        self._key_side.setVisible(not sheet)
        self.sheet.setVisible(sheet)
        fit_height(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
