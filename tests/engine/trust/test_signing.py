# SPDX-License-Identifier: Apache-2.0
"""Ed25519: what is signed holds, anything else does not; keys are files for one person."""

from __future__ import annotations

import dataclasses
import stat
from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.trust import signing
from engine.trust.certificates import make_request
from engine.trust.signing import SigningKey
from engine.values import Phase, PhaseKey, SiteId, StudyId
from engine.wire.messages import Receipt

KEY = SigningKey(bytes(range(32)))


def refused(key: bytes, message: bytes, signature: bytes) -> None:
    with pytest.raises(WardroundError) as caught:
        signing.verify(key, message, signature)
    assert caught.value.code == "E-TLS-11"


def test_rfc_8032_first_vector() -> None:
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155")


def test_only_the_same_key_message_and_signature_hold() -> None:
    signature = KEY.sign(b"message")
    signing.verify(KEY.public, b"message", signature)
    refused(KEY.public, b"massage", signature)
    refused(SigningKey.generate().public, b"message", signature)
    refused(KEY.public, b"message", signature[:-1])
    refused(KEY.public, b"message", bytes(64))
    refused(b"short", b"message", signature)


def test_a_key_file_is_for_its_owner_and_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "lead.key"
    KEY.write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert SigningKey.read(path).seed == KEY.seed
    with pytest.raises(FileExistsError):
        SigningKey.generate().write(path)
    assert SigningKey.read(path).seed == KEY.seed


def test_other_files_are_no_key(tmp_path: Path) -> None:
    path = tmp_path / "k"
    for content in (b"", b"junk", make_request()[1]):
        path.write_bytes(content)
        with pytest.raises(WardroundError) as caught:
            SigningKey.read(path)
        assert caught.value.code == "E-TLS-09"
    with pytest.raises(WardroundError) as caught:
        SigningKey.read(tmp_path / "missing")
    assert caught.value.code == "E-FILE-01"


def test_a_receipt_is_for_one_payload_of_one_site() -> None:
    key = PhaseKey(StudyId("s"), 1, 0, Phase.UPDATE)
    receipt = Receipt(key, SiteId("north"), "ab" * 32, 1.0, b"")
    receipt = dataclasses.replace(receipt, signature=KEY.sign(signing.receipt_message(key, receipt.site, receipt.sha256)))
    signing.verify_receipt(KEY.public, receipt)
    signing.verify_receipt(KEY.public, dataclasses.replace(receipt, time=2.0))
    for other in (
        {"site": SiteId("south")},
        {"sha256": "ac" * 32},
        {"key": dataclasses.replace(key, round=2)},
        {"key": dataclasses.replace(key, attempt=1)},
        {"key": dataclasses.replace(key, phase=Phase.TEST)},
        {"key": dataclasses.replace(key, study=StudyId("t"))},
    ):
        with pytest.raises(WardroundError):
            signing.verify_receipt(KEY.public, dataclasses.replace(receipt, **other))


def test_a_join_names_study_and_bundle() -> None:
    assert signing.join_message(StudyId("s"), "00" * 32) == b"wardround join v1\0s\0" + bytes(32)
