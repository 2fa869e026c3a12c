# SPDX-License-Identifier: Apache-2.0
"""Ed25519 signatures (RFC 8032): the lead's over bundles, invitations and receipts, a site's over its join and its certificate request."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from engine.errors import WardroundError
from engine.trust.hardening import no_core_dumps
from engine.values import PhaseKey, SiteId, StudyId
from engine.wire.messages import Receipt


def verify(key: bytes, message: bytes, signature: bytes, what: str = "this document") -> None:
    """Returns if ``signature`` (64 bytes) over ``message`` is by the public ``key`` (32 bytes).

    Raises: E-TLS-11 naming ``what`` otherwise.
    """
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise WardroundError("E-TLS-11", what=what) from error


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` over ``message`` is by the public ``key``."""
    try:
        verify(key, message, signature)
    except WardroundError:
        return False
    return True


def join_message(study: StudyId, bundle_sha256: str) -> bytes:
    """What a site signs when a named person there approved the bundle."""
    return b"wardround join v1\0" + study.encode() + b"\0" + bytes.fromhex(bundle_sha256)


def receipt_message(key: PhaseKey, site: SiteId, sha256: str) -> bytes:
    """What the lead signs when a payload is durably taken; the time is not part of it, so that every copy is equal."""
    facts = f"{key.study}\0{key.round}\0{key.attempt}\0{key.phase.value}\0{site}\0"
    return b"wardround receipt v1\0" + facts.encode() + bytes.fromhex(sha256)


def verify_receipt(lead_key: bytes, receipt: Receipt) -> None:
    """Raises E-TLS-11 unless the receipt is signed by the lead."""
    verify(lead_key, receipt_message(receipt.key, receipt.site, receipt.sha256), receipt.signature, "the receipt")


def write_private(path: Path, content: bytes) -> None:
    """Creates ``path`` readable by its owner alone; refuses to overwrite.

    Raises: FileExistsError, and E-FILE-01 for what the operating system refuses otherwise.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise
    except OSError as error:
        raise WardroundError("E-FILE-01", path=str(path), reason=error.strerror or type(error).__name__) from error


class SigningKey:
    """An Ed25519 private key. Prints as its public half only."""

    def __init__(self, seed: bytes) -> None:
        no_core_dumps()
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @classmethod
    def generate(cls) -> SigningKey:
        """A fresh key from the operating system's generator."""
        return cls(os.urandom(32))

    @classmethod
    def read(cls, path: Path) -> SigningKey:
        """The key in a PKCS #8 PEM file.

        Raises: E-FILE-01 when it cannot be read, E-TLS-09 when it is not such a key.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WardroundError("E-FILE-01", path=str(path), reason=error.strerror or type(error).__name__) from error
        try:
            key = serialization.load_pem_private_key(content, None)
        except (ValueError, TypeError) as error:
            raise WardroundError("E-TLS-09", source=path.name, reason="not a private key in PEM") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise WardroundError("E-TLS-09", source=path.name, reason="not an Ed25519 key")
        return cls(key.private_bytes_raw())

    def write(self, path: Path) -> None:
        """Creates a PKCS #8 PEM file with mode 0600; raises as ``write_private``."""
        form = serialization.PrivateFormat.PKCS8
        write_private(path, self._key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))

    @property
    def public(self) -> bytes:
        """The public key, 32 raw bytes."""
        return self._key.public_key().public_bytes_raw()

    @property
    def seed(self) -> bytes:
        """The private key, 32 raw bytes, for a vault that encrypts it."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return f"SigningKey(public={self.public.hex()})"
