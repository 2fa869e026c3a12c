# SPDX-License-Identifier: Apache-2.0
"""A named person answers for what was found in a column: name and reason, which go into the history."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text

LEAST_REASON = 10
LEAST_NAME = 2


class OverrideDialog(QDialog):
    """Accepted with a ``person`` and a ``reason`` that the engine takes."""

    def __init__(self, column: str, found: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setMinimumWidth(560)
        self._column, self._found = column, found
        self._title = text.title()
        self._what, self._why, self._hint = text.body(), text.body(), text.muted()
        self.name = QLineEdit()
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.words.setMaximumHeight(96)
        self._labels = (QLabel(), QLabel())
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        fields: tuple[QWidget, ...] = (self.name, self.words)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
            form.addRow(label, field)
        self.name.textChanged.connect(self._check)
        self.words.textChanged.connect(self._check)
        self.allow, self._cancel = buttons.primary(), buttons.plain()
        self.allow.clicked.connect(self.accept)
        self._cancel.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.allow)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 24, 28, 22)
        layout.setSpacing(14)
        for widget in (self._title, self._what, self._why):
            layout.addWidget(widget)
        layout.addLayout(form)
        layout.addWidget(self._hint)
        layout.addStretch(1)
        layout.addLayout(actions)
        self.allow.setDefault(True)
        self.retranslate()
        self.name.setFocus()

    @property
    def person(self) -> str:
        """Who answers."""
        return " ".join(self.name.text().split())

    @property
    def reason(self) -> str:
        """Why it is allowed."""
        return " ".join(self.words.toPlainText().split())

    def _check(self) -> None:
        self.allow.setEnabled(len(self.person) >= LEAST_NAME and len(self.reason) >= LEAST_REASON)

    def retranslate(self) -> None:
        """Every string."""
        self._title.setText(self.tr("Answer for “{column}”").format(column=self._column))
        self.setWindowTitle(self._title.text())
        self._what.setText(self._found)
        self._why.setText(
            self.tr(
                "The column stays as it is and no longer stops joining a study. Your name and reason are kept in this hospital's history."
            )
        )
        for label, field, words in zip(
            self._labels, (self.name, self.words), (self.tr("Your name"), self.tr("Why this is allowed")), strict=True
        ):
            label.setText(words)
            field.setAccessibleName(words)
        self._hint.setText(self.tr("The reason needs at least {count} characters.").format(count=LEAST_REASON))
        self.allow.setText(self.tr("I answer for it"))
        self._cancel.setText(self.tr("Cancel"))
        self._check()
        fit_height(self)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
