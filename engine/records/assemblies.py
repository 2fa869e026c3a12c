# SPDX-License-Identifier: Apache-2.0
"""The human reference builds: lengths of their chromosomes, and which one a file was made with.

Lengths: Genome Reference Consortium, GRCh37.p13 and GRCh38.p14 (the primary chromosomes never change within a build).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

BUILDS = ("GRCh37", "GRCh38")
_NAMES = (*(str(number) for number in range(1, 23)), "X", "Y")
_LENGTHS = {
    "GRCh37": (
        249250621, 243199373, 198022430, 191154276, 180915260, 171115067, 159138663, 146364022, 141213431, 135534747, 135006516, 133851895,
        115169878, 107349540, 102531392, 90354753, 81195210, 78077248, 59128983, 63025520, 48129895, 51304566, 155270560, 59373566,
    ),
    "GRCh38": (
        248956422, 242193529, 198295559, 190214555, 181538259, 170805979, 159345973, 145138636, 138394717, 133797422, 135086622, 133275309,
        114364328, 107043718, 101991189, 90338345, 83257441, 80373285, 58617616, 64444167, 46709983, 50818468, 156040895, 57227415,
    ),
}  # fmt: skip
LENGTHS: Mapping[str, Mapping[str, int]] = {build: dict(zip(_NAMES, lengths, strict=True)) for build, lengths in _LENGTHS.items()}
OTHER = "other"
_SAID = {
    "GRCh37": re.compile(r"grch37|hg19|\bb37\b|hs37|g1k_v37|human_b37", re.IGNORECASE),
    "GRCh38": re.compile(r"grch38|hg38|\bb38\b|hs38", re.IGNORECASE),
}


def plain(contig: str) -> str:
    """The name of a chromosome as all files could write it: without "chr", the mitochondrial one as MT."""
    name = contig[3:] if contig[:3].lower() == "chr" else contig
    upper = name.upper()
    return "MT" if upper in ("M", "MT") else upper if upper in ("X", "Y") else name


def spellings(contig: str) -> tuple[str, ...]:
    """The ways in which files write that chromosome."""
    name = plain(contig)
    bare = ("MT", "M") if name == "MT" else (name,)
    return (*bare, *(f"chr{each}" for each in bare))


def by_lengths(contigs: Mapping[str, int]) -> str:
    """The build that the declared lengths (0: not declared) fit: GRCh37, GRCh38, "other", or "" when none is declared."""
    known = {plain(name): length for name, length in contigs.items() if length and plain(name) in _NAMES}
    if not known:
        return ""
    fits = {build: sum(lengths[name] == length for name, length in known.items()) for build, lengths in LENGTHS.items()}
    best = max(BUILDS, key=lambda build: fits[build])
    return best if fits[best] == len(known) else OTHER


def by_words(words: str) -> str:
    """The build that a header names in its reference or assembly; "" when none or both."""
    named = [build for build, pattern in _SAID.items() if pattern.search(words)]
    return named[0] if len(named) == 1 else ""
