# SPDX-License-Identifier: Apache-2.0
"""What a door sees of excluded patients and of who looked at what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HoldingView:
    """One data set and how many rows of a patient it has; ``column`` "": nobody has said which column is the patient number."""

    dataset: str
    column: str
    rows: int


@dataclass(frozen=True)
class LeftView:
    """What left before a patient was excluded: messages of these rounds could hold him; ``known`` False: the data set is gone.

    ``text`` says it.
    """

    study: str
    messages: int
    rounds: tuple[int, ...]
    known: bool
    text: str


@dataclass(frozen=True)
class ExclusionView:
    """One patient who must not be used, or (``lifted``) may again."""

    patient: str
    reason: str
    who: str
    time: float
    lifted: float | None
    lifted_by: str
    left: tuple[LeftView, ...]


@dataclass(frozen=True)
class AccessView:
    """One line of the access log: when, which user of this computer, what."""

    time: float
    who: str
    text: str
