# SPDX-License-Identifier: Apache-2.0
"""A TLS-terminating proxy that reads every gRPC message a site sends: what a hospital's own inspection box would see."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from hyperframe.frame import DataFrame, Frame

from engine.coordinator.home import Home
from engine.trust.certificates import KeyPair

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


@dataclass
class Seen:
    """The messages of one call, in order."""

    messages: list[bytes] = field(default_factory=list)
    buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> None:
        self.buffer += data
        while len(self.buffer) >= 5:
            size = int.from_bytes(self.buffer[1:5], "big")
            if len(self.buffer) < 5 + size:
                return
            self.messages.append(bytes(self.buffer[5 : 5 + size]))
            del self.buffer[: 5 + size]


class Interceptor:
    """Listens on ``listen``, speaks to ``upstream`` with the client's own key, which ``keys`` gives by certificate (DER)."""

    def __init__(self, home: Home, listen: str, upstream: str, keys: Callable[[bytes], KeyPair]) -> None:
        self._home = home
        self._upstream = upstream
        self._keys = keys
        self.calls: list[Seen] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="interceptor")
        self._thread.start()
        host, _, port = listen.rpartition(":")
        self._server = asyncio.run_coroutine_threadsafe(self._listen(host, int(port)), self._loop).result(10)

    async def _listen(self, host: str, port: int) -> asyncio.Server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["h2"])
        context.load_cert_chain(self._home.path / "tls" / "server.pem", self._home.path / "tls" / "server.key")
        context.load_verify_locations(cadata=self._home.authority_pem.decode())
        context.verify_mode = ssl.CERT_REQUIRED
        return await asyncio.start_server(self._serve, host, port, ssl=context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        pair = self._keys(certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.set_alpn_protocols(["h2"])
        context.load_verify_locations(cadata=self._home.port_authority_pem.decode())
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pair.pem"
            path.write_bytes(pair.key_pem + pair.certificate_pem)
            context.load_cert_chain(path)
        host, _, port = self._upstream.rpartition(":")
        up_reader, up_writer = await asyncio.open_connection(host, int(port), ssl=context, server_hostname="127.0.0.1")
        self._writers += [writer, up_writer]
        back = asyncio.create_task(_pump(up_reader, writer, lambda _: None))
        await _pump(reader, up_writer, _Parser(self.calls).feed)
        back.cancel()
        for end in (up_writer, writer):
            end.close()

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for writer in self._writers:
                writer.transport.abort()
            for writer in self._writers:
                with suppress(ConnectionError, ssl.SSLError):
                    await writer.wait_closed()

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def facts(self) -> list[tuple[str, str, int]]:
        """For each call that carried a message: (SHA-256 of the first message, of the rest or "", all message bytes)."""
        found = []
        for call in self.calls:
            if call.messages:
                first, rest = call.messages[0], b"".join(call.messages[1:])
                digest = hashlib.sha256(rest).hexdigest() if rest else ""
                found.append((hashlib.sha256(first).hexdigest(), digest, len(first) + len(rest)))
        return found


class _Parser:
    """Splits one connection's bytes into HTTP/2 frames (RFC 9113) and DATA frames into gRPC messages."""

    def __init__(self, calls: list[Seen]) -> None:
        self._calls = calls
        self._streams: dict[int, Seen] = {}
        self._buffer = bytearray()
        self._greeted = False

    def feed(self, data: bytes) -> None:
        self._buffer += data
        if not self._greeted:
            if len(self._buffer) < len(PREFACE):
                return
            assert bytes(self._buffer[: len(PREFACE)]) == PREFACE
            del self._buffer[: len(PREFACE)]
            self._greeted = True
        while len(self._buffer) >= 9:
            frame, length = Frame.parse_frame_header(memoryview(bytes(self._buffer[:9])))
            if len(self._buffer) < 9 + length:
                return
            body = bytes(self._buffer[9 : 9 + length])
            del self._buffer[: 9 + length]
            if isinstance(frame, DataFrame):
                frame.parse_body(memoryview(body))
                if frame.stream_id not in self._streams:
                    self._streams[frame.stream_id] = Seen()
                    self._calls.append(self._streams[frame.stream_id])
                self._streams[frame.stream_id].feed(frame.data)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, look: Callable[[bytes], None]) -> None:
    with suppress(ConnectionError, ssl.SSLError):
        while data := await reader.read(1 << 16):
            look(data)
            writer.write(data)
            await writer.drain()
