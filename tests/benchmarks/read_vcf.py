# SPDX-License-Identifier: Apache-2.0
"""How long named variants take to read from a VCF without an index: 100,000 variants of 500 samples, 20 named, made here.

    .venv/bin/python tests/benchmarks/read_vcf.py [--variants 100000] [--samples 500] [--pysam]

Prints the seconds of preview, survey and batches, for genotypes alone and for the five fields that callers write; with
``--pysam`` those that htslib needs for the same dosages in the same run.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pysam

from engine.records import loaders
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support.vcf_maker import COLUMNS, CONTIGS, GT

FULL = ("GT:AD:DP:GQ:PL", ("0/0:31,0:31:90:0,90,1350", "0/1:14,15:29:99:420,0,398", "1/1:0,27:27:81:1102,81,0", "./.:.:.:.:."))
BARE = ("GT", ("0/0", "0/1", "1/1", "./."))


def make(path: Path, variants: int, samples: int, form: tuple[str, tuple[str, ...]]) -> int:
    """Writes the file (bgzip); the bytes of its text."""
    random = np.random.default_rng(0)
    calls = np.array(form[1], dtype=object)
    total = 0
    with pysam.BGZFile(str(path), "wb") as sink:
        columns = "\t".join((COLUMNS, "FORMAT", *(f"S{number:05d}" for number in range(samples))))
        sink.write("\n".join(("##fileformat=VCFv4.2", *CONTIGS, GT, columns, "")).encode())
        for number in range(variants):
            row = "\t".join(calls[random.choice(4, samples, p=(0.8, 0.13, 0.05, 0.02))])
            line = f"chr1\t{1000 + 30 * number}\trs{number}\tA\tG\t.\tPASS\t.\t{form[0]}\t{row}\n".encode()
            total += len(line)
            sink.write(line)
    return total


def by_pysam(path: Path, names: set[str]) -> int:
    """The same dosages by htslib."""
    found = 0
    with pysam.VariantFile(str(path)) as source:
        for record in source:
            if record.id in names:
                found += sum(sum(index or 0 for index in call.allele_indices) for call in record.samples.values())
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--pysam", action="store_true")
    arguments = parser.parse_args()
    names = [f"rs{number}" for number in np.linspace(0, arguments.variants - 1, 20, dtype=int)]
    for title, form in (("GT", BARE), ("GT:AD:DP:GQ:PL", FULL)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.vcf.gz"
            size = make(path, arguments.variants, arguments.samples, form)
            options = ReadOptions(settings={"variants": ",".join(names)})
            begin = time.perf_counter()
            loaders.preview(path, options)
            previewed = time.perf_counter()
            survey = loaders.survey(path, options)
            surveyed = time.perf_counter()
            rows = sum(batch.num_rows for batch in survey.batches(NoToken()))
            end = time.perf_counter()
            assert rows == arguments.samples
            assert len(survey.schema) == 21
            print(f"{title}: {size / 1e6:.0f} MB of text, {path.stat().st_size / 1e6:.0f} MB on disk")
            print(f"  preview {previewed - begin:.2f} s · survey {surveyed - previewed:.2f} s · batches {end - surveyed:.2f} s")
            if arguments.pysam:
                begin = time.perf_counter()
                by_pysam(path, set(names))
                print(f"  htslib {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    main()
