# SPDX-License-Identifier: Apache-2.0
"""Labels by role; size and colour of each role are in gui/theme/sheet.py."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


def title(parent: QWidget | None = None) -> QLabel:
    """The name of a page."""
    return _label("title", parent, wraps=False)


def heading(parent: QWidget | None = None) -> QLabel:
    """The name of a card."""
    return _label("heading", parent)


def body(parent: QWidget | None = None) -> QLabel:
    """Running text, wrapped."""
    return _label("body", parent)


def muted(parent: QWidget | None = None) -> QLabel:
    """Secondary text, wrapped."""
    return _label("muted", parent)


def number(parent: QWidget | None = None) -> QLabel:
    """A large figure."""
    return _label("number", parent, wraps=False)


def mono(parent: QWidget | None = None) -> QLabel:
    """Hashes and check words: fixed width, selectable with mouse and keyboard."""
    label = _label("mono", parent)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _label(role: str, parent: QWidget | None, wraps: bool = True) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)  # what the engine or a file says is never read as HTML
    return label
