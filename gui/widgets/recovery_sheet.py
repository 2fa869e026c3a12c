# SPDX-License-Identifier: Apache-2.0
"""The words of a recovery sheet, shown once: to print, to save away from this computer, and to confirm as kept."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QCheckBox, QDialog, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.session.views import RecoveryView
from gui import formats
from gui.widgets import buttons, layouts, text

COLUMNS = 4


class RecoverySheet(QWidget):
    """Has words from ``show_sheet`` on.

    Signals:
        finished(): the person has kept the sheet and goes on.
        resized(): another sentence is shown; the dialog may need more room.
    """

    finished = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recovery: RecoveryView | None = None
        self._why = text.body()
        card = QFrame()
        card.setProperty("role", "card")
        self._grid = QGridLayout(card)
        self._grid.setContentsMargins(18, 16, 18, 16)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(8)
        self._print, self._save = buttons.plain(), buttons.plain()
        self._print.clicked.connect(self._print_sheet)
        self._save.clicked.connect(self._save_sheet)
        self._said = text.muted()
        self.kept = QCheckBox()
        self.proceed = buttons.primary()
        self.proceed.setEnabled(False)
        self.kept.toggled.connect(self.proceed.setEnabled)
        self.proceed.clicked.connect(self.finished)
        tools = QHBoxLayout()
        tools.addWidget(self._print)
        tools.addWidget(self._save)
        tools.addWidget(self._said, 1)
        actions = QHBoxLayout()
        actions.addWidget(self.kept, 1)
        actions.addWidget(self.proceed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self._why)
        layout.addWidget(card)
        layout.addLayout(tools)
        layout.addStretch(1)
        layout.addLayout(actions)
        self.retranslate()

    def show_sheet(self, recovery: RecoveryView) -> None:
        """Lay the words out, numbered, column by column."""
        self.recovery = recovery
        layouts.clear(self._grid)
        rows = -(-len(recovery.words) // COLUMNS)
        for number, word in enumerate(recovery.words):
            label = text.mono()
            label.setWordWrap(False)
            label.setText(f"{number + 1:2d}  {word}")
            self._grid.addWidget(label, number % rows, number // rows)
        QTimer.singleShot(0, self, self.resized.emit)  # once the words stand there, in their own letters
        self.proceed.setDefault(True)
        self.kept.setFocus()

    def insist(self) -> None:
        """The person wants to leave without having kept the words."""
        self._said.setText(self.tr("These words are not shown again. Keep them, then tick the box."))
        self.resized.emit()
        self.kept.setFocus()

    def _text(self) -> str:
        if self.recovery is None:
            return ""
        words = "\n".join(f"{number:2d}  {word}" for number, word in enumerate(self.recovery.words, start=1))
        return "\n\n".join((self.tr("Wardround recovery sheet"), formats.moment(self.recovery.created), self._why.text(), words)) + "\n"

    def _print_sheet(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            document = QTextDocument(self._text())
            document.print_(printer)

    def _save_sheet(self) -> None:
        suggested = str(Path.home() / self.tr("wardround-recovery-sheet.txt"))
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save the recovery sheet"), suggested)
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the sheet where only this person can read it."""
        try:
            path.touch(mode=0o600)
            path.write_text(self._text(), encoding="utf-8")
        except OSError as error:
            self._said.setText(self.tr("Not saved: {reason}").format(reason=error.strerror))
        else:
            self._said.setText(self.tr("Saved. Move it off this computer, for example onto a stick in the safe."))

    def retranslate(self) -> None:
        """Every string."""
        self._why.setText(
            self.tr(
                "These words open your records if the passphrase or the keyring is lost. They are shown only now. "
                "Print them and lock them away; do not keep them on this computer."
            )
        )
        self._print.setText(self.tr("Print…"))
        self._save.setText(self.tr("Save as a file…"))
        self.kept.setText(self.tr("I have kept the sheet in a safe place"))
        self.proceed.setText(self.tr("Continue"))
