# SPDX-License-Identifier: Apache-2.0
"""What this process does before a key comes into its memory."""

from __future__ import annotations

import sys


def no_core_dumps() -> None:
    """A crash must not write this process's memory, which holds keys, into a file (POSIX; Windows writes none by itself)."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
