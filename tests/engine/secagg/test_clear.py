# SPDX-License-Identifier: Apache-2.0
"""What the coordinator refuses when it sees each site's vector."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.secagg.clear import ClearOpener, ClearSealer
from engine.values import Layout

UPDATE = Layout(100 + 3, 32, 27, 4.0)
COUNTS = Layout(10, 64, 28, float(1 << 28))


def spool(path: Path, ring: np.ndarray) -> Path:
    path.write_bytes(ClearSealer().seal(ring))
    return path


def update(weight: float = 0.25, size: float = 0.1) -> np.ndarray:
    return fixed_point.encode_update(np.full(100, size, np.float32), weight, 0.5, UPDATE)[0]


def test_sealing_in_clear_copies_nothing_and_is_little_endian() -> None:
    ring = np.array([1, 2**32 - 1], dtype=np.uint32)
    payload = ClearSealer().seal(ring)
    assert bytes(payload) == b"\x01\0\0\0\xff\xff\xff\xff"
    ring[0] = 7
    assert payload[0] == 7


def test_a_norm_above_the_limit_is_refused_whatever_the_weight(tmp_path: Path) -> None:
    opener = ClearOpener(UPDATE)
    for weight in (0.01, 1.0):
        path = spool(tmp_path / f"{weight}", update(weight, size=0.1))  # 100 values of 0.1: norm 1
        opener.check(path, max_norm=1.01)
        opener.check(path)  # 0 means not checked
        with pytest.raises(WardroundError, match="E-TRAIN-11") as caught:
            opener.check(path, max_norm=0.99)
        assert caught.value.fields["norm"] == pytest.approx(1.0, abs=1e-3)


@pytest.mark.parametrize("weight", [0, -1, (1 << 27) + 1, -(1 << 31)])
def test_a_claimed_weight_outside_zero_to_one_is_refused(weight: int, tmp_path: Path) -> None:
    ring = update()
    ring[-3] = np.uint32(weight & 0xFFFFFFFF)
    with pytest.raises(WardroundError, match="E-TRAIN-10"):
        ClearOpener(UPDATE).check(spool(tmp_path / "u", ring))


@pytest.mark.parametrize("size", [4.0, -4.0])
def test_the_largest_change_passes_and_a_larger_one_is_refused(size: float, tmp_path: Path) -> None:
    ring = update(weight=1 / 3, size=size)
    opener = ClearOpener(UPDATE)
    opener.check(spool(tmp_path / "u", ring))
    ring.view(np.int32)[50] += int(np.sign(size)) * 8
    with pytest.raises(WardroundError, match="E-TRAIN-09"):
        opener.check(spool(tmp_path / "u", ring))


def test_a_loss_outside_the_room_of_the_ring_is_refused(tmp_path: Path) -> None:
    for loss in (-1, 1 << 30):
        ring = update()
        ring.view(np.int32)[-1] = loss
        with pytest.raises(WardroundError, match="E-TRAIN-09"):
            ClearOpener(UPDATE).check(spool(tmp_path / "u", ring))


def test_a_clipped_share_above_one_is_refused(tmp_path: Path) -> None:
    ring = update()
    ring[-2] = ring[-3] + 1
    with pytest.raises(WardroundError, match="E-TRAIN-10"):
        ClearOpener(UPDATE).check(spool(tmp_path / "u", ring))


def test_counts_beyond_the_clip_are_refused(tmp_path: Path) -> None:
    ring, _ = fixed_point.encode(np.full(10, float(1 << 28)), COUNTS)
    opener = ClearOpener(COUNTS)
    opener.check(spool(tmp_path / "c", ring))
    ring[4] += np.uint64(1 << 40)
    with pytest.raises(WardroundError, match="E-TRAIN-09"):
        opener.check(spool(tmp_path / "c", ring))


def test_weights_that_sum_to_more_than_one_spoil_the_round(tmp_path: Path) -> None:
    opener = ClearOpener(UPDATE)
    for site in range(5):
        opener.fold(spool(tmp_path / f"{site}", update(0.25)))
    with pytest.raises(WardroundError, match="E-TRAIN-12"):
        opener.total()


def test_weights_of_all_sites_sum_to_one_in_spite_of_rounding(tmp_path: Path) -> None:
    opener = ClearOpener(UPDATE)
    rows = [1, 2, 3, 7, 11, 13, 17, 19, 23]
    for site, count in enumerate(rows):
        opener.fold(spool(tmp_path / f"{site}", update(count / sum(rows))))
    opened = fixed_point.open_update(opener.total(), UPDATE)  # type: ignore[arg-type]
    assert opened.weight_sum == pytest.approx(1.0, abs=1e-7)


def test_taking_checks_and_adds_in_one_pass(tmp_path: Path) -> None:
    twice, once = ClearOpener(UPDATE), ClearOpener(UPDATE)
    for site, seed in enumerate((1, 2, 3)):
        path = spool(tmp_path / f"{site}", update(0.25 + seed / 100))
        twice.check(path, max_norm=10.0)
        twice.fold(path)
        once.take(path, max_norm=10.0)
    assert np.array_equal(once.total(), twice.total())
    bad = update(0.25)
    bad[0] = np.uint32(1 << 30)
    with pytest.raises(WardroundError):
        once.take(spool(tmp_path / "bad", bad))


def test_used_memory_makes_the_same_sum(tmp_path: Path) -> None:
    path = spool(tmp_path / "u", update(0.25))
    fresh, used = ClearOpener(UPDATE), ClearOpener(UPDATE, np.full(UPDATE.length, 7, np.uint32))
    fresh.take(path)
    used.take(path)
    assert np.array_equal(fresh.total(), used.total())
