# SPDX-License-Identifier: Apache-2.0
"""Named variants: what a person asks for, which records of a file it means, and the dosage of each sample.

A variant is asked for as ``rs429358``, as ``rs429358:C`` (one of several alternative alleles), or as ``19:44908684:T:C``.
The dosage is the number of copies of the alternative allele, phased or not: 0, 1, 2; missing for a genotype that is not known
whole ("./.", and "./1": half a call is no call). Haploid genotypes (X, Y, MT of men) count as 0 or 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import assemblies
from engine.records.loader import listed
from engine.records.source import head_of

MOST = 10_000
SAMPLE = "sample"
"""The column of the patients' names."""
MISSING, ABSENT = -1, -2
"""An allele that was not called; a place that a sample of lower ploidy does not have."""
_LIST_BYTES = 1 << 20
_PLACE = re.compile(r"^(?P<contig>(?:chr)?[0-9A-Za-z_.]{1,60})[:\-](?P<position>[0-9]{1,10})[:\-](?P<ref>[ACGTN]+)[:\-](?P<alt>[ACGTN]+)$")
_IDENTIFIER = re.compile(r"^(?P<id>[A-Za-z][A-Za-z0-9_.]{1,60})(?::(?P<alt>[ACGTN]+))?$")
_COMPLEMENT = str.maketrans("ACGT", "TGCA")


@dataclass(frozen=True)
class Wanted:
    """One variant that was asked for: by ``id`` (``alt`` may be "": all of them) or by place."""

    text: str
    id: str = ""
    contig: str = ""
    position: int = 0
    ref: str = ""
    alt: str = ""


@dataclass(frozen=True)
class Record:
    """One record of a file; ``number`` is its line, or its place among the records of a BCF.

    ``alleles``: (samples, ploidy) int16: 0 the reference, k the k-th of ``alts``, MISSING, ABSENT; None without genotypes.
    """

    number: int
    contig: str
    position: int
    ids: tuple[str, ...]
    ref: str
    alts: tuple[str, ...]
    alleles: Callable[[], NDArray[np.int16] | None]


@dataclass(frozen=True)
class Sieve:
    """Which records are worth parsing: their ids, and their places as the file may write them."""

    ids: frozenset[bytes]
    places: frozenset[tuple[bytes, int]]


@dataclass
class Column:
    """The dosages of one variant, (samples,) float64, NaN where missing; and which calls were half, haploid, of more than two alleles."""

    name: str
    dosage: NDArray[np.float64]
    half_calls: NDArray[np.bool_]
    haploid: NDArray[np.bool_]
    polyploid: NDArray[np.bool_]


class Panel:
    """The variants that were asked for, filled while the records of a file go by."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self.wanted = tuple(wanted)
        self.twice: list[str] = []
        self._columns: list[list[Column]] = [[] for _ in self.wanted]
        self._doubts: dict[str, str] = {}
        self._where: dict[int, tuple[str, int]] = {}
        self._by_id: dict[str, list[int]] = {}
        self._by_place: dict[tuple[str, int], list[int]] = {}
        for number, each in enumerate(self.wanted):
            if each.id:
                self._by_id.setdefault(each.id, []).append(number)
            else:
                self._by_place.setdefault((assemblies.plain(each.contig), each.position), []).append(number)

    @property
    def sieve(self) -> Sieve:
        """What to look for."""
        places = {(name.encode(), position) for contig, position in self._by_place for name in assemblies.spellings(contig)}
        return Sieve(frozenset(name.encode() for name in self._by_id), frozenset(places))

    def add(self, record: Record) -> None:
        """Takes a record's dosages for each variant that it is."""
        here = (assemblies.plain(record.contig), record.position)
        numbers = [*self._by_place.get(here, ()), *(number for name in record.ids for number in self._by_id.get(name, ()))]
        chosen = [(number, self._chosen(self.wanted[number], record)) for number in numbers]
        if not any(found for _, found in chosen):
            return
        alleles = record.alleles()
        for number, found in chosen:
            text = self.wanted[number].text
            if found and alleles is None:
                self._doubts[text] = "untyped"
                continue
            for name, code in found:
                if any(column.name == name for column in self._columns[number]) or self._where.setdefault(number, here) != here:
                    self.twice.append(text)
                elif alleles is not None:
                    self._columns[number].append(_column(name, alleles, code))

    def _chosen(self, each: Wanted, record: Record) -> list[tuple[str, int]]:
        """(Name, allele code) of the columns that this record gives a variant."""
        alts = [(alt, code) for code, alt in enumerate(record.alts, start=1) if _is_sequence(alt)]
        if not each.alt:
            # The name says the allele as soon as there is a choice; a record per allele ("split") comes here more than once.
            return [(f"{each.id}:{alt}", code) for alt, code in alts] or [(each.id, 1)]
        found = [(each.text, code) for alt, code in alts if alt == each.alt and each.ref in ("", record.ref)]
        if not found:
            self._doubts.setdefault(each.text, _difference(each, record, [alt for alt, _ in alts]))
        return found

    def settle(self) -> list[Column]:
        """The columns in the order in which they were asked for; a variant with a single alternative allele keeps its own name."""
        for each, columns in zip(self.wanted, self._columns, strict=True):
            if len(columns) == 1:
                columns[0].name = each.text
        named = {column.name: column for columns in reversed(self._columns) for column in reversed(columns)}  # "rs2, rs2:T": one column
        return [named.pop(column.name) for columns in self._columns for column in columns if column.name in named]

    def without(self, why: str) -> list[str]:
        """The variants that have no column, and why: ``absent`` (no record), ``swapped`` (reference and alternative allele are
        exchanged), ``strand`` (the letters of the other strand), ``differs`` (other alleles), ``untyped`` (no genotypes)."""
        empty = [each.text for each, columns in zip(self.wanted, self._columns, strict=True) if not columns]
        return [text for text in empty if self._doubts.get(text, "absent") == why]


