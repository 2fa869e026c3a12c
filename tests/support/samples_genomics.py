# SPDX-License-Identifier: Apache-2.0
"""Samples of genotype files and expression matrices."""

from __future__ import annotations

import gzip
from pathlib import Path

import h5py
import numpy as np

from tests.support import vcf_maker
from tests.support.samples import Sample

PEOPLE = 300
PATIENTS = tuple(f"P{number:03d}" for number in range(PEOPLE))
GENES = tuple(f"{first}{second}R{number}" for first in "ABCDEFGH" for second in "KLMNO" for number in range(1, 7))


def vcf(folder: Path, variant: int, name: str) -> Path:
    calls = [("0/1", "1|1", "./.", "0/0")[(number + variant) % 4] for number in range(PEOPLE)]
    records = [f"chr1 {1000 + place} rs{place} A G,T . PASS . GT {' '.join(calls)}" for place in range(40)]
    return vcf_maker.put(folder / name, vcf_maker.text(records, PATIENTS))


def values(variant: int) -> np.ndarray:
    """(genes, people) of whole numbers; the first gene of the first person is 3."""
    table = np.random.default_rng(variant).poisson(50, (len(GENES), PEOPLE)).astype(np.float64)
    table[0, 0] = 3
    return table


def gct(folder: Path, variant: int) -> Path:
    table = values(variant)
    head = f"#1.2\n{len(GENES)}\t{PEOPLE}\n" + "\t".join(("Name", "Description", *PATIENTS))
    body = "\n".join("\t".join((name, "na", *map(str, row))) for name, row in zip(GENES, table.tolist(), strict=True))
    path = folder / "矩阵.gct.gz"
    path.write_bytes(gzip.compress(f"{head}\n{body}\n".encode(), mtime=0))
    return path


def text(folder: Path, variant: int) -> Path:
    table = values(variant)
    body = "\n".join("\t".join((name, *map(str, row))) for name, row in zip(GENES, table.tolist(), strict=True))
    path = folder / "矩阵.tsv.gz"
    path.write_bytes(gzip.compress(("\t".join(("gene", *PATIENTS)) + f"\n{body}\n").encode(), mtime=0))
    return path


def h5ad(folder: Path, variant: int) -> Path:
    """As anndata writes one, without its time stamps."""
    path = folder / "矩阵.h5ad"
    with h5py.File(path, "w", track_order=False) as file:
        file.create_dataset("X", data=values(variant).T.astype(np.float32), compression="gzip")
        for name, index in (("obs", PATIENTS), ("var", GENES)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group.attrs["column-order"] = np.array([], dtype="S1")
            group["_index"] = np.array(index, dtype=h5py.string_dtype())
    return path


_CALLED = {"sample": "P000", "rs7:G": 1.0, "rs7:T": 0.0}
_MATRIX = {"sample": "P000", "expression": str(len(GENES))}

SAMPLES: dict[str, Sample] = {
    "vcf: bgzip": Sample(
        lambda folder, variant: vcf(folder, variant, "基因 1.vcf.gz"), ("sample", "rs7:G", "rs7:T"), PEOPLE, _CALLED, {"variants": "rs7"}
    ),
    "vcf: binary": Sample(
        lambda folder, variant: vcf(folder, variant, "基因 1.bcf"), ("sample", "rs7:G", "rs7:T"), PEOPLE, _CALLED, {"variants": "rs7"}
    ),
    "expression: gct": Sample(gct, ("sample", "expression"), PEOPLE, _MATRIX),
    "expression: text": Sample(text, ("sample", "expression"), PEOPLE, _MATRIX),
    "expression: h5ad": Sample(h5ad, ("sample", "expression"), PEOPLE, _MATRIX),
    "expression: named genes": Sample(
        gct, ("sample", GENES[0]), PEOPLE, {"sample": "P000", GENES[0]: 3.0}, {"genes": GENES[0], "transform": "none"}
    ),
}
