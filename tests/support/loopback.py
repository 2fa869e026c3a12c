# SPDX-License-Identifier: Apache-2.0
"""A coordinator's port on this machine with a desk that lives in memory, the keys for it, and an HTTP CONNECT proxy; for tests."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.coordinator.app import Port
from engine.coordinator.desk import InvitationId, PeerIdentity, Rpc, SpoolSlot
from engine.errors import WardroundError
from engine.site.link import GrpcTransport
from engine.site.walk import Endpoint
from engine.trust import certificates
from engine.trust.certificates import KeyPair, PeerKind, ServerTls
from engine.trust.signing import SigningKey, receipt_message
from engine.values import Phase, PhaseKey, SealedVector, SiteId, StudyId
from engine.wire.messages import (
    Contribute,
    Enrol,
    Enrolled,
    Heartbeat,
    HelloReply,
    Join,
    Joined,
    Leave,
    NextTask,
    Receipt,
    ReportError,
    Studies,
    StudyOffer,
    StudyState,
    Submit,
    Task,
    Tasks,
)
from engine.wire.proxy import ProxySetting

STUDY = StudyId("preterm")
NORTH = SiteId("north")
NAME = "coordinator.test"


@dataclass
class Federation:
    """Keys and certificates of a lead and its sites."""

    now: float = field(default_factory=time.time)
    authority: KeyPair = field(init=False)
    server: KeyPair = field(init=False)
    lead: SigningKey = field(init=False)

    def __post_init__(self) -> None:
        self.authority = certificates.create_authority("Lead Hospital", self.now)
        self.server = certificates.issue_server(self.authority, [NAME, "localhost", "127.0.0.1"], self.now)
        self.lead = SigningKey.generate()

    def site(self, site: SiteId = NORTH) -> KeyPair:
        request, key = certificates.make_request()
        return KeyPair(certificates.issue_site(self.authority, request, site, self.now), key)

    def invite(self, invitation: str = "inv-1") -> KeyPair:
        return certificates.issue_bootstrap(self.authority, invitation, self.now, self.now + 3600)

    @property
    def tls(self) -> ServerTls:
        return ServerTls(self.server, self.authority.certificate_pem)


class MemoryDesk:
    """A desk without rounds: whatever is asked is recorded, and answered from plain attributes."""

    def __init__(self, folder: Path, federation: Federation) -> None:
        self.folder = folder
        self.federation = federation
        self.asked: list[tuple[str, str, object]] = []
        self.revoked: set[str] = set()
        self.tasks = Tasks(StudyState.RUNNING)
        self.limit = 1 << 40
        self.error: BaseException | None = None
        self.receipts: dict[tuple[SiteId, PhaseKey], Receipt] = {}
        self.digests: list[str | None] = []
        self.polls = 0
        self.refreshed = 0
        self.version = 1
        self._callbacks: list[Callable[[], None]] = []

    def changed(self) -> None:
        for callback in self._callbacks:
            callback()

    def authorise(self, peer: PeerIdentity, rpc: Rpc) -> SiteId | InvitationId:
        known = certificates.peer_of(peer.uri)
        if known is None:
            raise WardroundError("E-TLS-06")
        if peer.certificate_sha256 in self.revoked:
            raise WardroundError("E-TLS-07")
        kind, name = known
        allowed = {Rpc.HELLO, Rpc.ENROL} if kind is PeerKind.BOOTSTRAP else set(Rpc) - {Rpc.ENROL}
        if rpc not in allowed:
            raise WardroundError("E-TLS-08", call=rpc.value)
        return InvitationId(name) if kind is PeerKind.BOOTSTRAP else SiteId(name)

    def _note(self, what: str, who: str, message: object) -> None:
        self.asked.append((what, who, message))
        if self.error is not None:
            raise self.error

    def hello(self) -> HelloReply:
        self._note("hello", "", None)
        return HelloReply("Lead Hospital 牵头医院", "0.1.0", 1, time.time())

    def enrol(self, invitation_id: InvitationId, message: Enrol) -> Enrolled:
        self._note("enrol", invitation_id, message)
        made = certificates.issue_site(self.federation.authority, message.csr_der, NORTH, self.federation.now)
        return Enrolled(NORTH, made, self.federation.authority.certificate_pem, time.time())

    def list_studies(self, site: SiteId) -> Studies:
        self._note("list", site, None)
        return Studies((StudyOffer(STUDY, "Preterm birth", "早产预警", True, "a" * 64, True),))

    def bundle(self, site: SiteId, study: StudyId) -> bytes:
        self._note("bundle", site, study)
        return b"bundle"

    def join(self, site: SiteId, message: Join) -> Joined:
        self._note("join", site, message)
        return Joined(message.study)

    def poll(self, site: SiteId, message: NextTask) -> Tasks:
        self.polls += 1
        self._note("poll", site, message)
        return self.tasks

    def heartbeat(self, site: SiteId, message: Heartbeat) -> None:
        self._note("heartbeat", site, message)

    def model_path(self, site: SiteId, study: StudyId, version: int) -> Path:
        self._note("model", site, version)
        return self.folder / f"model-{version}"

    def begin_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str) -> SpoolSlot | Receipt:
        self._note("begin", site, key)
        if length > self.limit:
            raise WardroundError("E-NET-12", message="Submit", size=length, limit=self.limit)
        if (site, key) in self.receipts:
            return self.receipts[site, key]
        path = self.spool(site, key)
        return SpoolSlot(path, path.stat().st_size if path.exists() else 0, length)

    def finish_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str, *, digest: str | None = None) -> Receipt:
        self._note("finish", site, key)
        self.digests.append(digest)
        content = self.spool(site, key).read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256 or len(content) != length:
            raise WardroundError("E-TLS-11", what="the upload")
        signature = self.federation.lead.sign(receipt_message(key, site, sha256))
        receipt = Receipt(key, site, sha256, time.time(), signature)
        self.receipts[site, key] = receipt
        return receipt

    def spool(self, site: SiteId, key: PhaseKey) -> Path:
        return self.folder / f"{site}-{key.round}-{key.attempt}-{key.phase}"

    def contribute(self, site: SiteId, message: Contribute) -> None:
        self._note("contribute", site, message)

    def report_error(self, site: SiteId, message: ReportError) -> None:
        self._note("report", site, message)

    def leave(self, site: SiteId, message: Leave) -> None:
        self._note("leave", site, message)

    def subscribe(self, callback: Callable[[], None]) -> None:
        self._callbacks.append(callback)

    def data_version(self) -> int:
        return self.version

    def refresh(self) -> None:
        self.refreshed += 1
        self.changed()

    def tick(self) -> None:
        pass

    def close(self) -> None:
        self.asked.append(("close", "", None))


class Loopback:
    """A running port and what it takes to reach it."""

    def __init__(self, port: Port, desk: MemoryDesk, federation: Federation) -> None:
        self.port = port
        self.desk = desk
        self.federation = federation
        self.address = port.addresses[0]
        self.number = int(self.address.rsplit(":", 1)[1])

    def endpoint(self, pair: KeyPair, **other: Any) -> Endpoint:
        facts: dict[str, Any] = {
            "address": self.address,
            "server_name": NAME,
            "ca_pem": self.federation.authority.certificate_pem,
            "certificate_pem": pair.certificate_pem,
            "key_pem": pair.key_pem,
            "proxy": ProxySetting(),
        }
        return Endpoint(**(facts | other))

    @asynccontextmanager
    async def link(self, pair: KeyPair | None = None, **other: Any) -> AsyncIterator[GrpcTransport]:
        transport = GrpcTransport(self.endpoint(pair or self.federation.site(), **other))
        try:
            yield transport
        finally:
            await transport.close()

    async def revoke(self, pair: KeyPair) -> None:
        def work() -> None:
            self.desk.revoked.add(certificates.fingerprint(pair.certificate_pem))
            self.desk.changed()

        await self.port.run(work)

    async def tell(self, tasks: Tasks) -> None:
        def work() -> None:
            self.desk.tasks = tasks
            self.desk.changed()

        await self.port.run(work)


@asynccontextmanager
async def coordinator(folder: Path, federation: Federation | None = None) -> AsyncIterator[Loopback]:
    """A coordinator on a free port of this machine."""
    federation = federation or Federation()
    desk = MemoryDesk(folder, federation)
    port = Port(lambda: desk, federation.tls, ["127.0.0.1:0"])
    await port.start()
    try:
        yield Loopback(port, desk, federation)
    finally:
        await port.stop(0.5)


def nothing(_: bytes | memoryview) -> None:
    """A ``sent`` that does not look."""


def phase_key(round_number: int = 1, attempt: int = 0, phase: Phase = Phase.UPDATE) -> PhaseKey:
    return PhaseKey(STUDY, round_number, attempt, phase)


def task(round_number: int = 1) -> Task:
    return Task(phase_key(round_number), 0, "b" * 64, (NORTH, SiteId("south")), time.time() + 60, 100, b"")


def submission(payload: bytes, key: PhaseKey | None = None) -> Submit:
    return Submit(SealedVector(key or phase_key(), payload, hashlib.sha256(payload).hexdigest()))


class ConnectProxy:
    """An HTTP proxy that does CONNECT only: ``routes`` maps the asked host:port to a port of this machine."""

    def __init__(self, routes: dict[str, int], login: str | None = None, refuse: int | None = None) -> None:
        self.routes = routes
        self.login = login
        self.refuse = refuse
        self.requests: list[tuple[str, int]] = []
        self.port = 0
        self.upstream_bytes = 0
        self.cut_after: int | None = None
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> ConnectProxy:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Breaks every connection that passes through."""
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        self._writers.discard(writer)
        writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        status = self._verdict(method, target, head)
        self.requests.append((target, status))
        writer.write(f"HTTP/1.1 {status} Verdict\r\n\r\n".encode())
        await writer.drain()
        if status != 200:
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.routes[target])
        self._writers.add(far_writer)
        await asyncio.gather(self._pump(reader, far_writer, True), self._pump(far_reader, writer, False))
        self._writers.discard(far_writer)

    def _verdict(self, method: str, target: str, head: str) -> int:
        if self.refuse is not None:
            return self.refuse
        if self.login is not None:
            wanted = "Basic " + base64.b64encode(self.login.encode()).decode()
            given = [line.split(":", 1)[1].strip() for line in head.split("\r\n") if line.lower().startswith("proxy-authorization:")]
            if given != [wanted]:
                return 407
        return 200 if method == "CONNECT" and target in self.routes else 403

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: bool) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
                if upstream:
                    self.upstream_bytes += len(data)
                    if self.cut_after is not None and self.upstream_bytes >= self.cut_after:
                        self.cut_after = None
                        self.cut()
        writer.transport.abort()
