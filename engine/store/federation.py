# SPDX-License-Identifier: Apache-2.0
"""A coordinator's sites, invitations, studies, and each site's place in a study; rows in, frozen dataclasses out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.store.connection import Database
from engine.values import SiteId, StudyId


@dataclass(frozen=True)
class SiteRow:
    """One hospital; ``signing_key`` is empty until it has enrolled. Times are unix seconds."""

    site: SiteId
    invited: float
    signing_key: bytes
    certificate_sha256: str
    certificate_pem: bytes
    app_version: str
    os_family: str
    enrolled: float | None
    approved: float | None
    revoked: float | None
    last_seen: float | None


@dataclass(frozen=True)
class InvitationRow:
    """One single-use invitation; ``used_key`` is the signing key that enrolled with it, empty while unused."""

    id: str
    site: SiteId
    study: StudyId
    certificate_sha256: str
    expires: float
    used_key: bytes
    withdrawn: float | None


@dataclass(frozen=True)
class StudyRow:
    """One study: its canonical manifest, its published bundle, the lead's wishes, and how far the rounds have come."""

    study: StudyId
    manifest: bytes
    version: int
    bundle_sha256: str
    published: float | None
    start_requested: float | None
    with_joined: bool
    paused: float | None
    stop_requested: float | None
    started: float | None
    finished: float | None
    stopped: float | None
    problem: str


@dataclass(frozen=True)
class Place:
    """One site in one study: in its published ``roster`` or not; ``joined_bundle`` is the hash of the bundle approved there."""

    study: StudyId
    site: SiteId
    invited: float
    joined: float | None
    joined_bundle: str
    signature: bytes
    roster: bool
    participates: bool
    left: float | None
    state: str


_SITE = (
    "SELECT site, invited, signing_key, certificate_sha256, certificate_pem, app_version, os_family, enrolled, approved, revoked, last_seen"
    " FROM sites"
)
_INVITATION = "SELECT id, site, study, certificate_sha256, expires, used_key, withdrawn FROM invitations"
_STUDY = (
    "SELECT study, manifest, version, bundle_sha256, published, start_requested, with_joined, paused, stop_requested,"
    " started, finished, stopped, problem FROM studies"
)
_PLACE = "SELECT study, site, invited, joined, joined_bundle, signature, roster, participates, left_at, state FROM places"


# ---------------------------------------------------------------- sites and invitations


def sites(database: Database) -> tuple[SiteRow, ...]:
    """All sites, by name."""
    return tuple(SiteRow(*row) for row in database.execute(f"{_SITE} ORDER BY site"))


def site(database: Database, name: SiteId) -> SiteRow | None:
    """One site, None when it was never invited."""
    rows = database.execute(f"{_SITE} WHERE site = ?", (name,))
    return SiteRow(*rows[0]) if rows else None


def site_with_key(database: Database, signing_key: bytes) -> SiteRow | None:
    """The site that enrolled with this signing key."""
    rows = database.execute(f"{_SITE} WHERE signing_key = ? AND signing_key <> x''", (signing_key,))
    return SiteRow(*rows[0]) if rows else None


def invite(database: Database, name: SiteId, study: StudyId, now: float) -> None:
    """The site is known, and has a place in the study; asking twice changes nothing."""
    database.execute("INSERT OR IGNORE INTO sites (site, invited) VALUES (?, ?)", (name, now))
    database.execute("INSERT OR IGNORE INTO places (study, site, invited) VALUES (?, ?, ?)", (study, name, now))


def add_invitation(database: Database, invitation: InvitationRow, now: float) -> None:
    """A new invitation; an unused one of the same site is withdrawn."""
    database.execute("UPDATE invitations SET withdrawn = ? WHERE site = ? AND used_key = x'' AND withdrawn IS NULL", (now, invitation.site))
    database.execute(
        "INSERT INTO invitations (id, site, study, certificate_sha256, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (invitation.id, invitation.site, invitation.study, invitation.certificate_sha256, now, invitation.expires),
    )


