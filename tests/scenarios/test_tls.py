# SPDX-License-Identifier: Apache-2.0
"""Knocking at the coordinator's one port without being a site: every wrong way in is refused, by a client that is not ours."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from loopback import NAME, Federation, Loopback, coordinator, nothing

from engine.errors import WardroundError
from engine.site.link import GrpcTransport
from engine.site.walk import Endpoint
from engine.trust import certificates
from engine.trust.certificates import KeyPair
from engine.wire.messages import Hello, ListStudies

CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def knock(there: Loopback, folder: Path, pair: KeyPair | None, version: ssl.TLSVersion) -> str:
    """A handshake of exactly this TLS version, then the first bytes that the other end says: the version, or what failed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = version
    context.load_verify_locations(cadata=there.federation.authority.certificate_pem.decode())
    context.set_alpn_protocols(["h2"])
    if pair is not None:
        path = folder / "knock.pem"
        path.write_bytes(pair.key_pem + pair.certificate_pem)
        context.load_cert_chain(path)
    try:
        with socket.create_connection(("127.0.0.1", there.number), 10) as line, context.wrap_socket(line, server_hostname=NAME) as secured:
            # An HTTP/2 server speaks first, once it has accepted the other end.
            return f"{secured.version()}" if secured.recv(9) else "refused"
    except (ssl.SSLError, ConnectionError):
        return "refused"


@asynccontextmanager
async def door(folder: Path) -> AsyncIterator[tuple[Loopback, Callable[[KeyPair | None, ssl.TLSVersion], asyncio.Future[str]]]]:
    async with coordinator(folder) as there:

        def knocking(pair: KeyPair | None, version: ssl.TLSVersion) -> asyncio.Future[str]:
            return asyncio.ensure_future(asyncio.to_thread(knock, there, folder, pair, version))

        yield there, knocking


def test_tls_1_3_with_a_certificate_is_the_only_way_in(tmp_path: Path) -> None:
    async def run() -> None:
        async with door(tmp_path) as (there, knocking):
            site = there.federation.site()
            assert await knocking(site, V13) == "TLSv1.3"
            assert await knocking(site, V12) == "refused"
            assert await knocking(None, V13) == "refused"
            assert await knocking(None, V12) == "refused"
            assert await knocking(Federation().site(), V13) == "refused", "a stranger's CA"
            server = there.federation.server
            assert await knocking(KeyPair(server.certificate_pem, server.key_pem), V13) == "refused", (
                "a server's certificate is none for clients"
            )

    asyncio.run(run())


def test_an_expired_client_certificate_is_refused(tmp_path: Path) -> None:
    async def run() -> None:
        async with door(tmp_path) as (there, knocking):
            federation = there.federation
            old = certificates.issue_bootstrap(federation.authority, "inv-1", federation.now - 90_000, federation.now - 60)
            assert await knocking(old, V13) == "refused"
            assert await knocking(federation.invite(), V13) == "TLSv1.3"

    asyncio.run(run())


def test_a_certificate_of_the_ca_without_a_role_may_call_nothing(tmp_path: Path) -> None:
    """The CA's signature opens the handshake; the name decides every call."""

    async def run() -> None:
        async with coordinator(tmp_path) as there:
            key = ec.generate_private_key(ec.SECP256R1())
            ends = there.federation.now + 3600
            leaf = certificates._leaf(there.federation.authority, "x", key.public_key(), there.federation.now, ends, CLIENT_AUTH)
            nameless = certificates._signed(there.federation.authority, leaf, key)
            async with there.link(nameless) as link:
                with pytest.raises(WardroundError) as caught:
                    await link.list_studies(ListStudies(), nothing)
            assert caught.value.code == "E-TLS-06"
            assert there.desk.asked == []

    asyncio.run(run())


def test_a_site_does_not_talk_to_a_server_of_tls_1_2(tmp_path: Path) -> None:
    """Nor does it say hello first: the handshake ends before a byte of ours."""
    federation = Federation()
    path = tmp_path / "server.pem"
    path.write_bytes(federation.server.key_pem + federation.server.certificate_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.maximum_version = V12
    context.load_cert_chain(path)
    context.set_alpn_protocols(["h2"])
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(line, server_side=True) as secured:
                        heard.append(secured.recv(100))
                except OSError:
                    line.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()

        async def run() -> str:
            pair = federation.site()
            address = f"127.0.0.1:{server.getsockname()[1]}"
            link = GrpcTransport(Endpoint(address, NAME, federation.authority.certificate_pem, pair.certificate_pem, pair.key_pem))
            try:
                with pytest.raises(WardroundError) as caught:
                    await link.hello(Hello("0.1"), nothing)
            finally:
                await link.close()
            return caught.value.code

        assert asyncio.run(run()) == "E-TLS-05"
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
    assert heard == []


def test_loading_grpc_first_is_an_error_and_not_a_weaker_port() -> None:
    program = "import grpc\ntry:\n    import engine.wire.tls_environment\nexcept RuntimeError as error:\n    print(error)\n"
    environment = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert "before grpc" in done.stdout
