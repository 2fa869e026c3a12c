# SPDX-License-Identifier: Apache-2.0
"""The site's line to a coordinator: gRPC over mutual TLS 1.3, outbound only, through a proxy where one is set.

``release.py`` alone may import this file; it and the walk alone touch the network at a site. Every message's bytes go through ``sent``
before gRPC gets them; nothing of ours travels in metadata. A failed connection is walked again step by step (name, TCP, proxy, TLS,
HTTP/2; ``walk.py``) to learn which step failed, so that the error says who can mend it.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing
from typing import Any, TypeVar

from engine.wire import tls_environment  # noqa: F401 - before grpc

# isort: split

import grpc
import grpc.aio

from engine.errors import WardroundError
from engine.site.walk import Endpoint, basic, walk
from engine.wire import codec, failure
from engine.wire.limits import CONTROL_BYTES
from engine.wire.memory import keep_chunks
from engine.wire.messages import (
    CHUNK_BYTES,
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
    SubmitStart,
    Tasks,
)
from engine.wire.proxy import Proxy, resolve, split_address
from engine.wire.transport import Sent

T = TypeVar("T")

_PATH = "/wardround.v1.Coordinator/"
_CALL_SECONDS = 30.0
_SECOND_LOOK_SECONDS = 1.0


class GrpcTransport:
    """``wire.Transport`` over gRPC. One connection, made at the first call; used on one event loop.

    Raises ``WardroundError``: what the coordinator said, or E-NET-…/E-TLS-… for the line itself (exit code 7: worth trying again).
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        host, _ = split_address(endpoint.address)
        self._proxy = resolve(endpoint.proxy, host, os.environ)
        self._channel: Any = None

    async def hello(self, message: Hello, sent: Sent) -> HelloReply:
        return await self._unary("Hello", message, sent, HelloReply)

    async def enrol(self, message: Enrol, sent: Sent) -> Enrolled:
        return await self._unary("Enrol", message, sent, Enrolled)

    async def list_studies(self, message: ListStudies, sent: Sent) -> Studies:
        return await self._unary("ListStudies", message, sent, Studies)

    async def get_bundle(self, message: GetBundle, sent: Sent) -> BundleBytes:
        return await self._unary("GetBundle", message, sent, BundleBytes)

    async def join(self, message: Join, sent: Sent) -> Joined:
        return await self._unary("Join", message, sent, Joined)

    async def next_task(self, message: NextTask, sent: Sent) -> Tasks:
        return await self._unary("NextTask", message, sent, Tasks, _CALL_SECONDS + message.wait_seconds)

    async def heartbeat(self, message: Heartbeat, sent: Sent) -> Done:
        return await self._unary("Heartbeat", message, sent, Done)

    async def contribute(self, message: Contribute, sent: Sent) -> Tasks:
        return await self._unary("Contribute", message, sent, Tasks, _CALL_SECONDS + message.wait_seconds)

    async def report_error(self, message: ReportError, sent: Sent) -> Done:
        return await self._unary("ReportError", message, sent, Done)

    async def leave(self, message: Leave, sent: Sent) -> Done:
        return await self._unary("Leave", message, sent, Done)

    async def get_model(self, message: GetModel, sent: Sent) -> AsyncIterator[bytes]:
        """The model's file from ``message.offset`` on, in chunks."""
        request = codec.encode(message)
        call = self._open().unary_stream(_PATH + "GetModel")
        sent(request)
        stream = call(request)
        try:
            while (chunk := await stream.read()) is not grpc.aio.EOF:
                yield chunk
        except grpc.aio.AioRpcError as error:
            raise await self._reason(error, _CALL_SECONDS) from error
        finally:
            stream.cancel()

    async def submit(self, message: Submit, sent: Sent) -> Receipt:
        """Sends a sealed vector from where the coordinator has it; nothing is verified here."""
        async with aclosing(self.exchange(Submit(message.sealed), sent)) as answers:
            receipt = await anext(answers)
        assert isinstance(receipt, Receipt)  # noqa: S101 - it comes first, or nothing does
        return receipt

    async def exchange(self, message: Submit, sent: Sent) -> AsyncGenerator[Receipt | Tasks | bytes]:
        """``submit``, and after the receipt what ``message.follow`` asks for."""
        header = codec.request_bytes(message)
        stream = self._open().stream_stream(_PATH + "Submit")()
        try:
            sent(header)
            await stream.write(header)
            reply = _reply(await stream.read())
            if isinstance(reply, SubmitStart):
                await _send_payload(stream, memoryview(message.sealed.payload), reply.offset, sent)
                reply = _reply(await stream.read())
            if not isinstance(reply, Receipt):
                raise WardroundError("E-NET-11", message="SubmitReply", reason="a receipt was due")
            yield reply
            if message.follow is not None:
                news = await self._soon(stream.read(), _CALL_SECONDS + message.follow.wait_seconds)
                if news is not grpc.aio.EOF:
                    yield codec.decode(Tasks, news)
                    while (chunk := await stream.read()) is not grpc.aio.EOF:
                        yield chunk
        except grpc.aio.AioRpcError as error:
            raise await self._reason(error, _CALL_SECONDS) from error
        except (asyncio.InvalidStateError, _EarlyEndError) as error:  # the call ended while we were writing: its status says why
            raise await self._reason(await _status(stream), _CALL_SECONDS) from error
        finally:
            stream.cancel()

    async def close(self) -> None:
        """Ends the connection."""
        if self._channel is not None:
            channel, self._channel = self._channel, None
            await channel.close()

    # -- the connection

    def _open(self) -> Any:
        if self._channel is None:
            keep_chunks()
            end = self._endpoint
            credentials = grpc.ssl_channel_credentials(end.roots_pem, end.key_pem, end.certificate_pem)
            self._channel = grpc.aio.secure_channel(_target(end.address), credentials, _options(end.server_name, self._proxy))
        return self._channel

    async def _unary(self, name: str, message: Outbound, sent: Sent, kind: type[T], seconds: float = _CALL_SECONDS) -> T:
        request = codec.encode(message)
        call = self._open().unary_unary(_PATH + name)
        sent(request)
        try:
            reply = await call(request, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            raise await self._reason(error, seconds) from error
        return codec.decode(kind, reply)

    async def _soon(self, answer: Awaitable[T], seconds: float) -> T:
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError as error:
            raise WardroundError("E-NET-15", address=self._endpoint.address, seconds=round(seconds)) from error

    async def _reason(self, error: Any, seconds: float) -> WardroundError:
        """Why a call failed: in the coordinator's words if it gave any, else by walking to it again."""
        code, address = error.code(), self._endpoint.address
        if said := failure.parse(error.details()):
            return said
        if code is grpc.StatusCode.DEADLINE_EXCEEDED:
            return WardroundError("E-NET-15", address=address, seconds=round(seconds))
        # gRPC loses the coordinator's status when a message was just being written; trying again will hear it.
        lost = code is grpc.StatusCode.INTERNAL and (error.details() or "").startswith("Internal error from Core")
        if not lost and code not in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
            return WardroundError("E-NET-14", address=address, status=code.name)
        found = await self._diagnose()
        if found is not None and found.code in ("E-TLS-04", "E-TLS-05"):
            # A coordinator that is killed at this very moment looks the same; one that refuses us, or is none, does so again.
            await asyncio.sleep(_SECOND_LOOK_SECONDS)
            found = await self._diagnose()
        return found or WardroundError("E-NET-04", address=address)

    async def _diagnose(self) -> WardroundError | None:
        try:
            await asyncio.to_thread(lambda: list(walk(self._endpoint, self._proxy)))
        except WardroundError as found:
            return found
        return None


# ---------------------------------------------------------------- uploads


class _EarlyEndError(Exception):
    """The coordinator closed the stream before its last reply."""


def _reply(message: Any) -> SubmitStart | Receipt:
    if message is grpc.aio.EOF:
        raise _EarlyEndError
    return codec.decode_reply(message)


async def _send_payload(stream: Any, payload: memoryview, offset: int, sent: Sent) -> None:
    if offset > len(payload):
        raise WardroundError("E-NET-11", message="SubmitReply", reason="offset is out of bounds")
    flat = payload.cast("B")
    for start in range(offset, len(flat), CHUNK_BYTES):
        piece = flat[start : start + CHUNK_BYTES]
        sent(piece)
        await stream.write(bytes(piece))
    await stream.done_writing()


async def _status(stream: Any) -> Any:
    return grpc.aio.AioRpcError(
        await stream.code(), await stream.initial_metadata(), await stream.trailing_metadata(), await stream.details()
    )


def _target(address: str) -> str:
    return f"dns:///{address}"


def _options(server_name: str, proxy: Proxy | None) -> list[tuple[str, Any]]:
    options: list[tuple[str, Any]] = [
        ("grpc.ssl_target_name_override", server_name),
        ("grpc.default_authority", server_name),
        ("grpc.max_receive_message_length", CONTROL_BYTES),
        ("grpc.http2.max_frame_size", CHUNK_BYTES),
        ("grpc.keepalive_time_ms", 60_000),  # firewalls forget a quiet connection
        ("grpc.keepalive_timeout_ms", 20_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.initial_reconnect_backoff_ms", 500),
        ("grpc.min_reconnect_backoff_ms", 500),
        ("grpc.max_reconnect_backoff_ms", 5_000),
        ("grpc.enable_retries", 0),  # each attempt is a row of the ledger, so none may be made behind its back
        ("grpc.service_config_disable_resolution", 1),
        ("grpc.use_local_subchannel_pool", 1),
        ("grpc.enable_http_proxy", int(proxy is not None)),
    ]
    if proxy is not None:
        options.append(("grpc.http_proxy", f"http://{proxy.address}"))
        if proxy.user:
            options.append(("grpc.http_connect_headers", f"Proxy-Authorization:{basic(proxy)}"))
    return options
