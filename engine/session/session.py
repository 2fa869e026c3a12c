# SPDX-License-Identifier: Apache-2.0
"""The facade: all that a door (window, command line) may ask of a site.

Commands return a ``Job``; queries return frozen views; ``subscribe`` gives typed events. Roles, torch, pyarrow and grpc are
imported when a method first needs them, not before (the one place with hidden imports beside the command line).
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import platformdirs

from engine import settings as machine
from engine.errors import Language, WardroundError
from engine.session import setting_views
from engine.session.budget_views import BudgetView
from engine.session.data_verbs import DataVerbs
from engine.session.events import Event, LockChanged, OutboundChanged, SettingsChanged
from engine.session.home_lock import HomeLock
from engine.session.jobs import Job, Threads, run_async_job, run_job
from engine.session.views import (
    HomeView,
    InvitationView,
    KeyHome,
    Lock,
    OutboundView,
    RecoveryView,
    ResultsView,
    SettingView,
    StudyView,
    TrainingView,
)
from engine.store.ownership import require_own

if TYPE_CHECKING:
    from engine.session.site_jobs import Site

T = TypeVar("T")

SETTINGS_FILE = "settings.toml"


class Companion(Protocol):
    """Something that lives as long as a session, e.g. the demo's pretend hospitals."""

    def close(self) -> None:
        """Ends it."""
        ...


def _has_vault(home: Path) -> bool:
    from engine.trust import keys

    return keys.made(home)


def default_home() -> Path:
    """Where a site's data rest: WARDROUND_HOME, else the user's data folder."""
    chosen = os.environ.get("WARDROUND_HOME")
    return Path(chosen) if chosen else Path(platformdirs.user_data_path("wardround", appauthor=False))


