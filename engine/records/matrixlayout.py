# SPDX-License-Identifier: Apache-2.0
"""How an expression matrix is written as text: what its first rows show of delimiter, names, numbers, and which way it lies."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import WardroundError
from engine.records import encodings, genes
from engine.records.dialect import sniff
from engine.records.inflate import Inflated, is_gzip
from engine.records.loader import MISSING, ReadOptions
from engine.records.source import Source, head_of
from engine.values import NoToken, Token

AUTO, GENES, SAMPLES = "auto", "genes-in-rows", "samples-in-rows"
MOST_NAMES = 200_000
_FIRST_LOOK = 1 << 20
_LAST_LOOK = 1 << 26
_LOOKED_ROWS = 60
_MANY = 200
_PACKED = 4  # how much smaller a gzip of numbers is, at least
_GENE_HEADS = frozenset(
    (
        *("gene", "genes", "geneid", "gene_id", "gene_name", "genename", "gene_symbol", "hugo_symbol", "symbol", "ensembl", "ensembl_id"),
        *("entrez", "probe", "probeid", "id_ref", "name"),
    )
)
_SAMPLE_HEADS = frozenset(
    (
        *("sample", "samples", "sample_id", "sampleid", "patient", "patient_id", "patientid", "barcode", "subject", "subject_id"),
        *("样本", "患者", "病历号"),
    )
)
_ABOUT_GENES = frozenset(
    (
        *("length", "start", "end", "chr", "chrom", "chromosome", "strand", "entrez_gene_id", "entrezgene", "entrez", "description"),
        *("gene_type", "gene_biotype", "biotype"),
    )
)


@dataclass(frozen=True)
class Layout:
    """What it takes to read the numbers."""

    encoding: str
    delimiter: str
    decimal: str
    skip: int  # bytes of UTF-8 up to the first row of numbers
    first_row: int  # its line
    names: tuple[str, ...]  # of all columns
    label: int  # the column of the rows' names; -1: none
    texts: tuple[int, ...]  # other columns that are not part of the matrix
    numbers: tuple[int, ...]
    genes_in_rows: bool
    guessed: bool
    expected: tuple[int, int] | None  # rows and columns that a GCT promises
    metadata: tuple[tuple[str, ...], ...]  # rows of a GCT 1.3 about its samples
    rows: tuple[tuple[str, ...], ...]  # the first ones
    many: bool  # hundreds of rows


def opened(path: Path, encoding: str, token: Token) -> Inflated | Source:
    """The text as a stream of UTF-8."""
    if not is_gzip(head_of(path, 4)):
        return Source(path, encoding, 0, token)
    stream = Inflated(path, token)
    try:
        mark = stream.read(3)
    except BaseException:
        stream.close()
        raise
    if mark != b"\xef\xbb\xbf":
        stream.unread(mark)
    return stream


def layout(path: Path, options: ReadOptions, orientation: str, beside: Sequence[str]) -> Layout:
    """Finds out from the first rows what the options leave open; ``beside``: columns that a person wants kept out of the matrix.

    Raises:
        WardroundError: E-GENO-13 no matrix of numbers with names · E-GENO-18 a GCT that breaks its own rules · as ``Source.read``.
    """
    encoding, lines, many = _first_lines(path, options)
    gct = lines[0].startswith("#1.") if lines else False
    at = 2 if gct else next((place for place, line in enumerate(lines) if line.strip() and not _is_comment(line, lines, place)), len(lines))
    if at >= len(lines) - 1:
        raise WardroundError("E-GENO-13", file=path.name)
    delimiter = "\t" if gct else options.delimiter or sniff("".join(lines[at:]))
    fields = _fields(lines[at:], delimiter, path)
    if not fields:
        raise WardroundError("E-GENO-13", file=path.name)
    header, *rows = fields
    expected, about, metadata_rows = _promises(lines, path) if gct else (None, 0, 0)
    metadata, rows = rows[:metadata_rows], rows[metadata_rows:]
    if len(metadata) < metadata_rows or not rows:
        raise WardroundError("E-GENO-18", file=path.name) if gct else WardroundError("E-GENO-13", file=path.name)
    if len(header) == len(rows[0]) - 1:
        header = ["", *header]  # as R writes it: no name above the names of the rows
    if len(header) > MOST_NAMES or len(header) < 2 or len(header) != len(rows[0]):
        raise WardroundError("E-GENO-13", file=path.name)
    if any(len(row) != len(header) for row in metadata):
        raise WardroundError("E-GENO-18", file=path.name)
    rows = [row for row in rows if len(row) == len(header)]
    skipped = sum(len(line.encode()) for line in lines[: at + 1 + metadata_rows])
    decimal = options.decimal or ("," if delimiter != "," and _decimal_commas(rows) else ".")
    numeric = [_is_numeric([row[place] for row in rows], decimal) for place in range(len(header))]
    if gct:
        label, texts = 0, tuple(range(1, 1 + about))
        genes_in_rows, guessed = True, False
    else:
        label = _label(header, numeric)
        genes_in_rows, guessed = _lies(header, rows, label, numeric, orientation, path)
        texts = _beside(header, numeric, label, genes_in_rows, beside)
    aside = {label, *texts}
    numbers = tuple(place for place in range(len(header)) if place not in aside and (numeric[place] or gct))
    texts = tuple(sorted(set(range(len(header))) - {label, *numbers}))
    if not numbers or (label < 0 and genes_in_rows):
        raise WardroundError("E-GENO-13", file=path.name)
    return Layout(
        encoding, delimiter, decimal, skipped, at + 2 + metadata_rows, tuple(header), label, texts, numbers,
        genes_in_rows, guessed, expected, tuple(tuple(row) for row in metadata), tuple(map(tuple, rows)), many,
    )  # fmt: skip


def looks_like_expression(path: Path) -> bool:
    """Whether most names on one side are genes' and there are hundreds of them: then nobody need say what the file is."""
    try:
        found = layout(path, ReadOptions(), AUTO, ())
    except WardroundError:
        return False
    if found.expected is not None:
        return True
    names = [row[found.label] for row in found.rows] if found.genes_in_rows else [found.names[place] for place in found.numbers]
    kind, share = genes.kind_of(names)
    if kind in ("", genes.ENTREZ) or share < 0.9 or len(set(names)) < 0.95 * len(names):
        return False
    if found.genes_in_rows:
        return found.label == 0 and len(found.rows) >= 20 and found.many and len(found.texts) <= 3
    return len(names) >= 200 and len(names) >= 0.9 * len(found.names)


