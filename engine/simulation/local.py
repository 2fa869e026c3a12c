# SPDX-License-Identifier: Apache-2.0
"""A whole federation in one process: the real coordinator's desk, the real agents, gates and ledgers; only the network is a function call.

What is compared, on each site's own test rows: the global model, the same site's model alone, the personalised one; and over
all test rows together the model of the pooled records, which no federation can beat by much.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.clock import Clock, SystemClock
from engine.coordinator import administration, home
from engine.coordinator.desk import InvitationId
from engine.coordinator.federation import Federation
from engine.errors import WardroundError
from engine.evaluation.report import Report, from_counts
from engine.models import scaling as scalings
from engine.models.spec import size
from engine.preprocessing import features, sums
from engine.simulation.loopback import LoopbackTransport
from engine.site.agent import Agent
from engine.site.books import Books, WriterLedger
from engine.site.closing import MODELS, Closing
from engine.site.participant import Participant
from engine.site.release import Gate
from engine.store import outbound, studies
from engine.store.connection import Database, open_database
from engine.store.site_schema import MIGRATIONS
from engine.study import bundle as bundles
from engine.study.manifest import Manifest
from engine.study.phases import ranges_length
from engine.study.schema import inputs_of, model_spec_of
from engine.study.written import as_toml
from engine.trust import certificates, signing
from engine.trust.signing import SigningKey
from engine.values import SiteId, StudyTable, Token
from engine.wire.messages import Enrol, GetBundle, Hello, Join, SiteState, StudyState

T = TypeVar("T")
NAMES = ("global", "local", "personalised")
_STORED = {"global": "federated", "local": "local", "personalised": "personalised"}


@dataclass(frozen=True)
class SiteRecords:
    """One site's rows; ``parts`` (p,) is the part of each patient: 0 train, 1 validation, 2 test."""

    table: StudyTable
    parts: NDArray[np.int8]


@dataclass(frozen=True)
class SiteFigures:
    """One site at the end: rows of each part, counts of each model on its own test rows, what it sent by kind."""

    rows: Mapping[str, int]
    counts: Mapping[str, NDArray[np.float64]]
    personalised: Mapping[str, object]
    sent: Mapping[str, int]


@dataclass(frozen=True)
class Simulated:
    """A finished simulation. ``pooled``: counts over all test rows of the model trained on all records together."""

    sites: Mapping[str, SiteFigures]
    pooled: NDArray[np.float64]
    local_everywhere: NDArray[np.float64]  # counts of every site's own model over all sites' test rows, summed
    rounds: int
    best_round: int
    model_sha256: str


def simulate(manifest: Manifest, sites: Mapping[str, SiteRecords], folder: Path | None, token: Token) -> Simulated:
    """Runs a study over the given records.

    Args:
        manifest: as at a real coordinator, with ``rounds.count`` and ``training.seed`` as wanted.
        sites: by name.
        folder: where the coordinator's home is kept, with all models; None: thrown away.
        token: progress over all rounds, and cancelling.

    Raises:
        WardroundError: whatever would stop a real study.
        Cancelled: when a person stopped it.
    """
    with TemporaryDirectory(prefix="wardround-") as scratch:
        work = Path(scratch)
        return asyncio.run(_Federation(manifest, sites, folder or work / "coordinator", work, token).run())


class _Federation:
    def __init__(self, manifest: Manifest, sites: Mapping[str, SiteRecords], folder: Path, work: Path, token: Token) -> None:
        self._manifest = manifest
        self._sites = sites
        self._folder = folder
        self._work = work
        self._token = token
        self._clock: Clock = SystemClock()
        self._finished_rounds = 0

    async def run(self) -> Simulated:
        manifest, study = self._manifest, self._manifest.study.id
        home.init(self._folder, manifest.study.lead, ["localhost"], self._clock)
        coordinator = home.Home(self._folder)
        administration.add_study(coordinator, as_toml(manifest), "simulation", self._clock)
        desk = Federation(coordinator, self._clock)
        try:
            members = [await self._member(coordinator, desk, SiteId(name), records) for name, records in self._sites.items()]
            administration.publish(coordinator, study, self._clock)
            desk.refresh()
            for member in members:
                await member.join()
            administration.start(coordinator, study, self._clock)
            desk.refresh()
            ends = await asyncio.gather(*(member.take_part(self._advance) for member in members))
            for end in ends:
                if end is not StudyState.FINISHED:
                    raise WardroundError("E-ROUND-07", study=study)
            final = members[0].last_record
            figures = {name: member.figures() for name, member in zip(self._sites, members, strict=True)}
            pooled, everywhere = _upper_and_lower(manifest, self._sites, members, self._token)
            trained = max(record.round for record in members[0].records)
            return Simulated(figures, pooled, everywhere, trained, final.best_round, final.model_sha256)
        finally:
            desk.close()

    async def _member(self, coordinator: home.Home, desk: Federation, name: SiteId, records: SiteRecords) -> _Member:
        invitation = administration.invite(coordinator, name, self._manifest.study.id, self._clock, 3600.0)
        desk.refresh()
        member = _Member(self._manifest, desk, name, records, self._work / name, self._clock, self._token)
        await member.enrol(InvitationId(invitation.invitation))
        administration.approve(coordinator, name, self._clock)
        desk.refresh()
        return member

    def _advance(self, number: int) -> None:
        if number > self._finished_rounds:
            self._finished_rounds = number
            self._token.progress(number / self._manifest.rounds.count)
        self._token.check()


