# SPDX-License-Identifier: Apache-2.0
"""The signed bundle: what is packed comes back, and no changed byte is accepted."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.models.spec import size
from engine.study import bundle as bundles
from engine.study import templates
from engine.study.bundle import Bundle, digest, pack, unpack
from engine.study.manifest import parse
from engine.study.roster import Roster, RosterEntry
from engine.study.schema import model_spec_of
from engine.values import SiteId

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MANIFEST = parse(templates.read("logistic-regression"), "template")
ROSTER = Roster(tuple(RosterEntry(SiteId(f"site-{n}"), bytes([n]) * 32, f"{n:02x}" * 32) for n in range(4)))
BUNDLE = Bundle(MANIFEST, ROSTER, "ab" * 32, size(model_spec_of(MANIFEST)), KEY.public_key().public_bytes_raw(), 1_767_225_600.25)


def verify(key: bytes, message: bytes, signature: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature as error:
        raise WardroundError("E-STUDY-41") from error


PACKED = pack(BUNDLE, KEY.sign)


def test_what_is_packed_comes_back() -> None:
    assert unpack(PACKED, verify) == BUNDLE
    assert pack(unpack(PACKED, verify), KEY.sign) == PACKED
    assert digest(PACKED) == hashlib.sha256(PACKED).hexdigest()


@settings(max_examples=400)
@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(position: int, change: int) -> None:
    damaged = bytearray(PACKED)
    damaged[position] ^= change
    with pytest.raises(WardroundError):
        unpack(bytes(damaged), verify)


@given(st.integers(0, len(PACKED) - 1))
def test_any_missing_end_or_added_byte_is_refused(position: int) -> None:
    for damaged in (PACKED[:position], PACKED[:position] + b" " + PACKED[position:], PACKED + PACKED[:position] + b"\n"):
        with pytest.raises(WardroundError):
            unpack(damaged, verify)


@given(st.binary())
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(WardroundError, match="E-STUDY-42"):
        unpack(content, verify)


def test_the_verifier_is_given_the_lead_key_and_may_refuse_it() -> None:
    seen = []

    def pinned(key: bytes, _message: bytes, _signature: bytes) -> None:
        seen.append(key)
        raise WardroundError("E-STUDY-41")

    with pytest.raises(WardroundError, match="E-STUDY-41"):
        unpack(PACKED, pinned)
    assert seen == [BUNDLE.lead_key]


def test_the_signature_of_another_key_is_refused() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(WardroundError, match="E-STUDY-41"):
        unpack(pack(BUNDLE, other.sign), verify)


def resigned(**changes: object) -> bytes:
    """A bundle of a dishonest lead: its signature is right and its content is not."""
    content: dict[str, Any] = {**json.loads(PACKED)["content"], **changes}
    return bundles._packed(content, KEY.sign(bundles._DOMAIN + bundles._dump(content)))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"version": 2}, "E-STUDY-44"),
        ({"version": 0}, "E-STUDY-42"),
        ({"version": True}, "E-STUDY-42"),
        ({"parameters": BUNDLE.parameters + 1}, "E-STUDY-46"),
        ({"parameters": "many"}, "E-STUDY-42"),
        ({"created": 3}, "E-STUDY-42"),
        ({"weights_sha256": "ab"}, "E-STUDY-42"),
        ({"extra": 1}, "E-STUDY-42"),
        ({"manifest": []}, "E-STUDY-42"),
        ({"manifest": {"study": {}}}, "E-STUDY-04"),
        ({"roster": []}, "E-STUDY-45"),
        ({"roster": [{"site": "north"}]}, "E-STUDY-42"),
        ({"roster": [3]}, "E-STUDY-42"),
        ({"roster": {"site": "north"}}, "E-STUDY-42"),
        ({"roster": list(reversed(json.loads(PACKED)["content"]["roster"]))}, "E-STUDY-42"),
        ({"roster": [{**json.loads(PACKED)["content"]["roster"][0], "site": "North"}]}, "E-STUDY-40"),
        ({"roster": [{**json.loads(PACKED)["content"]["roster"][0], "signing_key": "xx"}]}, "E-STUDY-42"),
    ],
)
def test_a_well_signed_bundle_is_still_checked(changes: dict[str, object], code: str | None) -> None:
    content = resigned(**changes)
    if code is None:
        assert content == PACKED
        return
    with pytest.raises(WardroundError) as caught:
        unpack(content, verify)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("bundle", "code"),
    [
        (dataclasses.replace(BUNDLE, parameters=1), "E-STUDY-46"),
        (dataclasses.replace(BUNDLE, roster=Roster(())), "E-STUDY-45"),
        (dataclasses.replace(BUNDLE, lead_key=b""), "E-STUDY-42"),
        (dataclasses.replace(BUNDLE, created=float("nan")), "E-STUDY-42"),
        (dataclasses.replace(BUNDLE, weights_sha256="AB" * 32), "E-STUDY-42"),
    ],
)
def test_nothing_is_packed_that_would_not_be_accepted(bundle: Bundle, code: str) -> None:
    with pytest.raises(WardroundError, match=code):
        pack(bundle, KEY.sign)


def test_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(WardroundError, match="E-STUDY-43"):
        unpack(b"x" * (bundles.LARGEST + 1), verify)
    with pytest.raises(WardroundError, match="E-STUDY-42"):
        unpack(b"[" * 1_000_000, verify)
