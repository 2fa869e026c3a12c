# SPDX-License-Identifier: Apache-2.0
"""The demo for the doors: headless with a table at the end, or in the window with a person as one of the hospitals."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.errors import WardroundError
from engine.preprocessing import split
from engine.session.choices import ReadChoices
from engine.session.jobs import Job
from engine.session.session import Session
from engine.session.simulation_jobs import read_table, summary
from engine.simulation import demo, local
from engine.simulation.demo import LOOK_SECONDS, Demo, Place, Plan
from engine.simulation.local import Simulated, SiteFigures, SiteRecords
from engine.site import account as accounts
from engine.site.agent import UNREACHABLE
from engine.site.participant import split_key
from engine.store import studies
from engine.store.outbound import bytes_by_kind
from engine.study.manifest import Manifest
from engine.values import NoToken, RoundRecord, Token

WINDOW_SITES = 4
WINDOW_ROUNDS = 20
PATIENCE_SECONDS = 120.0
"""How long the pretend hospitals may take until the study is published; they start five programs on a small machine."""


def headless(folder: Path, sites: int, rounds: int, seed: int, token: Token, say: Callable[[str], None]) -> dict[str, Any]:
    """Runs a whole demo and returns its figures (DESIGN section 7); ``say`` is told each round.

    Raises:
        WardroundError: E-SITE-20 … 22, or what stopped the study.
        Cancelled: when a person stopped it; the same call goes on.
    """
    began = time.monotonic()
    place, plan, manifest = demo.prepare(folder, sites, rounds, seed, you=False)
    changed = threading.Event()
    running = Demo(place, plan, manifest, changed.set)
    running.start()
    last = -1
    try:
        while not running.ended:
            changed.wait(1.0)
            changed.clear()
            token.check()
            if running.failure is not None:
                raise running.failure
            if running.round != last:
                last = running.round
                say(str(last))
                token.progress(last / rounds)
    finally:
        running.close()
    done = _collect(place, plan, manifest)
    result = summary(manifest, done, time.monotonic() - began)
    result["files"] = {
        "folder": str(folder),
        "coordinator": str(place.coordinator),
        "model": str(place.coordinator / "studies" / manifest.study.id / "models" / f"{done.best_round}.safetensors"),
        "sites": {name: str(place.home(name)) for name in plan.sites},
    }
    return result


def _collect(place: Place, plan: Plan, manifest: Manifest) -> Simulated:
    """Every site's own figures out of its own vault; all records together for the upper bound, as no real federation has them."""
    figures: dict[str, SiteFigures] = {}
    models = []
    records: list[SiteRecords] = []
    last: RoundRecord | None = None
    study = manifest.study.id
    for name in plan.sites:
        session = Session.open(place.home(name))
        try:
            session.unlock(place.passphrase(name).read_text(encoding="utf-8")).result()
            site = session.opened()
            body = site.write(lambda database: studies.result(database, study))
            if body is None:
                raise WardroundError("E-SITE-18", study=study)
            [account] = accounts.compute(site.write(accounts.read)).studies
            figures[name] = local.figures_of(body, site.write(bytes_by_kind), account)
            models.append(local.own_model(manifest, site.results.models(study)))
            last = site.write(lambda database: studies.records(database, study))[-1]
        finally:
            session.close()
        records.append(_records(place, name, manifest))
    if last is None:
        raise WardroundError("E-SITE-18", study=study)
    return Simulated(
        figures,
        local.pooled_counts(manifest, local.pool(records), NoToken()),
        local.everywhere_counts(manifest, records, models),
        last.round,
        last.best_round,
        last.model_sha256,
    )


def _records(place: Place, name: str, manifest: Manifest) -> SiteRecords:
    table = read_table(manifest, [place.data(name)], NoToken())
    shares = manifest.evaluation
    return SiteRecords(table, split.split_by_hash(table.patient_keys, split_key(manifest), shares.validation_share, shares.test_share))


# ---------------------------------------------------------------- in the window


def start(folder: Path, job: Job[Session], language: str) -> Session:
    """A session of the demo's own, ready for a person to look at the data and to join.

    Raises:
        WardroundError: E-SITE-20 … 23.
    """
    place, plan, manifest = demo.prepare(folder, WINDOW_SITES, WINDOW_ROUNDS, 0, you=True)
    job.progress(0.1)
    running = Demo(place, plan, manifest, lambda: None)
    running.start()
    session: Session | None = None
    try:
        session = Session(place.home(plan.you), demo=True, companion=running)
        session.set_setting("language", language)
        passphrase = place.passphrase(plan.you).read_text(encoding="utf-8")
        if session.lock_state() == "new":
            session.create(passphrase).result()
        else:
            session.unlock(passphrase).result()
        job.progress(0.3)
        if not session.datasets():
            made = session.import_data(place.data(plan.you), plan.you, ReadChoices()).result()
            session.check_data(made.id).result()
        job.progress(0.4)
        deadline = time.monotonic() + PATIENCE_SECONDS
        study = _enrol(session, place.invitation(plan.you), deadline)
        while not session.study(study).result().published:
            job.check()
            if running.failure is not None:
                raise running.failure
            _wait(deadline)
            session.refresh(study).result()
        job.progress(1.0)
        return session
    except BaseException:
        if session is not None:
            session.close()
        running.close()
        raise


def _enrol(session: Session, invitation: Path, deadline: float) -> str:
    """Enrols as soon as the coordinator listens; it is still starting."""
    while True:
        try:
            return session.enrol(invitation).result()
        except WardroundError as error:
            if error.exit_code != UNREACHABLE:
                raise
        _wait(deadline)


def _wait(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise WardroundError("E-SITE-23", seconds=int(PATIENCE_SECONDS))
    time.sleep(LOOK_SECONDS)


def remove(folder: Path) -> None:
    """Erases the demo's files.

    Raises:
        WardroundError: E-FILE-01 when something cannot be deleted.
    """
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=error.filename or folder, reason=error.strerror or type(error).__name__) from error
