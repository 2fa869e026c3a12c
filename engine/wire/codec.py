# SPDX-License-Identifier: Apache-2.0
"""Dataclass ↔ protobuf for every message; whatever does not keep the limits is refused, in both directions.

``encode(message)`` and ``decode(kind, data)`` are the only way between the two. Limits (sizes in bytes, ids, finite numbers) are those of
``protos/PROTOCOL.md`` section 5 (``limits.py``); they look at the dataclass, so a message that may not arrive cannot be sent either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from google.protobuf.message import DecodeError
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.values import Phase, PhaseKey, RoundRecord, SiteId, Step, StudyId
from engine.wire import messages as m
from engine.wire.limits import CONTROL_BYTES, PAGE_BYTES, UnfitError, check
from engine.wire.messages import SubmitHeader, SubmitStart
from engine.wire.pb import control_pb2, enrolment_pb2, round_pb2, study_pb2

PROTOCOL = 1
"""The version of ``protos/PROTOCOL.md`` that this code speaks."""

T = TypeVar("T")


# ---------------------------------------------------------------- to and from protobuf


def _names(enum: Any, prefix: str, kind: type[T]) -> tuple[dict[T, int], dict[int, T]]:
    """Both directions of an enum: ``Phase.RANGES`` ↔ ``PHASE_RANGES``."""
    out = {member: enum.Value(f"{prefix}_{member.name}") for member in kind}  # type: ignore[attr-defined]
    return out, {number: member for member, number in out.items()}


_PHASE_OUT, _PHASE_IN = _names(round_pb2.Phase, "PHASE", Phase)
_STEP_OUT, _STEP_IN = _names(round_pb2.Step, "STEP", Step)
_SITE_STATE_OUT, _SITE_STATE_IN = _names(control_pb2.SiteState, "SITE_STATE", m.SiteState)
_STUDY_STATE_OUT, _STUDY_STATE_IN = _names(control_pb2.StudyState, "STUDY_STATE", m.StudyState)


def _member(table: dict[int, T], number: int, field: str) -> T:
    if number not in table:
        raise UnfitError(f"{field} is unknown")
    return table[number]


def _key_out(key: PhaseKey) -> Any:
    return round_pb2.PhaseKey(study=key.study, round=key.round, attempt=key.attempt, phase=_PHASE_OUT[key.phase])


def _key_in(pb: Any) -> PhaseKey:
    return PhaseKey(StudyId(pb.study), pb.round, pb.attempt, _member(_PHASE_IN, pb.phase, "phase"))


def _task_out(task: m.Task) -> Any:
    return round_pb2.Task(
        key=_key_out(task.key),
        model_version=task.model_version,
        model_sha256=task.model_sha256,
        participants=task.participants,
        deadline=task.deadline,
        total_examples=task.total_examples,
        opened=task.opened,
        step=_STEP_OUT[task.step],
        openings=[_key_out(key) for key in task.openings],
        parcels=[round_pb2.Parcel(site=parcel.site, body=parcel.body) for parcel in task.parcels],
        survivors=task.survivors,
    )


def _task_in(pb: Any) -> m.Task:
    return m.Task(
        key=_key_in(pb.key),
        model_version=pb.model_version,
        model_sha256=pb.model_sha256,
        participants=tuple(SiteId(name) for name in pb.participants),
        deadline=pb.deadline,
        total_examples=pb.total_examples,
        opened=pb.opened,
        step=_member(_STEP_IN, pb.step, "step"),
        openings=tuple(_key_in(key) for key in pb.openings),
        parcels=tuple(m.Parcel(SiteId(parcel.site), parcel.body) for parcel in pb.parcels),
        survivors=tuple(SiteId(name) for name in pb.survivors),
    )


def _record_out(record: RoundRecord) -> Any:
    return round_pb2.RoundRecord(
        study=record.study,
        round=record.round,
        phase=_PHASE_OUT[record.phase],
        model_sha256=record.model_sha256,
        participants=record.participants,
        examples=record.examples,
        train_loss=record.train_loss,
        clipped_share=record.clipped_share,
        evaluation=record.evaluation.astype("<f8").tobytes(),
        finished=record.finished,
        best_round=record.best_round,
    )


def _record_in(pb: Any) -> RoundRecord:
    if len(pb.evaluation) % 8:
        raise UnfitError("evaluation is not a row of float64")
    evaluation: NDArray[np.float64] = np.frombuffer(pb.evaluation, "<f8").astype(np.float64)
    return RoundRecord(
        study=StudyId(pb.study),
        round=pb.round,
        phase=_member(_PHASE_IN, pb.phase, "phase"),
        model_sha256=pb.model_sha256,
        participants=tuple(SiteId(name) for name in pb.participants),
        examples=pb.examples,
        train_loss=pb.train_loss,
        clipped_share=pb.clipped_share,
        evaluation=evaluation,
        finished=pb.finished,
        best_round=pb.best_round,
    )


def _offer_out(offer: m.StudyOffer) -> Any:
    return study_pb2.StudyOffer(
        study=offer.study,
        title=offer.title,
        title_zh=offer.title_zh,
        published=offer.published,
        bundle_sha256=offer.bundle_sha256,
        approved=offer.approved,
    )


def _offer_in(pb: Any) -> m.StudyOffer:
    return m.StudyOffer(StudyId(pb.study), pb.title, pb.title_zh, pb.published, pb.bundle_sha256, pb.approved)


def _tasks_out(tasks: m.Tasks) -> Any:
    return control_pb2.Tasks(
        state=_STUDY_STATE_OUT[tasks.state],
        task=None if tasks.task is None else _task_out(tasks.task),
        records=[_record_out(record) for record in tasks.records],
        waiting_for=tasks.waiting_for,
        joined=tasks.joined,
    )


def _tasks_in(pb: Any) -> m.Tasks:
    return m.Tasks(
        state=_member(_STUDY_STATE_IN, pb.state, "state"),
        task=_task_in(pb.task) if pb.HasField("task") else None,
        records=tuple(_record_in(record) for record in pb.records),
        waiting_for=tuple(SiteId(name) for name in pb.waiting_for),
        joined=pb.joined,
    )


def _follow_out(follow: m.Follow | None) -> Any:
    if follow is None:
        return None
    return round_pb2.Follow(seen_round=follow.seen_round, wait_seconds=follow.wait_seconds, held_version=follow.held_version)


def _follow_in(pb: Any) -> m.Follow:
    return m.Follow(pb.seen_round, pb.wait_seconds, pb.held_version)


def _receipt_out(receipt: m.Receipt) -> Any:
    return round_pb2.Receipt(
        key=_key_out(receipt.key), site=receipt.site, sha256=receipt.sha256, time=receipt.time, signature=receipt.signature
    )


def _receipt_in(pb: Any) -> m.Receipt:
    return m.Receipt(_key_in(pb.key), SiteId(pb.site), pb.sha256, pb.time, pb.signature)


@dataclass(frozen=True)
class _Shape:
    """A message's protobuf class and the two ways between them."""

    pb: Any
    out: Callable[[Any], Any]
    into: Callable[[Any], Any]


