# SPDX-License-Identifier: Apache-2.0
"""Keeps the machine from going to sleep while a round runs; each system in its own way, and nothing where there is no way."""

from __future__ import annotations

import ctypes
import shutil
import sys

from PySide6.QtCore import QObject, QProcess

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001  # SetThreadExecutionState, winbase.h


class Awake(QObject):
    """``hold(True)`` forbids sleep until ``hold(False)`` or the end of the program."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.held = False
        self._process: QProcess | None = None

    def hold(self, wanted: bool) -> None:
        """Forbid or allow sleep; calling again with the same value does nothing."""
        if wanted == self.held:
            return
        self.held = wanted
        if sys.platform == "win32":
            flags = _CONTINUOUS | (_SYSTEM_REQUIRED if wanted else 0)
            ctypes.windll.kernel32.SetThreadExecutionState(flags)
        elif wanted:
            self._start()
        else:
            self._stop()

    def _start(self) -> None:
        command = _command()
        if command is None:
            return
        process = QProcess(self)
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())
        process.start(command[0], command[1:])
        self._process = process

    def _stop(self) -> None:
        if self._process is not None:
            self._process.closeWriteChannel()  # the inhibited "cat" ends with its input, and the inhibitor with it
            if not self._process.waitForFinished(1000):
                self._process.kill()
                self._process.waitForFinished(1000)
            self._process.deleteLater()
            self._process = None


def _command() -> list[str] | None:
    """The program that holds the machine awake as long as its input is open; None where there is none.

    It ends by itself with this program, however this program ends, because its input is our pipe.
    """
    why = "A federated study's round is running"
    if sys.platform == "darwin":
        return ["caffeinate", "-i", "cat"]
    if inhibit := shutil.which("systemd-inhibit"):
        return [inhibit, "--what=idle:sleep", "--who=Wardround", f"--why={why}", "--mode=block", "cat"]
    return None
