# SPDX-License-Identifier: Apache-2.0
"""One image of a data set: its shades with window and level, plane by plane, and beside it the same in words."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QSlider, QVBoxLayout, QWidget

from engine.session.array_views import PictureView
from gui import formats
from gui.theme.tokens import tokens_of
from gui.widgets import buttons, text

STEPS = 1000
"""Places of a slider from the smallest to the largest value."""


class Picture(QWidget):
    """Paints an image as large as there is room.

    Signals:
        dragged(right, down): the mouse was moved with the button held, as shares of the widget's size.
    """

    dragged = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._held: QPointF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.SizeAllCursor)

    def show_view(self, view: PictureView | None) -> None:
        """The shades of a view; None: nothing."""
        if view is None or view.missing:
            self._image = QImage()
        else:
            form = QImage.Format.Format_RGB888 if view.colour else QImage.Format.Format_Grayscale8
            wide = view.columns * (3 if view.colour else 1)
            self._image = QImage(view.pixels, view.columns, view.rows, wide, form).copy()  # the bytes are the view's
        self.update()

    def sizeHint(self) -> QSize:
        height = QFontMetrics(self.font()).height()
        return QSize(22 * height, 20 * height)

    def minimumSizeHint(self) -> QSize:
        height = QFontMetrics(self.font()).height()
        return QSize(10 * height, 9 * height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens_of(self.palette()).raised)
        if not self._image.isNull():
            scale = min(self.width() / self._image.width(), self.height() / self._image.height())
            wide, high = self._image.width() * scale, self._image.height() * scale
            room = QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)
            # Few large pixels keep their edges; many are shrunk smoothly.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 2)
            painter.drawImage(room, self._image)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._held = event.position()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._held = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            moved = event.position() - self._held
            self._held = event.position()
            self.dragged.emit(moved.x() / max(1, self.width()), moved.y() / max(1, self.height()))


class ImageView(QWidget):
    """A picture, sliders for level, width and plane, and words.

    Signals:
        wanted(): level, width or plane was changed; fetch the picture again with ``frame()`` and ``window_values()``.
    """

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: PictureView | None = None
        self._chosen: tuple[float, float] | None = None  # black and white, once a person chose
        self._frame: int | None = None
        self.picture = Picture()
        self.picture.dragged.connect(self._drag)
        self.level, self.width_, self.plane = (QSlider(Qt.Orientation.Horizontal) for _ in range(3))
        for slider in (self.level, self.width_):
            slider.setRange(0, STEPS)
            slider.setPageStep(STEPS // 20)
            slider.valueChanged.connect(self._window_moved)
        self.plane.valueChanged.connect(self._plane_moved)
        self._labels = [QLabel() for _ in range(3)]
        self.reset = buttons.quiet()
        self.reset.clicked.connect(self._reset)
        self.words = text.body()
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        grid = QGridLayout()
        for number, (label, slider) in enumerate(zip(self._labels, (self.level, self.width_, self.plane), strict=True)):
            label.setBuddy(slider)
            grid.addWidget(label, number, 0)
            grid.addWidget(slider, number, 1)
        column.addLayout(grid)
        column.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.picture, 3)
        row.addWidget(side, 2)
        self.retranslate()

    def start(self, keep_window: bool) -> None:
        """Another image comes: its middle plane, in its own window unless the last one is to be kept."""
        self._frame = None
        if not keep_window:
            self._chosen = None

    def frame(self) -> int | None:
        """The plane that a person chose."""
        return self._frame

    def window_values(self) -> tuple[float, float] | None:
        """The values that a person chose for black and white."""
        return self._chosen

    def show_view(self, view: PictureView | None) -> None:
        """Show it, with the sliders where it stands."""
        self._view = view
        self.picture.show_view(view)
        if view is not None and not view.missing:
            span = max(view.most - view.least, 1e-9)
            self._put(self.level, round(((view.low + view.high) / 2 - view.least) / span * STEPS))
            self._put(self.width_, round((view.high - view.low) / span * STEPS))
            self.plane.blockSignals(True)
            self.plane.setRange(1, view.frames)
            self.plane.setValue(view.frame + 1)
            self.plane.blockSignals(False)
        shown = view is not None and not view.missing
        grey = shown and view is not None and not view.colour
        for widget in (self._labels[0], self._labels[1], self.level, self.width_, self.reset):
            widget.setVisible(bool(grey))
        for widget in (self._labels[2], self.plane):
            widget.setVisible(bool(shown and view is not None and view.frames > 1))
        self.retranslate()

    def _put(self, slider: QSlider, value: int) -> None:
        slider.blockSignals(True)
        slider.setValue(min(STEPS, max(0, value)))
        slider.blockSignals(False)

    def _window_moved(self) -> None:
        if self._view is None or self._view.missing:
            return
        span = max(self._view.most - self._view.least, 1e-9)
        level = self._view.least + self.level.value() / STEPS * span
        self._choose(level, max(1, self.width_.value()) / STEPS * span)

    def _drag(self, right: float, down: float) -> None:
        """As radiologists know it: right widens, down brightens."""
        if self._view is None or self._view.missing or self._view.colour:
            return
        low, high = self._chosen or (self._view.low, self._view.high)
        span = max(self._view.most - self._view.least, 1e-9)
        self._choose((low + high) / 2 - down * span, max(span / STEPS, high - low + right * span))

    def _choose(self, level: float, width: float) -> None:
        self._chosen = (level - width / 2, level + width / 2)
        self.wanted.emit()

    def _plane_moved(self, plane: int) -> None:
        self._frame = plane - 1
        self.wanted.emit()

    def _reset(self) -> None:
        self._chosen = None
        self.wanted.emit()

    def retranslate(self) -> None:
        """Every string."""
        names = (self.tr("Level"), self.tr("Window width"), self.tr("Plane"))
        for label, slider, name in zip(self._labels, (self.level, self.width_, self.plane), names, strict=True):
            label.setText(name)
            slider.setAccessibleName(name)
        self.reset.setText(self.tr("As at first"))
        self.words.setText(self._said())
        self.picture.setAccessibleName(self.tr("Image"))
        self.picture.setAccessibleDescription(self.words.text())

    def _said(self) -> str:
        view = self._view
        if view is None:
            return ""
        if view.missing:
            return self.tr("Row {row} has no image.").format(row=formats.count(view.row + 1))
        size = self.tr("Row {row}: {rows} × {columns} pixels.")
        words = size.format(row=formats.count(view.row + 1), rows=view.rows, columns=view.columns)
        if view.frames > 1:
            words += " " + self.tr("Plane {plane} of {planes}.").format(plane=view.frame + 1, planes=view.frames)
        if not view.colour:
            shown = self.tr("Values from {least} to {most}; shown from {low} (black) to {high} (white).")
            numbers = {"least": view.least, "most": view.most, "low": view.low, "high": view.high}
            words += " " + shown.format(**{key: formats.significant(value) for key, value in numbers.items()})
        return words
