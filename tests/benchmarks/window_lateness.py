# SPDX-License-Identifier: Apache-2.0
"""How late the window's event loop is, from idle to the end of a training: the demo on this machine, clicked through by itself.

    .venv/bin/python tests/benchmarks/window_lateness.py [--competing] [--rounds 20] [--seconds 8] [--stacks 50] [--json]

Five programs of the demo share the cores with the window, as they never do at a hospital. So the coordinator and the other
sites give way to it, as always in the window's demo; ``--competing`` takes that from them. Prints p50, p99 and
max of the lateness of a 10 ms timer for each part of the walk and the ratio of each p99 to that of the idle window of the
same run: ``idle`` is the first page with nothing going on, ``waiting`` the Training page before Start, ``training`` from
Start to the last round. ``--stacks MS`` says where the threads stood while a beat was later than that.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from engine.session.session import Session
from engine.simulation import children
from gui.desk import Desk
from gui.probe import Lateness
from gui.quiet import Collector, take_turns

STUDY = "breast-cancer-demo"
LOOK_MS = 50
PATIENCE_SECONDS = 300


class Stacks:
    """Samples where every thread stands and keeps what was seen while the window was late."""

    def __init__(self, least_ms: float) -> None:
        self._least = least_ms / 1000
        self._main = threading.main_thread().ident
        self._beat = time.perf_counter()
        self._seen: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def beat(self) -> None:
        """The window is on time again: says what was seen if it was late."""
        now = time.perf_counter()
        if now - self._beat > self._least:
            print(f"--- {(now - self._beat) * 1000:.0f} ms, {len(self._seen)} samples\n" + "\n".join(self._seen[:3]), file=sys.stderr)
        self._beat, self._seen = now, []

    def _watch(self) -> None:
        while not self._ended.wait(0.005):
            if time.perf_counter() - self._beat > self._least / 3:
                names = {thread.ident: thread.name for thread in threading.enumerate()}
                seen = []
                for ident, frame in sys._current_frames().items():
                    if ident == threading.get_ident():
                        continue
                    last = traceback.extract_stack(frame)[-7:]
                    where = " < ".join(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in reversed(last))
                    if "threading.py" not in where.split(" < ")[0] and "_worker" not in where.split(" < ")[0]:
                        seen.append(f"  {names.get(ident, ident)}: {where}")
                self._seen.append("\n".join(seen))

    def close(self) -> None:
        """No more samples."""
        self._ended.set()
        self._thread.join()


class Walk:
    """The clicks of a person, and the part of the walk that goes on."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.part = "starting"

    def until(self, ready: Callable[[], bool]) -> None:
        """Lets the window live until something is so."""
        ends = time.monotonic() + PATIENCE_SECONDS
        loop, look = QEventLoop(), QTimer()

        def see() -> None:
            if ready():
                loop.quit()
            elif time.monotonic() > ends:
                loop.exit(1)

        look.timeout.connect(see)
        look.start(LOOK_MS)
        late = loop.exec()
        look.stop()
        look.timeout.disconnect(see)  # what Python frees later, maybe on another thread, must hold no timer that runs
        if late:
            raise TimeoutError(self.part)

    def rest(self, seconds: float) -> None:
        """Lets the window live for a while."""
        ends = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > ends)

    def main_button(self, page: str, then: str) -> None:
        """Presses the page's main button once it can be pressed."""
        self.until(lambda: self.desk.window.current == page and self._button() is not None)
        button = self._button()
        if button is not None:
            button.click()
        self.until(lambda: self.desk.window.current == then)

    def _button(self) -> QPushButton | None:
        button = self.desk.window.pages[self.desk.window.current].primary
        return button if button is not None and button.isEnabled() else None

    def go(self, seconds: float) -> None:
        """From the first page to the end of the training."""
        desk = self.desk
        self.rest(3)
        self.part = "idle"
        self.rest(seconds)
        self.part = "demo starts"
        desk.start_demo()
        self.until(lambda: desk.session.demo)
        self.part = "pages"
        self.main_button("data", "study")
        self.rest(2)
        self.main_button("study", "training")
        self.rest(3)
        self.part = "waiting"
        self.rest(seconds)
        self.part = "training"
        self.main_button("training", "training")
        self.until(lambda: desk.session.training(STUDY).state == "done")
        self.part = "done"
        self.rest(2)


def measure(seconds: float, stacks: float) -> dict[str, dict[str, float]]:
    """The figures of one walk, by part."""
    take_turns()
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(application, Session.open(Path(folder) / "home"))
        walk = Walk(desk)
        watch = Stacks(stacks) if stacks else None
        occupation = (lambda: (watch.beat(), walk.part)[1]) if watch is not None else (lambda: walk.part)
        probe = Lateness(occupation)
        collector = Collector(application)
        desk.begin()
        try:
            walk.go(seconds)
        finally:
            probe.stop()
            collector.stop()
            if watch is not None:
                watch.close()
            desk.close()
    return probe.figures()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--competing", action="store_true", help="give the other programs the window's own priority")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long the window rests, idle and waiting")
    parser.add_argument("--stacks", type=float, default=0.0, metavar="MS", help="say where the threads stood in a beat later than this")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    if arguments.competing:
        children.GIVES_WAY = 0
    figures = measure(arguments.seconds, arguments.stacks)
    if arguments.json:
        print(json.dumps({"competing": arguments.competing, "parts": figures}))
        return
    idle = figures["idle"]["p99"]
    for part, each in figures.items():
        print(
            f"{part:12s} beats {each['beats']:5.0f}  p50 {each['p50']:5.1f} ms  p99 {each['p99']:6.1f} ms  max {each['max']:6.1f} ms"
            f"  p99 × idle {each['p99'] / idle:5.1f}"
        )


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
