# SPDX-License-Identifier: Apache-2.0
"""One hospital's records shared out over imagined hospitals: unequal sizes, different mixes of outcomes.

The usual way to make federated benchmarks uneven (Hsu et al. 2019, https://arxiv.org/abs/1909.06335): each site draws its
mix of outcomes from a Dirichlet distribution around the whole mix. Here the drawn mixes are then fitted to the given sizes
and to the records that there are (iterative proportional fitting, Deming & Stephan 1940), so every record goes to one site.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError

MINIMUM = 5
"""Every site gets at least so many records of each outcome."""
_LEAST_SKEW = 1e-3
"""Below it a drawn mix does not differ from the whole's by a record."""


def partition(
    labels: NDArray[np.int64], sites: int, sizes: Sequence[float], skew: float, seed: int, minimum: int = MINIMUM
) -> list[NDArray[np.int64]]:
    """The rows of each site, ascending; together every row once.

    Args:
        labels: (n,) outcome of each row.
        sites: how many.
        sizes: the sites' shares of the rows; they need not sum to one.
        skew: 0 gives every site the whole's mix of outcomes; the Dirichlet's concentration is mix / skew, so 1 is
            strong and more is stronger.
        seed: of the drawing; the same seed gives the same parts.
        minimum: of each outcome at each site.

    Raises:
        WardroundError: E-TRAIN-15 when there are too few records for that.
    """
    classes, codes = np.unique(labels, return_inverse=True)
    per_class = np.bincount(codes, minlength=classes.size)
    if len(sizes) != sites:
        raise ValueError(f"{len(sizes)} sizes for {sites} sites")
    if per_class.min() < minimum * sites:
        raise WardroundError("E-TRAIN-15", rows=labels.size, sites=sites, minimum=minimum)
    draw = np.random.Generator(np.random.PCG64(seed))
    mix = per_class / labels.size
    mixes = draw.dirichlet(mix / skew, size=sites) if skew >= _LEAST_SKEW else np.tile(mix, (sites, 1))
    shares = np.asarray(sizes, dtype=np.float64) / np.sum(sizes)
    # What every site gets anyway is set aside; the rest is shared out by size and mix.
    rest = per_class - minimum * sites
    wanted = np.maximum(shares * labels.size - minimum * classes.size, 1e-6)
    columns = np.maximum(rest.astype(np.float64), 1e-6)
    table = _fit(np.maximum(mixes, 1e-6), wanted / wanted.sum() * columns.sum(), columns)
    counts = np.stack([_round(table[:, c], int(rest[c])) for c in range(classes.size)], axis=1) + minimum
    parts: list[list[NDArray[np.int64]]] = [[] for _ in range(sites)]
    for c in range(classes.size):
        members = draw.permutation(np.flatnonzero(codes == c))
        for site, piece in enumerate(np.split(members, np.cumsum(counts[:-1, c]))):
            parts[site].append(piece)
    return [np.sort(np.concatenate(pieces)) for pieces in parts]


def _fit(table: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scales rows and columns in turn until they sum to ``rows`` and, at the last, exactly to ``columns``."""
    for _ in range(200):
        table = table * (rows / table.sum(axis=1))[:, None]
        table = table * (columns / table.sum(axis=0))[None, :]
    return table


def _round(numbers: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers that sum to ``total``: down, then one more to the largest remainders (the first of equals)."""
    whole = np.floor(numbers).astype(np.int64)
    order = np.argsort(-(numbers - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole
