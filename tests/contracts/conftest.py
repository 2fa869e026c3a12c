# SPDX-License-Identifier: Apache-2.0
"""A small federation for the desk's tests: a real home directory, scripted hospitals that answer the same whenever they are asked."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.clock import ManualClock
from engine.coordinator import administration, home
from engine.coordinator.desk import Desk, InvitationId, PeerIdentity, SpoolSlot
from engine.coordinator.federation import Federation
from engine.coordinator.home import Home
from engine.coordinator.spool import Arrival
from engine.evaluation import metrics
from engine.models import vector
from engine.models.spec import size
from engine.secagg import fixed_point
from engine.secagg.base import Ring
from engine.site.sealing import Sealing
from engine.store.connection import Database, open_database
from engine.store.site_schema import MIGRATIONS
from engine.study import bundle as bundles
from engine.study import manifest as manifests
from engine.study.bundle import Bundle
from engine.study.phases import MAGNITUDES, layout_of, ranges_length, statistics_length
from engine.study.schema import model_spec_of
from engine.trust import certificates, signing
from engine.trust.signing import SigningKey
from engine.values import Phase, RoundRecord, SiteId, Step, StudyId
from engine.wire.messages import Contribute, Enrol, Join, NextTask, Receipt, SiteState, StudyState, Task, Tasks

STUDY = StudyId("trial")
MANIFEST = """
[study]
id = "trial"
title = "Trial"
title_zh = "试验"
purpose = "To try the desk."
lead = "Lead"

[[variables]]
name = "age"
kind = "numeric"
{range}

[[variables]]
name = "sex"
kind = "category"
categories = ["f", "m"]

[[variables]]
name = "ill"
kind = "category"
categories = ["no", "yes"]
role = "outcome"

[outcome]
variable = "ill"

[model]
family = "mlp"
hidden = [{hidden}]

[secagg]
method = "{method}"
threshold = {threshold}

[rounds]
count = {count}
min_sites = {min_sites}
quorum = {quorum}
deadline = "100s"
max_norm = {max_norm}

[evaluation]
validation_share = 0.2
test_share = 0.2
patience = {patience}
"""


def manifest_text(
    *,
    count: int = 3,
    min_sites: int = 2,
    quorum: float = 1.0,
    hidden: str = "5",
    max_norm: float = 0.0,
    patience: int = 0,
    ranges: bool = False,
    method: str = "clear",
    threshold: int = 0,
) -> str:
    """The trial's plan."""
    return MANIFEST.format(
        range="" if ranges else "range = [0, 100]",
        count=count,
        min_sites=min_sites,
        quorum=quorum,
        hidden=hidden,
        max_norm=max_norm,
        patience=patience,
        method=method,
        threshold=threshold,
    )


