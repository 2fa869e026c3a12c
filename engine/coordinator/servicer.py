# SPDX-License-Identifier: Apache-2.0
"""gRPC → ``Desk``: bytes in, bytes out, streams to and from files; no decision is taken here.

One asyncio thread holds every connection; the desk lives in a thread of its own and is asked through ``run``. Each call is authorised
anew, a long poll at every look, and open streams whenever the desk says that something changed: a revoked site is cut at once.
"""

from __future__ import annotations

import asyncio
import errno
import functools
import hashlib
import io
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.wire import tls_environment  # noqa: F401 - before grpc

# isort: split

import grpc
import grpc.aio

from engine.coordinator.desk import Desk, InvitationId, PeerIdentity, Rpc, SpoolSlot
from engine.coordinator.spool import Arrival
from engine.errors import WardroundError
from engine.log import get_logger
from engine.study.phases import WITH_MODEL
from engine.trust import certificates
from engine.values import PhaseKey, SiteId, StudyId
from engine.wire import codec, failure
from engine.wire.messages import (
    CHUNK_BYTES,
    BundleBytes,
    Contribute,
    Done,
    Enrol,
    Follow,
    GetBundle,
    GetModel,
    Heartbeat,
    Hello,
    Join,
    Leave,
    ListStudies,
    NextTask,
    Receipt,
    ReportError,
    SiteState,
    StudyState,
    SubmitHeader,
    SubmitStart,
    Tasks,
)

SERVICE = "wardround.v1.Coordinator"
_GOSSIP_SECONDS = 1.0  # who is still awaited may be told this late; a task or a record is told at once
_ENDED = (StudyState.FINISHED, StudyState.STOPPED)  # nothing more will come: a site that asks again is told at once
_OVER = (StudyState.FINISHED, StudyState.STOPPED)  # nothing will come any more: no reason to let a site wait
_MOST_CALLS = 64
"""Calls of one certificate at the same time: a site has one or two for each study; more are a broken program, or somebody else's."""
_SMALL_BYTES = 64 << 10  # storing less takes less time than going to another thread
_LOG = get_logger("coordinator.servicer")

T = TypeVar("T")
Run = Callable[[Callable[[], T]], Awaitable[T]]
"""Runs a function in the desk's thread."""


@functools.lru_cache(maxsize=4096)
def _identity(certificate_pem: bytes) -> PeerIdentity:
    return PeerIdentity(certificates.fingerprint(certificate_pem), certificates.uri_of(certificate_pem))


def _peer(context: Any) -> PeerIdentity:
    """Who is calling, from the certificate that TLS has verified."""
    found = context.auth_context().get("x509_pem_cert")
    if not found:
        raise WardroundError("E-TLS-06")
    return _identity(found[0])


def _told(tell: Callable[[SiteId, T], None]) -> Callable[[SiteId, T], Done]:
    """A call that has nothing to answer, as one that answers ``Done``."""

    def call(site: SiteId, message: T) -> Done:
        tell(site, message)
        return Done()

    return call


@dataclass(eq=False)
class _Stream:
    """An open upload or download, which the desk may cut."""

    peer: PeerIdentity
    rpc: Rpc
    task: asyncio.Task[Any]
    refusal: WardroundError | None = None
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def cut(self, refusal: WardroundError) -> None:
        """Ends the stream with ``refusal``, wherever it is waiting."""
        if self.refusal is None and not self.ended.is_set():
            self.refusal = refusal
            self.task.cancel()


