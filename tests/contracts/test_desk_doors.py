# SPDX-License-Identifier: Apache-2.0
"""Who may call what at a ``Desk``: invitations, certificates, approvals, joins, revocations."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.coordinator import administration, overview
from engine.coordinator.desk import InvitationId, PeerIdentity, Rpc
from engine.errors import WardroundError
from engine.study import bundle as bundles
from engine.trust import certificates, signing
from engine.trust.signing import SigningKey
from engine.values import SiteId
from engine.wire.messages import Enrol, Enrolled, Join, Leave, StudyState

Make = Callable[..., Any]
STUDY = "trial"
H0, H1, H2, NEW = SiteId("h0"), SiteId("h1"), SiteId("h2"), SiteId("newcomer")


@contextmanager
def raises(code: str) -> Iterator[None]:
    with pytest.raises(WardroundError) as caught:
        yield
    assert caught.value.code == code, caught.value


def request(key: SigningKey, csr: bytes | None = None) -> Enrol:
    der = csr or certificates.make_request()[0]
    return Enrol(der, key.public, key.sign(der), "1.0", "linux")


def invited(federation: Any, name: SiteId = NEW, seconds: float = 1000.0) -> tuple[InvitationId, PeerIdentity]:
    invitation = administration.invite(federation.home, name, STUDY, federation.clock, seconds)
    federation.desk.refresh()
    pem = invitation.bootstrap.certificate_pem
    return InvitationId(invitation.invitation), PeerIdentity(certificates.fingerprint(pem), certificates.uri_of(pem))


def peer_of(enrolled: Enrolled) -> PeerIdentity:
    return PeerIdentity(certificates.fingerprint(enrolled.certificate_pem), certificates.uri_of(enrolled.certificate_pem))


def test_a_bootstrap_certificate_may_enrol_and_say_hello_only(town: Make) -> None:
    federation = town()
    identity, peer = invited(federation)
    assert federation.desk.authorise(peer, Rpc.ENROL) == identity
    assert federation.desk.authorise(peer, Rpc.HELLO) == identity
    for rpc in set(Rpc) - {Rpc.ENROL, Rpc.HELLO}:
        with raises("E-TLS-08"):
            federation.desk.authorise(peer, rpc)


def test_a_sites_certificate_may_do_all_but_enrol(town: Make) -> None:
    federation = town()
    for rpc in set(Rpc) - {Rpc.ENROL}:
        assert federation.desk.authorise(federation.hospitals[H0].peer, rpc) == H0
    with raises("E-TLS-08"):
        federation.desk.authorise(federation.hospitals[H0].peer, Rpc.ENROL)


@pytest.mark.parametrize("uri", ["", "wardround:site/h0", "wardround:site/nobody", "wardround:bootstrap/nothing", "https://h0"])
def test_a_name_alone_opens_nothing(town: Make, uri: str) -> None:
    federation = town()
    with pytest.raises(WardroundError) as caught:
        federation.desk.authorise(PeerIdentity("0" * 64, uri), Rpc.HELLO)
    assert caught.value.code in {"E-TLS-06", "E-ENROL-08"}


def test_enrolling_twice_with_one_key_gives_the_same_certificate(town: Make) -> None:
    federation = town()
    identity, peer = invited(federation)
    message = request(SigningKey.generate())
    first = federation.desk.enrol(identity, message)
    assert first.site == NEW
    assert first.ca_pem == federation.home.port_authority_pem
    federation.reopen()
    assert federation.desk.authorise(peer, Rpc.ENROL) == identity
    assert federation.desk.enrol(identity, message).certificate_pem == first.certificate_pem


def test_a_lost_key_of_the_connection_is_replaced_until_the_site_is_approved(town: Make) -> None:
    federation = town()
    identity, _ = invited(federation)
    key = SigningKey.generate()
    first = federation.desk.enrol(identity, request(key))
    second = federation.desk.enrol(identity, request(key))
    with raises("E-TLS-06"):
        federation.desk.authorise(peer_of(first), Rpc.HELLO)
    assert federation.desk.authorise(peer_of(second), Rpc.HELLO) == NEW
    administration.approve(federation.home, NEW, federation.clock)
    with raises("E-COORD-13"):
        federation.desk.enrol(identity, request(key))


def test_an_invitation_is_good_for_one_key(town: Make) -> None:
    federation = town()
    identity, _ = invited(federation)
    federation.desk.enrol(identity, request(SigningKey.generate()))
    with raises("E-ENROL-04"):
        federation.desk.enrol(identity, request(SigningKey.generate()))


def test_an_expired_a_withdrawn_and_an_unknown_invitation(town: Make) -> None:
    federation = town()
    identity, peer = invited(federation, seconds=10.0)
    federation.clock.advance(11)
    with raises("E-ENROL-03"):
        federation.desk.authorise(peer, Rpc.ENROL)
    with raises("E-ENROL-03"):
        federation.desk.enrol(identity, request(SigningKey.generate()))
    _, older = invited(federation)
    _, newer = invited(federation)
    with raises("E-ENROL-05"):
        federation.desk.authorise(older, Rpc.ENROL)
    federation.desk.authorise(newer, Rpc.ENROL)
    with raises("E-ENROL-08"):
        federation.desk.authorise(PeerIdentity("0" * 64, newer.uri), Rpc.ENROL)


def test_a_key_has_to_be_proven_and_belongs_to_one_site(town: Make) -> None:
    federation = town()
    identity, _ = invited(federation)
    good = request(SigningKey.generate())
    with raises("E-ENROL-07"):
        federation.desk.enrol(identity, Enrol(good.csr_der, SigningKey.generate().public, good.proof, "1", "linux"))
    with raises("E-COORD-13"):
        federation.desk.enrol(identity, request(federation.hospitals[H0].key))
    assert federation.desk.enrol(identity, good).site == NEW


def test_a_replaced_computer_enrols_after_a_revocation_and_is_outside_the_published_roster(town: Make) -> None:
    federation = town()
    federation.join()
    identity, _ = invited(federation, H0)
    key = SigningKey.generate()
    with raises("E-COORD-13"):
        federation.desk.enrol(identity, request(key))
    administration.revoke(federation.home, H0, federation.clock)
    identity, _ = invited(federation, H0)
    enrolled = federation.desk.enrol(identity, request(key))
    assert federation.desk.authorise(peer_of(enrolled), Rpc.HELLO) == H0
    with raises("E-ROUND-04"):
        federation.desk.bundle(H0, STUDY)
    administration.approve(federation.home, H0, federation.clock)
    administration.publish(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert bundles.unpack(federation.desk.bundle(H0, STUDY), signing.verify).roster.get(H0).signing_key == key.public


def test_a_revoked_site_is_refused_everywhere(town: Make) -> None:
    federation = town()
    administration.revoke(federation.home, H0, federation.clock)
    federation.desk.refresh()
    for rpc in set(Rpc) - {Rpc.ENROL}:
        with raises("E-TLS-07"):
            federation.desk.authorise(federation.hospitals[H0].peer, rpc)
    with raises("E-COORD-23"):
        administration.approve(federation.home, H0, federation.clock)


def test_offers_say_what_a_site_needs_to_know(town: Make) -> None:
    federation = town()
    (offer,) = federation.desk.list_studies(H0).offers
    assert (offer.study, offer.title, offer.title_zh, offer.published, offer.approved) == (STUDY, "Trial", "试验", True, True)
    assert offer.bundle_sha256 == bundles.digest(federation.desk.bundle(H0, STUDY))
    identity, _ = invited(federation)
    federation.desk.enrol(identity, request(SigningKey.generate()))
    (offer,) = federation.desk.list_studies(NEW).offers
    assert (offer.published, offer.bundle_sha256, offer.approved) == (False, "", False)
    with raises("E-ROUND-04"):
        federation.desk.bundle(NEW, STUDY)
    with raises("E-ROUND-04"):
        federation.desk.model_path(NEW, STUDY, 0)
    with raises("E-ROUND-01"):
        federation.desk.bundle(H0, "another")


def test_the_bundle_is_signed_by_the_lead_and_names_the_initial_model(town: Make) -> None:
    federation = town()
    bundle = bundles.unpack(federation.desk.bundle(H0, STUDY), signing.verify)
    assert bundle.lead_key == federation.home.lead_key().public
    assert bundle.roster.sites == (H0, H1, H2)
    assert hashlib.sha256(federation.desk.model_path(H0, STUDY, 0).read_bytes()).hexdigest() == bundle.weights_sha256


def test_a_join_is_signed_by_the_site_over_this_bundle(town: Make) -> None:
    federation = town()
    (offer,) = federation.desk.list_studies(H0).offers
    message = signing.join_message(STUDY, offer.bundle_sha256)
    with raises("E-TLS-11"):
        federation.desk.join(H0, Join(STUDY, offer.bundle_sha256, federation.hospitals[H1].key.sign(message)))
    with raises("E-ROUND-03"):
        federation.desk.join(H0, Join(STUDY, "0" * 64, federation.hospitals[H0].key.sign(message)))
    assert federation.poll(H0).joined == 0
    for _ in range(2):
        federation.desk.join(H0, Join(STUDY, offer.bundle_sha256, federation.hospitals[H0].key.sign(message)))
    assert federation.poll(H0).joined == 1


def test_a_changed_roster_is_another_bundle_that_everybody_joins_anew(town: Make) -> None:
    federation = town()
    federation.join()
    (before,) = federation.desk.list_studies(H0).offers
    assert administration.publish(federation.home, STUDY, federation.clock) == before.bundle_sha256
    administration.revoke(federation.home, H2, federation.clock)
    federation.clock.advance(60)
    after = administration.publish(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert after != before.bundle_sha256
    assert federation.poll(H0).joined == 0
    federation.join(H0, H1)
    administration.start(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.task(H0).participants == (H0, H1)
    with raises("E-COORD-09"):
        administration.publish(federation.home, STUDY, federation.clock)


def test_a_site_that_left_before_the_start_may_come_back(town: Make) -> None:
    federation = town()
    federation.join()
    federation.desk.leave(H2, Leave(STUDY))
    assert federation.poll(H0).joined == 2
    federation.join(H2)
    administration.start(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.task(H2).participants == (H0, H1, H2)


def test_subscribers_hear_of_enrolments_joins_and_other_processes(town: Make) -> None:
    federation = town()
    calls: list[int] = []
    federation.desk.subscribe(lambda: calls.append(1))
    version = federation.desk.data_version()
    identity, _ = invited(federation)
    assert federation.desk.data_version() != version
    heard = len(calls)
    federation.desk.enrol(identity, request(SigningKey.generate()))
    federation.join(H0)
    assert len(calls) == heard + 2


def test_a_home_is_served_by_one_process(town: Make) -> None:
    federation = town()
    with raises("E-COORD-16"):
        federation.open()
    federation.desk.close()
    federation.desk.close()  # closing twice is closing once
    federation.desk = federation.open()


# ---------------------------------------------------------------- what the lead sees and commands


def test_the_lead_sees_each_site_on_its_way(town: Make) -> None:
    federation = town()
    identity, _ = invited(federation)
    member = {s.site: s for s in overview.sites(federation.home)}
    assert (member[H0].membership, member[NEW].membership) == (overview.Membership.APPROVED, overview.Membership.INVITED)
    assert member[NEW].words_digest == b""
    with raises("E-COORD-07"):
        administration.approve(federation.home, NEW, federation.clock)
    federation.desk.enrol(identity, request(SigningKey.generate()))
    member = {s.site: s for s in overview.sites(federation.home)}
    assert member[NEW].membership is overview.Membership.WAITING
    assert (len(member[NEW].words_digest), member[NEW].os_family, member[NEW].studies) == (32, "linux", (STUDY,))
    administration.approve(federation.home, NEW, federation.clock)
    administration.revoke(federation.home, H0, federation.clock)
    member = {s.site: s for s in overview.sites(federation.home)}
    assert (member[NEW].membership, member[H0].membership) == (overview.Membership.APPROVED, overview.Membership.REVOKED)


@pytest.mark.parametrize("name", ["", "Upper", "a b", "-x", "x-", "a" * 41, "a/b", "北院"])
def test_a_sites_name_is_plain(town: Make, name: str) -> None:
    federation = town()
    with raises("E-COORD-12"):
        administration.invite(federation.home, SiteId(name), STUDY, federation.clock)


def test_what_does_not_exist_is_named_with_what_does(town: Make) -> None:
    federation = town()
    for call in (overview.status, administration.start, administration.pause, administration.stop, administration.publish):
        with pytest.raises(WardroundError) as caught:
            call(federation.home, "tril", federation.clock)
        assert caught.value.code == "E-COORD-05"
        assert "trial" in caught.value.sentence("en")
        assert "trial" in caught.value.sentence("zh")
    with raises("E-COORD-06"):
        administration.revoke(federation.home, NEW, federation.clock)


def test_a_published_plan_is_never_changed(town: Make) -> None:
    federation = town()
    administration.add_study(federation.home, federation.text, "again", federation.clock)
    with raises("E-COORD-04"):
        administration.add_study(federation.home, federation.text.replace("count = 3", "count = 4"), "other", federation.clock)
    draft = federation.text.replace('id = "trial"', 'id = "draft"')
    administration.add_study(federation.home, draft, "draft", federation.clock)
    administration.add_study(federation.home, draft.replace("count = 3", "count = 4"), "draft", federation.clock)
    assert dict(overview.studies(federation.home)) == {STUDY: StudyState.PUBLISHED, "draft": StudyState.DRAFT}
    assert overview.status(federation.home, "draft", federation.clock).rounds == 4
    with raises("E-COORD-08"):
        administration.publish(federation.home, "draft", federation.clock)
    with raises("E-COORD-10"):
        administration.start(federation.home, "draft", federation.clock)


def test_what_cannot_be_done_now_is_refused_with_what_to_do_instead(town: Make) -> None:
    federation = town()
    for work in (administration.pause, administration.resume):
        with raises("E-COORD-20"):
            work(federation.home, STUDY, federation.clock)
    federation.start()
    administration.pause(federation.home, STUDY, federation.clock)
    with raises("E-COORD-21"):
        administration.start(federation.home, STUDY, federation.clock)


def test_the_status_of_a_running_study(town: Make) -> None:
    federation = town()
    federation.start()
    federation.answer(H0)
    federation.answer(H2)
    status = overview.status(federation.home, STUDY, federation.clock)
    assert (status.state, status.round, status.rounds, status.phase) == (StudyState.RUNNING, 0, 3, "statistics")
    assert (status.waiting_for, status.joined, status.problem) == ((H1,), 3, None)
    federation.run()
    status = overview.status(federation.home, STUDY, federation.clock)
    assert (status.state, status.phase, status.waiting_for, status.exit_code) == (StudyState.FINISHED, None, (), 0)
