# SPDX-License-Identifier: Apache-2.0
"""The coordinator's process: one port, one asyncio thread for the connections, one thread for the desk, no polling by anybody.

``Port`` is the running server (tests and the demo start and stop it themselves); ``serve`` is the process around it, with signals and
systemd's notifications.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from engine.wire import tls_environment  # noqa: F401 - before grpc

# isort: split

import grpc
import grpc.aio

from engine.coordinator.desk import Desk
from engine.coordinator.servicer import Servicer
from engine.errors import WardroundError
from engine.trust.certificates import ServerTls
from engine.wire.limits import CONTROL_BYTES
from engine.wire.memory import keep_chunks
from engine.wire.messages import CHUNK_BYTES
from engine.wire.proxy import join_address, split_address

T = TypeVar("T")

GRACE_SECONDS = 8.0
"""So long may uploads and downloads still run when the process is asked to end; the whole stop takes at most 10 s."""
MOST_CONNECTIONS = 512
"""At the same time, those that have not shown a certificate yet included; a hospital needs one. Below the usual 1024 open files."""
HANDSHAKE_SECONDS = 10.0
"""So long may a caller take to show its certificate; then its place is free again."""
_TICK_SECONDS = 1.0
_WATCH_SECONDS = 0.25  # how soon a command in another process is noticed

_OPTIONS: list[tuple[str, Any]] = [
    ("grpc.so_reuseport", 0),  # else a second coordinator would silently share the port
    ("grpc.max_receive_message_length", CONTROL_BYTES),
    ("grpc.http2.max_frame_size", CHUNK_BYTES),
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 20_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.max_concurrent_streams", 64),
]


class Port:
    """A desk behind a listening server. ``start``, then ``stop``; ``failed`` ends when the desk's housekeeping breaks.

    Args:
        open_desk: makes the desk; called in the desk's own thread, where everything about it stays.
        tls: certificates and keys.
        listen: addresses ``host:port``; port 0 takes a free one.
        connections: more than these are closed as soon as they are opened.
        handshake_seconds: within which a caller shows its certificate.
    """

    def __init__(
        self,
        open_desk: Callable[[], Desk],
        tls: ServerTls,
        listen: Sequence[str],
        connections: int = MOST_CONNECTIONS,
        handshake_seconds: float = HANDSHAKE_SECONDS,
    ) -> None:
        self._open_desk = open_desk
        self._tls = tls
        self._listen = tuple(listen)
        self._bounds: list[tuple[str, Any]] = [
            ("grpc.max_allowed_incoming_connections", connections),
            ("grpc.server_handshake_timeout_ms", round(handshake_seconds * 1000)),
        ]
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._desk: Desk | None = None
        self._servicer: Servicer | None = None
        self._server: Any = None
        self._chores: list[asyncio.Task[None]] = []
        self.addresses: tuple[str, ...] = ()

    async def start(self) -> None:
        """Opens the desk and the port; ``addresses`` then holds what is really listened on.

        Raises: E-NET-20 when a port is taken, E-NET-21 when an address is not one of this computer, and whatever the desk raises.
        """
        keep_chunks()
        try:
            self._desk = await self.run(self._open_desk)
            self._servicer = Servicer(self._desk, self.run)
            self._server = grpc.aio.server(options=[*_OPTIONS, *self._bounds])
            self._server.add_generic_rpc_handlers((self._servicer.handler(),))
            pair = self._tls.pair
            credentials = grpc.ssl_server_credentials([(pair.key_pem, pair.certificate_pem)], self._tls.client_ca_pem, True)
            self.addresses = tuple(self._bind(address, credentials) for address in self._listen)
            await self._servicer.start()
            await self._server.start()
        except BaseException:
            await self.stop(0.0)
            raise
        self._chores = [asyncio.create_task(self._tick()), asyncio.create_task(self._watch())]

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ends long polls at once, streams within ``grace`` seconds, then closes the desk."""
        for chore in self._chores:
            chore.cancel()
        await asyncio.gather(*self._chores, return_exceptions=True)
        if self._servicer is not None:
            self._servicer.close()
        if self._server is not None:
            await self._server.stop(grace)
        if self._desk is not None:
            desk, self._desk = self._desk, None
            await self.run(desk.close)
        self._thread.shutdown(wait=False)

    async def failed(self) -> None:
        """Waits until a chore ends, which it does by an error only, and raises that."""
        done, _ = await asyncio.wait(self._chores, return_when=asyncio.FIRST_COMPLETED)
        for chore in done:
            chore.result()

    def run(self, work: Callable[[], T]) -> Awaitable[T]:
        """Runs ``work`` in the desk's thread."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def refresh(self) -> None:
        """Reads again what other processes may have written."""
        if self._desk is not None:
            await self.run(self._desk.refresh)

    def _bind(self, address: str, credentials: Any) -> str:
        host, port = _host_port(address)
        _probe(host, port, address)
        try:
            bound = self._server.add_secure_port(join_address(host, port), credentials)
        except RuntimeError as error:
            raise WardroundError("E-NET-21", address=address, reason="the system refuses") from error
        if bound == 0:
            raise WardroundError("E-NET-20", address=address)
        return join_address(host, bound)

    async def _tick(self) -> None:
        assert self._desk is not None  # noqa: S101 - started
        while True:
            await self.run(self._desk.tick)
            notify("WATCHDOG=1")
            await asyncio.sleep(_TICK_SECONDS)

    async def _watch(self) -> None:
        desk = self._desk
        assert desk is not None  # noqa: S101 - started
        seen = await self.run(desk.data_version)
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            now = await self.run(desk.data_version)
            if now != seen:
                seen = now
                await self.run(desk.refresh)


async def serve(open_desk: Callable[[], Desk], tls: ServerTls, listen: Sequence[str], announce: Callable[[tuple[str, ...]], None]) -> None:
    """Runs a coordinator until SIGTERM or SIGINT; SIGHUP reads the database again.

    ``announce`` is called with the addresses once the port is open. Raises as ``Port.start``; whatever breaks the housekeeping
    ends the process, so that a supervisor starts it anew.
    """
    port = Port(open_desk, tls, listen)
    await port.start()
    end = asyncio.Event()
    background: set[asyncio.Task[None]] = set()

    def reread() -> None:
        task = asyncio.ensure_future(port.refresh())
        background.add(task)
        task.add_done_callback(background.discard)

    _on_signal("SIGTERM", end.set)
    _on_signal("SIGINT", end.set)
    _on_signal("SIGHUP", reread)
    announce(port.addresses)
    notify("READY=1")
    failed, asked = asyncio.create_task(port.failed()), asyncio.create_task(end.wait())
    try:
        done, _ = await asyncio.wait((failed, asked), return_when=asyncio.FIRST_COMPLETED)
        if failed in done:
            failed.result()
    finally:
        notify("STOPPING=1")
        failed.cancel()
        asked.cancel()
        await port.stop()


def notify(state: str) -> None:
    """systemd's sd_notify: one datagram to the socket in NOTIFY_SOCKET; nothing where there is none."""
    target = os.environ.get("NOTIFY_SOCKET")
    if not target:
        return
    path = f"\0{target[1:]}" if target.startswith("@") else target
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.connect(path)
        line.send(state.encode())


def _on_signal(name: str, call: Callable[[], object]) -> None:
    number = getattr(signal, name, None)
    if number is None:
        return  # Windows has no SIGHUP
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:  # Windows' loop
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(call))


def _host_port(address: str) -> tuple[str, int]:
    """As ``split_address``, but port 0 is allowed."""
    if address.endswith(":0"):
        host, _ = split_address(f"{address[:-2]}:1")
        return host, 0
    return split_address(address)


def _probe(host: str, port: int, address: str) -> None:
    """Binds and lets go, because gRPC does not say why it cannot."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, kind) as trial:
            if os.name == "posix":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gRPC does: a port just left is free
            trial.bind(where)
            trial.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise WardroundError("E-NET-20", address=address) from error
        raise WardroundError("E-NET-21", address=address, reason=error.strerror or type(error).__name__) from error