def invitation(database: Database, identity: str) -> InvitationRow | None:
    """One invitation by its id."""
    rows = database.execute(f"{_INVITATION} WHERE id = ?", (identity,))
    return InvitationRow(*rows[0]) if rows else None


def enrol(database: Database, row: SiteRow, invitation_id: str) -> None:
    """The site's key and certificate, and the invitation used up: one change.

    With another certificate than before it is not the site that a published roster names: it has to be published and join anew.
    """
    database.execute(
        "UPDATE places SET roster = 0, participates = 0, joined = NULL, joined_bundle = '' WHERE site ="
        " (SELECT site FROM sites WHERE site = ? AND certificate_sha256 <> ?)",
        (row.site, row.certificate_sha256),
    )
    database.execute(
        "UPDATE sites SET signing_key = ?, certificate_sha256 = ?, certificate_pem = ?, app_version = ?, os_family = ?, enrolled = ?,"
        " approved = ?, revoked = NULL WHERE site = ?",
        (
            row.signing_key,
            row.certificate_sha256,
            row.certificate_pem,
            row.app_version,
            row.os_family,
            row.enrolled,
            row.approved,
            row.site,
        ),
    )
    database.execute("UPDATE invitations SET used_key = ? WHERE id = ?", (row.signing_key, invitation_id))


def approve(database: Database, name: SiteId, now: float) -> None:
    """The lead compared the site's check words."""
    database.execute("UPDATE sites SET approved = coalesce(approved, ?) WHERE site = ?", (now, name))


def revoke(database: Database, name: SiteId, now: float) -> None:
    """The site may call nothing any more, and its unused invitations are withdrawn."""
    database.execute("UPDATE sites SET revoked = coalesce(revoked, ?), approved = NULL WHERE site = ?", (now, name))
    database.execute("UPDATE invitations SET withdrawn = coalesce(withdrawn, ?) WHERE site = ?", (now, name))


def seen(database: Database, name: SiteId, now: float) -> None:
    """When the site last spoke."""
    database.execute("UPDATE sites SET last_seen = ? WHERE site = ?", (now, name))


# ---------------------------------------------------------------- studies


def add_study(database: Database, study: StudyId, manifest: bytes, now: float) -> None:
    """A new study, a draft."""
    database.execute("INSERT INTO studies (study, manifest, added) VALUES (?, ?, ?)", (study, manifest, now))


def replace_manifest(database: Database, study: StudyId, manifest: bytes) -> None:
    """A draft's manifest, changed."""
    database.execute("UPDATE studies SET manifest = ? WHERE study = ?", (manifest, study))


def studies(database: Database) -> tuple[StudyRow, ...]:
    """All studies in the order they were added."""
    return tuple(_study(row) for row in database.execute(f"{_STUDY} ORDER BY added, study"))


def study(database: Database, name: StudyId) -> StudyRow | None:
    """One study, None when unknown."""
    rows = database.execute(f"{_STUDY} WHERE study = ?", (name,))
    return _study(rows[0]) if rows else None


def _study(row: tuple[Any, ...]) -> StudyRow:
    values = list(row)
    values[6] = bool(values[6])
    return StudyRow(*values)


def publish(database: Database, name: StudyId, version: int, content: bytes, sha256: str, roster: tuple[SiteId, ...], now: float) -> None:
    """A new version of the signed bundle; whoever joined an older one has to join again."""
    database.execute(
        "UPDATE studies SET version = ?, bundle = ?, bundle_sha256 = ?, published = ? WHERE study = ?",
        (version, content, sha256, now, name),
    )
    for row in places(database, name):
        database.execute("UPDATE places SET roster = ? WHERE study = ? AND site = ?", (int(row.site in roster), name, row.site))


def bundle(database: Database, name: StudyId) -> bytes:
    """The published bundle's bytes."""
    return bytes(database.execute("SELECT bundle FROM studies WHERE study = ?", (name,))[0][0])


def request_start(database: Database, name: StudyId, with_joined: bool, now: float) -> None:
    """The lead wants the study to begin."""
    database.execute(
        "UPDATE studies SET start_requested = coalesce(start_requested, ?), with_joined = ? WHERE study = ?", (now, int(with_joined), name)
    )


