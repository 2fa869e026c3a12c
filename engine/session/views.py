# SPDX-License-Identifier: Apache-2.0
"""What a door sees: frozen views, plain values, no engine object behind them. Sentences are in the session's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Lock(StrEnum):
    """The state of the local vault."""

    NEW = "new"  # nothing here yet: call Session.create
    LOCKED = "locked"
    OPEN = "open"


class KeyHome(StrEnum):
    """Where the master key rests."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"  # noqa: S105 - a name, not a secret


@dataclass(frozen=True)
class ProblemView:
    """An error as a person reads it: code, what happened, how to mend it, who can; ``details`` for IT."""

    code: str
    what: str
    mend: str
    who: str
    details: str = ""


@dataclass(frozen=True)
class RecoveryView:
    """The recovery sheet, shown once, to print: words that open the vault when the passphrase or the keyring is lost."""

    words: tuple[str, ...]
    created: float


@dataclass(frozen=True)
class ActivityView:
    """One event of the local history in plain words."""

    time: float
    text: str


@dataclass(frozen=True)
class HomeView:
    """The start page: where things are and what comes next."""

    lock: Lock
    key_home: KeyHome | None
    demo: bool
    datasets: tuple[DatasetView, ...]
    studies: tuple[StudyRow, ...]
    next_step: str  # welcome | data | study | training | results
    activity: tuple[ActivityView, ...]


@dataclass(frozen=True)
class BarView:
    """One bar of a histogram or category chart."""

    label: str
    low: float
    high: float
    count: int


@dataclass(frozen=True)
class ColumnView:
    """One column of a data set: kind numeric|category|flag|text|empty, or expression|image|signal|series|molecule|notes for arrays.

    ``shape``: the largest extent of the arrays along each axis; empty for plain columns.
    """

    name: str
    kind: str
    unit: str
    missing: int
    missing_share: float
    distinct: int
    minimum: float | None
    maximum: float | None
    mean: float | None
    std: float | None
    bars: tuple[BarView, ...]
    shape: tuple[int, ...] = ()


@dataclass(frozen=True)
class MendView:
    """One step that mends a column: done already, or offered. ``fields`` are what JSON can hold."""

    kind: str
    column: str
    fields: Mapping[str, object]
    text: str


@dataclass(frozen=True)
class FindingView:
    """Something worth a look: a sentence with a count; severity is info | warning | block."""

    severity: str
    column: str
    text: str
    rows: tuple[int, ...] = ()  # the first rows concerned, 0-based, at most 1000
    offers: tuple[MendView, ...] = ()


@dataclass(frozen=True)
class PreviewView:
    """The first rows of a file as they would be read, before anything is imported."""

    path: str
    format: str  # of the loader that read it
    encoding: str
    delimiter: str
    decimal: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file_bytes: int
    findings: tuple[FindingView, ...]
    options: tuple[OptionView, ...] = ()
    first_row: int = 1  # the number of the first row, as a spreadsheet and the findings count


@dataclass(frozen=True)
class OptionView:
    """What a file's format asks a person: kind text | whole | number | flag (yes, no) | choice | list (separated by commas).

    ``value`` and ``default`` are "" where the engine finds out; ``words`` say each of ``choices`` that does not speak for itself.
    """

    key: str
    kind: str
    label: str
    value: str
    choices: tuple[str, ...]
    default: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class DatasetView:
    """One imported data set (its newest version)."""

    id: str
    name: str
    version: int
    rows: int
    columns: int
    imported: float
    source_name: str  # file name without folders
    source_sha256: str


@dataclass(frozen=True)
class PresenceView:
    """How many patients of a join have exactly these members' records."""

    members: tuple[str, ...]
    patients: int


@dataclass(frozen=True)
class DatasetDetail:
    """A data set with its columns and findings; ``recipe``: what was mended, in order; ``presence``: of a join, who has what.

    ``confirmed``: a person looked at it as it is now and found it right.
    """

    dataset: DatasetView
    columns: tuple[ColumnView, ...]
    findings: tuple[FindingView, ...]
    recipe: tuple[MendView, ...] = ()
    presence: tuple[PresenceView, ...] = ()
    members: tuple[tuple[str, str], ...] = ()  # of a join: data set and its column with the patient id
    newer: tuple[str, ...] = ()  # the names of members that have a newer version than the one that was joined
    confirmed: bool = False


@dataclass(frozen=True)
class SubgroupView:
    """One subgroup: rows, and rows of each outcome in the order of ``InspectionView.classes``."""

    kind: str  # sex | age
    label: str
    rows: int
    outcomes: tuple[int, ...]


