# SPDX-License-Identifier: Apache-2.0
"""What opens the vault, changed: another passphrase, or another recovery sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.session.views import KeyHome, ProblemView, RecoveryView
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.dialogs.vault import SHORTEST_PASSPHRASE
from gui.widgets import buttons, text
from gui.widgets.banner import ProblemBanner
from gui.widgets.recovery_sheet import RecoverySheet

if TYPE_CHECKING:
    from engine.session.session import Session


class _KeyDialog(QDialog):
    """A title, why, secret fields one below the other, and two buttons; what both dialogs share."""

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None, fields: int) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self._working = False
        self.setModal(True)
        self.setMinimumWidth(600)
        self._title = text.title()
        self._banner = ProblemBanner()
        self._why = text.body()
        self._labels = [QLabel() for _ in range(fields)]
        self.fields = [QLineEdit() for _ in range(fields)]
        self._form = QWidget()
        form = QFormLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for label, field in zip(self._labels, self.fields, strict=True):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._check)
            label.setBuddy(field)
            form.addRow(label, field)
        self._hint = text.muted()
        self.go_button = buttons.primary()
        self.go_button.clicked.connect(self._go)
        self._cancel = buttons.plain()
        self._cancel.clicked.connect(self.reject)
        self._actions = QWidget()
        actions = QHBoxLayout(self._actions)
        actions.setContentsMargins(0, 0, 0, 0)
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.go_button)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(28, 24, 28, 22)
        self._layout.setSpacing(14)
        for widget in (self._title, self._banner, self._why, self._form, self._hint):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        self._layout.addWidget(self._actions)
        self.go_button.setDefault(True)  # a button learns of its dialog only once it stands in it

    def _ready(self) -> bool:
        """Whether the fields hold what is needed."""
        raise TypeError(f"{type(self).__name__} knows no fields")

    def _go(self) -> None:
        """The main button was pressed."""
        raise TypeError(f"{type(self).__name__} does nothing")

    def _check(self) -> None:
        self.go_button.setEnabled(not self._working and self._ready())

    def _work(self, working: bool) -> None:
        self._working = working
        self._cancel.setEnabled(not working)
        self._check()

    def _refused(self, problem: ProblemView) -> None:
        self._work(False)
        self._banner.show_problem(problem)
        fit_height(self)

    def _forget(self) -> None:
        for field in self.fields:
            field.clear()

    def reject(self) -> None:
        """Not while the key file is being written."""
        if not self._working:
            self._forget()
            super().reject()

    def _say(self, title: str, why: str, names: tuple[str, ...], go: str) -> None:
        self._title.setText(title)
        self.setWindowTitle(title)
        self._why.setText(why)
        for label, field, name in zip(self._labels, self.fields, names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        self.go_button.setText(go)
        self._cancel.setText(self.tr("Cancel"))
        self._banner.retranslate()
        self._check()
        fit_height(self)

    def retranslate(self) -> None:
        """Every string."""
        raise TypeError(f"{type(self).__name__} has no words")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class PassphraseDialog(_KeyDialog):
    """Accepted when the new passphrase opens the vault; it takes the keyring's place where that held the key."""

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None = None) -> None:
        self._asks_old = session.key_home() is KeyHome.PASSPHRASE
        super().__init__(bridge, session, parent, 3 if self._asks_old else 2)
        self.retranslate()
        self.fields[0].setFocus()

    def _ready(self) -> bool:
        first, second = self.fields[-2].text(), self.fields[-1].text()
        return len(first) >= SHORTEST_PASSPHRASE and first == second and (not self._asks_old or bool(self.fields[0].text()))

    def _go(self) -> None:
        self._work(True)
        self._banner.clear()
        old = self.fields[0].text() if self._asks_old else None
        self._bridge.run(self._session.change_passphrase(old, self.fields[-1].text()), self._changed, self._refused)

    def _changed(self, _nothing: None) -> None:
        self._forget()
        self.accept()

    def retranslate(self) -> None:
        new = (self.tr("New passphrase"), self.tr("Once more"))
        why = self.tr("The new passphrase opens your records from now on. Your recovery sheet stays valid.")
        if not self._asks_old:
            why += " " + self.tr("The key then leaves this computer's keyring, and you will be asked for the passphrase at each start.")
        self._hint.setText(self.tr("The passphrase needs at least {count} characters, twice the same.").format(count=SHORTEST_PASSPHRASE))
        names = (self.tr("Present passphrase"), *new) if self._asks_old else new
        self._say(self.tr("Change the passphrase"), why, names, self.tr("Change"))


class SheetDialog(_KeyDialog):
    """Makes another recovery sheet and shows it once; accepted when it has been kept."""

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None = None) -> None:
        self._asks = session.key_home() is KeyHome.PASSPHRASE
        super().__init__(bridge, session, parent, 1 if self._asks else 0)
        self.sheet = RecoverySheet()
        self.sheet.setVisible(False)
        self.sheet.finished.connect(self.accept)
        self.sheet.resized.connect(lambda: fit_height(self))
        self._layout.addWidget(self.sheet, 1)
        self._form.setVisible(self._asks)
        self._hint.setVisible(False)
        self.retranslate()
        (self.fields[0] if self._asks else self.go_button).setFocus()

    def _ready(self) -> bool:
        return not self._asks or bool(self.fields[0].text())

    def _go(self) -> None:
        self._work(True)
        self._banner.clear()
        passphrase = self.fields[0].text() if self._asks else None
        self._bridge.run(self._session.new_sheet(passphrase), self._made, self._refused)

    def _made(self, recovery: RecoveryView) -> None:
        self._forget()
        self._work(False)
        for widget in (self._why, self._form, self._actions):
            widget.setVisible(False)
        self.sheet.setVisible(True)
        self.sheet.show_sheet(recovery)
        self.retranslate()

    def reject(self) -> None:
        """Not away from words that are shown only once."""
        if self.sheet.recovery is not None:
            self.sheet.insist()
        else:
            super().reject()

    def retranslate(self) -> None:
        made = self.sheet.recovery is not None
        self.sheet.retranslate()
        self._say(
            self.tr("Keep the recovery sheet") if made else self.tr("A new recovery sheet"),
            self.tr("A new sheet of words takes the place of the earlier one, which then opens nothing any more. Destroy that one."),
            (self.tr("Passphrase"),) if self._asks else (),
            self.tr("Make the sheet"),
        )
