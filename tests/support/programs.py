# SPDX-License-Identifier: Apache-2.0
"""A federation whose coordinator and hospitals are processes of the real command, to be killed and started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.coordinator import administration, overview
from engine.coordinator.home import Home
from engine.coordinator.overview import StudyStatus
from engine.session import Session
from engine.simulation.children import Child
from engine.store import rounds
from engine.values import SiteId, StudyId
from engine.wire.messages import StudyState
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.patience import until

COORDINATOR = "coordinator"


class Programs:
    """Enrols ``sites`` over a coordinator in this process, then hands coordinator and all sites but ``here`` over to processes."""

    def __init__(self, folder: Path, manifest: str, sites: Sequence[str], here: str) -> None:
        lead = Lead(folder, manifest)
        self.folder = folder
        self.home: Home = lead.home
        self.clock = lead.clock
        self.sites = tuple(sites)
        secret = folder / "passphrase"
        secret.touch(0o600)
        secret.write_text(hospital.PASSPHRASE, encoding="utf-8")
        sessions = {name: hospital.member(lead, folder, name, seed) for seed, name in enumerate(sites)}
        lead.publish()
        for session in sessions.values():
            hospital.join(session)
        self.here: Session = sessions.pop(here)
        for session in sessions.values():
            session.close()
        lead.close()
        serve = ("-C", str(self.home.path), "coordinator", "serve")
        self.children = {COORDINATOR: Child(COORDINATOR, serve, folder / "coordinator.log")}
        for name in sessions:
            run = ("-C", str(folder / name), "site", "run", STUDY, "--passphrase-file", str(secret))
            self.children[name] = Child(name, run, folder / f"{name}.log")
        self.kills: list[str] = []

    def start(self) -> None:
        """Starts every process and the study."""
        for child in self.children.values():
            child.start()
        self.here.start(STUDY)
        administration.start(self.home, StudyId(STUDY), self.clock)

    def kill(self, name: str) -> None:
        """``kill -9``, and the same command again."""
        self.kill_for_good(name)
        self.children[name].start()

    def kill_for_good(self, name: str) -> None:
        """``kill -9``."""
        child = self.children[name]
        process = child.process
        assert process is not None
        assert process.poll() is None, f"{name} ended by itself: {child.log.read_text(encoding='utf-8')}"
        process.send_signal(signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
        assert process.stdin is not None
        process.stdin.close()
        self.kills.append(name)

    def status(self) -> StudyStatus:
        """Where the study is, from the coordinator's database."""
        return overview.status(self.home, StudyId(STUDY), self.clock)

    def answered(self) -> set[SiteId]:
        """The sites whose answers to the open phase are recorded."""
        with self.home.database() as database:
            phase = rounds.open_phase(database, StudyId(STUDY))
            return set(rounds.answers(database, phase.key)) if phase else set()

    def finished(self) -> bool:
        """Whether the coordinator has recorded the end of the study."""
        return self.status().state is StudyState.FINISHED

    def ended(self) -> None:
        """Waits until every hospital's process has ended in order, by itself."""
        for name, child in self.children.items():
            if name == COORDINATOR:
                continue
            process = child.process
            assert process is not None
            code = process.wait(60)
            assert process.stdin is not None
            process.stdin.close()
            assert code == 0, f"{name}: {child.log.read_text(encoding='utf-8')}"

    def until(self, look: Callable[[], bool], every: float = 0.01) -> None:
        """Waits until ``look`` is true, or fails as soon as a process ended that should not have."""

        def seen() -> bool:
            for name, child in self.children.items():
                assert child.process is not None
                assert not child.process.poll(), f"{name}: {child.log.read_text(encoding='utf-8')}"
            return look()

        until(seen, 60, every)

    def appears(self, pattern: str, folder: Path) -> None:
        """Waits until a file of that name is in a folder; looks often, for it may be there for milliseconds only."""
        self.until(lambda: any(os.path.exists(path) for path in folder.glob(pattern)), every=0.0005)

    def close(self) -> None:
        """Ends whatever still runs."""
        self.here.close()
        for child in self.children.values():
            process = child.process
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
            if process is not None and process.stdin is not None:
                process.stdin.close()
