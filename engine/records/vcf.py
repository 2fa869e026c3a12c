# SPDX-License-Identifier: Apache-2.0
"""VCF text, read as far as genotypes need: the header, and of each record its place; a whole record only where it is wanted.

VCF 4.1 to 4.4 (samtools/hts-specs). A line costs about a microsecond whatever its length, so a file is read at the speed at
which it can be inflated, without an index. Our own reader rather than htslib's: that has no wheels for Windows, where most
sites are, parses every genotype to give a few, and is C code that would meet untrusted files in a process that holds keys.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import assemblies
from engine.records.inflate import Inflated
from engine.records.variants import ABSENT, MISSING, Record, Sieve

LONGEST_LINE = 256 << 20
_HEADER_BYTES = 64 << 20
_FIXED = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO")
_PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^,>]*)')
_MOST_PLOIDY = 64


@dataclass(frozen=True)
class Header:
    """What a file says about itself. ``contigs``: name → length, 0 where none is declared."""

    samples: tuple[str, ...]
    contigs: Mapping[str, int]
    words: str  # where it names its reference
    lines: int  # of the header, the column names included
    formats: tuple[str, ...] = ()  # of a BCF: its dictionary of strings
    names: tuple[str, ...] = ()  # of a BCF: its dictionary of contigs


class Places:
    """Checks each record's place and counts what the header does not know."""

    def __init__(self, header: Header, build: str, file: str) -> None:
        self._file = file
        self._contigs = header.contigs
        self._lengths = dict(header.contigs)
        known = assemblies.LENGTHS.get(build, {})
        for name in (spelling for bare in known for spelling in assemblies.spellings(bare)):
            if not self._lengths.get(name):
                self._lengths[name] = known[assemblies.plain(name)]
        self.records = 0
        self.undeclared: dict[str, int] = {}

    def check(self, contig: str, position: int, number: int) -> None:
        """Counts one record.

        Raises:
            WardroundError: E-GENO-05 a place beyond the end of its chromosome.
        """
        self.records += 1
        length = self._lengths.get(contig, 0)
        if length and position > length + 1:  # one beyond the end is the telomere
            raise WardroundError("E-GENO-05", file=self._file, row=number, contig=contig[:40], length=length)
        if self._contigs and contig not in self._contigs:
            self.undeclared[contig] = self.undeclared.get(contig, 0) + 1


def read_header(lines: Iterator[bytes], file: str) -> Header:
    """The header, up to and with the line of column names.

    Raises:
        WardroundError: E-GENO-01 it is none, is cut short, or has a broken line of column names · E-GENO-08 two samples of one name.
    """
    meta: list[str] = []
    size = 0
    for number, line in enumerate(lines, start=1):
        size += len(line)
        if size > _HEADER_BYTES:
            break
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = line.decode("latin-1")
        if number == 1 and not text.startswith("##fileformat=VCF"):
            break
        if text.startswith("##"):
            meta.append(text)
            continue
        names = text.rstrip("\n").split("\t")
        samples = tuple(names[len(_FIXED) + 1 :])
        if tuple(names[: len(_FIXED)]) != _FIXED or names[len(_FIXED) : len(_FIXED) + 1] not in ([], ["FORMAT"]) or not all(samples):
            raise WardroundError("E-GENO-01", file=file, row=number)
        if len(set(samples)) < len(samples):
            places = [place for place, name in enumerate(samples, start=1) if name in samples[: place - 1]]
            raise WardroundError("E-GENO-08", file=file, count=len(places), places=", ".join(map(str, places[:5])))
        return header_of(meta, samples, number)
    raise WardroundError("E-GENO-01", file=file, row=len(meta) + 1)


def header_of(meta: list[str], samples: tuple[str, ...], lines: int) -> Header:
    """A header from its lines."""
    contigs: dict[str, int] = {}
    words: list[str] = []
    formats: dict[int, str] = {0: "PASS"}
    names: dict[int, str] = {}
    for text in meta:
        kind = text[2:].partition("=")[0]
        if kind in ("reference", "assembly"):
            words.append(text)
        if kind not in ("contig", "FILTER", "INFO", "FORMAT"):
            continue
        pairs = {key: value.strip('"') for key, value in _PAIR.findall(text.partition("<")[2])}
        name = pairs.get("ID", "")
        if kind == "contig":
            contigs[name] = _whole(pairs.get("length", "")) or 0
            words.append(pairs.get("assembly", ""))
            names[_index(pairs, len(names))] = name
        elif name not in formats.values():
            formats[_index(pairs, len(formats))] = name
    return Header(samples, contigs, " ".join(words), lines, _dictionary(formats), _dictionary(names))


