# SPDX-License-Identifier: Apache-2.0
"""An expression matrix at a glance: the genes that vary, and the plane that scikit-learn finds too."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from sklearn.decomposition import PCA

from engine.errors import Cancelled, WardroundError
from engine.records import blocks, overview
from engine.records.blocks import Block
from engine.records.memory import MemoryTable
from engine.values import NoToken

RANDOM = np.random.default_rng(5)
GENES = 90


def table_of(matrix: np.ndarray, gaps: tuple[int, ...] = ()) -> MemoryTable:
    """Rows with a profile each, and rows without before the places in ``gaps``."""
    block = Block("expression", "float32", tuple(f"G{number}" for number in range(matrix.shape[1])), 4 * matrix.shape[1], {"scale": "log2"})
    rows: list[np.ndarray | None] = list(matrix.astype(np.float32))
    for gap in gaps:
        rows.insert(gap, None)
    schema = pa.schema([pa.field("sample", pa.string()), blocks.field_of("profile", block)])
    return MemoryTable(pa.table([pa.array([str(number) for number in range(len(rows))]), blocks.cells(rows, block)], schema=schema))


def groups() -> np.ndarray:
    """(60, GENES): three groups of samples that differ in six genes; all others hardly vary."""
    matrix = RANDOM.normal(5, 0.1, (60, GENES))
    matrix[:20, [3, 7]] += 6
    matrix[20:40, [11, 50]] += 5
    matrix[:30, [80, 81]] -= 4
    return matrix


def test_the_plane_is_that_of_scikit_learn() -> None:
    matrix = groups()
    found = overview.overview(table_of(matrix), "profile", NoToken())
    reference = PCA(2).fit(matrix)
    plane = reference.transform(matrix)
    for axis in (0, 1):
        sign = np.sign(found.plane[:, axis] @ plane[:, axis])
        assert np.allclose(found.plane[:, axis], sign * plane[:, axis], atol=1e-3)
        assert found.plane[np.abs(found.plane[:, axis]).argmax(), axis] > 0
    assert found.explained == pytest.approx(tuple(reference.explained_variance_ratio_), rel=1e-4)
    assert (found.samples, found.all_genes, found.scale) == (60, GENES, "log2")


def test_the_genes_that_vary_come_first_and_constant_ones_never() -> None:
    matrix = groups()
    matrix[:, 60:75] = 1.0
    found = overview.overview(table_of(matrix), "profile", NoToken())
    assert set(found.genes[:6]) == {"G3", "G7", "G11", "G50", "G80", "G81"}
    assert len(found.genes) == overview.GENES
    assert not set(found.genes) & {f"G{number}" for number in range(60, 75)}
    assert found.heat.shape == (overview.GENES, 60)
    assert np.abs(found.heat).max() <= 3.0
    assert np.allclose(found.heat.mean(axis=1), 0, atol=0.1)  # what lies beyond three deviations is drawn as three
    assert sorted(found.columns) == list(range(60))


def test_rows_without_a_profile_and_missing_values() -> None:
    matrix = groups()
    matrix[5, 3] = np.nan
    matrix[:, 89] = np.nan
    found = overview.overview(table_of(matrix, gaps=(0, 10)), "profile", NoToken())
    assert found.samples == 60
    assert not {0, 10} & set(found.points)
    assert np.isfinite(found.plane).all()
    row = found.genes.index("G3")
    assert np.isnan(found.heat[row, found.columns.index(6)])


def test_many_samples_are_thinned_evenly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "POINTS", 20)
    monkeypatch.setattr(overview, "SAMPLES", 12)
    found = overview.overview(table_of(groups()), "profile", NoToken())
    assert (len(found.points), len(found.columns), found.samples) == (20, 12, 60)
    assert found.points[0] == 0
    assert found.points[-1] == 59


def test_what_cannot_be_looked_at() -> None:
    for table, column in ((table_of(groups()[:2]), "profile"), (table_of(groups()), "sample")):
        with pytest.raises(WardroundError) as caught:
            overview.overview(table, column, NoToken())
        assert caught.value.code == "E-GENO-23"


def test_it_can_be_stopped() -> None:
    class Stop(NoToken):
        def check(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        overview.overview(table_of(groups()), "profile", Stop())
