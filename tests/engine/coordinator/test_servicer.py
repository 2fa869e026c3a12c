# SPDX-License-Identifier: Apache-2.0
"""gRPC → desk: who may call, what is taken, what is refused at once, and who is cut off."""

from __future__ import annotations

import asyncio
import hashlib
import os
import resource
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from loopback import NAME, NORTH, STUDY, Federation, Loopback, MemoryDesk, coordinator, nothing, phase_key, submission, task

from engine.coordinator.app import Port, notify
from engine.coordinator.desk import Rpc
from engine.errors import WardroundError
from engine.site.link import GrpcTransport
from engine.trust.certificates import KeyPair
from engine.values import SealedVector
from engine.wire import codec, failure
from engine.wire.messages import (
    CHUNK_BYTES,
    Enrol,
    GetModel,
    Hello,
    ListStudies,
    NextTask,
    SiteState,
    StudyState,
    Submit,
    SubmitHeader,
    SubmitStart,
    Tasks,
)

SERVICE = "/wardround.v1.Coordinator/"


@asynccontextmanager
async def raw(there: Loopback, pair: KeyPair | None = None) -> AsyncIterator[Any]:
    """A bare channel: what a program that is not ours may send."""
    async with there.link(pair) as link:
        yield link._open()


async def code_of(call: Any) -> str:
    with pytest.raises(WardroundError) as caught:
        await call
    return caught.value.code


async def ending(stream: Any) -> str:
    """The code with which a raw stream ends."""
    error = failure.parse(await stream.details())
    assert error is not None, (await stream.code(), await stream.details())
    return error.code


async def refused_upload(channel: Any) -> Any:
    """An upload that the coordinator ends; begun again when gRPC lost the status because a message was just being written."""
    import grpc  # not above: grpc must be imported after engine.wire.tls_environment

    while True:
        upload = channel.stream_stream(SERVICE + "Submit")()
        try:
            await upload.write(codec.request_bytes(submission(b"x")))
        except grpc.aio.AioRpcError as error:
            if (error.details() or "").startswith("Internal error from Core"):
                continue
        return upload


def poll(seconds: float) -> NextTask:
    return NextTask(STUDY, SiteState.READY, -1, seconds)


# ---------------------------------------------------------------- who may call what


