# SPDX-License-Identifier: Apache-2.0
"""How a delimited text is written: delimiter, decimal sign, where its header ends; found from its first lines."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.errors import WardroundError
from engine.records.encodings import check_name, detect
from engine.records.loader import ReadOptions
from engine.records.source import open_regular, read_exactly

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_LINES = 200
_FIRST_LOOK = 1 << 18
_LAST_LOOK = 1 << 25  # 100 rows of 20 000 columns
# 1,234 or 1.234 alone could be a thousand and says nothing.
_DECIMAL_COMMA = re.compile(r"^[+-]?(\d+|\d{1,3}(\.\d{3})+),(\d{1,2}|\d{4,})$")
_DECIMAL_POINT = re.compile(r"^[+-]?(\d*|\d{1,3}(,\d{3})+)\.(\d{1,2}|\d{4,})$")


@dataclass(frozen=True)
class Dialect:
    """What it takes to read the text."""

    encoding: str
    certain: bool  # of the encoding
    delimiter: str
    decimal: str
    header: tuple[str, ...]  # as written; made up when has_header is false
    has_header: bool
    skip: int  # bytes of UTF-8 up to the first row of data
    first_row: int  # row of the text that this is, counting from 1, as a spreadsheet would
    rows: tuple[tuple[str, ...], ...]  # the first rows, for the preview


def look(path: Path, options: ReadOptions, rows: int) -> Dialect:
    """Reads the beginning of a file, as much as ``rows`` rows take, and finds out what the options leave open.

    Raises:
        WardroundError: E-DATA-01 empty · E-DATA-06 not a text · E-DATA-07 undecodable · E-DATA-09 endless field ·
            E-DATA-12, E-DATA-13 impossible options.
    """
    if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in '"\r\n'):
        raise WardroundError("E-DATA-13", delimiter=options.delimiter)
    size = _FIRST_LOOK
    with open_regular(path) as file:
        head = read_exactly(file, size, path)
        encoding, certain = (check_name(options.encoding), True) if options.encoding else _detect(path, head)
        while True:
            dialect = _read(_decode(head, encoding, path), encoding, certain, options, rows, path)
            if len(dialect.rows) >= rows or len(head) < size or size >= _LAST_LOOK:
                return dialect
            more = read_exactly(file, size * 3, path)
            head, size = head + more, size * 4


def _detect(path: Path, head: bytes) -> tuple[str, bool]:
    """As ``encodings.detect``; a head of ASCII alone says nothing, so the middle and the end of the file are looked at too."""
    if not head.isascii() or b"\0" in head:
        return detect(head)
    with open_regular(path) as file:
        end = file.seek(0, io.SEEK_END)
        for share in range(1, 9):
            file.seek(max(0, end * share // 8 - _FIRST_LOOK))
            piece = read_exactly(file, _FIRST_LOOK, path)
            if not piece.isascii():
                # From a line's beginning on, where no character is cut.
                return detect(piece[piece.find(b"\n") + 1 :])
    return "utf-8", True


def _decode(head: bytes, encoding: str, path: Path) -> str:
    try:
        text = codecs.getincrementaldecoder(encoding)("strict").decode(head, final=False)
    except UnicodeDecodeError as error:
        row = head[: error.start].count(b"\n") + 1
        raise WardroundError("E-DATA-07", file=path.name, encoding=encoding, offset=error.start, row=row) from error
    if "\0" in text:
        raise WardroundError("E-DATA-06", file=path.name, row=text.count("\n", 0, text.index("\0")) + 1)
    return text.removeprefix("\ufeff")


def _read(text: str, encoding: str, certain: bool, options: ReadOptions, wanted: int, path: Path) -> Dialect:
    if not text.strip():
        raise WardroundError("E-DATA-01", file=path.name)
    delimiter = options.delimiter or sniff(text[:_FIRST_LOOK])
    header_row = 1 if options.header_row is None else options.header_row
    header: tuple[str, ...] | None = None
    skip, number, first_row = 0, 0, 1
    rows: list[tuple[str, ...]] = []
    lines = _Counted(text)
    try:
        for record in csv.reader(lines, delimiter=delimiter, strict=False):
            number = number + 1 if header_row <= 1 else lines.count
            if not record or (header is None and header_row and lines.count < header_row):
                continue
            if header is None and header_row:
                header, skip = tuple(record), lines.consumed
                first_row = number + 1
                continue
            if header is None:
                header, first_row = tuple(f"column {place}" for place in range(1, len(record) + 1)), number
            rows.append(tuple(record))
            if len(rows) > wanted:
                break
    except csv.Error as error:
        raise WardroundError("E-DATA-09", file=path.name, row=number + 1) from error
    if header is None:
        raise WardroundError("E-DATA-02", file=path.name)
    decimal = options.decimal or _decimal(rows)
    skipped = len(text[:skip].encode())
    return Dialect(encoding, certain, delimiter, decimal, header, bool(header_row), skipped, first_row, tuple(rows[:wanted]))


class _Counted:
    """The lines of a text, as csv.reader takes them, with how many characters it has taken."""

    def __init__(self, text: str) -> None:
        self._lines = io.StringIO(text, newline="")
        self.consumed = 0
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.consumed += len(line)
        self.count += 1
        return line


def sniff(text: str) -> str:
    """The delimiter under which most of the first lines have the header's number of fields; a comma when nothing fits better."""
    lines = io.StringIO(text, newline="").readlines()[:_SNIFFED_LINES]
    if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")):
        lines.pop()  # cut by the end of the sample
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            widths = [len(record) for record in csv.reader(lines, delimiter=delimiter) if record]
        except csv.Error:
            continue
        if not widths:
            continue
        width, count = Counter(widths).most_common(1)[0]
        if width < 2:
            continue
        # A decimal comma is as regular as a delimiter, but the header has none.
        score = count / len(widths) + (1.0 if widths[0] == width else 0.0) + min(width, 50) / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _decimal(rows: list[tuple[str, ...]]) -> str:
    """A comma when numbers with a decimal comma are seen and none with a point."""
    cells = [cell.strip() for row in rows for cell in row]
    if any(_DECIMAL_POINT.match(cell) for cell in cells):
        return "."
    return "," if any(_DECIMAL_COMMA.match(cell) for cell in cells) else "."