class Servicer:
    """The service of one desk. Made and used on the asyncio thread."""

    def __init__(self, desk: Desk, run: Run[Any]) -> None:
        self._desk = desk
        self._run = run
        self._loop = asyncio.get_running_loop()
        self._change = self._loop.create_future()
        self._streams: set[_Stream] = set()
        self._uploads: dict[tuple[SiteId, PhaseKey], _Stream] = {}
        self._calls: Counter[str] = Counter()
        self._closing = False
        self._review: asyncio.Task[None] | None = None
        self._review_again = False

    async def start(self) -> None:
        """Listens to the desk's changes."""

        def tell() -> None:
            self._loop.call_soon_threadsafe(self._changed)

        await self._run(lambda: self._desk.subscribe(tell))

    def close(self) -> None:
        """Ends the long polls with E-NET-18; streams may go on until the server's grace is over."""
        self._closing = True
        self._changed()

    def handler(self) -> grpc.GenericRpcHandler:
        """What ``grpc.aio.Server.add_generic_rpc_handlers`` takes."""
        desk = self._desk
        unary = {
            Rpc.HELLO: self._unary(Rpc.HELLO, Hello, lambda _, __: desk.hello()),
            Rpc.ENROL: self._unary(Rpc.ENROL, Enrol, lambda caller, message: desk.enrol(InvitationId(caller), message)),
            Rpc.LIST_STUDIES: self._unary(Rpc.LIST_STUDIES, ListStudies, lambda site, _: desk.list_studies(site)),
            Rpc.GET_BUNDLE: self._unary(Rpc.GET_BUNDLE, GetBundle, lambda site, message: BundleBytes(desk.bundle(site, message.study))),
            Rpc.JOIN: self._unary(Rpc.JOIN, Join, desk.join),
            Rpc.HEARTBEAT: self._unary(Rpc.HEARTBEAT, Heartbeat, _told(desk.heartbeat)),
            Rpc.REPORT_ERROR: self._unary(Rpc.REPORT_ERROR, ReportError, _told(desk.report_error)),
            Rpc.LEAVE: self._unary(Rpc.LEAVE, Leave, _told(desk.leave)),
            Rpc.NEXT_TASK: grpc.unary_unary_rpc_method_handler(self._door(self._next_task)),
            Rpc.CONTRIBUTE: grpc.unary_unary_rpc_method_handler(self._door(self._contribute)),
        }
        streams = {
            Rpc.GET_MODEL: grpc.unary_stream_rpc_method_handler(self._door(self._get_model)),
            Rpc.SUBMIT: grpc.stream_stream_rpc_method_handler(self._door(self._submit)),
        }
        methods = {str(rpc.value): handler for rpc, handler in (unary | streams).items()}
        return grpc.method_handlers_generic_handler(SERVICE, methods)

    # -- the door: the one place where anything unforeseen is caught

    def _door(self, call: Callable[[Any, Any], Awaitable[T]]) -> Callable[[Any, Any], Awaitable[T]]:
        async def guarded(request: Any, context: Any) -> T:
            try:
                with self._counted(_peer(context)):
                    return await call(request, context)
            except WardroundError as error:
                refusal = error
            except grpc.aio.AbortError:
                raise
            except Exception as error:  # noqa: BLE001 - the door of every RPC
                _LOG.error("call-failed", exc_info=error)
                refusal = WardroundError("E-BUG-01", kind=type(error).__name__)
            return await context.abort(grpc.StatusCode[refusal.entry.status.value], failure.detail(refusal))  # type: ignore[no-any-return]

        return guarded

    @contextmanager
    def _counted(self, peer: PeerIdentity) -> Iterator[None]:
        """One more call of this certificate, unless it has too many."""
        name = peer.certificate_sha256
        if self._calls[name] >= _MOST_CALLS:
            raise WardroundError("E-NET-22", most=_MOST_CALLS)
        self._calls[name] += 1
        try:
            yield
        finally:
            self._calls[name] -= 1
            if not self._calls[name]:
                del self._calls[name]

    def _unary(self, rpc: Rpc, kind: type[T], work: Callable[[Any, T], object]) -> grpc.RpcMethodHandler:
        async def call(data: bytes, context: Any) -> bytes:
            peer = _peer(context)
            return await self._run(lambda: codec.encode(work(self._desk.authorise(peer, rpc), codec.decode(kind, data))))  # type: ignore[no-any-return]

        return grpc.unary_unary_rpc_method_handler(self._door(call))

    # -- changes

    def _changed(self) -> None:
        """Wakes every long poll and looks whether each open stream may go on."""
        self._change.set_result(None)
        self._change = self._loop.create_future()
        if self._review is not None and not self._review.done():
            self._review_again = True
        elif self._streams:
            self._review = self._loop.create_task(self._review_streams())

    async def _review_streams(self) -> None:
        self._review_again = True
        while self._review_again:
            self._review_again = False
            open_now = tuple(self._streams)
            refusals = await self._run(functools.partial(self._refusals, open_now))
            for stream, refusal in zip(open_now, refusals, strict=True):
                if refusal is not None:
                    stream.cut(refusal)

    def _refusals(self, streams: Sequence[_Stream]) -> list[WardroundError | None]:
        """In the desk's thread: for each stream what speaks against it."""
        return [self._refusal(stream) for stream in streams]

    def _refusal(self, stream: _Stream) -> WardroundError | None:
        try:
            self._desk.authorise(stream.peer, stream.rpc)
        except WardroundError as refusal:
            return refusal
        return None

    # -- the long poll

    async def _next_task(self, data: bytes, context: Any) -> bytes:
        return codec.encode(await self._news(_peer(context), codec.decode(NextTask, data)))

    async def _contribute(self, data: bytes, context: Any) -> bytes:
        peer = _peer(context)

        def take() -> Contribute:
            site = SiteId(self._desk.authorise(peer, Rpc.CONTRIBUTE))
            message = codec.decode(Contribute, data)
            self._desk.contribute(site, message)
            return message

        message = await self._run(take)
        ask = NextTask(message.key.study, SiteState.WAITING_FOR_OTHERS, message.seen_round, message.wait_seconds)
        return codec.encode(await self._news(peer, ask))

    async def _news(self, peer: PeerIdentity, message: NextTask) -> Tasks:
        """Waits for what a site asks after."""

        def look() -> Tasks:
            return self._desk.poll(SiteId(self._desk.authorise(peer, Rpc.NEXT_TASK)), message)

        start = self._loop.time()
        first: Tasks | None = None
        while not self._closing:
            change = self._change  # taken before the look: what happens after it wakes us
            tasks = await self._run(look)
            first = first or tasks
            now = self._loop.time()
            end = start + message.wait_seconds
            if (tasks.waiting_for, tasks.joined) != (first.waiting_for, first.joined):
                end = min(end, start + _GOSSIP_SECONDS)
            if tasks.task or tasks.records or tasks.state != first.state or tasks.state in _ENDED or now >= end:
                return codec.page(tasks)
            await asyncio.wait((change,), timeout=end - now)
        raise WardroundError("E-NET-18")

    # -- streams

    async def _streaming(self, peer: PeerIdentity, rpc: Rpc, work: Callable[[_Stream], Awaitable[None]]) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - grpc runs each call as a task
        stream = _Stream(peer, rpc, task)
        self._streams.add(stream)
        try:
            await work(stream)
        except asyncio.CancelledError:
            if stream.refusal is None:
                raise
            task.uncancel()
            raise stream.refusal from None
        finally:
            self._streams.discard(stream)
            stream.ended.set()

    async def _get_model(self, data: bytes, context: Any) -> None:
        await self._send_model(_peer(context), lambda: codec.decode(GetModel, data), context)

    async def _send_model(self, peer: PeerIdentity, asked: Callable[[], GetModel], context: Any) -> None:
        def find() -> tuple[Path, int]:
            site = SiteId(self._desk.authorise(peer, Rpc.GET_MODEL))
            message = asked()
            return self._desk.model_path(site, message.study, message.version), message.offset

        async def send(_: _Stream) -> None:
            path, offset = await self._run(find)
            with io.FileIO(path) as file:
                file.seek(offset)
                while chunk := file.read(CHUNK_BYTES):
                    await context.write(chunk)

        await self._streaming(peer, Rpc.GET_MODEL, send)

    async def _submit(self, _: Any, context: Any) -> None:
        peer = _peer(context)
        headers: list[SubmitHeader] = []

        async def receive(stream: _Stream) -> None:
            headers.append(await self._receive(stream, context))

        await self._streaming(peer, Rpc.SUBMIT, receive)
        header = headers[0]
        if header.follow is not None:
            await self._follow(peer, header.key.study, header.follow, context)

    async def _follow(self, peer: PeerIdentity, study: StudyId, follow: Follow, context: Any) -> None:
        """After the receipt: the next task as soon as there is one, and its model."""
        tasks = await self._news(peer, NextTask(study, SiteState.WAITING_FOR_OTHERS, follow.seen_round, follow.wait_seconds))
        await context.write(codec.encode(tasks))
        task = tasks.task
        if task is not None and task.key.phase in WITH_MODEL and task.model_version != follow.held_version:
            await self._send_model(peer, lambda: GetModel(study, task.model_version, 0), context)

    async def _receive(self, stream: _Stream, context: Any) -> SubmitHeader:
        opening = await context.read()
        header = codec.decode(SubmitHeader, b"" if opening is grpc.aio.EOF else opening)

        def begin() -> tuple[SiteId, SpoolSlot | Receipt]:
            site = SiteId(self._desk.authorise(stream.peer, Rpc.SUBMIT))
            return site, self._desk.begin_submit(site, header.key, header.length, header.sha256)

        site, reply = await self._run(begin)
        slot_key = (site, header.key)
        while older := self._uploads.get(slot_key):
            older.cut(WardroundError("E-NET-17"))
            await older.ended.wait()
            site, reply = await self._run(begin)  # it may have written until now
        self._uploads[slot_key] = stream
        try:
            if not isinstance(reply, Receipt):
                digest = await self._take(context, header, reply)
                reply = await self._run(lambda: self._desk.finish_submit(site, header.key, header.length, header.sha256, digest=digest))
            await context.write(codec.encode_reply(reply))
        finally:
            if self._uploads.get(slot_key) is stream:
                del self._uploads[slot_key]
        return header

    async def _take(self, context: Any, header: SubmitHeader, slot: SpoolSlot) -> str | None:
        """Appends what arrives to the spool; its hash, if all of it passed here."""
        hashing = hashlib.sha256() if slot.offset == 0 else None
        received = slot.offset
        with closing(_open_spool(slot)) as spool:
            await context.write(codec.encode_reply(SubmitStart(slot.offset)))
            # One chunk is hashed and written in a worker thread while the next one arrives.
            storing: asyncio.Future[None] | None = None
            broken: BaseException | None = None
            try:
                while received < header.length:
                    chunk = await context.read()
                    if chunk is grpc.aio.EOF:
                        break
                    received += len(chunk)
                    if len(chunk) > CHUNK_BYTES:
                        raise WardroundError("E-NET-12", message="chunk", size=len(chunk), limit=CHUNK_BYTES)
                    if received > header.length:
                        break
                    if storing is not None:
                        await storing
                        storing = None
                    if len(chunk) < _SMALL_BYTES:
                        _store(spool, hashing, chunk)
                    else:
                        storing = self._loop.run_in_executor(None, _store, spool, hashing, chunk)
            finally:
                if storing is not None:
                    await asyncio.wait((storing,))
                    broken = storing.exception()
            if broken is not None:
                raise broken
            if received == header.length and await context.read() is not grpc.aio.EOF:
                received += 1
            if received != header.length:
                raise WardroundError("E-NET-16", announced=header.length, received=received)
            spool.whole()
        return hashing.hexdigest() if hashing is not None else None


def _open_spool(slot: SpoolSlot) -> Arrival:
    try:
        return Arrival(slot.path, slot.offset, slot.length)
    except OSError as error:
        raise _not_stored(error) from error


def _store(spool: Arrival, hashing: Any, chunk: bytes) -> None:
    """In a worker thread: one chunk to the hash and to the file."""
    if hashing is not None:
        hashing.update(chunk)
    try:
        spool.write(chunk)
    except OSError as error:
        raise _not_stored(error) from error


def _not_stored(error: OSError) -> WardroundError:
    _LOG.error("spool-failed", kind=errno.errorcode.get(error.errno or 0, "unknown"))
    return WardroundError("E-NET-19", reason=error.strerror or type(error).__name__)
