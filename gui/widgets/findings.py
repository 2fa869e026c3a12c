# SPDX-License-Identifier: Apache-2.0
"""A list of findings: what is worth a look in a file or a data set, each with its severity in icon and word."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from engine.session.views import FindingView, MendView
from gui.theme import icons
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, text

TONES = {"info": "info", "warning": "warn", "block": "bad"}
MOST = 200
"""More findings than this are counted, not listed."""


class FindingsList(QWidget):
    """One line a finding; ``mends``: what is offered for it stands below as buttons.

    Signals:
        show_rows(tuple): show these rows (0-based) in the table.
        mend(MendView): a person pressed an offered mend.
    """

    show_rows = Signal(object)
    mend = Signal(object)

    def __init__(self, mends: Callable[[MendView], str] | None = None, parent: QWidget | None = None) -> None:
        """``mends``: the words of an offered mend's button; None where nothing can be mended."""
        super().__init__(parent)
        self._mends = mends
        self._findings: tuple[FindingView, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(8)
        self._icons: list[tuple[QLabel, str]] = []

    def show_findings(self, findings: tuple[FindingView, ...]) -> None:
        """Replace everything."""
        self._findings = findings
        self._fill()

    def _fill(self) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget: QWidget | None = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._icons = []
        if not self._findings:
            nothing = text.muted()
            nothing.setText(self.tr("Nothing stands out."))
            self._layout.addWidget(nothing)
        for finding in self._findings[:MOST]:
            self._layout.addWidget(self._line(finding))
        if len(self._findings) > MOST:
            more = text.muted()
            more.setText(self.tr("And {count} more.").format(count=len(self._findings) - MOST))
            self._layout.addWidget(more)

    def _line(self, finding: FindingView) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        mark = QLabel()
        self._icons.append((mark, finding.severity))
        self._draw(mark, finding.severity)
        severity = text.body()
        severity.setProperty("role", "strong")
        severity.setWordWrap(False)
        words = {"info": self.tr("Note"), "warning": self.tr("Look"), "block": self.tr("Mend")}
        severity.setText(words.get(finding.severity, finding.severity))
        what = text.body()
        what.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        what.setText(f"{finding.column}: {finding.text}" if finding.column and finding.column not in finding.text else finding.text)
        for widget in (mark, severity):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._with_offers(what, finding), 1)
        if finding.rows:
            button: QPushButton = buttons.quiet()
            button.setText(self.tr("Show rows"))
            button.setAccessibleName(self.tr("Show rows: {finding}").format(finding=what.text()))
            button.clicked.connect(lambda _=False, rows=finding.rows: self.show_rows.emit(rows))
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _with_offers(self, what: QLabel, finding: FindingView) -> QWidget:
        if self._mends is None or not finding.offers:
            return what
        block = QWidget()
        column = QVBoxLayout(block)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(what)
        for offer in finding.offers:
            button = buttons.plain()
            button.setText(self._mends(offer))
            button.setToolTip(offer.text)
            button.setAccessibleName(self.tr("{mend}: {finding}").format(mend=button.text(), finding=what.text()))
            button.clicked.connect(lambda _=False, offer=offer: self.mend.emit(offer))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return block

    def _draw(self, mark: QLabel, severity: str) -> None:
        tone = TONES.get(severity, "info")
        name = {"info": "info", "warn": "warning", "bad": "cross"}[tone]
        mark.setPixmap(icons.pixmap(name, icons.tone_colour(tokens_of(self.palette()), tone), 18, self))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()
        elif event.type() == QEvent.Type.PaletteChange:
            for mark, severity in self._icons:
                self._draw(mark, severity)
