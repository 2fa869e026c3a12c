# SPDX-License-Identifier: Apache-2.0
"""The outbound ledger tells the whole truth: every message on the wire is a row, and every row was on the wire."""

from __future__ import annotations

import socket
from collections import Counter
from pathlib import Path

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


def test_every_payload_byte_is_a_ledger_row_and_every_row_was_sent(tmp_path: Path) -> None:
    """A study from the first greeting to the last question, through an inspection box that opens the encryption."""
    lead = Lead(tmp_path, hospital.manifest(rounds=3), behind=_free_address())
    session = hospital.Session.open(tmp_path / "north")
    bootstrap: list[KeyPair] = []

    def key_of(certificate_der: bytes) -> KeyPair:
        pem = x509.load_der_x509_certificate(certificate_der).public_bytes(Encoding.PEM)
        for pair in bootstrap:
            if x509.load_pem_x509_certificate(pair.certificate_pem) == x509.load_pem_x509_certificate(pem):
                return pair
        found = session.opened().write(studies.enrolments)
        return next(
            KeyPair(pem, row.tls_key)
            for row in found
            if x509.load_pem_x509_certificate(row.certificate) == x509.load_pem_x509_certificate(pem)
        )

    box = Interceptor(lead.home, lead.home.configuration().listen, lead.address, key_of)
    try:
        session.create(hospital.PASSPHRASE).result(60)
        session.import_data(hospital.write_records(tmp_path / "north.csv", 1), "records").result(60)
        invitation = lead.invite("north")
        bootstrap.append(enrolment.read(invitation, lead.clock.now()).bootstrap)
        session.enrol(invitation).result(60)
        lead.approve("north")
        lead.publish()
        hospital.join(session)
        session.start(hospital.STUDY)
        lead.start()
        assert session.wait(hospital.STUDY, 120) == "finished"
        written = Counter((header, payload, size) for _, _, header, _, payload, size in session.opened().write(outbound.attempts))
        kinds = {kind for kind, *_ in session.opened().write(outbound.attempts)}
        shown = session.outbound(count=1000).result(60)
    finally:
        session.close()
        box.close()
        lead.close()
    seen = Counter(box.facts())
    assert seen == written
    assert sum(size * count for (_, _, size), count in seen.items()) == shown.bytes
    assert {"hello", "enrol", "list-studies", "get-bundle", "join", "next-task", "submit"} <= kinds
