# SPDX-License-Identifier: Apache-2.0
"""How long an expression matrix takes into the vault, as one encrypted column: 20,000 genes of 1,000 samples, made here.

    .venv/bin/python tests/benchmarks/read_matrix.py [--genes 20000] [--samples 1000]

Prints for both ways in which a text can lie, for GCT under gzip and for h5ad the seconds of preview, survey and import
(which includes a survey), and the peak memory of a process of its own.
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import h5py
import numpy as np

from engine.records import loaders
from engine.records.vault import Vault
from engine.store.connection import open_database
from engine.store.site_schema import MIGRATIONS
from engine.trust.keys import MasterKey


def make(folder: Path, genes: int, samples: int) -> list[Path]:
    """Writes the files."""
    values = np.random.default_rng(0).gamma(0.4, 300, (genes, samples)).round(2)
    names = [f"ENSG{number:011d}" for number in range(genes)]
    people = [f"S{number:05d}" for number in range(samples)]

    def text(corner: str, rows: list[str], columns: list[str], table: np.ndarray) -> str:
        body = "\n".join(name + "\t" + "\t".join(map(str, row)) for name, row in zip(rows, table.tolist(), strict=True))
        return "\t".join((corner, *columns)) + "\n" + body + "\n"

    by_gene = text("gene_id", names, people, values)
    paths = [folder / name for name in ("genes.tsv", "samples.tsv", "a.gct.gz", "a.h5ad")]
    paths[0].write_text(by_gene)
    paths[1].write_text(text("sample", people, names, values.T))
    head, body = by_gene.split("\n", 1)
    with gzip.open(paths[2], "wt", compresslevel=1) as file:
        file.write(f"#1.3\n{genes}\t{samples}\t0\t0\n{head}\n{body}")
    with h5py.File(paths[3], "w") as file:
        file.create_dataset("X", data=values.T.astype(np.float32), compression="gzip", compression_opts=1)
        for name, index in (("obs", people), ("var", names)):
            group = file.create_group(name)
            group.attrs["_index"] = "_index"
            group["_index"] = np.array(index, dtype=h5py.string_dtype())
    return paths


def measure(path: Path, folder: Path) -> None:
    """Prints one line."""
    master = MasterKey(bytes(range(32)))
    folder.mkdir()
    database = open_database(folder / "site.db", master.derive("store"), MIGRATIONS)
    vault = Vault(folder / "vault", database, master)
    begin = time.perf_counter()
    loaders.preview(path)
    previewed = time.perf_counter()
    loaders.survey(path)
    surveyed = time.perf_counter()
    version = vault.import_table(path, "matrix")
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    shape = version.columns[-1].shape
    print(
        f"{path.name} ({path.stat().st_size / 1e6:.0f} MB): {version.rows} rows × {len(version.columns)} columns {shape}; preview "
        f"{previewed - begin:.2f} s · survey {surveyed - previewed:.2f} s · import {end - surveyed:.2f} s · peak {peak:.0f} MiB"
    )
    vault.close()
    database.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--samples", type=int, default=1000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number, path in enumerate(make(folder, arguments.genes, arguments.samples)):
            process = multiprocessing.get_context("spawn").Process(target=measure, args=(path, folder / str(number)))
            process.start()
            process.join()


if __name__ == "__main__":
    main()
