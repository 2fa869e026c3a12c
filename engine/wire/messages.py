# SPDX-License-Identifier: Apache-2.0
"""One frozen dataclass a message. ``Outbound`` is the complete list of what may leave a hospital.

A site only ever calls; nobody calls into a hospital. Every request is one row of the site's outbound ledger:
its bytes on the wire are the protobuf of the dataclass, and for ``Submit`` the raw payload chunks after it.
Nothing travels in gRPC metadata.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from engine.values import Phase, PhaseKey, RoundRecord, SealedVector, SiteId, Step, StudyId

CHUNK_BYTES = 1 << 20
"""Raw tensor chunks on the wire; 1 MiB measured best."""


class SiteState(StrEnum):
    """Where a site is, in the words of the status bar, the CLI and the coordinator's list."""

    NOT_JOINED = "not-joined"
    WAITING_FOR_APPROVAL = "waiting-for-approval"
    READY = "ready"
    TRAINING = "training"
    SENDING = "sending"
    WAITING_FOR_OTHERS = "waiting-for-others"
    DONE = "done"
    PAUSED_BY_YOU = "paused-by-you"
    PAUSED_BY_NETWORK = "paused-by-network"
    STOPPED_BY_CHECK = "stopped-by-check"
    LEFT = "left"


# ---------------------------------------------------------------- what leaves a site


@dataclass(frozen=True)
class Hello:
    """Are you there? Sent by the connection doctor and before enrolment."""

    app_version: str


@dataclass(frozen=True)
class Enrol:
    """Asks for a certificate. Allowed with the invitation's bootstrap certificate only; idempotent per key.

    ``proof`` is the Ed25519 signature of ``csr_der`` by ``signing_key`` (32 raw bytes), the site's identity in rosters.
    """

    csr_der: bytes
    signing_key: bytes
    proof: bytes
    app_version: str
    os_family: str


@dataclass(frozen=True)
class ListStudies:
    """Which studies am I invited to?"""


@dataclass(frozen=True)
class GetBundle:
    """The signed bundle (manifest, roster, hash of the initial weights) of one study."""

    study: StudyId


@dataclass(frozen=True)
class Join:
    """A named person approved this bundle: ``signature`` is Ed25519 over b"wardround join v1\\0" + study + b"\\0" + bundle hash bytes."""

    study: StudyId
    bundle_sha256: str
    signature: bytes


@dataclass(frozen=True)
class NextTask:
    """Long poll: gives the next task, or nothing after ``wait_seconds``, and the records of rounds after ``seen_round``."""

    study: StudyId
    state: SiteState
    seen_round: int  # -1: none
    wait_seconds: float  # 0…25


@dataclass(frozen=True)
class Heartbeat:
    """I am here and in this state; sent while a task is being worked on."""

    study: StudyId
    state: SiteState
    round: int


@dataclass(frozen=True)
class GetModel:
    """The safetensors file of the model published as version ``version`` (0 = initial), from byte ``offset``."""

    study: StudyId
    version: int
    offset: int


@dataclass(frozen=True)
class Follow:
    """The long poll that follows an upload in the same call, as ``NextTask``."""

    seen_round: int  # -1: none
    wait_seconds: float  # 0…25
    held_version: int  # the model that the site has, whole; -1: none


@dataclass(frozen=True)
class Submit:
    """One sealed vector: header, then the payload in raw chunks from the offset that the coordinator names.

    With ``follow`` the receipt is followed by the next ``Tasks`` and, if the task needs a model that is not held, its file.
    """

    sealed: SealedVector
    follow: Follow | None = None


@dataclass(frozen=True)
class Contribute:
    """What one step of a sealed sum takes besides the vector: keys, shares, a signature, unmasking shares (``secagg/masking.py``).

    The answer is the next ``Tasks``, as of ``NextTask``. ``rehearsed``: others can compute it as well, as in a simulation; that is told
    to the gate, not to the coordinator.
    """

    key: PhaseKey
    step: Step
    body: bytes
    seen_round: int = -1
    wait_seconds: float = 0.0
    rehearsed: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class ReportError:
    """This site cannot do this task: a code of the catalogue, never a text."""

    key: PhaseKey
    code: str


