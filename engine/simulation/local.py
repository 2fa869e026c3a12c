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
from typing import Literal, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.clock import Clock, SystemClock
from engine.coordinator import administration, home
from engine.coordinator.desk import InvitationId
from engine.coordinator.federation import Federation
from engine.errors import WardroundError
from engine.models import scaling as scalings
from engine.models.spec import size
from engine.preprocessing import features, sums
from engine.privacy.policy import Policy
from engine.simulation.loopback import LoopbackTransport
from engine.site import account as accounts
from engine.site.account import StudyAccount
from engine.site.agent import Agent
from engine.site.books import Books, WriterLedger
from engine.site.closing import MODELS, Closing
from engine.site.participant import Participant
from engine.site.protection import Protection
from engine.site.release import Endpoint, Gate, open_transport
from engine.site.sealing import Sealing
from engine.store import outbound, studies
from engine.store.connection import Database, open_database
from engine.store.site_schema import MIGRATIONS
from engine.study import bundle as bundles
from engine.study.manifest import Manifest
from engine.study.phases import ranges_length
from engine.study.schema import inputs_of, model_spec_of
from engine.study.written import as_toml
from engine.trust import certificates, signing
from engine.trust.enrolment import Invitation
from engine.trust.signing import SigningKey
from engine.values import RoundRecord, SiteId, StudyTable, Token
from engine.wire.messages import Enrol, Enrolled, GetBundle, Hello, Join, SiteState, StudyState
from engine.wire.proxy import ProxyMode, ProxySetting
from engine.wire.transport import Transport

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
    account: StudyAccount | None = None  # what the study charged to this site's patients


@dataclass(frozen=True)
class Simulated:
    """A finished simulation. ``pooled``: counts over all test rows of the model trained on all records together."""

    sites: Mapping[str, SiteFigures]
    pooled: NDArray[np.float64]
    local_everywhere: NDArray[np.float64]  # counts of every site's own model over all sites' test rows, summed
    rounds: int
    best_round: int
    model_sha256: str


def simulate_sites(
    manifest: Manifest,
    sites: Mapping[str, SiteRecords],
    transport: Literal["loopback", "grpc"],
    folder: Path | None,
    token: Token,
    rehearsal: int | None = None,
) -> Simulated:
    """Runs a study over the given records.

    Args:
        manifest: as at a real coordinator, with ``rounds.count`` and ``training.seed`` as wanted.
        sites: by name.
        transport: "loopback" hands messages over by a function call; "grpc" opens a real port with mutual TLS.
        folder: where the coordinator's home is kept, with all models; None: thrown away.
        token: progress over all rounds, and cancelling.
        rehearsal: a seed for the masks of sealed sums, so that every byte repeats; then they hide nothing. None: drawn afresh.

    Raises:
        WardroundError: whatever would stop a real study.
        Cancelled: when a person stopped it.
    """
    with TemporaryDirectory(prefix="wardround-") as scratch:
        work = Path(scratch)
        line = _Loopback if transport == "loopback" else _OnPort
        return asyncio.run(_federate(manifest, sites, line, folder or work / "coordinator", work, token, rehearsal))


class _Line(Protocol):
    """How sites reach the desk."""

    async def open(self) -> None: ...
    async def refresh(self) -> None: ...
    def bootstrap(self, invitation: Invitation) -> Transport: ...
    def member(self, enrolled: Enrolled, tls_key: bytes) -> Transport: ...
    async def close(self) -> None: ...


class _Loopback:
    """A desk in this thread."""

    def __init__(self, coordinator: home.Home, clock: Clock) -> None:
        self._desk = Federation(coordinator, clock)

    async def open(self) -> None:
        """It is open."""

    async def refresh(self) -> None:
        self._desk.refresh()

    def bootstrap(self, invitation: Invitation) -> Transport:
        return LoopbackTransport(self._desk, None, InvitationId(invitation.invitation))

    def member(self, enrolled: Enrolled, tls_key: bytes) -> Transport:  # noqa: ARG002 - no TLS here
        return LoopbackTransport(self._desk, enrolled.site)

    async def close(self) -> None:
        self._desk.close()


