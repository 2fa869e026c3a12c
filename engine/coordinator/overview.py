# SPDX-License-Identifier: Apache-2.0
"""What the lead may look at: studies, sites, where a study is, its records; read from the database, changing nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from engine.clock import Clock
from engine.coordinator import course, roster
from engine.coordinator.exchanges import answers_of
from engine.coordinator.home import Home
from engine.errors import WardroundError
from engine.store import federation, rounds
from engine.store.connection import Database
from engine.store.federation import SiteRow, StudyRow
from engine.study import manifest as manifests
from engine.trust import words
from engine.values import Phase, RoundRecord, SiteId, StudyId
from engine.wire.messages import StudyState

ABSENT_SECONDS = 90.0
"""A site that takes part and has not spoken for so long makes the study degraded; it calls every 25 s."""


class Membership(StrEnum):
    """Where a site is on its way into the federation."""

    INVITED = "invited"
    WAITING = "waiting-for-approval"
    APPROVED = "approved"
    REVOKED = "revoked"


@dataclass(frozen=True)
class SiteSummary:
    """One site as the lead sees it; ``words_digest`` (32 bytes) makes its check words, empty until it has enrolled."""

    site: SiteId
    membership: Membership
    studies: tuple[StudyId, ...]
    last_seen: float | None  # unix seconds
    words_digest: bytes
    app_version: str
    os_family: str


class Health(StrEnum):
    """What monitoring wants to know."""

    OK = "ok"
    DEGRADED = "degraded"
    STOPPED = "stopped"


EXIT_CODES = {Health.OK: 0, Health.DEGRADED: 3, Health.STOPPED: 4}


@dataclass(frozen=True)
class SiteStatus:
    """One site in one study.

    ``state`` is what it last said, a SiteState value; ``age`` seconds since it spoke; ``code`` its last failure, empty if none;
    ``problem`` what somebody should do about it, if the study waits for it in vain.
    """

    site: SiteId
    membership: Membership
    roster: bool
    joined: bool
    participates: bool
    left: bool
    state: str
    age: float | None
    code: str
    problem: WardroundError | None = None


@dataclass(frozen=True)
class StudyStatus:
    """Where one study is. ``problem`` is what holds or ended it; times in unix seconds."""

    study: StudyId
    title: str
    title_zh: str
    state: StudyState
    round: int
    rounds: int
    phase: Phase | None
    attempt: int
    opened: float | None
    deadline: float | None
    sites: tuple[SiteStatus, ...]
    waiting_for: tuple[SiteId, ...]
    joined: int
    best_round: int
    start_requested: bool
    bundle_sha256: str
    problem: WardroundError | None
    health: Health

    @property
    def exit_code(self) -> int:
        """0 ok, 3 degraded, 4 stopped."""
        return EXIT_CODES[self.health]


def studies(home: Home) -> tuple[tuple[StudyId, StudyState], ...]:
    """All studies and where they are."""
    with home.database() as database:
        return tuple((row.study, course.state_of(row)) for row in federation.studies(database))


def sites(home: Home) -> tuple[SiteSummary, ...]:
    """All sites, by name."""
    with home.database() as database:
        return tuple(
            SiteSummary(
                site=row.site,
                membership=membership_of(row),
                studies=tuple(place.study for place in federation.places_of(database, row.site)),
                last_seen=row.last_seen,
                words_digest=words.key_digest(row.signing_key) if row.signing_key else b"",
                app_version=row.app_version,
                os_family=row.os_family,
            )
            for row in federation.sites(database)
        )


def status(home: Home, study: StudyId, clock: Clock) -> StudyStatus:
    """Where the study is, for people and for monitoring.

    Raises:
        WardroundError: E-COORD-05.
    """
    with home.database() as database:
        row = study_row(database, study)
        manifest = manifests.from_canonical(row.manifest)
        phase = rounds.open_phase(database, study)
        last = rounds.last_closed(database, study)
        joined = [p.site for p in federation.expected(database, study) if row.version and p.joined_bundle == row.bundle_sha256]
        if phase is not None:
            waiting = roster.waiting_for(phase, set(federation.active(database, study)), answers_of(database, phase))
        else:
            waiting = tuple(p.site for p in federation.expected(database, study) if p.site not in joined) if not row.started else ()
        lines = _site_lines(database, row, joined, clock.now())
        return StudyStatus(
            study=study,
            title=manifest.study.title,
            title_zh=manifest.study.title_zh,
            state=course.state_of(row),
            round=phase.key.round if phase else last.round if last else 0,
            rounds=manifest.rounds.count,
            phase=phase.key.phase if phase else None,
            attempt=phase.key.attempt if phase else 0,
            opened=phase.opened if phase else None,
            deadline=phase.deadline if phase else None,
            sites=lines,
            waiting_for=waiting,
            joined=len(joined),
            best_round=course.best_round(rounds.validation_losses(database, study)),
            start_requested=row.start_requested is not None,
            bundle_sha256=row.bundle_sha256,
            problem=_problem(row),
            health=_health(row, lines),
        )


def records(home: Home, study: StudyId) -> tuple[RoundRecord, ...]:
    """The records of the published rounds, in order.

    Raises:
        WardroundError: E-COORD-05.
    """
    with home.database() as database:
        study_row(database, study)
        return rounds.records(database, study)


def _site_lines(database: Database, row: StudyRow, joined: list[SiteId], now: float) -> tuple[SiteStatus, ...]:
    known = {site.site: site for site in federation.sites(database)}
    failures = rounds.last_failures(database, row.study)
    lines = []
    running = course.state_of(row) is StudyState.RUNNING
    for place in federation.places(database, row.study):
        site = known[place.site]
        awaited = running and place.participates and place.left is None and membership_of(site) is Membership.APPROVED
        lines.append(
            SiteStatus(
                site=place.site,
                membership=membership_of(site),
                roster=place.roster,
                joined=place.site in joined,
                participates=place.participates,
                left=place.left is not None,
                state=place.state,
                age=None if site.last_seen is None else max(0.0, now - site.last_seen),
                code=failures.get(place.site, ""),
                problem=_absence(site, row, now) if awaited else None,
            )
        )
    return tuple(lines)


def _absence(site: SiteRow, study: StudyRow, now: float) -> WardroundError | None:
    """A hospital that takes part and has not spoken for a while: its program ended, or its line is cut."""
    silent = now - max(site.last_seen or 0.0, study.started or 0.0)
    if silent <= ABSENT_SECONDS:
        return None
    return WardroundError("E-ROUND-20", site=site.site, minutes=max(1, int(silent // 60)))


def _health(row: StudyRow, lines: tuple[SiteStatus, ...]) -> Health:
    """Stopped for good; degraded when held, or when a site that should take part is away, gone or failed; otherwise ok."""
    state = course.state_of(row)
    if state is StudyState.STOPPED:
        return Health.STOPPED
    if state is StudyState.PAUSED:
        return Health.DEGRADED
    if state is StudyState.RUNNING:
        for line in (line for line in lines if line.participates):
            if line.left or line.problem or line.code or line.membership is not Membership.APPROVED:
                return Health.DEGRADED
    return Health.OK


def _problem(row: StudyRow) -> WardroundError | None:
    if not row.problem:
        return None
    document = json.loads(row.problem)
    return WardroundError(document["code"], **document["fields"])


def membership_of(row: SiteRow) -> Membership:
    """Where the site is on its way into the federation."""
    if row.revoked:
        return Membership.REVOKED
    if not row.signing_key:
        return Membership.INVITED
    return Membership.APPROVED if row.approved else Membership.WAITING


def study_row(database: Database, study: StudyId) -> StudyRow:
    """The study's row.

    Raises:
        WardroundError: E-COORD-05 there is none.
    """
    row = federation.study(database, study)
    if row is None:
        known = ", ".join(other.study for other in federation.studies(database)) or "-"
        raise WardroundError("E-COORD-05", study=study, known=known)
    return row