_SHAPES: dict[type, _Shape] = {
    m.Hello: _Shape(
        enrolment_pb2.Hello,
        lambda x: enrolment_pb2.Hello(app_version=x.app_version),
        lambda pb: m.Hello(pb.app_version),
    ),
    m.HelloReply: _Shape(
        enrolment_pb2.HelloReply,
        lambda x: enrolment_pb2.HelloReply(coordinator=x.coordinator, app_version=x.app_version, protocol=x.protocol, time=x.time),
        lambda pb: m.HelloReply(pb.coordinator, pb.app_version, pb.protocol, pb.time),
    ),
    m.Enrol: _Shape(
        enrolment_pb2.Enrol,
        lambda x: enrolment_pb2.Enrol(
            csr_der=x.csr_der, signing_key=x.signing_key, proof=x.proof, app_version=x.app_version, os_family=x.os_family
        ),
        lambda pb: m.Enrol(pb.csr_der, pb.signing_key, pb.proof, pb.app_version, pb.os_family),
    ),
    m.Enrolled: _Shape(
        enrolment_pb2.Enrolled,
        lambda x: enrolment_pb2.Enrolled(site=x.site, certificate_pem=x.certificate_pem, ca_pem=x.ca_pem, time=x.time),
        lambda pb: m.Enrolled(SiteId(pb.site), pb.certificate_pem, pb.ca_pem, pb.time),
    ),
    m.ListStudies: _Shape(study_pb2.ListStudies, lambda _: study_pb2.ListStudies(), lambda _: m.ListStudies()),
    m.Studies: _Shape(
        study_pb2.Studies,
        lambda x: study_pb2.Studies(offers=[_offer_out(offer) for offer in x.offers]),
        lambda pb: m.Studies(tuple(_offer_in(offer) for offer in pb.offers)),
    ),
    m.GetBundle: _Shape(study_pb2.GetBundle, lambda x: study_pb2.GetBundle(study=x.study), lambda pb: m.GetBundle(StudyId(pb.study))),
    m.BundleBytes: _Shape(study_pb2.BundleBytes, lambda x: study_pb2.BundleBytes(content=x.content), lambda pb: m.BundleBytes(pb.content)),
    m.Join: _Shape(
        study_pb2.Join,
        lambda x: study_pb2.Join(study=x.study, bundle_sha256=x.bundle_sha256, signature=x.signature),
        lambda pb: m.Join(StudyId(pb.study), pb.bundle_sha256, pb.signature),
    ),
    m.Joined: _Shape(study_pb2.Joined, lambda x: study_pb2.Joined(study=x.study), lambda pb: m.Joined(StudyId(pb.study))),
    m.Leave: _Shape(study_pb2.Leave, lambda x: study_pb2.Leave(study=x.study), lambda pb: m.Leave(StudyId(pb.study))),
    m.NextTask: _Shape(
        control_pb2.NextTask,
        lambda x: control_pb2.NextTask(study=x.study, state=_SITE_STATE_OUT[x.state], seen_round=x.seen_round, wait_seconds=x.wait_seconds),
        lambda pb: m.NextTask(StudyId(pb.study), _member(_SITE_STATE_IN, pb.state, "state"), pb.seen_round, pb.wait_seconds),
    ),
    m.Tasks: _Shape(control_pb2.Tasks, _tasks_out, _tasks_in),
    m.Heartbeat: _Shape(
        control_pb2.Heartbeat,
        lambda x: control_pb2.Heartbeat(study=x.study, state=_SITE_STATE_OUT[x.state], round=x.round),
        lambda pb: m.Heartbeat(StudyId(pb.study), _member(_SITE_STATE_IN, pb.state, "state"), pb.round),
    ),
    m.GetModel: _Shape(
        round_pb2.GetModel,
        lambda x: round_pb2.GetModel(study=x.study, version=x.version, offset=x.offset),
        lambda pb: m.GetModel(StudyId(pb.study), pb.version, pb.offset),
    ),
    SubmitHeader: _Shape(
        round_pb2.SubmitHeader,
        lambda x: round_pb2.SubmitHeader(key=_key_out(x.key), length=x.length, sha256=x.sha256, follow=_follow_out(x.follow)),
        lambda pb: SubmitHeader(_key_in(pb.key), pb.length, pb.sha256, _follow_in(pb.follow) if pb.HasField("follow") else None),
    ),
    SubmitStart: _Shape(round_pb2.SubmitStart, lambda x: round_pb2.SubmitStart(offset=x.offset), lambda pb: SubmitStart(pb.offset)),
    m.Receipt: _Shape(round_pb2.Receipt, _receipt_out, _receipt_in),
    m.Contribute: _Shape(
        round_pb2.Contribute,
        lambda x: round_pb2.Contribute(
            key=_key_out(x.key), step=_STEP_OUT[x.step], body=x.body, seen_round=x.seen_round, wait_seconds=x.wait_seconds
        ),
        lambda pb: m.Contribute(_key_in(pb.key), _member(_STEP_IN, pb.step, "step"), pb.body, pb.seen_round, pb.wait_seconds),
    ),
    m.ReportError: _Shape(
        control_pb2.ReportError,
        lambda x: control_pb2.ReportError(key=_key_out(x.key), code=x.code),
        lambda pb: m.ReportError(_key_in(pb.key), pb.code),
    ),
    m.Done: _Shape(control_pb2.Done, lambda _: control_pb2.Done(), lambda _: m.Done()),
}
KINDS: tuple[type, ...] = tuple(_SHAPES)
"""Every message that has a protobuf of its own; ``Submit`` travels as ``SubmitHeader`` and raw chunks."""


