# SPDX-License-Identifier: Apache-2.0
"""The SVGs of gui/icons, drawn in a colour of the palette."""

from __future__ import annotations

import functools
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

from gui.theme.tokens import Tokens

FOLDER = Path(__file__).parent.parent / "icons"


def pixmap(name: str, colour: QColor, size: int, widget: QWidget) -> QPixmap:
    """The icon ``name`` in ``colour``, ``size`` logical pixels square, sharp on the widget's screen."""
    ratio = widget.devicePixelRatioF()
    key = f"wardround {name} {colour.name()} {size} {ratio}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    drawn = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour.name()).encode())).render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, drawn)
    return drawn


def icon(name: str, colour: QColor, size: int, widget: QWidget) -> QIcon:
    """The same as a QIcon."""
    return QIcon(pixmap(name, colour, size, widget))


def tone_colour(tokens: Tokens, tone: str) -> QColor:
    """The colour of a tone: info | accent | ok | warn | bad | muted."""
    tones = {"info": tokens.accent, "accent": tokens.accent, "ok": tokens.ok, "warn": tokens.warn, "bad": tokens.bad, "muted": tokens.muted}
    return tones[tone]


@functools.cache
def _source(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
