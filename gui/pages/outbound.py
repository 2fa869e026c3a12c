# SPDX-License-Identifier: Apache-2.0
"""Everything that left this computer, message by message; and what never leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from engine.session.events import Event, LockChanged, OutboundChanged, SettingsChanged
from engine.session.views import Lock, OutboundRow, OutboundView, ProblemView
from gui import formats
from gui.bridge import Bridge
from gui.pages.page import Page
from gui.tables.outbound_model import OutboundModel
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, layouts, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.empty import EmptyState

if TYPE_CHECKING:
    from engine.session.session import Session

TYPING_MS = 150  # the filter waits until the person has stopped typing
MEASURED = 40  # rows by which the columns get their width
CALM_MS = 250  # and the list is not asked for more often than this while messages leave
_RECEIPTS = {"ok": ("check", "ok"), "waiting": ("circle", "muted"), "failed": ("cross", "bad")}


class OutboundPage(Page):
    """Three figures, the list with a filter, the details of one message, and what never leaves."""

    def __init__(self, bridge: Bridge, session: Session) -> None:
        super().__init__(bridge, session)
        self._totals: OutboundView | None = None
        self._dialog: QFileDialog | None = None
        self._chosen: OutboundRow | None = None
        self._entered = False

        self.export = buttons.primary()
        self.export.clicked.connect(self._ask_file)
        self.pause = buttons.plain()
        self.pause.clicked.connect(self._toggle_sending)
        self.model = OutboundModel(self._fetch, self._receipt_icon, self)
        self.model.totals.connect(self._have_totals)
        self.model.modelReset.connect(self._unpick)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(TYPING_MS)
        self._typing.timeout.connect(self._apply_filter)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MS)
        self._calm.timeout.connect(self._look_again)
        self._stale = False

        self.exported = Note("ok")
        self._build_figures()
        self._build_list()
        self._build_never()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 8, 28, 24)
        layout.setSpacing(14)
        layout.addWidget(self.exported)
        layout.addWidget(self._figures)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.never)
        self.exported.set_words("")
        self.retranslate()

    # ---------------------------------------------------------------- building

    def _build_figures(self) -> None:
        self._figure_names = [text.muted() for _ in range(3)]
        self.figures = [text.number() for _ in range(3)]
        self._figure_notes = [text.muted() for _ in range(3)]
        cards = []
        for at in range(3):
            card = Card()
            card.content.setSpacing(2)
            card.content.addWidget(self._figure_names[at])
            middle = QHBoxLayout()
            middle.addWidget(self.figures[at], 1)
            if at == 2:
                middle.addWidget(self.pause)
            card.content.addLayout(middle)
            card.content.addWidget(self._figure_notes[at])
            card.content.addStretch(1)
            cards.append(card)
        self._figures = layouts.Beside(*cards)

    def _build_list(self) -> None:
        self.list = Card()
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(220)
        self.filter.textChanged.connect(lambda: self._typing.start())
        self.list.aside.addWidget(self.filter)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        self.table.verticalHeader().setVisible(False)
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.horizontalHeader().setHighlightSections(False)
        header = self.table.horizontalHeader()
        header.setResizeContentsPrecision(MEASURED)  # never 0: that measures every row of the ledger
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(OutboundModel.STUDY, QHeaderView.ResizeMode.Stretch)
        self._fit_least()
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setMinimumHeight(220)
        self.table.selectionModel().currentRowChanged.connect(self._picked)
        self.empty = EmptyState()
        self.detail = QWidget()
        self._detail_grid = QGridLayout(self.detail)
        self._detail_grid.setContentsMargins(0, 4, 0, 0)
        self._detail_grid.setHorizontalSpacing(16)
        self._detail_grid.setVerticalSpacing(4)
        self._detail_names = [QLabel() for _ in range(5)]
        self._detail_values = [text.body() for _ in range(4)]
        self._detail_values.append(text.mono())
        for at in range(5):
            self._detail_names[at].setProperty("role", "muted")
            row, column = at % 2, 2 * (at // 2)
            if at == 4:
                row, column = 2, 0
            upright = Qt.AlignmentFlag.AlignVCenter if at == 4 else Qt.AlignmentFlag.AlignTop
            self._detail_grid.addWidget(self._detail_names[at], row, column, upright)
            self._detail_grid.addWidget(self._detail_values[at], row, column + 1, 1, 3 if at == 4 else 1, upright)
        self._detail_grid.setColumnStretch(1, 1)
        self._detail_grid.setColumnStretch(3, 1)
        self.copy_hash = buttons.quiet()
        self.copy_hash.clicked.connect(self._copy_hash)
        self._detail_grid.addWidget(self.copy_hash, 2, 4, Qt.AlignmentFlag.AlignVCenter)
        self._hint = text.muted()
        self.list.content.addWidget(self.empty, 1)
        self.list.content.addWidget(self.table, 1)
        self.list.content.addWidget(self._hint)
        self.list.content.addWidget(self.detail)

    def _fit_least(self) -> None:
        """No column is narrower than a short word in the present text size."""
        self.table.horizontalHeader().setMinimumSectionSize(9 * self.table.fontMetrics().horizontalAdvance("n"))

    def _build_never(self) -> None:
        self.never = Card()
        self._never = QGridLayout()
        self._never.setHorizontalSpacing(24)
        self._never.setVerticalSpacing(6)
        self._never_shown: tuple[str, ...] = ()
        self.never.content.addLayout(self._never)

    # ---------------------------------------------------------------- the page contract

    def title(self) -> str:
        return self.tr("Outbound")

    def purpose(self) -> str:
        return self.tr("Everything that left this computer for a study, message by message.")

    def retranslate(self) -> None:
        self.export.setText(self.tr("Export list…"))
        for label, words in zip(
            self._figure_names, (self.tr("Left this computer"), self.tr("Patients' records sent"), self.tr("Sending")), strict=True
        ):
            label.setText(words)
        self._figure_notes[1].setText(self.tr("Records never leave; see the list below."))
        self.list.set_heading(self.tr("Messages"))
        self.filter.setPlaceholderText(self.tr("Filter by kind, study or hash"))
        self.filter.setAccessibleName(self.tr("Filter the messages"))
        self.table.setAccessibleName(self.tr("Messages that left this computer, newest first"))
        names = (self.tr("Kind"), self.tr("Time"), self.tr("Sent to"), self.tr("Receipt"), self.tr("Content hash"))
        for label, words in zip(self._detail_names, names, strict=True):
            label.setText(words)
        self.copy_hash.setText(self.tr("Copy"))
        self.copy_hash.setAccessibleName(self.tr("Copy the content hash"))
        self.never.set_heading(self.tr("What never leaves"))
        self.model.retranslate()
        self._show()

    def recolour(self) -> None:
        self._fit_least()
        self._never_shown = ()
        self._show()
        self.table.viewport().update()

    def enter(self) -> None:
        self._entered = True
        if self.session.home().lock is Lock.OPEN:
            self.model.reload()
        else:
            self._totals = self._chosen = None
            self.model.clear()
            self._show()

    def leave(self) -> None:
        self._entered = False
        self._calm.stop()
        self._typing.stop()
        self.exported.set_words("")

    def on_event(self, event: Event) -> None:
        if not self._entered:
            return
        if isinstance(event, OutboundChanged):
            self._stale = True
            if not self._calm.isActive():
                self._look_again()
        elif isinstance(event, (SettingsChanged, LockChanged)):
            self.enter()

    def set_session(self, session: Session) -> None:
        super().set_session(session)
        self._totals = self._chosen = None
        self.model.clear()
        self._show()

    # ---------------------------------------------------------------- reading

    def _fetch(self, contains: str, start: int, count: int, have: Callable[[OutboundView], None]) -> None:
        self.run(self.session.outbound(contains, start, count), have, self._have_not, self.model.failed)

    def _have_not(self, problem: ProblemView) -> None:
        self.model.failed()
        self.problem.emit(problem)

    def _look_again(self) -> None:
        if self._stale and self._entered and self.session.home().lock is Lock.OPEN:
            self._stale = False
            self.model.refresh()
            self._calm.start()

    def _apply_filter(self) -> None:
        self.model.set_filter(self.filter.text().strip())

    def _have_totals(self, view: OutboundView) -> None:
        self._totals = view
        self._show()
        if self._chosen is not None:
            newer = next((row for row in view.rows if row.id == self._chosen.id), None)
            if newer is not None and newer != self._chosen:
                self._chosen = newer
                self._show_detail()

    # ---------------------------------------------------------------- acting

    def _toggle_sending(self) -> None:
        if self.session.sending_paused:
            self.session.resume_sending()
        else:
            self.session.pause_sending()
        self._show()

    def _picked(self, current: QModelIndex, _before: QModelIndex) -> None:
        self._chosen = self.model.held(current.row()) if current.isValid() else None
        self._show_detail()

    def _unpick(self) -> None:
        """Other rows are shown now, and none of them is chosen."""
        self._chosen = None
        self._show_detail()

    def _copy_hash(self) -> None:
        if self._chosen is not None:
            QGuiApplication.clipboard().setText(self._chosen.sha256)

    def _ask_file(self) -> None:
        self._dialog = QFileDialog(self, self.tr("Export the list of messages"))
        self._dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        self._dialog.setNameFilters([self.tr("CSV table (*.csv)"), self.tr("JSON (*.json)")])
        self._dialog.setDefaultSuffix("csv")
        self._dialog.selectFile("outbound.csv")
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.fileSelected.connect(self.export_to)
        self._dialog.open()

    def export_to(self, path: str) -> None:
        """Write the whole list into this file, as CSV or JSON by its ending."""
        self.export.setEnabled(False)
        self.run(self.session.export_outbound(path), self._exported, self._not_exported, self._export_ended)

    def _exported(self, written: str) -> None:
        self._export_ended()
        self.exported.set_words(self.tr("Written: {files}").format(files=written))

    def _not_exported(self, problem: ProblemView) -> None:
        self._export_ended()
        self.problem.emit(problem)

    def _export_ended(self) -> None:
        self._show()

    # ---------------------------------------------------------------- showing

    def _show(self) -> None:
        totals = self._totals
        messages, sent = (totals.messages, totals.bytes) if totals is not None else (0, 0)
        self.primary = self.export
        # What is written down but still waits to leave is a row, too.
        listed = totals is not None and bool(messages or totals.total_rows or self.filter.text())
        self.export.setEnabled(listed)
        self.figures[0].setText(formats.size(sent))
        self._figure_notes[0].setText(self.tr("Messages: {messages}").format(messages=formats.count(messages)))
        self.figures[1].setText(formats.count(0))
        paused = self.session.sending_paused
        self.figures[2].setText(self.tr("Paused") if paused else self.tr("On"))
        self._figure_notes[2].setText(
            self.tr("Nothing leaves until you resume.") if paused else self.tr("Messages of approved studies may leave.")
        )
        self.pause.setText(self.tr("Resume sending") if paused else self.tr("Pause sending"))
        self.table.setVisible(listed)
        self.filter.setVisible(listed)
        self.empty.setVisible(totals is not None and not listed)
        self.empty.set_words(
            self.tr("Nothing has left this computer"),
            self.tr("Each message for a study will be a line here before its first byte leaves."),
        )
        self._show_detail()
        self._show_never(totals.never_leaves if totals is not None else ())

    def _show_detail(self) -> None:
        row = self._chosen
        self.detail.setVisible(row is not None)
        self._hint.setVisible(row is None and not self.table.isHidden())
        if self.model.rowCount():
            self._hint.setText(self.tr("Choose a message to see its details."))
        else:
            self._hint.setText(self.tr("No message matches the filter."))
        if row is None:
            return
        about = row.study or "–"
        if row.round is not None:
            about = self.tr("{study}, round {round}").format(study=about, round=formats.count(row.round))
        kind = self.tr("{kind} ({about}), {size}").format(kind=row.kind, about=about, size=formats.size(row.bytes))
        receipt = self.tr("{receipt}, attempts: {attempts}").format(
            receipt=self.model.receipt_words(row.receipt), attempts=formats.count(row.attempts)
        )
        digest = " ".join(row.sha256[at : at + 8] for at in range(0, len(row.sha256), 8))
        values = (kind, formats.moment(row.time), row.to or "–", receipt, digest)
        for label, words in zip(self._detail_values, values, strict=True):
            label.setText(words)

    def _show_never(self, lines: tuple[str, ...]) -> None:
        self.never.setVisible(bool(lines))
        if lines == self._never_shown:
            return
        self._never_shown = lines
        layouts.clear(self._never)
        colour = tokens_of(self.palette()).ok
        for at, words in enumerate(lines):
            entry = QWidget()
            row = QHBoxLayout(entry)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            sign = QLabel()
            sign.setPixmap(icons.pixmap("shield", colour, 16, self))
            label = text.body()
            label.setText(words)
            row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(label, 1)
            self._never.addWidget(entry, at // 2, at % 2)

    def _receipt_icon(self, receipt: str) -> QIcon:
        name, tone = _RECEIPTS.get(receipt, ("info", "muted"))
        return icons.icon(name, icons.tone_colour(tokens_of(self.palette()), tone), 16, self)
