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


@dataclass(frozen=True)
class PictureView:
    """One plane of an image as shades.

    ``pixels``: rows · columns bytes of grey, or three times as many of red, green and blue. ``low`` … ``high`` are shown from
    black to white; ``least`` … ``most`` are the numbers there are. ``missing``: the row has no image, and all else is empty.
    """

    row: int
    rows: int
    columns: int
    frame: int
    frames: int
    colour: bool
    pixels: bytes
    low: float
    high: float
    least: float
    most: float
    missing: bool = False


@dataclass(frozen=True)
class TraceView:
    """One lead or variable between two moments: seconds and values, NaN at gaps; thinned to its smallest and largest values."""

    label: str
    unit: str
    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class WaveView:
    """A part of a signal or series. ``step``: seconds from one value to the next; 0 where the data set does not say (x counts values)."""

    row: int
    labels: tuple[str, ...]
    traces: tuple[TraceView, ...]
    start: float
    end: float
    length: float
    step: float
    missing: bool = False
