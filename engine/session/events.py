# SPDX-License-Identifier: Apache-2.0
"""What changed, said once to every subscriber; small frozen classes, dispatched by type. Handlers read the views they show."""

from __future__ import annotations

from dataclasses import dataclass

from engine.session.views import ProblemView


@dataclass(frozen=True)
class LockChanged:
    """The vault was created, opened or locked."""


@dataclass(frozen=True)
class DatasetsChanged:
    """A data set was imported or deleted."""


@dataclass(frozen=True)
class PrivacyChanged:
    """The search for identifiers in a data set moved on or ended, or a person answered for a column."""

    dataset: str


@dataclass(frozen=True)
class StudiesChanged:
    """An enrolment, offer, approval or join changed."""


@dataclass(frozen=True)
class TrainingChanged:
    """State, phase, progress, round or chart of a study changed; at most ten a second."""

    study: str


@dataclass(frozen=True)
class ResultsChanged:
    """A round was published or the final report is ready."""

    study: str


@dataclass(frozen=True)
class OutboundChanged:
    """A row of the outbound ledger was written, or sending was paused or resumed."""


@dataclass(frozen=True)
class SettingsChanged:
    """A setting changed; the language is one."""

    key: str


@dataclass(frozen=True)
class JobChanged:
    """A background job moved or ended."""

    job: int
    title: str
    progress: float  # 0…1, -1 when unknown
    done: bool
    problem: ProblemView | None


Event = (
    LockChanged
    | DatasetsChanged
    | PrivacyChanged
    | StudiesChanged
    | TrainingChanged
    | ResultsChanged
    | OutboundChanged
    | SettingsChanged
    | JobChanged
)
