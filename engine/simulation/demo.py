# SPDX-License-Identifier: Apache-2.0
"""The demo: a real coordinator and real sites as processes of this machine, over mutual TLS on loopback.

The records are the Wisconsin diagnostic breast-cancer data (Wolberg, Street and Mangasarian 1993; 569 patients), as
scikit-learn ships them, shared out over hospitals of unequal size and mix. Enrolment, approval, joining and training are
the real ones; only the telephone call in which a lead compares check words is left out, because one person plays all parts.
"""

from __future__ import annotations

import csv
import json
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from engine.clock import SystemClock
from engine.coordinator import administration, home, overview
from engine.coordinator.overview import Membership
from engine.errors import WardroundError
from engine.log import get_logger
from engine.simulation.children import Child
from engine.simulation.partition import partition
from engine.study import manifest as manifests
from engine.study import templates
from engine.study.manifest import Manifest
from engine.study.written import as_toml
from engine.trust import enrolment, signing
from engine.values import SiteId
from engine.wire.messages import StudyState

TEMPLATE = "breast-cancer-demo"
NAMES = ("north", "south", "east", "west", "lake", "hill", "river", "coast")
SHARES = (0.50, 0.34, 0.08, 0.08)
SKEW = 0.4
LOOK_SECONDS = 0.2
_log = get_logger("demo")


@dataclass(frozen=True)
class Plan:
    """What a demo is made of; kept in its folder so that the same demo goes on after an interruption."""

    sites: tuple[str, ...]
    rounds: int
    seed: int
    port: int
    you: str  # the site that the person plays in the window; empty: nobody


@dataclass(frozen=True)
class Place:
    """Where a demo's things are."""

    folder: Path

    @property
    def coordinator(self) -> Path:
        return self.folder / "coordinator"

    def home(self, site: str) -> Path:
        """A site's home; its records lie outside of it, as a hospital's do."""
        return self.folder / "sites" / site

    def data(self, site: str) -> Path:
        return self.folder / "data" / f"{site}.csv"

    def invitation(self, site: str) -> Path:
        return self.folder / "invitations" / f"{site}{enrolment.SUFFIX}"

    def passphrase(self, site: str) -> Path:
        return self.folder / "passphrases" / site

    def log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


