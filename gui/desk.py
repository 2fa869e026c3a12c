# SPDX-License-Identifier: Apache-2.0
"""What happens between the pages: opening the vault, dialogs, the demo's session, language, look, idle lock and closing.

The window draws; the desk decides. It owns the sessions: the hospital's own, and while the demo runs the demo's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal
from PySide6.QtWidgets import QApplication, QDialog, QMessageBox

from engine.session import events
from engine.session.attempt import attempt
from engine.session.demo import remove_demo, start_demo
from engine.session.views import KeyHome, Lock, ProblemView
from gui.bridge import Bridge, Job
from gui.dialogs.invitation import InvitationDialog
from gui.dialogs.keys import PassphraseDialog, SheetDialog
from gui.dialogs.recover import RecoverDialog
from gui.dialogs.vault import VaultDialog
from gui.idle import IdleLock
from gui.languages import Languages
from gui.pages.data import DataPage
from gui.pages.home import HomePage
from gui.pages.lock import LockPage
from gui.pages.outbound import OutboundPage
from gui.pages.page import Page
from gui.pages.privacy import PrivacyPage
from gui.pages.results import ResultsPage
from gui.pages.settings import SettingsPage
from gui.pages.study import StudyPage
from gui.pages.training import TrainingPage
from gui.pages.welcome import WelcomePage
from gui.theme.scheme import Scheme
from gui.window import Window

if TYPE_CHECKING:
    from engine.session.session import Session

PAGES: dict[str, Callable[[Bridge, Session], Page]] = {
    "home": HomePage,
    "data": DataPage,
    "study": StudyPage,
    "training": TrainingPage,
    "results": ResultsPage,
    "outbound": OutboundPage,
    "privacy": PrivacyPage,
}
"""Pages by the name that ``Page.navigate`` says; welcome, lock and settings have signals of their own and are made by the desk."""

WINDOW_FILE = "window.ini"
"""Place and size of the window and size of the text; everything else is a setting of the engine."""


class Desk(QObject):
    """One running application over one home.

    Signals:
        demo_waiting(bool): the demo is being set up, or no longer.
        closed(): window and sessions have ended.
    """

    demo_waiting = Signal(bool)
    closed = Signal()
    _unlock_wanted = Signal()

    def __init__(self, application: QApplication, session: Session) -> None:
        super().__init__()
        self.own = session
        self.demo: Session | None = None
        self._demo_coming: Job[Session] | None = None
        self._kept = QSettings(str(session.path / WINDOW_FILE), QSettings.Format.IniFormat)
        self.languages = Languages(application, self)
        self.languages.use(session.language)
        self.scheme = Scheme(application, session.setting("theme"), int(str(self._kept.value("zoom", 100))), self)
        self.bridge = Bridge(session, self)
        makers = {"welcome": self._make_welcome, "lock": self._make_lock, "settings": self._make_settings}
        self.window = Window(self.bridge, session, {**PAGES, **makers})
        self.idle = IdleLock(application, self._vault_in_use, self)
        self._dialog: QDialog | None = None
        self._leaving = False
        self._connect()
        geometry = self._kept.value("geometry")
        if isinstance(geometry, QByteArray):
            self.window.restoreGeometry(geometry)
        else:
            self.window.resize(1180, 760)

    def _connect(self) -> None:
        window = self.window
        window.language_chosen.connect(self.choose_language)
        window.zoom_chosen.connect(self.zoom)
        window.invitation_wanted.connect(lambda: self.open_invitation())
        window.closing.connect(self.ask_to_close)
        self.bridge.listen(self._on_event)
        self.idle.expired.connect(self.lock)

    def _make_welcome(self, bridge: Bridge, session: Session) -> Page:
        page = WelcomePage(bridge, session)
        page.demo_wanted.connect(self.start_demo)
        page.invitation_wanted.connect(lambda: self.open_invitation())
        page.data_wanted.connect(lambda: self.with_vault(lambda: self.window.go("data")))
        self.demo_waiting.connect(page.set_waiting)
        return page

    def _make_lock(self, bridge: Bridge, session: Session) -> Page:
        page = LockPage(bridge, session)
        self._unlock_wanted.connect(page.open_vault)
        page.recovery_wanted.connect(lambda: self._show(RecoverDialog(self.bridge, self.session, self.window)))
        return page

    def _make_settings(self, bridge: Bridge, session: Session) -> Page:
        page = SettingsPage(bridge, session)
        page.zoom_chosen.connect(self.zoom)
        page.lock_wanted.connect(self.lock)
        page.passphrase_wanted.connect(lambda: self._change_key(PassphraseDialog(self.bridge, self.session, self.window), page))
        page.sheet_wanted.connect(lambda: self._change_key(SheetDialog(self.bridge, self.session, self.window), page))
        page.leave_demo_wanted.connect(self.leave_demo)
        page.remove_demo_wanted.connect(self.remove_demo)
        return page

    @property
    def session(self) -> Session:
        """The session that the window shows."""
        return self.window.session

    # ---------------------------------------------------------------- begin

    def begin(self, argument: str = "") -> None:
        """Show the window at the right page; ``argument`` may be the path of an invitation."""
        self._read_settings()
        self.window.refresh()
        home = self.session.home()
        if home.lock is Lock.NEW:
            self.window.go("welcome")
        elif home.lock is Lock.LOCKED:
            self.window.go("lock")
            if home.key_home is KeyHome.KEYRING:
                self._unlock_wanted.emit()
        else:
            self.window.go("home")
        self.window.show()
        if argument:
            self.open_invitation(Path(argument))
        elif self._kept.value("in_demo") == "true":
            self.start_demo()  # it was open when the window was closed, and its training goes on

    def called_again(self, argument: str) -> None:
        """A second start: come to the front, and take the file that it was given."""
        self.window.come_to_front()
        if argument:
            self.open_invitation(Path(argument))

    # ---------------------------------------------------------------- vault and dialogs

    def with_vault(self, then: Callable[[], None]) -> None:
        """Call ``then`` with an open vault: at once, or after it has been made."""
        state = self.session.home().lock
        if state is Lock.OPEN:
            then()
        elif state is Lock.LOCKED:
            self.window.go("lock")
        else:
            dialog = VaultDialog(self.bridge, self.session, self.window)
            dialog.accepted.connect(then)
            self._show(dialog)

    def open_invitation(self, source: Path | None = None) -> None:
        """The invitation dialog, after the vault is open."""
        self.with_vault(lambda: self._invitation(source))

    def _invitation(self, source: Path | None) -> None:
        dialog = InvitationDialog(self.bridge, self.session, self.window)
        dialog.enrolled.connect(self._enrolled)
        self._show(dialog)
        if source is not None:
            dialog.read(source)

    def _enrolled(self, _study: str) -> None:
        self.window.refresh()
        self.window.go("study" if self.session.datasets() else "data")

    def _change_key(self, dialog: QDialog, page: SettingsPage) -> None:
        dialog.accepted.connect(page.retranslate)  # which says where the key rests
        self._show(dialog)

    def _show(self, dialog: QDialog) -> None:
        self._dialog = dialog
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self._dialog_closed)
        dialog.open()

    def _dialog_closed(self) -> None:
        self._dialog = None

    def lock(self) -> None:
        """Lock the vault now; the demo's needs none."""
        if self.session.home().lock is Lock.OPEN and not self.session.demo:
            if self._dialog is not None:
                self._dialog.reject()
            self.session.lock()
            self.window.refresh()  # at once: nothing may ask the locked session before its event arrives

    def _vault_in_use(self) -> bool:
        return self.session.busy_training() or self.session.demo

    # ---------------------------------------------------------------- the demo

    def start_demo(self) -> None:
        """Start the pretend hospitals and move the window into their session."""
        if self._demo_coming is not None or self.demo is not None:
            return
        self.demo_waiting.emit(True)
        job = start_demo(self.own)
        self._demo_coming = job
        job.on_done(lambda outcome: outcome.value.close() if self._leaving and outcome.value is not None else None)
        self.bridge.run(job, self._enter_demo, self._no_demo, self._demo_came)

    def _demo_came(self) -> None:
        self._demo_coming = None
        self.demo_waiting.emit(False)

    def _enter_demo(self, demo: Session) -> None:
        self._demo_came()
        self.demo = demo
        if demo.setting("language") != self.own.setting("language"):
            demo.set_setting("language", self.own.setting("language"))
        self.window.set_session(demo)
        self.window.go("data")

    def _no_demo(self, problem: ProblemView) -> None:
        self._demo_came()
        self.window.show_problem(problem)

    def leave_demo(self) -> None:
        """Back to the hospital's own session; the demo's files stay."""
        demo, self.demo = self.demo, None
        if demo is not None:
            self.window.set_session(self.own)
            demo.close()
            self.window.go("home")

    def remove_demo(self) -> None:
        """Leave the demo and erase its files."""
        self.leave_demo()
        problem = attempt(lambda: remove_demo(self.own), self.own.language).problem
        if problem is not None:
            self.window.show_problem(problem)

    # ---------------------------------------------------------------- language and look

    def choose_language(self, language: str) -> None:
        """Switch everything now, and keep it for the next start."""
        for session in (self.own, self.demo):
            if session is not None:
                session.set_setting("language", language)
        self._read_settings()

    def zoom(self, steps: int) -> None:
        """Larger or smaller text; 0 is the usual size."""
        if steps:
            self.scheme.step_zoom(steps)
        else:
            self.scheme.set_zoom(100)
        self._kept.setValue("zoom", self.scheme.zoom)

    def _read_settings(self) -> None:
        session = self.session
        self.languages.use(session.language)
        self.scheme.set_language(session.language)
        self.window.languages.select(session.language)
        if self.scheme.appearance != session.setting("theme"):
            self.scheme.set_appearance(session.setting("theme"))
        self.idle.set_minutes(float(session.setting("vault.idle_lock_minutes")))

    def _on_event(self, event: events.Event) -> None:
        if isinstance(event, events.SettingsChanged):
            self._read_settings()

    # ---------------------------------------------------------------- closing

    def ask_to_close(self) -> None:
        """Close at once, or ask first while training runs here."""
        if self._leaving:
            return
        if not self.session.busy_training():
            self.close()
            return
        box = QMessageBox(self.window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.tr("Training is running"))
        box.setText(self.tr("Training is running. Close Wardround?"))
        box.setInformativeText(
            self.tr(
                "If you close it, this hospital's part stops here and goes on by itself when Wardround is opened again. Nothing is lost."
            )
        )
        keep = box.addButton(self.tr("Keep training in the background"), QMessageBox.ButtonRole.AcceptRole)
        stop = box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(keep)
        box.finished.connect(lambda _: self._decided(box.clickedButton() is keep, box.clickedButton() is stop))
        self._show(box)

    def _decided(self, keep: bool, stop: bool) -> None:
        if keep:
            self.window.showMinimized()
        elif stop:
            self.close()

    def close(self) -> None:
        """End everything: window, bridge, sessions. Running studies go on at the next start."""
        if self._leaving:
            return
        self._leaving = True
        self._kept.setValue("geometry", self.window.saveGeometry())
        self._kept.setValue("in_demo", "true" if self.demo is not None else "false")
        if self._demo_coming is not None:
            self._demo_coming.cancel()
        self._kept.sync()
        self.idle.set_minutes(0)
        self.window.close_now()
        self.bridge.detach()
        for session in (self.demo, self.own):
            if session is not None:
                session.close()
        self.closed.emit()
