# SPDX-License-Identifier: Apache-2.0
"""The shape of one entry of the error table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Language = Literal["en", "zh"]


class Who(StrEnum):
    """Who can mend it."""

    YOU = "you"
    HOSPITAL_IT = "hospital-it"
    LEAD = "lead"
    DEVELOPERS = "developers"


class Status(StrEnum):
    """The gRPC status names used, spelled here so that the ground does not import grpc."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    ABORTED = "ABORTED"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNIMPLEMENTED = "UNIMPLEMENTED"
    INTERNAL = "INTERNAL"
    UNAVAILABLE = "UNAVAILABLE"
    DATA_LOSS = "DATA_LOSS"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Entry:
    """One row of the table. ``en``/``zh`` are (what happened and where, how to mend it); both take the error's fields."""

    status: Status
    exit_code: int
    who: Who
    en: tuple[str, str]
    zh: tuple[str, str]


def entry(status: Status, exit_code: int, who: Who, en: tuple[str, str], zh: tuple[str, str]) -> Entry:
    return Entry(status, exit_code, who, en, zh)