def test_a_bootstrap_certificate_may_enrol_and_nothing_else(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, raw(there, there.federation.invite()) as channel:
            for rpc in set(Rpc) - {Rpc.HELLO, Rpc.ENROL, Rpc.SUBMIT, Rpc.GET_MODEL}:
                call = channel.unary_unary(SERVICE + rpc.value)(b"")
                assert await ending(call) == "E-TLS-08" or rpc is Rpc.NEXT_TASK
            download = channel.unary_stream(SERVICE + "GetModel")(codec.encode(GetModel(STUDY, 0, 0)))
            assert await ending(download) == "E-TLS-08"
            assert await ending(await refused_upload(channel)) == "E-TLS-08"
            long_poll = channel.unary_unary(SERVICE + "NextTask")(codec.encode(poll(5)))
            assert await ending(long_poll) == "E-TLS-08"
            assert there.desk.asked == []

    asyncio.run(run())


def test_a_site_certificate_may_not_enrol(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            assert await code_of(link.enrol(Enrol(b"x", bytes(32), bytes(64), "", ""), nothing)) == "E-TLS-08"

    asyncio.run(run())


def test_a_revoked_certificate_is_refused_at_the_next_call(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            pair = there.federation.site()
            async with there.link(pair) as link:
                await link.list_studies(ListStudies(), nothing)
                await there.revoke(pair)
                assert await code_of(link.list_studies(ListStudies(), nothing)) == "E-TLS-07"

    asyncio.run(run())


def test_revoking_cuts_open_polls_uploads_and_downloads_of_that_site_alone(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "model-0").write_bytes(bytes(200 * CHUNK_BYTES))
        async with coordinator(tmp_path) as there:
            bad, good = there.federation.site(), there.federation.site()
            async with there.link(bad) as link, raw(there, bad) as channel, raw(there, good) as other:
                upload = channel.stream_stream(SERVICE + "Submit")()
                await upload.write(codec.request_bytes(submission(bytes(9))))
                assert codec.decode_reply(await upload.read()) == SubmitStart(0)
                kept = other.stream_stream(SERVICE + "Submit")()
                await kept.write(codec.request_bytes(submission(b"123", phase_key(2))))
                await kept.read()
                download = link.get_model(GetModel(STUDY, 0, 0), nothing)
                await anext(download)  # the rest waits: nobody reads it
                waiting = asyncio.create_task(code_of(link.next_task(poll(25), nothing)))
                while not there.desk.polls:
                    await asyncio.sleep(0)
                await there.revoke(bad)
                assert await waiting == "E-TLS-07"
                assert await ending(upload) == "E-TLS-07"
                with pytest.raises(WardroundError) as caught:
                    async for _ in download:
                        pass
                assert caught.value.code == "E-TLS-07"
                await kept.write(b"123")
                await kept.done_writing()
                assert codec.decode_reply(await kept.read()).sha256 == hashlib.sha256(b"123").hexdigest()  # type: ignore[union-attr]

    asyncio.run(run())


# ---------------------------------------------------------------- long polls


def test_a_poll_is_answered_when_there_is_something_to_say(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            for news in (Tasks(StudyState.RUNNING, task()), Tasks(StudyState.PAUSED)):
                await there.tell(Tasks(StudyState.RUNNING))
                before = there.desk.polls
                waiting = asyncio.create_task(link.next_task(poll(25), nothing))
                while there.desk.polls == before:
                    await asyncio.sleep(0)
                await there.tell(news)
                assert await waiting == news

    asyncio.run(run())


def test_a_poll_that_may_not_wait_is_answered_at_once(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            assert await link.next_task(poll(0), nothing) == Tasks(StudyState.RUNNING)
            assert there.desk.polls == 1

    asyncio.run(run())


@pytest.mark.parametrize("state", [StudyState.FINISHED, StudyState.STOPPED])
def test_nobody_waits_for_a_study_that_is_over(tmp_path: Path, state: StudyState) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            await there.tell(Tasks(state))
            assert (await link.next_task(poll(25), nothing)).state is state
            assert there.desk.polls == 1

    asyncio.run(run())


def test_who_is_awaited_is_told_before_the_poll_is_over(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            waiting = asyncio.create_task(link.next_task(poll(25), nothing))
            while not there.desk.polls:
                await asyncio.sleep(0)
            await there.tell(Tasks(StudyState.RUNNING, waiting_for=(NORTH,)))
            async with asyncio.timeout(20):
                assert (await waiting).waiting_for == (NORTH,)

    asyncio.run(run())


def test_a_stopping_coordinator_lets_no_poll_hang(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            waiting = asyncio.create_task(code_of(link.next_task(poll(25), nothing)))
            while not there.desk.polls:
                await asyncio.sleep(0)
            await there.port.stop(5.0)
            assert await waiting == "E-NET-18"
            assert there.desk.asked[-1] == ("close", "", None)

    asyncio.run(run())


# ---------------------------------------------------------------- uploads


def test_an_upload_goes_on_where_it_was_cut(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(3 * CHUNK_BYTES + 5)
        message = submission(payload)
        async with coordinator(tmp_path) as there:
            there.desk.spool(NORTH, phase_key()).write_bytes(payload[: CHUNK_BYTES + 100])
            shown: list[bytes | memoryview] = []
            async with there.link() as link:
                await link.submit(message, shown.append)
            assert b"".join(shown[1:]) == payload[CHUNK_BYTES + 100 :]
            assert there.desk.spool(NORTH, phase_key()).read_bytes() == payload
            assert there.desk.digests == [None], "a resumed file's hash is the desk's to compute"

    asyncio.run(run())


def test_a_broken_connection_leaves_what_arrived(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(2 * CHUNK_BYTES)
        async with coordinator(tmp_path) as there:
            spool = there.desk.spool(NORTH, phase_key())
            async with raw(there) as channel:
                stream = channel.stream_stream(SERVICE + "Submit")()
                await stream.write(codec.request_bytes(submission(payload)))
                await stream.read()
                await stream.write(payload[:CHUNK_BYTES])
                while not spool.exists() or spool.stat().st_size < CHUNK_BYTES:
                    await asyncio.sleep(0)
            async with there.link() as link:
                await link.submit(submission(payload), nothing)
            assert spool.read_bytes() == payload

    asyncio.run(run())


def test_a_second_upload_of_the_same_takes_over(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(CHUNK_BYTES + 1)
        async with coordinator(tmp_path) as there, raw(there) as channel, there.link() as link:
            older = channel.stream_stream(SERVICE + "Submit")()
            await older.write(codec.request_bytes(submission(payload)))
            await older.read()
            await older.write(payload[:10])
            await link.submit(submission(payload), nothing)
            assert await ending(older) == "E-NET-17"
            assert there.desk.spool(NORTH, phase_key()).read_bytes() == payload

    asyncio.run(run())


def test_too_much_or_too_little_is_refused_at_once(tmp_path: Path) -> None:
    async def upload(channel: Any, number: int, announced: int, *chunks: bytes) -> str:
        stream = channel.stream_stream(SERVICE + "Submit")()
        await stream.write(codec.encode(SubmitHeader(phase_key(number), announced, "0" * 64)))
        codec.decode_reply(await stream.read())
        for chunk in chunks:
            await stream.write(chunk)
        await stream.done_writing()
        return await ending(stream)

    async def run() -> None:
        async with coordinator(tmp_path) as there, raw(there) as channel:
            assert await upload(channel, 1, 10, b"12345", b"678901") == "E-NET-16"
            assert await upload(channel, 2, 10, b"12345") == "E-NET-16"
            assert await upload(channel, 3, 5, b"12345", b"6") == "E-NET-16"
            assert await upload(channel, 4, 2 * CHUNK_BYTES, bytes(CHUNK_BYTES + 1)) == "E-NET-12"
            assert [what for what, _, _ in there.desk.asked] == ["begin"] * 4

    asyncio.run(run())


def test_an_oversize_upload_is_refused_before_its_first_chunk(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            there.desk.limit = 100
            shown: list[bytes | memoryview] = []
            assert await code_of(link.submit(submission(bytes(101)), shown.append)) == "E-NET-12"
            assert len(shown) == 1
            assert list(tmp_path.iterdir()) == []

    asyncio.run(run())


def test_a_wrong_hash_is_the_desks_to_refuse(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            wrong = Submit(SealedVector(phase_key(), b"12345", "0" * 64))
            assert await code_of(link.submit(wrong, nothing)) == "E-TLS-11"
            assert there.desk.digests == [hashlib.sha256(b"12345").hexdigest()]

    asyncio.run(run())


def test_a_spool_that_cannot_be_written_is_said_and_can_be_tried_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, raw(there) as channel, there.link() as link:
            spool = there.desk.spool(NORTH, phase_key())
            spool.symlink_to("/dev/full")  # a regular file is demanded of it, and a full one answers
            stream = channel.stream_stream(SERVICE + "Submit")()
            await stream.write(codec.request_bytes(submission(bytes(5000))))
            assert await ending(stream) == "E-NET-19"
            spool.unlink()
            await link.submit(submission(bytes(5000)), nothing)

    asyncio.run(run())


def test_a_disk_that_fills_up_is_said_and_can_be_tried_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            payload = os.urandom(3 * CHUNK_BYTES)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2 * CHUNK_BYTES, before[1]))
            try:
                code = await code_of(link.submit(submission(payload), nothing))
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
            assert code in ("E-NET-19", "E-NET-04"), "gRPC may lose the status while a chunk is being written"
            await link.submit(submission(payload), nothing)
            assert there.desk.spool(NORTH, phase_key()).read_bytes() == payload

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    asyncio.run(run())


def test_thirty_megabytes_stream_both_ways(tmp_path: Path) -> None:
    async def run() -> None:
        payload = os.urandom(30_000_000)
        (tmp_path / "model-1").write_bytes(payload)
        async with coordinator(tmp_path) as there, there.link() as link:
            receipt = await link.submit(submission(payload), nothing)
            assert receipt.sha256 == hashlib.sha256(payload).hexdigest()
            hashed = hashlib.sha256()
            async for chunk in link.get_model(GetModel(STUDY, 1, 0), nothing):
                hashed.update(chunk)
            assert hashed.hexdigest() == receipt.sha256

    asyncio.run(run())


# ---------------------------------------------------------------- what is not as it should be


def test_garbage_is_refused_with_a_code(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, raw(there) as channel:
            for rpc in (Rpc.GET_BUNDLE, Rpc.JOIN, Rpc.NEXT_TASK, Rpc.HEARTBEAT, Rpc.REPORT_ERROR, Rpc.LEAVE):
                for junk in (b"", b"\xff\xff\xff", os.urandom(500)):
                    assert await ending(channel.unary_unary(SERVICE + rpc.value)(junk)) == "E-NET-11"
            assert await ending(channel.unary_stream(SERVICE + "GetModel")(b"\xff")) == "E-NET-11"
            stream = channel.stream_stream(SERVICE + "Submit")()
            await stream.write(b"\xff\xff")
            assert await ending(stream) == "E-NET-11"
            silent = channel.stream_stream(SERVICE + "Submit")()
            await silent.done_writing()
            assert await ending(silent) == "E-NET-11"
            assert there.desk.asked == []

    asyncio.run(run())


def test_what_nobody_foresaw_has_a_code_and_tells_no_detail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            there.desk.error = KeyError("Mrs Miller")
            with pytest.raises(WardroundError) as caught:
                await link.list_studies(ListStudies(), nothing)
            assert caught.value.code == "E-BUG-01"
            assert "Miller" not in caught.value.sentence("en")
            there.desk.error = None
            await link.list_studies(ListStudies(), nothing)

    asyncio.run(run())
    log = capsys.readouterr().err
    assert "KeyError" in log
    assert "Miller" not in log


# ---------------------------------------------------------------- the process


def test_a_taken_port_is_said_and_not_shared(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            second = Port(lambda: MemoryDesk(tmp_path, there.federation), there.federation.tls, [there.address])
            assert await code_of(second.start()) == "E-NET-20"
            async with there.link() as link:
                await link.hello(Hello("0.1"), nothing)

    asyncio.run(run())


def test_an_address_of_another_computer_is_said(tmp_path: Path) -> None:
    async def run() -> None:
        federation = Federation()
        for address, code in (("192.0.2.1:7443", "E-NET-21"), ("no-such-host.invalid:1", "E-NET-21"), ("7443", "E-NET-09")):
            assert await code_of(Port(lambda: MemoryDesk(tmp_path, federation), federation.tls, [address]).start()) == code

    asyncio.run(run())


def test_what_another_process_wrote_is_noticed(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            waiting = asyncio.create_task(link.next_task(poll(25), nothing))
            while not there.desk.polls:
                await asyncio.sleep(0)

            def write() -> None:
                there.desk.tasks = Tasks(StudyState.STOPPED)
                there.desk.version += 1

            await there.port.run(write)
            assert (await waiting).state is StudyState.STOPPED
            assert there.desk.refreshed == 1

    asyncio.run(run())


def test_broken_housekeeping_is_not_hidden(tmp_path: Path) -> None:
    class Broken(MemoryDesk):
        def tick(self) -> None:
            raise WardroundError("E-NET-19", reason="test")

    async def run() -> None:
        federation = Federation()
        port = Port(lambda: Broken(tmp_path, federation), federation.tls, ["127.0.0.1:0"])
        await port.start()
        try:
            assert await code_of(port.failed()) == "E-NET-19"
        finally:
            await port.stop(0.0)

    asyncio.run(run())


def test_systemd_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1")
        assert listener.recv(100) == b"READY=1"
    notify("nobody listens any more")
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("nobody asked")


def test_a_coordinator_reached_by_ip_address_still_proves_its_name(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            end = there.endpoint(there.federation.site())
            assert end.server_name == NAME
            assert end.address.startswith("127.0.0.1:")
            transport = GrpcTransport(end)
            await transport.hello(Hello("0.1"), nothing)
            await transport.close()

    asyncio.run(run())
