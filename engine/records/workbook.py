# SPDX-License-Identifier: Apache-2.0
"""Workbooks: .xlsx, .xlsm, .xls and .ods, one table of one sheet.

The file is read into memory once, hashed, and looked through for bombs before calamine (Rust) parses it in a thread of its
own, which nobody waits for after a cancel. Cells hold what the formulas gave when the workbook was saved.
"""

from __future__ import annotations

import hashlib
import os
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from engine.errors import Language, WardroundError
from engine.records import archives, grid, headers, sheetxml
from engine.records.held import HeldSurvey
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, brought_by, settled
from engine.records.source import open_regular, read_exactly, sha256_of
from engine.text import translate
from engine.values import NoToken, Token

if TYPE_CHECKING:
    import python_calamine

T = TypeVar("T")

_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OPEN_XML = (".xlsx", ".xlsm", ".xltx", ".xltm")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream in which Excel keeps a workbook with a password
_LARGEST = 1 << 30
_PIECE = 1 << 22
_WHOLE_PREVIEW = 24 << 20  # unpacked; a larger workbook is cut before it is shown
_PREVIEW_SHEET_ROWS = PREVIEW_ROWS + 60
_TAIL_AFTER = 96 << 20
_POLL_SECONDS = 0.05
_FULL_ENOUGH = 0.5


def _sheet_words(language: Language) -> str:
    return translate("Sheet; else the first that holds about as much as the fullest.", language)


def _header_words(language: Language) -> str:
    return translate("Row of the column names (1 is the first, 0: there are none).", language)


class WorkbookLoader:
    """The loader of workbooks."""

    format = "workbook"
    patterns: tuple[str, ...] = ("*.xlsx", "*.xlsm", "*.xls", "*.ods")
    options: tuple[LoaderOption, ...] = (LoaderOption("sheet", "text", _sheet_words), LoaderOption("header", "whole", _header_words))

    def recognises(self, path: Path, head: bytes) -> bool:
        """A compound file, or a zip that is called a workbook or begins as one."""
        if head.startswith(_COMPOUND):
            return True
        named = path.suffix.lower() in (*_OPEN_XML, ".ods")
        return head.startswith(_ZIP) and (named or b"xl/workbook.xml" in head or b"opendocument.spreadsheet" in head)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        said = settled(self.options, options.settings, path.name)
        content = _content(path, token)
        if content.startswith(_ZIP):
            content = _shortened(content, path.name, token)
        found = _opened(content, path.name, said, token)
        names, columns, findings = _table(found, options, said, path.name, PREVIEW_ROWS)
        rows = tuple(zip(*([_shown(value) for value in column.to_pylist()] for column in columns), strict=True))
        return Preview(path, self.format, "", "", ".", names, rows, path.stat().st_size, findings, offers={"sheet": tuple(found.sheets)})

    def survey(self, path: Path, options: ReadOptions, token: Token) -> HeldSurvey:
        """See ``Loader.survey``."""
        said = settled(self.options, options.settings, path.name)
        content = _content(path, Part(token, 0.0, 0.2))
        sha256 = hashlib.sha256(content).hexdigest()
        extents = _checked(content, path.name, Part(token, 0.2, 0.5)) if content.startswith(_ZIP) else {}
        found = _opened(content, path.name, said, Part(token, 0.5, 0.8))
        names, columns, findings = _table(found, options, said, path.name, None, Part(token, 0.8, 1.0))
        if not columns or not len(columns[0]):
            raise WardroundError("E-DATA-02", file=path.name)
        extent = extents.get(found.part, sheetxml.Extent())
        return HeldSurvey(path, self.format, pa.table(columns, names), (*findings, *_without_values(extent)), sha256, sha256_of)


def _without_values(extent: sheetxml.Extent) -> Iterator[Finding]:
    if extent.errors:
        yield Finding("warning", "error-cells", fields={"count": extent.errors})
    if extent.uncalculated:
        yield Finding("warning", "uncalculated", fields={"count": extent.uncalculated})


