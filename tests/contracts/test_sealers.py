# SPDX-License-Identifier: Apache-2.0
"""What every way of adding up the sites' vectors must do; a new one adds itself to ``METHODS``."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.secagg.base import Opener, Ring, Sealer
from engine.secagg.clear import ClearOpener, ClearSealer
from engine.secagg.masking import MaskingOpener, MaskingSealer
from engine.values import Layout
from tests.support.masked import Ward

SITES = 4


@dataclass(frozen=True)
class Method:
    """One way of sealing: each site's sealer, the opener, and what comes before its total when all have sent theirs."""

    sealer: Callable[[int], Sealer]
    opener: Callable[[Layout], Any]
    finish: Callable[[Any], None] = lambda _opener: None


@functools.cache
def ward() -> Ward:
    return Ward(SITES)


def masked(site: int) -> Sealer:
    return MaskingSealer(ward().secrets[ward().sites[site]], ward().circle, ward().sites[site], ward().sites)


METHODS = {
    "clear": Method(lambda _site: ClearSealer(), ClearOpener),
    "masking": Method(masked, MaskingOpener, lambda opener: opener.take_off(ward().masks(ward().sites))),
}
LENGTH = 300_000  # more than one chunk of either width, and not a multiple of it
LAYOUTS = [Layout(LENGTH, 32, 27, 4.0), Layout(LENGTH, 64, 28, float(1 << 28))]


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest) -> Method:
    return METHODS[request.param]


def ring_of(layout: Layout, site: int) -> Ring:
    draw = np.random.default_rng(site)
    if layout.bits == 32:
        return fixed_point.encode_update(draw.normal(0, 1, LENGTH - 3).astype(np.float32), 0.2, 0.5, layout)[0]
    return fixed_point.encode(draw.integers(0, 1000, LENGTH).astype(np.float64), layout)[0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=["update", "counts"])
def test_the_opened_sum_is_the_sum_of_the_rings(method: Method, layout: Layout, tmp_path: Path) -> None:
    opener: Opener = method.opener(layout)
    expected = np.zeros_like(ring_of(layout, 0))
    for site in range(SITES):
        ring = ring_of(layout, site)
        expected += ring
        spooled = tmp_path / f"{site}"
        spooled.write_bytes(method.sealer(site).seal(ring))
        opener.check(spooled)
        opener.fold(spooled)
    method.finish(opener)
    assert np.array_equal(opener.total(), expected)


@pytest.mark.parametrize("layout", LAYOUTS, ids=["update", "counts"])
def test_any_order_gives_the_same_bits(method: Method, layout: Layout, tmp_path: Path) -> None:
    totals = []
    for site in range(SITES):
        (tmp_path / f"{site}").write_bytes(method.sealer(site).seal(ring_of(layout, site)))
    for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)):
        opener = method.opener(layout)
        for site in order:
            opener.take(tmp_path / f"{site}")
        method.finish(opener)
        totals.append(opener.total().tobytes())
    assert totals[0] == totals[1] == totals[2]


@pytest.mark.parametrize("change", [-1, 1, 4, -(1 << 20)])
def test_another_length_is_refused_and_nothing_is_folded(method: Method, change: int, tmp_path: Path) -> None:
    layout = LAYOUTS[0]
    payload = bytes(method.sealer(0).seal(ring_of(layout, 0)))
    spooled = tmp_path / "0"
    spooled.write_bytes(payload + b"\0" * change if change > 0 else payload[:change])
    for way in ("check", "fold", "take"):
        opener = method.opener(layout)
        with pytest.raises(WardroundError, match="E-TRAIN-08"):
            getattr(opener, way)(spooled)
    opener = method.opener(layout)
    assert not opener.total().any()
