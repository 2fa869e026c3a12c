# SPDX-License-Identifier: Apache-2.0
"""Says by its exit status whether a screen answers: an X server at $DISPLAY or a compositor at $WAYLAND_DISPLAY.

The variables alone prove nothing: a dead virtual screen leaves them set, and its socket behind.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator


def addresses(environment: dict[str, str]) -> Iterator[tuple[socket.AddressFamily, str | tuple[str, int]]]:
    """Where a screen may listen, by the X and Wayland conventions."""
    if wayland := environment.get("WAYLAND_DISPLAY"):
        yield socket.AF_UNIX, os.path.join(environment.get("XDG_RUNTIME_DIR", "/"), wayland)
    if found := re.fullmatch(r"(?:(unix)|([^/]*?)):(\d+)(?:\.\d+)?", environment.get("DISPLAY", "")):
        _, host, number = found.groups()
        if host:
            yield socket.AF_INET, (host, 6000 + int(number))
        else:
            yield socket.AF_UNIX, f"\0/tmp/.X11-unix/X{number}"
            yield socket.AF_UNIX, f"/tmp/.X11-unix/X{number}"  # noqa: S108 - the X convention


def answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    """Whether something accepts a connection there within two seconds."""
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(2)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(0 if any(answers(family, address) for family, address in addresses(dict(os.environ))) else 1)