@dataclass(frozen=True)
class _Sheet:
    """One sheet as calamine gives it; ``part``: its part of the zip, "" where that does not matter."""

    name: str
    sheets: Sequence[str]
    part: str
    first_row: int
    first_column: int
    rows: list[list[grid.Cell]]
    merged: list[grid.Range]


def _content(path: Path, token: Token) -> bytes:
    """The file's bytes."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > _LARGEST:
            raise WardroundError("E-TABLE-03", file=path.name, limit=_LARGEST >> 20)
        parts = []
        done = 0
        while part := read_exactly(file, _PIECE, path):
            token.check()
            parts.append(part)
            done += len(part)
            token.progress(done / size)
    return b"".join(parts)


def _checked(content: bytes, file: str, token: Token) -> dict[str, sheetxml.Extent]:
    """Unpacks every part once; the extent of each sheet of Office Open XML. Raises E-TABLE-01, -02, -03, -04."""
    parts = archives.parts_of(content, file)
    total = max(1, sum(part.file_size for part in parts))
    done = 0
    extents: dict[str, sheetxml.Extent] = {}
    for part in parts:
        pieces = archives.unpacked(content, part, file, token)
        if part.filename.startswith("xl/worksheets/"):
            extent = extents[part.filename] = sheetxml.measured(pieces)
            if extent.rows * extent.columns > sheetxml.MOST_CELLS:
                raise WardroundError("E-TABLE-04", file=file, sheet=part.filename, rows=extent.rows, columns=extent.columns)
        elif part.filename == "content.xml":
            sheetxml.repeated(pieces, file)
        else:
            for _ in pieces:
                pass
        done += part.file_size
        token.progress(done / total)
    return extents


def _shortened(content: bytes, file: str, token: Token) -> bytes:
    """The same workbook, with only the first rows of each sheet when it is large: a preview does not wait for a million rows."""
    parts = archives.parts_of(content, file)
    sheets = {part.filename for part in parts if part.filename.startswith("xl/worksheets/")}
    if not sheets or sum(part.file_size for part in parts) <= _WHOLE_PREVIEW:
        _checked(content, file, token)
        return content
    short = BytesIO()
    with zipfile.ZipFile(short, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            if part.filename.endswith("/"):
                continue
            pieces = archives.unpacked(content, part, file, token)
            if part.filename in sheets:
                text = sheetxml.beginning(pieces, _PREVIEW_SHEET_ROWS, _TAIL_AFTER)
                extent = sheetxml.measured([text])
                if extent.rows * extent.columns > sheetxml.MOST_CELLS:
                    raise WardroundError("E-TABLE-04", file=file, sheet=part.filename, rows=extent.rows, columns=extent.columns)
            else:
                text = b"".join(pieces)
            archive.writestr(part.filename, text)
    return short.getvalue()


def _opened(content: bytes, file: str, said: dict[str, str], token: Token) -> _Sheet:
    """The sheet asked for, or the one that holds the table."""
    with brought_by("tables", file):
        import python_calamine
    if content.startswith(_COMPOUND) and _ENCRYPTED in content:
        raise WardroundError("E-TABLE-02", file=file)

    def parse() -> _Sheet:
        try:
            book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(content))
            name = _chosen(book, content, said["sheet"], file)
            sheet = book.get_sheet_by_name(name)
            first = sheet.start or (0, 0)
            rows = sheet.to_python(skip_empty_area=True)
            return _Sheet(name, book.sheet_names, _part_of(content, name), *first, rows, sheet.merged_cell_ranges or [])
        except python_calamine.PasswordError as error:
            raise WardroundError("E-TABLE-02", file=file) from error
        except python_calamine.CalamineError as error:
            raise WardroundError("E-TABLE-01", file=file) from error

    return _apart(parse, file, token)


def _apart(work: Callable[[], T], file: str, token: Token) -> T:
    """Runs ``work`` in a thread and waits for it, but not after a cancel.

    Raises:
        WardroundError: what ``work`` raises; E-TABLE-01 for a panic of the library.
        Cancelled: what the token raises.
    """
    done = threading.Event()
    outcome: list[T] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits; a Rust panic is no Exception
            failure.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="workbook", daemon=True).start()
    while not done.wait(_POLL_SECONDS):
        token.check()
    token.check()
    if failure:
        if isinstance(failure[0], WardroundError):
            raise failure[0]
        raise WardroundError("E-TABLE-01", file=file) from failure[0]
    return outcome[0]


def _chosen(book: python_calamine.CalamineWorkbook, content: bytes, wanted: str, file: str) -> str:
    names = book.sheet_names
    if wanted:
        if wanted not in names:
            raise WardroundError("E-TABLE-05", file=file, sheet=wanted, sheets=", ".join(names) or "–")
        return wanted
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    tables = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    seen = [sheet.name for sheet in tables if sheet.visible == SheetVisibleEnum.Visible] or [sheet.name for sheet in tables] or names
    if not seen:
        raise WardroundError("E-TABLE-01", file=file)
    if len(seen) == 1:
        return seen[0]
    fullness = _sizes(content, seen) or [_filled(book.get_sheet_by_name(name)) for name in seen]
    return next(name for name, size in zip(seen, fullness, strict=True) if size >= _FULL_ENOUGH * max(fullness))


def _filled(sheet: python_calamine.CalamineSheet) -> int:
    return sum(1 for row in sheet.iter_rows() for cell in row if cell != "")


def _sizes(content: bytes, names: Sequence[str]) -> list[int]:
    """Bytes of each sheet's XML, which tell how full it is without parsing it; empty where a sheet's part is not known."""
    parts = [_part_of(content, name) for name in names]
    if not all(parts):
        return []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return [archive.getinfo(part).file_size for part in parts]


def _part_of(content: bytes, name: str) -> str:
    """The part of the zip that holds a sheet of Office Open XML; "" for other formats."""
    if not content.startswith(_ZIP):
        return ""
    from xml.etree import ElementTree

    with zipfile.ZipFile(BytesIO(content)) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - sizes are checked, expat bounds entities
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - as above
            targets = {link.get("Id"): link.get("Target", "") for link in links}
            for sheet in book.iter():
                if sheet.tag.endswith("}sheet") and sheet.get("name") == name:
                    identifier = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
                    target = targets.get(identifier, "")
                    part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
                    return part if part in archive.namelist() else ""
        except (KeyError, zipfile.BadZipFile, ElementTree.ParseError):
            return ""
    return ""


def _table(
    found: _Sheet, options: ReadOptions, said: dict[str, str], file: str, rows: int | None, token: Token | None = None
) -> tuple[tuple[str, ...], list[Any], tuple[Finding, ...]]:
    """Names, columns and findings of the table on a sheet; only its first ``rows`` when they are given."""
    token = token or NoToken()
    wanted = int(said["header"]) if said["header"] else options.header_row
    down, across = found.first_row, found.first_column
    merged = [((top - down, left - across), (bottom - down, right - across)) for (top, left), (bottom, right) in found.merged]
    where = grid.heading(found.rows, merged, wanted - down if wanted else wanted)
    if where is None:
        raise WardroundError("E-TABLE-06", file=file, sheet=found.name)
    body = [row for row in found.rows[where.first_row :] if any(cell != "" for cell in row)]
    width = len(where.names)
    values = list(zip(*(row if len(row) == width else [*row, *[""] * (width - len(row))] for row in body[:rows]), strict=True))
    values = values or [()] * width
    kept = [place for place in range(width) if where.names[place] or any(cell != "" for cell in values[place])]
    names, findings = headers.settle([where.names[place] for place in kept], file)
    columns = []
    odd: list[Finding] = []
    for number, (name, place) in enumerate(zip(names, kept, strict=True)):
        token.check()
        column, said_of_it = grid.column(name, values[place], options)
        columns.append(column)
        odd += said_of_it
        token.progress((number + 1) / len(kept))
    if wanted is None and where.first_row + down > 1:
        odd.insert(0, Finding("info", "header-found", fields={"row": where.first_row + down}))
    if len(found.sheets) > 1 and not said["sheet"]:
        odd.insert(0, Finding("info", "sheet-chosen", fields={"sheet": found.name, "count": len(found.sheets)}))
    return names, columns, (*odd, *findings)


def _shown(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else grid.as_text(value, dated=False)
