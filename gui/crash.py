# SPDX-License-Identifier: Apache-2.0
"""What nobody caught: one dialog in plain words, the technical part only on request; the program goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox

CODE = "E-BUG-01"


class CrashReporter(QObject):
    """Takes ``sys.excepthook`` and ``threading.excepthook``; shows the first of several, prints all to stderr."""

    _raised = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open: QMessageBox | None = None
        self._raised.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over both hooks."""
        sys.excepthook = self._main_thread
        threading.excepthook = self._other_thread

    def remove(self) -> None:
        """Give the hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _main_thread(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        if not issubclass(kind, KeyboardInterrupt):
            self._raised.emit(_where(kind, trace))

    def _other_thread(self, args: threading.ExceptHookArgs) -> None:
        threading.__excepthook__(args)
        self._raised.emit(_where(args.exc_type, args.exc_traceback))

    def _show(self, details: str) -> None:
        if self._open is not None:
            return
        translate = QCoreApplication.translate
        box = QMessageBox(QMessageBox.Icon.Warning, "Wardround", translate("Crash", "Something went wrong inside the program."))
        box.setInformativeText(
            translate(
                "Crash",
                "{code}. Nothing was lost: what you imported and approved is stored. If it happens again, close and reopen "
                "Wardround, and send the details to the makers of the program.",
            ).format(code=CODE)
        )
        box.setDetailedText(details)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.finished.connect(self._closed)
        self._open = box
        box.open()

    def _closed(self) -> None:
        self._open = None


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Type and places, without the message: an exception's text may hold a record's value."""
    frames = traceback.extract_tb(trace)
    return "\n".join([kind.__name__, *(f"{frame.name} in {frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames)])
