# SPDX-License-Identifier: Apache-2.0
"""Ctrl+K: every command of the window in one list, found by typing a part of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

Command = tuple[str, Callable[[], object]]
"""Its name in the window's language, and what it does."""
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class CommandDialog(QDialog):
    """Accepted with the command that was chosen, which is called once the dialog is gone."""

    def __init__(self, commands: Sequence[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._commands = tuple(commands)
        self.setModal(True)
        self.setWindowTitle(self.tr("Commands"))
        self.setMinimumWidth(460)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type a part of a command"))
        self.field.setAccessibleName(self.field.placeholderText())
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._choose)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.itemActivated.connect(lambda _: self._choose())
        self.list.itemClicked.connect(lambda _: self._choose())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(self.field)
        layout.addWidget(self.list, 1)
        self._filter("")
        self.field.setFocus()

    def _filter(self, part: str) -> None:
        wanted = part.casefold().split()
        self.list.clear()
        for number, (name, _) in enumerate(self._commands):
            if all(word in name.casefold() for word in wanted):
                item = QListWidgetItem(name)
                item.setData(Qt.ItemDataRole.UserRole, number)
                self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _choose(self) -> None:
        item = self.list.currentItem()
        if item is None:
            return
        _, act = self._commands[item.data(Qt.ItemDataRole.UserRole)]
        self.accept()
        act()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down move in the list while the words are typed."""
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _MOVES:
            self.list.event(event)
            return True
        return super().eventFilter(watched, event)
