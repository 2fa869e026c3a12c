# SPDX-License-Identifier: Apache-2.0
"""Expression matrices as text: TSV, CSV and GCT (1.2 and 1.3), plain or gzip; the numbers stream through pyarrow's parser as float32."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import cells, genes, headers
from engine.records.inflate import Inflated
from engine.records.loader import MISSING
from engine.records.matrix import Matrix, check_size
from engine.records.matrixlayout import Layout, opened
from engine.records.source import Source
from engine.values import Token

_BLOCK = 1 << 23
_BLOCK_PER_COLUMN = 1 << 10
_SPECIAL = re.compile(r"^(__\w+|N_(unmapped|multimapping|noFeature|ambiguous))$")
_PLACE = re.compile(r"column #(\d+)")
_ROW = re.compile(r"[Rr]ow #(\d+)")
_LARGEST_BLOCK = 1 << 26


def read(path: Path, found: Layout, token: Token) -> tuple[Matrix, str]:
    """All of the matrix, and the file's SHA-256.

    Raises:
        WardroundError: E-GENO-14 a cell that is no number · E-GENO-15 too large · E-GENO-18 a GCT of another size than it says ·
            E-GENO-21 a row of another number of fields · E-DATA-04 two columns of one name beside the matrix · as ``Source.read``
            and ``Inflated``.
    """
    with opened(path, found.encoding, token) as stream:
        left = found.skip
        while left > 0 and (part := stream.read(min(left, _BLOCK))):
            left -= len(part)
        read = _gathered(stream, path, found, token)
        sha256 = stream.sha256
    size = (len(read.genes), len(read.samples)) if found.genes_in_rows else (len(read.samples), len(read.genes))
    if found.expected is not None and size != found.expected:
        raise WardroundError("E-GENO-18", file=path.name)
    return read, sha256


def read_some(path: Path, found: Layout, most: int, token: Token) -> tuple[Matrix, bool]:
    """What lies within the first ``most`` bytes, and whether that is all."""
    with opened(path, found.encoding, token) as stream:
        content = stream.read(found.skip + most)
    whole = len(content) < found.skip + most
    rows = content[found.skip :] if whole else content[found.skip : content.rfind(b"\n") + 1]
    return _gathered(BytesIO(rows), path, found, token), whole


def _gathered(stream: Inflated | Source | BytesIO, path: Path, found: Layout, token: Token) -> Matrix:
    labels: list[str] = []
    texts: dict[int, list[pa.Array]] = {place: [] for place in found.texts}
    pieces: list[NDArray[np.float32]] = []
    width = len(found.numbers)
    read = sorted({*found.numbers, *found.texts, *((found.label,) if found.label >= 0 else ())})
    where = {place: number for number, place in enumerate(read)}
    for batch in _batches(stream, path, found):
        token.check()
        check_size(width, len(labels) + batch.num_rows, path.name)
        piece = np.empty((width, batch.num_rows), np.float32)
        for number, place in enumerate(found.numbers):
            column = batch.column(where[place])
            piece[number] = (column.fill_null(np.nan) if column.null_count else column).to_numpy()
        piece[np.isinf(piece)] = np.nan
        pieces.append(piece if found.genes_in_rows else np.ascontiguousarray(piece.T))
        if found.label >= 0:
            labels += [name or "" for name in batch.column(where[found.label]).to_pylist()]
        else:
            labels += [str(len(labels) + number) for number in range(1, batch.num_rows + 1)]
        for place, parts in texts.items():
            parts.append(batch.column(where[place]))
    if not labels:
        raise WardroundError("E-GENO-13", file=path.name)
    names = [found.names[place] for place in found.numbers]
    whole = {place: pa.chunked_array(parts, pa.string()).combine_chunks() for place, parts in texts.items()}
    if found.genes_in_rows:
        return _of_genes(found, labels, names, pieces, whole, path)
    kept = _named([found.names[place] for place in whole], list(whole.values()), path)
    return Matrix(labels, names, False, pieces, kept=kept, numbered=found.label < 0, guessed=found.guessed)


def _named(names: Sequence[str], columns: Sequence[pa.Array], path: Path) -> dict[str, pa.Array]:
    """Columns beside the matrix."""
    return dict(zip(headers.settle(names, path.name)[0], map(_plain, columns), strict=True))


def _of_genes(
    found: Layout, labels: list[str], names: list[str], pieces: list[NDArray[np.float32]], texts: dict[int, pa.Array], path: Path
) -> Matrix:
    special = [place for place, name in enumerate(labels) if _SPECIAL.match(name)]
    aliases: list[str] = []
    for column in texts.values():
        if not aliases and genes.kind_of([name or "" for name in column.to_pylist()])[0]:
            aliases = [name or "" for name in column.to_pylist()]
    if special:
        gone = set(special)
        at = 0
        for number, piece in enumerate(pieces):
            stay = [place for place in range(piece.shape[1]) if at + place not in gone]
            at += piece.shape[1]
            pieces[number] = piece[:, stay]
        labels = [name for place, name in enumerate(labels) if place not in gone]
        aliases = [name for place, name in enumerate(aliases) if place not in gone]
    about = [pa.array([row[place].strip() or None for place in found.numbers], pa.string()) for row in found.metadata]
    kept = _named([row[0] for row in found.metadata], about, path)
    left_out = [found.names[place] for place in texts]
    return Matrix(names, labels, True, pieces, aliases, kept, len(special), guessed=found.guessed, left_out=left_out)


def _batches(stream: Inflated | Source | BytesIO, path: Path, found: Layout) -> Iterator[pa.RecordBatch]:
    """The rows; numbers as float32, all else as text."""
    names = [str(place) for place in range(len(found.names))]
    wanted = {names[place]: pa.float32() for place in found.numbers} | {names[place]: pa.string() for place in found.texts}
    if found.label >= 0:
        wanted[names[found.label]] = pa.string()
    ragged: list[int] = []
    done = 0

    def note(row: pa.csv.InvalidRow) -> str:
        ragged.append(row.number)
        return "error"

    block = max(_BLOCK, min(_LARGEST_BLOCK, len(names) * _BLOCK_PER_COLUMN))
    try:
        reader = pa.csv.open_csv(
            stream,
            read_options=pa.csv.ReadOptions(block_size=block, use_threads=False, column_names=names),
            parse_options=pa.csv.ParseOptions(delimiter=found.delimiter, newlines_in_values=False, invalid_row_handler=note),
            convert_options=pa.csv.ConvertOptions(
                column_types=wanted,
                include_columns=sorted(wanted, key=int),
                null_values=list(MISSING),
                strings_can_be_null=True,
                decimal_point=found.decimal,
            ),
        )
        for batch in reader:
            done += batch.num_rows
            yield batch
    except pa.ArrowInvalid as error:
        text = str(error)
        if "Empty CSV file" in text:
            return
        if ragged:
            raise WardroundError("E-GENO-21", file=path.name, row=ragged[0] + found.first_row - 1) from None
        place, row = _PLACE.search(text), _ROW.search(text)
        if place is None:
            raise WardroundError("E-DATA-09", file=path.name, row=done + found.first_row) from None
        # Arrow's own sentence quotes the cell: only its place is taken, and the cause is left out of the log.
        line = (int(row[1]) - 1 if row is not None else done) + found.first_row
        raise WardroundError("E-GENO-14", file=path.name, row=line, column=int(place[1]) + 1) from None


def _plain(column: pa.StringArray) -> pa.Array:
    """A column of text as numbers when each of its values is plainly one."""
    numbers = cells.parsed(column)
    return column if numbers is None or numbers.null_count == len(numbers) else numbers
