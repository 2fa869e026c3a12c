# SPDX-License-Identifier: Apache-2.0
"""The federation's own certificates: a CA, the server's, each site's and each invitation's (X.509, RFC 5280).

All keys are ECDSA P-256, because gRPC's TLS offers no Ed25519. Every certificate is valid from a day before it was made, for clocks that
are a little off. Who a client is says its one URI name: ``wardround:site/<site id>`` or ``wardround:bootstrap/<invitation id>``;
whether it may still speak decides the roster, on every call, since gRPC knows no revocation list.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from engine.errors import WardroundError
from engine.values import SiteId

DAY = 86_400.0
CA_DAYS = 3650
SERVER_DAYS = 825
SITE_DAYS = 825
_CURVE = ec.SECP256R1
_SITE_URI = "wardround:site/"
_BOOTSTRAP_URI = "wardround:bootstrap/"


@dataclass(frozen=True)
class KeyPair:
    """A certificate and its private key, both PEM; the key is never printed."""

    certificate_pem: bytes
    key_pem: bytes = field(repr=False)


@dataclass(frozen=True)
class ServerTls:
    """What the coordinator's port needs: its own pair (the chain may follow the certificate) and the CA of its clients."""

    pair: KeyPair
    client_ca_pem: bytes


class PeerKind(StrEnum):
    """What a client certificate is for."""

    SITE = "site"
    BOOTSTRAP = "bootstrap"


# ---------------------------------------------------------------- making


def create_authority(name: str, now: float) -> KeyPair:
    """The federation's CA: self-signed, ten years; ``name`` is the lead hospital's, ``now`` unix seconds."""
    key = ec.generate_private_key(_CURVE())
    subject = _common_name(f"Wardround {name}")
    certificate = (
        _builder(subject, subject, key.public_key(), now, now + CA_DAYS * DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return KeyPair(_pem(certificate), _key_pem(key))


def issue_server(authority: KeyPair, hosts: Sequence[str], now: float) -> KeyPair:
    """The coordinator's own certificate for all the names and IP addresses by which sites reach it.

    Raises: E-NET-09 when a host is neither an IP address nor a DNS name.
    """
    key = ec.generate_private_key(_CURVE())
    names = [_general_name(host) for host in hosts]
    builder = _leaf(authority, hosts[0], key.public_key(), now, now + SERVER_DAYS * DAY, ExtendedKeyUsageOID.SERVER_AUTH)
    return _signed(authority, builder.add_extension(x509.SubjectAlternativeName(names), critical=False), key)


def make_request() -> tuple[bytes, bytes]:
    """At the site: a fresh key (PEM, stays there) and the request for a certificate for it (PKCS #10, DER): (request, key)."""
    key = ec.generate_private_key(_CURVE())
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.DER), _key_pem(key)


def issue_site(authority: KeyPair, request_der: bytes, site: SiteId, now: float) -> bytes:
    """A site's certificate (PEM) for the key in its request; nothing else is taken from the request.

    Raises: E-TLS-10 when the request is malformed, not signed by its own key, or for a key of another kind.
    """
    try:
        request = x509.load_der_x509_csr(request_der)
        whole = request.is_signature_valid
        key = request.public_key()
    except (ValueError, InvalidSignature, x509.InvalidVersion) as error:
        raise WardroundError("E-TLS-10", reason="it cannot be read") from error
    except UnsupportedAlgorithm as error:
        raise WardroundError("E-TLS-10", reason="its algorithm is not supported") from error
    if not whole:
        raise WardroundError("E-TLS-10", reason="its signature does not hold")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, _CURVE):
        raise WardroundError("E-TLS-10", reason="its key is not ECDSA P-256")
    builder = _leaf(authority, site, key, now, now + SITE_DAYS * DAY, ExtendedKeyUsageOID.CLIENT_AUTH)
    name = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(_SITE_URI + site)])
    return _pem(builder.add_extension(name, critical=False).sign(_ec_key(authority.key_pem), hashes.SHA256()))


def issue_bootstrap(authority: KeyPair, invitation_id: str, now: float, expires: float) -> KeyPair:
    """The certificate inside an invitation: good for enrolling once, until ``expires`` (unix seconds)."""
    key = ec.generate_private_key(_CURVE())
    builder = _leaf(authority, invitation_id, key.public_key(), now, expires, ExtendedKeyUsageOID.CLIENT_AUTH)
    name = x509.SubjectAlternativeName([x509.UniformResourceIdentifier(_BOOTSTRAP_URI + invitation_id)])
    return _signed(authority, builder.add_extension(name, critical=False), key)