def _first_lines(path: Path, options: ReadOptions) -> tuple[str, list[str], bool]:
    """The encoding; the whole lines of the beginning, enough for rows of any width; whether there are hundreds of lines in all."""
    head = head_of(path, encodings.SAMPLE)
    packed = is_gzip(head)
    encoding = "utf-8" if packed else encodings.check_name(options.encoding) if options.encoding else encodings.detect(head)[0]
    size = _FIRST_LOOK
    while True:
        with opened(path, encoding, NoToken()) as stream:
            raw = stream.read(size)
        lines = [line + "\n" for line in raw.decode("utf-8", "replace").split("\n")]
        whole = len(raw) < size
        if not whole or raw.endswith(b"\n"):
            lines.pop()  # cut, or empty
        if whole or size >= _LAST_LOOK or len(lines) > 3:
            share = path.stat().st_size * (_PACKED if packed else 1) / max(1, len(raw))
            return encoding, lines[:_LOOKED_ROWS], len(lines) * (1 if whole else max(1.0, share)) >= _MANY
        size *= 4


def _is_comment(line: str, lines: Sequence[str], place: int) -> bool:
    if not line.startswith(("#", "!")):
        return False
    following = lines[place + 1] if place + 1 < len(lines) else ""
    return not any(line.count(sign) == following.count(sign) > 0 for sign in "\t,;")


