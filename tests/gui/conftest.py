# SPDX-License-Identifier: Apache-2.0
"""A real session in a home of its own under a real window; a Qt warning fails the test, and so does a timer left running."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.session.session import Session
from gui.desk import Desk
from tests.support.hospital import STUDY, manifest
from tests.support.lead import Lead
from tests.support.taking_part import take_part

PASSPHRASE = "four unrelated words here"
HARMLESS = r"This plugin (does not support|supports grabbing)"  # the offscreen screen has no window manager


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore(HARMLESS, extend=True))


@pytest.fixture(autouse=True)
def _garbage_is_collected_on_the_main_thread() -> Iterator[None]:
    """As the program does (gui/quiet.py): a widget that Python frees on an engine thread can stop or end this process."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A CSV file of 3000 visits with one soft finding."""
    lines = ["record_no,age,systolic [mmHg],smoking,preterm"]
    for row in range(3000):
        systolic = "" if row % 10 == 3 else 95 + row * 7 % 60
        lines.append(f"A{row:05d},{18 + row % 30},{systolic},{('never', 'former', 'current')[row % 3]},{'yes' if row % 5 == 0 else 'no'}")
    path = tmp_path / "visits.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def make_desk(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Makes desks over homes below the test's folder, and ends them."""
    made: list[Desk] = []

    def make(home: str = "home") -> Desk:
        desk = Desk(qapp, Session.open(tmp_path / home))
        made.append(desk)
        desk.choose_language("en")
        return desk

    yield make
    for desk in made:
        desk.close()
        desk.window.deleteLater()
        desk.deleteLater()
    made.clear()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    left = [each for each in gc.get_objects() if issubclass(type(each), QTimer) and shiboken6.isValid(each) and each.isActive()]
    assert not left, f"timers left running: {[each.parent() for each in left]}"


@pytest.fixture
def desk(make_desk: Callable[..., Desk], qtbot: QtBot) -> Desk:
    """A window on an empty home, at its first page."""
    made = make_desk()
    with qtbot.waitExposed(made.window):
        made.begin()
    return made


@pytest.fixture
def open_desk(make_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path) -> Desk:
    """A window on a home whose vault is open and empty."""
    session = Session.open(tmp_path / "home")
    session.create(PASSPHRASE).result(60)
    session.close()
    made = make_desk()
    with qtbot.waitExposed(made.window):
        made.begin()
    unlock(made, qtbot)
    return made


@pytest.fixture
def desk_with_data(open_desk: Desk, table: Path, qtbot: QtBot) -> Desk:
    """The same with one imported data set."""
    open_desk.session.import_data(table, "visits").result(60)
    open_desk.window.refresh()
    return open_desk


def unlock(desk: Desk, qtbot: QtBot, passphrase: str = PASSPHRASE) -> None:
    """Types the passphrase into the lock page and waits for the home page."""
    page = desk.window.pages["lock"]
    page.passphrase.setText(passphrase)  # type: ignore[attr-defined]
    page.unlock.click()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: desk.window.current == "home", timeout=30_000)


@pytest.fixture
def desk_in_study(open_desk: Desk, tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    """A window on a home that has joined a real study over mutual TLS and trains in it until its end."""
    lead = Lead(tmp_path, manifest(rounds=2))
    take_part(open_desk.session, lead, tmp_path)
    open_desk.session.start(STUDY)
    qtbot.waitUntil(lambda: open_desk.session.training(STUDY).state == "done", timeout=120_000)
    open_desk.window.refresh()
    yield open_desk
    lead.close()