class _Member:
    """One simulated site: a store in memory, the real gate and agent."""

    def __init__(
        self, manifest: Manifest, desk: Federation, name: SiteId, records: SiteRecords, folder: Path, clock: Clock, token: Token
    ) -> None:
        folder.mkdir()
        self._manifest = manifest
        self._desk = desk
        self._name = name
        self._records = records
        self._clock = clock
        self._token = token
        self._key = SigningKey.generate()
        self.database = open_database(Path(":memory:"), None, MIGRATIONS)
        self._ledger = WriterLedger(self.write, lambda: None)
        self._books = Books(self.write, folder, bytes(32), manifest.study.id, clock.now)
        self._gate: Gate | None = None

    async def write(self, work: Callable[[Database], T]) -> T:
        return work(self.database)

    async def enrol(self, invitation: InvitationId) -> None:
        gate = Gate(LoopbackTransport(self._desk, None, invitation), self._ledger, self._clock, "loopback")
        request, _ = certificates.make_request()
        await gate.hello(Hello("simulation"))
        answer = await gate.enrol(Enrol(request, self._key.public, self._key.sign(request), "simulation", "simulation"))
        self._gate = Gate(LoopbackTransport(self._desk, answer.site), self._ledger, self._clock, "loopback")

    @property
    def gate(self) -> Gate:
        if self._gate is None:
            raise ValueError("enrol comes first")
        return self._gate

    async def join(self) -> None:
        study = self._manifest.study
        content = (await self.gate.get_bundle(GetBundle(study.id))).content
        self._bundle = bundles.unpack(content, signing.verify)
        digest = bundles.digest(content)
        await self.gate.join(Join(study.id, digest, self._key.sign(signing.join_message(study.id, digest))))
        row = studies.Enrolment(0, self._name, study.lead, (), "", b"", b"", self._name, study.id, b"", b"", b"", b"", b"", b"-")
        kept = studies.add_enrolment(self.database, row)
        studies.put_offer(self.database, study.id, kept.id, study.title, study.title_zh, True, True, SiteState.READY)

    async def take_part(self, advance: Callable[[int], None]) -> StudyState:
        table, parts = self._records.table, self._records.parts
        participant = Participant(self._bundle, self._name, lambda _: table, parts=parts, threads=1)

        def notify(_: object, new: Sequence[studies.RoundRecord]) -> None:
            for record in new:
                advance(record.round)

        agent = Agent(self._bundle, participant, self.gate, self._books, self._train, self._clock, notify)
        self._participant = participant
        return await agent.run()

    async def _train(self, work: Callable[[Token], T], token: Token) -> T:
        self._token.check()
        result = work(token)
        await asyncio.sleep(0)  # the other sites' turn
        return result

    @property
    def records(self) -> tuple[studies.RoundRecord, ...]:
        return studies.records(self.database, self._manifest.study.id)

    @property
    def last_record(self) -> studies.RoundRecord:
        return self.records[-1]

    @property
    def closing(self) -> Closing:
        body = studies.result(self.database, self._manifest.study.id)
        if body is None:
            raise ValueError("the study has not ended")
        return Closing(body, bytes(self._books.models()))

    def own_model(self) -> NDArray[np.float32] | None:
        """The model of this site alone, if there could be one."""
        flat = np.frombuffer(self.closing.models, "<f4")
        step = size(model_spec_of(self._manifest))
        index = MODELS.index("local")
        return flat[index * step : (index + 1) * step] if flat.size >= (index + 1) * step else None

    def figures(self) -> SiteFigures:
        own = json.loads(self.closing.body)
        counts = {name: np.asarray(own["counts"][stored], np.float64) for name, stored in _STORED.items() if stored in own["counts"]}
        return SiteFigures(own["rows"], counts, own["personalised"], outbound.bytes_by_kind(self.database))


