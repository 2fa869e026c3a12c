# SPDX-License-Identifier: Apache-2.0
"""The steps that mend a data set: a list in which each can be taken away, with Undo and Redo over all of them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence, QUndoCommand, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.session.views import DatasetDetail, MendView
from gui.widgets import buttons, text
from gui.widgets.card import Card
from gui.widgets.layouts import clear

Recipe = tuple[MendView, ...]


class _Change(QUndoCommand):
    """From one recipe to another, and back."""

    def __init__(self, before: Recipe, after: Recipe, apply: Callable[[Recipe], None]) -> None:
        super().__init__()
        self._before, self._after, self._apply = before, after, apply

    def redo(self) -> None:
        self._apply(self._after)

    def undo(self) -> None:
        self._apply(self._before)


class MendingCard(Card):
    """Steps are data: each press asks ``apply`` for a whole recipe, and is finished by ``show_detail`` or taken back by ``refused``."""

    def __init__(self, apply: Callable[[Recipe], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._apply = apply
        self._recipe: Recipe = ()
        self._dataset = ""
        self._wanted: Recipe | None = None  # asked for, and not here yet
        self._place = 0  # of the stack, before that was asked
        self._silent = False
        self._shown: list[QWidget] = []
        self.stack = QUndoStack(self)
        self.undo, self.redo = buttons.plain(), buttons.plain()
        self.undo.clicked.connect(self.stack.undo)
        self.redo.clicked.connect(self.stack.redo)
        self.aside.addWidget(self.undo)
        self.aside.addWidget(self.redo)
        self._about = text.muted()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.content.addWidget(self._about)
        self.content.addLayout(self._lines)
        self.stack.indexChanged.connect(self._ready)
        self._ready()

    def actions_for(self, page: QWidget) -> tuple[QAction, QAction]:
        """Ctrl+Z and Ctrl+Shift+Z (Ctrl+Y) while the page or something on it has the focus."""
        undo, redo = QAction(page), QAction(page)
        undo.setShortcuts([QKeySequence("Ctrl+Z")])
        redo.setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        for action, button in ((undo, self.undo), (redo, self.redo)):
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(button.click)
            page.addAction(action)
        return undo, redo

    def mend(self, step: MendView) -> None:
        """One step more."""
        self._change((*self._recipe, step))

    def take_last(self) -> None:
        """Without the last step."""
        self._without(len(self._recipe) - 1)

    def _without(self, number: int) -> None:
        self._change(self._recipe[:number] + self._recipe[number + 1 :])

    def _change(self, recipe: Recipe) -> None:
        if self._wanted is None:
            self.stack.push(_Change(self._recipe, recipe, self._ask))

    def _ask(self, recipe: Recipe) -> None:
        if self._silent:
            return
        self._wanted = recipe
        self._place = self.stack.index()
        self._ready()
        self._apply(recipe)

    def show_detail(self, detail: DatasetDetail) -> None:
        """Show the steps of this data set. What came from elsewhere cannot be undone here: the history begins anew."""
        same = detail.dataset.id == self._dataset
        if not same or (self._wanted is None and not _alike(detail.recipe, self._recipe)):
            self.stack.clear()
        if not same or self._wanted is None or _alike(detail.recipe, self._wanted):
            self._wanted = None
            self._recipe, self._dataset = detail.recipe, detail.dataset.id
            self._fill()

    def refused(self) -> None:
        """What was asked last could not be done: the history goes back to where it was before, without that step if it was new."""
        if self._wanted is None:
            return
        self._wanted = None
        self._silent = True
        forward = self.stack.index() > self._place
        if forward:
            self.stack.command(self.stack.index() - 1).setObsolete(True)
            self.stack.undo()
        else:
            self.stack.redo()
        self._silent = False
        self._ready()

    def _ready(self, _index: int = 0) -> None:
        free = self._wanted is None
        self.undo.setEnabled(free and self.stack.canUndo())
        self.redo.setEnabled(free and self.stack.canRedo())
        for line in self._shown:
            line.setEnabled(free)

    def _fill(self) -> None:
        clear(self._lines)
        self._shown = [self._line(number, step) for number, step in enumerate(self._recipe)]
        for line in self._shown:
            self._lines.addWidget(line)
        self.retranslate()
        self._ready()

    def _line(self, number: int, step: MendView) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        words = text.body()
        words.setText(f"{number + 1}. {step.text}")
        away = buttons.quiet()
        away.setText(self.tr("Take away"))
        away.setAccessibleName(self.tr("Take away: {step}").format(step=step.text))
        away.clicked.connect(lambda: self._without(number))
        row.addWidget(words, 1)
        row.addWidget(away, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def retranslate(self) -> None:
        """Every string; the steps' own come with the data set."""
        self.set_heading(self.tr("Mended here"))
        self.undo.setText(self.tr("Undo"))
        self.redo.setText(self.tr("Redo"))
        for button, words in ((self.undo, self.tr("Undo (Ctrl+Z)")), (self.redo, self.tr("Redo (Ctrl+Shift+Z)"))):
            button.setToolTip(words)
        if self._recipe:
            about = self.tr("These steps are kept and done again with the next export. The file itself is not changed.")
        else:
            about = self.tr(
                "Nothing yet. Mends are offered under “What stands out” and in each column’s menu. The file itself is not changed."
            )
        self._about.setText(about)


def _alike(one: Recipe, other: Recipe) -> bool:
    """The same steps, in whatever language."""
    return [(step.kind, step.column, dict(step.fields)) for step in one] == [(step.kind, step.column, dict(step.fields)) for step in other]