def _index(pairs: Mapping[str, str], following: int) -> int:
    said = _whole(pairs.get("IDX", ""))
    return following if said is None or said > 1 << 20 else said


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def _dictionary(entries: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(entries.get(number, "") for number in range(max(entries, default=-1) + 1))


def records(lines: Iterator[bytes], header: Header, sieve: Sieve | None, places: Places, path: Path) -> Iterator[Record]:
    """The records that the sieve lets through (None: all), every record checked.

    Raises:
        WardroundError: E-GENO-03 a line that is no record · E-GENO-05 · E-GENO-07 a genotype that is none · E-GENO-09 an endless line.
    """
    fields = len(_FIXED) + (1 + len(header.samples) if header.samples else 0)
    tabs = (fields - 1, fields) if not header.samples else (fields - 1,)  # a FORMAT column without samples is allowed
    contigs: dict[bytes, str] = {}
    for number, line in enumerate(lines, start=header.lines + 1):
        if len(line) > LONGEST_LINE:
            raise WardroundError("E-GENO-09", file=path.name, row=number, limit=LONGEST_LINE >> 20)
        parts = line.split(b"\t", 5)
        if len(parts) < 6 or not parts[1].isdigit() or len(parts[1]) > 10 or line.count(b"\t") not in tabs:
            if not line:
                continue
            raise WardroundError("E-GENO-03", file=path.name, row=number)
        name, where, identifiers, ref, alts, _ = parts
        contig = contigs.get(name)
        if contig is None:
            contig = contigs[name] = name.decode("utf-8", "replace")
        position = int(where)
        places.check(contig, position, number)
        ids = identifiers.split(b";") if b";" in identifiers else [identifiers]
        if sieve is None or (name, position) in sieve.places or not sieve.ids.isdisjoint(ids):
            yield Record(
                number,
                contig,
                position,
                tuple(each.decode("utf-8", "replace") for each in ids if each != b"."),
                ref.decode("latin-1").upper(),
                tuple(each.decode("latin-1").upper() for each in alts.split(b",") if each != b"."),
                functools.partial(_alleles, line, alts, number, path),
            )


def _alleles(line: bytes, alts: bytes, number: int, path: Path) -> NDArray[np.int16] | None:
    """(samples, ploidy) alleles of one line; None when it has no GT."""
    columns = line.split(b"\t")[len(_FIXED) :]
    keys = columns[0].split(b":") if columns else []
    if b"GT" not in keys:
        return None
    place = keys.index(b"GT")
    most = 0 if alts == b"." else alts.count(b",") + 1
    codes: dict[bytes, int] = {}
    rows = []
    for column in columns[1:]:
        parts = column.split(b":", place + 1)
        rows.append(codes.setdefault(parts[place] if place < len(parts) else b".", len(codes)))
    calls = [_call(text, most, number, path) for text in codes]
    table = np.full((len(calls), max((len(call) for call in calls), default=1)), ABSENT, np.int16)
    for row, call in enumerate(calls):
        table[row, : len(call)] = call
    return table[np.array(rows, np.intp)]


def _call(text: bytes, most: int, number: int, path: Path) -> list[int]:
    """``0|1`` → [0, 1]; VCF 4.4 may begin with the phase of the first allele, ``|0|1``."""
    parts = text.replace(b"|", b"/").removeprefix(b"/").split(b"/")
    call = [MISSING if part == b"." else int(part) if part.isdigit() and len(part) < 4 else most + 1 for part in parts]
    if max(call) > most or len(call) > _MOST_PLOIDY:
        raise WardroundError("E-GENO-07", file=path.name, row=number)
    return call


def lines_of(source: Inflated) -> Iterator[bytes]:
    """The lines of a VCF."""
    return source.lines(LONGEST_LINE)
