# SPDX-License-Identifier: Apache-2.0
"""Invitations: the file by which the lead lets one hospital enrol once.

A ``.wardround-invite`` is JSON: where the coordinator is and how to recognise it, for which site and study, and a bootstrap certificate
with its key that may call Enrol only. The lead signs it, which shows damage and ties it to the key that signs the bundle; that the lead is
who it says is settled by the check words, on the telephone. The file holds a key: it is written with mode 0600 and never logged.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from engine.errors import WardroundError
from engine.trust import certificates, signing
from engine.trust.certificates import KeyPair
from engine.values import SiteId, StudyId

SUFFIX = ".wardround-invite"
VERSION = 1
_LIMIT = 64 << 10  # bytes of a file; a real one has about 5 KiB
_LONGEST = 260  # characters of a name or an address: DNS allows 253, and a port
_MARK = "wardround-invitation"
_ID = re.compile(r"[a-z0-9-]{1,60}")
_SITE = re.compile(r"[a-z0-9-]{1,40}")
_TEXTS = ("lead", "server_name", "ca_pem", "study", "site", "invitation", "certificate_pem", "key_pem", "lead_key", "signature")


@dataclass(frozen=True)
class Invitation:
    """What an invitation says. ``addresses`` are host:port, to be tried in order; ``expires`` is unix seconds."""

    lead: str
    addresses: tuple[str, ...]
    server_name: str  # the name that the coordinator's certificate must carry
    ca_pem: bytes
    study: StudyId
    site: SiteId
    invitation: str
    expires: float
    bootstrap: KeyPair = field(repr=False)
    lead_key: bytes  # Ed25519, 32 bytes


def write(path: Path, invitation: Invitation, sign: Callable[[bytes], bytes]) -> None:
    """Creates the file, signed by ``sign`` (the lead's key), readable by its owner alone.

    Raises: FileExistsError; E-FILE-01 for what the operating system refuses.
    """
    body: dict[str, object] = {
        "kind": _MARK,
        "version": VERSION,
        "lead": invitation.lead,
        "addresses": list(invitation.addresses),
        "server_name": invitation.server_name,
        "ca_pem": invitation.ca_pem.decode("ascii"),
        "study": invitation.study,
        "site": invitation.site,
        "invitation": invitation.invitation,
        "expires": invitation.expires,
        "certificate_pem": invitation.bootstrap.certificate_pem.decode("ascii"),
        "key_pem": invitation.bootstrap.key_pem.decode("ascii"),
        "lead_key": invitation.lead_key.hex(),
    }
    body["signature"] = sign(_signed_bytes(body)).hex()
    signing.write_private(path, json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n")


def read(path: Path, now: float) -> Invitation:
    """The invitation in ``path``, whole and in time.

    Raises: E-FILE-01 unreadable, E-ENROL-01 not an invitation, E-ENROL-02 damaged, E-ENROL-03 expired, E-ENROL-06 from a newer version.
    """
    body = _body(path)
    version = body.get("version")
    if isinstance(version, int) and version > VERSION:
        raise WardroundError("E-ENROL-06", version=version)
    if version != VERSION:
        raise WardroundError("E-ENROL-02", path=path.name, reason="its version is missing")
    texts = _texts(path, body)
    addresses, expires = _addresses(path, body), _expires(path, body)
    try:
        lead_key, signature = bytes.fromhex(texts["lead_key"]), bytes.fromhex(texts["signature"])
        signing.verify(lead_key, _signed_bytes(body), signature)
    except (ValueError, WardroundError) as error:
        raise WardroundError("E-ENROL-02", path=path.name, reason="its signature does not hold") from error
    _whole(path, texts)
    if now > expires:
        date = datetime.datetime.fromtimestamp(expires, datetime.UTC).date()
        raise WardroundError("E-ENROL-03", date=date.isoformat())
    return Invitation(
        lead=texts["lead"],
        addresses=addresses,
        server_name=texts["server_name"],
        ca_pem=texts["ca_pem"].encode(),
        study=StudyId(texts["study"]),
        site=SiteId(texts["site"]),
        invitation=texts["invitation"],
        expires=expires,
        bootstrap=KeyPair(texts["certificate_pem"].encode(), texts["key_pem"].encode()),
        lead_key=lead_key,
    )


def _body(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT + 1)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=str(path), reason=error.strerror or type(error).__name__) from error
    text = content.decode("utf-8-sig", errors="replace")
    looks_right = _MARK in text[:200]
    try:
        if len(content) > _LIMIT:
            raise ValueError("too long")
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        if looks_right:
            raise WardroundError("E-ENROL-02", path=path.name, reason="it is cut off or altered") from error
        raise WardroundError("E-ENROL-01", path=path.name) from error
    if not isinstance(body, dict) or body.get("kind") != _MARK:
        raise WardroundError("E-ENROL-01", path=path.name)
    return body


def _texts(path: Path, body: dict[str, object]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name in _TEXTS:
        value = body.get(name)
        if not isinstance(value, str):
            raise WardroundError("E-ENROL-02", path=path.name, reason=f"{name} is missing")
        texts[name] = value
    return texts


def _addresses(path: Path, body: dict[str, object]) -> tuple[str, ...]:
    value = body.get("addresses")
    if not isinstance(value, list) or not value or not all(isinstance(address, str) for address in value):
        raise WardroundError("E-ENROL-02", path=path.name, reason="addresses is missing")
    if not all(address.isprintable() and len(address) <= _LONGEST for address in value):
        raise WardroundError("E-ENROL-02", path=path.name, reason="addresses is malformed")
    return tuple(value)


def _expires(path: Path, body: dict[str, object]) -> float:
    value = body.get("expires")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise WardroundError("E-ENROL-02", path=path.name, reason="expires is missing")
    return float(value)


def _whole(path: Path, texts: dict[str, str]) -> None:
    """What is signed is usable: texts that may be shown (anybody can sign a file with a key of their own), ids, certificates and key."""
    for name in ("lead", "server_name"):
        if not texts[name].isprintable() or not 1 <= len(texts[name]) <= _LONGEST:
            raise WardroundError("E-ENROL-02", path=path.name, reason=f"{name} is malformed")
    for name, pattern in (("study", _ID), ("site", _SITE), ("invitation", _ID)):
        if not pattern.fullmatch(texts[name]):
            raise WardroundError("E-ENROL-02", path=path.name, reason=f"{name} is malformed")
    try:
        certificates.fingerprint(texts["ca_pem"].encode())
        certificates.fingerprint(texts["certificate_pem"].encode())
        serialization.load_pem_private_key(texts["key_pem"].encode(), None)
    except (ValueError, TypeError, WardroundError) as error:
        raise WardroundError("E-ENROL-02", path=path.name, reason="its certificate cannot be read") from error


def _signed_bytes(body: dict[str, object]) -> bytes:
    facts = {name: value for name, value in body.items() if name != "signature"}
    return b"wardround invitation v1\0" + json.dumps(facts, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
