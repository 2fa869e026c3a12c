# SPDX-License-Identifier: Apache-2.0
"""The access log: who opened, imported, mended, exported what on this computer, and when."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from engine.session.exclusion_views import AccessView
from gui import formats
from gui.widgets import buttons, text


class AccessLogDialog(QDialog):
    """The newest lines on top; nothing can be changed in it."""

    def __init__(self, lines: tuple[AccessView, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModal(True)
        self.setWindowTitle(self.tr("Access log"))
        self.resize(760, 520)
        about = text.muted()
        about.setText(self.tr("Kept encrypted on this computer; it never leaves it."))
        headers = (self.tr("Time"), self.tr("User"), self.tr("What"))
        self.table = QTableWidget(len(lines), len(headers))
        self.table.setHorizontalHeaderLabels(headers)
        self.table.setAccessibleName(self.windowTitle())
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.verticalHeader().setVisible(False)
        for row, line in enumerate(lines):
            for column, words in enumerate((formats.moment(line.time), line.who or "–", line.text)):
                self.table.setItem(row, column, QTableWidgetItem(words))
        self.table.resizeColumnsToContents()
        self.table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        close = buttons.primary()
        close.setText(self.tr("Close"))
        close.clicked.connect(self.accept)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(about)
        layout.addWidget(self.table, 1)
        layout.addLayout(actions)
        close.setDefault(True)
