# SPDX-License-Identifier: Apache-2.0
"""The Training page on a real session, its charts and its strip of steps."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.session.events import TrainingChanged
from gui.desk import Desk
from gui.pages.training import TrainingPage
from gui.widgets.chart import MOST_POINTS, Axes, Chart, Line, marked, whole_ticks
from gui.widgets.phases import STEPS, Mark, PhaseStrip
from gui.widgets.statusbar import StatusBar
from tests.support.hospital import STUDY, manifest
from tests.support.lead import Lead
from tests.support.taking_part import clipped, silent, take_part, unnamed

WAIT = 60_000


def lead_of(folder: Path, rounds: int) -> Iterator[Lead]:
    made = Lead(folder, manifest(rounds=rounds))
    yield made
    made.close()


@pytest.fixture
def short(tmp_path: Path) -> Iterator[Lead]:
    """Three rounds."""
    yield from lead_of(tmp_path, 3)


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Lead]:
    """More rounds than a test waits for."""
    yield from lead_of(tmp_path, 500)


def show(desk: Desk) -> TrainingPage:
    desk.window.go("training")
    page = desk.window.pages["training"]
    assert isinstance(page, TrainingPage)
    return page


def test_what_a_running_study_shows_waits_for_no_store(open_desk: Desk, endless: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    take_part(open_desk.session, endless, tmp_path)
    page = show(open_desk)
    open_desk.session.start(STUDY)
    qtbot.waitUntil(lambda: page._view is not None and len(page._view.points) >= 2, timeout=WAIT)
    go_on = threading.Event()
    held = open_desk.session.opened().threads.writer.submit(go_on.wait, 60)
    try:
        view = open_desk.session.training(STUDY)
        page.on_event(TrainingChanged(STUDY))
    finally:
        go_on.set()
    assert held.result(60), "the store was waited for"
    assert view.points


WARM = """
import json, sys, threading
from pathlib import Path
from engine.session import Session

