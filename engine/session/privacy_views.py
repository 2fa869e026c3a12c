# SPDX-License-Identifier: Apache-2.0
"""What a door shows of a data set's privacy check."""

from __future__ import annotations

from dataclasses import dataclass

from engine.session.views import MendView


@dataclass(frozen=True)
class OverrideView:
    """Who answers for a column, and why."""

    person: str
    reason: str
    time: float


@dataclass(frozen=True)
class HitView:
    """One kind of identifier in one column. ``letter``: its class in HIPAA's Safe Harbor; severity block | warning | info."""

    column: str
    kind: str
    letter: str
    label: str
    severity: str
    text: str
    count: int
    present: int
    score: float  # 0…1
    where: str  # name | values | text
    rows: tuple[int, ...]
    offers: tuple[MendView, ...] = ()
    override: OverrideView | None = None


@dataclass(frozen=True)
class GroupSizeView:
    """Groups of ``least`` to ``most`` patients (0: no limit) who are alike in what others could know."""

    least: int
    most: int
    groups: int
    patients: int


@dataclass(frozen=True)
class AnonymityView:
    """k-anonymity: the smallest group, and who is in groups of fewer than ``k``."""

    columns: tuple[str, ...]
    patients: int
    groups: int
    smallest: int
    few: int
    k: int
    sizes: tuple[GroupSizeView, ...]
    outcome: str
    varied: int


@dataclass(frozen=True)
class PrivacyView:
    """The privacy check of a data set. ``state``: scanning | done; the rest is empty until it is done.

    ``key``: the column that tells patients apart; ``blocking``: columns that stop joining; ``anonymity_text`` says ``anonymity``.
    """

    dataset: str
    name: str
    version: int
    state: str
    progress: float
    rows: int = 0
    cells: int = 0
    key: str = ""
    blocking: tuple[str, ...] = ()
    hits: tuple[HitView, ...] = ()
    anonymity: AnonymityView | None = None
    anonymity_text: str = ""