@dataclass(frozen=True)
class Leave:
    """This site leaves the study; what it sent before stays in the rounds that were published."""

    study: StudyId


Outbound = Hello | Enrol | ListStudies | GetBundle | Join | NextTask | Heartbeat | GetModel | Submit | Contribute | ReportError | Leave


# ---------------------------------------------------------------- what arrives at a site


@dataclass(frozen=True)
class HelloReply:
    coordinator: str  # the lead's display name
    app_version: str
    protocol: int
    time: float  # unix seconds; more than 300 s of difference is E-CLOCK-01


@dataclass(frozen=True)
class Enrolled:
    site: SiteId
    certificate_pem: bytes
    ca_pem: bytes
    time: float


@dataclass(frozen=True)
class StudyOffer:
    """A study that this site is invited to; ``published`` once its roster is fixed and its bundle signed."""

    study: StudyId
    title: str
    title_zh: str
    published: bool
    bundle_sha256: str  # empty until published
    approved: bool  # the lead compared this site's check words


@dataclass(frozen=True)
class Studies:
    offers: tuple[StudyOffer, ...]


@dataclass(frozen=True)
class BundleBytes:
    content: bytes


@dataclass(frozen=True)
class Joined:
    study: StudyId


@dataclass(frozen=True)
class Parcel:
    """What one site gave in the step before, for all or for the site that is asked now."""

    site: SiteId
    body: bytes


@dataclass(frozen=True)
class Task:
    """Work for one phase: fetch model ``version`` if it is not here yet, compute, seal, submit under ``key``.

    Or another ``step`` of the phase: answered with an ``Contribute``. ``openings``: the phases that keys and shares are exchanged for,
    this one first. ``parcels``: keys (for SHARES), shares for this site (VECTOR), signatures (UNMASK). ``survivors``: the sites whose
    vectors came (SURVIVORS, UNMASK).
    """

    key: PhaseKey
    model_version: int
    model_sha256: str
    participants: tuple[SiteId, ...]
    deadline: float  # unix seconds
    total_examples: int  # N over all sites' training patients; 0 in the prepare phases
    opened: bytes  # float64 LE: the opened ranges (for STATISTICS) or statistics (for the others); empty for RANGES
    step: Step = Step.VECTOR
    openings: tuple[PhaseKey, ...] = ()
    parcels: tuple[Parcel, ...] = ()
    survivors: tuple[SiteId, ...] = ()


class StudyState(StrEnum):
    """Where a study is, at the coordinator."""

    DRAFT = "draft"  # manifest known, sites may be invited
    PUBLISHED = "published"  # roster fixed, bundle signed, sites may join
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Tasks:
    """Answer to ``NextTask``: at most one task; the rounds published since; the study's state and its sites by name."""

    state: StudyState
    task: Task | None = None
    records: tuple[RoundRecord, ...] = ()
    waiting_for: tuple[SiteId, ...] = field(default=())
    joined: int = 0


@dataclass(frozen=True)
class Receipt:
    """The coordinator has durably taken this payload; Ed25519 ``signature`` by the lead's key over key, site and hash."""

    key: PhaseKey
    site: SiteId
    sha256: str
    time: float
    signature: bytes


@dataclass(frozen=True)
class SubmitHeader:
    """The first message of an upload: what comes, how long it is, and its SHA-256 (hex)."""

    key: PhaseKey
    length: int
    sha256: str
    follow: Follow | None = None


@dataclass(frozen=True)
class SubmitStart:
    """The coordinator has ``offset`` bytes of this payload already; send from there."""

    offset: int


@dataclass(frozen=True)
class Done:
    """Taken, with nothing to say (Heartbeat, ReportError, Leave)."""


PHASES_IN_ORDER = (Phase.RANGES, Phase.STATISTICS, Phase.UPDATE, Phase.EVALUATION, Phase.TEST)
