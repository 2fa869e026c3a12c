# SPDX-License-Identifier: Apache-2.0
"""The settings of this machine, saved as they are changed; where the vault's key rests; the way out of the demo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from engine.session import events
from engine.session.attempt import attempt
from engine.session.exclusion_views import AccessView
from engine.session.views import KeyHome, Lock, SettingView
from gui.bridge import Bridge
from gui.dialogs.access_log import AccessLogDialog
from gui.pages.page import Page
from gui.widgets import buttons, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.choice import ChoiceBox
from gui.widgets.layouts import Beside

if TYPE_CHECKING:
    from engine.session.session import Session

GENERAL, CONNECTION, SECURITY, TRAINING = "general", "network", "vault", "training"
GROUPS = (GENERAL, CONNECTION, SECURITY, TRAINING)


class _Row:
    """One setting: its label, its field, its explanation."""

    def __init__(self, setting: SettingView) -> None:
        self.key = setting.key
        self.label = QLabel()
        self.help = text.muted()
        self.browse: QPushButton | None = None
        self.field: QComboBox | QLineEdit
        if setting.kind == "choice":
            self.field = ChoiceBox()
            for value in setting.choices:
                self.field.addItem(value, value)
        else:
            self.field = QLineEdit()
            if setting.kind == "path":
                self.browse = buttons.plain()
        self.label.setBuddy(self.field)

    def show(self, setting: SettingView) -> None:
        """Show value and words without causing a change."""
        self.label.setText(setting.label)
        self.help.setText(setting.help)
        for widget in (self.field, self.browse):
            if widget is not None:
                widget.setEnabled(not setting.fixed)
        self.field.setAccessibleName(setting.label)
        self.field.setAccessibleDescription(setting.help)
        with QSignalBlocker(self.field):
            if isinstance(self.field, QComboBox):
                for number, words in enumerate(setting.choice_labels):
                    self.field.setItemText(number, words)
                self.field.setCurrentIndex(max(0, self.field.findData(setting.value)))
            elif not self.field.hasFocus() or self.field.text() != setting.value:
                self.field.setText(setting.value)


class SettingsPage(Page):
    """One card a group, made from what the engine declares.

    Signals:
        zoom_chosen(int): steps of text size; 0 is the usual size.
        lock_wanted(): lock the vault now.
        passphrase_wanted(), sheet_wanted(): another passphrase, another recovery sheet.
        leave_demo_wanted(), remove_demo_wanted(): out of the demo, or away with it.
    """

    zoom_chosen = Signal(int)
    lock_wanted = Signal()
    passphrase_wanted = Signal()
    sheet_wanted = Signal()
    leave_demo_wanted = Signal()
    remove_demo_wanted = Signal()

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self.rows: dict[str, _Row] = {}
        self.cards = {group: Card() for group in GROUPS}
        self._demo = Card()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(18)
        for group in GROUPS:
            grid = self._grid(self.cards[group])
            for setting in session.settings():
                if _group(setting.key) == group:
                    self._add(grid, setting)
            layout.addWidget(self.cards[group])
        self._build_zoom()
        self._build_security()
        self._build_demo()
        layout.addWidget(self._demo)
        layout.addStretch(1)

    def _grid(self, card: Card) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnMinimumWidth(0, 190)
        grid.setColumnStretch(1, 1)
        card.content.addLayout(grid)
        return grid

    def _add(self, grid: QGridLayout, setting: SettingView) -> None:
        row = _Row(setting)
        self.rows[setting.key] = row
        at = grid.rowCount()
        grid.addWidget(row.label, at, 0)
        fields = QHBoxLayout()
        fields.setSpacing(8)
        fields.addWidget(row.field, 1)
        if row.browse is not None:
            fields.addWidget(row.browse)
            row.browse.clicked.connect(lambda _=False, each=row: self._browse(each))
        grid.addLayout(fields, at, 1)
        grid.addWidget(row.help, at + 1, 1)
        grid.setRowMinimumHeight(at + 2, 6)
        if isinstance(row.field, QComboBox):
            row.field.activated.connect(lambda _=0, each=row: self._changed(each))
        else:
            row.field.editingFinished.connect(lambda each=row: self._changed(each))

    def _build_zoom(self) -> None:
        self._zoom_label = QLabel()
        self.smaller, self.usual, self.larger = buttons.plain(), buttons.plain(), buttons.plain()
        for button, steps in ((self.smaller, -1), (self.usual, 0), (self.larger, 1)):
            button.clicked.connect(lambda _=False, each=steps: self.zoom_chosen.emit(each))
        row = QHBoxLayout()
        row.addWidget(self._zoom_label)
        row.addStretch(1)
        for button in (self.smaller, self.usual, self.larger):
            row.addWidget(button)
        self.cards[GENERAL].content.addLayout(row)

    def _build_security(self) -> None:
        self._key = Note("info")
        self.passphrase, self.sheet, self.lock_now, self.log = buttons.plain(), buttons.plain(), buttons.plain(), buttons.plain()
        self.log.clicked.connect(lambda: self.run(self.session.access_log(), self._show_log))
        self.passphrase.clicked.connect(self.passphrase_wanted)
        self.sheet.clicked.connect(self.sheet_wanted)
        self.lock_now.clicked.connect(self.lock_wanted)
        self.cards[SECURITY].content.insertWidget(0, self._key)
        self.cards[SECURITY].content.addWidget(Beside(self.passphrase, self.sheet, self.log, self.lock_now, spacing=10))

    def _build_demo(self) -> None:
        self._demo_words = text.body()
        self.leave_demo, self.remove_demo = buttons.plain(), buttons.plain()
        self.leave_demo.clicked.connect(self.leave_demo_wanted)
        self.remove_demo.clicked.connect(self.remove_demo_wanted)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave_demo)
        row.addWidget(self.remove_demo)
        self._demo.content.addWidget(self._demo_words)
        self._demo.content.addLayout(row)

    def title(self) -> str:
        return self.tr("Settings")

    def purpose(self) -> str:
        return self.tr("Changes are saved at once.")

    def enter(self) -> None:
        self.retranslate()

    def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.SettingsChanged | events.LockChanged) and self.isVisible():
            self.retranslate()

    def _changed(self, row: _Row) -> None:
        value = row.field.currentData() if isinstance(row.field, QComboBox) else row.field.text().strip()
        before = next(setting.value for setting in self.session.settings() if setting.key == row.key)
        if value == before:
            return
        outcome = attempt(lambda: self.session.set_setting(row.key, value), self.session.language)
        if outcome.problem is not None:
            self.problem.emit(outcome.problem)
        self.retranslate()

    def _browse(self, row: _Row) -> None:
        name, _ = QFileDialog.getOpenFileName(self, row.label.text(), str(Path.home()))
        if name and isinstance(row.field, QLineEdit):
            row.field.setText(name)
            self._changed(row)

    def retranslate(self) -> None:
        names = {
            GENERAL: self.tr("General"),
            CONNECTION: self.tr("Connection"),
            SECURITY: self.tr("Security"),
            TRAINING: self.tr("Training"),
        }
        for group, name in names.items():
            self.cards[group].set_heading(name)
        for setting in self.session.settings():
            row = self.rows.get(setting.key)
            if row is None:
                continue
            if row.browse is not None:
                row.browse.setText(self.tr("Choose…"))
                row.browse.setAccessibleName(self.tr("Choose a file: {setting}").format(setting=setting.label))
            row.show(setting)
            if setting.fixed:
                row.help.setText(self.tr("Set by your IT. {help}").format(help=setting.help))
        self._zoom_label.setText(self.tr("Text size"))
        self.smaller.setText(self.tr("Smaller"))
        self.usual.setText(self.tr("Usual"))
        self.larger.setText(self.tr("Larger"))
        for button, keys in ((self.smaller, "Ctrl+−"), (self.usual, "Ctrl+0"), (self.larger, "Ctrl++")):
            button.setToolTip(keys)
        self._say_security()
        self._say_demo()

    def _say_security(self) -> None:
        home = self.session.home()
        if home.key_home is KeyHome.KEYRING:
            words = self.tr("Your records are encrypted. Their key rests in this computer's keyring and opens with your login.")
        elif home.key_home is KeyHome.PASSPHRASE:
            words = self.tr("Your records are encrypted. Their key is protected by your passphrase; this computer's keyring is not used.")
        else:
            words = self.tr("There is no vault yet. It is made when you first open data or an invitation.")
        if home.lock is Lock.LOCKED:
            words += " " + self.tr("It is locked now.")
        self._key.set_words(words)
        known = home.key_home is KeyHome.PASSPHRASE
        self.passphrase.setText(self.tr("Change the passphrase…") if known else self.tr("Set a passphrase…"))
        self.sheet.setText(self.tr("New recovery sheet…"))
        self.lock_now.setText(self.tr("Lock now"))
        self.log.setText(self.tr("Access log…"))
        self.log.setEnabled(home.lock is Lock.OPEN)
        for button in (self.passphrase, self.sheet, self.lock_now):
            button.setEnabled(home.lock is Lock.OPEN and not home.demo)

    def _show_log(self, lines: tuple[AccessView, ...]) -> None:
        dialog = AccessLogDialog(lines, self)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _say_demo(self) -> None:
        self._demo.setVisible(self.session.demo)
        self._demo.set_heading(self.tr("Demo"))
        self._demo_words.setText(
            self.tr("You are in the demo. Its hospitals are invented and run on this computer; your own data are not part of it.")
        )
        self.leave_demo.setText(self.tr("Leave the demo"))
        self.remove_demo.setText(self.tr("Remove the demo"))


def _group(key: str) -> str:
    prefix = key.split(".", 1)[0]
    if prefix == "privacy":
        return SECURITY
    return prefix if prefix in GROUPS else GENERAL
