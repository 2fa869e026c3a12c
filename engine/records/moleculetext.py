# SPDX-License-Identifier: Apache-2.0
"""SDF and SMILES files cut into molecules: a name, the text that RDKit reads, and the values that stand beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import WardroundError
from engine.records.inflate import Inflated

LONGEST_LINE = 1 << 22
LONGEST_RECORD = 1 << 22
MOST = 2_000_000
_TAG = re.compile(r"^>.*?<([^>]*)>")
_HEADINGS = frozenset(("smiles", "smile", "canonical_smiles", "#smiles", "smi", "structure"))


@dataclass(frozen=True)
class Entry:
    """One molecule of a file; ``block`` says that ``text`` is a MOL block and no SMILES."""

    name: str
    text: str
    block: bool
    values: dict[str, str] = field(default_factory=dict)


def entries_of_smiles(source: Inflated, path: Path, *, name_first: bool = False) -> Iterator[Entry]:
    """The lines of a SMILES file: the SMILES, a blank, the name; or the other way round. A line of headings is left out.

    Raises:
        WardroundError: E-CHEM-04 an endless line · E-CHEM-03 too many · as ``Inflated``.
    """
    count = 0
    for number, line in enumerate(_lines(source, path), start=1):
        first, _, rest = line.strip().replace("\t", " ").partition(" ")
        if not first or (number == 1 and (first.lower() in _HEADINGS or rest.strip().lower() in _HEADINGS)):
            continue
        count += 1
        _check(count, path)
        smiles, name = (rest.strip(), first) if name_first else (first, rest.strip())
        yield Entry(name or str(count), smiles, False)


def entries_of_sdf(source: Inflated, path: Path) -> Iterator[Entry]:
    """The records of an SDF: a MOL block up to ``M  END``, values under ``> <NAME>``, ``$$$$``.

    Raises:
        WardroundError: E-CHEM-05 a file that ends within a record · E-CHEM-04 an endless one · E-CHEM-03 too many · as ``Inflated``.
    """
    count = size = 0
    lines: list[str] = []
    for number, line in enumerate(_lines(source, path), start=1):
        if line.startswith("$$$$"):
            count += 1
            _check(count, path)
            yield _entry(lines, count)
            lines, size = [], 0
            continue
        size += len(line) + 1
        if size > LONGEST_RECORD:
            raise WardroundError("E-CHEM-04", file=path.name, row=number, limit=LONGEST_RECORD >> 20)
        lines.append(line)
    if any(line.strip() for line in lines):
        if not any(line.startswith("M  END") for line in lines) or lines[-1].startswith(">"):
            raise WardroundError("E-CHEM-05", file=path.name, row=count + 1)
        yield _entry(lines, count + 1)


def _entry(lines: list[str], number: int) -> Entry:
    end = next((place for place, line in enumerate(lines) if line.startswith("M  END")), len(lines) - 1)
    values: dict[str, str] = {}
    tag = ""
    for line in lines[end + 1 :]:
        if found := _TAG.match(line):
            tag = found[1].strip()
        elif tag and line.strip():
            values[tag] = f"{values[tag]} {line.strip()}" if tag in values else line.strip()
    name = lines[0].strip() if lines else ""
    return Entry(name or str(number), "\n".join(lines[: end + 1]) + "\n", True, values)


def _lines(source: Inflated, path: Path) -> Iterator[str]:
    for number, line in enumerate(source.lines(LONGEST_LINE), start=1):
        if len(line) > LONGEST_LINE:
            raise WardroundError("E-CHEM-04", file=path.name, row=number, limit=LONGEST_LINE >> 20)
        if b"\0" in line:
            raise WardroundError("E-DATA-06", file=path.name, row=number)
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            yield line.decode("latin-1")


def _check(count: int, path: Path) -> None:
    if count > MOST:
        raise WardroundError("E-CHEM-03", file=path.name, limit=MOST)
