# SPDX-License-Identifier: Apache-2.0
"""Invitation, enrolment, the study page, approval: everything between a person and a study that they may join."""

from __future__ import annotations

import asyncio
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from engine import __version__
from engine.errors import Language, WardroundError
from engine.privacy.plan import plan_of
from engine.privacy.policy import require_allowed
from engine.session import sentences
from engine.session.data_jobs import SiteData
from engine.session.events import StudiesChanged
from engine.session.open_home import OpenHome
from engine.session.views import InvitationView, RosterLine, StudyView
from engine.site.release import Gate, open_gate
from engine.store import studies
from engine.store.connection import Database
from engine.store.studies import Enrolment, StudyEntry
from engine.study import bundle as bundles
from engine.study.bundle import Bundle
from engine.study.manifest import Manifest
from engine.study.written import as_toml
from engine.text import either, translate
from engine.trust import certificates, signing, words
from engine.trust.enrolment import Invitation, read
from engine.values import SiteId, StudyId, Token
from engine.wire.messages import Enrol, GetBundle, Hello, Join, ListStudies, SiteState, StudyOffer

MOST_SKEW_SECONDS = 300.0


@contextmanager
def _as_file(source: str | Path, pasted: str) -> Iterator[Path]:
    """A path to the invitation; pasted text is put into a private file, called ``pasted``, for as long as it is read."""
    if isinstance(source, Path):
        yield source
        return
    with TemporaryDirectory(prefix="wardround-") as folder:
        path = Path(folder) / pasted
        path.write_text(source, encoding="utf-8")
        yield path


def _read(source: str | Path, pasted: str = "pasted.wardround-invite") -> Invitation:
    with _as_file(source, pasted) as path:
        return read(path, time.time())


def read_invitation(source: str | Path, language: Language) -> InvitationView:
    """What an invitation says; nothing is sent."""
    invitation = _read(source, translate("The pasted text", language))
    digest = certificates.digest(invitation.ca_pem)
    return InvitationView(
        invitation.lead,
        invitation.addresses[0],
        invitation.site,
        invitation.study,
        invitation.expires,
        words.check_words(digest, language),
        words.check_numbers(digest),
    )


