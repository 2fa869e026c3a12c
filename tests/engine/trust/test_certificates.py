# SPDX-License-Identifier: Apache-2.0
"""Certificates say who they are for, hold for clocks a little off, and nothing else in a request is believed."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from engine.errors import WardroundError
from engine.trust import certificates
from engine.trust.certificates import KeyPair, PeerKind
from engine.trust.signing import SigningKey
from engine.values import SiteId

NOW = 1_790_000_000.0
AUTHORITY = certificates.create_authority("Lead Hospital", NOW)
DER = serialization.Encoding.DER


def load(pem: bytes) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pem)


def request_by(key: object, subject: str = "mallory") -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier("wardround:site/other")]), critical=False)
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(key, digest).public_bytes(DER)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["x" * 200, "某某大学附属第一医院妇产科与新生儿重症监护联合研究中心协作组", "Å" * 100])
def test_a_long_name_of_the_lead_is_no_obstacle(name: str) -> None:
    authority = certificates.create_authority(name, NOW)
    certificates.issue_bootstrap(authority, "inv-1", NOW, NOW + 1)
    assert load(authority.certificate_pem).subject.rfc4514_string().startswith("CN=Wardround " + name[:10])


def test_a_site_certificate_names_the_site_and_its_own_key() -> None:
    request, key_pem = certificates.make_request()
    pem = certificates.issue_site(AUTHORITY, request, SiteId("north"), NOW)
    made = load(pem)
    assert certificates.peer_of(certificates.uri_of(pem)) == (PeerKind.SITE, "north")
    key = serialization.load_pem_private_key(key_pem, None)
    assert made.public_key() == key.public_key()
    made.verify_directly_issued_by(load(AUTHORITY.certificate_pem))
    assert list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_nothing_but_the_key_is_taken_from_a_request() -> None:
    pem = certificates.issue_site(AUTHORITY, request_by(ec.generate_private_key(ec.SECP256R1())), SiteId("north"), NOW)
    assert certificates.uri_of(pem) == "wardround:site/north"
    assert not load(pem).extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert "mallory" not in load(pem).subject.rfc4514_string()


def test_unfit_requests_are_refused() -> None:
    good = request_by(ec.generate_private_key(ec.SECP256R1()))
    broken_signature = good[:-1] + bytes([good[-1] ^ 1])
    others = [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate(), rsa.generate_private_key(65537, 2048)]
    for request in (b"", b"junk", good[:-5], broken_signature, *(request_by(key) for key in others)):
        with pytest.raises(WardroundError) as caught:
            certificates.issue_site(AUTHORITY, request, SiteId("north"), NOW)
        assert caught.value.code == "E-TLS-10"


def test_a_bootstrap_certificate_names_its_invitation_and_ends_with_it() -> None:
    pair = certificates.issue_bootstrap(AUTHORITY, "inv-7", NOW, NOW + 3600)
    assert certificates.peer_of(certificates.uri_of(pair.certificate_pem)) == (PeerKind.BOOTSTRAP, "inv-7")
    assert certificates.valid_until(pair.certificate_pem) == NOW + 3600


def test_every_certificate_is_already_valid_a_day_ago() -> None:
    server = certificates.issue_server(AUTHORITY, ["fl.hospital.org"], NOW)
    for pem in (
        AUTHORITY.certificate_pem,
        server.certificate_pem,
        certificates.issue_bootstrap(AUTHORITY, "i", NOW, NOW + 9).certificate_pem,
    ):
        assert load(pem).not_valid_before_utc == datetime.datetime.fromtimestamp(NOW - 86_400, datetime.UTC)


def test_the_server_carries_all_its_names() -> None:
    hosts = ["fl.hospital.org", "10.1.2.3", "2001:db8::7", "a" * 63 + ".example.org"]
    made = load(certificates.issue_server(AUTHORITY, hosts, NOW).certificate_pem)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["fl.hospital.org", "a" * 63 + ".example.org"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["10.1.2.3", "2001:db8::7"]
    assert list(made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]


def test_a_host_that_is_no_name_is_refused() -> None:
    with pytest.raises(WardroundError) as caught:
        certificates.issue_server(AUTHORITY, ["x" * 80], NOW)
    assert caught.value.code == "E-NET-09"


def test_other_names_are_no_peer() -> None:
    for uri in ("", "wardround:site/", "wardround:lead/x", "https://site/north", "WARDROUND:site/north"):
        assert certificates.peer_of(uri) is None
    assert certificates.uri_of(AUTHORITY.certificate_pem) == ""


def test_a_fingerprint_is_the_sha256_of_the_der() -> None:
    der = load(AUTHORITY.certificate_pem).public_bytes(DER)
    hashed = hashes.Hash(hashes.SHA256())
    hashed.update(der)
    assert certificates.digest(AUTHORITY.certificate_pem) == hashed.finalize()
    assert certificates.fingerprint(AUTHORITY.certificate_pem) == certificates.digest(AUTHORITY.certificate_pem).hex()


def test_keys_are_not_printed() -> None:
    assert "PRIVATE" not in repr(AUTHORITY)
    key = SigningKey.generate()
    assert key.seed.hex() not in repr(key)


def write(folder: Path, pair: KeyPair) -> tuple[Path, Path]:
    certificate, key = folder / "server.crt", folder / "server.key"
    certificate.write_bytes(pair.certificate_pem)
    key.write_bytes(pair.key_pem)
    return certificate, key


def test_the_hospitals_own_pair_is_read_from_files(tmp_path: Path) -> None:
    pair = certificates.issue_server(AUTHORITY, ["fl.hospital.org"], NOW)
    assert certificates.read_pair(*write(tmp_path, pair)) == pair


def test_files_that_do_not_fit_are_refused_by_name(tmp_path: Path) -> None:
    pair = certificates.issue_server(AUTHORITY, ["a"], NOW)
    other = certificates.issue_server(AUTHORITY, ["b"], NOW)
    locked = serialization.load_pem_private_key(pair.key_pem, None).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"x")
    )
    cases = [
        (KeyPair(b"junk", pair.key_pem), "server.crt"),
        (KeyPair(pair.certificate_pem, b"junk"), "server.key"),
        (KeyPair(pair.certificate_pem, other.key_pem), "server.key"),
        (KeyPair(pair.certificate_pem, locked), "server.key"),
    ]
    for bad, name in cases:
        with pytest.raises(WardroundError) as caught:
            certificates.read_pair(*write(tmp_path, bad))
        assert caught.value.code == "E-TLS-09"
        assert name in caught.value.what("en")
    with pytest.raises(WardroundError) as caught:
        certificates.read_pair(tmp_path / "missing", tmp_path / "server.key")
    assert caught.value.code == "E-FILE-01"
