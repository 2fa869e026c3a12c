# SPDX-License-Identifier: Apache-2.0
"""The window's program: one process, Qt on the main thread, the engine's session beside it."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from engine.session.attempt import attempt
from engine.session.session import Session, default_home
from engine.text import system_language
from gui.crash import CrashReporter
from gui.desk import Desk
from gui.probe import IDLE, TRAINING, Lateness
from gui.quiet import Collector, take_turns
from gui.single import FirstInstance, hand_over
from gui.theme.icons import FOLDER


def main(argv: Sequence[str] | None = None) -> int:
    """Run the window until it is closed; the exit code."""
    arguments = _arguments(sys.argv[1:] if argv is None else argv)
    take_turns()
    application = QApplication([sys.argv[0]])
    application.setApplicationName("Wardround")
    application.setDesktopFileName("wardround")
    application.setWindowIcon(QIcon(str(FOLDER / "wardround.svg")))
    application.setQuitOnLastWindowClosed(False)
    home = Path(arguments.home) if arguments.home else default_home()
    if hand_over(str(home), arguments.invitation):
        return 0
    opened = attempt(lambda: Session.open(home), system_language())
    if opened.value is not None:
        return _run(application, opened.value, home, arguments)
    if opened.problem is not None:
        QMessageBox.critical(None, "Wardround", "\n\n".join((opened.problem.code, opened.problem.what, opened.problem.mend)))
    return 1


def _run(application: QApplication, session: Session, home: Path, arguments: argparse.Namespace) -> int:
    reporter = CrashReporter(application)
    reporter.install()
    first = FirstInstance(str(home), application)
    desk = Desk(application, session)
    first.called.connect(desk.called_again)
    desk.closed.connect(application.quit)
    probe = Lateness(lambda: TRAINING if desk.session.busy_training() else IDLE, application) if arguments.perf else None
    collector = Collector(application)
    wake = _let_signals_in(application, desk)
    desk.begin(arguments.invitation)
    if arguments.demo:
        desk.start_demo()
    code = application.exec()
    wake.stop()
    collector.stop()
    first.close()
    reporter.remove()
    if probe is not None:
        print(probe.report())  # noqa: T201 - this is what --perf asks for
    return code


def _let_signals_in(application: QApplication, desk: Desk) -> QTimer:
    """Ctrl+C and SIGTERM close the window in order; Python sees signals only between its own instructions, hence the timer."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: desk.close())
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(500)
    return timer


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("wardround gui", description="The window of Wardround.")
    parser.add_argument("invitation", nargs="?", default="", help="an invitation to open")
    parser.add_argument("--home", help="the folder of this site's data")
    parser.add_argument("--demo", action="store_true", help="start the demo at once")
    parser.add_argument("--perf", action="store_true", help="print how late the event loop was, idle and while training")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
