# SPDX-License-Identifier: Apache-2.0
"""The nouns that flow through a federation: frozen, without behaviour, without a library beyond numpy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType, Protocol

import numpy as np
from numpy.typing import NDArray

SiteId = NewType("SiteId", str)
"""The short name of one hospital in one federation, e.g. ``north``; given by the lead, ``[a-z0-9-]{1,40}``."""
StudyId = NewType("StudyId", str)
"""The id of a study as its manifest says it, ``[a-z0-9-]{1,60}``."""


class Phase(StrEnum):
    """One exchange of a round: every site gives one vector, the coordinator opens only their sum."""

    RANGES = "ranges"  # counts of magnitudes, only where a numeric variable has no range in the manifest
    STATISTICS = "statistics"  # the prepare round: counts, sums, sums of squares
    UPDATE = "update"
    EVALUATION = "evaluation"  # validation patients, after every round
    TEST = "test"  # test patients, opened once, at the end


class Step(StrEnum):
    """What is asked of a site within one phase; ``study/phases.py`` says which steps a way of sealing has."""

    KEYS = "keys"  # fresh public keys, for this phase and some that follow
    SHARES = "shares"  # shares of the secret ones, sealed for each other site
    VECTOR = "vector"  # the sealed vector itself
    SURVIVORS = "survivors"  # a signature over the sites whose vectors came
    UNMASK = "unmask"  # what takes the masks off their sum


@dataclass(frozen=True, order=True)
class PhaseKey:
    """What makes an exchange unique; a send is idempotent by this key and the site.

    ``round`` is 0 for the prepare phases, 1…R for training rounds and R for the final test phase.
    """

    study: StudyId
    round: int
    attempt: int
    phase: Phase


@dataclass(frozen=True)
class Layout:
    """How a vector of numbers is written into the ring of integers modulo 2**bits.

    ``length`` elements; a value x is written as round(x · 2**fraction_bits). Every site's values lie in
    [-clip, clip]; what lies outside is clipped and counted, never wrapped.
    """

    length: int
    bits: int  # 32 for updates, 64 for counts and statistics
    fraction_bits: int
    clip: float
    noisy: bool = False  # counts, too, may then be negative

    @property
    def nbytes(self) -> int:
        """Bytes of one sealed vector on the wire, in clear."""
        return self.length * self.bits // 8


@dataclass(frozen=True)
class Examples:
    """Rows ready for a model: features (n, d) float32, labels (n,) int64, patients (n,) int64 (equal = same patient)."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    patients: NDArray[np.int64]

    def __len__(self) -> int:
        return int(self.labels.shape[0])


@dataclass(frozen=True)
class SplitExamples:
    """The three patient-level parts of one site's records."""

    train: Examples
    validation: Examples
    test: Examples


@dataclass(frozen=True)
class Update:
    """What local training changed: delta (P,) float32 = local - global; examples trained on; mean training loss."""

    delta: NDArray[np.float32]
    examples: int
    loss: float


@dataclass(frozen=True)
class SealedVector:
    """One site's contribution to one phase, as it leaves: bytes and their SHA-256 (hex)."""

    key: PhaseKey
    payload: memoryview | bytes
    sha256: str
    rehearsed: bool = False  # sealed with masks that can be drawn again, as in a simulation


@dataclass(frozen=True)
class RoundRecord:
    """A published round, as the coordinator tells every site: nothing of a single hospital is in it.

    ``evaluation`` is the opened sum of the evaluation phase (float64; layout in models/phases.py), empty for round 0.
    ``phase`` is UPDATE for a training round, TEST for the final opening of the test patients, STATISTICS for prepare.
    """

    study: StudyId
    round: int
    phase: Phase
    model_sha256: str
    participants: tuple[SiteId, ...]
    examples: int
    train_loss: float
    clipped_share: float
    evaluation: NDArray[np.float64]
    finished: float  # unix seconds
    best_round: int  # by validation loss so far; the model that the test phase opens


@dataclass(frozen=True)
class StudyTable:
    """One site's records as one study sees them: n rows, in the study's units and categories.

    ``numeric``: name → (n,) float64, NaN where missing. ``coded``: name → (n,) int32: index of the category, k (their
    number) for a value that the manifest does not know, -1 where missing. ``labels`` (n,) int64 index of the class.
    ``patients`` (n,) int64, equal where the patient is the same; ``patient_keys``: one digest (hex) a patient, by that index.
    Rows whose outcome is missing or unknown are left out, and counted in ``dropped``.
    """

    numeric: dict[str, NDArray[np.float64]]
    coded: dict[str, NDArray[np.int32]]
    labels: NDArray[np.int64]
    patients: NDArray[np.int64]
    patient_keys: tuple[str, ...]
    dropped: int = 0

    def __len__(self) -> int:
        return int(self.labels.shape[0])


class Token(Protocol):
    """A job's side of progress and cancelling; handed to every long function."""

    def progress(self, fraction: float) -> None:
        """How far, 0…1."""
        ...

    def check(self) -> None:
        """Raises ``Cancelled`` when a person asked to stop."""
        ...


class NoToken:
    """A token for callers that neither watch nor cancel."""

    def progress(self, fraction: float) -> None:
        """Nobody is watching."""

    def check(self) -> None:
        """Nobody can cancel."""
