# SPDX-License-Identifier: Apache-2.0
"""The outbound ledger tells the whole truth: every message on the wire is a row, and every row was on the wire."""

from __future__ import annotations

import socket
from collections import Counter
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from engine.store import outbound, studies
from engine.trust import enrolment
from engine.trust.certificates import KeyPair
from tests.support import hospital
from tests.support.intercept import Interceptor
from tests.support.lead import Lead


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


COMMON = {"hello", "enrol", "list-studies", "get-bundle", "join", "next-task", "submit"}


@pytest.mark.parametrize(
    ("method", "names", "kinds"),
    [("clear", ("north",), COMMON), ("masking", ("north", "south", "east"), COMMON | {"key", "share", "survivors", "unmask"})],
    ids=["clear", "masking"],
)
def test_every_payload_byte_is_a_ledger_row_and_every_row_was_sent(
    tmp_path: Path, method: str, names: tuple[str, ...], kinds: set[str]
) -> None:
    """A study from the first greeting to the last question, through an inspection box that opens the encryption."""
    plan = hospital.manifest(rounds=3, min_sites=len(names), method=method)
    lead = Lead(tmp_path, plan, behind=_free_address())
    sessions = {name: hospital.Session.open(tmp_path / name) for name in names}
    bootstrap: list[KeyPair] = []

    def key_of(certificate_der: bytes) -> KeyPair:
        pem = x509.load_der_x509_certificate(certificate_der).public_bytes(Encoding.PEM)
        for pair in bootstrap:
            if x509.load_pem_x509_certificate(pair.certificate_pem) == x509.load_pem_x509_certificate(pem):
                return pair
        found = [row for session in sessions.values() for row in session.opened().write(studies.enrolments)]
        return next(
            KeyPair(pem, row.tls_key)
            for row in found
            if x509.load_pem_x509_certificate(row.certificate) == x509.load_pem_x509_certificate(pem)
        )

    box = Interceptor(lead.home, lead.home.configuration().listen, lead.address, key_of)
    try:
        for session in sessions.values():
            session.create(hospital.PASSPHRASE).result(60)
        for seed, (name, session) in enumerate(sessions.items(), start=1):
            session.import_data(hospital.write_records(tmp_path / f"{name}.csv", seed), "records").result(60)
            invitation = lead.invite(name)
            bootstrap.append(enrolment.read(invitation, lead.clock.now()).bootstrap)
            session.enrol(invitation).result(60)
            lead.approve(name)
        lead.publish()
        for session in sessions.values():
            hospital.join(session)
            session.start(hospital.STUDY)
        lead.start()
        for session in sessions.values():
            assert session.wait(hospital.STUDY, 120) == "finished"
        sent = [row for session in sessions.values() for row in session.opened().write(outbound.attempts)]
        shown = sum(session.outbound(count=1000).result(60).bytes for session in sessions.values())
    finally:
        for session in sessions.values():
            session.close()
        box.close()
        lead.close()
    seen = Counter(box.facts())
    assert seen == Counter((header, payload, size) for _, _, header, _, payload, size in sent)
    assert sum(size * count for (_, _, size), count in seen.items()) == shown
    assert kinds <= {kind for kind, *_ in sent}