class _OnPort:
    """A desk behind a real port of this machine."""

    def __init__(self, coordinator: home.Home, clock: Clock) -> None:
        from engine.coordinator.app import Port

        self._coordinator = coordinator
        self._port = Port(lambda: Federation(coordinator, clock), coordinator.server_tls(), ["127.0.0.1:0"])

    async def open(self) -> None:
        await self._port.start()

    async def refresh(self) -> None:
        await self._port.refresh()

    def bootstrap(self, invitation: Invitation) -> Transport:
        pair = invitation.bootstrap
        return self._transport(pair.certificate_pem, pair.key_pem)

    def member(self, enrolled: Enrolled, tls_key: bytes) -> Transport:
        return self._transport(enrolled.certificate_pem, tls_key)

    def _transport(self, certificate: bytes, key: bytes) -> Transport:
        return open_transport(
            Endpoint(
                self._port.addresses[0],
                "localhost",
                self._coordinator.port_authority_pem,
                certificate,
                key,
                proxy=ProxySetting(ProxyMode.OFF),
            )
        )

    async def close(self) -> None:
        await self._port.stop(0.0)


async def _federate(
    manifest: Manifest,
    sites: Mapping[str, SiteRecords],
    line_of: Callable[[home.Home, Clock], _Line],
    folder: Path,
    work: Path,
    token: Token,
    rehearsal: int | None,
) -> Simulated:
    """The whole federation: found it, invite, enrol, approve, publish, join, start, take part, compare."""
    study = manifest.study.id
    clock: Clock = SystemClock()
    home.init(folder, manifest.study.lead, ["localhost"], clock)
    coordinator = home.Home(folder)
    administration.add_study(coordinator, as_toml(manifest), "simulation", clock)
    line = line_of(coordinator, clock)
    members: list[_Member] = []
    try:
        await line.open()
        for name, records in sites.items():
            invitation = administration.invite(coordinator, SiteId(name), study, clock, 3600.0)
            await line.refresh()
            member = _Member(manifest, line, SiteId(name), records, work / name, clock, token, rehearsal)
            members.append(member)
            await member.enrol(invitation)
            administration.approve(coordinator, SiteId(name), clock)
        administration.publish(coordinator, study, clock)
        await line.refresh()
        for member in members:
            await member.join()
        administration.start(coordinator, study, clock)
        await line.refresh()
        progress = _Progress(manifest.rounds.count, token)
        ends = await asyncio.gather(*(member.take_part(progress) for member in members))
        if any(end is not StudyState.FINISHED for end in ends):
            raise WardroundError("E-ROUND-07", study=study)
        figures = {name: member.figures() for name, member in zip(sites, members, strict=True)}
        pooled = pooled_counts(manifest, pool(list(sites.values())), token)
        everywhere = everywhere_counts(manifest, list(sites.values()), [member.own_model() for member in members])
        records_of_all = members[0].records
        trained = max(record.round for record in records_of_all)
        return Simulated(figures, pooled, everywhere, trained, records_of_all[-1].best_round, records_of_all[-1].model_sha256)
    finally:
        for member in members:
            await member.close()
        await line.close()


class _Progress:
    """Rounds published, told once however many sites report them."""

    def __init__(self, count: int, token: Token) -> None:
        self._count = count
        self._token = token
        self._last = 0

    def __call__(self, number: int) -> None:
        if number > self._last:
            self._last = number
            self._token.progress(number / self._count)
        self._token.check()


