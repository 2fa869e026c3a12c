# SPDX-License-Identifier: Apache-2.0
"""The release gate: the single door through which anything leaves a hospital, enrolment and connection checks included.

It accepts only the messages of ``wire.Outbound``. For each it writes the intent (kind, study, round, bytes, hash)
durably *before the first byte*, hands the message to the link, compares what the link really sends with what was
written down, and closes the row with the outcome and the coordinator's receipt.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Protocol, TypeVar

from engine.clock import Clock
from engine.errors import WardroundError
from engine.settings import Settings
from engine.site.download import Download
from engine.site.link import GrpcTransport
from engine.site.walk import Endpoint as Endpoint
from engine.store.outbound import Intent, Sent
from engine.values import PhaseKey, Step, StudyId
from engine.wire.codec import encode, submit_header
from engine.wire.messages import (
    BundleBytes,
    Contribute,
    Done,
    Enrol,
    Enrolled,
    GetBundle,
    GetModel,
    Heartbeat,
    Hello,
    HelloReply,
    Join,
    Joined,
    Leave,
    ListStudies,
    NextTask,
    Outbound,
    Receipt,
    ReportError,
    Studies,
    Submit,
    Tasks,
)
from engine.wire.proxy import ProxyMode, ProxySetting
from engine.wire.transport import Sent as SentCallback
from engine.wire.transport import Transport

M = TypeVar("M", bound=Outbound)
R = TypeVar("R")

KINDS: dict[type, str] = {
    Hello: "hello",
    Enrol: "enrol",
    ListStudies: "list-studies",
    GetBundle: "get-bundle",
    Join: "join",
    NextTask: "next-task",
    Heartbeat: "heartbeat",
    GetModel: "get-model",
    Submit: "submit",
    ReportError: "report-error",
    Leave: "leave",
}
EXCHANGES: dict[Step, str] = {Step.KEYS: "key", Step.SHARES: "share", Step.SURVIVORS: "survivors", Step.UNMASK: "unmask"}
"""The name of each kind in the ledger; together the complete list of what may leave."""


class Ledger(Protocol):
    """The outbound ledger as the gate uses it; each call returns when the row is durable."""

    async def open(self, intent: Intent) -> tuple[int, int]: ...
    async def close(self, row: int, attempt: int, sent: Sent, signature: bytes | None) -> None: ...


class _Watch:
    """Sees every message that the link hands to the network and holds it against the intent."""

    def __init__(self, header: bytes, payload: memoryview, is_open: Callable[[], bool]) -> None:
        self._header = header
        self._payload = payload
        self._is_open = is_open
        self._pieces: list[memoryview] = []
        self.header_sent = False
        self.bytes = 0

    def __call__(self, message: bytes | memoryview) -> None:
        if not self.header_sent:
            if bytes(message) != self._header:
                raise WardroundError("E-SITE-01")
            self.header_sent = True
        else:
            piece = memoryview(message)
            # Only slices of the very buffer that was written down may follow: no copy, no second hash.
            if piece.obj is not self._payload.obj:
                raise WardroundError("E-SITE-01")
            if not self._is_open():
                raise WardroundError("E-SITE-02")
            self._pieces.append(piece)
        self.bytes += len(message)

    def outcome(self, payload_sha256: str, ok: bool) -> Sent:
        payload_bytes = sum(len(piece) for piece in self._pieces)
        offset, digest = 0, ""
        if payload_bytes == len(self._payload) and payload_bytes:
            digest = payload_sha256
        elif payload_bytes:
            running = hashlib.sha256()
            for piece in self._pieces:
                running.update(piece)
            digest = running.hexdigest()
            offset = len(self._payload) - payload_bytes if ok else -1
        header_sha256 = hashlib.sha256(self._header).hexdigest() if self.header_sent else ""
        return Sent(header_sha256, offset, digest, self.bytes, "ok" if ok else "failed")


class _Entry:
    """One attempt that the ledger knows of, until it is closed: once, by its first outcome."""

    def __init__(self, ledger: Ledger, row: int, attempt: int, watch: _Watch, payload_sha256: str) -> None:
        self._ledger = ledger
        self._row = row
        self._attempt = attempt
        self._payload_sha256 = payload_sha256
        self._closed = False
        self.watch = watch

    async def close(self, ok: bool, signature: bytes | None = None) -> None:
        """Writes down what was really sent and how it ended."""
        if not self._closed:
            self._closed = True
            sent = self.watch.outcome(self._payload_sha256, ok)
            await asyncio.shield(self._ledger.close(self._row, self._attempt, sent, signature))


class Gate:
    """One federation's gate. Used on the asyncio thread only; ``pause`` and ``resume`` may be called from it alone, too."""

    def __init__(self, transport: Transport, ledger: Ledger, clock: Clock, destination: str, *, rehearsal: bool = False) -> None:
        """``rehearsal``: for simulations; lets out what was sealed with masks that can be drawn again."""
        self._rehearsal = rehearsal
        self._transport = transport
        self._ledger = ledger
        self._clock = clock
        self._destination = destination
        self._open = asyncio.Event()
        self._open.set()

    # -- pausing

    @property
    def paused(self) -> bool:
        """Whether the gate is shut."""
        return not self._open.is_set()

    def pause(self) -> None:
        """Shuts the gate at the next message; a stream of chunks stops at the next chunk and resumes where it was."""
        self._open.clear()

    def resume(self) -> None:
        """Opens the gate."""
        self._open.set()

    # -- the messages

    async def hello(self, message: Hello) -> HelloReply:
        return await self._release(message, self._transport.hello)

    async def enrol(self, message: Enrol) -> Enrolled:
        return await self._release(message, self._transport.enrol)

    async def list_studies(self, message: ListStudies) -> Studies:
        return await self._release(message, self._transport.list_studies)

    async def get_bundle(self, message: GetBundle) -> BundleBytes:
        return await self._release(message, self._transport.get_bundle)

    async def join(self, message: Join) -> Joined:
        return await self._release(message, self._transport.join)

    async def next_task(self, message: NextTask) -> Tasks:
        return await self._release(message, self._transport.next_task)

    async def heartbeat(self, message: Heartbeat) -> Done:
        return await self._release(message, self._transport.heartbeat)

    async def contribute(self, message: Contribute) -> Tasks:
        """Gives what one step of a sealed sum takes, and hears what is next."""
        return await self._release(message, self._transport.contribute)

    async def report_error(self, message: ReportError) -> Done:
        return await self._release(message, self._transport.report_error)

    async def leave(self, message: Leave) -> Done:
        return await self._release(message, self._transport.leave)

    async def submit(self, message: Submit) -> Receipt:
        """Sends one sealed vector, from where an earlier attempt ended; raises E-SITE-02 when the gate was shut meanwhile."""
        return await self._release(message, self._transport.submit)

    async def exchange(self, message: Submit) -> AsyncGenerator[Receipt | Tasks | bytes]:
        """``submit``; the receipt comes first, its row is closed then, and what ``message.follow`` asks for comes after it."""
        entry = await self._written(message)
        try:
            async with aclosing(self._transport.exchange(message, entry.watch)) as answers:
                async for answer in answers:
                    if isinstance(answer, Receipt):
                        await entry.close(True, answer.signature)
                    yield answer
        finally:
            await entry.close(False)

    async def get_model(self, message: GetModel, into: Download) -> None:
        """Downloads a model's file, appending its chunks to ``into``, which holds ``message.offset`` bytes already."""

        async def download(request: GetModel, sent: SentCallback) -> None:
            stream: AsyncIterator[bytes] = self._transport.get_model(request, sent)
            async for chunk in stream:
                await into.take(chunk)

        await self._release(message, download)

    async def close(self) -> None:
        """Closes the link."""
        await self._transport.close()

    # -- the one path

    async def _release(self, message: M, call: Callable[[M, SentCallback], Awaitable[R]]) -> R:
        entry = await self._written(message)
        try:
            reply = await call(message, entry.watch)
            await entry.close(True, reply.signature if isinstance(reply, Receipt) else None)
            return reply
        finally:
            await entry.close(False)

    async def _written(self, message: Outbound) -> _Entry:
        """Waits until the gate is open and writes the intent down."""
        if _rehearsed(message) and not self._rehearsal:
            raise WardroundError("E-SEAL-11")
        await self._open.wait()
        header = encode(_first_message(message))
        study, key, payload, payload_sha256 = _facts(message)
        intent = Intent(
            time=self._clock.now(),
            kind=kind_of(message),
            study=study,
            round=key.round if key else None,
            attempt=key.attempt if key else None,
            phase=key.phase if key else None,
            bytes=len(header) + len(payload),
            sha256=payload_sha256 or hashlib.sha256(header).hexdigest(),
            destination=self._destination,
        )
        row, attempt = await self._ledger.open(intent)
        return _Entry(self._ledger, row, attempt, _Watch(header, payload, self._open.is_set), payload_sha256)


