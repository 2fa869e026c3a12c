# SPDX-License-Identifier: Apache-2.0
"""Every message survives the wire; nothing outside the limits does, and garbage is refused with a code."""

from __future__ import annotations

import dataclasses
import string
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.values import Phase, PhaseKey, RoundRecord, SealedVector, SiteId, Step, StudyId
from engine.wire import codec
from engine.wire import messages as m
from engine.wire.limits import CONTROL_BYTES

_LOWER = string.ascii_lowercase + string.digits + "-"
sites = st.text(_LOWER, min_size=1, max_size=40).map(SiteId)
studies = st.text(_LOWER, min_size=1, max_size=60).map(StudyId)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
signatures = st.binary(min_size=64, max_size=64)
rounds = st.integers(0, 1_000_000)
seconds = st.floats(allow_nan=False, allow_infinity=False)
words = st.text("abcXYZ 0.9-北", max_size=60)
titles = st.text("abcXYZ 0.9-北\U0001f600", max_size=200)
keys = st.builds(PhaseKey, studies, rounds, rounds, st.sampled_from(Phase))
floats = st.lists(seconds, max_size=20).map(lambda numbers: np.array(numbers, "<f8"))
rosters = st.lists(sites, max_size=5).map(tuple)
counts = st.integers(0, 1 << 53)
tasks = st.builds(m.Task, keys, rounds, hashes | st.just(""), rosters, seconds, counts, floats.map(lambda array: array.tobytes()))
records = st.builds(
    RoundRecord, studies, rounds, st.sampled_from(Phase), hashes | st.just(""), rosters, counts, seconds, seconds, floats, seconds, rounds
)
blobs = st.binary(min_size=1, max_size=200)
states = st.sampled_from(m.SiteState)

parcels = st.lists(st.builds(m.Parcel, sites, st.binary(min_size=1, max_size=200)), max_size=4).map(tuple)
tasks |= st.builds(
    m.Task,
    keys,
    rounds,
    hashes,
    rosters,
    seconds,
    counts,
    st.just(b""),
    st.sampled_from(Step),
    st.lists(keys, max_size=4).map(tuple),
    parcels,
    rosters,
)
exchanges = st.sampled_from([step for step in Step if step is not Step.VECTOR]).flatmap(
    lambda step: st.builds(m.Contribute, keys, st.just(step), st.binary(min_size=1, max_size=64))
)

MESSAGES: dict[type, st.SearchStrategy[Any]] = {
    m.Hello: st.builds(m.Hello, words),
    m.HelloReply: st.builds(m.HelloReply, titles, words, rounds, seconds),
    m.Enrol: st.builds(m.Enrol, blobs, st.binary(min_size=32, max_size=32), signatures, words, words),
    m.Enrolled: st.builds(m.Enrolled, sites, blobs, blobs, seconds),
    m.ListStudies: st.just(m.ListStudies()),
    m.Studies: st.builds(
        m.Studies,
        st.lists(st.builds(m.StudyOffer, studies, titles, titles, st.booleans(), hashes | st.just(""), st.booleans()), max_size=4).map(
            tuple
        ),
    ),
    m.GetBundle: st.builds(m.GetBundle, studies),
    m.BundleBytes: st.builds(m.BundleBytes, blobs),
    m.Join: st.builds(m.Join, studies, hashes, signatures),
    m.Joined: st.builds(m.Joined, studies),
    m.Leave: st.builds(m.Leave, studies),
    m.NextTask: st.builds(m.NextTask, studies, states, st.integers(-1, 1_000_000), st.floats(0, 25)),
    m.Tasks: st.builds(
        m.Tasks,
        st.sampled_from(m.StudyState),
        st.none() | tasks,
        st.lists(records, max_size=3).map(tuple),
        rosters,
        st.integers(0, 10_000),
    ),
    m.Heartbeat: st.builds(m.Heartbeat, studies, states, rounds),
    m.GetModel: st.builds(m.GetModel, studies, rounds, st.integers(0, 1 << 42)),
    m.SubmitHeader: st.builds(m.SubmitHeader, keys, st.integers(0, 1 << 42), hashes),
    m.SubmitStart: st.builds(m.SubmitStart, st.integers(0, 1 << 42)),
    m.Receipt: st.builds(m.Receipt, keys, sites, hashes, seconds, signatures),
    m.Contribute: exchanges,
    m.ReportError: st.builds(m.ReportError, keys, st.just("E-TRAIN-03")),
    m.Done: st.just(m.Done()),
}
any_message = st.one_of(*MESSAGES.values())