# ---------------------------------------------------------------- reading


def fingerprint(certificate_pem: bytes) -> str:
    """SHA-256 (hex) of a certificate's DER.

    Raises: E-TLS-09 when it is none.
    """
    return _load(certificate_pem).fingerprint(hashes.SHA256()).hex()


def digest(certificate_pem: bytes) -> bytes:
    """The same as 32 bytes, as ``trust.words`` takes it."""
    return _load(certificate_pem).fingerprint(hashes.SHA256())


def uri_of(certificate_pem: bytes) -> str:
    """The one URI name in a certificate, empty when there is none or more than one."""
    try:
        names = _load(certificate_pem).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ""
    uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    return uris[0] if len(uris) == 1 else ""


def is_for(certificate_pem: bytes, request_der: bytes) -> bool:
    """Whether a certificate is for the very key of a request, so that asking again need not issue another one.

    Raises: E-TLS-10 when the request cannot be read.
    """
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    try:
        wanted = x509.load_der_x509_csr(request_der).public_key().public_bytes(*form)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise WardroundError("E-TLS-10", reason="it cannot be read") from error
    return _load(certificate_pem).public_key().public_bytes(*form) == wanted


def peer_of(uri: str) -> tuple[PeerKind, str] | None:
    """What kind of client a URI name says, and its site id or invitation id; None for any other name."""
    for kind, prefix in ((PeerKind.SITE, _SITE_URI), (PeerKind.BOOTSTRAP, _BOOTSTRAP_URI)):
        if uri.startswith(prefix) and len(uri) > len(prefix):
            return kind, uri.removeprefix(prefix)
    return None


def valid_until(certificate_pem: bytes) -> float:
    """When a certificate ends, unix seconds."""
    return _load(certificate_pem).not_valid_after_utc.timestamp()


def read_pair(certificate_path: Path, key_path: Path) -> KeyPair:
    """A server's certificate (chain) and key that the hospital's own CA issued, from PEM files.

    Raises: E-FILE-01 when a file cannot be read, E-TLS-09 when it is malformed or the two do not belong together.
    """
    certificate_pem, key_pem = (_content(path) for path in (certificate_path, key_path))
    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem)
    except ValueError as error:
        raise WardroundError("E-TLS-09", source=certificate_path.name, reason="not a certificate in PEM") from error
    try:
        key = serialization.load_pem_private_key(key_pem, None)
    except TypeError as error:
        raise WardroundError("E-TLS-09", source=key_path.name, reason="the key is locked with a password") from error
    except ValueError as error:
        raise WardroundError("E-TLS-09", source=key_path.name, reason="not a private key in PEM") from error
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    der = serialization.Encoding.DER
    if key.public_key().public_bytes(der, form) != certificate.public_key().public_bytes(der, form):
        raise WardroundError("E-TLS-09", source=key_path.name, reason=f"it is not the key of {certificate_path.name}")
    return KeyPair(certificate_pem, key_pem)


# ---------------------------------------------------------------- the pieces


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WardroundError("E-FILE-01", path=str(path), reason=error.strerror or type(error).__name__) from error


def _load(certificate_pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(certificate_pem)
    except ValueError as error:
        raise WardroundError("E-TLS-09", source="certificate", reason="not a certificate in PEM") from error


def _moment(seconds: float) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _common_name(name: str) -> x509.Name:
    """At most 64 bytes of it, as RFC 5280 allows; who is meant say the alternative names."""
    short = name.encode()[:64].decode(errors="ignore")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, short)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: float, until: float) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_moment(now - DAY))
        .not_valid_after(_moment(until))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _leaf(
    authority: KeyPair, name: str, key: ec.EllipticCurvePublicKey, now: float, until: float, purpose: x509.ObjectIdentifier
) -> x509.CertificateBuilder:
    issuer = _load(authority.certificate_pem)
    subject = _common_name(name)
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _builder(subject, issuer.subject, key, now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
    )


def _signed(authority: KeyPair, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey) -> KeyPair:
    return KeyPair(_pem(builder.sign(_ec_key(authority.key_pem), hashes.SHA256())), _key_pem(key))


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host.encode("idna").decode("ascii"))
    except (UnicodeError, ValueError) as error:
        raise WardroundError("E-NET-09", address=host) from error


def _ec_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise WardroundError("E-TLS-09", source="CA", reason="its key is not ECDSA")
    return key


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
