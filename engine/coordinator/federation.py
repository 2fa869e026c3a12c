# SPDX-License-Identifier: Apache-2.0
"""The ``Desk`` of a home directory: who may call what, and which study's rounds an answer belongs to.

Everything is read from the database when it is asked for, because the administrative commands write to it from other
processes; kept in memory are only the running sums and, between two ticks, when each site last spoke.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import engine
from engine.clock import Clock, SystemClock
from engine.coordinator import course, roster
from engine.coordinator.desk import InvitationId, PeerIdentity, Rpc, SpoolSlot
from engine.coordinator.exchanges import answers_of
from engine.coordinator.home import Home, release
from engine.coordinator.rounds import Rounds
from engine.coordinator.spool import Free, Spool, free_bytes
from engine.errors import CATALOGUE, WardroundError
from engine.store import federation, rounds
from engine.store.federation import InvitationRow, Place, SiteRow, StudyRow
from engine.store.rounds import OpenPhase
from engine.study import manifest as manifests
from engine.trust import certificates, signing
from engine.trust.certificates import PeerKind
from engine.values import Phase, PhaseKey, SiteId, StudyId
from engine.wire import codec
from engine.wire.messages import (
    Contribute,
    Enrol,
    Enrolled,
    Heartbeat,
    HelloReply,
    Join,
    Joined,
    Leave,
    NextTask,
    Receipt,
    ReportError,
    Studies,
    StudyOffer,
    StudyState,
    Task,
    Tasks,
)

BOOTSTRAP_CALLS = (Rpc.HELLO, Rpc.ENROL)


class Federation:
    """One coordinator at work. Used from one thread; see ``desk.Desk`` for what each method promises."""

    def __init__(self, home: Home, clock: Clock | None = None, free: Free = free_bytes) -> None:
        """Opens the home and goes on where the last process stopped.

        Raises:
            WardroundError: E-COORD-02, E-COORD-03, E-COORD-16 it is served already, E-FILE-01, E-TLS-09, E-VAULT-01, E-VAULT-02.
        """
        self._home = home
        self._clock = clock or SystemClock()
        self._name = home.configuration().name
        self._key = home.lead_key()
        self._claim: int | None = home.claim()
        self._database = home.open_database()
        self._spool = Spool(home.spool, free)
        self._studies: dict[StudyId, Rounds] = {}
        self._subscribers: list[Callable[[], None]] = []
        self._seen: dict[SiteId, float] = {}
        self._states: dict[tuple[StudyId, SiteId], str] = {}
        self._stale = False  # who is awaited has changed; told at the next tick
        self._meet_studies()
        for study in self._studies.values():
            study.recover()
            study.advance()

    # ------------------------------------------------------------ who is calling

    def authorise(self, peer: PeerIdentity, rpc: Rpc) -> SiteId | InvitationId:
        """See ``Desk.authorise``. An invitation that was used may still call Enrol: whether it is the same key decides ``enrol``."""
        match certificates.peer_of(peer.uri):
            case (PeerKind.BOOTSTRAP, identity):
                if rpc not in BOOTSTRAP_CALLS:
                    raise WardroundError("E-TLS-08", call=rpc.value)
                self._invitation(identity, peer.certificate_sha256)
                return InvitationId(identity)
            case (PeerKind.SITE, name):
                if rpc is Rpc.ENROL:
                    raise WardroundError("E-TLS-08", call=rpc.value)
                row = federation.site(self._database, SiteId(name))
                if row is None or row.certificate_sha256 != peer.certificate_sha256:
                    raise WardroundError("E-TLS-06")
                if row.revoked:
                    raise WardroundError("E-TLS-07")
                self._seen[row.site] = self._clock.now()
                return row.site
            case _:
                raise WardroundError("E-TLS-06")

    def _invitation(self, identity: str, certificate_sha256: str | None) -> InvitationRow:
        row = federation.invitation(self._database, identity)
        if row is None or (certificate_sha256 is not None and row.certificate_sha256 != certificate_sha256):
            raise WardroundError("E-ENROL-08")
        if row.withdrawn:
            raise WardroundError("E-ENROL-05")
        if row.expires < self._clock.now():
            raise WardroundError("E-ENROL-03", date=datetime.datetime.fromtimestamp(row.expires, datetime.UTC).date().isoformat())
        return row

    def hello(self) -> HelloReply:
        return HelloReply(self._name, engine.__version__, codec.PROTOCOL, self._clock.now())

    def enrol(self, invitation_id: InvitationId, message: Enrol) -> Enrolled:
        """A certificate for the site that the invitation names; the same again for the same key.

        Raises:
            WardroundError: E-ENROL-03, -05, -08 the invitation is no good; E-ENROL-04 used with another key; E-ENROL-07 no proof of the
                signing key; E-TLS-10 a bad request; E-COORD-13 the site, or another one, has enrolled with other keys.
        """
        invitation = self._invitation(invitation_id, None)
        try:
            signing.verify(message.signing_key, message.csr_der, message.proof)
        except WardroundError as error:
            raise WardroundError("E-ENROL-07") from error
        if invitation.used_key not in (b"", message.signing_key):
            raise WardroundError("E-ENROL-04")
        site = federation.site(self._database, invitation.site)
        owner = federation.site_with_key(self._database, message.signing_key)
        if site is None or (owner is not None and owner.site != site.site):
            raise WardroundError("E-COORD-13", site=invitation.site)
        if site.signing_key not in (b"", message.signing_key) and not site.revoked:
            raise WardroundError("E-COORD-13", site=invitation.site)
        now = self._clock.now()
        certificate = self._certificate(site, message, now)
        with self._database.transaction():
            federation.enrol(
                self._database,
                replace(
                    site,
                    signing_key=message.signing_key,
                    certificate_sha256=certificates.fingerprint(certificate),
                    certificate_pem=certificate,
                    app_version=message.app_version,
                    os_family=message.os_family,
                    enrolled=site.enrolled if site.signing_key == message.signing_key else now,
                    approved=site.approved if site.signing_key == message.signing_key else None,
                ),
                invitation_id,
            )
        self._tell()
        return Enrolled(site.site, certificate, self._home.port_authority_pem, now)

    def _certificate(self, site: SiteRow, message: Enrol, now: float) -> bytes:
        """The certificate that the site has, if the request is for the same key; otherwise a new one."""
        same = site.signing_key == message.signing_key and not site.revoked
        if same and certificates.is_for(site.certificate_pem, message.csr_der):
            return site.certificate_pem
        if same and site.approved:
            raise WardroundError("E-COORD-13", site=site.site)  # its certificate is part of what the hospitals approve
        return certificates.issue_site(self._home.authority(), message.csr_der, site.site, now)

    # ------------------------------------------------------------ studies

    def list_studies(self, site: SiteId) -> Studies:
        row = federation.site(self._database, site)
        approved = row is not None and row.approved is not None
        offers = []
        for place in federation.places_of(self._database, site):
            study = self._study(place.study)
            section = manifests.from_canonical(study.manifest).study
            digest = study.bundle_sha256 if place.roster else ""
            offers.append(StudyOffer(place.study, section.title, section.title_zh, bool(digest), digest, approved))
        return Studies(tuple(offers))

    def bundle(self, site: SiteId, study: StudyId) -> bytes:
        """Raises: E-ROUND-01 not invited, E-ROUND-04 not published for this site."""
        self._published(site, study)
        return federation.bundle(self._database, study)

    def join(self, site: SiteId, message: Join) -> Joined:
        """A person at the site approved the bundle; again is the same.

        Raises:
            WardroundError: E-ROUND-01, E-ROUND-04, E-ROUND-03 another bundle than the published one, E-TLS-11 not signed by the site.
        """
        place, study = self._published(site, message.study)
        row = federation.site(self._database, site)
        if row is None or message.bundle_sha256 != study.bundle_sha256:
            raise WardroundError("E-ROUND-03", study=message.study)
        signing.verify(row.signing_key, signing.join_message(message.study, message.bundle_sha256), message.signature, "the join")
        if place.joined_bundle != message.bundle_sha256 or place.left is not None:
            with self._database.transaction():
                federation.join(self._database, message.study, site, message.bundle_sha256, message.signature, self._clock.now())
            self._studies[message.study].advance()
            self._tell()
        return Joined(message.study)

    def leave(self, site: SiteId, message: Leave) -> None:
        """Raises: E-ROUND-01 not invited."""
        self._place(site, message.study)
        with self._database.transaction():
            federation.leave(self._database, message.study, site, self._clock.now())
        if message.study in self._studies:
            self._studies[message.study].advance()
        self._tell()

    # ------------------------------------------------------------ rounds

    def poll(self, site: SiteId, message: NextTask) -> Tasks:
        """See ``Desk.poll``.

        Raises:
            WardroundError: E-ROUND-01 not invited.
        """
        self._place(site, message.study)
        self._states[message.study, site] = message.state.value
        row = self._study(message.study)
        expected = federation.expected(self._database, message.study)
        joined = tuple(place.site for place in expected if row.version and place.joined_bundle == row.bundle_sha256)
        state = course.state_of(row)
        if not row.started:
            return Tasks(state, None, (), tuple(p.site for p in expected if p.site not in joined), len(joined))
        records = rounds.records(self._database, message.study, message.seen_round)
        phase = rounds.open_phase(self._database, message.study)
        if state is not StudyState.RUNNING or phase is None:
            return Tasks(state, None, records, (), len(joined))
        active = set(federation.active(self._database, message.study))
        answers = answers_of(self._database, phase)
        asked = site in phase.asked and site in active and site not in answers
        task = self._task(self._studies[message.study], phase, site) if asked else None
        return Tasks(state, task, records, roster.waiting_for(phase, active, answers), len(joined))

    def _task(self, study: Rounds, phase: OpenPhase, site: SiteId) -> Task:
        match phase.key.phase:
            case Phase.RANGES:
                version, opened = 0, b""
            case Phase.STATISTICS:
                version, opened = 0, rounds.opened(self._database, study.study, Phase.RANGES)
            case Phase.UPDATE:
                version, opened = phase.key.round - 1, rounds.opened(self._database, study.study, Phase.STATISTICS)
            case Phase.EVALUATION:
                version, opened = phase.key.round, rounds.opened(self._database, study.study, Phase.STATISTICS)
            case Phase.TEST:
                version, opened = study.best_round(), rounds.opened(self._database, study.study, Phase.STATISTICS)
        model = study.model(version).sha256
        told = study.exchanges.told(phase, site)
        return Task(phase.key, version, model, phase.participants, phase.deadline, study.total_examples(), opened, phase.step, *told)

    def heartbeat(self, site: SiteId, message: Heartbeat) -> None:
        """Raises: E-ROUND-01 not invited."""
        self._place(site, message.study)
        self._states[message.study, site] = message.state.value

    def model_path(self, site: SiteId, study: StudyId, version: int) -> Path:
        """Raises: E-ROUND-01 not invited, E-ROUND-04 not published, E-ROUND-08 not kept."""
        self._published(site, study)
        self._studies[study].model(version)
        path = self._studies[study].model_path(version)
        if not path.exists():
            raise WardroundError("E-ROUND-08", study=study, version=version)
        return path

    def begin_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str) -> SpoolSlot | Receipt:
        """Raises: as ``Inbox.announce``; E-ROUND-01 not invited."""
        reply = self._rounds(site, key.study).inbox.announce(site, key, length, sha256)
        return reply if isinstance(reply, Receipt) else SpoolSlot(*reply, length)

    def finish_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str, *, digest: str | None = None) -> Receipt:
        """Raises: as ``Inbox.accept``; E-ROUND-01 not invited."""
        study = self._rounds(site, key.study)
        try:
            receipt = study.inbox.accept(site, key, length, sha256, digest)
        except WardroundError:
            self._move(study)  # a refused payload is an answer too
            raise
        self._move(study)
        return receipt

    def contribute(self, site: SiteId, message: Contribute) -> None:
        """Raises: as ``Exchanges.take``; E-ROUND-01 not invited."""
        study = self._rounds(site, message.key.study)
        study.exchanges.take(site, message)
        self._move(study)

    def report_error(self, site: SiteId, message: ReportError) -> None:
        """A report on a phase that is over changes nothing.

        Raises:
            WardroundError: E-ROUND-01 not invited, E-ROUND-05 the site takes no part.
        """
        study = self._rounds(site, message.key.study)
        phase = rounds.open_phase(self._database, study.study)
        if phase is not None and phase.key == message.key:
            study.fail(site, message.key, message.code if message.code in CATALOGUE else "E-BUG-01")
            self._move(study)

    # ------------------------------------------------------------ time and other processes

    def subscribe(self, callback: Callable[[], None]) -> None:
        self._subscribers.append(callback)

    def data_version(self) -> int:
        return self._database.data_version()

    def refresh(self) -> None:
        self._meet_studies()
        for study in self._studies.values():
            study.advance()
        self._tell()

    def tick(self) -> None:
        self._write_presence()
        moved = [study.advance() for study in self._studies.values()]
        if any(moved) or self._stale:
            self._tell()

    def close(self) -> None:
        if self._claim is not None:
            self._write_presence()
            self._spool.close()
            self._database.close()
            release(self._claim)
            self._claim = None

    def _write_presence(self) -> None:
        if not self._seen and not self._states:
            return
        with self._database.transaction():
            for site, time in self._seen.items():
                federation.seen(self._database, site, time)
            for (study, site), state in self._states.items():
                federation.report_state(self._database, study, site, state)
        self._seen.clear()
        self._states.clear()

    def _move(self, study: Rounds) -> None:
        """Goes on after an answer. That one site less is awaited is told at the next tick: it would wake every site at every answer."""
        if study.advance():
            self._tell()
        else:
            self._stale = True

    def _tell(self) -> None:
        self._stale = False
        for callback in self._subscribers:
            callback()

    # ------------------------------------------------------------ finding

    def _meet_studies(self) -> None:
        """Studies that were published since; a published manifest never changes."""
        for row in federation.studies(self._database):
            if row.version and row.study not in self._studies:
                manifest = manifests.from_canonical(row.manifest)
                folder = self._home.study(row.study)
                self._studies[row.study] = Rounds(manifest, folder, self._spool, self._database, self._clock, self._key.sign)

    def _study(self, study: StudyId) -> StudyRow:
        row = federation.study(self._database, study)
        if row is None:
            raise WardroundError("E-ROUND-01", study=study)
        return row

    def _place(self, site: SiteId, study: StudyId) -> Place:
        place = federation.place(self._database, study, site)
        if place is None:
            raise WardroundError("E-ROUND-01", study=study)
        return place

    def _published(self, site: SiteId, study: StudyId) -> tuple[Place, StudyRow]:
        place, row = self._place(site, study), self._study(study)
        if not row.version or not place.roster:
            raise WardroundError("E-ROUND-04", study=study)
        if study not in self._studies:
            self._meet_studies()
        return place, row

    def _rounds(self, site: SiteId, study: StudyId) -> Rounds:
        self._published(site, study)
        return self._studies[study]
