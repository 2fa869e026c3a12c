# SPDX-License-Identifier: Apache-2.0
"""Applies a colour scheme and a text size to the application, and follows the system's light, dark and contrast live."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from gui.theme.sheet import sheet
from gui.theme.tokens import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Tokens, palette_of

APPEARANCES = ("auto", "light", "dark")
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)
"""Percent; Ctrl + and Ctrl - walk along these."""
LEAST_POINTS = 10.0
FONTS = Path(__file__).parent.parent / "fonts"
BUNDLED_FAMILY = "Wardround Sans"

_BETTER_FAMILIES = ("Noto Sans", "Source Sans 3", "Noto Sans CJK SC", "Source Han Sans SC")
_PLAIN_FAMILIES = ("DejaVu Sans", "Bitstream Vera Sans", "Sans Serif", "Sans")


class Scheme(QObject):
    """The look of one application; owned by gui/app.py, changed by the settings page and the zoom keys."""

    def __init__(self, application: QApplication, appearance: str = "auto", zoom: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._hints = application.styleHints()  # kept: the hints object dies with its last Python reference
        self._accessibility = self._hints.accessibility()
        self.appearance = appearance
        self.zoom = zoom
        self._proportional = True
        application.setStyle("Fusion")
        self._base = _readable_font(application.font())
        self._hints.colorSchemeChanged.connect(self.apply)
        self._accessibility.contrastPreferenceChanged.connect(self.apply)
        self.set_appearance(appearance)

    def set_appearance(self, appearance: str) -> None:
        """One of ``APPEARANCES``; takes effect at once."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self.appearance = appearance
        self._hints.setColorScheme(schemes.get(appearance, Qt.ColorScheme.Unknown))
        self.apply()

    def set_zoom(self, percent: int) -> None:
        """One of ``ZOOMS``; takes effect at once."""
        self.zoom = percent
        self.apply()

    def set_language(self, language: str) -> None:
        """Fit the letters to the language; takes effect at once."""
        self._proportional = language != "zh"
        self.apply()

    def step_zoom(self, steps: int) -> int:
        """The zoom ``steps`` further; returns it."""
        nearest = min(range(len(ZOOMS)), key=lambda i: abs(ZOOMS[i] - self.zoom))
        self.set_zoom(ZOOMS[max(0, min(len(ZOOMS) - 1, nearest + steps))])
        return self.zoom

    def tokens(self) -> Tokens:
        """The scheme that the appearance and the system ask for."""
        dark = self.appearance == "dark" or (self.appearance == "auto" and self._hints.colorScheme() == Qt.ColorScheme.Dark)
        if self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast:
            return DARK_CONTRAST if dark else LIGHT_CONTRAST
        return DARK if dark else LIGHT

    def apply(self) -> None:
        """Set palette, font and style sheet; cheap when nothing changed."""
        tokens = self.tokens()
        points = max(LEAST_POINTS, self._base.pointSizeF()) * self.zoom / 100
        wanted = sheet(tokens, points)
        font = QFont(self._base)
        font.setPointSizeF(points)
        if self._proportional:
            # Fonts made for Chinese draw the quotation marks of an English sentence as wide as a Chinese character.
            font.setFeature(QFont.Tag("pwid"), 1)
        if wanted == self._application.styleSheet() and font == self._application.font():
            return
        self._application.setPalette(palette_of(tokens))
        self._application.setFont(font)
        self._application.setStyleSheet(wanted)


def _readable_font(system: QFont) -> QFont:
    """The desktop's own font; behind it, or where there is no desktop, the first well-made family, ours at last.

    Ours is loaded only when it is needed: it costs two megabytes.
    """
    font = QFont(system)
    if font.pointSizeF() <= 0:
        font.setPointSizeF(LEAST_POINTS)
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    if QFontInfo(system).family() not in _PLAIN_FAMILIES and system.family() not in _PLAIN_FAMILIES:
        font.setFamilies([system.family(), *([] if chinese else _bundled())])
        return font
    installed = set(QFontDatabase.families())
    better = [family for family in _BETTER_FAMILIES if family in installed]
    if not better or not chinese:
        better += _bundled()
    font.setFamilies([*better, system.family()])
    return font


def _bundled() -> list[str]:
    for path in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    return [BUNDLED_FAMILY]
