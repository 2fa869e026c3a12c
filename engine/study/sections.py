# SPDX-License-Identifier: Apache-2.0
"""The manifest as data: one frozen dataclass a section; the defaults written here are the documented ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.values import StudyId


class Kind(StrEnum):
    """What kind of values a variable holds."""

    NUMERIC = "numeric"
    CATEGORY = "category"
    ORDINAL = "ordinal"
    FLAG = "flag"
    TEXT = "text"  # only for patient-id and ignore


class Role(StrEnum):
    """What a variable is for."""

    INPUT = "input"
    OUTCOME = "outcome"
    PATIENT_ID = "patient-id"
    IGNORE = "ignore"


@dataclass(frozen=True)
class Variable:
    """One column that every site must have, under this name or a synonym.

    ``range`` in ``unit``; ``units`` maps another unit to its factor: value · factor is in ``unit``.
    ``categories`` of a flag are ("no", "yes") unless given. ``category_synonyms``: other spelling → category.
    """

    name: str
    kind: Kind
    role: Role = Role.INPUT
    synonyms: tuple[str, ...] = ()
    unit: str = ""
    units: Mapping[str, float] = field(default_factory=dict)
    range: tuple[float, float] | None = None
    categories: tuple[str, ...] = ()
    category_synonyms: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class StudySection:
    id: StudyId
    title: str
    purpose: str
    lead: str
    title_zh: str = ""
    purpose_zh: str = ""
    legal_basis: str = ""


@dataclass(frozen=True)
class Outcome:
    variable: str
    task: str = "classification"


@dataclass(frozen=True)
class ModelSection:
    family: str = "mlp"  # linear | mlp
    hidden: tuple[int, ...] = (32, 16)


@dataclass(frozen=True)
class TrainingSection:
    optimizer: str = "adam"  # adam | sgd
    learning_rate: float = 0.001
    batch_size: int = 32
    local_epochs: int = 1
    momentum: float = 0.0
    weight_decay: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class AggregationSection:
    strategy: str = "fedavg"


@dataclass(frozen=True)
class SecaggSection:
    method: str = "clear"  # masking where rounds.min_sites ≥ 3 and the plan does not say
    clip: float = 4.0  # largest |change| of one weight in one round, of which the rest is cut and reported
    threshold: int = 0  # masking: fewest hospitals in a sum that is opened, if that is more than two thirds of them


@dataclass(frozen=True)
class PrivacySection:
    mechanism: str = "none"  # none | dp-sgd | update-noise | label
    epsilon: float = 0.0  # most that the study charges to one patient
    delta: float = 1e-5
    clip: float = 1.0  # L2 norm of one patient's gradient (dp-sgd), of a site's whole update (update-noise)
    sampling: float = 0.1  # dp-sgd: share of a site's patients in each step
    statistics_share: float = 0.1  # of epsilon, for the statistics that come first
    label_epsilon: float = 0.0  # label: most that is charged to one patient's outcome
    one_row_per_patient: bool = False  # a study without a patient id declares that each row is a patient of its own


@dataclass(frozen=True)
class RoundsSection:
    count: int = 20
    min_sites: int = 2
    quorum: float = 1.0  # share of the study's sites whose answer closes a phase early
    deadline: float = 3600.0  # seconds; written "1h", "90s", "15min" in TOML
    max_norm: float = 0.0  # largest L2 norm of one site's change in clear; 0 = not checked


@dataclass(frozen=True)
class EvaluationSection:
    validation_share: float = 0.15
    test_share: float = 0.2
    patience: int = 0  # rounds without a better validation loss before the study ends early; 0 = never


@dataclass(frozen=True)
class Manifest:
    """A whole manifest, validated, every default filled in."""

    study: StudySection
    variables: tuple[Variable, ...]
    outcome: Outcome
    model: ModelSection = ModelSection()
    training: TrainingSection = TrainingSection()
    aggregation: AggregationSection = AggregationSection()
    secagg: SecaggSection = SecaggSection()
    privacy: PrivacySection = PrivacySection()
    rounds: RoundsSection = RoundsSection()
    evaluation: EvaluationSection = EvaluationSection()

    @property
    def fewest(self) -> int:
        """With fewer hospitals no sum of the study is opened."""
        return max(self.rounds.min_sites, self.secagg.threshold)

    @property
    def inputs(self) -> tuple[Variable, ...]:
        """The input variables in the manifest's order, which is the order of the model's inputs."""
        return tuple(v for v in self.variables if v.role is Role.INPUT)

    @property
    def target(self) -> Variable:
        """The outcome variable."""
        return next(v for v in self.variables if v.name == self.outcome.variable)

    @property
    def classes(self) -> tuple[str, ...]:
        """The outcome's categories in the order of the model's outputs."""
        return self.target.categories

    @property
    def patient_id(self) -> Variable | None:
        """The variable that names the patient, if the study has one."""
        return next((v for v in self.variables if v.role is Role.PATIENT_ID), None)