def kind_of(message: Outbound) -> str:
    """The message's name in the ledger."""
    return EXCHANGES[message.step] if isinstance(message, Contribute) else KINDS[type(message)]


def _rehearsed(message: Outbound) -> bool:
    match message:
        case Submit(sealed):
            return sealed.rehearsed
        case Contribute():
            return message.rehearsed
        case _:
            return False


def _first_message(message: Outbound) -> object:
    """What travels as protobuf: a submit begins with its header, everything else is the whole message."""
    return submit_header(message) if isinstance(message, Submit) else message


def _facts(message: Outbound) -> tuple[str, PhaseKey | None, memoryview, str]:
    match message:
        case Submit(sealed, _):
            return sealed.key.study, sealed.key, memoryview(sealed.payload), sealed.sha256
        case ReportError(key=key) | Contribute(key=key):
            return key.study, key, memoryview(b""), ""
        case Hello() | Enrol() | ListStudies():
            return "", None, memoryview(b""), ""
        case _:
            study: StudyId = message.study
            return study, None, memoryview(b""), ""


def endpoint_of(address: str, server_name: str, ca_pem: bytes, certificate_pem: bytes, key_pem: bytes, settings: Settings) -> Endpoint:
    """A coordinator as this machine's settings reach it.

    Raises:
        WardroundError: E-FILE-01 when the hospital's own CA file cannot be read.
    """
    extra: bytes | None = None
    if name := settings.text("network.ca_file"):
        try:
            extra = Path(name).read_bytes()
        except OSError as error:
            raise WardroundError("E-FILE-01", path=name, reason=error.strerror or type(error).__name__) from error
    proxy = ProxySetting(ProxyMode(settings.text("network.proxy_mode")), settings.text("network.proxy"))
    return Endpoint(address, server_name, ca_pem, certificate_pem, key_pem, extra, proxy)


def open_gate(endpoint: Endpoint, ledger: Ledger, clock: Clock) -> Gate:
    """The gate to a real coordinator, over mutual TLS."""
    return Gate(open_transport(endpoint), ledger, clock, endpoint.address)


def open_transport(endpoint: Endpoint) -> Transport:
    """The line that a gate stands before; for those who make their own gate (simulations)."""
    return GrpcTransport(endpoint)
