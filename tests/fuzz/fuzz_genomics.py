# SPDX-License-Identifier: Apache-2.0
"""Any bytes as VCF, BCF, an expression matrix, h5ad or a file of molecules are read or refused in words; by hand, with atheris.

    pip install atheris
    .venv/bin/python tests/fuzz/fuzz_genomics.py vcf|bcf|matrix|gct|h5ad|sdf|smiles [-runs=100000] [corpus folder]

Begins with small valid files, which it changes by itself. Compressed forms are left out: behind a checksum nothing is found.
"""

from __future__ import annotations

import gzip
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine.records"]):
    from engine.errors import WardroundError
    from engine.records import loaders, matrix
    from engine.records.loader import ReadOptions
    from tests.support import samples_genomics, samples_molecules, vcf_maker

FOLDER = Path(tempfile.mkdtemp())
matrix.MOST_VALUES = 1 << 20  # else most of the time goes into large empty matrices
SUFFIXES = {"vcf": ".vcf", "bcf": ".bcf", "matrix": ".tsv", "gct": ".gct", "h5ad": ".h5ad", "sdf": ".sdf", "smiles": ".smi"}
SETTINGS = {"vcf": {"variants": "rs1,1:5:A:G,rs2:T"}, "bcf": {"variants": "rs1,1:5:A:G,rs2:T"}, "matrix": {"format": "expression"}}
RECORDS = ("chr1 5 rs1 A G . . . GT:DP 0/1:3 1|1:4 ./.:.", "chr1 9 rs2;x C T,G . PASS . GT 0/2 1 ./1")


def seeds(kind: str) -> list[bytes]:
    """Small valid files."""
    if kind == "vcf":
        return [vcf_maker.text(RECORDS).encode(), vcf_maker.text(RECORDS, meta=()).encode()]
    if kind == "bcf":
        return [gzip.decompress(vcf_maker.put(FOLDER / "seed.bcf", vcf_maker.text(RECORDS)).read_bytes())]
    if kind == "matrix":
        return [b"gene\ts1\ts2\nTP53\t1\t2.5\nKRAS\t\t4\nTP53\t5\tNA\n", b"sample;A;B;state\nx;1,5;2;ill\ny;3;4,5;well\n"]
    if kind == "gct":
        head = b"#1.3\n2\t2\t1\t1\nid\tsymbol\ta\tb\nstate\tna\till\twell\n"
        return [b"#1.2\n2\t2\nName\tDescription\ta\tb\nTP53\tx\t1\t2\nKRAS\ty\t3\t4\n", head + b"G1\tTP53\t1\t2\nG2\tKRAS\t3\t4\n"]
    if kind == "h5ad":
        samples_genomics.PEOPLE, samples_genomics.PATIENTS, samples_genomics.GENES = 3, ("a", "b", "c"), ("TP53", "KRAS", "BRCA1")
        return [samples_genomics.h5ad(FOLDER, 0).read_bytes()]
    if kind == "sdf":
        return [(samples_molecules.block(number) + "> <IC50>\n1.5\n\n$$$$\n").encode() for number in range(3)]
    return [b"CCO ethanol\nc1ccccc1 benzene\n[Na+].[Cl-] salt\n", b"smiles name\nC[C@H](N)C(=O)O L-Ala\n"]


def main() -> None:
    kind = sys.argv.pop(1)
    path = FOLDER / f"a{SUFFIXES[kind]}"
    options = ReadOptions(settings=SETTINGS.get(kind, {}))
    corpus = Path(tempfile.mkdtemp())
    for number, content in enumerate(seeds(kind)):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        path.write_bytes(content)
        try:
            for _ in loaders.read(path, options):
                pass
        except WardroundError:
            return

    atheris.Setup([*sys.argv, str(corpus), "-max_len=20000", "-rss_limit_mb=3000", "-timeout=20"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