def _fields(lines: Sequence[str], delimiter: str, path: Path) -> list[list[str]]:
    try:
        return [row for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error as error:
        raise WardroundError("E-GENO-13", file=path.name) from error


def _promises(lines: Sequence[str], path: Path) -> tuple[tuple[int, int], int, int]:
    """Of a GCT: rows and columns, columns about the genes, rows about the samples."""
    sizes = lines[1].split() if len(lines) > 1 else []
    version = lines[0].strip().split("\t")[0]
    wanted = {"#1.2": 2, "#1.3": 4}.get(version, 99)
    if len(sizes) < wanted or not all(size.isascii() and size.isdigit() and len(size) < 10 for size in sizes[:wanted]):
        raise WardroundError("E-GENO-18", file=path.name)
    rows, columns = int(sizes[0]), int(sizes[1])
    return (rows, columns), (int(sizes[2]) if version == "#1.3" else 1), (int(sizes[3]) if version == "#1.3" else 0)


def _is_numeric(values: Sequence[str], decimal: str) -> bool:
    """Whether a column is numbers: at least half of what is there; a word among them is refused when it is read, not left out."""
    numbers = present = 0
    for value in values:
        text = value.strip()
        if text in MISSING:
            continue
        present += 1
        try:
            float(text.replace(",", ".") if decimal == "," else text)
        except ValueError:
            continue
        numbers += 1
    return 2 * numbers >= present


def _decimal_commas(rows: Sequence[Sequence[str]]) -> bool:
    some = [cell for row in rows[:10] for cell in row[:200]]
    commas, points = (any(re.fullmatch(rf"-?\d+{sign}\d+", cell.strip()) for cell in some) for sign in (",", r"\."))
    return commas and not points


def _label(header: Sequence[str], numeric: Sequence[bool]) -> int:
    """The column of names: the first that is text, or the first one of all when its heading says so."""
    first = next((place for place, number in enumerate(numeric) if not number), -1)
    if header[0].strip().lower() in _GENE_HEADS | _SAMPLE_HEADS | {"", "id", "x", "unnamed: 0"}:
        return 0
    return first


def _lies(
    header: Sequence[str], rows: Sequence[Sequence[str]], label: int, numeric: Sequence[bool], said: str, path: Path
) -> tuple[bool, bool]:
    """Whether the genes are in rows, and whether that was guessed from the shape alone."""
    if said != AUTO:
        return said == GENES, False
    if label < 0:
        return False, True
    across = genes.kind_of([name for place, name in enumerate(header) if numeric[place] and place != label])
    down = genes.kind_of([row[label] for row in rows])
    strong = {kind: share for kind, share in (across, down) if kind not in ("", genes.ENTREZ)}
    if strong and across[1] != down[1]:
        return down[1] > across[1], False
    heading = header[label].strip().lower()
    if heading in _GENE_HEADS or heading in _SAMPLE_HEADS:
        return heading in _GENE_HEADS, False
    length = max(1.0, sum(sum(map(len, row)) + len(row) for row in rows) / len(rows))
    return path.stat().st_size / length > len(header), True


def _beside(header: Sequence[str], numeric: Sequence[bool], label: int, genes_in_rows: bool, wanted: Sequence[str]) -> tuple[int, ...]:
    """Columns that are not part of the matrix: text, what a person named, what is known to be about genes, and in a table of genes
    by name the numbers that are no genes (an age)."""
    plain = [name.strip() for name in header]
    found = {place for place, name in enumerate(plain) if place != label and (not numeric[place] or name in wanted)}
    if genes_in_rows:
        return tuple(sorted(found | {place for place, name in enumerate(plain) if place != label and name.lower() in _ABOUT_GENES}))
    kind, share = genes.kind_of([name for place, name in enumerate(plain) if place != label and place not in found])
    if kind in (genes.ENSEMBL, genes.SYMBOL, genes.PROBE) and share >= 0.8:
        found |= {place for place, name in enumerate(plain) if place != label and not genes.is_of(name, kind)}
    return tuple(sorted(found))
