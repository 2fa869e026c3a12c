# SPDX-License-Identifier: Apache-2.0
"""A coordinator and its port against who holds one good certificate, and a site against a coordinator that is not honest."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.wire import tls_environment  # noqa: F401 - before grpc

# isort: split

import grpc
import grpc.aio
import pytest
from loopback import Federation, Loopback, MemoryDesk, coordinator

from engine.coordinator import administration
from engine.coordinator.app import Port
from engine.errors import WardroundError
from engine.session import Session
from engine.site.demand import require_planned
from engine.site.release import Endpoint
from engine.store import studies
from engine.study import manifest as manifests
from engine.study.bundle import Bundle
from engine.study.roster import Roster, RosterEntry
from engine.values import Phase, PhaseKey, SiteId, StudyId
from engine.wire import codec, failure
from engine.wire.messages import Task
from engine.wire.pb import control_pb2, round_pb2, study_pb2
from tests.support import hospital, snapshot
from tests.support.lead import Lead

CALLS = ("Hello", "Enrol", "ListStudies", "GetBundle", "Join", "NextTask", "Heartbeat", "GetModel", "Submit", "ReportError", "Leave")


def code_of(error: grpc.aio.AioRpcError) -> str:
    """The catalogue's code in a refusal; empty where it says none."""
    said = failure.parse(error.details())
    return said.code if said else ""


def knock(end: Endpoint, work: Callable[[Any], Any]) -> Any:
    """Runs ``work`` on a channel with a site's own certificate, by a client that is not ours."""

    async def run() -> Any:
        credentials = grpc.ssl_channel_credentials(end.roots_pem, end.key_pem, end.certificate_pem)
        options = [("grpc.ssl_target_name_override", end.server_name), ("grpc.use_local_subchannel_pool", 1)]
        async with grpc.aio.secure_channel(end.address, credentials, options) as channel:
            return await asyncio.wait_for(work(channel), 60)

    return asyncio.run(run())


async def ask(channel: Any, name: str, request: bytes) -> str:
    """The code with which one call is refused; "ok" when it is not."""
    try:
        if name == "Submit":
            stream = channel.stream_stream(f"/wardround.v1.Coordinator/{name}")()
            await stream.write(request)
            await stream.done_writing()
            while await stream.read() is not grpc.aio.EOF:
                pass
        elif name == "GetModel":
            async for _ in channel.unary_stream(f"/wardround.v1.Coordinator/{name}")(request):
                pass
        else:
            await channel.unary_unary(f"/wardround.v1.Coordinator/{name}")(request, timeout=30)
    except grpc.aio.AioRpcError as error:
        return code_of(error) or error.code().name
    return "ok"


@pytest.fixture
def town(tmp_path: Path) -> Iterator[tuple[Lead, Session, Endpoint]]:
    """A published study; one hospital's certificate is in the wrong hands."""
    lead = Lead(tmp_path, hospital.manifest(rounds=1))
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        lead.publish()
        (enrolled,) = session.opened().write(studies.enrolments)
        yield lead, session, session.opened().endpoint(enrolled)
    finally:
        session.close()
        lead.close()


def test_no_bytes_of_a_request_break_anything(town: tuple[Lead, Session, Endpoint]) -> None:
    """Paths for names, numbers out of bounds, and noise: each is refused as malformed, and nothing is written anywhere."""
    lead, _, end = town
    there = snapshot.of_coordinator(lead.home)
    dice = random.Random(7)
    names = ("../../lead.key", "..", "/etc/passwd", "a/b", "ward-study\0", "'; DROP TABLE sites; --", "x" * 100_000, "%s%n{0}", "\x1b[2J")
    requests: list[tuple[str, bytes]] = []
    for name in names:
        key = round_pb2.PhaseKey(study=name, round=1, attempt=1, phase=3)
        requests += [
            ("GetBundle", study_pb2.GetBundle(study=name).SerializeToString()),
            ("Leave", study_pb2.Leave(study=name).SerializeToString()),
            ("Join", study_pb2.Join(study=name, bundle_sha256="0" * 64, signature=bytes(64)).SerializeToString()),
            ("Join", study_pb2.Join(study=hospital.STUDY, bundle_sha256=name, signature=bytes(64)).SerializeToString()),
            ("GetModel", round_pb2.GetModel(study=name, version=0).SerializeToString()),
            ("NextTask", control_pb2.NextTask(study=name, state=3).SerializeToString()),
            ("Heartbeat", control_pb2.Heartbeat(study=name, state=3).SerializeToString()),
            ("ReportError", control_pb2.ReportError(key=key, code="E-BUG-01").SerializeToString()),
            ("Submit", round_pb2.SubmitHeader(key=key, length=1, sha256="0" * 64).SerializeToString()),
        ]
    known = round_pb2.PhaseKey(study=hospital.STUDY, round=1, attempt=1, phase=3)
    for seconds in (float("nan"), float("inf"), -1.0, 1e300):
        requests.append(("NextTask", control_pb2.NextTask(study=hospital.STUDY, state=3, wait_seconds=seconds).SerializeToString()))
    requests += [
        ("NextTask", control_pb2.NextTask(study=hospital.STUDY, state=99).SerializeToString()),
        ("NextTask", control_pb2.NextTask(study=hospital.STUDY, state=3, seen_round=-2).SerializeToString()),
        ("GetModel", round_pb2.GetModel(study=hospital.STUDY, version=4_000_000_000).SerializeToString()),
        ("GetModel", round_pb2.GetModel(study=hospital.STUDY, offset=(1 << 64) - 1).SerializeToString()),
        ("Submit", round_pb2.SubmitHeader(key=known, length=(1 << 64) - 1, sha256="0" * 64).SerializeToString()),
        ("Submit", round_pb2.SubmitHeader(key=known, length=8, sha256="../" + "0" * 61).SerializeToString()),
        ("Submit", b""),
        ("ReportError", control_pb2.ReportError(key=known, code='E-BUG-01\n{"event": "forged"}').SerializeToString()),
    ]
    requests += [(name, b"\xff" + dice.randbytes(200)) for name in CALLS if name != "ListStudies"]

    async def work(channel: Any) -> list[tuple[str, str]]:
        return [(name, await ask(channel, name, request)) for name, request in requests]

    said = knock(end, work)
    assert {name for name, code in said if code not in ("E-NET-11", "E-TLS-08")} == set(), said
    assert snapshot.of_coordinator(lead.home) == there


