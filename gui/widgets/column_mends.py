# SPDX-License-Identifier: Apache-2.0
"""What a person may do to a column by hand: the menu, and the words of each mend as something that can be pressed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from engine.session.views import ColumnView, MendView
from gui import formats
from gui.dialogs.mend import MendDialog

SPELLINGS = ("POINT", "COMMA", "POINT_GROUPED", "COMMA_GROUPED")
"""How a column may write its numbers, as the recipe names them."""


def press_words(step: MendView) -> str:
    """An offered mend as the words of a button; a kind without words of its own says what it does."""
    translate = QCoreApplication.translate
    match step.kind:
        case "drop-column":
            return translate("ColumnMends", "Leave the column out")
        case "drop-copies":
            return translate("ColumnMends", "Keep the first of each")
        case "limits":
            words = translate("ColumnMends", "Keep {low} to {high}, the rest counts as missing")
            return words.format(low=_number(step.fields.get("low")), high=_number(step.fields.get("high")))
        case "as-numbers":
            return translate("ColumnMends", "Read as numbers ({example})").format(example=spelling_words(str(step.fields.get("spelling"))))
        case _:
            return step.text


def spelling_words(spelling: str) -> str:
    """A spelling of numbers by its example."""
    return {"POINT": "1234.5", "COMMA": "1234,5", "POINT_GROUPED": "1,234.5", "COMMA_GROUPED": "1.234,5"}.get(spelling, spelling)


def _number(value: object) -> str:
    return formats.significant(float(value)) if isinstance(value, (int, float)) else str(value)


def column_menu(column: ColumnView, mend: Callable[[MendView], None], parent: QWidget) -> QMenu:
    """The menu of a column; what needs to be told opens a dialog over ``parent``."""
    translate = QCoreApplication.translate
    menu = QMenu(parent)
    menu.setTitle(column.name)

    def ask(kind: str, _checked: bool = False) -> None:
        dialog = MendDialog(kind, column, parent)
        dialog.accepted.connect(lambda: mend(dialog.step()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    plain = column.kind in ("numeric", "category", "flag", "text") and not column.shape
    entries: list[tuple[str, str]] = []

    def do(step: MendView, _checked: bool = False) -> None:
        mend(step)

    if plain:
        entries.append(("missing", translate("ColumnMends", "A value that means “missing”…")))
    if plain and column.minimum is not None:
        entries.append(("limits", translate("ColumnMends", "Limits…")))
        entries.append(("scale", translate("ColumnMends", "Change the unit (×, +)…")))
        entries.append(("as-text", translate("ColumnMends", "Read as text")))
    elif plain:
        entries.append(("same", translate("ColumnMends", "Spellings that mean the same…")))
        entries.append(("as-numbers", translate("ColumnMends", "Read as numbers…")))
    entries.append(("rename", translate("ColumnMends", "Rename…")))
    entries.append(("drop-column", translate("ColumnMends", "Leave out")))
    for kind, words in entries:
        action = menu.addAction(words)
        direct = kind in ("as-text", "drop-column")
        action.triggered.connect(partial(do, MendView(kind, column.name, {}, "")) if direct else partial(ask, kind))
    return menu
