# SPDX-License-Identifier: Apache-2.0
"""The installed programs: called as ``wardround-gui`` the window, by any other name the command.

One script for both, so that both programs are the same file on Linux and the package holds it once.
"""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path


def start() -> int:
    """Runs the program that was called; its exit code."""
    if Path(sys.argv[0]).stem == "wardround-gui":
        from gui.app import main as window

        return window()
    from engine.cli.main import main as command

    return command()


if __name__ == "__main__":
    multiprocessing.freeze_support()  # before anything else: a spawned worker starts here too
    sys.exit(start())