def test_one_certificate_has_a_bounded_number_of_calls(tmp_path: Path) -> None:
    """Streams that never say anything are held up to a bound, and others are served beside them."""

    async def run(there: Loopback) -> None:
        mallory, honest = there.federation.site(SiteId("mallory")), there.federation.site()

        def channel(pair: Any) -> Any:
            credentials = grpc.ssl_channel_credentials(there.federation.authority.certificate_pem, pair.key_pem, pair.certificate_pem)
            options = [("grpc.ssl_target_name_override", "coordinator.test"), ("grpc.use_local_subchannel_pool", 1)]
            return grpc.aio.secure_channel(f"127.0.0.1:{there.number}", credentials, options)

        channels = [channel(mallory) for _ in range(2)]
        streams = [each.stream_stream("/wardround.v1.Coordinator/Submit")() for each in channels for _ in range(40)]
        reads = [asyncio.ensure_future(stream.read()) for stream in streams]
        done, held = await asyncio.wait(reads, timeout=30, return_when=asyncio.FIRST_EXCEPTION)
        assert held
        refused = [task.exception() for task in done]
        assert refused
        assert all(isinstance(error, grpc.aio.AioRpcError) and code_of(error) == "E-NET-22" for error in refused)
        other = channel(honest)
        assert await ask(other, "Hello", b"") == "ok"
        for stream in streams:
            stream.cancel()
        for task in reads:
            with suppress(asyncio.CancelledError, grpc.aio.AioRpcError):
                await task
        for each in (*channels, other):
            await each.close()

    async def whole() -> None:
        async with coordinator(tmp_path) as there:
            await run(there)

    asyncio.run(asyncio.wait_for(whole(), 90))


@pytest.mark.parametrize("patience", [300.0, 1.0])
def test_callers_that_show_no_certificate_are_few_and_soon_gone(tmp_path: Path, patience: float) -> None:
    """They say nothing, or half of a greeting: those above the bound are closed however patient the port is, the others in time."""
    bound, half = 6, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"

    async def end_of(reader: asyncio.StreamReader) -> None:
        with suppress(ConnectionResetError):
            while await reader.read(1024):
                pass  # an alert, perhaps

    async def run(port: Port, federation: Federation) -> None:
        number = int(port.addresses[0].rpartition(":")[2])
        callers = [await asyncio.open_connection("127.0.0.1", number) for _ in range(3 * bound)]
        for _, writer in callers[::2]:
            writer.write(half)
        ends = [asyncio.ensure_future(end_of(reader)) for reader, _ in callers]
        expected = 2 * bound if patience > 60 else 3 * bound
        while sum(task.done() for task in ends) < expected:
            await asyncio.wait([task for task in ends if not task.done()], return_when=asyncio.FIRST_COMPLETED)
        for _, writer in callers:
            writer.close()
        await asyncio.gather(*ends)
        pair = federation.site()
        credentials = grpc.ssl_channel_credentials(federation.authority.certificate_pem, pair.key_pem, pair.certificate_pem)
        options = [("grpc.ssl_target_name_override", "coordinator.test")]
        async with grpc.aio.secure_channel(f"127.0.0.1:{number}", credentials, options) as channel:
            await channel.channel_ready()
            assert await ask(channel, "Hello", b"") == "ok", "there is room again"

    async def whole() -> None:
        federation = Federation()
        port = Port(lambda: MemoryDesk(tmp_path, federation), federation.tls, ["127.0.0.1:0"], bound, patience)
        await port.start()
        try:
            await run(port, federation)
        finally:
            await port.stop(0.5)

    asyncio.run(asyncio.wait_for(whole(), 60))


