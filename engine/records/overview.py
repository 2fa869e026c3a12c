# SPDX-License-Identifier: Apache-2.0
"""An expression matrix at a glance: the genes that vary most in all samples, and the samples in the plane of their two first
principal components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import blocks
from engine.records.table import Reader
from engine.values import Token

GENES = 20  # rows of the heat map
SAMPLES = 300  # its columns
POINTS = 1000  # samples of the components
_VARIABLE = 2000  # genes that the components are made of
_DEVIATIONS = 3.0  # where the colours end
_LEAST = 3


@dataclass(frozen=True)
class Overview:
    """``heat``: (genes, columns) float32 in standard deviations from the gene's mean, within ±3; NaN where missing.

    ``columns`` and ``points`` are rows of the table; the columns are in the order of the first component. ``plane``: (points, 2)
    float32. ``explained``: the components' shares of the variance of the genes looked at.
    """

    samples: int
    all_genes: int
    scale: str
    genes: tuple[str, ...]
    columns: tuple[int, ...]
    heat: NDArray[np.float32]
    points: tuple[int, ...]
    plane: NDArray[np.float32]
    explained: tuple[float, float]


def overview(reader: Reader, column: str, token: Token) -> Overview:
    """Looks at one column.

    Raises:
        WardroundError: E-GENO-23 no expression column, or fewer than three samples with as many genes.
    """
    table = reader.columns([column], token)
    block = blocks.block_of(table.schema.field(column))
    if block is None or block.modality != "expression":
        raise WardroundError("E-GENO-23", column=column)
    matrix, rows = _stacked(table.column(0), block, token)
    if len(rows) < _LEAST or matrix.shape[1] < _LEAST:
        raise WardroundError("E-GENO-23", column=column)
    labels = block.labels or tuple(str(place) for place in range(1, matrix.shape[1] + 1))
    variance = _variance(matrix, token)
    order = np.argsort(-variance, kind="stable")
    points = _thinned(len(rows), POINTS)
    plane, explained = _components(matrix[points][:, order[:_VARIABLE]])
    token.check()
    some = _thinned(len(points), SAMPLES)
    shown = points[some[np.argsort(plane[some, 0], kind="stable")]]
    best = order[: min(GENES, int((variance > 0).sum()))]
    return Overview(
        len(rows),
        matrix.shape[1],
        block.attributes.get("scale", ""),
        tuple(labels[place] for place in best),
        tuple(int(rows[place]) for place in shown),
        _scores(matrix[shown][:, best]).T,
        tuple(int(rows[place]) for place in points),
        plane,
        explained,
    )


def _stacked(column: pa.ChunkedArray, block: blocks.Block, token: Token) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """(samples, genes) of the rows that have a profile of the usual length, and which rows these are."""
    arrays = blocks.arrays(column, block)
    lengths = [array.size for array in arrays if array is not None]
    usual = max(set(lengths), key=lengths.count) if lengths else 0
    kept = [row for row, array in enumerate(arrays) if array is not None and array.size == usual]
    matrix = np.empty((len(kept), usual), np.float32)
    for place, row in enumerate(kept):
        if not place % 64:
            token.check()
        matrix[place] = np.asarray(arrays[row]).reshape(-1)
    return matrix, np.array(kept, np.intp)


def _variance(matrix: NDArray[np.float32], token: Token) -> NDArray[np.float64]:
    """(genes,) the variance of what is known; 0 where fewer than two values are."""
    counts = np.zeros(matrix.shape[1])
    sums, squares = np.zeros_like(counts), np.zeros_like(counts)
    shift = np.nan_to_num(matrix[0].astype(np.float64))
    for start in range(0, len(matrix), 64):
        token.check()
        part = matrix[start : start + 64].astype(np.float64) - shift
        known = ~np.isnan(part)
        part[~known] = 0.0
        counts += known.sum(axis=0)
        sums += part.sum(axis=0)
        squares += (part * part).sum(axis=0)
    enough = counts > 1
    variance = np.zeros_like(counts)
    variance[enough] = (squares[enough] - sums[enough] ** 2 / counts[enough]) / (counts[enough] - 1)
    return np.maximum(variance, 0.0)


def _scores(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each gene in standard deviations from its mean."""
    known = ~np.isnan(matrix)
    counts = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, matrix, 0.0).astype(np.float64)
    centred = np.where(known, matrix - filled.sum(axis=0) / counts, 0.0)
    deviation = np.sqrt((centred**2).sum(axis=0) / counts)
    scores = np.clip(centred / np.where(deviation > 0, deviation, 1.0), -_DEVIATIONS, _DEVIATIONS)
    scores[~known] = np.nan
    return scores.astype(np.float32)


def _components(matrix: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """(samples, 2) in the plane of the two first principal components, and their shares; missing values count as the gene's mean.

    The sign of a component is free: the sample that lies farthest out is on its positive side.
    """
    known = ~np.isnan(matrix)
    counts = np.maximum(known.sum(axis=0), 1)
    filled = np.where(known, matrix, 0.0).astype(np.float64)
    centred = np.where(known, filled - filled.sum(axis=0) / counts, 0.0)
    values, vectors = np.linalg.eigh(centred @ centred.T)
    total = max(float(values.clip(0).sum()), 1e-300)
    best = vectors[:, [-1, -2]] * np.sqrt(values[[-1, -2]].clip(0))
    far = best[np.abs(best).argmax(axis=0), [0, 1]]
    plane = best * np.where(far < 0, -1.0, 1.0)
    shares = values[[-1, -2]].clip(0) / total
    return plane.astype(np.float32), (float(shares[0]), float(shares[1]))


def _thinned(count: int, most: int) -> NDArray[np.intp]:
    """Evenly chosen places."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.intp))
