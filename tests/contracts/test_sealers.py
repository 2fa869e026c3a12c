# SPDX-License-Identifier: Apache-2.0
"""What every way of adding up the sites' vectors must do; a new one adds itself to ``METHODS``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.secagg.base import Opener, Ring, Sealer
from engine.secagg.clear import ClearOpener, ClearSealer
from engine.values import Layout

METHODS: dict[str, tuple[Callable[[int], Sealer], Callable[[Layout], Opener]]] = {
    "clear": (lambda _site: ClearSealer(), ClearOpener),
}
LENGTH = 300_000  # more than one chunk of either width, and not a multiple of it
LAYOUTS = [Layout(LENGTH, 32, 27, 4.0), Layout(LENGTH, 64, 28, float(1 << 28))]


@pytest.fixture(params=METHODS)
def method(request: pytest.FixtureRequest) -> tuple[Callable[[int], Sealer], Callable[[Layout], Opener]]:
    return METHODS[request.param]


def ring_of(layout: Layout, site: int) -> Ring:
    draw = np.random.default_rng(site)
    if layout.bits == 32:
        return fixed_point.encode_update(draw.normal(0, 1, LENGTH - 3).astype(np.float32), 0.2, 0.5, layout)[0]
    return fixed_point.encode(draw.integers(0, 1000, LENGTH).astype(np.float64), layout)[0]


@pytest.mark.parametrize("layout", LAYOUTS, ids=["update", "counts"])
def test_the_opened_sum_is_the_sum_of_the_rings(
    method: tuple[Callable[[int], Sealer], Callable[[Layout], Opener]], layout: Layout, tmp_path: Path
) -> None:
    sealer, opener = method[0], method[1](layout)
    expected = np.zeros_like(ring_of(layout, 0))
    for site in range(4):
        ring = ring_of(layout, site)
        expected += ring
        spooled = tmp_path / f"{site}"
        spooled.write_bytes(sealer(site).seal(ring))
        opener.check(spooled)
        opener.fold(spooled)
    assert np.array_equal(opener.total(), expected)


@pytest.mark.parametrize("layout", LAYOUTS, ids=["update", "counts"])
def test_any_order_gives_the_same_bits(
    method: tuple[Callable[[int], Sealer], Callable[[Layout], Opener]], layout: Layout, tmp_path: Path
) -> None:
    totals = []
    for site in range(4):
        (tmp_path / f"{site}").write_bytes(method[0](site).seal(ring_of(layout, site)))
    for order in ((0, 1, 2, 3), (3, 1, 0, 2), (2, 3, 1, 0)):
        opener = method[1](layout)
        for site in order:
            opener.fold(tmp_path / f"{site}")
        totals.append(opener.total().tobytes())
    assert totals[0] == totals[1] == totals[2]


@pytest.mark.parametrize("change", [-1, 1, 4, -(1 << 20)])
def test_another_length_is_refused_and_nothing_is_folded(
    method: tuple[Callable[[int], Sealer], Callable[[Layout], Opener]], change: int, tmp_path: Path
) -> None:
    layout = LAYOUTS[0]
    payload = bytes(method[0](0).seal(ring_of(layout, 0)))
    spooled = tmp_path / "0"
    spooled.write_bytes(payload + b"\0" * change if change > 0 else payload[:change])
    opener = method[1](layout)
    with pytest.raises(WardroundError, match="E-TRAIN-08"):
        opener.check(spooled)
    assert not opener.total().any()