class _Member:
    """One simulated site: a store in memory, the real gate and agent."""

    def __init__(
        self,
        manifest: Manifest,
        line: _Line,
        name: SiteId,
        records: SiteRecords,
        folder: Path,
        clock: Clock,
        token: Token,
        rehearsal: int | None,
    ) -> None:
        folder.mkdir()
        self._manifest = manifest
        self._line = line
        self._name = name
        self._records = records
        self._clock = clock
        self._token = token
        self._key = SigningKey.generate()
        self._rehearsal = rehearsal
        self.database = open_database(folder / "site.db", None, MIGRATIONS)
        self._ledger = WriterLedger(self.write, lambda: None, rehearsal=True)
        self._books = Books(self.write, folder, bytes(32), manifest.study.id, clock.now)
        self._gate: Gate | None = None

    async def write(self, work: Callable[[Database], T]) -> T:
        return work(self.database)

    async def enrol(self, invitation: Invitation) -> None:
        gate = Gate(self._line.bootstrap(invitation), self._ledger, self._clock, "simulation")
        request, tls_key = certificates.make_request()
        await gate.hello(Hello("simulation"))
        answer = await gate.enrol(Enrol(request, self._key.public, self._key.sign(request), "simulation", "simulation"))
        await gate.close()
        member = self._line.member(answer, tls_key)
        self._gate = Gate(member, self._ledger, self._clock, "simulation", rehearsal=True)

    async def close(self) -> None:
        if self._gate is not None:
            await self._gate.close()
        self.database.close()

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

        def notify(_: object, new: Sequence[RoundRecord]) -> None:
            for record in new:
                advance(record.round)

        sealing = Sealing(self._bundle, self._name, self._key.sign, self.write, rehearsal=self._rehearsal)
        members = tuple(bytes.fromhex(key) for key in table.patient_keys) if self._manifest.patient_id is not None else None
        protection = Protection(self._manifest, self._name, self.write, lambda _: members, Policy, self._rehearsal)
        agent = Agent(self._bundle, participant, self.gate, self._books, sealing, protection, self._train, self._clock, notify)
        self._participant = participant
        return await agent.run()

    async def _train(self, work: Callable[[Token], T], token: Token) -> T:
        self._token.check()
        result = work(token)
        await asyncio.sleep(0)  # the other sites' turn
        return result

    @property
    def records(self) -> tuple[RoundRecord, ...]:
        return studies.records(self.database, self._manifest.study.id)

    @property
    def closing(self) -> Closing:
        body = studies.result(self.database, self._manifest.study.id)
        if body is None:
            raise ValueError("the study has not ended")
        return Closing(body, bytes(self._books.models()))

    def own_model(self) -> NDArray[np.float32] | None:
        """The model of this site alone, if there could be one."""
        return own_model(self._manifest, self.closing.models)

    def figures(self) -> SiteFigures:
        [account] = accounts.compute(accounts.read(self.database)).studies
        return figures_of(self.closing.body, outbound.bytes_by_kind(self.database), account)


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


def everywhere_counts(
    manifest: Manifest, sites: Sequence[SiteRecords], models: Sequence[NDArray[np.float32] | None]
) -> NDArray[np.float64]:
    """Counts of each site's own model over every site's test rows, under that site's own scaling.

    Raises:
        WardroundError: E-TRAIN-06 when no site could have a model of its own.
    """
    from engine.evaluation import metrics, predict

    total: NDArray[np.float64] | None = None
    for owner, weights in zip(sites, models, strict=True):
        if weights is None:
            continue
        rows: NDArray[np.bool_] = owner.parts[owner.table.patients] == 0
        inputs = inputs_of(manifest)
        if ranges_length(manifest):
            inputs = scalings.ranges_from(inputs, sums.ranges_vector(inputs, owner.table, rows))
        vector = sums.statistics_vector(inputs, manifest.classes, owner.table, rows)
        scaling = scalings.open_statistics(inputs, manifest.classes, vector)
        spec = replace(model_spec_of(manifest), inputs=inputs)
        for other in sites:
            test = features.parted(features.features(inputs, scaling, other.table), other.parts).test
            counts = metrics.counts(predict.scores(spec, weights, test.features), test.labels, len(manifest.classes))
            total = counts if total is None else total + counts
    if total is None:
        raise WardroundError("E-TRAIN-06")
    return total


def figures_of(body: str, sent: Mapping[str, int], account: StudyAccount | None) -> SiteFigures:
    """A site's figures from the body of its closing, its ledger's sums and its privacy ledger."""
    own = json.loads(body)
    counts = {name: np.asarray(own["counts"][stored], np.float64) for name, stored in _STORED.items() if stored in own["counts"]}
    return SiteFigures(own["rows"], counts, own["personalised"], sent, account)


def own_model(manifest: Manifest, models: bytes | bytearray) -> NDArray[np.float32] | None:
    """The model of a site alone from the weights that its closing kept, if there could be one."""
    flat = np.frombuffer(models, "<f4")
    step = size(model_spec_of(manifest))
    index = MODELS.index("local")
    return flat[index * step : (index + 1) * step] if flat.size >= (index + 1) * step else None
