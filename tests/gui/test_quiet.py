# SPDX-License-Identifier: Apache-2.0
"""What keeps the event loop on time: no thread frees a widget, nothing heavy is loaded by an import, no input is missed."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from gui import quiet
from gui.idle import IdleLock
from gui.probe import Lateness


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[quiet.Collector]:
    made = quiet.Collector(qapp)
    yield made
    made.stop()
    made.deleteLater()


class Knot:
    """Something that only the collector can free."""

    def __init__(self, freed: list[threading.Thread]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed.append(threading.current_thread()))


def test_circles_are_freed_on_the_main_thread_whoever_allocates(collector: quiet.Collector) -> None:
    freed: list[threading.Thread] = []
    for _ in range(10):
        Knot(freed)

    def allocate() -> None:
        kept = [[] for _ in range(20_000)]  # what would make Python collect by itself
        del kept

    worker = threading.Thread(target=allocate)
    worker.start()
    worker.join()
    assert not freed
    for _ in range(1000):
        Knot(freed)
    collector.collect()
    assert len(freed) == 1010
    assert set(freed) == {threading.main_thread()}


def test_what_a_library_leaves_is_not_looked_through_again(collector: quiet.Collector) -> None:
    kept = [[] for _ in range(quiet.LIBRARY + 1000)]
    before = gc.get_freeze_count()
    collector.collect()
    assert gc.get_freeze_count() >= before + len(kept)
    collector.stop()
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()


SPARED = """
import json, linecache, sys
from PySide6.QtWidgets import QApplication
from gui import quiet

quiet.take_turns()
def read():
    # Files whose text was read; what libraries generate and enter themselves has no file.
    return sum(not name.startswith("<") for name in linecache.cache)


before = read()
import xml.dom.minidom, http.server, decimal
import gui.pages.home
print(json.dumps([read() - before, sys.getswitchinterval()]))
"""


def test_an_import_does_not_read_the_source_of_what_it_imports() -> None:
    ran = subprocess.run([sys.executable, "-c", SPARED], capture_output=True, text=True, timeout=120, check=True)
    read, interval = json.loads(ran.stdout.splitlines()[-1])
    assert read <= 1, "PySide reads the source of every module again"
    assert interval == pytest.approx(quiet.SWITCH_INTERVAL)


def test_the_idle_clock_sees_keys_mouse_and_input_methods(qtbot: QtBot, qapp: QApplication) -> None:
    idle = IdleLock(qapp, lambda: False)
    field = QLineEdit()
    qtbot.addWidget(field)
    with qtbot.waitExposed(field):
        field.show()
        field.activateWindow()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus, timeout=5_000)
    window = field.windowHandle()

    def touched(by: object) -> bool:
        """Whether an hour's clock that has run for a while begins anew."""
        idle.set_minutes(60)
        qtbot.waitUntil(lambda: idle._timer.interval() - idle._timer.remainingTime() > 1100, timeout=10_000)
        by()  # type: ignore[operator]
        return idle._timer.interval() - idle._timer.remainingTime() < 1000

    assert touched(lambda: qtbot.keyClick(window, Qt.Key.Key_A))
    assert touched(lambda: qtbot.mouseClick(window, Qt.MouseButton.LeftButton))
    words = QInputMethodEvent()
    words.setCommitString("早产")
    assert touched(lambda: QApplication.sendEvent(field, words))
    assert not touched(lambda: field.setText("by program"))
    idle.set_minutes(0)


def test_lateness_is_kept_apart_for_what_goes_on(qtbot: QtBot) -> None:
    going_on = ["idle"]
    probe = Lateness(lambda: going_on[0])
    qtbot.waitUntil(lambda: len(probe.heaps.get("idle", ())) >= 5, timeout=5_000)
    going_on[0] = "training"
    qtbot.waitUntil(lambda: len(probe.heaps.get("training", ())) >= 5, timeout=5_000)
    probe.stop()
    probe.heaps = {"idle": [1.0] * 100, "training": [2.0] * 99 + [50.0]}
    figures = probe.figures()
    assert (figures["idle"]["p99"], figures["training"]["max"]) == (1.0, 50.0)
    assert "training / idle" in probe.report()
