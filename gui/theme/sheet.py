# SPDX-License-Identifier: Apache-2.0
"""The style sheet of the whole window, made from the tokens and the text size; the only style sheet there is."""

from __future__ import annotations

from string import Template

from gui.theme.icons import FOLDER
from gui.theme.tokens import Tokens

_SHEET = Template("""
* { outline: none; }
QWidget { font-size: ${base}pt; }
QMainWindow, QDialog, QWidget#page, QStackedWidget, QScrollArea, QWidget#viewport { background: $window; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: 4px 6px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${title}pt; font-weight: 600; color: $text; }
QLabel[role="heading"] { font-size: ${heading}pt; font-weight: 600; color: $text; }
QLabel[role="strong"] { font-weight: 600; color: $text; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="number"] { font-size: ${number}pt; font-weight: 600; color: $text; }
QLabel[role="mono"] { font-family: "DejaVu Sans Mono", "Menlo", "Consolas", "Noto Sans Mono CJK SC", monospace; color: $text; }

QFrame[role="card"] { background: $surface; border: 1px solid $line; border-radius: 8px; }
QFrame[role="empty"] { background: $surface; border: 1px dashed $edge; border-radius: 8px; }
QFrame[role="drop"] { background: $surface; border: 2px dashed $edge; border-radius: 8px; }
QFrame[role="drop"][over="true"] { border-color: $accent; background: $accent_tint; }
QFrame[role="note"] { border: 1px solid $line; border-radius: 6px; }
QFrame[role="note"][tone="info"] { background: $accent_tint; border-color: $accent; }
QFrame[role="note"][tone="ok"] { background: $ok_tint; border-color: $ok; }
QFrame[role="note"][tone="warn"] { background: $warn_tint; border-color: $warn; }
QFrame[role="note"][tone="bad"] { background: $bad_tint; border-color: $bad; }
QFrame[role="inset"] { background: $window; border: 1px solid $line; border-radius: 6px; }
QLabel[role="word"] { font-size: ${word}pt; font-weight: 600; color: $text; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: $surface; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 6px 14px; }
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $accent_tint; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 13px; }
QPushButton:disabled { color: $muted; border-color: $line; background: $raised; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; padding: 8px 20px; }
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed { border-color: $text; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 7px 19px; }
QPushButton[kind="primary"]:disabled { background: $raised; color: $muted; border-color: $line; }
QPushButton[kind="quiet"] { background: transparent; border: 1px solid transparent; color: $accent; padding: 4px 8px; }
QPushButton[kind="quiet"]:hover { text-decoration: underline; }
QPushButton[kind="quiet"]:focus { border: 2px solid $accent; padding: 3px 7px; }
QPushButton[kind="quiet"]:disabled { color: $muted; }
QPushButton[kind="quiet"]:checked { background: $accent_tint; }

QFrame#rail { background: $surface; border: none; border-right: 1px solid $line; }
QLabel#brand { font-size: ${brand}pt; font-weight: 600; color: $text; padding: 4px 6px; }
QPushButton[kind="rail"] { text-align: left; background: transparent; border: 2px solid transparent; border-radius: 6px;
  padding: 8px 36px 8px 10px;
  color: $text; }
QPushButton[kind="rail"]:hover { background: $raised; }
QPushButton[kind="rail"]:checked { background: $accent_tint; color: $text; font-weight: 600; }
QPushButton[kind="rail"]:focus { border: 2px solid $accent; }
QPushButton[kind="rail"][locked="true"] { color: $muted; }
QPushButton[kind="segment"] { border: 1px solid $edge; border-radius: 0; padding: 4px 10px; background: $surface; color: $text; }
QPushButton[kind="segment"]:checked { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="segment"]:focus { border: 2px solid $accent; padding: 3px 9px; }
QPushButton[kind="segment"]:checked:focus { border: 2px solid $text; }
QPushButton[kind="card"] { background: $surface; border: 1px solid $line; border-radius: 10px; padding: 0; text-align: left; }
QPushButton[kind="card"]:hover { border-color: $accent; }
QPushButton[kind="card"]:focus { border: 2px solid $accent; padding: 0; }
QPushButton[kind="card"][lead="true"] { border: 2px solid $accent; padding: 0; }
QPushButton[kind="step"] { background: transparent; border: 2px solid transparent; border-radius: 6px; text-align: left; padding: 0; }
QPushButton[kind="step"]:hover { background: $raised; }
QPushButton[kind="step"]:focus { border-color: $accent; padding: 0; }

QFrame#statusbar { background: $surface; border: none; border-top: 1px solid $line; }
QFrame#footer { background: $raised; border: none; border-top: 1px solid $line; }
QFrame#footer QLabel { color: $muted; font-size: ${small}pt; }
QLabel#demo { background: $warn_tint; color: $warn; border: 1px solid $warn; border-radius: 4px; padding: 2px 8px; font-weight: 600; }

QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { min-height: 1.5em; }
QLineEdit, QPlainTextEdit, QTextEdit, QTextBrowser, QComboBox, QSpinBox, QDoubleSpinBox {
  background: $surface; color: $text; border: 1px solid $edge; border-radius: 6px; padding: 5px 8px; selection-background-color: $accent;
  selection-color: $on_accent; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QTextBrowser:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus {
  border: 2px solid $accent; padding: 4px 7px; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled { color: $muted; background: $raised; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$arrow"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $edge; selection-background-color: $accent_tint;
  selection-color: $text; outline: none; padding: 0; }
QComboBox QAbstractItemView:focus { border: 1px solid $edge; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox, QRadioButton { color: $text; spacing: 8px; background: transparent; padding: 3px; border: 2px solid transparent;
  border-radius: 4px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $muted; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px; border: 1px solid $edge; border-radius: 4px;
  background: $surface; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QRadioButton::indicator:checked { background: $accent; border: 4px solid $surface; }

QAbstractItemView { background: $surface; color: $text; border: 1px solid $line; border-radius: 6px; gridline-color: $line;
  alternate-background-color: $window; selection-background-color: $accent_tint; selection-color: $text; }
QAbstractItemView:focus { border: 2px solid $accent; }
QTableView::item, QTreeView::item, QListView::item { padding: 4px 8px; }
QHeaderView { background: $raised; border: none; }
QHeaderView::section { background: $raised; color: $text; border: none; border-right: 1px solid $line; border-bottom: 1px solid $line;
  padding: 6px 11px; font-weight: 600; }
QTableCornerButton::section { background: $raised; border: none; border-right: 1px solid $line; border-bottom: 1px solid $line; }

QTabWidget::pane { border: none; border-top: 1px solid $line; top: -1px; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $muted; padding: 8px 14px; border: 2px solid transparent;
  border-bottom: 3px solid transparent; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 3px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { border: 2px solid $accent; border-bottom: 3px solid $accent; border-radius: 4px; }

QProgressBar { background: $raised; border: 1px solid $line; border-radius: 5px; text-align: center; color: $text;
  min-height: 8px; max-height: 8px; }
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QSplitter::handle { background: transparent; }
""")


def sheet(tokens: Tokens, points: float) -> str:
    """The style sheet for one scheme with text of ``points`` points."""
    colours = {name: value.name() for name, value in vars(tokens).items() if hasattr(value, "lightnessF")}
    ground = "dark" if "dark" in tokens.name else "light"  # an image of a style sheet cannot be recoloured
    sizes = {"base": 1.0, "small": 0.9, "heading": 1.12, "title": 1.65, "brand": 1.25, "number": 1.7, "word": 1.3}
    return _SHEET.substitute(
        colours,
        arrow=(FOLDER / f"down-{ground}.svg").as_posix(),
        tick=(FOLDER / f"tick-{ground}.svg").as_posix(),
        **{name: f"{points * factor:.1f}" for name, factor in sizes.items()},
    )
