# SPDX-License-Identifier: Apache-2.0
"""The three kinds of buttons: the page's main one, plain ones, and quiet ones that look like a link."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget


def primary(parent: QWidget | None = None) -> QPushButton:
    """The one main action of a page; Enter presses it."""
    button = QPushButton(parent)
    button.setProperty("kind", "primary")
    button.setAutoDefault(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def plain(parent: QWidget | None = None) -> QPushButton:
    """Any other action."""
    button = QPushButton(parent)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def quiet(parent: QWidget | None = None) -> QPushButton:
    """An action beside the text it belongs to."""
    button = QPushButton(parent)
    button.setProperty("kind", "quiet")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