# ---------------------------------------------------------------- what the rest of the program calls


def encode(message: object) -> bytes:
    """The protobuf bytes of ``message``.

    Raises: E-NET-11 when a field is outside the limits, E-NET-12 when the whole is too large.
    """
    name = type(message).__name__
    try:
        check(message)
        data: bytes = _SHAPES[type(message)].out(message).SerializeToString(deterministic=True)
    except UnfitError as reason:
        raise WardroundError("E-NET-11", message=name, reason=str(reason)) from None
    except ValueError as error:  # protobuf's own refusal: a number outside its 32 bits, a lone surrogate
        raise WardroundError("E-NET-11", message=name, reason="a field does not fit its type") from error
    _bounded(name, len(data))
    return data


def decode(kind: type[T], data: bytes) -> T:
    """The message of this ``kind`` in ``data``.

    Raises: E-NET-11 when the bytes are none or a field is outside the limits, E-NET-12 when they are too many.
    """
    _bounded(kind.__name__, len(data))
    shape = _SHAPES[kind]
    try:
        message: T = shape.into(shape.pb.FromString(data))
        check(message)
    except UnfitError as reason:
        raise WardroundError("E-NET-11", message=kind.__name__, reason=str(reason)) from None
    except DecodeError as error:
        raise WardroundError("E-NET-11", message=kind.__name__, reason="it is not a message at all") from error
    return message


