# SPDX-License-Identifier: Apache-2.0
"""The colours, named by meaning; the only place where a colour is written down.

Every pair that carries text has a contrast of at least 4.5:1 and every border of a control at least 3:1 (tests compute both).
A widget asks ``tokens_of(self.palette())``; no widget keeps a colour.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True)
class Tokens:
    """One scheme. ``*_tint`` are backgrounds on which ``text`` and the colour itself are readable."""

    name: str
    window: QColor  # behind everything
    surface: QColor  # cards, tables, inputs
    raised: QColor  # hovered rows, table headers
    text: QColor
    muted: QColor  # secondary text
    line: QColor  # separators
    edge: QColor  # borders of controls
    accent: QColor  # the main button, links, focus
    on_accent: QColor
    accent_tint: QColor
    ok: QColor
    ok_tint: QColor
    warn: QColor
    warn_tint: QColor
    bad: QColor
    bad_tint: QColor
    series: tuple[QColor, ...]  # lines of charts, told apart by dash pattern and words too


def _colours(names: str) -> tuple[QColor, ...]:
    return tuple(QColor(name) for name in names.split())


LIGHT = Tokens(
    name="light",
    window=QColor("#f4f6f8"),
    surface=QColor("#ffffff"),
    raised=QColor("#edf1f4"),
    text=QColor("#16212b"),
    muted=QColor("#536170"),
    line=QColor("#d6dde4"),
    edge=QColor("#7b8894"),
    accent=QColor("#0a6473"),
    on_accent=QColor("#ffffff"),
    accent_tint=QColor("#e0f0f3"),
    ok=QColor("#1a6b3a"),
    ok_tint=QColor("#e4f3e9"),
    warn=QColor("#855000"),
    warn_tint=QColor("#fcf0da"),
    bad=QColor("#ae2420"),
    bad_tint=QColor("#fbe8e6"),
    series=_colours("#0a6473 #a85400 #6a4c9c #1a6b3a #ae2420 #536170"),
)
DARK = Tokens(
    name="dark",
    window=QColor("#11171d"),
    surface=QColor("#19212a"),
    raised=QColor("#222c36"),
    text=QColor("#e7ecf1"),
    muted=QColor("#a5b2bf"),
    line=QColor("#2f3b47"),
    edge=QColor("#74838f"),
    accent=QColor("#62c6d4"),
    on_accent=QColor("#06242a"),
    accent_tint=QColor("#14323a"),
    ok=QColor("#7fd29c"),
    ok_tint=QColor("#173021"),
    warn=QColor("#efb960"),
    warn_tint=QColor("#33290f"),
    bad=QColor("#ff9e94"),
    bad_tint=QColor("#3b1f1d"),
    series=_colours("#62c6d4 #f0a860 #b9a3e3 #7fd29c #ff9e94 #a5b2bf"),
)
LIGHT_CONTRAST = replace(
    LIGHT,
    name="light-contrast",
    window=QColor("#fefefe"),
    text=QColor("#000000"),
    muted=QColor("#26313b"),
    line=QColor("#4a5662"),
    edge=QColor("#000000"),
)
DARK_CONTRAST = replace(
    DARK,
    name="dark-contrast",
    window=QColor("#010101"),
    surface=QColor("#0a0d10"),
    text=QColor("#ffffff"),
    muted=QColor("#dfe6ec"),
    line=QColor("#9aa7b3"),
    edge=QColor("#ffffff"),
)
SCHEMES = (LIGHT, DARK, LIGHT_CONTRAST, DARK_CONTRAST)


def tokens_of(palette: QPalette) -> Tokens:
    """The scheme that this palette was made from; for a foreign palette the nearer of light and dark.

    Recognised by two roles that differ between the schemes and that no style sheet changes on a widget.
    """
    edge, accent = palette.color(QPalette.ColorRole.Shadow), palette.color(QPalette.ColorRole.Link)
    for scheme in SCHEMES:
        if (scheme.edge, scheme.accent) == (edge, accent):
            return scheme
    return LIGHT if palette.color(QPalette.ColorRole.Window).lightnessF() > 0.5 else DARK


def palette_of(tokens: Tokens) -> QPalette:
    """The Qt palette of a scheme."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    palette = QPalette()
    roles = {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.raised,
        role.Text: tokens.text,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.bad,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.LinkVisited: tokens.accent,
        role.PlaceholderText: tokens.muted,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.Mid: tokens.line,
        role.Midlight: tokens.raised,
        role.Light: tokens.surface,
        role.Dark: tokens.edge,
        role.Shadow: tokens.edge,
        role.Accent: tokens.accent,
    }
    for each, colour in roles.items():
        palette.setColor(each, colour)
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(group.Disabled, each, tokens.muted)
    return palette


def contrast(a: QColor, b: QColor) -> float:
    """Contrast ratio of two opaque colours, 1…21 (WCAG 2.2, relative luminance)."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