def prepare(folder: Path, sites: int, rounds: int, seed: int, you: bool) -> tuple[Place, Plan, Manifest]:
    """Makes the demo's folder, or finds it as an interrupted demo left it.

    Raises:
        WardroundError: E-SITE-20 when the folder holds something else, E-SITE-21 for a number of sites that the demo has no records for.
    """
    place = Place(folder)
    file = folder / "demo.json"
    if not 2 <= sites <= len(NAMES):
        raise WardroundError("E-SITE-21", least=2, most=len(NAMES))
    names = NAMES[:sites]
    if file.exists():
        kept = json.loads(file.read_text(encoding="utf-8"))
        plan = Plan(**{**kept, "sites": tuple(kept["sites"])})
        if (plan.sites, plan.rounds, plan.seed, bool(plan.you)) != (names, rounds, seed, you):
            raise WardroundError("E-SITE-20", path=folder)
        return place, plan, _manifest(plan)
    if folder.exists() and any(folder.iterdir()):
        raise WardroundError("E-SITE-20", path=folder)
    try:
        for part in ("sites", "data", "invitations", "passphrases", "logs"):
            (folder / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        plan = Plan(names, rounds, seed, _free_port(), names[-1] if you else "")
        manifest = _manifest(plan)
        write_records(place, plan, manifest)
        clock = SystemClock()
        home.init(place.coordinator, manifest.study.lead, ["127.0.0.1"], clock, f"127.0.0.1:{plan.port}")
        coordinator = home.Home(place.coordinator)
        administration.add_study(coordinator, as_toml(manifest), TEMPLATE, clock)
        key = coordinator.lead_key()
        for name in names:
            invitation = administration.invite(coordinator, SiteId(name), manifest.study.id, clock)
            enrolment.write(place.invitation(name), invitation, key.sign)
            signing.write_private(place.passphrase(name), secrets.token_urlsafe(24).encode())
        # Last: a folder is a demo once its plan is there.
        file.write_text(json.dumps(asdict(plan)), encoding="utf-8")
    except OSError as error:
        raise WardroundError("E-FILE-01", path=error.filename or folder, reason=error.strerror or type(error).__name__) from error
    return place, plan, manifest


def _manifest(plan: Plan) -> Manifest:
    """The template's plan; two sites are too few for a sum that hides anything, so theirs is in clear, and says so."""
    manifest = manifests.parse(templates.read(TEMPLATE), TEMPLATE)
    fewest = min(manifest.rounds.min_sites, len(plan.sites))
    return replace(
        manifest,
        secagg=replace(manifest.secagg, method="clear") if fewest < 3 else manifest.secagg,
        rounds=replace(manifest.rounds, count=plan.rounds, min_sites=fewest),
        training=replace(manifest.training, seed=plan.seed),
    )


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_records(place: Place, plan: Plan, manifest: Manifest) -> None:
    """One CSV a site, as a hospital would export it."""
    from sklearn.datasets import load_breast_cancer

    source = load_breast_cancer()
    labels = (1 - source.target).astype(np.int64)  # scikit-learn counts benign as 1
    names = [variable.name for variable in manifest.inputs]
    shares = SHARES if len(plan.sites) == len(SHARES) else tuple(1.0 / (index + 1.5) for index in range(len(plan.sites)))
    for site, rows in zip(plan.sites, partition(labels, len(plan.sites), shares, SKEW, plan.seed), strict=True):
        with open(place.data(site), "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["record_no", manifest.target.name, *names])
            for row in rows:
                outcome = manifest.classes[int(labels[row])]
                writer.writerow([f"WDBC-{row + 1:04d}", outcome, *(repr(float(value)) for value in source.data[row])])


class Demo:
    """A running demo: the coordinator, the pretend hospitals, and a lead who approves, publishes and starts.

    ``close`` ends all processes; the same folder goes on where it was.
    """

    def __init__(self, place: Place, plan: Plan, manifest: Manifest, changed: Callable[[], None]) -> None:
        self.place = place
        self.plan = plan
        self.manifest = manifest
        self.failure: WardroundError | None = None
        self._changed = changed
        self._coordinator = home.Home(place.coordinator)
        self._clock = SystemClock()
        self._ending = threading.Event()
        gives_way = bool(plan.you)  # to the window, which shares this machine with the whole federation, as no hospital's does
        serve = ("-C", str(place.coordinator), "coordinator", "serve")
        self._server = Child("coordinator", serve, place.log("coordinator"), gives_way)
        self._members = {name: self._member(name) for name in plan.sites if name != plan.you}
        self._ended: set[str] = set()
        self._thread = threading.Thread(target=self._look_after, name="demo", daemon=True)

    def _member(self, name: str) -> Child:
        place = self.place
        return Child(
            name,
            (
                "-C",
                str(place.home(name)),
                "site",
                "demo-member",
                "--invitation",
                str(place.invitation(name)),
                "--data",
                str(place.data(name)),
                "--passphrase-file",
                str(place.passphrase(name)),
            ),
            place.log(name),
            gives_way=bool(self.plan.you),
        )

    def start(self) -> None:
        """Starts every process and the lead's work."""
        self._server.start()
        for child in self._members.values():
            child.start()
        self._thread.start()

    @property
    def round(self) -> int:
        """The last published training round."""
        return overview.status(self._coordinator, self.manifest.study.id, self._clock).round

    @property
    def ended(self) -> bool:
        """Whether every pretend hospital has finished its study."""
        return self._ended == set(self._members)

    def close(self) -> None:
        """Ends the processes."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        for child in (*self._members.values(), self._server):
            child.end()

    def _look_after(self) -> None:
        try:
            while not self._ending.wait(LOOK_SECONDS):
                self._revive()
                self._lead()
                self._changed()
                if self.failure is not None:
                    return
        except WardroundError as error:
            self.failure = error
            _log.error("demo-failed", code=error.code)
            self._changed()

    def _revive(self) -> None:
        code = self._server.revive()
        if code is not None:
            self.failure = WardroundError("E-SITE-22", name="coordinator", status=code, words=self._server.last_words)
        for name, child in self._members.items():
            if name in self._ended:
                continue
            code = child.revive()
            if code == 0:
                self._ended.add(name)
            elif code is not None:
                self.failure = WardroundError("E-SITE-22", name=name, status=code, words=child.last_words)

    def _lead(self) -> None:
        """What the lead's IT does by hand in a real federation; in the demo nobody telephones."""
        study = self.manifest.study.id
        state = dict(overview.studies(self._coordinator))[study]
        if state is StudyState.DRAFT:
            sites = {summary.site: summary.membership for summary in overview.sites(self._coordinator)}
            for site, membership in sites.items():
                if membership is Membership.WAITING:
                    administration.approve(self._coordinator, site, self._clock)
                    sites[site] = Membership.APPROVED
            if set(sites) == set(self.plan.sites) and all(state is Membership.APPROVED for state in sites.values()):
                administration.publish(self._coordinator, study, self._clock)
                administration.start(self._coordinator, study, self._clock)
