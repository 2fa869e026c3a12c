# SPDX-License-Identifier: Apache-2.0
"""One mend of a column by hand: what it needs to be told, checked while it is typed."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from engine.session.views import ColumnView, MendView
from gui import formats
from gui.dialogs.fit import fit_height
from gui.widgets import buttons, text
from gui.widgets.choice import ChoiceBox

_EXAMPLES = (("POINT", "1234.5"), ("COMMA", "1234,5"), ("POINT_GROUPED", "1,234.5"), ("COMMA_GROUPED", "1.234,5"))


class MendDialog(QDialog):
    """Accepted with a step that can be done; ``kind``: missing | limits | scale | same | as-numbers | rename."""

    def __init__(self, kind: str, column: ColumnView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._column = kind, column
        self.setModal(True)
        self.setMinimumWidth(520)
        self.fields: dict[str, QLineEdit] = {}
        self.spelling = ChoiceBox()
        self._why, self._hint = text.body(), text.muted()
        title = text.heading()
        title.setText(self._title())
        self.setWindowTitle(title.text())
        self._why.setText(self._explained())
        form = QFormLayout()
        form.setHorizontalSpacing(12)
        form.setVerticalSpacing(8)
        for key, words, value in self._asked():
            field = QLineEdit(value)
            field.setAccessibleName(words)
            field.textChanged.connect(self._check)
            label = QLabel(words)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(field)
            form.addRow(label, field)
            self.fields[key] = field
        if kind == "as-numbers":
            for name, example in _EXAMPLES:
                self.spelling.addItem(example, name)
            label = QLabel(self.tr("Numbers look like"))
            label.setBuddy(self.spelling)
            form.addRow(label, self.spelling)
        self.spelling.setVisible(kind == "as-numbers")
        self.spelling.setAccessibleName(self.tr("Numbers look like"))
        self.done_button, self._cancel = buttons.primary(), buttons.plain()
        self.done_button.setText(self.tr("Mend"))
        self._cancel.setText(self.tr("Cancel"))
        self.done_button.clicked.connect(self.accept)
        self._cancel.clicked.connect(self.reject)
        actions = QHBoxLayout()
        actions.addStretch(1)
        actions.addWidget(self._cancel)
        actions.addWidget(self.done_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(12)
        layout.addWidget(title)
        layout.addWidget(self._why)
        layout.addWidget(_scrolled(form) if len(self.fields) > 8 else _plain(form))
        layout.addWidget(self._hint)
        layout.addLayout(actions)
        self.done_button.setDefault(True)
        self._check()
        fit_height(self)

    def _title(self) -> str:
        words = {
            "missing": self.tr("“{column}”: values that mean “missing”"),
            "limits": self.tr("“{column}”: limits"),
            "scale": self.tr("“{column}”: another unit"),
            "same": self.tr("“{column}”: spellings that mean the same"),
            "as-numbers": self.tr("“{column}”: read as numbers"),
            "rename": self.tr("“{column}”: another name"),
        }
        return words[self._kind].format(column=self._column.name)

    def _explained(self) -> str:
        return {
            "missing": self.tr("These values stand for “not known”, for example -9, 999 or 未查. Separate several by commas."),
            "limits": self.tr("What lies outside counts as missing."),
            "scale": self.tr("Each value is multiplied, then the second number is added."),
            "same": self.tr("Write beside a spelling how it is to be read. What is left as it is stays."),
            "as-numbers": self.tr("What is no number counts as missing."),
            "rename": self.tr("The column is called so here; the file keeps its name."),
        }[self._kind]

    def _asked(self) -> list[tuple[str, str, str]]:
        """(key, label, value to begin with)."""
        column = self._column
        match self._kind:
            case "missing":
                return [("codes", self.tr("Values"), "")]
            case "limits":
                return [("low", self.tr("From"), _written(column.minimum)), ("high", self.tr("To"), _written(column.maximum))]
            case "scale":
                return [("factor", self.tr("Times"), "1"), ("offset", self.tr("Plus"), "0")]
            case "same":
                return [(bar.label, bar.label, bar.label) for bar in column.bars if bar.label]
            case "rename":
                return [("name", self.tr("Name"), column.name)]
        return []

    def _check(self) -> None:
        step = self._step()
        self.done_button.setEnabled(step is not None)
        hint = ""
        if self._kind == "scale" and step is not None and self._column.mean is not None:
            after = self._column.mean * float(str(step.fields["factor"])) + float(str(step.fields["offset"]))
            words = self.tr("The mean {before} becomes {after}.")
            hint = words.format(before=formats.significant(self._column.mean), after=formats.significant(after))
        self._hint.setText(hint)
        self._hint.setVisible(self._kind == "scale")

    def _step(self) -> MendView | None:
        said = {key: field.text().strip() for key, field in self.fields.items()}
        fields: dict[str, object]
        match self._kind:
            case "missing":
                codes = [code.strip() for code in said["codes"].replace("，", ",").split(",") if code.strip()]
                fields = {"codes": codes}
                good = bool(codes)
            case "limits" | "scale":
                numbers = {key: _number(value) for key, value in said.items()}
                fields = dict(numbers)
                good = None not in numbers.values()
                if good and self._kind == "limits":
                    good = float(str(fields["low"])) < float(str(fields["high"]))
                elif good:
                    good = fields["factor"] != 0 and (fields["factor"], fields["offset"]) != (1, 0)
            case "same":
                spellings = {old: new for old, new in said.items() if new and new != old}
                fields = {"spellings": spellings}
                good = bool(spellings)
            case "as-numbers":
                fields = {"spelling": str(self.spelling.currentData())}
                good = True
            case _:
                fields = {"name": said["name"]}
                good = bool(said["name"]) and said["name"] != self._column.name
        return MendView(self._kind, self._column.name, fields, "") if good else None

    def step(self) -> MendView:
        """What was asked for."""
        step = self._step()
        if step is None:
            raise ValueError("the dialog cannot be accepted without a step")
        return step


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _written(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"


def _plain(form: QFormLayout) -> QWidget:
    inside = QWidget()
    form.setContentsMargins(0, 0, 0, 0)
    inside.setLayout(form)
    return inside


def _scrolled(form: QFormLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setMinimumHeight(260)
    area.setWidget(_plain(form))
    return area