def plain(message: object) -> object:
    """The message as nested tuples, arrays as bytes, so that == means every bit."""
    if dataclasses.is_dataclass(message):
        return (type(message).__name__, *(plain(getattr(message, field.name)) for field in dataclasses.fields(message)))
    if isinstance(message, tuple):
        return tuple(plain(item) for item in message)
    if isinstance(message, np.ndarray):
        return (str(message.dtype), message.tobytes())
    return message


def decoded_or_code(kind: type, data: bytes) -> object:
    """The message, or the code of the refusal; anything else that is raised fails the test."""
    try:
        return codec.decode(kind, data)
    except WardroundError as error:
        return error.code


def refused(kind: type, data: bytes) -> str:
    with pytest.raises(WardroundError) as caught:
        codec.decode(kind, data)
    return caught.value.code


def test_every_message_with_a_codec_is_tried_here() -> None:
    assert set(MESSAGES) == set(codec.KINDS)


@settings(max_examples=400)
@given(any_message)
def test_a_message_comes_back_as_it_went(message: object) -> None:
    data = codec.encode(message)
    assert plain(codec.decode(type(message), data)) == plain(message)
    assert codec.encode(codec.decode(type(message), data)) == data


@settings(max_examples=400)
@given(st.sampled_from(codec.KINDS), st.binary(max_size=300))
def test_any_bytes_are_a_message_or_a_coded_refusal(kind: type, data: bytes) -> None:
    message = decoded_or_code(kind, data)
    if isinstance(message, str):
        assert message == "E-NET-11"
    else:
        codec.encode(message)


@settings(max_examples=200)
@given(any_message, st.data())
def test_damaged_bytes_are_a_message_or_a_coded_refusal(message: object, data: st.DataObject) -> None:
    whole = bytearray(codec.encode(message))
    if not whole:
        return
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    found = decoded_or_code(type(message), bytes(whole))
    assert found == "E-NET-11" or type(found) is type(message)


KEY = PhaseKey(StudyId("s"), 1, 0, Phase.UPDATE)
TASK = m.Task(KEY, 0, "", (), 0.0, 0, b"")
RECORD = RoundRecord(StudyId("s"), 1, Phase.UPDATE, "", (), 0, 0.0, 0.0, np.zeros(2), 0.0, 1)


