# SPDX-License-Identifier: Apache-2.0
"""What a file's format asks a person, as a small form made from the options themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from engine.session.views import OptionView
from gui.widgets import text
from gui.widgets.choice import ChoiceBox
from gui.widgets.layouts import clear

ACROSS = 2
"""Fields beside each other."""


class OptionsForm(QWidget):
    """One field an option: a box to choose from for choices and flags, a line for all else.

    Signals:
        changed(): a person changed a value; read the file again with ``settings()``.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._options: tuple[OptionView, ...] = ()
        self._fields: dict[str, ChoiceBox | QLineEdit] = {}
        self._said: dict[str, str] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(10)
        for column in range(ACROSS):
            self._grid.setColumnStretch(column, 1)

    def settings(self) -> dict[str, str]:
        """What was said: option key → value; what was left alone is not in it."""
        return dict(self._said)

    def reset(self) -> None:
        """Forget what was said: another file."""
        self._said = {}
        self.show_options(())

    def show_options(self, options: tuple[OptionView, ...]) -> None:
        """Show these; fields that stay the same keep the focus and what is being typed into them."""
        if options != self._options:
            focused = next((key for key, field in self._fields.items() if field.hasFocus()), "")
            self._options = options
            self._fill()
            if focused in self._fields:
                self._fields[focused].setFocus()
        self.setVisible(bool(options))

    def _fill(self) -> None:
        clear(self._grid)
        self._fields = {}
        for number, option in enumerate(self._options):
            cell = QWidget()
            layout = QVBoxLayout(cell)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(4)
            label = text.muted()
            label.setText(option.label)
            field = self._box(option) if option.kind in ("choice", "flag") else self._line(option)
            field.setAccessibleName(option.label)
            label.setBuddy(field)
            layout.addWidget(label, 1)
            layout.addWidget(field)
            self._fields[option.key] = field
            self._grid.addWidget(cell, number // ACROSS, number % ACROSS, Qt.AlignmentFlag.AlignBottom)

    def _box(self, option: OptionView) -> ChoiceBox:
        box = ChoiceBox()
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)  # a sheet's name can be long
        box.setMinimumContentsLength(8)
        values, words = option.choices, option.words or option.choices
        if option.kind == "flag":
            values, words = ("yes", "no"), (self.tr("Yes"), self.tr("No"))
        if not option.default and "" not in values:
            values, words = ("", *values), (self.tr("Find out"), *words)
        if option.value not in values:
            values, words = (*values, option.value), (*words, option.value)
        for value, word in zip(values, words, strict=True):
            box.addItem(word, value)
        box.setCurrentIndex(box.findData(option.value))
        box.activated.connect(self._setter(option, lambda: str(box.currentData())))
        return box

    def _line(self, option: OptionView) -> QLineEdit:
        line = QLineEdit(option.value)
        if option.kind == "list":
            line.setPlaceholderText(self.tr("Several are separated by commas"))
        elif not option.value:
            line.setPlaceholderText(self.tr("Find out"))
        line.editingFinished.connect(self._setter(option, line.text))
        return line

    def _setter(self, option: OptionView, value: Callable[[], str]) -> Callable[[], None]:
        before = option.value

        def said() -> None:
            nonlocal before
            now = value().strip()
            if now == before:
                return
            before = now
            self._said.pop(option.key, None)
            if now and now != option.default:  # an emptied line is as the format has it
                self._said[option.key] = now
            self.changed.emit()

        return said