session = Session.open(Path(sys.argv[1]))
before = "torch" in sys.modules
where = []
session.warm(lambda: where.append(threading.current_thread().name)).result(100)
after = [name in sys.modules for name in ("torch", "torch.optim.adam", "engine.training", "engine.evaluation.predict")]
session.close()
print(json.dumps([before, after, where]))
"""


def test_what_training_needs_can_be_loaded_before_in_the_thread_that_trains(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", WARM, str(tmp_path)], capture_output=True, text=True, timeout=120, check=True)
    before, after, where = json.loads(ran.stdout.splitlines()[-1])
    assert (before, all(after)) == (False, True)
    assert [name.partition("_")[0] for name in where] == ["trainer"]


def test_without_a_study_the_page_leads_to_it(open_desk: Desk) -> None:
    page = show(open_desk)
    assert page.primary is None
    assert not page.progress.isVisible()
    page.empty.button.click()
    assert open_desk.window.current == "study"


def test_from_start_to_done(open_desk: Desk, short: Lead, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    take_part(open_desk.session, short, tmp_path)
    page = show(open_desk)
    assert page.main.text() == "Start training"
    assert page._round.text() == "0 of 3 rounds finished"
    assert not page.learning.isVisible()
    assert not page.stop.isVisible()
    waiting = replace(open_desk.session.training(STUDY), state="ready", phase="waiting")
    monkeypatch.setattr(page, "_at_work", lambda: True)
    page._view = waiting
    page._show()
    assert {page.strip.mark(step) for step in range(len(STEPS))} == {Mark.NEXT}, "nothing has been sent before the first round"
    monkeypatch.undo()
    page.main.click()
    qtbot.waitUntil(lambda: page.main.text() == "Pause training", timeout=WAIT)
    assert page.stop.isVisible()
    qtbot.waitUntil(lambda: page.main.text() == "See the results", timeout=WAIT)
    view = open_desk.session.training(STUDY)
    assert page._round.text() == "3 of 3 rounds finished"
    assert {page.strip.mark(step) for step in range(len(STEPS))} == {Mark.DONE}
    assert not page.stop.isVisible()
    assert [line.x for line in page.loss._lines] == [[1.0, 2.0, 3.0]] * 2
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_study(open_desk.session.home().studies[0], replace(view, last_heard=None))  # as after the next start
    assert bar.connection.text().endswith("Done")
    assert page.loss._lines[1].y == [point.validation_loss for point in view.points]
    assert page.accuracy._lines[0].y == [100 * (point.validation_accuracy or 0) for point in view.points]
    assert page.loss.accessibleDescription() == page._summary.text()
    assert "After round 3" in page._summary.text()
    page.table_toggle.click()
    assert [page.table.item(row, 0).text() for row in range(page.table.rowCount())] == ["3", "2", "1"]
    assert not unnamed(page)
    page.main.click()
    assert open_desk.window.current == "results"


def test_pause_resume_and_stop(open_desk: Desk, endless: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    take_part(open_desk.session, endless, tmp_path)
    page = show(open_desk)
    page.main.click()
    qtbot.waitUntil(page.learning.isVisible, timeout=WAIT)
    page.main.click()
    qtbot.waitUntil(lambda: page.main.text() == "Resume training", timeout=WAIT)
    assert page._state.text() == "Paused by you"
    assert "nothing is trained" in page.hint.words.text()
    assert not page.bar.isVisible()
    page.main.click()
    qtbot.waitUntil(lambda: page._state.text() in ("Training", "Sending", "Waiting for others"), timeout=WAIT)
    page.stop.click()
    qtbot.waitUntil(lambda: page.main.text() == "Start training", timeout=WAIT)
    assert not open_desk.session.busy_training()
    done = open_desk.session.training(STUDY).round
    page.main.click()
    qtbot.waitUntil(lambda: open_desk.session.training(STUDY).round > done, timeout=WAIT)


def test_a_lost_line_is_said_and_mends_itself(open_desk: Desk, endless: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    take_part(open_desk.session, endless, tmp_path)
    page = show(open_desk)
    page.main.click()
    qtbot.waitUntil(page.learning.isVisible, timeout=WAIT)
    endless.pause_port()
    qtbot.waitUntil(lambda: page._state.text() == "Paused by network", timeout=WAIT)
    assert page.problem_note.isVisible()
    assert "E-NET-" in page.problem_note.words.text()
    before = open_desk.session.training(STUDY).round
    endless.resume_port()
    qtbot.waitUntil(lambda: open_desk.session.training(STUDY).round > before, timeout=WAIT)
    qtbot.waitUntil(lambda: not page.problem_note.isVisible(), timeout=WAIT)


def test_every_word_changes_with_the_language_and_none_is_cut(open_desk: Desk, short: Lead, qtbot: QtBot, tmp_path: Path) -> None:
    take_part(open_desk.session, short, tmp_path)
    page = show(open_desk)
    page.main.click()
    qtbot.waitUntil(lambda: page.main.text() == "See the results", timeout=WAIT)
    open_desk.window.resize(1024, 640)
    words = (page._round, page._state, page._summary, page.main, page.table_toggle, page.learning.heading)
    english = [each.text() for each in words]
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    open_desk.choose_language("zh")
    qtbot.waitUntil(lambda: "已完成" in page._round.text(), timeout=WAIT)
    assert not set(english) & {each.text() for each in words}
    assert "获取模型" in page.strip.accessibleDescription()
    assert page.loss._axes.x_title == "轮次"
    qtbot.waitUntil(lambda: not clipped(page), timeout=WAIT)
    assert not silent(page)
    assert not unnamed(page)


def test_the_strip_says_every_step_and_its_state(qtbot: QtBot, qapp: QApplication) -> None:
    strip = PhaseStrip()
    qtbot.addWidget(strip)
    strip.set_phase("protecting")
    assert [strip.mark(n) for n in range(5)] == [Mark.DONE, Mark.DONE, Mark.NOW, Mark.NEXT, Mark.NEXT]
    assert strip.accessibleDescription() == (
        "Getting model: done; Training here: done; Protecting: now; Sending: still to come; Waiting for others: still to come"
    )
    strip.set_phase("evaluating", paused=True)
    assert [strip.mark(n) for n in range(5)] == [Mark.DONE, Mark.PAUSED, Mark.NEXT, Mark.NEXT, Mark.NEXT]
    strip.set_phase("")
    assert {strip.mark(n) for n in range(5)} == {Mark.NEXT}
    strip.resize(strip.sizeHint())
    strip.show()
    assert strip.in_row()
    strip.resize(strip.minimumSizeHint().width(), 100)
    assert not strip.in_row()
    assert strip.heightForWidth(strip.width()) >= 5 * QFontMetricsF(strip.font()).height()
    strip.grab()


def test_numbers_on_the_axes_are_those_of_the_lines(qtbot: QtBot) -> None:
    chart = Chart()
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.set_lines((Line("a", [1, 2, 3], [0.02, 0.2, float("nan")]),), Axes("Round", "Error", whole=True))
    chart.show()
    left = chart._plot.getAxis("left")
    assert left.autoSIPrefixScale == 1.0
    low, high = left.range
    assert low <= 0.02
    assert high >= 0.2
    assert high < 1
    assert chart._plot.getAxis("bottom")._tickLevels == [[(1, "1"), (2, "2"), (3, "3")]]
    items = list(chart._items)
    for last in (0.3, 2.5, 0.1):
        chart.set_lines((Line("a", [1, 2, 3], [0.02, 0.2, last]),), Axes("Round", "Error", whole=True))
        assert chart._items == items, "the same lines move, and are not made anew"
        curve, marks = items[0]
        assert list(curve.getData()[1]) == [0.02, 0.2, last]
        assert list(marks.getData()[1]) == [last, 0.2, 0.02]
        assert left.range[0] <= 0.02 < max(0.2, last) <= left.range[1]
    chart.set_lines((Line("a", [1, 2, 3], [0.02, 0.2, 0.3], 1), Line("b", [1], [1])), Axes("Round", "Error", whole=True))
    assert len(chart._items) == 2
    assert chart._items[0] != items[0]


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 20))
def test_whole_ticks_are_few_even_and_inside(low: int, width: int, most: int) -> None:
    ticks = whole_ticks(low, low + width, most)
    assert len(ticks) <= most + 1
    assert all(low <= tick <= low + width for tick in ticks)
    assert len({after - before for before, after in itertools.pairwise(ticks)}) <= 1


LAZY = """
import json, sys
from PySide6.QtWidgets import QApplication
from gui.widgets.chart import Axes, Chart, Line

application = QApplication([])
chart = Chart()
chart.set_lines((Line("a", [1, 2], [3, 4]),), Axes("x", "y"))
before = "pyqtgraph" in sys.modules
chart.show()
print(json.dumps([before, "pyqtgraph" in sys.modules]))
"""


def test_the_plotting_library_is_loaded_when_a_chart_is_first_seen() -> None:
    ran = subprocess.run([sys.executable, "-c", LAZY], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(ran.stdout.splitlines()[-1]) == [False, True]


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=500))
def test_a_long_line_keeps_a_readable_number_of_marks_and_its_last_point(values: list[float]) -> None:
    line = Line("loss", [float(number) for number in range(len(values))], values)
    known = [(x, y) for x, y in zip(line.x, line.y, strict=True) if y == y]
    x, y = marked(line)
    assert len(x) == len(y) <= MOST_POINTS
    assert set(zip(x, y, strict=True)) <= set(known)
    assert len(x) >= min(len(known), MOST_POINTS // 2)
    if known:
        assert (x[0], y[0]) == known[-1]
