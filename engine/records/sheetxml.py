# SPDX-License-Identifier: Apache-2.0
"""What the XML inside a workbook says before a library builds a table of it: how far a sheet reaches, what has no value, its beginning.

A library holds the rectangle from the first to the last cell: two cells at far corners, or one cell "repeated" a million
times, would take all memory. So the extent is measured first.
"""

from __future__ import annotations

import re
import xml.parsers.expat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.errors import WardroundError

MOST_CELLS = 20_000_000
"""Of the rectangle that a sheet covers: 1.4 GB in memory while it is read."""
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\sr="(\d{1,9})"')
_COLUMN = re.compile(rb'<(?:\w+:)?c\b[^>]*?\sr="([A-Z]{1,3})\d')
_ERROR = re.compile(rb'<(?:\w+:)?c\b[^>]*?\st="e"')
_UNCALCULATED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_ROW_END = b"</row>"
_LONGEST_CELL = 1 << 18
_NO_ROW = 1 << 30


@dataclass
class Extent:
    """What a pass over one sheet's XML counted."""

    rows: int = 0
    columns: int = 0
    errors: int = 0  # cells such as #DIV/0!
    uncalculated: int = 0  # formulas without a stored result


def measured(pieces: Iterable[bytes]) -> Extent:
    """The extent of a sheet of Office Open XML, from its pieces in order."""
    extent = Extent()
    top = _NO_ROW
    known: dict[bytes, int] = {}
    rest = b""
    for piece in pieces:
        text = rest + piece
        cut = _last_cell(text)
        top = min(top, _scan(text[:cut], extent, known))
        rest = text[cut:]
    top = min(top, _scan(rest, extent, known))
    if known:
        extent.columns = max(known.values()) - min(known.values()) + 1
    if extent.rows:
        extent.rows -= top - 1
    return extent


def _last_cell(text: bytes) -> int:
    """Where the last cell or row begins, so that a tag and a formula stay in one piece; cells longer than any real one are cut."""
    begins = max(text.rfind(b"<c "), text.rfind(b"<row "))
    if begins >= 0 and len(text) - begins < _LONGEST_CELL:
        return begins
    begins = text.rfind(b"<")
    return begins if begins >= 0 and len(text) - begins < _LONGEST_CELL else len(text)


def _scan(text: bytes, extent: Extent, known: dict[bytes, int]) -> int:
    """Adds a piece to the counts; its first row."""
    extent.errors += len(_ERROR.findall(text)) if b't="e"' in text else 0
    extent.uncalculated += len(_UNCALCULATED.findall(text)) if b"f>" in text or b"<f " in text or b"<f/" in text else 0
    for column in set(_COLUMN.findall(text)) - known.keys():
        known[column] = _number(column)
    rows = [int(row) for row in _ROW.findall(text)]
    if not rows:
        return _NO_ROW
    extent.rows = max(extent.rows, *rows)
    return min(rows)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def repeated(pieces: Iterable[bytes], file: str) -> None:
    """Refuses an OpenDocument sheet whose repeated cells would make more than MOST_CELLS.

    Raises:
        WardroundError: E-TABLE-04 too many · E-TABLE-01 no XML.
    """
    counter = _Repeats()
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.CharacterDataHandler = counter.text
    parser.EntityDeclHandler = counter.entity
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            if counter.cells > MOST_CELLS:
                raise WardroundError("E-TABLE-04", file=file, sheet=counter.sheet, rows=counter.rows, columns=counter.columns)
        parser.Parse(b"", True)
    except (xml.parsers.expat.ExpatError, ValueError) as error:
        raise WardroundError("E-TABLE-01", file=file) from error
    if counter.cells > MOST_CELLS:
        raise WardroundError("E-TABLE-04", file=file, sheet=counter.sheet, rows=counter.rows, columns=counter.columns)


class _Repeats:
    """Counts the cells of an OpenDocument spreadsheet up to the last one with a value in each row, and the last row with any."""

    def __init__(self) -> None:
        self.sheet = ""
        self.cells = self.rows = self.columns = 0
        self._empty_rows = self._row_repeat = 0
        self._width = self._after = self._cell_repeat = 0  # cells up to the last value; empty ones behind it
        self._filled = False

    def entity(self, *_: object) -> None:
        raise ValueError("a spreadsheet has no business to declare entities")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "table":
                self.sheet = attributes.get("table:name", "")
                self.rows = self._empty_rows = 0
            case "table-row":
                self._row_repeat = _count(attributes.get("table:number-rows-repeated"))
                self._width = self._after = 0
            case "table-cell" | "covered-table-cell":
                self._cell_repeat = _count(attributes.get("table:number-columns-repeated"))
                self._filled = any(key.endswith(":value-type") for key in attributes)

    def text(self, text: str) -> None:
        self._filled = self._filled or bool(text.strip())

    def end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "table-cell" | "covered-table-cell":
                if self._filled:
                    self._width += self._after + self._cell_repeat
                    self._after = 0
                else:
                    self._after += self._cell_repeat
                self._filled = False
            case "table-row":
                if not self._width:
                    self._empty_rows += self._row_repeat
                    return
                self.columns = max(self.columns, self._width)
                self.rows += self._empty_rows + self._row_repeat
                self._empty_rows = 0
                self.cells = max(self.cells, self.rows * self.columns)


def _count(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 10 else 1


def beginning(pieces: Iterator[bytes], rows: int, tail_after: int) -> bytes:
    """A sheet of Office Open XML cut after so many rows, with what stands behind its last row when that comes soon.

    ``tail_after``: bytes to look through for the end; merged cells are told there.
    """
    head = bytearray()
    seen = 0
    for piece in pieces:
        start = max(0, len(head) - len(_ROW_END))
        head += piece
        seen += len(piece)
        if head.count(_ROW_END, start) and head.count(_ROW_END) > rows:
            break
    else:
        return bytes(head)
    position = 0
    for _ in range(rows):
        position = head.find(_ROW_END, position) + len(_ROW_END)
    tail = b"</sheetData></worksheet>"
    rest = bytes(head[position:])
    for piece in pieces:
        if (end := rest.find(b"</sheetData>")) >= 0:
            tail = rest[end:] + piece + b"".join(pieces)
            break
        if seen > tail_after:
            break
        seen += len(piece)
        rest = rest[-32:] + piece
    else:
        if (end := rest.find(b"</sheetData>")) >= 0:
            tail = rest[end:]
    return bytes(head[:position]) + tail
