# SPDX-License-Identifier: Apache-2.0
"""Of a join: how many patients have records in which of its data sets, and whether there are newer ones to join again."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from engine.session.views import DatasetDetail
from gui import formats
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.report_table import Cell, StillTable


class PresenceCard(Card):
    """A row for each set of patients with the same records.

    Signals:
        again(): join the newest versions.
    """

    again = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail: DatasetDetail | None = None
        self.join_again = buttons.plain()
        self.join_again.clicked.connect(self.again)
        self.aside.addWidget(self.join_again)
        self.note = Note("warn")
        self.table = StillTable()
        self.content.addWidget(self.note)
        self.content.addWidget(self.table)

    def show_detail(self, detail: DatasetDetail) -> None:
        """Show who has what; hidden for what is no join."""
        self._detail = detail
        self.setVisible(bool(detail.presence))
        self.retranslate()

    def retranslate(self) -> None:
        """Every string."""
        self.set_heading(self.tr("Who has what"))
        self.join_again.setText(self.tr("Join again"))
        self.table.setAccessibleName(self.heading.text())
        detail = self._detail
        self.join_again.setVisible(detail is not None and bool(detail.newer))
        self.note.set_words("")
        if detail is None or not detail.presence:
            return
        if detail.newer:
            words = self.tr("There are newer versions of: {names}. This join still shows the ones that it was made of.")
            self.note.set_words(words.format(names=", ".join(detail.newer)))
        names = list(dict.fromkeys(name for found in detail.presence for name in found.members))
        has = icons.icon("check", tokens_of(self.palette()).ok, 16, self)
        rows = [
            (
                Cell(formats.count(found.patients), right=True, strong=True),
                *(Cell(self.tr("yes") if name in found.members else "–", icon=has if name in found.members else None) for name in names),
            )
            for found in detail.presence
        ]
        self.table.show_rows((self.tr("Patients"), *names), rows)