@dataclass(frozen=True)
class InspectionView:
    """A data set with an outcome in mind: its values, most frequent first, and what was found."""

    classes: tuple[str, ...]
    counts: tuple[int, ...]
    patients: int
    subgroups: tuple[SubgroupView, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class InvitationView:
    """What an invitation says, before anything is sent."""

    lead: str
    address: str
    site: str
    study: str
    expires: float
    coordinator_words: tuple[str, ...]  # six, in the session's language
    coordinator_numbers: tuple[int, ...]


@dataclass(frozen=True)
class StudyRow:
    """One study in a list. ``state`` is a SiteState value."""

    study: str
    title: str
    lead: str
    state: str
    round: int
    rounds: int
    joined: bool


@dataclass(frozen=True)
class PlanLine:
    """One line of the plan in plain words."""

    label: str
    text: str


@dataclass(frozen=True)
class ForecastLine:
    """What will leave: kind in plain words, how many messages, bytes each, why."""

    kind: str
    messages: int
    bytes_each: int
    what: str


@dataclass(frozen=True)
class RosterLine:
    site: str
    words: tuple[str, ...]
    you: bool


@dataclass(frozen=True)
class MatchLine:
    """A variable of the study and the column of the data set that was found for it; ``problem`` is empty when it fits.

    ``spellings``: the column's words that a person mapped to ``categories``.
    """

    variable: str
    column: str
    note: str
    problem: str
    unit: str = ""  # that the study wants
    chosen: bool = False  # a person said which column, unit or words
    categories: tuple[str, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyView:
    """The study page: the plan, who takes part, what will leave, what the lead can see, the check words."""

    study: str
    title: str
    purpose: str
    lead: str
    published: bool
    approved_by_lead: bool
    joined: bool
    plan: tuple[PlanLine, ...]
    warnings: tuple[str, ...]
    forecast: tuple[ForecastLine, ...]
    roster: tuple[RosterLine, ...]
    bundle_sha256: str
    coordinator_words: tuple[str, ...]
    coordinator_numbers: tuple[int, ...]
    site_words: tuple[str, ...]
    site_numbers: tuple[int, ...]
    match: tuple[MatchLine, ...]  # empty until a data set is chosen
    toml: str  # the manifest as text, for who wants to read it


@dataclass(frozen=True)
class PointView:
    """One published round on the chart; None where not known yet."""

    round: int
    train_loss: float | None
    validation_loss: float | None
    validation_accuracy: float | None


@dataclass(frozen=True)
class TrainingView:
    """The training page. ``state`` is a SiteState value.

    ``phase`` is one of getting-model, training, protecting, sending, waiting, evaluating.
    """

    study: str
    title: str
    state: str
    phase: str
    round: int
    rounds: int
    progress: float  # of the current step here, 0…1
    eta_seconds: float | None
    points: tuple[PointView, ...]
    sites_joined: int
    waiting_for: tuple[str, ...]
    last_heard: float | None  # unix seconds of the coordinator's last answer
    problem: ProblemView | None


@dataclass(frozen=True)
class ClassLine:
    """One class of the report, as in scikit-learn's classification report; None where it cannot be computed."""

    label: str
    precision: float | None
    recall: float | None
    f1: float | None
    support: int
    auc: float | None


@dataclass(frozen=True)
class CurveView:
    """A curve for one class: ROC (x = false-positive rate, y = true-positive rate) or calibration (x = mean score, y = observed share)."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class ReportView:
    """One report: classes, then averages (micro/accuracy, macro, weighted), curves."""

    title: str
    rows: int
    accuracy: float
    log_loss: float | None
    brier: float | None
    auc: float | None
    classes: tuple[ClassLine, ...]
    averages: tuple[ClassLine, ...]
    confusion: tuple[tuple[int, ...], ...]
    roc: tuple[CurveView, ...]
    calibration: tuple[CurveView, ...]


@dataclass(frozen=True)
class ComparisonLine:
    """One model on this site's own test patients: name is local | federated | personalised."""

    name: str
    accuracy: float
    macro_f1: float
    auc: float | None
    note: str


@dataclass(frozen=True)
class ResultsView:
    """The results page.

    ``federation`` is of all sites' validation (or, at the end, test) patients; ``mine`` of this site's own test patients.
    """

    study: str
    title: str
    final: bool
    round: int
    federation: ReportView | None
    mine: ReportView | None
    comparison: tuple[ComparisonLine, ...]
    personalised_kept: bool | None
    personalised_reason: str
    model_sha256: str
    files: tuple[str, ...]


@dataclass(frozen=True)
class OutboundRow:
    """One message that left (or was about to): kind is the Outbound class name in words; bytes over all attempts."""

    id: int
    time: float
    kind: str
    study: str
    round: int | None
    bytes: int
    sha256: str
    attempts: int
    receipt: str  # ok | waiting | failed
    to: str
    epsilon_after: float | None = None  # of all studies once this had left, never too low (Rényi DP); None: it charged nobody


@dataclass(frozen=True)
class OutboundView:
    """The outbound page: totals since the beginning and one window of rows, newest first."""

    messages: int
    bytes: int
    paused: bool
    total_rows: int  # matching the filter
    rows: tuple[OutboundRow, ...]
    never_leaves: tuple[str, ...]


@dataclass(frozen=True)
class SettingView:
    """One machine setting with its label and explanation in the session's language."""

    key: str
    label: str
    help: str
    kind: str  # choice | number | path | proxy
    choices: tuple[str, ...]
    value: str
    choice_labels: tuple[str, ...] = ()  # in the order of ``choices``
    fixed: bool = False  # set by an environment variable: cannot be changed here
