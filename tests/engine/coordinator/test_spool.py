# SPDX-License-Identifier: Apache-2.0
"""Spool files: resumed, never mixed, swept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from engine.coordinator.spool import MARGIN_BYTES, Arrival, Spool, sha256_of
from engine.errors import WardroundError
from engine.values import Phase, PhaseKey, SiteId, StudyId

KEY = PhaseKey(StudyId("s"), 1, 1, Phase.UPDATE)
H0, H1 = SiteId("h0"), SiteId("h1")


LONG = 1 << 20


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path, lambda _: 1 << 40)
    yield spool
    spool.close()


def arrive(spool: Spool, key: PhaseKey, sha256: str, content: bytes, whole: bool = True) -> Path:
    """So much of a payload of ``LONG`` bytes."""
    path, offset = spool.slot(key, H0, LONG, sha256)
    with closing(Arrival(path, offset, LONG)) as arrival:
        arrival.write(content)
        if whole:
            arrival.whole()
    return path


def swept(spool: Spool) -> None:
    """Waits until the thread that puts things away has done what it was given."""
    spool._broom.submit(int).result()


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
    swept(spool)
    assert not spool.path(later, H0, "a" * 64).exists()


def test_a_long_file_is_overwritten_by_the_next_upload_which_can_be_resumed_even_by_another_process(spool: Spool, tmp_path: Path) -> None:
    first = arrive(spool, KEY, "a" * 64, b"1" * LONG)
    inode, folder = first.stat().st_ino, first.parent.stat().st_ino
    spool.drop_phase(KEY, LONG)
    swept(spool)
    later = PhaseKey(KEY.study, 2, 1, Phase.UPDATE)
    path = arrive(spool, later, "b" * 64, b"2" * 1000, whole=False)
    assert (path.stat().st_ino, path.parent.stat().st_ino, first.exists()) == (inode, folder, False)
    another = Spool(tmp_path, lambda _: 1 << 40)
    assert another.slot(later, H0, LONG, "b" * 64) == (path, 1000), "the bytes of the older upload do not count"
    arrive(another, later, "b" * 64, b"2" * (LONG - 1000))
    assert path.read_bytes() == b"2" * LONG
    another.close()


def test_a_file_that_is_not_whole_may_have_a_writer_and_is_never_given_to_another_upload(spool: Spool) -> None:
    inode = arrive(spool, KEY, "a" * 64, b"1" * (LONG - 1), whole=False).stat().st_ino
    with closing(Arrival(spool.path(KEY, H0, "a" * 64), LONG - 1, LONG)):
        spool.drop_phase(KEY, LONG)
        swept(spool)
        later = PhaseKey(KEY.study, 2, 1, Phase.UPDATE)
        assert arrive(spool, later, "b" * 64, b"2" * LONG).stat().st_ino != inode


def test_what_will_be_overwritten_counts_as_room_and_goes_with_its_study(tmp_path: Path) -> None:
    spool = Spool(tmp_path, lambda _: MARGIN_BYTES if list(tmp_path.rglob("*.*")) else MARGIN_BYTES + LONG)
    arrive(spool, KEY, "a" * 64, b"1" * LONG)
    spool.drop_phase(KEY, LONG)
    swept(spool)
    spool.require_room(LONG)
    spool.drop_spare(StudyId("another"))
    arrive(spool, PhaseKey(KEY.study, 2, 1, Phase.UPDATE), "b" * 64, b"2" * LONG)
    spool.drop_phase(PhaseKey(KEY.study, 2, 1, Phase.UPDATE), LONG)
    spool.drop_spare(KEY.study)
    spool.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


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
