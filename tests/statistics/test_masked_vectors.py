# SPDX-License-Identifier: Apache-2.0
"""What the coordinator sees of one hospital under masks looks like chance, and does not depend on what the hospital sent."""

from __future__ import annotations

import numpy as np
import pytest

from engine.secagg import fixed_point
from engine.secagg.base import Ring
from engine.values import Layout, SiteId
from tests.support.masked import Ward

LENGTH = 200_000
UPDATE = Layout(LENGTH, 32, 27, 4.0)
COUNTS = Layout(LENGTH, 64, 28, float(1 << 28))
LAYOUTS = pytest.mark.parametrize("layout", [UPDATE, COUNTS], ids=["update", "counts"])


def sent(layout: Layout, size: float) -> Ring:
    """A vector as hospitals send it: nothing of it looks like chance."""
    if layout.bits == 32:
        return fixed_point.encode_update(np.full(LENGTH - 3, size, np.float32), 0.25, 0.5, layout)[0]
    return fixed_point.encode(np.full(LENGTH, round(1000 * abs(size)), np.float64), layout)[0]


def seen(ward: Ward, site: SiteId, ring: Ring) -> Ring:
    return np.frombuffer(ward.seal(site, ring), ring.dtype)


def chi_squared(ring: Ring) -> float:
    """Of the bytes against uniform: 255 degrees of freedom, standard deviation 22.6."""
    counts = np.bincount(np.frombuffer(ring.tobytes(), np.uint8), minlength=256)
    expected = counts.sum() / 256
    return float(((counts - expected) ** 2 / expected).sum())


def correlation(one: Ring, other: Ring) -> float:
    """Between the signed numbers: 0 ± 1/√n for independent ones."""
    return float(np.corrcoef(fixed_point.signed(one).astype(np.float64), fixed_point.signed(other).astype(np.float64))[0, 1])


@LAYOUTS
def test_a_masked_vector_looks_uniform_and_the_same_in_clear_does_not(layout: Layout) -> None:
    ward = Ward(4)
    for site in ward.sites:
        masked = seen(ward, site, sent(layout, 0.25))
        assert abs(chi_squared(masked) - 255) < 6 * 22.6
        bits = np.unpackbits(np.frombuffer(masked.tobytes(), np.uint8)).reshape(LENGTH, layout.bits)
        assert np.all(np.abs(bits.mean(axis=0) - 0.5) < 6 * 0.5 / np.sqrt(LENGTH))
        assert len(np.unique(masked[:1000])) > 990
    assert chi_squared(sent(layout, 0.25)) > 255 + 1000 * 22.6


@LAYOUTS
def test_masked_vectors_tell_nothing_of_each_other_of_the_plain_one_or_of_their_neighbours(layout: Layout) -> None:
    ward = Ward(4)
    bound = 6 / np.sqrt(LENGTH)
    draw = np.random.default_rng(3)
    if layout.bits == 32:
        plain = fixed_point.encode_update(draw.normal(0, 1, LENGTH - 3).astype(np.float32), 0.25, 0.5, layout)[0]
    else:
        plain = fixed_point.encode(draw.integers(0, 1 << 27, LENGTH).astype(np.float64), layout)[0]
    masked = [seen(ward, site, plain) for site in ward.sites]
    for place, one in enumerate(masked):
        assert abs(correlation(one, plain)) < bound
        assert abs(correlation(one[:-1], one[1:])) < bound
        for other in masked[place + 1 :]:
            assert abs(correlation(one, other)) < bound


@LAYOUTS
def test_another_input_of_one_hospital_changes_nothing_that_can_be_measured_without_the_masks(layout: Layout) -> None:
    """All that the coordinator holds before unmasking, once with a small and once with a large input, under fresh keys as in life."""
    figures = []
    for salt, size in (("one", 0.001), ("two", 3.9)):
        ward = Ward(4, salt=salt)
        view = [seen(ward, site, sent(layout, size if site == ward.sites[0] else 0.25)) for site in ward.sites]
        numbers = fixed_point.signed(view[0]).astype(np.float64) / 2.0 ** (layout.bits - 1)
        figures.append((numbers.mean(), np.abs(numbers).mean(), (numbers**2).mean(), chi_squared(view[0])))
    (mean, size, square, chi), (other_mean, other_size, other_square, other_chi) = figures
    spread = 6 * np.sqrt(2 / LENGTH)
    assert abs(mean - other_mean) < spread * np.sqrt(1 / 3)
    assert abs(size - other_size) < spread * np.sqrt(1 / 12)
    assert abs(square - other_square) < spread * np.sqrt(4 / 45)
    assert abs(chi - other_chi) < 6 * np.sqrt(2) * 22.6


def test_a_mask_used_twice_would_be_found_by_these_tests() -> None:
    """The difference of two vectors under one mask is the difference of what was sent: the planted mistake shows."""
    ward = Ward(4)
    one, two = (seen(ward, ward.sites[0], sent(UPDATE, size)) for size in (0.25, 0.5))
    assert chi_squared(one - two) > 255 + 1000 * 22.6
    other = Ward(4, key=ward.key.__class__(ward.key.study, ward.key.round, 2, ward.key.phase))
    again = seen(other, other.sites[0], sent(UPDATE, 0.5))
    assert abs(chi_squared(one - again) - 255) < 6 * 22.6


@LAYOUTS
def test_who_lacks_one_self_mask_sees_chance_even_with_all_pair_keys(layout: Layout) -> None:
    """The reason for double masking: a vector that comes late, after its pair masks were recovered, stays hidden."""
    ward = Ward(4)
    late = ward.sites[3]
    ring = seen(ward, late, sent(layout, 0.25)).copy()
    survivors = ward.sites[:3]
    masks = ward.masks(survivors)  # holds every pair secret of the late one
    pairs = type(masks)((), tuple((secret, late, survivor) for secret, survivor, _ in masks.pairs), masks.key)
    pairs.take_off(ring)
    assert abs(chi_squared(ring) - 255) < 6 * 22.6
    type(masks)((ward.secrets[late].self_mask,), (), masks.key).take_off(ring)
    assert np.array_equal(ring, sent(layout, 0.25))