def _upper_and_lower(
    manifest: Manifest, sites: Mapping[str, SiteRecords], members: Sequence[_Member], token: Token
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Counts over all test rows: of the model of the pooled records, and of each site's own model, summed."""
    pooled = pool(list(sites.values()))
    return pooled_counts(manifest, pooled, token), everywhere_counts(manifest, sites, members)


def pool(sites: Sequence[SiteRecords]) -> SiteRecords:
    """All records in one place, as no federation ever has them; the same key at two sites is the same patient."""
    keys = sorted({key for records in sites for key in records.table.patient_keys})
    place = {key: index for index, key in enumerate(keys)}
    parts = np.zeros(len(keys), np.int8)
    patients = []
    for records in sites:
        mapping = np.array([place[key] for key in records.table.patient_keys], np.int64)
        parts[mapping] = records.parts
        patients.append(mapping[records.table.patients])
    first = sites[0].table
    table = StudyTable(
        numeric={name: np.concatenate([records.table.numeric[name] for records in sites]) for name in first.numeric},
        coded={name: np.concatenate([records.table.coded[name] for records in sites]) for name in first.coded},
        labels=np.concatenate([records.table.labels for records in sites]),
        patients=np.concatenate(patients),
        patient_keys=tuple(keys),
    )
    return SiteRecords(table, parts)


def pooled_counts(manifest: Manifest, pooled: SiteRecords, token: Token) -> NDArray[np.float64]:
    """Counts over the pooled test rows of the model trained on the pooled training rows, early stopping included."""
    from engine.evaluation import metrics, predict
    from engine.training import device
    from engine.training.alone import train_alone

    device.prepare(1)  # one thread is fastest for tables of this size
    table = pooled.table
    rows: NDArray[np.bool_] = pooled.parts[table.patients] == 0
    inputs = inputs_of(manifest)
    if ranges_length(manifest):
        inputs = scalings.ranges_from(inputs, sums.ranges_vector(inputs, table, rows))
    scaling = scalings.open_statistics(inputs, manifest.classes, sums.statistics_vector(inputs, manifest.classes, table, rows))
    examples = features.parted(features.features(inputs, scaling, table), pooled.parts)
    spec = replace(model_spec_of(manifest), inputs=inputs)
    made = train_alone(spec, examples, manifest.training, manifest.rounds.count, manifest.training.seed, token)
    scores = predict.scores(spec, made.weights, examples.test.features)
    return metrics.counts(scores, examples.test.labels, len(manifest.classes))


def everywhere_counts(manifest: Manifest, sites: Mapping[str, SiteRecords], members: Sequence[_Member]) -> NDArray[np.float64]:
    """Counts of each site's own model over every site's test rows, under that site's own scaling."""
    from engine.evaluation import metrics, predict

    total: NDArray[np.float64] | None = None
    for owner, member in zip(sites.values(), members, strict=True):
        weights = member.own_model()
        if weights is None:
            continue
        rows: NDArray[np.bool_] = owner.parts[owner.table.patients] == 0
        inputs = inputs_of(manifest)
        if ranges_length(manifest):
            inputs = scalings.ranges_from(inputs, sums.ranges_vector(inputs, owner.table, rows))
        vector = sums.statistics_vector(inputs, manifest.classes, owner.table, rows)
        scaling = scalings.open_statistics(inputs, manifest.classes, vector)
        spec = replace(model_spec_of(manifest), inputs=inputs)
        for other in sites.values():
            test = features.parted(features.features(inputs, scaling, other.table), other.parts).test
            counts = metrics.counts(predict.scores(spec, weights, test.features), test.labels, len(manifest.classes))
            total = counts if total is None else total + counts
    if total is None:
        raise WardroundError("E-TRAIN-06")
    return total


def report_of(counts: NDArray[np.float64], manifest: Manifest) -> Report:
    """The report of a sum of counts."""
    return from_counts(counts, manifest.classes)