@pytest.mark.parametrize(
    "message",
    [
        m.Hello("x" * 61),
        m.Hello("line\nbreak"),
        m.Enrol(b"", bytes(32), bytes(64), "", ""),
        m.Enrol(b"x" * 8193, bytes(32), bytes(64), "", ""),
        m.Enrol(b"x", bytes(31), bytes(64), "", ""),
        m.Enrol(b"x", bytes(32), bytes(63), "", ""),
        m.GetBundle(StudyId("UPPER")),
        m.GetBundle(StudyId("")),
        m.GetBundle(StudyId("a/../b")),
        m.Join(StudyId("s"), "A" * 64, bytes(64)),
        m.NextTask(StudyId("s"), m.SiteState.READY, -2, 0.0),
        m.NextTask(StudyId("s"), m.SiteState.READY, 0, 25.5),
        m.NextTask(StudyId("s"), m.SiteState.READY, 0, float("nan")),
        m.NextTask(StudyId("s"), m.SiteState.READY, 1 << 40, 0.0),
        m.Heartbeat(StudyId("s"), m.SiteState.READY, -1),
        m.GetModel(StudyId("s"), 0, -1),
        m.SubmitHeader(KEY, (1 << 42) + 1, "0" * 64),
        m.SubmitHeader(KEY, 1, "0" * 63),
        m.ReportError(KEY, "free text"),
        m.Receipt(KEY, SiteId("north"), "0" * 64, float("inf"), bytes(64)),
        m.Receipt(KEY, SiteId("north"), "0" * 64, 0.0, b""),
        m.HelloReply("", "", 1, float("nan")),
        m.BundleBytes(b""),
        m.Tasks(m.StudyState.RUNNING, dataclasses.replace(TASK, opened=bytes(7))),
        m.Tasks(m.StudyState.RUNNING, dataclasses.replace(TASK, opened=np.array([np.nan]).tobytes())),
        m.Tasks(m.StudyState.RUNNING, dataclasses.replace(TASK, deadline=float("inf"))),
        m.Tasks(m.StudyState.RUNNING, None, (dataclasses.replace(RECORD, train_loss=float("nan")),)),
        m.Tasks(m.StudyState.RUNNING, None, (dataclasses.replace(RECORD, evaluation=np.array([1.0, np.inf])),)),
        m.Tasks(m.StudyState.RUNNING, None, (), (SiteId("Ä"),)),
        m.Hello("\ud800"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_what_is_outside_the_limits_cannot_be_sent(message: object) -> None:
    with pytest.raises(WardroundError) as caught:
        codec.encode(message)
    assert caught.value.code == "E-NET-11"


def test_too_large_messages_are_refused_both_ways() -> None:
    assert refused(m.BundleBytes, bytes(CONTROL_BYTES + 1)) == "E-NET-12"
    with pytest.raises(WardroundError) as caught:
        codec.encode(m.BundleBytes(bytes(CONTROL_BYTES)))  # the field's own header makes it too large
    assert caught.value.code == "E-NET-12"


def test_unknown_enum_numbers_are_refused() -> None:
    whole = codec.encode(m.Heartbeat(StudyId("s"), m.SiteState.LEFT, 0))
    assert refused(m.Heartbeat, whole.replace(b"\x10\x0b", b"\x10\x63")) == "E-NET-11"


def test_a_refusal_never_repeats_the_value() -> None:
    with pytest.raises(WardroundError) as caught:
        codec.encode(m.GetBundle(StudyId("Mrs Miller 1987")))
    assert "Miller" not in caught.value.sentence("en")


def test_upload_replies_tell_their_kind() -> None:
    receipt = m.Receipt(KEY, SiteId("north"), "0" * 64, 1.0, bytes(64))
    for reply in (m.SubmitStart(0), m.SubmitStart(17), receipt):
        assert codec.decode_reply(codec.encode_reply(reply)) == reply
    for junk in (b"", b"\xff\xff", b"\x0a\x02\x08"):
        with pytest.raises(WardroundError) as caught:
            codec.decode_reply(junk)
        assert caught.value.code == "E-NET-11"


def test_a_submit_leaves_as_its_header() -> None:
    sealed = SealedVector(KEY, memoryview(b"12345"), "0" * 64)
    assert codec.decode(m.SubmitHeader, codec.request_bytes(m.Submit(sealed))) == m.SubmitHeader(KEY, 5, "0" * 64)
    assert codec.request_bytes(m.Hello("1")) == codec.encode(m.Hello("1"))


def test_a_page_of_records_fits_one_message_and_never_splits_a_round() -> None:
    def record(number: int, phase: Phase) -> RoundRecord:
        return dataclasses.replace(RECORD, round=number, phase=phase, evaluation=np.zeros(40_000))

    everything = m.Tasks(
        m.StudyState.RUNNING,
        TASK,
        tuple(record(n // 2, phase) for n in range(60) for phase in (Phase.UPDATE, Phase.TEST)[n % 2 : n % 2 + 1]),
    )
    left, seen, answers = everything, [], 0
    while left.records:
        page = codec.page(left)
        codec.encode(page)
        seen += page.records
        last = page.records[-1].round
        rest = tuple(r for r in left.records if r.round > last)
        assert (page.task is None) == bool(rest)
        left = dataclasses.replace(everything, records=rest)
        answers += 1
    assert [r.round for r in seen] == [r.round for r in everything.records]
    assert answers > 1
