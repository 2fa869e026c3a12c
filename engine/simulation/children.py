# SPDX-License-Identifier: Apache-2.0
"""Child processes of this program: the demo's coordinator and its pretend hospitals, kept alive and ended with us.

A child gets a pipe as its standard input and ends when that closes, so it outlives us by no means, not even by ``kill -9``.
A child that was killed is started again by the same command: everything that it needs to go on is on its disk.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

WATCH = "WARDROUND_ENDS_WITH_STDIN"
"""Set in a child's environment: it ends when its standard input does."""
GIVES_WAY = 10
"""The niceness of a child that gives way: a tenth of the time that a program of usual priority gets beside it."""
MOST_STARTS = 50
"""A child that dies more often than this is not started again: something is wrong that starting does not mend."""


def command() -> list[str]:
    """The ``wardround`` command of this very program: the frozen one beside us, or this Python's."""
    if getattr(sys, "frozen", False):
        suffix = ".exe" if sys.platform == "win32" else ""
        return [str(Path(sys.executable).with_name(f"wardround{suffix}"))]
    return [sys.executable, "-m", "engine.cli.main"]


def end_with_stdin() -> None:
    """In a child: starts a thread that ends this process, as SIGTERM would, when standard input closes; else does nothing."""
    if os.environ.pop(WATCH, "") != "1":
        return

    def watch() -> None:
        # not through sys.stdin: its lock, held here while waiting, would abort an interpreter that ends by itself
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent-watch", daemon=True).start()


@dataclass
class Child:
    """One child; its talk goes to a log file of its own."""

    name: str
    arguments: Sequence[str]
    log: Path
    gives_way: bool = False
    process: subprocess.Popen[bytes] | None = None
    starts: int = field(default=0)

    def start(self) -> None:
        """Starts it, or starts it again."""
        self._let_go()
        environment = {**os.environ, WATCH: "1", "PYTHONUNBUFFERED": "1"}
        if not getattr(sys, "frozen", False):
            # the same engine that runs here, whatever the child's working directory
            root = str(Path(__file__).resolve().parents[2])
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (root, environment.get("PYTHONPATH"))))
        flags = _flags(self.gives_way)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [*command(), *self.arguments], stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment, creationflags=flags
            )
        if self.gives_way and os.name == "posix":
            # before it has begun a second thread: each of them inherits the niceness of the one that starts it
            os.setpriority(os.PRIO_PROCESS, self.process.pid, max(GIVES_WAY, os.getpriority(os.PRIO_PROCESS, 0)))
        self.starts += 1

    def revive(self) -> int | None:
        """Starts it again if it was killed; its exit code if it ended by itself, None while it runs.

        A negative code says that a signal ended it: somebody killed it, and it goes on from its disk.
        """
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None and code < 0 and self.starts < MOST_STARTS:
            self.start()
            return None
        return code

    def end(self, seconds: float = 10.0) -> None:
        """Asks it to end, and insists after ``seconds``."""
        if self.process is None:
            return
        self._let_go()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _let_go(self) -> None:
        """Closes our end of its standard input: a child that lives ends by that."""
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    @property
    def last_words(self) -> str:
        """The last line of its log, to say why it ended."""
        try:
            lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1] if lines else ""


def _flags(gives_way: bool) -> int:
    """On Windows a console child would open a black window, and its priority is said at its start."""
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | (subprocess.BELOW_NORMAL_PRIORITY_CLASS if gives_way else 0)
    return 0
