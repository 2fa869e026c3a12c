# SPDX-License-Identifier: Apache-2.0
"""Small VCF texts, and their BCF by htslib (pysam)."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pysam

from engine.records.assemblies import LENGTHS

COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
GT = '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">'
DP = '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">'
CONTIGS = tuple(f"##contig=<ID=chr{name},length={length}>" for name, length in LENGTHS["GRCh38"].items())


def text(records: Sequence[str], samples: Sequence[str] = ("A", "B", "C"), meta: Sequence[str] = (*CONTIGS, GT, DP)) -> str:
    """A VCF; ``records`` are written with blanks instead of tabs."""
    columns = "\t".join((COLUMNS, "FORMAT", *samples)) if samples else COLUMNS
    return "\n".join(("##fileformat=VCFv4.3", *meta, columns, *("\t".join(record.split()) for record in records), ""))


def put(path: Path, content: str) -> Path:
    """Writes a VCF as the file's name says: .vcf, .vcf.gz (bgzip) or .bcf."""
    if path.name.endswith(".bcf"):
        plain = path.with_suffix(".text")
        plain.write_text(content, encoding="utf-8")
        with pysam.VariantFile(str(plain)) as source, pysam.VariantFile(str(path), "wb", header=source.header) as sink:
            for record in source:
                sink.write(record)
        plain.unlink()
    elif path.name.endswith(".gz"):
        with pysam.BGZFile(str(path), "wb") as sink:
            sink.write(content.encode())
    else:
        path.write_text(content, encoding="utf-8")
    return path


def put_gzip(path: Path, content: str) -> Path:
    """As gzip writes it: one member, no blocks."""
    path.write_bytes(gzip.compress(content.encode()))
    return path