def _difference(each: Wanted, record: Record, alts: Sequence[str]) -> str:
    if each.ref and each.ref in alts and each.alt == record.ref:
        return "swapped"
    if each.alt.translate(_COMPLEMENT) in alts and each.ref.translate(_COMPLEMENT) in ("", record.ref):
        return "strand"
    return "differs"


def parse(said: str, file: str) -> tuple[Wanted, ...]:
    """The variants of the option: separated by commas, or ``@FILE`` with one a line ("#" begins a comment).

    Raises:
        WardroundError: E-GENO-02 what is no name of a variant, one that is named twice, or too many · E-FILE-01 the list cannot be read.
    """
    names = listed(said)
    if len(names) == 1 and names[0].startswith("@"):
        path = Path(names[0][1:])
        text = head_of(path, _LIST_BYTES).decode("utf-8-sig", "replace")
        names = tuple(name for line in text.splitlines() if (name := line.partition("#")[0].strip()))
    if len(names) > MOST:
        raise WardroundError("E-GENO-02", file=file, number=MOST + 1, limit=MOST)
    found: dict[str, Wanted] = {}
    for number, name in enumerate(names, start=1):
        place, identifier = _PLACE.match(name), _IDENTIFIER.match(name)
        if name in found or not (place or identifier) or name == SAMPLE:
            raise WardroundError("E-GENO-02", file=file, number=number, limit=MOST)
        if place:
            found[name] = Wanted(name, "", place["contig"], int(place["position"]), place["ref"], place["alt"])
        elif identifier:
            found[name] = Wanted(name, identifier["id"], alt=identifier["alt"] or "")
    return tuple(found.values())


def palindromic(each: Wanted) -> bool:
    """Whether its letters are the same on both strands, so that they cannot tell the strand."""
    return len(each.ref) == 1 and each.ref.translate(_COMPLEMENT) == each.alt


def _is_sequence(allele: str) -> bool:
    """Letters, not ``.``, ``*``, ``<DEL>``, ``<NON_REF>`` or a breakend."""
    return not set(allele) - set("ACGTNacgtn") and bool(allele)


def _column(name: str, alleles: NDArray[np.int16], code: int) -> Column:
    present = alleles != ABSENT
    ploidy = present.sum(axis=1)
    unknown = (alleles == MISSING).sum(axis=1)
    dosage = (alleles == code).sum(axis=1).astype(np.float64)
    called = unknown == 0
    dosage[~called | (ploidy > 2) | (ploidy == 0)] = np.nan
    return Column(name, dosage, (unknown > 0) & (unknown < ploidy), called & (ploidy == 1), ploidy > 2)
