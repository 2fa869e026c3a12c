# SPDX-License-Identifier: Apache-2.0
"""The window's frame: first page, vault, moving about, locking, problems, closing, second start, what is loaded at the start."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox
from pytestqt.qtbot import QtBot

from engine.errors import WardroundError
from engine.session.events import Event, JobChanged, OutboundChanged, TrainingChanged
from engine.session.jobs import Job as EngineJob
from engine.session.jobs import Threads, run_job
from engine.session.session import Session
from engine.session.views import KeyHome, Lock
from gui.awake import Awake
from gui.bridge import Bridge
from gui.crash import CrashReporter
from gui.desk import Desk
from gui.dialogs.keys import PassphraseDialog, SheetDialog
from gui.dialogs.recover import RecoverDialog
from gui.dialogs.vault import VaultDialog
from gui.pages.settings import SettingsPage
from gui.pages.welcome import WelcomePage
from gui.single import FirstInstance, hand_over
from gui.theme.scheme import ZOOMS
from gui.widgets.rail import PAGES
from tests.gui.conftest import PASSPHRASE, unlock
from tests.support.hospital import STUDY, manifest
from tests.support.lead import Lead
from tests.support.taking_part import clipped, take_part


class Source:
    """Publishes what a test says, on the thread that says it."""

    def __init__(self) -> None:
        self.subscribers: list[Callable[[Event], None]] = []

    def subscribe(self, fn: Callable[[Event], None]) -> Callable[[], None]:
        self.subscribers.append(fn)
        return lambda: self.subscribers.remove(fn)

    def say_from_a_thread(self, *events: Event) -> None:
        def say() -> None:
            for event in events:
                for subscriber in tuple(self.subscribers):
                    subscriber(event)

        thread = threading.Thread(target=say)
        thread.start()
        thread.join()


def test_the_first_page_offers_three_ways_and_has_made_nothing(desk: Desk, tmp_path: Path) -> None:
    page = desk.window.page("welcome")
    assert isinstance(page, WelcomePage)
    assert desk.window.current == "welcome"
    assert [card.title() for card in page.cards] == ["Try the demo study", "I have an invitation", "Open my data first"]
    assert desk.session.home().lock is Lock.NEW
    assert not list((tmp_path / "home").glob("*.db"))


def test_opening_data_makes_the_vault_with_a_passphrase_and_shows_the_recovery_sheet_once(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    desk.window.page("welcome").data.click()  # type: ignore[attr-defined]
    dialog = desk._dialog
    assert isinstance(dialog, VaultDialog)
    qtbot.waitUntil(lambda: dialog.passphrase.isVisible(), timeout=10_000)
    dialog.passphrase.setText("short")
    dialog.again.setText("short")
    assert not dialog.create_button.isEnabled()
    dialog.passphrase.setText(PASSPHRASE)
    dialog.again.setText(PASSPHRASE + "x")
    assert not dialog.create_button.isEnabled()
    dialog.again.setText(PASSPHRASE)
    dialog.create_button.click()
    qtbot.waitUntil(lambda: dialog.sheet.kept.isVisible(), timeout=60_000)
    assert not dialog.sheet.proceed.isEnabled()
    assert not clipped(dialog)
    dialog.sheet.save(tmp_path / "sheet.txt")
    sheet = (tmp_path / "sheet.txt").read_text(encoding="utf-8").split()
    assert "24" in sheet
    assert (tmp_path / "sheet.txt").stat().st_mode & 0o077 == 0
    assert not dialog.passphrase.text()
    dialog.sheet.kept.click()
    dialog.sheet.proceed.click()
    assert desk.window.current == "data"
    assert desk.session.home().lock is Lock.OPEN
    assert desk.session.home().key_home is KeyHome.PASSPHRASE


def test_cancelling_the_vault_makes_nothing(desk: Desk, qtbot: QtBot) -> None:
    desk.with_vault(lambda: pytest.fail("must not go on"))
    dialog = desk._dialog
    assert isinstance(dialog, VaultDialog)
    qtbot.waitUntil(lambda: dialog.passphrase.isVisible(), timeout=10_000)
    dialog.reject()
    assert desk.session.home().lock is Lock.NEW


@pytest.mark.parametrize(("number", "name"), list(enumerate(PAGES, start=1)))
def test_ctrl_and_a_number_goes_to_the_page(desk_with_data: Desk, qtbot: QtBot, number: int, name: str) -> None:
    window = desk_with_data.window
    window.go("outbound" if name != "outbound" else "home")
    qtbot.keyClick(window, Qt.Key(Qt.Key.Key_0 + number), Qt.KeyboardModifier.ControlModifier)
    assert window.current == name
    assert window.header.title.text() == window.pages[name].title() != ""
    assert window.rail.buttons[name].isChecked()
    primaries = [b for b in (window.header.primary,) if b is not None and b.isVisible()]
    assert len(primaries) == (window.pages[name].primary is not None)


def test_f6_walks_rail_content_status(desk_with_data: Desk, qtbot: QtBot) -> None:
    window = desk_with_data.window
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.rail.buttons["home"].setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        focus = window.focusWidget()
        assert focus is not None
        seen.append("status" if window.status.isAncestorOf(focus) else "rail" if window.rail.isAncestorOf(focus) else "page")
    assert seen == ["page", "status", "rail"]


def test_zoom_keys_walk_the_sizes_and_are_kept(open_desk: Desk, qtbot: QtBot, qapp: QApplication) -> None:
    before = qapp.font().pointSizeF()
    qtbot.keyClick(open_desk.window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert qapp.font().pointSizeF() > before
    for _ in ZOOMS:
        qtbot.keyClick(open_desk.window, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert open_desk.scheme.zoom == ZOOMS[0]
    qtbot.keyClick(open_desk.window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert qapp.font().pointSizeF() == before


def test_the_wrong_passphrase_is_a_problem_in_words_and_the_right_one_opens(desk_with_data: Desk, qtbot: QtBot) -> None:
    desk, window = desk_with_data, desk_with_data.window
    window.go("data")
    desk.lock()
    qtbot.waitUntil(lambda: window.current == "lock", timeout=10_000)
    page = window.pages["lock"]
    page.passphrase.setText("not the passphrase")  # type: ignore[attr-defined]
    page.unlock.click()  # type: ignore[attr-defined]
    qtbot.waitUntil(window.banner.isVisible, timeout=30_000)
    assert window.banner.problem is not None
    assert window.banner.problem.code.startswith("E-")
    assert "Traceback" not in window.banner._what.text()
    window.banner._copy.click()
    assert window.banner.problem.code in QApplication.clipboard().text()
    window.go("data")
    assert window.current == "lock"
    unlock(desk, qtbot)
    assert not window.banner.isVisible()


def test_the_recovery_sheet_opens_the_vault_with_a_new_passphrase(make_desk: Callable[..., Desk], qtbot: QtBot, tmp_path: Path) -> None:
    session = Session.open(tmp_path / "home")
    words = session.create(PASSPHRASE).result(60).words
    session.close()
    desk = make_desk()
    desk.begin()
    desk.window.pages["lock"].recover.click()  # type: ignore[attr-defined]
    dialog = desk._dialog
    assert isinstance(dialog, RecoverDialog)
    dialog.words.setPlainText(" ".join(words))
    dialog.passphrase.setText("another passphrase")
    dialog.again.setText("another passphrase")
    dialog.open_button.click()
    qtbot.waitUntil(lambda: desk.window.current == "home", timeout=60_000)
    desk.lock()
    qtbot.waitUntil(lambda: desk.window.current == "lock", timeout=10_000)
    unlock(desk, qtbot, "another passphrase")


def test_another_passphrase_opens_the_vault_and_the_old_one_does_not(open_desk: Desk, qtbot: QtBot) -> None:
    desk = open_desk
    desk.window.go("settings")
    page = desk.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.passphrase.click()
    dialog = desk._dialog
    assert isinstance(dialog, PassphraseDialog)
    for text in ("not the passphrase", "another passphrase", "another passphrase"):
        assert not dialog.go_button.isEnabled()
        next(field for field in dialog.fields if not field.text()).setText(text)
    dialog.go_button.click()
    qtbot.waitUntil(lambda: dialog._banner.isVisible(), timeout=60_000)
    assert dialog._banner.problem is not None
    assert dialog._banner.problem.code == "E-KEY-03"
    dialog.fields[0].setText(PASSPHRASE)
    dialog.go_button.click()
    assert not dialog.go_button.isEnabled()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)  # it is being written: too late to turn back
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: desk._dialog is None, timeout=60_000)
    desk.lock()
    desk.window.go("home")
    assert desk.window.current == "lock"
    lock = desk.window.pages["lock"]
    lock.passphrase.setText(PASSPHRASE)  # type: ignore[attr-defined]
    lock.unlock.click()  # type: ignore[attr-defined]
    qtbot.waitUntil(desk.window.banner.isVisible, timeout=60_000)
    unlock(desk, qtbot, "another passphrase")


def test_a_new_recovery_sheet_opens_the_vault_and_the_old_one_does_not(desk: Desk, qtbot: QtBot) -> None:
    old = desk.session.create(PASSPHRASE).result(60)
    desk.window.refresh()
    desk.window.go("settings")
    page = desk.window.page("settings")
    assert isinstance(page, SettingsPage)
    page.sheet.click()
    dialog = desk._dialog
    assert isinstance(dialog, SheetDialog)
    dialog.fields[0].setText(PASSPHRASE)
    dialog.go_button.click()
    qtbot.waitUntil(dialog.sheet.kept.isVisible, timeout=60_000)
    assert not dialog.fields[0].text()
    qtbot.waitUntil(lambda: not clipped(dialog), timeout=10_000)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    new = dialog.sheet.recovery
    assert new is not None
    dialog.sheet.kept.click()
    dialog.sheet.proceed.click()
    qtbot.waitUntil(lambda: desk._dialog is None, timeout=10_000)
    desk.session.lock()
    with pytest.raises(WardroundError) as refused:
        desk.session.recover(" ".join(old.words), "another passphrase").result(60)
    assert refused.value.code == "E-KEY-07"
    desk.session.recover(" ".join(new.words), "another passphrase").result(60)
    assert desk.session.home().lock is Lock.OPEN


def test_the_vault_locks_when_nobody_touches_the_window(open_desk: Desk, qtbot: QtBot) -> None:
    open_desk.idle.set_minutes(0.2 / 60)
    qtbot.waitUntil(lambda: open_desk.window.current == "lock", timeout=10_000)
    assert open_desk.session.home().lock is Lock.LOCKED


def test_the_idle_clock_waits_while_the_vault_is_in_use(qtbot: QtBot, qapp: QApplication) -> None:
    from gui.idle import IdleLock

    asked: list[bool] = []
    idle = IdleLock(qapp, lambda: not asked.append(True))  # type: ignore[func-returns-value]
    expired: list[bool] = []
    idle.expired.connect(lambda: expired.append(True))
    idle.set_minutes(0.02 / 60)
    qtbot.waitUntil(lambda: len(asked) >= 3, timeout=10_000)
    idle.set_minutes(0)
    assert not expired


def test_pause_sending_is_on_every_page_and_toggles(desk_with_data: Desk, qtbot: QtBot) -> None:
    window = desk_with_data.window
    qtbot.waitUntil(window.status.pause.isEnabled, timeout=10_000)
    window.status.pause.click()
    assert desk_with_data.session.sending_paused
    qtbot.waitUntil(lambda: window.status.pause.text() == "Resume sending", timeout=10_000)
    window.status.pause.click()
    assert not desk_with_data.session.sending_paused
    qtbot.waitUntil(lambda: window.status.pause.text() == "Pause sending", timeout=10_000)


def test_closing_keeps_place_and_text_size(make_desk: Callable[..., Desk], qtbot: QtBot) -> None:
    first = make_desk()
    first.begin()
    first.window.resize(1024, 655)
    first.zoom(1)
    zoom = first.scheme.zoom
    first.window.close()
    assert not first.window.isVisible()
    second = make_desk()
    assert second.scheme.zoom == zoom
    assert second.window.size().toTuple() == (1024, 655)
    second.zoom(0)


def answer(desk: Desk, words: str) -> None:
    """Presses a button of the question that is open."""
    box = desk._dialog
    assert isinstance(box, QMessageBox)
    next(button for button in box.buttons() if button.text() == words).click()


def test_closing_while_training_asks_and_training_goes_on_by_itself_after_the_next_start(
    make_desk: Callable[..., Desk], open_desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    lead = Lead(tmp_path, manifest(rounds=200))
    desk, window = open_desk, open_desk.window
    take_part(desk.session, lead, tmp_path)
    desk.session.start(STUDY)
    qtbot.waitUntil(lambda: desk.session.training(STUDY).round >= 1, timeout=60_000)
    qtbot.waitUntil(lambda: window.awake.held, timeout=10_000)
    window.close()
    answer(desk, "Cancel")
    assert window.isVisible()
    window.close()
    answer(desk, "Keep training in the background")
    assert desk.session.busy_training()
    assert window.isMinimized()
    desk.called_again("")
    assert not window.isMinimized()
    reached = desk.session.training(STUDY).round
    window.close()
    answer(desk, "Stop and close")
    assert not window.isVisible()
    assert not window.awake.held
    again = make_desk()
    again.begin()
    unlock(again, qtbot)
    qtbot.waitUntil(lambda: again.session.training(STUDY).round > reached, timeout=60_000)
    assert again.session.busy_training()
    again.session.stop(STUDY)
    lead.close()


def test_settings_are_saved_at_once_and_a_wrong_value_is_a_problem(open_desk: Desk, qtbot: QtBot) -> None:
    window = open_desk.window
    window.go("settings")
    rows = window.pages["settings"].rows  # type: ignore[attr-defined]
    minutes = rows["vault.idle_lock_minutes"].field
    minutes.setText("30")
    minutes.editingFinished.emit()
    assert open_desk.session.setting("vault.idle_lock_minutes") == "30"
    minutes.setText("soon")
    minutes.editingFinished.emit()
    assert window.banner.problem is not None
    assert window.banner.problem.code.startswith("E-")
    assert minutes.text() == "30"
    theme = rows["theme"].field
    theme.setCurrentIndex(theme.findData("dark"))
    theme.activated.emit(theme.currentIndex())
    qtbot.waitUntil(lambda: open_desk.scheme.tokens().name == "dark", timeout=5_000)


def test_a_second_start_hands_over_its_file(qtbot: QtBot, tmp_path: Path) -> None:
    home = str(tmp_path)
    assert not hand_over(home, "")
    first = FirstInstance(home)
    with qtbot.waitSignal(first.called, timeout=5_000) as called:
        assert hand_over(home, "/invitations/北院.invite")
    assert called.args == ["/invitations/北院.invite"]
    first.close()
    assert not hand_over(home, "")


def test_events_of_one_kind_are_drawn_ten_times_a_second_at_most_and_the_last_one_wins(qtbot: QtBot) -> None:
    source = Source()
    bridge = Bridge(source)
    seen: list[Event] = []
    bridge.listen(seen.append)
    source.say_from_a_thread(*[JobChanged(1, "import", n / 100, False, None) for n in range(100)], OutboundChanged())
    QCoreApplication.processEvents()
    assert seen == [JobChanged(1, "import", 0.0, False, None), OutboundChanged()]
    qtbot.waitUntil(lambda: len(seen) == 3, timeout=5_000)
    assert seen[-1] == JobChanged(1, "import", 0.99, False, None)
    source.say_from_a_thread(TrainingChanged("a"), TrainingChanged("b"))
    QCoreApplication.processEvents()
    assert seen[-2:] == [TrainingChanged("a"), TrainingChanged("b")]
    qtbot.waitUntil(lambda: not bridge._beat.isActive(), timeout=5_000)
    bridge.detach()


def test_outcomes_arrive_on_the_main_thread_and_none_after_another_session_has_come(qtbot: QtBot) -> None:
    bridge = Bridge(Source())
    threads = Threads()
    ended: list[object] = []
    go_on = threading.Event()
    where: list[threading.Thread] = []

    def job(work: Callable[[EngineJob[int]], int]) -> EngineJob[int]:
        return run_job(threads.files, EngineJob("test", lambda: "en", lambda _: None), work)

    def fail(_: EngineJob[int]) -> int:
        raise ZeroDivisionError

    bridge.run(job(lambda _: 7), lambda value: (ended.append(value), where.append(threading.current_thread()))[0])
    qtbot.waitUntil(lambda: len(ended) == 1, timeout=5_000)
    assert ended == [7]
    assert where == [threading.main_thread()]
    bridge.run(job(fail), ended.append, lambda problem: ended.append(problem.code))
    qtbot.waitUntil(lambda: len(ended) == 2, timeout=5_000)
    assert ended[-1] == "E-BUG-01"
    late = bridge.run(job(lambda _: 0 if go_on.wait(10) else 1), ended.append)
    bridge.attach(Source())
    go_on.set()
    late.result(10)
    QCoreApplication.processEvents()
    assert len(ended) == 2
    threads.close()


def test_what_nobody_caught_is_said_without_the_exceptions_text(qtbot: QtBot, capsys: pytest.CaptureFixture[str]) -> None:
    reporter = CrashReporter()
    try:
        raise ValueError("record A00017")
    except ValueError as error:
        reporter._main_thread(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter._open is not None, timeout=5_000)
    box = reporter._open
    assert isinstance(box, QMessageBox)
    assert "E-BUG-01" in box.informativeText()
    assert "A00017" not in box.text() + box.informativeText() + box.detailedText()
    assert "ValueError" in box.detailedText()
    box.close()
    capsys.readouterr()


def test_the_machine_is_held_awake_and_let_go(qtbot: QtBot) -> None:
    awake = Awake()
    awake.hold(True)
    awake.hold(True)
    assert awake.held
    awake.hold(False)
    assert not awake.held
    assert awake._process is None


SHOW_AND_IDLE = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from engine.session.session import Session
from gui.desk import Desk

application = QApplication([])
session = Session.open(Path(sys.argv[1]))
session.unlock(sys.argv[2]).result(60)
desk = Desk(application, session)
desk.begin()
desk.closed.connect(application.quit)
QTimer.singleShot(2000, desk.close)
application.exec()
print(json.dumps([name for name in ("torch", "pandas", "pyqtgraph", "sklearn", "scipy", "matplotlib") if name in sys.modules]))
"""


