# SPDX-License-Identifier: Apache-2.0
"""An open home: the vault's store, the outbox's key and the gates. What each part of a site (``site_jobs``) stands on."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from engine.clock import SystemClock
from engine.errors import Language, WardroundError
from engine.privacy.policy import Policy
from engine.session.events import Event, OutboundChanged
from engine.session.jobs import Threads
from engine.settings import Settings
from engine.site.books import WriterLedger
from engine.site.release import Endpoint, Gate, endpoint_of, open_gate
from engine.store import studies
from engine.store.connection import Database, open_database
from engine.store.site_schema import MIGRATIONS
from engine.store.studies import Enrolment
from engine.trust.keys import MasterKey

T = TypeVar("T")


def user_name() -> str:
    """Who is at this computer, as its operating system calls them."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a user without a name, as in a container
        return "?"


class OpenHome:
    """The store, the gates and what a site's parts ask of the session that opened it."""

    def __init__(
        self,
        home: Path,
        master: MasterKey,
        threads: Threads,
        publish: Callable[[Event], None],
        language: Callable[[], Language],
        settings: Callable[[], Settings],
    ) -> None:
        self.home_path = home
        self.threads = threads
        self.publish = publish
        self.language = language
        self.settings = settings
        self.clock = SystemClock()
        self.outbox_key = master.derive("outbox")
        self.patients_key = master.derive("privacy ledger")
        self.outbox_path = home / "outbox"
        self.outbox_path.mkdir(exist_ok=True, mode=0o700)
        self.database: Database = threads.writer.submit(open_database, home / "site.db", master.derive("store"), MIGRATIONS).result()
        self.ledger = WriterLedger(self.write_async, lambda: publish(OutboundChanged()))
        self._gates: dict[int, Gate] = {}
        self._paused_sending = False

    # -- the writer

    def write(self, work: Callable[[Database], T]) -> T:
        """Runs one short piece of work on the store's thread and waits for it."""
        return self.threads.writer.submit(work, self.database).result()

    async def write_async(self, work: Callable[[Database], T]) -> T:
        """The same, from the asyncio thread."""
        return await asyncio.wrap_future(self.threads.writer.submit(work, self.database))

    def note(self, kind: str, **fields: str | int | float) -> None:
        """Adds one event of the local history, with who caused it."""
        self.write(lambda database: studies.note(database, self.clock.now(), kind, who=user_name(), **fields))

    def entry(self, study: str) -> studies.StudyEntry:
        """One study; raises E-SITE-10 for one that this site does not know."""
        entry = self.write(lambda database: studies.study_entry(database, study))
        if entry is None:
            raise WardroundError("E-SITE-10", study=study)
        return entry

    def privacy_policy(self) -> Policy:
        """The hospital's own rules of privacy, as they are now."""
        settings = self.settings()
        most = settings.text("privacy.most")
        return Policy(float("inf") if most == "any" else float(most), "patient" if settings.text("privacy.demanded") == "patient" else "")

    # -- gates

    async def gate(self, number: int) -> Gate:
        """The gate of one enrolment; on the asyncio thread, to which a connection belongs."""
        if number not in self._gates:
            enrolment = await self.write_async(lambda database: studies.enrolment(database, number))
            self._gates[number] = self.shut_if_paused(open_gate(self.endpoint(enrolment), self.ledger, self.clock))
        return self._gates[number]

    def endpoint(self, enrolment: Enrolment, *, bootstrap: bool = False) -> Endpoint:
        """Where and as whom to connect."""
        certificate = enrolment.bootstrap_certificate if bootstrap else enrolment.certificate
        key = enrolment.bootstrap_key if bootstrap else enrolment.tls_key
        return endpoint_of(enrolment.addresses[0], enrolment.server_name, enrolment.ca_pem, certificate, key, self.settings())

    async def close_gates(self) -> None:
        """Closes the connections."""
        for gate in self._gates.values():
            await gate.close()

    def shut_if_paused(self, gate: Gate) -> Gate:
        """A new gate is as open as the others."""
        if self._paused_sending:
            gate.pause()
        return gate

    def pause_sending(self) -> None:
        """Shuts every gate."""
        self._paused_sending = True
        for gate in list(self._gates.values()):
            self.threads.call_soon(gate.pause)

    def resume_sending(self) -> None:
        """Opens every gate."""
        self._paused_sending = False
        for gate in list(self._gates.values()):
            self.threads.call_soon(gate.resume)