# ---------------------------------------------------------------- a coordinator that is not honest

NORTH = SiteId("north")


@pytest.fixture
def bundle() -> Bundle:
    plan = manifests.parse(hospital.manifest(rounds=3, min_sites=2), "test")
    entries = tuple(RosterEntry(SiteId(site), bytes([number]) * 32, f"{number:064x}") for number, site in enumerate(("north", "south"), 1))
    return Bundle(plan, Roster(entries), "a" * 64, 10, bytes(32), 0.0)


def planned(phase: Phase, number: int, version: int) -> Task:
    """A task as an honest coordinator gives it."""
    key = PhaseKey(StudyId(hospital.STUDY), number, 1, phase)
    return Task(key, version, "a" * 64, (NORTH, SiteId("south")), 0.0, 100, b"")


def test_every_task_of_the_plan_is_done(bundle: Bundle) -> None:
    require_planned(planned(Phase.STATISTICS, 0, 0), bundle, NORTH)
    for number in (1, 2, 3):
        require_planned(planned(Phase.UPDATE, number, number - 1), bundle, NORTH)
        require_planned(planned(Phase.EVALUATION, number, number), bundle, NORTH)
        require_planned(planned(Phase.TEST, number, 1), bundle, NORTH)


@pytest.mark.parametrize(
    "task",
    [
        replace(planned(Phase.STATISTICS, 0, 0), key=PhaseKey(StudyId("another"), 0, 1, Phase.STATISTICS)),
        planned(Phase.RANGES, 0, 0),  # the plan names every range
        planned(Phase.STATISTICS, 1, 0),
        planned(Phase.UPDATE, 0, 0),
        planned(Phase.UPDATE, 4, 3),
        planned(Phase.UPDATE, 2, 0),
        planned(Phase.EVALUATION, 4, 4),
        planned(Phase.EVALUATION, 2, 1),
        planned(Phase.TEST, 3, 0),
        replace(planned(Phase.UPDATE, 1, 0), model_sha256="b" * 64),
        replace(planned(Phase.UPDATE, 1, 0), participants=(NORTH,)),
        replace(planned(Phase.UPDATE, 1, 0), participants=(NORTH, NORTH)),
        replace(planned(Phase.UPDATE, 1, 0), participants=(SiteId("south"), SiteId("east"))),
        replace(planned(Phase.UPDATE, 1, 0), participants=(NORTH, SiteId("east"))),
    ],
)
def test_what_nobody_approved_is_not_done(bundle: Bundle, task: Task) -> None:
    with pytest.raises(WardroundError, match="E-ROUND-09"):
        require_planned(task, bundle, NORTH)


def test_other_sums_than_before_end_the_study_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Statistics under ever other ranges would show where single values lie; a site hears the opened sums once."""
    real = codec.encode

    def altered(message: Any) -> bytes:
        task = getattr(message, "task", None)
        if task is not None and task.key.phase is Phase.EVALUATION:
            message = replace(message, task=replace(task, opened=task.opened[:-8] + bytes(8)))
        return real(message)

    monkeypatch.setattr("engine.coordinator.servicer.codec.encode", altered)
    lead = Lead(tmp_path, hospital.manifest(rounds=1))
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        lead.publish()
        hospital.join(session)
        session.start(hospital.STUDY)
        lead.start()
        with pytest.raises(WardroundError, match="E-ROUND-09"):
            session.wait(hospital.STUDY, 60)
        problem = session.training(hospital.STUDY).problem
        assert problem is not None
        assert problem.code == "E-ROUND-09"
        assert session.outbound("validation").result(30).total_rows == 0
    finally:
        session.close()
        lead.close()


def test_another_lead_cannot_take_the_place_of_a_study(town: tuple[Lead, Session, Endpoint], tmp_path: Path) -> None:
    _, session, _ = town
    hospital.join(session)
    before = session.study(hospital.STUDY).result(60)
    (tmp_path / "other").mkdir()
    other = Lead(tmp_path / "other", hospital.manifest(rounds=1).replace("Ward study", "Taken over"))
    try:
        with pytest.raises(WardroundError, match="E-ROUND-10"):
            session.enrol(other.invite("north")).result(60)
    finally:
        other.close()
    assert session.study(hospital.STUDY).result(60) == before
    assert before.joined


def test_a_revoked_hospital_that_was_invited_again_speaks_with_its_new_keys(town: tuple[Lead, Session, Endpoint]) -> None:
    lead, session, _ = town
    hospital.join(session)
    administration.revoke(lead.home, NORTH, lead.clock)
    (lead.folder / "north.wardround-invite").unlink()
    session.enrol(lead.invite("north")).result(60)
    lead.approve("north")
    lead.publish()
    hospital.join(session)
    assert session.study(hospital.STUDY).result(60).joined