def test_a_window_shown_and_idle_with_a_joined_study_has_loaded_nothing_heavy(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "home")
    session.create(PASSPHRASE).result(60)
    lead = Lead(tmp_path, manifest())
    take_part(session, lead, tmp_path)
    session.close()
    lead.close()
    ran = subprocess.run(
        [sys.executable, "-c", SHOW_AND_IDLE, str(tmp_path / "home"), PASSPHRASE], capture_output=True, text=True, timeout=120, check=True
    )
    assert json.loads(ran.stdout.splitlines()[-1]) == []


def test_enter_makes_the_vault_and_escape_does_not_lose_the_words(desk: Desk, qtbot: QtBot) -> None:
    gone_on = []
    desk.with_vault(lambda: gone_on.append(True))
    dialog = desk._dialog
    assert isinstance(dialog, VaultDialog)
    qtbot.waitUntil(lambda: dialog.passphrase.isVisible(), timeout=10_000)
    qtbot.keyClicks(dialog.passphrase, PASSPHRASE)
    qtbot.keyClicks(dialog.again, PASSPHRASE)
    qtbot.keyClick(dialog.again, Qt.Key.Key_Return)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)  # the key is being made: too late to turn back
    qtbot.waitUntil(lambda: dialog.sheet.kept.isVisible(), timeout=60_000)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.close() is False
    assert dialog.isVisible()
    dialog.sheet.kept.click()
    qtbot.keyClick(dialog.sheet.kept, Qt.Key.Key_Return)
    assert gone_on == [True]


def test_scrolling_over_a_choice_changes_nothing(open_desk: Desk, qtbot: QtBot) -> None:
    open_desk.window.go("settings")
    page = open_desk.window.page("settings")
    assert isinstance(page, SettingsPage)
    box = page.rows["network.proxy_mode"].field
    assert isinstance(box, QComboBox)
    assert box.count() > 1
    before = box.currentIndex()
    middle = QPointF(box.rect().center())
    for up in (120, -120):
        turn = QWheelEvent(
            middle,
            box.mapToGlobal(middle),
            QPoint(),
            QPoint(0, up),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(box, turn)
        assert box.currentIndex() == before