def pause(database: Database, name: StudyId, now: float, problem: str = "") -> None:
    """The lead, or a full disk (``problem``), holds the study; the first reason stays."""
    database.execute("UPDATE studies SET paused = ?, problem = ? WHERE study = ? AND paused IS NULL", (now, problem, name))


def resume(database: Database, name: StudyId) -> None:
    """The study goes on."""
    database.execute("UPDATE studies SET paused = NULL, problem = '' WHERE study = ?", (name,))


def request_stop(database: Database, name: StudyId, now: float) -> None:
    """The lead ends the study for good."""
    database.execute("UPDATE studies SET stop_requested = coalesce(stop_requested, ?) WHERE study = ?", (now, name))


def started(database: Database, name: StudyId, participants: tuple[SiteId, ...], now: float) -> None:
    """The study begins with these sites, and no others."""
    database.execute("UPDATE studies SET started = ? WHERE study = ?", (now, name))
    for who in participants:
        database.execute("UPDATE places SET participates = 1 WHERE study = ? AND site = ?", (name, who))


def finished(database: Database, name: StudyId, now: float) -> None:
    """The test patients were opened; nothing more will come."""
    database.execute("UPDATE studies SET finished = ?, problem = '' WHERE study = ?", (now, name))


def stopped(database: Database, name: StudyId, problem: str, now: float) -> None:
    """The study ended before its end, for the reason given."""
    database.execute("UPDATE studies SET stopped = ?, problem = ? WHERE study = ?", (now, problem, name))


# ---------------------------------------------------------------- places


def places(database: Database, name: StudyId) -> tuple[Place, ...]:
    """The sites invited to one study, by name."""
    return tuple(_place(row) for row in database.execute(f"{_PLACE} WHERE study = ? ORDER BY site", (name,)))


def places_of(database: Database, name: SiteId) -> tuple[Place, ...]:
    """The studies that one site is invited to."""
    return tuple(_place(row) for row in database.execute(f"{_PLACE} WHERE site = ? ORDER BY study", (name,)))


def place(database: Database, name: StudyId, who: SiteId) -> Place | None:
    """One site's place in one study, None when it is not invited."""
    rows = database.execute(f"{_PLACE} WHERE study = ? AND site = ?", (name, who))
    return _place(rows[0]) if rows else None


def _place(row: tuple[Any, ...]) -> Place:
    values = list(row)
    values[6:8] = bool(values[6]), bool(values[7])
    return Place(*values)


def join(database: Database, name: StudyId, who: SiteId, bundle_sha256: str, signature: bytes, now: float) -> None:
    """A person at the site approved this bundle; one who had left before the start is back."""
    database.execute(
        "UPDATE places SET joined = ?, joined_bundle = ?, signature = ?, left_at = NULL WHERE study = ? AND site = ?",
        (now, bundle_sha256, signature, name, who),
    )


def leave(database: Database, name: StudyId, who: SiteId, now: float) -> None:
    """The site left the study."""
    database.execute("UPDATE places SET left_at = coalesce(left_at, ?) WHERE study = ? AND site = ?", (now, name, who))


def report_state(database: Database, name: StudyId, who: SiteId, state: str) -> None:
    """What the site said that it is doing."""
    database.execute("UPDATE places SET state = ? WHERE study = ? AND site = ?", (state, name, who))


def active(database: Database, name: StudyId) -> tuple[SiteId, ...]:
    """The participants that have neither left nor been revoked, by name."""
    rows = database.execute(
        "SELECT p.site FROM places p JOIN sites s ON s.site = p.site"
        " WHERE p.study = ? AND p.participates = 1 AND p.left_at IS NULL AND s.revoked IS NULL AND s.approved IS NOT NULL ORDER BY p.site",
        (name,),
    )
    return tuple(SiteId(row[0]) for row in rows)


def expected(database: Database, name: StudyId) -> tuple[Place, ...]:
    """The places of the published roster whose sites have neither left nor been revoked, by name."""
    gone = {row.site for row in sites(database) if row.revoked or not row.approved}
    return tuple(row for row in places(database, name) if row.roster and row.left is None and row.site not in gone)
