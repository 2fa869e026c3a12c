# SPDX-License-Identifier: Apache-2.0
"""Spool files: resumed, never mixed, swept."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.coordinator.spool import MARGIN_BYTES, Spool, sha256_of
from engine.errors import WardroundError
from engine.values import Phase, PhaseKey, SiteId, StudyId

KEY = PhaseKey(StudyId("s"), 1, 1, Phase.UPDATE)
H0, H1 = SiteId("h0"), SiteId("h1")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, lambda _: 1 << 40)


def test_an_upload_goes_on_where_it_stopped(spool: Spool) -> None:
    path, offset = spool.slot(KEY, H0, 10, "a" * 64)
    assert offset == 0
    path.write_bytes(b"12345")
    assert spool.slot(KEY, H0, 10, "a" * 64) == (path, 5)


def test_more_than_announced_begins_anew(spool: Spool) -> None:
    path, _ = spool.slot(KEY, H0, 10, "a" * 64)
    path.write_bytes(b"x" * 11)
    assert spool.slot(KEY, H0, 10, "a" * 64) == (path, 0)
    assert not path.exists()


def test_other_content_and_other_sites_have_their_own_files(spool: Spool) -> None:
    first, _ = spool.slot(KEY, H0, 10, "a" * 64)
    first.write_bytes(b"1")
    other, _ = spool.slot(KEY, H1, 10, "a" * 64)
    other.write_bytes(b"2")
    assert spool.slot(KEY, H0, 10, "b" * 64)[1] == 0
    assert (first.exists(), other.exists()) == (False, True)


def test_dropping_one_site_spares_a_site_whose_name_begins_alike(spool: Spool) -> None:
    for name in ("h0", "h0-b"):
        spool.slot(KEY, SiteId(name), 10, "a" * 64)[0].write_bytes(b"1")
    spool.drop(KEY, H0)
    assert spool.path(KEY, SiteId("h0-b"), "a" * 64).exists()
    assert not spool.path(KEY, H0, "a" * 64).exists()


def test_sweeping_keeps_the_open_phase_only(spool: Spool) -> None:
    later = PhaseKey(KEY.study, 1, 2, Phase.UPDATE)
    for key in (KEY, later):
        spool.slot(key, H0, 10, "a" * 64)[0].write_bytes(b"1")
    spool.sweep(KEY.study, [later])
    assert not spool.path(KEY, H0, "a" * 64).exists()
    assert spool.path(later, H0, "a" * 64).exists()
    spool.drop_phase(later)
    spool.drop_phase(later)
    assert not spool.path(later, H0, "a" * 64).exists()


def test_room_is_demanded_with_a_margin(tmp_path: Path) -> None:
    spool = Spool(tmp_path, lambda _: MARGIN_BYTES + 100)
    spool.require_room(100)
    with pytest.raises(WardroundError) as caught:
        spool.require_room(101)
    assert caught.value.code == "E-FILE-02"


def test_the_hash_is_sha256(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    assert sha256_of(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
