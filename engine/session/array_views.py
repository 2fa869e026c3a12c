# SPDX-License-Identifier: Apache-2.0
"""What a door sees inside a column of arrays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExpressionView:
    """A column of gene expression at a glance.

    ``heat``: for each of ``genes`` its values in the samples of ``heat_rows`` (rows of the data set, 0-based), in standard deviations
    from the gene's mean, within ±3, None where missing. ``plane``: the samples of ``plane_rows`` by their two first principal
    components, which explain these shares of the variance.
    """

    column: str
    samples: int
    all_genes: int
    scale: str
    genes: tuple[str, ...]
    heat_rows: tuple[int, ...]
    heat: tuple[tuple[float | None, ...], ...]
    plane_rows: tuple[int, ...]
    plane: tuple[tuple[float, float], ...]
    explained: tuple[float, float]