class Joining:
    """The way into a study, for one open vault."""

    def __init__(self, site: OpenHome, data: SiteData) -> None:
        self._site = site
        self._data = data
        self._bundles: dict[str, Bundle] = {}

    # -- enrolment

    async def enrol(self, source: str | Path) -> str:
        """Keys are made and kept before anything is sent, so a second try sends the same request and gets the same answer."""
        site = self._site
        invitation = _read(source)
        request, tls_key = certificates.make_request()
        signing_key = signing.SigningKey.generate()
        made = Enrolment(
            id=0,
            invitation=invitation.invitation,
            lead=invitation.lead,
            addresses=invitation.addresses,
            server_name=invitation.server_name,
            ca_pem=invitation.ca_pem,
            lead_key=invitation.lead_key,
            site=invitation.site,
            study=invitation.study,
            bootstrap_certificate=invitation.bootstrap.certificate_pem,
            bootstrap_key=invitation.bootstrap.key_pem,
            signing_key=signing_key.seed,
            tls_key=tls_key,
            csr=request,
            certificate=b"",
        )
        kept = await site.write_async(lambda database: studies.add_enrolment(database, made))
        if not kept.certificate:
            kept = await self._certify(kept)
            await site.write_async(lambda database: studies.note(database, site.clock.now(), "enrolled", lead=kept.lead, site=kept.site))
        await self._look(kept)
        return kept.study

    async def _certify(self, enrolment: Enrolment) -> Enrolment:
        site = self._site
        gate = site.shut_if_paused(open_gate(site.endpoint(enrolment, bootstrap=True), site.ledger, site.clock))
        try:
            hello = await gate.hello(Hello(__version__))
            skew = hello.time - site.clock.now()
            if abs(skew) > MOST_SKEW_SECONDS:
                raise WardroundError("E-CLOCK-01", minutes=round(abs(skew) / 60))
            key = signing.SigningKey(enrolment.signing_key)
            answer = await gate.enrol(Enrol(enrolment.csr, key.public, key.sign(enrolment.csr), __version__, platform.system()))
        finally:
            await gate.close()
        certificates.fingerprint(answer.certificate_pem)  # refuses what is no certificate
        await site.write_async(lambda database: studies.set_certificate(database, enrolment.id, answer.certificate_pem, site.clock.now()))
        return await site.write_async(lambda database: studies.enrolment(database, enrolment.id))

    # -- what the coordinator offers

    async def refresh(self, study: str) -> None:
        """Asks once what is new about one study."""
        entry = self._site.entry(study)
        enrolment = await self._site.write_async(lambda database: studies.enrolment(database, entry.enrolment))
        await self._look(enrolment)

    async def _look(self, enrolment: Enrolment) -> None:
        site = self._site
        gate = await site.gate(enrolment.id)
        offers = (await gate.list_studies(ListStudies())).offers
        for offer in offers:
            known = await site.write_async(lambda database, name=offer.study: studies.study_entry(database, name))  # type: ignore[misc]
            if known is not None:
                await self._require_same_lead(known, enrolment)
            await site.write_async(lambda database, offer=offer: _put(database, enrolment.id, offer))  # type: ignore[misc]
            if offer.published and (known is None or known.bundle_sha256 != offer.bundle_sha256):
                await self._fetch_bundle(gate, enrolment, offer.study)
        site.publish(StudiesChanged())

    async def _require_same_lead(self, known: StudyEntry, enrolment: Enrolment) -> None:
        """A study belongs to the lead from whom it was first heard of: no other one may put its plan in that one's place."""
        first = await self._site.write_async(lambda database: studies.enrolment(database, known.enrolment))
        if first.lead_key != enrolment.lead_key:
            raise WardroundError("E-ROUND-10", study=known.study, lead=first.lead)

    async def _fetch_bundle(self, gate: Gate, enrolment: Enrolment, study: StudyId) -> None:
        content = (await gate.get_bundle(GetBundle(study))).content
        bundle = _verified(content, enrolment.lead_key)
        if bundle.manifest.study.id != study:
            raise WardroundError("E-SITE-11", study=study)
        self._own_entry(bundle, enrolment)
        digest = bundles.digest(content)
        await self._site.write_async(lambda database: studies.put_bundle(database, study, content, digest))

    def _own_entry(self, bundle: Bundle, enrolment: Enrolment) -> None:
        """The roster must name this site with its own key and certificate: else the lead swapped them."""
        public = signing.SigningKey(enrolment.signing_key).public
        fingerprint = certificates.fingerprint(enrolment.certificate)
        for entry in bundle.roster.entries:
            if entry.site == enrolment.site:
                if entry.signing_key != public or entry.certificate_sha256 != fingerprint:
                    raise WardroundError("E-SITE-12", site=enrolment.site)
                return
        raise WardroundError("E-SITE-13", site=enrolment.site)

    def bundle(self, entry: StudyEntry) -> Bundle:
        """The verified bundle of a published study."""
        if not entry.bundle:
            raise WardroundError("E-SITE-14", study=entry.study)
        if entry.bundle_sha256 not in self._bundles:
            enrolment = self._site.write(lambda database: studies.enrolment(database, entry.enrolment))
            self._bundles[entry.bundle_sha256] = _verified(entry.bundle, enrolment.lead_key)
        return self._bundles[entry.bundle_sha256]

    # -- approval

    async def join(self, study: str, dataset: str, token: Token) -> None:
        """The records must fit before anything is promised; then the approval is signed and sent."""
        site = self._site
        entry = site.entry(study)
        bundle = self.bundle(entry)
        version, patients = await asyncio.to_thread(self._data.require_fit, bundle.manifest, dataset, token)
        plan = await asyncio.to_thread(plan_of, bundle.manifest)
        require_allowed(site.privacy_policy(), study, plan, patients)
        enrolment = await site.write_async(lambda database: studies.enrolment(database, entry.enrolment))
        key = signing.SigningKey(enrolment.signing_key)
        gate = await site.gate(enrolment.id)
        message = signing.join_message(entry.study, entry.bundle_sha256)
        await gate.join(Join(entry.study, entry.bundle_sha256, key.sign(message)))
        await site.write_async(
            lambda database: studies.set_joined(database, entry.study, dataset, version, site.clock.now(), SiteState.READY)
        )
        await site.write_async(lambda database: studies.note(database, site.clock.now(), "joined", study=study))
        site.publish(StudiesChanged())

    # -- the page

    def plan(self, study: str) -> Manifest:
        """The plan of a study whose bundle is here; raises E-SITE-14 before the lead has published it."""
        return self.bundle(self._site.entry(study)).manifest

    def view(self, study: str, dataset: str | None) -> StudyView:
        """The study page, as much of it as is known."""
        site = self._site
        language = site.language()
        entry = site.entry(study)
        enrolment = site.write(lambda database: studies.enrolment(database, entry.enrolment))
        lead_digest = certificates.digest(enrolment.ca_pem)
        own_digest = words.key_digest(signing.SigningKey(enrolment.signing_key).public)
        bundle = self.bundle(entry) if entry.bundle else None
        manifest = bundle.manifest if bundle else None
        chosen = dataset or entry.dataset or None
        return StudyView(
            study=study,
            title=either(entry.title, entry.title_zh, language),
            purpose=_purpose(manifest, language) if manifest else "",
            lead=enrolment.lead,
            published=entry.published and bundle is not None,
            approved_by_lead=entry.approved,
            joined=entry.joined is not None,
            plan=sentences.plan(manifest, language) if manifest else (),
            warnings=sentences.warnings(manifest, language) if manifest else (),
            forecast=sentences.forecast(manifest, bundle.parameters, language, len(bundle.roster.sites)) if manifest and bundle else (),
            roster=_roster(bundle, enrolment.site, language) if bundle else (),
            bundle_sha256=entry.bundle_sha256,
            coordinator_words=words.check_words(lead_digest, language),
            coordinator_numbers=words.check_numbers(lead_digest),
            site_words=words.check_words(own_digest, language),
            site_numbers=words.check_numbers(own_digest),
            match=self._data.match_lines(manifest, chosen) if manifest and chosen else (),
            toml=as_toml(manifest) if manifest else "",
        )


def _put(database: Database, enrolment: int, offer: StudyOffer) -> None:
    state = SiteState.WAITING_FOR_APPROVAL
    studies.put_offer(database, offer.study, enrolment, offer.title, offer.title_zh, offer.approved, offer.published, state)


def _verified(content: bytes, lead_key: bytes) -> Bundle:
    """A bundle signed by the key that the invitation pinned, no other."""

    def verify(key: bytes, message: bytes, signature: bytes) -> None:
        if key != lead_key:
            raise WardroundError("E-SITE-15")
        signing.verify(key, message, signature, "the study plan")

    return bundles.unpack(content, verify)


def _purpose(manifest: Manifest, language: Language) -> str:
    section = manifest.study
    return either(section.purpose, section.purpose_zh, language)


def _roster(bundle: Bundle, own: SiteId, language: Language) -> tuple[RosterLine, ...]:
    return tuple(
        RosterLine(entry.site, words.check_words(words.key_digest(entry.signing_key), language), entry.site == own)
        for entry in bundle.roster.entries
    )
