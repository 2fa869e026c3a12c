# SPDX-License-Identifier: Apache-2.0
"""A lead hospital for tests: the real coordinator on a port of this machine, its event loop in a thread of this process."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from engine.clock import SystemClock
from engine.coordinator import administration, home
from engine.coordinator.app import Port
from engine.coordinator.federation import Federation
from engine.study import manifest as manifests
from engine.trust import enrolment
from engine.values import SiteId

T = TypeVar("T")


class Lead:
    """Founds a federation in ``folder`` with one study, and serves it until ``close``."""

    def __init__(self, folder: Path, manifest: str, behind: str | None = None) -> None:
        """``behind``: host:port to serve on when something else, e.g. a proxy, is to listen on the invitations' address."""
        self.clock = SystemClock()
        self.folder = folder
        home.init(folder / "coordinator", "Lead Hospital", ["127.0.0.1"], self.clock, f"127.0.0.1:{_free_port()}")
        self.home = home.Home(folder / "coordinator")
        self.study = manifests.parse(manifest, "test").study.id
        administration.add_study(self.home, manifest, "test", self.clock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="lead")
        self._thread.start()
        self._listen = [behind or self.home.configuration().listen]
        self._port = self._made_port()
        self._run(self._port.start())

    def _made_port(self) -> Port:
        return Port(lambda: Federation(self.home, self.clock), self.home.server_tls(), self._listen)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def _refresh(self) -> None:
        self._run(self._port.refresh())

    @property
    def address(self) -> str:
        """Where the coordinator really serves."""
        return self._port.addresses[0]

    def invite(self, site: str) -> Path:
        """An invitation file for one site."""
        invitation = administration.invite(self.home, SiteId(site), self.study, self.clock)
        path = self.folder / f"{site}.wardround-invite"
        enrolment.write(path, invitation, self.home.lead_key().sign)
        self._refresh()
        return path

    def approve(self, site: str) -> None:
        """Lets an enrolled site in."""
        administration.approve(self.home, SiteId(site), self.clock)
        self._refresh()

    def publish(self) -> None:
        """Signs and publishes the plan with the approved sites."""
        administration.publish(self.home, self.study, self.clock)
        self._refresh()

    def start(self) -> None:
        """Begins the rounds."""
        administration.start(self.home, self.study, self.clock)
        self._refresh()

    def pause_port(self) -> None:
        """Nobody answers any more."""
        self._run(self._port.stop(0.0))

    def resume_port(self) -> None:
        """Somebody answers again, at the same address."""
        self._port = self._made_port()
        self._run(self._port.start())

    def close(self) -> None:
        """Ends port, loop and thread."""
        self._run(self._port.stop(0.0))
        self._run(_settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _settle() -> None:
    """Lets every task that was cancelled come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
