# SPDX-License-Identifier: Apache-2.0
"""The lead's commands: studies, invitations, approvals, publishing, starting and stopping.

Each opens the database, does one thing and closes it, so they may run while ``serve`` runs: it notices. They write the lead's
wishes only; what follows from them (opening a phase, letting a revoked site go) is done by the serving process.
"""

from __future__ import annotations

import re
import secrets

from engine.clock import Clock
from engine.coordinator import course
from engine.coordinator.home import Home
from engine.coordinator.overview import Membership, membership_of, study_row
from engine.coordinator.rounds import problem_text
from engine.coordinator.spool import Spool
from engine.errors import WardroundError
from engine.models import vector
from engine.models.initial import initial_weights
from engine.models.spec import size
from engine.store import exchanges, federation, rounds
from engine.store.connection import Database
from engine.store.federation import InvitationRow, SiteRow, StudyRow
from engine.store.rounds import AnswerState, ModelRow
from engine.study import bundle, rules
from engine.study import manifest as manifests
from engine.study.bundle import Bundle
from engine.study.manifest import Manifest
from engine.study.roster import Roster, RosterEntry
from engine.study.schema import model_spec_of
from engine.trust import certificates
from engine.trust.enrolment import Invitation
from engine.values import SiteId, StudyId
from engine.wire.messages import StudyState

WEEK = 7 * 86_400.0
"""Seconds that an invitation is good for, unless told otherwise."""

_SITE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


# ---------------------------------------------------------------- studies and sites


def add_study(home: Home, manifest_text: str, source: str, clock: Clock) -> Manifest:
    """A new study, or a draft's changed plan.

    Raises:
        WardroundError: E-STUDY-…, E-RULE-… what is wrong with the plan; E-COORD-04 the id belongs to another, published plan.
    """
    manifest = manifests.parse(manifest_text, source)
    rules.check(manifest)
    content, study = manifests.canonical(manifest), manifest.study.id
    with home.database() as database, database.transaction():
        known = federation.study(database, study)
        if known is None:
            federation.add_study(database, study, content, clock.now())
        elif known.manifest != content:
            if known.version:
                raise WardroundError("E-COORD-04", study=study)
            federation.replace_manifest(database, study, content)
    return manifest


def invite(home: Home, site: SiteId, study: StudyId, clock: Clock, expires_seconds: float = WEEK) -> Invitation:
    """An invitation for one site to one study, single use; an unused one of the same site is withdrawn.

    It holds a private key: write it with ``enrolment.write`` and give it to that hospital only. A site that has enrolled
    already sees the new study without using it.

    Raises:
        WardroundError: E-COORD-05 no such study, E-COORD-12 not a name for a site, E-COORD-09 the study has begun.
    """
    if not _SITE_NAME.fullmatch(site):
        raise WardroundError("E-COORD-12", name=site, what="site", most=40)
    configuration, now = home.configuration(), clock.now()
    expires = now + expires_seconds
    identity = secrets.token_hex(16)
    pair = certificates.issue_bootstrap(home.authority(), identity, now, expires)
    with home.database() as database, database.transaction():
        if study_row(database, study).started:
            raise WardroundError("E-COORD-09", study=study)
        federation.invite(database, site, study, now)
        fingerprint = certificates.fingerprint(pair.certificate_pem)
        federation.add_invitation(database, InvitationRow(identity, site, study, fingerprint, expires, b"", None), now)
    return Invitation(
        lead=configuration.name,
        addresses=configuration.addresses,
        server_name=configuration.public_hosts[0],
        ca_pem=home.port_authority_pem,
        study=study,
        site=site,
        invitation=identity,
        expires=expires,
        bootstrap=pair,
        lead_key=home.lead_key().public,
    )


def approve(home: Home, site: SiteId, clock: Clock) -> None:
    """The lead has compared the site's check words by phone.

    Raises:
        WardroundError: E-COORD-06 no such site, E-COORD-07 it has not enrolled, E-COORD-23 it was revoked.
    """
    with home.database() as database, database.transaction():
        membership = membership_of(_site(database, site))
        if membership is Membership.INVITED:
            raise WardroundError("E-COORD-07", site=site)
        if membership is Membership.REVOKED:
            raise WardroundError("E-COORD-23", site=site)
        federation.approve(database, site, clock.now())


def revoke(home: Home, site: SiteId, clock: Clock) -> None:
    """The site may call nothing any more; running studies go on without it.

    Raises:
        WardroundError: E-COORD-06 no such site.
    """
    with home.database() as database, database.transaction():
        _site(database, site)
        federation.revoke(database, site, clock.now())


def publish(home: Home, study: StudyId, clock: Clock) -> str:
    """Fixes the roster (the approved sites invited to the study), signs the bundle, writes the initial model.

    Again with the same roster changes nothing; with another one it makes a new bundle, which every site has to approve anew.

    Returns:
        The bundle's SHA-256 (hex).

    Raises:
        WardroundError: E-COORD-05, E-COORD-08 too few approved sites, E-COORD-09 the study has begun, E-FILE-02.
    """
    key = home.lead_key()
    with home.database() as database, database.transaction():
        row = study_row(database, study)
        if row.started or row.stopped or row.stop_requested:
            raise WardroundError("E-COORD-09", study=study)
        manifest = manifests.from_canonical(row.manifest)
        entries = _roster(database, study)
        if len(entries) < manifest.fewest:
            raise WardroundError("E-COORD-08", study=study, have=len(entries), need=manifest.fewest)
        if row.version and bundle.unpack(federation.bundle(database, study), _trusted).roster == Roster(entries):
            return row.bundle_sha256
        weights = _write_initial_model(home, manifest)
        now = clock.now()
        content = bundle.pack(Bundle(manifest, Roster(entries), weights, size(model_spec_of(manifest)), key.public, now), key.sign)
        digest = bundle.digest(content)
        federation.publish(database, study, row.version + 1, content, digest, tuple(entry.site for entry in entries), now)
        rounds.add_model(database, study, ModelRow(0, weights, (), 0, 0.0, 0.0, now))
    return digest


