# SPDX-License-Identifier: Apache-2.0
"""Golden bytes: version 1 of the protocol is read and written for ever as it was first released."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from engine.values import Phase, PhaseKey, RoundRecord, SiteId, Step, StudyId
from engine.wire import codec
from engine.wire import messages as m

VECTORS: dict[str, str] = json.loads((Path(__file__).parents[2] / "vectors" / "messages.json").read_text(encoding="utf-8"))
KEY = PhaseKey(StudyId("preterm-2026"), 7, 1, Phase.UPDATE)
NORTH, SOUTH = SiteId("north"), SiteId("south-2")
HASH = "0123456789abcdef" * 4
RECORD = RoundRecord(KEY.study, 7, Phase.TEST, HASH, (NORTH, SOUTH), 4321, 0.625, 0.001953125, np.array([1.0, -0.5]), 1_790_000_000.25, 6)
MESSAGES = (
    m.Hello("0.1.0"),
    m.HelloReply("牵头医院", "0.1.0", 1, 1_790_000_000.5),
    m.Enrol(b"\x30\x00", bytes(range(32)), bytes(range(64)), "0.1.0", "linux"),
    m.Enrolled(NORTH, b"PEM", b"CA", 1_790_000_000.0),
    m.Studies((m.StudyOffer(KEY.study, "Preterm birth", "早产", True, HASH, False),)),
    m.Join(KEY.study, HASH, bytes(64)),
    m.NextTask(KEY.study, m.SiteState.WAITING_FOR_OTHERS, -1, 12.5),
    m.Tasks(
        m.StudyState.RUNNING,
        m.Task(KEY, 6, HASH, (NORTH, SOUTH), 1_790_003_600.0, 4321, np.array([2.5], "<f8").tobytes()),
        (RECORD,),
        (SOUTH,),
        2,
    ),
    m.Heartbeat(KEY.study, m.SiteState.LEFT, 7),
    m.GetModel(KEY.study, 6, 1 << 33),
    m.SubmitHeader(KEY, 100_000_012, HASH),
    m.SubmitStart(1 << 20),
    m.Receipt(KEY, NORTH, HASH, 1_790_000_000.0, bytes(range(64))),
    m.ReportError(KEY, "E-TRAIN-01"),
    m.Contribute(KEY, Step.SURVIVORS, bytes(range(64)), 6, 20.0),
)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_the_bytes_of_a_message_never_change(message: object) -> None:
    golden = bytes.fromhex(VECTORS[type(message).__name__])
    assert codec.encode(message) == golden
    assert codec.encode(codec.decode(type(message), golden)) == golden


def test_the_bytes_of_a_sealed_step_never_change() -> None:
    """A task of another step than the vector, which version 1 learned later; without one it has the bytes above."""
    key = PhaseKey(KEY.study, 7, 1, Phase.EVALUATION)
    parcels = (m.Parcel(NORTH, b"\x01" * 160), m.Parcel(SOUTH, b"\x02" * 160))
    task = m.Task(KEY, 6, HASH, (NORTH, SOUTH), 1_790_003_600.0, 4321, b"", Step.UNMASK, (KEY, key), parcels, (SOUTH,))
    golden = bytes.fromhex(VECTORS["Tasks of a sealed step"])
    message = m.Tasks(m.StudyState.RUNNING, task)
    assert codec.encode(message) == golden
    assert codec.decode(m.Tasks, golden) == message
