# SPDX-License-Identifier: Apache-2.0
"""The installed command."""

from __future__ import annotations

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()  # before anything else: a spawned worker starts here too
    from engine.cli.main import main

    sys.exit(main())
