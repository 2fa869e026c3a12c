# SPDX-License-Identifier: Apache-2.0
"""The way to a coordinator, step by step and without gRPC: name, TCP, proxy, TLS, HTTP/2, our certificate.

``link.py`` walks it after a failed call to learn which step failed; the connection doctor shows the same walk to a person. Nothing
of a hospital is sent on it: a CONNECT line to the proxy and a TLS handshake.
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

from cryptography.hazmat.primitives import serialization

from engine.clock import Clock
from engine.errors import Language, WardroundError
from engine.text import translate
from engine.wire import codec
from engine.wire.messages import HelloReply
from engine.wire.proxy import Proxy, ProxySetting, join_address, resolve, split_address

CLOCK_SECONDS = 300.0
"""More difference between the two clocks than this is E-CLOCK-01."""
_STEP_SECONDS = 10.0
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


def walk(end: Endpoint, proxy: Proxy | None) -> Iterator[str]:
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


def basic(proxy: Proxy) -> str:
    """What a proxy asks as a login (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{proxy.user}:{proxy.password}".encode()).decode("ascii")


def _unreached(code: str, end: Endpoint, proxy: Proxy | None) -> WardroundError:
    if proxy is not None:
        return WardroundError("E-NET-05", proxy=proxy.address)
    if code == "E-NET-01":
        return WardroundError(code, host=split_address(end.address)[0])
    return WardroundError(code, address=end.address)


def _connect(line: socket.socket, proxy: Proxy, address: str) -> None:
    """HTTP CONNECT (RFC 9110, 9.3.6)."""
    login = f"Proxy-Authorization: {basic(proxy)}\r\n" if proxy.user else ""
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
        steps = walk(end, proxy)
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
