# SPDX-License-Identifier: Apache-2.0
"""A person walks through the whole window with the mouse, on the real session: nothing is patched, everything goes over mutual TLS."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from engine.session import Session
from engine.values import Phase
from gui.desk import Desk
from gui.dialogs.invitation import InvitationDialog
from tests.gui.test_accessibility import at_rest, flaws
from tests.support import hospital
from tests.support.terminals import Terminal, free_port, serving

PATIENCE = 180_000  # milliseconds for the slowest machine; a quick one takes seconds


def press(widget: QWidget | None, qtbot: QtBot) -> None:
    """One click, where a person could make it."""
    assert widget is not None
    qtbot.waitUntil(lambda: widget.isVisible() and widget.isEnabled(), timeout=PATIENCE)
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def main_button(desk: Desk, qtbot: QtBot) -> None:
    """Presses the page's one main button as soon as it can be pressed."""
    page = desk.window.pages[desk.window.current]
    qtbot.waitUntil(lambda: page.primary is not None and page.primary.isEnabled(), timeout=PATIENCE)
    press(page.primary, qtbot)


def read_in_both_languages(desk: Desk, qtbot: QtBot, name: str) -> None:
    """The page stands, has no empty or unnamed widget, and says something else in the other language."""
    qtbot.waitUntil(lambda: desk.window.current == name, timeout=PATIENCE)
    titles = {}
    for language in ("zh", "en"):
        desk.choose_language(language)
        at_rest(desk.window, qtbot)
        assert flaws(desk.window) == {}, (name, language)
        titles[language] = desk.window.pages[name].title()
    assert titles["en"] != titles["zh"]


def to_the_end(desk: Desk, qtbot: QtBot, study: str) -> None:
    """Training until the last round is published, then the results, and what left."""
    qtbot.waitUntil(lambda: desk.session.training(study).state == "done", timeout=PATIENCE)
    shown = desk.session.training(study)
    assert shown.round == shown.rounds == len(shown.points)
    assert all(point.validation_loss is not None for point in shown.points)
    read_in_both_languages(desk, qtbot, "training")
    main_button(desk, qtbot)
    read_in_both_languages(desk, qtbot, "results")
    results = desk.session.results(study).result(60)
    assert results.final
    assert results.federation is not None
    assert results.federation.rows > 0
    assert {line.name for line in results.comparison} >= {"federated", "personalised"}
    desk.window.go("outbound")
    read_in_both_languages(desk, qtbot, "outbound")
    ledger = desk.session.outbound(count=1000).result(60)
    updates = [row for row in ledger.rows if row.round is not None and row.receipt == "ok" and row.bytes > 0]
    assert len(updates) >= 2 * shown.rounds


@pytest.mark.timeout(600)
def test_the_demo_from_the_first_click_to_the_results(desk: Desk, qtbot: QtBot) -> None:
    read_in_both_languages(desk, qtbot, "welcome")
    press(desk.window.pages["welcome"].demo, qtbot)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: desk.session.demo, timeout=PATIENCE)
    read_in_both_languages(desk, qtbot, "data")
    main_button(desk, qtbot)
    read_in_both_languages(desk, qtbot, "study")
    main_button(desk, qtbot)
    qtbot.waitUntil(lambda: desk.window.current == "training", timeout=PATIENCE)
    main_button(desk, qtbot)
    to_the_end(desk, qtbot, "breast-cancer-demo")


@contextmanager
def another_hospital(folder: Path, invitation: Path) -> Iterator[Callable[[], None]]:
    """A second site with a session of its own; the callable joins and takes part in the background."""
    session = Session.open(folder / "other")
    session.create(hospital.PASSPHRASE).result(60)
    session.import_data(hospital.write_records(folder / "other.csv", 7), "records").result(60)
    session.enrol(invitation).result(60)

    def take_part() -> None:
        hospital.join(session)
        session.start(hospital.STUDY)

    thread = threading.Thread(target=take_part)
    try:
        yield thread.start
        thread.join(60)
        session.wait(hospital.STUDY, 120)
    finally:
        session.close()


@pytest.mark.timeout(600)
def test_an_invitation_made_by_the_command_line(open_desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    lead = Terminal(tmp_path, "lead")
    (tmp_path / "study.toml").write_text(hospital.manifest(rounds=3, min_sites=2), encoding="utf-8")
    lead.run("coordinator", "init", "--name", "Lead Hospital", "--host", "127.0.0.1", "--listen", f"127.0.0.1:{free_port()}")
    lead.run("coordinator", "study", "add", "study.toml")
    lead.run("coordinator", "invite", "north", "other")
    desk, records = open_desk, hospital.write_records(tmp_path / "records.csv", 3)
    with serving(lead), another_hospital(tmp_path, tmp_path / "other.wardround-invite") as go:
        desk.open_invitation()
        qtbot.waitUntil(lambda: isinstance(desk._dialog, InvitationDialog), timeout=PATIENCE)
        dialog = desk._dialog
        assert isinstance(dialog, InvitationDialog)
        dialog.paste.setPlainText("Hello, this is our invitation.")
        qtbot.waitUntil(lambda: "The pasted text is not an invitation" in dialog._banner._what.text(), timeout=PATIENCE)
        dialog.paste.setPlainText((tmp_path / "north.wardround-invite").read_text(encoding="utf-8"))
        press(dialog.connect_button, qtbot)
        qtbot.waitUntil(lambda: desk.window.current == "data", timeout=PATIENCE)
        desk.session.import_data(records, "records").result(60)
        qtbot.waitUntil(lambda: bool(desk.session.datasets()), timeout=PATIENCE)
        for site in ("north", "other"):
            lead.run("coordinator", "sites", "approve", site, "--yes-i-compared")
        lead.run("coordinator", "study", "publish")
        lead.run("coordinator", "start")
        go()
        read_in_both_languages(desk, qtbot, "data")
        main_button(desk, qtbot)
        read_in_both_languages(desk, qtbot, "study")
        main_button(desk, qtbot)
        qtbot.waitUntil(lambda: desk.window.current == "training", timeout=PATIENCE)
        main_button(desk, qtbot)
        to_the_end(desk, qtbot, hospital.STUDY)
    opened = desk.session.opened().write(
        lambda database: database.execute("SELECT COUNT(*) FROM round_record WHERE phase = ?", (Phase.TEST,))
    )
    assert opened == [(1,)]
