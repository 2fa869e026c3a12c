# SPDX-License-Identifier: Apache-2.0
"""The site's line: what it sends is what it was told to send, and each failure says which step failed."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from loopback import NAME, NORTH, STUDY, Federation, coordinator, nothing, phase_key, submission, task

from engine.clock import ManualClock, SystemClock
from engine.errors import WardroundError
from engine.site.link import GrpcTransport
from engine.site.walk import Check, Endpoint, doctor
from engine.trust import certificates
from engine.trust.signing import SigningKey, verify_receipt
from engine.values import Phase
from engine.wire import codec
from engine.wire.messages import (
    CHUNK_BYTES,
    Enrol,
    Follow,
    GetBundle,
    GetModel,
    Heartbeat,
    Hello,
    HelloReply,
    Join,
    Leave,
    ListStudies,
    NextTask,
    Receipt,
    ReportError,
    SiteState,
    StudyState,
    Submit,
    Tasks,
)


def test_every_message_arrives_as_it_was_shown_to_the_gate(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            shown: list[bytes] = []

            def sent(message: bytes | memoryview) -> None:
                shown.append(bytes(message))

            key = phase_key()
            messages = [
                Hello("0.1"),
                ListStudies(),
                GetBundle(STUDY),
                Join(STUDY, "0" * 64, bytes(64)),
                NextTask(STUDY, SiteState.READY, -1, 0.0),
                Heartbeat(STUDY, SiteState.TRAINING, 3),
                ReportError(key, "E-TRAIN-01"),
                Leave(STUDY),
            ]
            async with there.link() as link:
                await link.hello(messages[0], sent)  # type: ignore[arg-type]
                assert (await link.list_studies(messages[1], sent)).offers[0].title_zh == "早产预警"  # type: ignore[arg-type]
                assert (await link.get_bundle(messages[2], sent)).content == b"bundle"  # type: ignore[arg-type]
                assert (await link.join(messages[3], sent)).study == STUDY  # type: ignore[arg-type]
                assert (await link.next_task(messages[4], sent)).state is StudyState.RUNNING  # type: ignore[arg-type]
                await link.heartbeat(messages[5], sent)  # type: ignore[arg-type]
                await link.report_error(messages[6], sent)  # type: ignore[arg-type]
                await link.leave(messages[7], sent)  # type: ignore[arg-type]
            assert shown == [codec.encode(message) for message in messages]
            heard = [(who, message) for what, who, message in there.desk.asked if what in ("join", "poll", "heartbeat", "report", "leave")]
            assert heard == [(NORTH, message) for message in messages[3:]]

    asyncio.run(run())


def test_enrolment_gives_a_certificate_that_opens_the_other_calls(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            request, key_pem = certificates.make_request()
            signer = SigningKey.generate()
            async with there.link(there.federation.invite()) as link:
                enrolled = await link.enrol(Enrol(request, signer.public, signer.sign(request), "0.1", "linux"), nothing)
            pair = certificates.KeyPair(enrolled.certificate_pem, key_pem)
            async with there.link(pair, ca_pem=enrolled.ca_pem) as link:
                await link.list_studies(ListStudies(), nothing)

    asyncio.run(run())


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES + 7])
def test_an_upload_arrives_whole_in_chunks_and_is_answered_by_a_signed_receipt(tmp_path: Path, length: int) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            payload = os.urandom(length)
            message = submission(payload)
            view = memoryview(bytearray(payload))
            shown: list[memoryview | bytes] = []
            async with there.link() as link:
                receipt = await link.submit(Submit(type(message.sealed)(message.sealed.key, view, message.sealed.sha256)), shown.append)
            verify_receipt(there.federation.lead.public, receipt)
            assert there.desk.spool(NORTH, phase_key()).read_bytes() == payload
            assert shown[0] == codec.request_bytes(message)
            pieces = [piece for piece in shown[1:] if isinstance(piece, memoryview)]
            assert b"".join(pieces) == payload
            assert all(piece.obj is view.obj for piece in pieces), "the gate recognises slices of the very buffer"
            assert all(len(piece) <= CHUNK_BYTES for piece in pieces)
            assert there.desk.digests == [message.sealed.sha256]

    asyncio.run(run())


def follow(held: int) -> Submit:
    return Submit(submission(b"x" * 5000).sealed, Follow(3, 5.0, held))


def test_the_next_task_and_its_model_come_on_the_line_of_the_upload(tmp_path: Path) -> None:
    """The one that is held is not sent again, and a phase that needs none gets none."""
    evaluation = replace(task(), key=phase_key(1, phase=Phase.EVALUATION), model_version=4)
    model = os.urandom(2 * CHUNK_BYTES + 3)
    (tmp_path / "model-4").write_bytes(model)

    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            for asked, held, expected in (
                (evaluation, 3, model),
                (evaluation, 4, b""),
                (replace(evaluation, key=phase_key(0, phase=Phase.STATISTICS)), 3, b""),
            ):
                there.desk.tasks = Tasks(StudyState.RUNNING, asked)
                shown: list[bytes | memoryview] = []
                async with aclosing(link.exchange(follow(held), shown.append)) as answers:
                    receipt, tasks, *chunks = [answer async for answer in answers]
                assert isinstance(receipt, Receipt)
                assert tasks == there.desk.tasks
                assert b"".join(chunks) == expected  # type: ignore[arg-type]
                assert shown[0] == codec.request_bytes(follow(held)), "nothing else is sent for it"
            assert [message for what, _, message in there.desk.asked if what == "poll"] == [
                NextTask(STUDY, SiteState.WAITING_FOR_OTHERS, 3, 5.0)
            ] * 3

    asyncio.run(run())


def test_who_is_revoked_while_he_waits_after_his_receipt_is_told_nothing_more(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            pair = there.federation.site()
            async with there.link(pair) as link, aclosing(link.exchange(follow(-1), nothing)) as answers:
                assert isinstance(await anext(answers), Receipt)
                await there.revoke(pair)
                with pytest.raises(WardroundError) as caught:
                    await anext(answers)
                assert caught.value.code == "E-TLS-07"

    asyncio.run(run())


def test_a_known_upload_is_answered_without_sending_it_again(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            first = await link.submit(submission(b"x" * 5000), nothing)
            shown: list[bytes | memoryview] = []
            assert await link.submit(submission(b"x" * 5000), shown.append) == first
            assert len(shown) == 1

    asyncio.run(run())


def test_a_download_is_the_file_from_the_offset_on(tmp_path: Path) -> None:
    async def run() -> None:
        content = os.urandom(2 * CHUNK_BYTES + 11)
        (tmp_path / "model-4").write_bytes(content)
        async with coordinator(tmp_path) as there, there.link() as link:
            for offset in (0, 5, CHUNK_BYTES, len(content), len(content) + 9):
                chunks = [chunk async for chunk in link.get_model(GetModel(STUDY, 4, offset), nothing)]
                assert b"".join(chunks) == content[offset:]
                assert all(0 < len(chunk) <= CHUNK_BYTES for chunk in chunks)

    asyncio.run(run())


def test_a_download_may_be_left_in_the_middle(tmp_path: Path) -> None:
    async def run() -> None:
        (tmp_path / "model-4").write_bytes(bytes(20 * CHUNK_BYTES))
        async with coordinator(tmp_path) as there, there.link() as link:
            stream = link.get_model(GetModel(STUDY, 4, 0), nothing)
            assert len(await anext(stream)) == CHUNK_BYTES
            await stream.aclose()  # type: ignore[attr-defined]
            await link.hello(Hello("0.1"), nothing)

    asyncio.run(run())


def test_what_the_gate_forbids_is_not_sent(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:

            def forbid(message: bytes | memoryview) -> None:
                raise WardroundError("E-NET-18")

            def forbid_payload(message: bytes | memoryview) -> None:
                if isinstance(message, memoryview):
                    forbid(message)

            for call in (link.hello(Hello("0.1"), forbid), link.submit(submission(b"secret"), forbid)):
                with pytest.raises(WardroundError):
                    await call
            assert there.desk.asked == []
            with pytest.raises(WardroundError):
                await link.submit(submission(b"secret"), forbid_payload)
            assert there.desk.asked == [("begin", NORTH, phase_key())]

    asyncio.run(run())


def test_the_coordinators_error_arrives_with_its_code_and_fields(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there, there.link() as link:
            there.desk.error = WardroundError("E-ENROL-03", date="2026-01-31")
            for call in (link.list_studies(ListStudies(), nothing), link.submit(submission(b"x"), nothing)):
                with pytest.raises(WardroundError) as caught:
                    await call
                assert (caught.value.code, caught.value.fields) == ("E-ENROL-03", {"date": "2026-01-31"})
            with pytest.raises(WardroundError) as caught:
                _ = [chunk async for chunk in link.get_model(GetModel(STUDY, 0, 0), nothing)]
            assert caught.value.code == "E-ENROL-03"

    asyncio.run(run())


# ---------------------------------------------------------------- what fails, and how it is said


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def endpoint(federation: Federation, address: str, name: str = NAME, ca_pem: bytes | None = None) -> Endpoint:
    pair = federation.site()
    return Endpoint(address, name, ca_pem or federation.authority.certificate_pem, pair.certificate_pem, pair.key_pem)


def code_of(end: Endpoint) -> str:
    async def run() -> str:
        transport = GrpcTransport(end)
        try:
            with pytest.raises(WardroundError) as caught:
                await transport.hello(Hello("0.1"), nothing)
        finally:
            await transport.close()
        assert caught.value.entry.exit_code in (5, 6, 7)
        return caught.value.code

    return asyncio.run(run())


@contextmanager
def answering(answer: bytes) -> Iterator[int]:
    """A port that says ``answer`` to whoever connects and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    line.settimeout(5)
                    try:
                        line.recv(1)
                        line.sendall(answer)
                    except OSError:
                        continue

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@contextmanager
def tls_server(federation: Federation, folder: Path, alpn: str, pair: certificates.KeyPair | None = None) -> Iterator[int]:
    """A TLS server that is not gRPC."""
    pair = pair or federation.server
    path = folder / "pair.pem"
    path.write_bytes(pair.key_pem + pair.certificate_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.set_alpn_protocols([alpn])
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                line.settimeout(5)
                try:
                    with context.wrap_socket(line, server_side=True) as secured:
                        secured.recv(1)
                except OSError:
                    line.close()

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_an_unknown_name() -> None:
    assert code_of(endpoint(Federation(), "no-such-host.invalid:7443")) == "E-NET-01"


def test_nobody_listens() -> None:
    assert code_of(endpoint(Federation(), f"127.0.0.1:{free_port()}")) == "E-NET-02"


def test_something_else_listens() -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert code_of(endpoint(Federation(), f"127.0.0.1:{port}")) == "E-TLS-05"


def test_something_in_between_does_not_speak_http2(tmp_path: Path) -> None:
    federation = Federation()
    with tls_server(federation, tmp_path, "http/1.1") as port:
        assert code_of(endpoint(federation, f"127.0.0.1:{port}")) == "E-NET-10"


def test_something_in_between_inspects(tmp_path: Path) -> None:
    with tls_server(Federation(), tmp_path, "h2") as port:
        assert code_of(endpoint(Federation(), f"127.0.0.1:{port}")) == "E-TLS-01"


def test_the_certificate_carries_another_name(tmp_path: Path) -> None:
    federation = Federation()
    other = certificates.issue_server(federation.authority, ["other.test"], federation.now)
    with tls_server(federation, tmp_path, "h2", other) as port:
        assert code_of(endpoint(federation, f"127.0.0.1:{port}")) == "E-TLS-02"


def test_the_certificate_is_expired(tmp_path: Path) -> None:
    federation = Federation()
    old = certificates.issue_server(federation.authority, [NAME], federation.now - 1000 * certificates.DAY)
    with tls_server(federation, tmp_path, "h2", old) as port:
        assert code_of(endpoint(federation, f"127.0.0.1:{port}")) == "E-TLS-03"


def test_the_hospitals_own_certificate_is_not_accepted(tmp_path: Path) -> None:
    async def run() -> str:
        async with coordinator(tmp_path) as there:
            with pytest.raises(WardroundError) as caught:
                async with there.link(Federation().site()) as link:
                    await link.hello(Hello("0.1"), nothing)
            return caught.value.code

    assert asyncio.run(run()) == "E-TLS-04"


def test_a_coordinator_signed_by_the_hospitals_own_ca_is_accepted_when_that_is_set(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            stranger, own = Federation().authority.certificate_pem, there.federation.authority.certificate_pem
            async with there.link(ca_pem=stranger, extra_ca_pem=own) as link:
                await link.hello(Hello("0.1"), nothing)

    asyncio.run(run())


# ---------------------------------------------------------------- the doctor


async def look(end: Endpoint, reply: HelloReply | None, clock: SystemClock | ManualClock, language: str = "en") -> list[Check]:
    async def hello() -> HelloReply:
        assert reply is not None
        return reply

    return [check async for check in doctor(end, hello, clock, language)]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_doctor_finds_a_healthy_line_healthy_in_both_languages(tmp_path: Path, language: str) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            checks = await look(there.endpoint(there.federation.site()), HelloReply("Lead", "0.1", 1, time.time()), SystemClock(), language)
        assert [check.check for check in checks] == ["name", "tcp", "tls", "http2", "certificate", "hello", "clock"]
        assert all(check.ok for check in checks)
        assert all(check.sentence.isascii() == (language == "en") for check in checks)

    asyncio.run(run())


def test_the_doctor_stops_at_the_step_that_fails() -> None:
    checks = asyncio.run(look(endpoint(Federation(), f"127.0.0.1:{free_port()}"), None, SystemClock()))
    assert [(check.check, check.ok) for check in checks] == [("name", True), ("E-NET-02", False)]


@pytest.mark.parametrize(("seconds", "code"), [(299, "clock"), (-299, "clock"), (301, "E-CLOCK-01"), (-301, "E-CLOCK-01")])
def test_the_doctor_compares_the_clocks(tmp_path: Path, seconds: int, code: str) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            reply = HelloReply("Lead", "0.1", 1, 1_000_000.0 + seconds)
            checks = await look(there.endpoint(there.federation.site()), reply, ManualClock(1_000_000.0))
        assert checks[-1].check == code

    asyncio.run(run())


def test_the_doctor_compares_the_protocols(tmp_path: Path) -> None:
    async def run() -> None:
        async with coordinator(tmp_path) as there:
            checks = await look(there.endpoint(there.federation.site()), HelloReply("Lead", "9.0", 2, time.time()), SystemClock())
        assert checks[-1].check == "E-NET-13"
        assert "9.0" in checks[-1].sentence

    asyncio.run(run())
