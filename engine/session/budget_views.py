# SPDX-License-Identifier: Apache-2.0
"""What a door sees of privacy: frozen views, plain values; sentences are in the session's language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Band(StrEnum):
    """How much a guarantee is worth, by its ε; a convention of this program, not a standard."""

    NONE = "none"  # no guarantee
    LITTLE = "little"  # above 4
    WEAK = "weak"  # up to 4
    MODERATE = "moderate"  # up to 2
    STRONG = "strong"  # up to 1


@dataclass(frozen=True)
class ChargeLine:
    """One mechanism of a study: what it reads and adds, how often it was used and may still be."""

    what: str
    patients: int
    mechanism: str
    noise: float
    sampling: float
    steps: int
    spent: int
    open: int


@dataclass(frozen=True)
class StudyBudgetView:
    """One study: what it guarantees each patient. ε None: no limit; odds are times in 100, 50 being no better than a coin."""

    study: str
    title: str
    mechanism: str
    band: Band
    verdict: str  # the band in words
    epsilon_used: float | None
    epsilon_at_end: float | None
    odds_used: float | None
    odds_at_end: float | None
    epsilon_rdp: float | None
    delta: float | None
    label_epsilon: float | None
    clip: float | None
    sampling: float | None
    unit: str
    question: str
    answer: str
    protects: tuple[str, ...]
    leaves_open: tuple[str, ...]
    trust: tuple[str, ...]
    charges: tuple[ChargeLine, ...]


@dataclass(frozen=True)
class BudgetView:
    """The privacy page: every study, and all of them together for the patient who was charged most."""

    most: float | None  # that the hospital allows; None: no limit
    delta: float
    epsilon_used: float
    epsilon_at_end: float
    odds_used: float
    odds_at_end: float
    head: str  # hash over the whole ledger
    software: str
    studies: tuple[StudyBudgetView, ...]
