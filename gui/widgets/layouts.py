# SPDX-License-Identifier: Apache-2.0
"""Layouts that Qt has not: side by side while it fits, one of several without the others' room; and emptying a layout."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QSizePolicy, QStyle, QVBoxLayout, QWidget


def clear(layout: QLayout) -> None:
    """Take everything out and delete its widgets; they vanish at once."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class OneOf(QWidget):
    """Shows one of several widgets, and asks for the room of that one only; a QStackedWidget asks for the largest."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self._current = widgets[0]
        self._widgets = widgets
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in widgets:
            layout.addWidget(widget)
        self.setCurrentWidget(self._current)

    def currentWidget(self) -> QWidget:
        """The one that is shown."""
        return self._current

    def setCurrentWidget(self, wanted: QWidget) -> None:
        """Show this one."""
        self._current = wanted
        for widget in self._widgets:
            widget.setVisible(widget is wanted)


class Beside(QWidget):
    """Widgets in a row; in a column where the row would be narrower than they need (large text, small window).

    ``stretch`` of each widget shares out the row's width (0: no more than it wants); ``least`` asks for that many letters each.
    It places its children itself: a layout inside would hide its height-for-width from the layout outside.
    """

    def __init__(self, *widgets: QWidget, stretch: tuple[int, ...] = (), spacing: int = 14, least: int = 0) -> None:
        super().__init__()
        self._widgets = widgets
        self._stretch = stretch or (1,) * len(widgets)
        self._spacing = spacing
        self._least = least
        for widget in widgets:
            widget.setParent(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def in_row(self) -> bool:
        """Whether the widgets stand side by side now."""
        return self.width() >= self._row_width()

    # ---------------------------------------------------------------- measuring

    def _shown(self) -> list[QWidget]:
        return [widget for widget in self._widgets if not widget.isHidden()]

    def _width(self, widget: QWidget) -> int:
        return max(_least_width(widget), self._least * self.fontMetrics().horizontalAdvance("n"))

    def _row_width(self) -> int:
        shown = self._shown()
        return sum(self._width(widget) for widget in shown) + self._spacing * max(0, len(shown) - 1)

    def _row_widths(self, width: int) -> list[int]:
        """What each widget gets of a row: those without stretch what they want, the others shares, none less than it needs."""
        shown = self._shown()
        least = [self._width(widget) for widget in shown]
        shares = [self._stretch[self._widgets.index(widget)] for widget in shown]
        room = width - self._spacing * max(0, len(shown) - 1) - sum(need for need, share in zip(least, shares, strict=True) if not share)
        given = list(least)
        open_ones = {at for at, share in enumerate(shares) if share}
        while open_ones:
            unit = room / sum(shares[at] for at in open_ones)
            tight = {at for at in open_ones if shares[at] * unit < least[at]}
            if not tight:
                for at in open_ones:
                    given[at] = int(shares[at] * unit)
                break
            room -= sum(least[at] for at in tight)
            open_ones -= tight
        return given

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        shown = self._shown()
        if not shown:
            return 0
        if width >= self._row_width():
            return max(_height(widget, given) for widget, given in zip(shown, self._row_widths(width), strict=True))
        return sum(_height(widget, width) for widget in shown) + self._spacing * (len(shown) - 1)

    def sizeHint(self) -> QSize:
        width = max(self._row_width(), sum(widget.sizeHint().width() for widget in self._shown()))
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        least = max((_least_width(widget) for widget in self._shown()), default=0)
        return QSize(least, self.heightForWidth(max(self.width(), least)))

    # ---------------------------------------------------------------- placing

    def _place(self) -> None:
        shown = self._shown()
        if not shown:
            return
        at = 0
        if self.in_row():
            for widget, width in zip(shown, self._row_widths(self.width()), strict=True):
                widget.setGeometry(self._mirrored(QRect(at, 0, width, self.height())))
                at += width + self._spacing
            return
        heights = [_height(widget, self.width()) for widget in shown]
        growing = [n for n, widget in enumerate(shown) if widget.sizePolicy().verticalPolicy() is QSizePolicy.Policy.Expanding]
        spare = max(0, self.height() - sum(heights) - self._spacing * (len(shown) - 1))
        for n in growing:
            heights[n] += spare // len(growing)
        for widget, height in zip(shown, heights, strict=True):
            widget.setGeometry(0, at, self.width(), height)
            at += height + self._spacing

    def _mirrored(self, place: QRect) -> QRect:
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._place()
        return super().event(event)


def _least_width(widget: QWidget) -> int:
    return max(widget.minimumSizeHint().width(), widget.minimumWidth())


def _height(widget: QWidget, width: int) -> int:
    layout = widget.layout()
    if layout is not None and layout.hasHeightForWidth():
        wanted = layout.totalHeightForWidth(width)
    elif widget.hasHeightForWidth():
        wanted = widget.heightForWidth(width)
    else:
        wanted = widget.sizeHint().height()
    return max(wanted, widget.minimumSizeHint().height() if layout is None else 0, widget.minimumHeight())
