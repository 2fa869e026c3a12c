# SPDX-License-Identifier: Apache-2.0
"""A matrix of genes and samples in memory, in pieces as they were read, and how its values look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.values import Token

MOST_VALUES = 300_000_000
"""Numbers of one matrix, 1.2 GB: 20,000 genes of 15,000 samples."""
COUNTS, SCALED, LINEAR, LOGS, CENTRED = "counts", "scaled", "linear", "log2", "centred"
_LOG_LIMIT = 50.0  # 2**50 molecules are in no sample


@dataclass
class Matrix:
    """``pieces``: float32; with ``genes_in_rows`` each is (samples, some genes), else (some samples, genes). NaN: missing.

    ``aliases``: a second name of each gene, or empty; ``kept``: ordinary columns beside, by name.
    """

    samples: list[str]
    genes: list[str]
    genes_in_rows: bool
    pieces: list[NDArray[np.float32]]
    aliases: list[str] = field(default_factory=list)
    kept: Mapping[str, pa.Array] = field(default_factory=dict)
    special: int = 0  # rows that are no genes: counts of what was not mapped
    numbered: bool = False  # samples have no names in the file
    guessed: bool = False  # which way it lies
    left_out: list[str] = field(default_factory=list)  # columns about the genes

    def row(self, sample: int) -> NDArray[np.float32]:
        """(genes,) of one sample."""
        if self.genes_in_rows:
            whole: NDArray[np.float32] = np.concatenate([piece[sample] for piece in self.pieces])
            return whole
        for piece in self.pieces:
            if sample < len(piece):
                one: NDArray[np.float32] = piece[sample]
                return one
            sample -= len(piece)
        raise IndexError(sample)


def check_size(samples: int, genes: int, file: str) -> None:
    """Raises E-GENO-15 for a matrix that memory should not be asked for."""
    if samples * genes > MOST_VALUES:
        raise WardroundError("E-GENO-15", file=file, samples=samples, genes=genes, limit=MOST_VALUES // 1_000_000)


@dataclass(frozen=True)
class Look:
    """How the values of a matrix look."""

    kind: str  # COUNTS … CENTRED
    low: float
    missing: int
    values: int


def look(pieces: Sequence[NDArray[np.float32]], totals: Sequence[float], token: Token | None = None) -> Look:
    """What kind of values these are: whole numbers are counts, totals near a million are TPM or CPM, negative numbers are centred
    logarithms, and anything that stays under 50 is a logarithm.

    Args:
        pieces: of a Matrix.
        totals: of some samples, the sum over all genes.
        token: for cancelling.

    Returns: their kind, the lowest, how many are missing.
    """
    low, high, missing, values, whole = np.inf, -np.inf, 0, 0, True
    for piece in pieces:
        if token is not None:
            token.check()
        gaps = int(np.isnan(piece).sum())
        missing += gaps
        values += piece.size
        if gaps < piece.size:
            low, high = min(low, float(np.nanmin(piece))), max(high, float(np.nanmax(piece)))
            whole = whole and not np.any((piece != np.trunc(piece)) & ~np.isnan(piece))
    if not values - missing:
        return Look(LOGS, 0.0, missing, values)
    if low < 0:
        kind = CENTRED
    elif whole and high > 1:
        kind = COUNTS
    elif high <= _LOG_LIMIT:
        kind = LOGS
    elif totals and all(9e5 < total < 1.1e6 for total in totals):
        kind = SCALED
    else:
        kind = LINEAR
    return Look(kind, low, missing, values)
