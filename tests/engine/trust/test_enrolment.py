# SPDX-License-Identifier: Apache-2.0
"""An invitation comes back as it was written, or says what is wrong with the file; its key is kept close."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.trust import certificates, enrolment
from engine.trust.enrolment import Invitation
from engine.trust.signing import SigningKey
from engine.values import SiteId, StudyId

NOW = 1_790_000_000.0
AUTHORITY = certificates.create_authority("Lead", NOW)
LEAD = SigningKey(bytes(32))
INVITATION = Invitation(
    lead="Lead Hospital 牵头医院",
    addresses=("fl.hospital.org:7443", "10.1.2.3:7443"),
    server_name="fl.hospital.org",
    ca_pem=AUTHORITY.certificate_pem,
    study=StudyId("preterm"),
    site=SiteId("north"),
    invitation="inv-1",
    expires=NOW + 3600,
    bootstrap=certificates.issue_bootstrap(AUTHORITY, "inv-1", NOW, NOW + 3600),
    lead_key=LEAD.public,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / f"north{enrolment.SUFFIX}"
    enrolment.write(file, INVITATION, LEAD.sign)
    return file


def code(path: Path, now: float = NOW) -> str:
    with pytest.raises(WardroundError) as caught:
        enrolment.read(path, now)
    assert "PRIVATE" not in caught.value.sentence("en") + caught.value.sentence("zh")
    return caught.value.code


def test_it_comes_back_as_it_was_written(path: Path) -> None:
    assert enrolment.read(path, NOW) == INVITATION


def test_only_its_owner_may_read_it_and_it_is_not_printed(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "PRIVATE" not in repr(enrolment.read(path, NOW))


def test_a_written_invitation_is_never_overwritten(path: Path) -> None:
    with pytest.raises(FileExistsError):
        enrolment.write(path, INVITATION, LEAD.sign)


def test_it_expires(path: Path) -> None:
    enrolment.read(path, INVITATION.expires)
    assert code(path, INVITATION.expires + 1) == "E-ENROL-03"


def test_a_windows_editor_may_have_put_a_mark_in_front(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert enrolment.read(path, NOW) == INVITATION


@pytest.mark.parametrize("content", [b"", b"hello", b"{}", b"[1]", b"null", b"\xff\xfe\x00", b"a,b\n1,2\n", b"[" * 50_000], ids=range(8))
def test_other_files_are_no_invitation(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.wardround-invite"
    path.write_bytes(content)
    assert code(path) == "E-ENROL-01"


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert code(tmp_path / "missing") == "E-FILE-01"


def test_a_cut_file_is_damaged(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert code(path) == "E-ENROL-02"


def test_a_newer_format_is_told_apart(path: Path) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(body | {"version": 2}), encoding="utf-8")
    assert code(path) == "E-ENROL-06"


@pytest.mark.parametrize("field", ["lead", "addresses", "server_name", "ca_pem", "study", "site", "expires", "key_pem"])
def test_an_altered_field_breaks_the_signature(path: Path, field: str) -> None:
    body = json.loads(path.read_text(encoding="utf-8"))
    changed = {"addresses": ["evil.example.org:1"], "expires": NOW + 9e6}.get(field, f"{body[field]}x")
    path.write_text(json.dumps(body | {field: changed}), encoding="utf-8")
    assert code(path) == "E-ENROL-02"


def test_an_invitation_signed_by_nobody_in_particular_is_readable_but_shows_its_key(path: Path, tmp_path: Path) -> None:
    """The signature proves the file whole; whose key it is, the check words and the bundle's signature tell."""
    stranger = SigningKey.generate()
    other = tmp_path / "other.wardround-invite"
    forged = Invitation(**{**INVITATION.__dict__, "lead_key": stranger.public})
    enrolment.write(other, forged, stranger.sign)
    assert enrolment.read(other, NOW).lead_key != INVITATION.lead_key


def test_what_the_lead_signed_must_still_be_usable(tmp_path: Path) -> None:
    for number, change in enumerate(({"site": SiteId("../x")}, {"ca_pem": b"junk"}, {"invitation": ""}, {"addresses": ()})):
        path = tmp_path / f"{number}"
        enrolment.write(path, Invitation(**{**INVITATION.__dict__, **change}), LEAD.sign)
        assert code(path) == "E-ENROL-02"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(position=st.integers(0, 10_000), value=st.integers(0, 255))
def test_no_damaged_byte_goes_unnoticed(path: Path, position: int, value: int) -> None:
    whole = bytearray(path.read_bytes())
    position %= len(whole)
    damaged = path.with_name("damaged")
    before = whole[position]
    whole[position] = value
    damaged.write_bytes(whole)
    try:
        assert enrolment.read(damaged, NOW) == INVITATION, before
    except WardroundError as error:
        assert error.code in ("E-ENROL-01", "E-ENROL-02", "E-ENROL-06")  # noqa: PT017 - either is right


@pytest.mark.parametrize(
    "changes",
    [
        {"lead": "Lead\x1b]0;owned\x07 Hospital"},
        {"lead": "Lead \u202elatipsoH"},
        {"lead": "x" * 1000},
        {"server_name": "fl.hospital.org\r\nProxy-Authorization: x"},
        {"addresses": ("fl.hospital.org:7443\r\nHost: elsewhere",)},
        {"addresses": ("x" * 1000 + ":7443",)},
    ],
)
def test_a_file_that_somebody_signed_himself_shows_nothing_that_is_no_text(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Before any word was compared, the file's texts are on the screen and in a proxy's request."""
    file = tmp_path / f"forged{enrolment.SUFFIX}"
    enrolment.write(file, replace(INVITATION, **changes), LEAD.sign)
    assert code(file) == "E-ENROL-02"
