# SPDX-License-Identifier: Apache-2.0
"""Through a hospital's HTTP proxy, and never around it.

The coordinator's name resolves nowhere: only the proxy knows the way, so whatever arrives came through it.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from loopback import NAME, NORTH, STUDY, ConnectProxy, Loopback, coordinator, nothing, phase_key, submission

from engine.clock import SystemClock
from engine.errors import WardroundError
from engine.site.link import GrpcTransport
from engine.site.walk import doctor
from engine.wire.messages import CHUNK_BYTES, GetModel, Hello, HelloReply, ListStudies
from engine.wire.proxy import ProxyMode, ProxySetting

ADDRESS = f"{NAME}:7443"


def manual(url: str) -> ProxySetting:
    return ProxySetting(ProxyMode.MANUAL, url)


@asynccontextmanager
async def behind(folder: Path, **proxy: Any) -> AsyncIterator[tuple[Loopback, ConnectProxy]]:
    async with coordinator(folder) as there, ConnectProxy({ADDRESS: there.number}, **proxy) as through:
        yield there, through


async def code_of(there: Loopback, **endpoint: Any) -> str:
    async with there.link(**endpoint) as link:
        with pytest.raises(WardroundError) as caught:
            await link.hello(Hello("0.1"), nothing)
    assert "sesame" not in caught.value.sentence("en") + caught.value.sentence("zh")
    return caught.value.code


def test_calls_uploads_and_downloads_pass_through_the_proxy(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(5 * CHUNK_BYTES + 1)
        (tmp_path / "model-0").write_bytes(payload)
        async with behind(tmp_path) as (there, through):
            async with there.link(address=ADDRESS, proxy=manual(f"http://127.0.0.1:{through.port}")) as link:
                await link.list_studies(ListStudies(), nothing)
                await link.submit(submission(payload), nothing)
                assert b"".join([chunk async for chunk in link.get_model(GetModel(STUDY, 0, 0), nothing)]) == payload
            assert through.requests == [(ADDRESS, 200)]
            assert through.upstream_bytes > len(payload)

    asyncio.run(run())


@pytest.mark.parametrize("login", ["nurse:sesame", "nurse:s@:%/# 密码", "nurse:"])
def test_the_proxys_login_is_given_when_it_is_set(tmp_path: Path, login: str) -> None:
    async def run() -> None:
        async with behind(tmp_path, login=login) as (there, through):
            user, password = login.split(":", 1)
            url = f"http://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{through.port}"
            async with there.link(address=ADDRESS, proxy=manual(url)) as link:
                await link.hello(Hello("0.1"), nothing)
            assert await code_of(there, address=ADDRESS, proxy=manual(f"http://nurse:wrong@127.0.0.1:{through.port}")) == "E-NET-07"
            assert await code_of(there, address=ADDRESS, proxy=manual(f"http://127.0.0.1:{through.port}")) == "E-NET-07"

    asyncio.run(run())


def test_a_refusing_proxy_is_named_and_not_gone_around(tmp_path: Path) -> None:
    async def run() -> None:
        async with behind(tmp_path, refuse=403) as (there, through):
            assert await code_of(there, address=ADDRESS, proxy=manual(f"http://127.0.0.1:{through.port}")) == "E-NET-06"
            assert {status for _, status in through.requests} == {403}
            assert there.desk.asked == []

    asyncio.run(run())


def test_a_dead_proxy_is_named_and_not_gone_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the environment exempts the coordinator's host, as gRPC itself would have it."""

    async def run() -> None:
        async with coordinator(tmp_path) as there:
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))  # bound, never listening
                dead = f"http://user:sesame@127.0.0.1:{taken.getsockname()[1]}"
                # A name that gRPC would find directly; ours to decide that it is no loopback.
                monkeypatch.setattr("engine.wire.proxy.is_loopback", lambda _: False)
                for exempt in ("", "localhost", "*"):
                    monkeypatch.setenv("no_proxy", exempt)
                    assert await code_of(there, address=f"localhost:{there.number}", proxy=manual(dead)) == "E-NET-05"
                assert there.desk.asked == []
                monkeypatch.setenv("no_proxy", "")
                async with there.link(address=f"localhost:{there.number}", proxy=ProxySetting(ProxyMode.OFF)) as link:
                    await link.hello(Hello("0.1"), nothing)  # so the direct way was open all the time

    asyncio.run(run())


def test_auto_takes_the_environments_proxy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with behind(tmp_path) as (there, through):
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{through.port}")
            async with there.link(address=ADDRESS) as link:
                await link.hello(Hello("0.1"), nothing)
            assert through.requests == [(ADDRESS, 200)]
            async with there.link() as link:  # this machine: no proxy is asked
                await link.hello(Hello("0.1"), nothing)
            assert len(through.requests) == 1
            assert await code_of(there, address=ADDRESS, proxy=ProxySetting(ProxyMode.OFF)) == "E-NET-01"

    asyncio.run(run())


def test_an_unusable_proxy_setting_is_refused_before_anything_is_tried(tmp_path: Path) -> None:
    async def run() -> None:
        async with behind(tmp_path) as (there, _):
            with pytest.raises(WardroundError) as caught:
                GrpcTransport(there.endpoint(there.federation.site(), address=ADDRESS, proxy=manual("socks5://proxy:1080")))
            assert caught.value.code == "E-NET-08"

    asyncio.run(run())


def test_an_upload_that_the_network_cuts_goes_on_where_it_was(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(12 * CHUNK_BYTES)
        async with behind(tmp_path) as (there, through):
            through.cut_after = 6 * CHUNK_BYTES
            proxy = manual(f"http://127.0.0.1:{through.port}")
            shown: list[bytes | memoryview] = []
            async with there.link(address=ADDRESS, proxy=proxy) as link:
                with pytest.raises(WardroundError) as caught:
                    await link.submit(submission(payload), nothing)
                assert caught.value.code == "E-NET-04"
                held = there.desk.spool(NORTH, phase_key()).stat().st_size
                assert 0 < held < len(payload)
                receipt = await link.submit(submission(payload), shown.append)
            assert receipt.sha256 == submission(payload).sealed.sha256
            assert sum(len(piece) for piece in shown[1:]) <= len(payload) - held
            assert there.desk.spool(NORTH, phase_key()).read_bytes() == payload

    asyncio.run(run())


def test_the_doctor_names_the_proxy_step(tmp_path: Path) -> None:
    async def hello() -> HelloReply:
        return HelloReply("Lead", "0.1", 1, time.time())

    async def run() -> None:
        async with behind(tmp_path) as (there, through):
            end = there.endpoint(there.federation.site(), address=ADDRESS, proxy=manual(f"http://127.0.0.1:{through.port}"))
            checks = [check async for check in doctor(end, hello, SystemClock(), "en")]
            assert [check.check for check in checks] == ["name", "tcp", "proxy", "tls", "http2", "certificate", "hello", "clock"]
            through.refuse = 407
            checks = [check async for check in doctor(end, hello, SystemClock(), "zh")]
            assert [(check.check, check.ok) for check in checks][-1] == ("E-NET-07", False)

    asyncio.run(run())