def request_bytes(message: m.Outbound) -> bytes:
    """The bytes of the request with which ``message`` leaves a site; for ``Submit`` its header, which the payload's chunks follow."""
    if isinstance(message, m.Submit):
        return encode(submit_header(message))
    return encode(message)


def submit_header(message: m.Submit) -> SubmitHeader:
    """The message with which an upload begins."""
    sealed = message.sealed
    return SubmitHeader(sealed.key, len(sealed.payload), sealed.sha256, message.follow)


def encode_reply(reply: SubmitStart | m.Receipt) -> bytes:
    """A ``SubmitReply`` around one of the coordinator's two answers during an upload."""
    inner = encode(reply)
    field = {"start": round_pb2.SubmitStart.FromString(inner)} if isinstance(reply, SubmitStart) else None
    wrapped = round_pb2.SubmitReply(**(field or {"receipt": round_pb2.Receipt.FromString(inner)}))
    return wrapped.SerializeToString(deterministic=True)  # type: ignore[no-any-return]


def decode_reply(data: bytes) -> SubmitStart | m.Receipt:
    """What a ``SubmitReply`` holds. Raises as ``decode``."""
    _bounded("SubmitReply", len(data))
    try:
        reply = round_pb2.SubmitReply.FromString(data)
    except DecodeError as error:
        raise WardroundError("E-NET-11", message="SubmitReply", reason="it is not a message at all") from error
    match reply.WhichOneof("reply"):
        case "start":
            return decode(SubmitStart, reply.start.SerializeToString())
        case "receipt":
            return decode(m.Receipt, reply.receipt.SerializeToString())
        case _:
            raise WardroundError("E-NET-11", message="SubmitReply", reason="it is empty")


def page(tasks: m.Tasks) -> m.Tasks:
    """``tasks`` with as many of its records as fit one answer, never part of a round; without the task if any had to wait.

    The site works through records in order and asks again, so it gets the rest, and the task after them.
    """
    size = 0
    for index, record in enumerate(tasks.records):
        size += record.evaluation.nbytes + 4096 + sum(len(name) + 2 for name in record.participants)
        begins_a_round = index > 0 and record.round != tasks.records[index - 1].round
        if size > PAGE_BYTES and begins_a_round:
            return replace(tasks, records=tasks.records[:index], task=None)
    return tasks


def _bounded(name: str, size: int) -> None:
    if size > CONTROL_BYTES:
        raise WardroundError("E-NET-12", message=name, size=size, limit=CONTROL_BYTES)
