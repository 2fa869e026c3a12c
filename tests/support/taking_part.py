# SPDX-License-Identifier: Apache-2.0
"""For tests of the window's pages: a session on its way into a study, and what a page must never show."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from engine.session import Session
from tests.support.hospital import STUDY, join, write_records
from tests.support.lead import Lead

SITE = "north"


def bring_records(session: Session, folder: Path, seed: int = 1) -> None:
    """Imports records that fit the study."""
    made = session.import_data(write_records(folder / f"records-{seed}.csv", seed), "records").result(60)
    session.check_data(made.id).result(60)


def enrol(session: Session, lead: Lead) -> None:
    """Uses an invitation; the lead has not let the site in yet."""
    session.enrol(lead.invite(SITE)).result(60)


def publish(session: Session, lead: Lead) -> None:
    """The lead lets the site in and publishes the plan; the session has seen it."""
    lead.approve(SITE)
    lead.publish()
    session.refresh(STUDY).result(60)


def take_part(session: Session, lead: Lead, folder: Path) -> None:
    """Everything up to and with the approval; the lead has started, the session has not."""
    bring_records(session, folder)
    enrol(session, lead)
    publish(session, lead)
    join(session)
    lead.start()


def unnamed(page: QWidget) -> list[str]:
    """Widgets that the keyboard reaches and a screen reader cannot name."""
    found = []
    for widget in page.findChildren(QWidget):
        if widget.isVisibleTo(page) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.parentWidget() is not None:
            interface = QAccessible.queryAccessibleInterface(widget)
            if not interface.text(QAccessible.Text.Name).strip():
                found.append(f"{type(widget).__name__} in {type(widget.parentWidget()).__name__}")
    return found


def clipped(page: QWidget) -> list[str]:
    """Words that do not fit where they stand, once the page is laid out."""
    QApplication.processEvents()
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton) or not widget.text():
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        needed = widget.heightForWidth(widget.width()) if wraps else widget.minimumSizeHint().height()
        if widget.height() < needed or (not wraps and widget.width() < widget.minimumSizeHint().width()):
            found.append(f"{widget.text()!r}: {widget.size().toTuple()} of {widget.minimumSizeHint().width()} × {needed}")
    return found


def silent(page: QWidget) -> list[str]:
    """Buttons without words."""
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    return [type(each).__name__ for each in buttons if not each.text() and each.icon().isNull()]