class Session(DataVerbs):
    """One site's session over one home folder; used by one program at a time."""

    def __init__(
        self,
        home: Path,
        *,
        demo: bool = False,
        companion: Companion | None = None,
        language: Language | None = None,
        resumes: bool = True,
        looks: bool = False,
    ) -> None:
        """See ``open``.

        Args:
            home: the folder.
            demo: whether a person plays the demo in it.
            companion: what ends with this session.
            language: of sentences, whatever the settings say; None: as they say.
            resumes: whether ``unlock`` goes on with the studies that ran when the program ended.
            looks: only queries will be asked; another program may work on the home meanwhile.
        """
        self.path = home
        self.demo = demo
        self._companion = companion
        self._spoken = language
        self._resumes = resumes and not looks
        self._looks = looks
        try:
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise WardroundError("E-FILE-01", path=home, reason=error.strerror or type(error).__name__) from error
        require_own(home, closed=_has_vault(home))
        self._home_lock = None if looks else HomeLock(home / "lock")
        self._settings = machine.load(home / SETTINGS_FILE)
        self._threads = Threads()
        self._subscribers: list[Callable[[Event], None]] = []
        self._guard = threading.Lock()
        self._site: Site | None = None
        self._sending_paused = False

    @classmethod
    def open(cls, home: Path | None = None) -> Session:
        """Opens a home folder, making it if need be; the vault stays locked.

        Raises:
            WardroundError: E-SITE-06 when another program uses this home; E-HOME-… when others could have prepared it; E-SET-… when
                the settings file is wrong.
        """
        return cls(home or default_home())

    def close(self) -> None:
        """Stops all work (a running study resumes at the next start) and ends the threads."""
        self.lock()
        self._threads.close()
        if self._home_lock is not None:
            self._home_lock.release()
        if self._companion is not None:
            self._companion.close()

    # -- events

    def subscribe(self, call: Callable[[Event], None]) -> Callable[[], None]:
        """Calls ``call(event)`` on an engine thread for every event; returns the way to stop."""
        with self._guard:
            self._subscribers.append(call)

        def stop() -> None:
            with self._guard:
                if call in self._subscribers:
                    self._subscribers.remove(call)

        return stop

    def _publish(self, event: Event) -> None:
        with self._guard:
            subscribers = tuple(self._subscribers)
        for call in subscribers:
            call(event)

    # -- settings

    @property
    def language(self) -> Language:
        """The language of sentences: the one asked for at the start, else the setting, else the machine's."""
        return self._spoken or self._settings.language

    def settings(self) -> tuple[SettingView, ...]:
        """All settings with labels in the session's language."""
        return setting_views.views(self._settings, self.language)

    def setting(self, key: str) -> str:
        """One setting's value as text."""
        return self._settings.text(key)

    def set_setting(self, key: str, value: str | int) -> None:
        """Changes and saves one setting; raises E-SET-… for a value that it does not take."""
        given = int(value) if machine.SETTINGS[key].kind == "number" and str(value).isascii() and str(value).isdigit() else value
        self._settings = self._settings.changed(key, given)
        machine.save(self.path / SETTINGS_FILE, self._settings)
        self._publish(SettingsChanged(key))

    # -- the vault's lock

    def lock_state(self) -> Lock:
        """Whether the vault is new, locked or open."""
        from engine.session import vault_jobs

        return Lock.OPEN if self._site is not None else vault_jobs.lock_of(self.path)

    def key_home(self) -> KeyHome | None:
        """Where the master key rests."""
        from engine.session import vault_jobs

        return vault_jobs.key_home(self.path)

    def keyring_usable(self) -> Job[bool]:
        """Whether this machine's keyring really keeps a secret."""

        def work(_: Job[bool]) -> bool:
            from engine.trust import keys

            return keys.keyring_usable()

        return self.run("keyring", work)

    def create(self, passphrase: str | None) -> Job[RecoveryView]:
        """Makes the vault: its key in the keyring, or behind a passphrase. The recovery sheet is shown this once."""

        def work(_: Job[RecoveryView]) -> RecoveryView:
            from engine.session import vault_jobs

            master, sheet = vault_jobs.create(self.path, passphrase)
            self._enter(master)
            return sheet

        return self.run("create", work)

    def unlock(self, passphrase: str | None) -> Job[None]:
        """Opens the vault; studies that were running go on by themselves."""

        def work(_: Job[None]) -> None:
            from engine.trust import keys

            if self._site is None:
                self._enter(keys.open_master(self.path, passphrase))

        return self.run("unlock", work)

    def recover(self, words: str, passphrase: str) -> Job[None]:
        """Opens the vault with the recovery sheet's words and sets a new passphrase."""
        from engine.session import vault_jobs

        return self.run("recover", lambda _: self._enter(vault_jobs.recovered(self.path, words, passphrase)))

    def new_sheet(self, passphrase: str | None) -> Job[RecoveryView]:
        """Makes another recovery sheet, shown this once; the earlier one opens nothing any more. None: the keyring opens the key."""
        from engine.session import vault_jobs

        return self.run("sheet", lambda _: vault_jobs.new_sheet(self.path, passphrase))

    def change_passphrase(self, old: str | None, new: str | None) -> Job[None]:
        """Another passphrase from now on; None stands for the keyring on either side."""
        from engine.trust import keys

        return self.run("passphrase", lambda _: keys.change_passphrase(self.path, old, new))

    def lock(self) -> None:
        """Shuts the vault: stops all work and forgets the keys. Studies that ran go on after the next unlock."""
        site, self._site = self._site, None
        if site is not None:
            site.close()
            self._publish(LockChanged())

    def _enter(self, master: Any) -> None:
        from engine.session.site_jobs import Site

        site = Site(self.path, master, self._threads, self._publish, lambda: self.language, lambda: self._settings, looks=self._looks)
        if self._sending_paused:
            site.pause_sending()
        self._site = site
        if self._resumes:
            site.resume_running()
        self._publish(LockChanged())

    def opened(self) -> Site:
        """The open vault, for the engine's own session modules; raises E-SITE-07 while it is locked."""
        if self._site is None:
            raise WardroundError("E-SITE-07")
        return self._site

    # -- home

    def home(self) -> HomeView:
        """The start page."""
        state = self.lock_state()
        if self._site is None:
            return HomeView(state, self.key_home(), self.demo, (), (), "welcome", ())
        return self._site.home(state, self.key_home(), self.demo)

    # -- joining

    def read_invitation(self, source: str | Path) -> Job[InvitationView]:
        """What an invitation (file or pasted text) says; nothing is sent."""

        def work(_: Job[InvitationView]) -> InvitationView:
            from engine.session import join_jobs

            return join_jobs.read_invitation(source, self.language)

        return self.run("invitation", work)

    def enrol(self, source: str | Path) -> Job[str]:
        """Makes this site's keys, sends its certificate request, keeps the certificate: the id of the study invited to."""
        site = self.opened()
        return self.run_async("enrol", lambda _: site.joining.enrol(source))

    def refresh(self, study: str) -> Job[None]:
        """Asks the coordinator what is new about a study that is not joined yet."""
        site = self.opened()
        return self.run_async("refresh", lambda _: site.joining.refresh(study))

    def study(self, study: str, dataset: str | None = None) -> Job[StudyView]:
        """The study page."""
        site = self.opened()
        return self.run("study", lambda _: site.joining.view(study, dataset))

    def join(self, study: str, dataset: str) -> Job[None]:
        """A person compared the check words and approves: the signed approval is sent."""
        site = self.opened()
        return self.run_async("join", lambda job: site.joining.join(study, dataset, job))

    def leave(self, study: str) -> Job[None]:
        """Leaves a study."""
        site = self.opened()
        return self.run_async("leave", lambda _: site.leave(study))

    # -- training

    def warm(self, also: Callable[[], object] = lambda: None) -> Job[None]:
        """Loads now what training would load when it begins, in the thread that trains; ``also`` loads what the door needs for it."""

        from engine.site.warm import warm

        return run_job(self._threads.trainer, self._job("warm"), lambda _: warm(also))

    def start(self, study: str) -> None:
        """Takes part: work goes on in the background, and by itself after a restart, until the study has ended."""
        self.opened().start(study)

    def pause(self, study: str) -> None:
        """Pauses the work on a study."""
        self.opened().pause(study)

    def resume(self, study: str) -> None:
        """Resumes the work on a study."""
        self.opened().resume(study)

    def stop(self, study: str) -> None:
        """Stops the work on a study; ``start`` begins again where it was."""
        self.opened().stop(study)

    def busy_training(self) -> bool:
        """Whether a study is being worked on."""
        return self._site is not None and self._site.busy()

    def training(self, study: str) -> TrainingView:
        """The training page."""
        return self.opened().training(study)

    def wait(self, study: str, timeout: float | None = None) -> str:
        """Waits until a started study has ended; its StudyState, or raises what stopped it. For the command line."""
        return self.opened().wait(study, timeout)

    def results(self, study: str) -> Job[ResultsView]:
        """The results page."""
        site = self.opened()
        return self.run("results", lambda _: site.results.view(study))

    def export_report(self, study: str, folder: str | Path) -> Job[tuple[str, ...]]:
        """Writes report and models into a folder: the files' names."""
        site = self.opened()
        return self.run("export", lambda _: site.results.export(study, Path(folder)))

    # -- what leaves

    def outbound(self, contains: str = "", start: int = 0, count: int = 100) -> Job[OutboundView]:
        """The outbound ledger: totals and one window, newest first."""
        site = self.opened()
        return self.run("outbound", lambda _: site.outbound(contains, start, count, self._sending_paused))

    def privacy_budget(self) -> Job[BudgetView]:
        """The privacy page, computed anew from the ledger."""
        site = self.opened()
        return self.run("privacy", lambda _: site.privacy_budget())

    def export_outbound(self, path: str | Path) -> Job[str]:
        """Writes the whole ledger as CSV or JSON, by the file's suffix."""
        site = self.opened()
        return self.run("export", lambda _: site.export_outbound(Path(path)))

    @property
    def sending_paused(self) -> bool:
        """Whether nothing leaves this computer."""
        return self._sending_paused

    def pause_sending(self) -> None:
        """Nothing leaves from now on, a stream stops at its next chunk."""
        self._sending_paused = True
        if self._site is not None:
            self._site.pause_sending()
        self._publish(OutboundChanged())

    def resume_sending(self) -> None:
        """What waits may leave."""
        self._sending_paused = False
        if self._site is not None:
            self._site.resume_sending()
        self._publish(OutboundChanged())

    # -- jobs

    def run(self, title: str, work: Callable[[Job[T]], T]) -> Job[T]:
        """Runs ``work`` as a job of this session; for the engine's own session modules."""
        return run_job(self._threads.files, self._job(title), work)

    def run_async(self, title: str, work: Callable[[Job[T]], Any]) -> Job[T]:
        """The same for a coroutine, on the asyncio thread."""
        return run_async_job(self._threads, self._job(title), work)

    def _job(self, title: str) -> Job[Any]:
        return Job(title, lambda: self.language, self._publish)
