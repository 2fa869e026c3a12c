# SPDX-License-Identifier: Apache-2.0
"""The recovery sheet in use: its words open the vault, and a new passphrase protects it from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from engine.session.views import ProblemView
from gui.bridge import Bridge
from gui.dialogs.fit import fit_height
from gui.dialogs.vault import SHORTEST_PASSPHRASE
from gui.widgets import buttons, text
from gui.widgets.banner import ProblemBanner

if TYPE_CHECKING:
    from engine.session.session import Session


class RecoverDialog(QDialog):
    """Accepted when the vault is open."""

    def __init__(self, bridge: Bridge, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._session = bridge, session
        self.setModal(True)
        self.setMinimumWidth(600)
        self._title = text.title()
        self._banner = ProblemBanner()
        self._why = text.body()
        self._labels = [QLabel() for _ in range(3)]
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setMaximumHeight(96)
        self.passphrase, self.again = QLineEdit(), QLineEdit()
        fields: tuple[QWidget, ...] = (self.words, self.passphrase, self.again)
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
            form.addRow(label, field)
        for field in (self.passphrase, self.again):
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.textChanged.connect(self._check)
        self.words.textChanged.connect(self._check)
        self._hint = text.muted()
        self.open_button = buttons.primary()
        self.open_button.clicked.connect(self._recover)
        self._cancel = buttons.plain()
        self._cancel.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.open_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 22)
        layout.setSpacing(14)
        for widget in (self._title, self._banner, self._why):
            layout.addWidget(widget)
        layout.addLayout(form)
        layout.addWidget(self._hint)
        layout.addStretch(1)
        layout.addLayout(actions)
        self.open_button.setDefault(True)  # a button learns of its dialog only once it stands in it
        self.retranslate()
        self.words.setFocus()

    def _check(self) -> None:
        first, second = self.passphrase.text(), self.again.text()
        self.open_button.setEnabled(bool(self.words.toPlainText().strip()) and len(first) >= SHORTEST_PASSPHRASE and first == second)

    def _recover(self) -> None:
        self.open_button.setEnabled(False)
        self._banner.clear()
        self._bridge.run(self._session.recover(self.words.toPlainText(), self.passphrase.text()), self._open, self._refused)

    def _open(self, _nothing: None) -> None:
        self.words.clear()
        self.passphrase.clear()
        self.again.clear()
        self.accept()

    def _refused(self, problem: ProblemView) -> None:
        self._banner.show_problem(problem)
        self._check()
        fit_height(self)

    def retranslate(self) -> None:
        """Every string."""
        self._title.setText(self.tr("Open with the recovery sheet"))
        self.setWindowTitle(self._title.text())
        self._why.setText(self.tr("Type the words of the recovery sheet in their order, and choose a new passphrase."))
        names = (self.tr("Words of the sheet"), self.tr("New passphrase"), self.tr("Once more"))
        fields: tuple[QWidget, ...] = (self.words, self.passphrase, self.again)
        for label, field, name in zip(self._labels, fields, names, strict=True):
            label.setText(name)
            field.setAccessibleName(name)
        self._hint.setText(self.tr("The passphrase needs at least {count} characters, twice the same.").format(count=SHORTEST_PASSPHRASE))
        self.open_button.setText(self.tr("Open"))
        self._cancel.setText(self.tr("Cancel"))
        self._banner.retranslate()
        self._check()
        fit_height(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