def _write_initial_model(home: Home, manifest: Manifest) -> str:
    """Version 0, a function of the manifest alone; its SHA-256 (hex)."""
    spec = model_spec_of(manifest)
    models = home.study(manifest.study.id) / "models"
    models.mkdir(parents=True, exist_ok=True)
    Spool(home.spool).require_room(4 * size(spec))
    flat = initial_weights(spec, manifest.training.seed)
    return vector.write(models / "0.safetensors", flat, spec)


def _trusted(_key: bytes, _message: bytes, _signature: bytes) -> None:
    """Our own database holds what we signed; only its roster is read here."""


def _roster(database: Database, study: StudyId) -> tuple[RosterEntry, ...]:
    known = {row.site: row for row in federation.sites(database) if row.approved and not row.revoked}
    places = [place for place in federation.places(database, study) if place.site in known and place.left is None]
    return tuple(RosterEntry(p.site, known[p.site].signing_key, known[p.site].certificate_sha256) for p in places)


# ---------------------------------------------------------------- running a study


def start(home: Home, study: StudyId, clock: Clock, with_joined: bool = False) -> None:
    """Asks for the study to begin: when every hospital of the roster has joined, or at once with those that have.

    Raises:
        WardroundError: E-COORD-05, E-COORD-10 not published, -21 paused, -22 over; -11 too few have joined to begin at once.
    """
    with home.database() as database, database.transaction():
        row = study_row(database, study)
        _require(row, StudyState.PUBLISHED, StudyState.RUNNING)
        need = manifests.from_canonical(row.manifest).rounds.min_sites
        joined = [p for p in federation.expected(database, study) if p.joined_bundle == row.bundle_sha256]
        if with_joined and not row.started and len(joined) < need:
            raise WardroundError("E-COORD-11", study=study, have=len(joined), need=need)
        federation.request_start(database, study, with_joined, clock.now())


def pause(home: Home, study: StudyId, clock: Clock) -> None:
    """Holds the study: answers to the open phase are still taken, nothing new is asked.

    Raises:
        WardroundError: E-COORD-05, E-COORD-10, -20 or -22 it is not running.
    """
    with home.database() as database, database.transaction():
        _require(study_row(database, study), StudyState.RUNNING, StudyState.PAUSED)
        federation.pause(database, study, clock.now())


def resume(home: Home, study: StudyId, clock: Clock) -> None:
    """Goes on. The open phase gets the time of the pause back, and sites that failed in it are asked again.

    Raises:
        WardroundError: E-COORD-05, E-COORD-10, -20 or -22 it neither runs nor is paused.
    """
    with home.database() as database, database.transaction():
        row = study_row(database, study)
        _require(row, StudyState.PAUSED, StudyState.RUNNING)
        if row.paused:
            rounds.postpone(database, study, max(0.0, clock.now() - row.paused))
        phase = rounds.open_phase(database, study)
        if phase is not None:
            for answer in rounds.answers(database, phase.key).values():
                if answer.state is AnswerState.FAILED:
                    rounds.forget(database, phase.key, answer.site)
            for answer in exchanges.answers(database, phase.key, phase.step).values():
                if answer.state is AnswerState.FAILED:
                    exchanges.forget(database, phase.key, phase.step, answer.site)
        federation.resume(database, study)


def stop(home: Home, study: StudyId, clock: Clock) -> None:
    """Ends the study for good; what was published stays.

    Raises:
        WardroundError: E-COORD-05, E-COORD-22 it is over already.
    """
    with home.database() as database, database.transaction():
        row = study_row(database, study)
        _require(row, StudyState.DRAFT, StudyState.PUBLISHED, StudyState.RUNNING, StudyState.PAUSED)
        federation.request_stop(database, study, clock.now())
        if not row.started:  # no round runs, so nothing has to be put in order by the serving process
            federation.stopped(database, study, problem_text(WardroundError("E-ROUND-07", study=study)), clock.now())


def _site(database: Database, site: SiteId) -> SiteRow:
    row = federation.site(database, site)
    if row is None:
        known = ", ".join(other.site for other in federation.sites(database)) or "-"
        raise WardroundError("E-COORD-06", site=site, known=known)
    return row


def _require(row: StudyRow, *states: StudyState) -> None:
    """Refuses what cannot be done with a study where it is, with what to do instead."""
    state = course.state_of(row)
    if state in states:
        return
    match state:
        case StudyState.DRAFT:
            raise WardroundError("E-COORD-10", study=row.study)
        case StudyState.PUBLISHED:
            raise WardroundError("E-COORD-20", study=row.study)
        case StudyState.PAUSED:
            raise WardroundError("E-COORD-21", study=row.study)
        case _:
            raise WardroundError("E-COORD-22", study=row.study)
