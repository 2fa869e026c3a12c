# SPDX-License-Identifier: Apache-2.0
"""The signed study: manifest, roster and the hash of the initial weights as one canonical JSON text, signed by the lead.

Layout: ``{"content":{…},"format":"wardround-bundle","signature":"<hex>"}``, sorted keys, no spaces, UTF-8. The Ed25519
signature is over ``b"wardround bundle v1\\0"`` + the canonical JSON of ``content``. There is exactly one sequence of bytes for
a bundle: what unpacks to another one is refused, so any changed byte is.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import WardroundError
from engine.models.spec import size
from engine.study.manifest import canonical, from_canonical
from engine.study.roster import Roster, RosterEntry
from engine.study.schema import model_spec_of
from engine.study.sections import Manifest
from engine.values import SiteId
from engine.wire.limits import CONTROL_BYTES

FORMAT = "wardround-bundle"
VERSION = 1
LARGEST = CONTROL_BYTES - 1024
"""Bytes of the largest bundle: it travels in one message. ``rules.check`` refuses a plan that leaves no room for its hospitals."""

_DOMAIN = b"wardround bundle v1\0"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_KEYS = {"created", "lead_key", "manifest", "parameters", "roster", "version", "weights_sha256"}


@dataclass(frozen=True)
class Bundle:
    """What a hospital approves.

    ``weights_sha256``: hex, of the safetensors file of the initial weights; ``parameters``: its size, in numbers;
    ``lead_key``: the lead's Ed25519 public key, 32 raw bytes; ``created``: unix seconds; ``version``: of this format.
    """

    manifest: Manifest
    roster: Roster
    weights_sha256: str
    parameters: int
    lead_key: bytes
    created: float
    version: int = VERSION


def digest(content: bytes) -> str:
    """SHA-256 (hex) of a packed bundle; check words and approvals speak of this."""
    return hashlib.sha256(content).hexdigest()


def pack(bundle: Bundle, sign: Callable[[bytes], bytes]) -> bytes:
    """The bundle's bytes, signed.

    Raises:
        WardroundError: E-STUDY-42 … 46 when the bundle would not be accepted by ``unpack``.
    """
    _check(bundle)
    content = _content(bundle)
    packed = _packed(content, sign(_DOMAIN + _dump(content)))
    if len(packed) > LARGEST:
        raise WardroundError("E-STUDY-43", most=LARGEST >> 20)
    return packed


def unpack(content: bytes, verify: Callable[[bytes, bytes, bytes], None]) -> Bundle:
    """Reads a bundle, every byte of it accounted for.

    Args:
        content: what ``pack`` wrote.
        verify: called with (lead key, message, signature); raises when the key is not the pinned one or the signature is wrong.

    Raises:
        WardroundError: E-STUDY-42 damaged or not canonical, -43 too large, -44 from a newer version, -45 fewer hospitals than
            the study needs, -46 a model size that does not fit; E-STUDY/E-RULE of manifest and roster; what ``verify`` raises.
    """
    if len(content) > LARGEST:
        raise WardroundError("E-STUDY-43", most=LARGEST >> 20)
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise WardroundError("E-STUDY-42") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT or not isinstance(document.get("content"), dict):
        raise WardroundError("E-STUDY-42")
    inner = document["content"]
    version = inner.get("version")
    if isinstance(version, int) and version > VERSION:
        raise WardroundError("E-STUDY-44", version=version)
    signature, lead_key = _bytes(document.get("signature")), _bytes(inner.get("lead_key"))
    if set(inner) != _KEYS or type(version) is not int or version != VERSION or _packed(inner, signature) != content:
        raise WardroundError("E-STUDY-42")
    verify(lead_key, _DOMAIN + _dump(inner), signature)
    bundle = _bundle(inner, lead_key)
    _check(bundle)
    if _content(bundle) != inner:
        raise WardroundError("E-STUDY-42")
    return bundle


def _dump(document: Mapping[str, Any]) -> bytes:
    """Canonical JSON, as ``manifest.canonical`` writes it."""
    try:
        return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")
    except ValueError as error:  # not a finite number, or half a character
        raise WardroundError("E-STUDY-42") from error


def _packed(content: Mapping[str, Any], signature: bytes) -> bytes:
    return _dump({"content": content, "format": FORMAT, "signature": signature.hex()})


def _content(bundle: Bundle) -> dict[str, Any]:
    return {
        "created": bundle.created,
        "lead_key": bundle.lead_key.hex(),
        "manifest": json.loads(canonical(bundle.manifest)),
        "parameters": bundle.parameters,
        "roster": [
            {"certificate_sha256": e.certificate_sha256, "signing_key": e.signing_key.hex(), "site": e.site} for e in bundle.roster.entries
        ],
        "version": bundle.version,
        "weights_sha256": bundle.weights_sha256,
    }


def _bundle(inner: Mapping[str, Any], lead_key: bytes) -> Bundle:
    created, parameters, weights, rows = inner["created"], inner["parameters"], inner["weights_sha256"], inner["roster"]
    good = isinstance(created, float) and type(parameters) is int and isinstance(weights, str) and isinstance(rows, list)
    if not good or not isinstance(inner["manifest"], dict):
        raise WardroundError("E-STUDY-42")
    entries = []
    for row in rows:
        if not isinstance(row, dict) or set(row) != {"site", "signing_key", "certificate_sha256"}:
            raise WardroundError("E-STUDY-42")
        if not isinstance(row["site"], str) or not isinstance(row["certificate_sha256"], str):
            raise WardroundError("E-STUDY-42")
        entries.append(RosterEntry(SiteId(row["site"]), _bytes(row["signing_key"]), row["certificate_sha256"]))
    return Bundle(from_canonical(_dump(inner["manifest"])), Roster(tuple(entries)), weights, parameters, lead_key, created)


def _bytes(value: object) -> bytes:
    try:
        return bytes.fromhex(value) if isinstance(value, str) else b""
    except ValueError as error:
        raise WardroundError("E-STUDY-42") from error


def _check(bundle: Bundle) -> None:
    if not _SHA256.fullmatch(bundle.weights_sha256) or len(bundle.lead_key) != 32 or bundle.version != VERSION:
        raise WardroundError("E-STUDY-42")
    if not isinstance(bundle.created, float) or not math.isfinite(bundle.created):
        raise WardroundError("E-STUDY-42")
    if len(bundle.roster.entries) < bundle.manifest.rounds.min_sites:
        raise WardroundError("E-STUDY-45", count=len(bundle.roster.entries), need=bundle.manifest.rounds.min_sites)
    if bundle.parameters != size(model_spec_of(bundle.manifest)):
        raise WardroundError("E-STUDY-46", given=bundle.parameters, need=size(model_spec_of(bundle.manifest)))
