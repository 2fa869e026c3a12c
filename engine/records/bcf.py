# SPDX-License-Identifier: Apache-2.0
"""BCF 2, the binary form of VCF, read as far as genotypes need (hts-specs, "BCF2 specification").

A record is two counted stretches of bytes: what all samples share, and the values by FORMAT key. What is not wanted is
skipped by its count. Every length is checked before it is believed.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records.inflate import Inflated
from engine.records.variants import ABSENT, MISSING, Record, Sieve
from engine.records.vcf import Header, Places, header_of, read_header

MAGIC = b"BCF\x02"
_HEADER_BYTES = 64 << 20
_RECORD_BYTES = 256 << 20
_SITE = struct.Struct("<iiifHHI")  # contig, position from 0, length, quality, INFO fields, alleles, FORMAT fields and samples
_INTEGERS: dict[int, np.dtype[np.signedinteger]] = {1: np.dtype(np.int8), 2: np.dtype("<i2"), 3: np.dtype("<i4")}
_BYTES = {0: 0, 1: 1, 2: 2, 3: 4, 5: 4, 7: 1}
_TEXT = 7


class _BrokenError(Exception):
    """Bytes that are no BCF."""


def read_bcf_header(source: Inflated, file: str) -> Header:
    """The header.

    Raises:
        WardroundError: E-GENO-01, E-GENO-08 as ``vcf.read_header``.
    """
    start = source.read(9)
    size = int.from_bytes(start[5:9], "little")
    if len(start) < 9 or start[:4] != MAGIC or start[4] not in (1, 2) or size > _HEADER_BYTES:
        raise WardroundError("E-GENO-01", file=file, row=1)
    text = source.read(size)
    if len(text) < size:
        raise WardroundError("E-GENO-01", file=file, row=1)
    lines = text.rstrip(b"\0").split(b"\n")
    header = read_header(iter(lines), file)
    meta = [line.decode("utf-8", "replace").rstrip("\r") for line in lines[: header.lines - 1]]
    return header_of(meta, header.samples, header.lines)


def bcf_records(source: Inflated, header: Header, sieve: Sieve | None, places: Places, path: Path) -> Iterator[Record]:
    """As ``vcf.records``; a record's number is its place in the file, from 1."""
    number = 0
    while sizes := source.read(8):
        number += 1
        shared, by_sample = (int.from_bytes(sizes[start : start + 4], "little") for start in (0, 4))
        if len(sizes) < 8 or shared < _SITE.size or max(shared, by_sample) > _RECORD_BYTES:
            raise WardroundError("E-GENO-03", file=path.name, row=number)
        content = source.read(shared + by_sample)
        try:
            record = _record(content, shared, by_sample, header, sieve, places, path, number)
        except (_BrokenError, struct.error, IndexError) as error:
            raise WardroundError("E-GENO-03", file=path.name, row=number) from error
        if record is not None:
            yield record


def _record(
    content: bytes, shared: int, by_sample: int, header: Header, sieve: Sieve | None, places: Places, path: Path, number: int
) -> Record | None:
    if len(content) < shared + by_sample:
        raise _BrokenError
    contig_number, start, _, _, _, alleles, counts = _SITE.unpack_from(content)
    samples = counts & 0xFFFFFF
    if not 0 <= contig_number < len(header.names) or start < -1 or samples != len(header.samples):
        raise _BrokenError
    contig, position = header.names[contig_number], start + 1
    places.check(contig, position, number)
    text, offset = _text(content, _SITE.size)
    ids = text.split(b";")
    if sieve is not None and (contig.encode(), position) not in sieve.places and sieve.ids.isdisjoint(ids):
        return None
    names: list[str] = []
    for _ in range(alleles):
        text, offset = _text(content, offset)
        names.append(text.decode("latin-1").upper())
    if not names or offset > shared:
        raise _BrokenError
    return Record(
        number,
        contig,
        position,
        tuple(each.decode("utf-8", "replace") for each in ids if each not in (b".", b"")),
        names[0],
        tuple(name for name in names[1:] if name != "."),
        functools.partial(_alleles, content[shared:], counts >> 24, samples, alleles - 1, header, number, path),
    )


def _alleles(content: bytes, keys: int, samples: int, most: int, header: Header, number: int, path: Path) -> NDArray[np.int16] | None:
    """(samples, ploidy) alleles; None when the record has no GT."""
    try:
        offset = 0
        for _ in range(keys):
            key, offset = _whole(content, offset)
            kind, length, offset = _type(content, offset)
            size = samples * length * _BYTES[kind]
            if offset + size > len(content) or not 0 <= key < len(header.formats):
                raise _BrokenError
            if header.formats[key] == "GT":
                if not length:
                    return None
                if kind not in _INTEGERS:
                    raise _BrokenError
                values = np.frombuffer(content, _INTEGERS[kind], samples * length, offset).reshape(samples, length)
                return _decoded(values, most)
            offset += size
    except (_BrokenError, KeyError, IndexError) as error:
        raise WardroundError("E-GENO-07", file=path.name, row=number) from error
    return None


def _decoded(values: NDArray[np.signedinteger], most: int) -> NDArray[np.int16]:
    """(allele + 1) · 2 + phased, 0 or 1 a missing allele; the type's smallest number is missing, the next one no such place."""
    smallest = np.iinfo(values.dtype).min
    wide = values.astype(np.int64)
    alleles = (wide >> 1) - 1
    absent = wide == smallest + 1
    alleles[wide == smallest] = MISSING
    alleles[absent] = ABSENT
    if (alleles[~absent] > most).any() or (alleles[~absent] < MISSING).any():
        raise _BrokenError
    return alleles.astype(np.int16)


def _type(content: bytes, offset: int) -> tuple[int, int, int]:
    """Kind, count and where the values begin."""
    descriptor = content[offset]
    kind, length = descriptor & 15, descriptor >> 4
    offset += 1
    if length == 15:
        length, offset = _whole(content, offset)
        if not 0 <= length <= _RECORD_BYTES:
            raise _BrokenError
    if kind not in _BYTES:
        raise _BrokenError
    return kind, length, offset


def _whole(content: bytes, offset: int) -> tuple[int, int]:
    """One typed integer."""
    descriptor = content[offset]
    dtype = _INTEGERS.get(descriptor & 15)
    if dtype is None or descriptor >> 4 != 1 or offset + 1 + dtype.itemsize > len(content):
        raise _BrokenError
    return int.from_bytes(content[offset + 1 : offset + 1 + dtype.itemsize], "little", signed=True), offset + 1 + dtype.itemsize


def _text(content: bytes, offset: int) -> tuple[bytes, int]:
    """One typed text."""
    kind, length, offset = _type(content, offset)
    if (kind != _TEXT and length) or offset + length > len(content):
        raise _BrokenError
    return content[offset : offset + length], offset + length
