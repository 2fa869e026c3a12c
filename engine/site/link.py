# SPDX-License-Identifier: Apache-2.0
"""The site's line to a coordinator: gRPC over mutual TLS 1.3, outbound only, through a proxy where one is set.

``release.py`` alone may import this file, and this file alone touches the network at a site. Every message's bytes go through ``sent``
before gRPC gets them; nothing of ours travels in metadata. A failed connection is walked again step by step (name, TCP, proxy, TLS,
HTTP/2) to learn which step failed, so that the error says who can mend it; ``doctor`` shows the same walk to a person.
"""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import socket
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from engine.wire import tls_environment  # noqa: F401 - before grpc

# isort: split

import grpc
import grpc.aio
from cryptography.hazmat.primitives import serialization

from engine.clock import Clock
from engine.errors import Language, WardroundError
from engine.text import translate
from engine.wire import codec, failure
from engine.wire.limits import CONTROL_BYTES
from engine.wire.memory import keep_chunks
from engine.wire.messages import (
    CHUNK_BYTES,
    BundleBytes,
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
from engine.wire.proxy import Proxy, ProxySetting, join_address, resolve, split_address
from engine.wire.transport import Sent

T = TypeVar("T")

CLOCK_SECONDS = 300.0
"""More difference between the two clocks than this is E-CLOCK-01."""
_PATH = "/wardround.v1.Coordinator/"
_CALL_SECONDS = 30.0
_STEP_SECONDS = 10.0
_SECOND_LOOK_SECONDS = 1.0
_EXPIRED_OR_NOT_YET = (9, 10)  # OpenSSL's X509_V_ERR_… numbers
_NAME_MISMATCH = (62, 64)


@dataclass(frozen=True)
class Endpoint:
    """One coordinator as this site reaches it; all PEM. ``key_pem`` is the site's private key and is never printed."""

    address: str  # host:port
    server_name: str  # the name that the coordinator's certificate must carry
    ca_pem: bytes
    certificate_pem: bytes
    key_pem: bytes = field(repr=False)
    extra_ca_pem: bytes | None = None  # the hospital's own CA, trusted besides
    proxy: ProxySetting = field(default_factory=ProxySetting)

    @property
    def roots_pem(self) -> bytes:
        """All the CAs that may have issued the coordinator's certificate."""
        return self.ca_pem + (b"\n" + self.extra_ca_pem if self.extra_ca_pem else b"")


@dataclass(frozen=True)
class Check:
    """One line of the connection doctor: what was looked at, whether it is well, and a sentence that says so."""

    check: str
    ok: bool
    sentence: str


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
            return reply
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
            await asyncio.to_thread(lambda: list(_walk(self._endpoint, self._proxy)))
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
            options.append(("grpc.http_connect_headers", f"Proxy-Authorization:{_basic(proxy)}"))
    return options


def _basic(proxy: Proxy) -> str:
    return "Basic " + base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")


# ---------------------------------------------------------------- walking to the coordinator


def _walk(end: Endpoint, proxy: Proxy | None) -> Iterator[str]:
    """Goes to the coordinator's door without gRPC and yields each step that held; raises for the one that did not."""
    host, port = split_address(end.address)
    first = Proxy(host, port) if proxy is None else proxy
    try:
        socket.getaddrinfo(first.host, first.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _unreached("E-NET-01", end, proxy) from error
    yield "name"
    try:
        line = socket.create_connection((first.host, first.port), _STEP_SECONDS)
    except ConnectionRefusedError as error:
        raise _unreached("E-NET-02", end, proxy) from error
    except OSError as error:
        raise _unreached("E-NET-03", end, proxy) from error
    with line:
        yield "tcp"
        if proxy is not None:
            _connect(line, proxy, end.address)
            yield "proxy"
        with _handshake(line, end) as secured:
            yield "tls"
            if secured.selected_alpn_protocol() != "h2":
                raise WardroundError("E-NET-10", address=end.address)
            yield "http2"
            # In TLS 1.3 the verdict on our certificate comes after the handshake: the coordinator speaks first, or hangs up.
            try:
                welcome = secured.recv(1)
            except (ssl.SSLError, ConnectionError) as error:
                raise WardroundError("E-TLS-04", address=end.address) from error
            except OSError as error:
                raise WardroundError("E-NET-03", address=end.address) from error
            if not welcome:
                raise WardroundError("E-TLS-04", address=end.address)
            yield "certificate"


def _unreached(code: str, end: Endpoint, proxy: Proxy | None) -> WardroundError:
    if proxy is not None:
        return WardroundError("E-NET-05", proxy=proxy.address)
    if code == "E-NET-01":
        return WardroundError(code, host=split_address(end.address)[0])
    return WardroundError(code, address=end.address)


def _connect(line: socket.socket, proxy: Proxy, address: str) -> None:
    """HTTP CONNECT (RFC 9110, 9.3.6)."""
    login = f"Proxy-Authorization: {_basic(proxy)}\r\n" if proxy.user else ""
    answer = b""
    try:
        line.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n{login}\r\n".encode())
        while b"\r\n\r\n" not in answer and len(answer) < 16_384:
            byte = line.recv(1)  # not one byte more: what follows belongs to TLS
            if not byte:
                break
            answer += byte
    except OSError as error:
        raise WardroundError("E-NET-05", proxy=proxy.address) from error
    words = answer.split(b"\r\n", 1)[0].split(b" ", 2)
    status = words[1].decode("ascii", "replace")[:3] if len(words) > 1 and words[0].startswith(b"HTTP/") else ""
    if status == "407":
        raise WardroundError("E-NET-07", proxy=proxy.address)
    if not status.startswith("2"):
        raise WardroundError("E-NET-06", proxy=proxy.address, address=address, status=status or "none")


def _handshake(line: socket.socket, end: Endpoint) -> ssl.SSLSocket:
    try:
        secured = _context(end).wrap_socket(line, server_hostname=end.server_name)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code in _EXPIRED_OR_NOT_YET:
            raise WardroundError("E-TLS-03", address=end.address) from error
        if error.verify_code in _NAME_MISMATCH:
            raise WardroundError("E-TLS-02", address=end.address, name=end.server_name) from error
        raise WardroundError("E-TLS-01", address=end.address) from error
    except (ssl.SSLError, ConnectionError) as error:
        raise WardroundError("E-TLS-05", address=end.address) from error
    except OSError as error:
        raise WardroundError("E-NET-03", address=end.address) from error
    return secured


def _context(end: Endpoint) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["h2"])
    context.load_verify_locations(cadata=end.roots_pem.decode("ascii"))
    # ssl takes keys from files only: the file holds it encrypted under a password that never leaves this process.
    password = secrets.token_hex(32)
    key = serialization.load_pem_private_key(end.key_pem, None)
    locked = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(password.encode())
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pair.pem"
        path.write_bytes(locked + b"\n" + end.certificate_pem)
        context.load_cert_chain(path, password=password)
    return context


# ---------------------------------------------------------------- the connection doctor


async def doctor(end: Endpoint, hello: Callable[[], Awaitable[HelloReply]], clock: Clock, language: Language) -> AsyncIterator[Check]:
    """Looks at every step to the coordinator, in order, and stops at the first that fails.

    ``hello`` asks the coordinator through the release gate, so that it is in the ledger.
    """
    try:
        proxy = resolve(end.proxy, split_address(end.address)[0], os.environ)
        steps = _walk(end, proxy)
        while step := await asyncio.to_thread(next, steps, ""):
            yield Check(step, True, _well(step, end, proxy, language))
        reply = await hello()
        words = translate("{lead} answers (Wardround {version}).", language, lead=reply.coordinator, version=reply.app_version)
        yield Check("hello", True, words)
        if reply.protocol != codec.PROTOCOL:
            raise WardroundError("E-NET-13", theirs=reply.protocol, ours=codec.PROTOCOL, version=reply.app_version)
        seconds = abs(clock.now() - reply.time)
        if seconds > CLOCK_SECONDS:
            raise WardroundError("E-CLOCK-01", minutes=round(seconds / 60))
        yield Check("clock", True, translate("The two clocks agree.", language))
    except WardroundError as error:
        yield Check(error.code, False, error.sentence(language))


def _well(step: str, end: Endpoint, proxy: Proxy | None, language: Language) -> str:
    host, port = split_address(end.address)
    first = join_address(host, port) if proxy is None else proxy.address
    match step:
        case "name":
            return translate("The name of {address} is known on this network.", language, address=first)
        case "tcp":
            return translate("{address} takes connections.", language, address=first)
        case "proxy":
            return translate("The proxy {proxy} lets us through to {address}.", language, proxy=first, address=end.address)
        case "tls":
            return translate("The connection is encrypted, and the other end is the coordinator of your invitation.", language)
        case "http2":
            return translate("Nothing in between changes the connection.", language)
        case _:
            return translate("The coordinator accepts this hospital's certificate.", language)
