# SPDX-License-Identifier: Apache-2.0
"""The limits of every message (``protos/PROTOCOL.md`` section 5), checked on the dataclass before sending and after receiving."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

import numpy as np

from engine.values import PhaseKey, RoundRecord, Step
from engine.wire import messages as m
from engine.wire.messages import SubmitHeader, SubmitStart

CONTROL_BYTES = 4 << 20
"""The largest protobuf message."""

PAGE_BYTES = 2 << 20
"""Records of rounds in one answer to a long poll; the site asks again for the rest."""

_SITE = re.compile(r"[a-z0-9-]{1,40}")
_STUDY = re.compile(r"[a-z0-9-]{1,60}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"E-[A-Z]{2,8}-[0-9]{2}")
_TEXT = 200  # characters of a title or a name
_WORD = 60  # characters of a version or an operating system's name
_SITES = 10_000
_ROUNDS = 1_000_000
_COUNT = 1 << 53  # rows: exact as float64
_PAYLOAD = 1 << 42  # bytes of one upload
_WAIT = 25.0  # seconds of a long poll
MOST_OPENINGS = 64
"""Phases for which keys and shares are exchanged at once."""
_PARCEL = MOST_OPENINGS * 160  # bytes that one site gave, forwarded: keys are the longest
_EXCHANGE = {Step.KEYS: MOST_OPENINGS * 160, Step.SHARES: MOST_OPENINGS * 82 * 40, Step.SURVIVORS: 64, Step.UNMASK: 33 * 41}  # bytes


class UnfitError(Exception):
    """A value outside the limits; the text names the field, never the value."""


def _demand(holds: bool, reason: str) -> None:
    if not holds:
        raise UnfitError(reason)


def _fits(pattern: re.Pattern[str], value: str, field: str) -> None:
    _demand(pattern.fullmatch(value) is not None, f"{field} is malformed")


def _within(value: int, low: int, high: int, field: str) -> None:
    _demand(low <= value <= high, f"{field} is out of bounds")


def _finite(value: float, field: str) -> None:
    _demand(math.isfinite(value), f"{field} is not a finite number")


def _short(value: str, limit: int, field: str) -> None:
    _demand(len(value) <= limit, f"{field} is too long")
    _demand(value.isprintable(), f"{field} holds control characters")


def _sized(value: bytes, low: int, high: int, field: str) -> None:
    _demand(low <= len(value) <= high, f"{field} has a wrong length")


def _numbers(data: bytes, field: str) -> None:
    _demand(len(data) % 8 == 0, f"{field} is not a row of float64")
    _demand(bool(np.isfinite(np.frombuffer(data, "<f8")).all()), f"{field} holds a number that is not finite")


def _sites(names: Iterable[str], field: str) -> None:
    listed = tuple(names)
    _demand(len(listed) <= _SITES, f"{field} is too long")
    for name in listed:
        _fits(_SITE, name, field)


def _hash_or_nothing(value: str, field: str) -> None:
    if value:
        _fits(_SHA256, value, field)


def _check_key(key: PhaseKey) -> None:
    _fits(_STUDY, key.study, "study")
    _within(key.round, 0, _ROUNDS, "round")
    _within(key.attempt, 0, _ROUNDS, "attempt")


def _check_task(task: m.Task) -> None:
    _check_key(task.key)
    _within(task.model_version, 0, _ROUNDS, "model_version")
    _hash_or_nothing(task.model_sha256, "model_sha256")
    _sites(task.participants, "participants")
    _finite(task.deadline, "deadline")
    _within(task.total_examples, 0, _COUNT, "total_examples")
    _numbers(task.opened, "opened")
    _demand(len(task.openings) <= MOST_OPENINGS, "openings is too long")
    for key in task.openings:
        _check_key(key)
    _demand(len(task.parcels) <= _SITES, "parcels is too long")
    for parcel in task.parcels:
        _fits(_SITE, parcel.site, "site")
        _sized(parcel.body, 1, _PARCEL, "body")
    _sites(task.survivors, "survivors")


def _check_record(record: RoundRecord) -> None:
    _fits(_STUDY, record.study, "study")
    _within(record.round, 0, _ROUNDS, "round")
    _hash_or_nothing(record.model_sha256, "model_sha256")
    _sites(record.participants, "participants")
    _within(record.examples, 0, _COUNT, "examples")
    _finite(record.train_loss, "train_loss")
    _finite(record.clipped_share, "clipped_share")
    _demand(bool(np.isfinite(record.evaluation).all()), "evaluation holds a number that is not finite")
    _finite(record.finished, "finished")
    _within(record.best_round, 0, _ROUNDS, "best_round")


def _check_receipt(receipt: m.Receipt) -> None:
    _check_key(receipt.key)
    _fits(_SITE, receipt.site, "site")
    _fits(_SHA256, receipt.sha256, "sha256")
    _finite(receipt.time, "time")
    _sized(receipt.signature, 64, 64, "signature")


def check(message: object) -> None:
    """Raises ``UnfitError`` for the first field of ``message`` that is outside its limits."""
    match message:
        case m.Hello():
            _short(message.app_version, _WORD, "app_version")
        case m.Enrol():
            _sized(message.csr_der, 1, 8192, "csr_der")
            _sized(message.signing_key, 32, 32, "signing_key")
            _sized(message.proof, 64, 64, "proof")
            _short(message.app_version, _WORD, "app_version")
            _short(message.os_family, _WORD, "os_family")
        case m.GetBundle() | m.Leave() | m.Joined():
            _fits(_STUDY, message.study, "study")
        case m.Join():
            _fits(_STUDY, message.study, "study")
            _fits(_SHA256, message.bundle_sha256, "bundle_sha256")
            _sized(message.signature, 64, 64, "signature")
        case m.NextTask():
            _fits(_STUDY, message.study, "study")
            _within(message.seen_round, -1, _ROUNDS, "seen_round")
            _demand(0 <= message.wait_seconds <= _WAIT, "wait_seconds is out of bounds")
        case m.Heartbeat():
            _fits(_STUDY, message.study, "study")
            _within(message.round, 0, _ROUNDS, "round")
        case m.GetModel():
            _fits(_STUDY, message.study, "study")
            _within(message.version, 0, _ROUNDS, "version")
            _within(message.offset, 0, _PAYLOAD, "offset")
        case SubmitHeader():
            _check_key(message.key)
            _within(message.length, 0, _PAYLOAD, "length")
            _fits(_SHA256, message.sha256, "sha256")
            if message.follow is not None:
                _within(message.follow.seen_round, -1, _ROUNDS, "seen_round")
                _demand(0 <= message.follow.wait_seconds <= _WAIT, "wait_seconds is out of bounds")
                _within(message.follow.held_version, -1, _ROUNDS, "held_version")
        case SubmitStart():
            _within(message.offset, 0, _PAYLOAD, "offset")
        case m.Contribute():
            _check_key(message.key)
            _demand(message.step in _EXCHANGE, "step is the vector's")
            _sized(message.body, 1, _EXCHANGE[message.step], "body")
            _within(message.seen_round, -1, _ROUNDS, "seen_round")
            _demand(0 <= message.wait_seconds <= _WAIT, "wait_seconds is out of bounds")
        case m.ReportError():
            _check_key(message.key)
            _fits(_CODE, message.code, "code")
        case m.HelloReply():
            _short(message.coordinator, _TEXT, "coordinator")
            _short(message.app_version, _WORD, "app_version")
            _within(message.protocol, 0, _ROUNDS, "protocol")
            _finite(message.time, "time")
        case m.Enrolled():
            _fits(_SITE, message.site, "site")
            _sized(message.certificate_pem, 1, 65536, "certificate_pem")
            _sized(message.ca_pem, 1, 65536, "ca_pem")
            _finite(message.time, "time")
        case m.Studies():
            _demand(len(message.offers) <= _SITES, "offers is too long")
            for offer in message.offers:
                _fits(_STUDY, offer.study, "study")
                _short(offer.title, _TEXT, "title")
                _short(offer.title_zh, _TEXT, "title_zh")
                _hash_or_nothing(offer.bundle_sha256, "bundle_sha256")
        case m.BundleBytes():
            _sized(message.content, 1, CONTROL_BYTES, "content")
        case m.Tasks():
            if message.task is not None:
                _check_task(message.task)
            for record in message.records:
                _check_record(record)
            _sites(message.waiting_for, "waiting_for")
            _within(message.joined, 0, _SITES, "joined")
        case m.Receipt():
            _check_receipt(message)
        case m.ListStudies() | m.Done():
            pass
        case _:
            raise TypeError(f"{type(message).__name__} is not a message")
