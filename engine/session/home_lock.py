# SPDX-License-Identifier: Apache-2.0
"""One program at a time on one home folder: an operating-system lock, gone with the process however it ends."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from engine.errors import WardroundError


class HomeLock:
    """Held from construction to ``release``."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(self._file, msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise WardroundError("E-SITE-06", path=path.parent.name) from error

    def release(self) -> None:
        """Lets another program in."""
        os.close(self._file)
