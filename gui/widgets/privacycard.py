# SPDX-License-Identifier: Apache-2.0
"""What identifies a person in a data set, each with what can be done about it; and how many patients are alike."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from engine.session.privacy_views import HitView, PrivacyView
from engine.session.views import MendView
from gui import formats
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, layouts, text
from gui.widgets.banner import Note
from gui.widgets.card import Card
from gui.widgets.report_table import Cell, StillTable

TONES = {"info": "info", "warning": "warn", "block": "bad"}
MOST = 200
"""More hits than this are counted, not listed."""


class PrivacyCard(QWidget):
    """Two cards: the hits, and the groups.

    Signals:
        show_rows(tuple): show these rows (0-based) in the table.
        mend_wanted(MendView): do this to the data set.
        override_wanted(HitView): a person wants to answer for this column.
        undo_wanted(): take back the last mend.
    """

    show_rows = Signal(object)
    mend_wanted = Signal(object)
    override_wanted = Signal(object)
    undo_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: PrivacyView | None = None
        self._recipe: tuple[MendView, ...] = ()
        self._busy = False
        self._hits, self._groups = Card(), Card()
        self._note = Note()
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self.undo = buttons.quiet()
        self.undo.clicked.connect(self.undo_wanted)
        self._done = text.muted()
        undo_row = QHBoxLayout()
        undo_row.addWidget(self._done, 1)
        undo_row.addWidget(self.undo)
        self._hits.content.addWidget(self._note)
        self._hits.content.addWidget(self._progress)
        self._hits.content.addLayout(self._lines)
        self._hits.content.addLayout(undo_row)
        self._alike = text.body()
        self._table = StillTable(stretch=0)
        self._groups.content.addWidget(self._alike)
        self._groups.content.addWidget(self._table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self._hits)
        layout.addWidget(self._groups)
        layout.addStretch(1)
        self._icons: list[tuple[QLabel, str]] = []
        self.retranslate()

    @property
    def count(self) -> int:
        """Hits that somebody should look at."""
        return 0 if self._view is None else sum(hit.severity != "info" for hit in self._view.hits)

    def show_privacy(self, view: PrivacyView | None, recipe: tuple[MendView, ...]) -> None:
        """Replace everything; None while nothing is known."""
        if (view, recipe) == (self._view, self._recipe) and not self._busy:
            return
        self._view, self._recipe, self._busy = view, recipe, False
        self.retranslate()

    def set_busy(self) -> None:
        """Something is being mended: no button until the outcome is shown."""
        self._busy = True
        for button in self.findChildren(type(self.undo)):
            button.setEnabled(False)

    def retranslate(self) -> None:
        """Every string."""
        self._hits.set_heading(self.tr("What identifies a person"))
        self._groups.set_heading(self.tr("How many patients are alike"))
        self._progress.setAccessibleName(self.tr("Looking for identifiers"))
        self.undo.setText(self.tr("Undo the last mend"))
        self.undo.setEnabled(True)
        self._done.setText(self.tr("{count} mends; your own file is not changed.").format(count=formats.count(len(self._recipe))))
        for widget in (self.undo, self._done):
            widget.setVisible(bool(self._recipe))
        self._say()
        self._fill()
        self._fill_groups()

    def _say(self) -> None:
        view = self._view
        scanning = view is None or view.state == "scanning"
        self._progress.setVisible(scanning)
        if view is None or scanning:
            self._progress.setRange(0, 100)
            self._progress.setValue(round(100 * view.progress) if view is not None else 0)
            self._note.set_tone("info")
            self._note.set_words(self.tr("Every cell is being looked at. Joining a study stays locked until that is done."))
        elif view.blocking:
            self._note.set_tone("bad")
            words = self.tr("{count} columns stop joining a study. Mend or remove each of them, or let a named person answer for it.")
            self._note.set_words(words.format(count=formats.count(len(view.blocking))))
        elif self.count:
            self._note.set_tone("warn")
            words = self.tr("{cells} cells were looked at. Nothing stops joining a study; what follows deserves a look.")
            self._note.set_words(words.format(cells=formats.count(view.cells)))
        else:
            self._note.set_tone("ok")
            self._note.set_words(
                self.tr("{cells} cells were looked at; nothing stops joining a study.").format(cells=formats.count(view.cells))
            )

    def _fill(self) -> None:
        layouts.clear(self._lines)
        self._icons = []
        hits = self._view.hits if self._view is not None else ()
        for hit in hits[:MOST]:
            self._lines.addWidget(self._line(hit))
        if len(hits) > MOST:
            more = text.muted()
            more.setText(self.tr("And {count} more.").format(count=formats.count(len(hits) - MOST)))
            self._lines.addWidget(more)

    def _line(self, hit: HitView) -> QWidget:
        line = QWidget()
        grid = QGridLayout(line)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        mark, severity, what = QLabel(), text.body(), text.body()
        self._icons.append((mark, hit.severity))
        self._draw(mark, hit.severity)
        severity.setProperty("role", "strong")
        severity.setWordWrap(False)
        words = {"info": self.tr("Expected"), "warning": self.tr("Look"), "block": self.tr("Stops")}
        severity.setText(self.tr("Answered for") if hit.override is not None else words[hit.severity])
        what.setText(hit.text)
        about = text.muted()
        about.setText(self._about(hit))
        for column, widget in enumerate((mark, severity, what)):
            grid.addWidget(widget, 0, column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(about, 1, 2)
        row = self._actions(hit)
        if row.count():
            row.addStretch(1)
            grid.addLayout(row, 2, 2)
        return line

    def _about(self, hit: HitView) -> str:
        if hit.override is not None:
            words = self.tr("{person} answers for it: {reason}")
            return words.format(person=hit.override.person, reason=hit.override.reason)
        words = self.tr("Class {letter} of HIPAA's Safe Harbor · certainty {score} %")
        return words.format(letter=hit.letter, score=round(100 * hit.score))

    def _actions(self, hit: HitView) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)

        def add(words: str, call: object, value: object) -> None:
            button = buttons.quiet()
            button.setText(words)
            button.setAccessibleName(f"{words}: {hit.column}")
            button.clicked.connect(lambda _=False: call.emit(value))  # type: ignore[attr-defined]
            row.addWidget(button)

        if hit.rows and hit.severity != "info":
            add(self.tr("Show rows"), self.show_rows, hit.rows)
        for mend in hit.offers:
            add(self._mend_words(mend), self.mend_wanted, mend)
        if hit.severity == "block":
            add(self.tr("Override…"), self.override_wanted, hit)
        return row

    def _mend_words(self, mend: MendView) -> str:
        if mend.kind == "shift-dates":
            return self.tr("Shift dates (month first)") if mend.fields.get("order") == "mdy" else self.tr("Shift dates (day first)")
        words = {
            "drop-column": self.tr("Remove column"),
            "year-only": self.tr("Year only"),
            "postcode-area": self.tr("Area only"),
            "cap-age": self.tr("90 for all over 90"),
            "redact": self.tr("Take them out of the texts"),
        }
        return words.get(mend.kind, mend.text)

    def _fill_groups(self) -> None:
        view = self._view
        found = view.anonymity if view is not None else None
        self._groups.setVisible(view is not None and view.state == "done")
        self._alike.setText(view.anonymity_text if view is not None else "")
        self._table.setVisible(found is not None)
        if found is None:
            return
        rows = []
        for size in found.sizes:
            span = f"{size.least}" if size.least == size.most else (f"{size.least}–{size.most}" if size.most else f"≥ {size.least}")
            rows.append((Cell(span), Cell(formats.count(size.groups), right=True), Cell(formats.count(size.patients), right=True)))
        self._table.show_rows((self.tr("Patients in a group"), self.tr("Groups"), self.tr("Patients")), rows)
        self._table.setAccessibleName(self.tr("How many patients are alike"))

    def _draw(self, mark: QLabel, severity: str) -> None:
        tone = TONES[severity]
        name = {"info": "info", "warn": "warning", "bad": "cross"}[tone]
        mark.setPixmap(icons.pixmap(name, icons.tone_colour(tokens_of(self.palette()), tone), 18, self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for mark, severity in self._icons:
                self._draw(mark, severity)