@dataclass
class Hospital:
    """A scripted site: its answers are a function of its name, the round and the model it was given."""

    name: SiteId
    rows: int
    key: SigningKey
    certificate: bytes = b""
    seen: int = -1
    records: list[RoundRecord] = field(default_factory=list)
    sealing: Sealing | None = None
    database: Database | None = None

    @property
    def peer(self) -> PeerIdentity:
        return PeerIdentity(certificates.fingerprint(self.certificate), certificates.uri_of(self.certificate))

    def dice(self, *words: object) -> np.random.Generator:
        digest = hashlib.sha256("|".join(map(str, (self.name, *words))).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def open_books(self, bundle: Bundle, path: Path, allow_one_apart: bool = False) -> None:
        """What a site keeps of sealed sums; again, as after a crash, when it was there."""
        database = self.database = open_database(path, None, MIGRATIONS)

        async def write(work: Callable[[Database], Any]) -> Any:
            return work(database)

        self.sealing = Sealing(bundle, self.name, self.key.sign, write, lambda: not allow_one_apart)

    def payload(self, text: str, task: Task, model: bytes) -> bytes:
        """The sealed answer to one task."""
        assert self.sealing is not None
        sealer = asyncio.run(self.sealing.sealer(task))
        return bytes(sealer.seal(self.ring(text, task, model)))

    def ring(self, text: str, task: Task, model: bytes) -> Ring:
        """What it has to tell."""
        ring: Ring
        manifest = manifests.parse(text, "test")
        spec = model_spec_of(manifest)
        layout = layout_of(task.key.phase, manifest, size(spec))
        dice = self.dice(task.key.round, task.key.phase)
        match task.key.phase:
            case Phase.RANGES:
                counts = np.zeros(ranges_length(manifest))
                counts[MAGNITUDES // 2] = self.rows
                ring, _ = fixed_point.encode(counts, layout)
            case Phase.STATISTICS:
                half = self.rows // 2
                values = [self.rows, 0.5 * self.rows, 0.3 * self.rows, half, self.rows - half, 0, 0, half, self.rows - half, self.rows]
                assert len(values) == statistics_length(manifest)
                ring, _ = fixed_point.encode(np.array(values, dtype=np.float64), layout)
            case Phase.UPDATE:
                start = vector.read(model, spec)
                delta = (dice.normal(size=size(spec)) * 0.1 - 0.1 * start).astype(np.float32)
                ring, _ = fixed_point.encode_update(delta, self.rows / task.total_examples, float(dice.random()), layout)
            case Phase.EVALUATION | Phase.TEST:
                scores = dice.dirichlet([1.0, 1.0], size=20)
                counts = metrics.counts(scores, dice.integers(0, 2, size=20), 2)
                ring, _ = fixed_point.encode(counts, layout)
        return ring


class Town:
    """The coordinator's home, its desk and its hospitals."""

    def __init__(self, folder: Path, text: str, rows: Sequence[int], free: Callable[[Path], int] | None = None) -> None:
        self.text = text
        self.clock = ManualClock()
        self.free = free or (lambda _: 1 << 40)
        home.init(folder, "Lead", ["localhost"], self.clock)
        self.home = Home(folder)
        administration.add_study(self.home, text, "trial.toml", self.clock)
        self.desk: Desk = self.open()
        self.hospitals = {SiteId(f"h{i}"): Hospital(SiteId(f"h{i}"), count, SigningKey.generate()) for i, count in enumerate(rows)}
        for hospital in self.hospitals.values():
            self.enrol(hospital)
        administration.publish(self.home, STUDY, self.clock)
        self.desk.refresh()
        self.bundle = bundles.unpack(self.desk.bundle(SiteId("h0"), STUDY), signing.verify)
        self.folder = folder
        for hospital in self.hospitals.values():
            self.restart(hospital.name)

    def restart(self, name: SiteId, allow_one_apart: bool = False) -> None:
        """As after kill -9 of one hospital and a restart."""
        hospital = self.hospitals[name]
        if hospital.database is not None:
            hospital.database.close()
        hospital.open_books(self.bundle, self.folder / f"{name}.db", allow_one_apart)

    def close(self) -> None:
        self.desk.close()
        for hospital in self.hospitals.values():
            if hospital.database is not None:
                hospital.database.close()

    def open(self) -> Federation:
        return Federation(self.home, self.clock, self.free)

    def reopen(self) -> None:
        """As after kill -9 and a restart."""
        self.desk.close()
        self.desk = self.open()

    def enrol(self, hospital: Hospital) -> None:
        invitation = administration.invite(self.home, hospital.name, STUDY, self.clock)
        self.desk.refresh()
        request, _ = certificates.make_request()
        message = Enrol(request, hospital.key.public, hospital.key.sign(request), "1", "linux")
        hospital.certificate = self.desk.enrol(InvitationId(invitation.invitation), message).certificate_pem
        administration.approve(self.home, hospital.name, self.clock)
        self.desk.refresh()

    def join(self, *names: SiteId) -> None:
        for name in names or tuple(self.hospitals):
            (offer,) = self.desk.list_studies(name).offers
            signature = self.hospitals[name].key.sign(signing.join_message(STUDY, offer.bundle_sha256))
            self.desk.join(name, Join(STUDY, offer.bundle_sha256, signature))

    def start(self) -> None:
        """All have joined and the lead says go."""
        self.join()
        administration.start(self.home, STUDY, self.clock)
        self.desk.refresh()

    def poll(self, name: SiteId) -> Tasks:
        hospital = self.hospitals[name]
        tasks = self.desk.poll(name, NextTask(STUDY, SiteState.READY, hospital.seen, 0.0))
        for record in tasks.records:
            if (record.round, record.phase) not in [(r.round, r.phase) for r in hospital.records]:
                hospital.records.append(record)
            hospital.seen = max(hospital.seen, record.round)
        return tasks

    def task(self, name: SiteId) -> Task:
        task = self.poll(name).task
        assert task is not None
        return task

    def payload(self, name: SiteId, task: Task) -> bytes:
        model = self.desk.model_path(name, STUDY, task.model_version).read_bytes()
        assert hashlib.sha256(model).hexdigest() == task.model_sha256
        return self.hospitals[name].payload(self.text, task, model)

    def send(self, name: SiteId, task: Task, payload: bytes) -> Receipt:
        """One upload, from the offset that the desk names."""
        digest = hashlib.sha256(payload).hexdigest()
        slot = self.desk.begin_submit(name, task.key, len(payload), digest)
        if isinstance(slot, Receipt):
            return slot
        self.write(slot, payload[slot.offset :])
        return self.desk.finish_submit(name, task.key, len(payload), digest, digest=None if slot.offset else digest)

    def write(self, slot: SpoolSlot, content: bytes) -> None:
        with closing(Arrival(slot.path, slot.offset, slot.length)) as arrival:
            arrival.write(content)
            if slot.offset + len(content) == slot.length:
                arrival.whole()

    def answer(self, name: SiteId) -> bool:
        """Does one task if there is one."""
        task = self.poll(name).task
        if task is None:
            return False
        if task.step is not Step.VECTOR:
            self.exchange(name, task)
            return True
        receipt = self.send(name, task, self.payload(name, task))
        signing.verify_receipt(self.home.lead_key().public, receipt)
        return True

    def exchange(self, name: SiteId, task: Task) -> Contribute:
        """A step other than the vector, as the agent does it: what cannot be done is reported."""
        sealing = self.hospitals[name].sealing
        assert sealing is not None
        message = asyncio.run(sealing.answer(task))
        self.desk.contribute(name, message)
        return message

    def answer_all(self, order: Sequence[SiteId] | None = None) -> None:
        """Everybody does the open phase."""
        for name in order or tuple(self.hospitals):
            assert self.answer(name)

    def run(self, order: Sequence[SiteId] | None = None) -> None:
        """To the end."""
        names = order or tuple(self.hospitals)
        for _ in range(1000):
            if sum(self.answer(name) for name in names) == 0:
                return
        raise AssertionError("the study does not end")

    def state(self) -> StudyState:
        return self.poll(next(iter(self.hospitals))).state

    def hashes(self) -> list[tuple[int, str, str]]:
        """What must not depend on crashes, order or luck: round, phase and model of every record, and the counts opened."""
        for name in self.hospitals:
            self.hospitals[name].seen = -1
        records = self.desk.poll(next(iter(self.hospitals)), NextTask(STUDY, SiteState.READY, -1, 0.0)).records
        return [(r.round, r.phase.value, r.model_sha256 + hashlib.sha256(r.evaluation.tobytes()).hexdigest()) for r in records]


@pytest.fixture
def town(tmp_path: Path) -> Callable[..., Town]:
    """Makes towns: ``town(rows, **manifest)``; closes their desks at the end."""
    towns: list[Town] = []

    def make(rows: Sequence[int] = (40, 60, 100), free: Callable[[Path], int] | None = None, **changes: object) -> Town:
        made = Town(tmp_path / f"home{len(towns)}", manifest_text(**changes), rows, free)  # type: ignore[arg-type]
        towns.append(made)
        return made

    yield make
    for made in towns:
        made.close()
