# SPDX-License-Identifier: Apache-2.0
"""People at terminals: each command a process of its own, with a home and a passphrase file; the coordinator until Ctrl+C."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Terminal:
    """One person's terminal: a working folder, a home, a passphrase file."""

    def __init__(self, folder: Path, home: str) -> None:
        self.folder = folder
        self.home = home
        secret = folder / f"{home}.passphrase"
        secret.write_text(f"correct horse battery {home}\n", encoding="utf-8")
        secret.chmod(0o600)
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("WARDROUND_", "LC_", "LANG"))}
        self.environment = {
            **keep,
            "WARDROUND_HOME": str(folder / home),
            "WARDROUND_PASSPHRASE_FILE": str(secret),
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a command."""
        return subprocess.Popen(
            [sys.executable, "-m", "engine.cli.main", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def run(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """Runs a command to its end: what it said on stdout and on stderr."""
        process = self.start(*arguments)
        said, talked = process.communicate(timeout=120)
        assert process.returncode == code, f"{arguments}: {process.returncode}\n{said}\n{talked}"
        return said, talked

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Runs a command with --json: its answer."""
        return json.loads(self.run(*arguments, "--json", code=code)[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(lead: Terminal) -> Iterator[subprocess.Popen[str]]:
    """The coordinator in a terminal of its own, until Ctrl+C."""
    process = lead.start("coordinator", "serve")
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "Ctrl+C" in line:
            break
    assert any("listens on" in line for line in said), said
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=30)
    assert process.returncode == 0, rest
