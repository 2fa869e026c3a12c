# SPDX-License-Identifier: Apache-2.0
"""Workbooks: where the table is, what its cells mean, and files that would take all memory."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from engine.errors import Cancelled, WardroundError
from engine.records import archives, loaders, sheetxml, workbook
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support import samples_tables

DATA = Path(__file__).parents[4] / "shared" / "data" / "messy"


def book(path: Path, draw: Callable[[Worksheet], None], *, title: str = "Data") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    draw(sheet)
    made.save(path)
    return path


def read(path: Path, **said: str) -> dict[str, list[object]]:
    survey = loaders.survey(path, ReadOptions(settings=said))
    found: dict[str, list[object]] = pa.Table.from_batches(survey.batches(NoToken()), survey.schema).to_pydict()
    return found


def refused(path: Path, **said: str) -> str:
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, ReadOptions(settings=said))
    return caught.value.code


def found_in(path: Path, **said: str) -> dict[str, object]:
    return {finding.code: dict(finding.fields) for finding in loaders.survey(path, ReadOptions(settings=said)).findings}


def test_title_blank_rows_and_grouped_headings(tmp_path: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["B2"] = "Visits of 2026"
        sheet.merge_cells("B2:G2")
        for cell, value in {"B4": "Patient", "C4": "Visit 1", "E4": "Visit 2", "C5": "BP", "D5": "HR", "E5": "BP", "F5": "HR"}.items():
            sheet[cell] = value
        sheet.merge_cells("B4:B5")
        sheet.merge_cells("C4:D4")
        sheet.merge_cells("E4:F4")
        for row in range(6, 10):
            for place, column in enumerate("BCDEF"):
                sheet[f"{column}{row}"] = row * 10 + place

    path = book(tmp_path / "a.xlsx", draw)
    found = read(path)
    assert list(found) == ["Patient", "Visit 1 BP", "Visit 1 HR", "Visit 2 BP", "Visit 2 HR"]
    assert found["Visit 2 HR"] == [64.0, 74.0, 84.0, 94.0]
    assert found_in(path)["header-found"] == {"row": 5}


def test_the_header_row_can_be_said(tmp_path: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        for row in (["a", "b"], ["c", "d"], [1, 2], [3, 4]):
            sheet.append(row)

    path = book(tmp_path / "a.xlsx", draw)
    assert read(path) == {"a": ["c", "1", "3"], "b": ["d", "2", "4"]}
    assert read(path, header="2") == {"c": [1.0, 3.0], "d": [2.0, 4.0]}
    assert list(read(path, header="0")) == ["column 1", "column 2"]
    assert refused(path, header="9") == "E-TABLE-06"
    assert refused(path, header="two") == "E-DATA-31"


def test_the_sheet_with_the_table_is_read_and_another_can_be_said(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    notes = made.active
    assert isinstance(notes, Worksheet)
    notes.title = "Notes"
    notes.append(["Read this first"])
    full = made.create_sheet("病例")
    full.append(["age", "sex"])
    for row in range(300):
        full.append([row, "f"])
    hidden = made.create_sheet("Hidden")
    hidden.sheet_state = "hidden"
    for row in range(900):
        hidden.append([row, row, row])
    path = tmp_path / "a.xlsx"
    made.save(path)
    assert list(read(path)) == ["age", "sex"]
    assert loaders.preview(path).offers == {"sheet": ("Notes", "病例", "Hidden")}
    assert found_in(path)["sheet-chosen"] == {"sheet": "病例", "count": 3}
    assert len(read(path, sheet="Hidden", header="0")["column 1"]) == 900
    assert refused(path, sheet="Data") == "E-TABLE-05"


def test_dates_times_flags_and_numbers_written_as_text(tmp_path: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        sheet.append(["day", "moment", "time", "long", "flag", "typed", "code", "mixed"])
        day = datetime.datetime(2024, 3, 9)  # noqa: DTZ001 - a workbook knows no time zones
        night = day.replace(hour=23, minute=5)
        sheet.append([day, day, datetime.time(8, 15), datetime.timedelta(hours=30), True, "12.5", "007", 5])
        sheet.append([day, night, datetime.time(0, 1), datetime.timedelta(minutes=1), False, 13, "008", "n.a."])

    assert read(book(tmp_path / "a.xlsx", draw)) == {
        "day": ["2024-03-09", "2024-03-09"],
        "moment": ["2024-03-09T00:00:00", "2024-03-09T23:05:00"],
        "time": ["08:15:00", "00:01:00"],
        "long": ["30:00:00", "0:01:00"],
        "flag": ["true", "false"],
        "typed": [12.5, 13.0],
        "code": ["007", "008"],
        "mixed": ["5", "n.a."],
    }


def test_error_cells_and_formulas_without_a_result_are_counted(tmp_path: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        sheet.append(["a", "b", "c"])
        for row in range(2, 6):
            sheet.append([row, "#DIV/0!", f"=A{row}*2"])
            sheet[f"B{row}"].data_type = "e"
        sheet["B2"] = 7

    path = book(tmp_path / "a.xlsx", draw)
    assert read(path) == {"a": [2.0, 3.0, 4.0, 5.0], "b": [7.0, None, None, None], "c": [None] * 4}
    found = found_in(path)
    assert found["error-cells"] == {"count": 3}
    assert found["uncalculated"] == {"count": 4}


def test_no_table(tmp_path: Path) -> None:
    assert refused(book(tmp_path / "a.xlsx", lambda _: None)) == "E-TABLE-06"
    assert refused(book(tmp_path / "b.xlsx", lambda sheet: sheet.append(["age", "sex"]))) == "E-DATA-02"
    assert refused(book(tmp_path / "c.xlsx", lambda sheet: [sheet.append(row) for row in (["a", "a"], [1, 2])])) == "E-DATA-04"


def test_a_workbook_with_a_password_is_named(tmp_path: Path) -> None:
    """Excel keeps it as a compound file whose streams are called EncryptionInfo and EncryptedPackage."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook._COMPOUND + bytes(2000) + workbook._ENCRYPTED + bytes(2000))
    assert refused(path) == "E-TABLE-02"
    path = samples_tables.xlsx(tmp_path, 0)
    content = bytearray(path.read_bytes())
    for at in (content.find(b"PK\x01\x02") + 8, content.find(b"PK\x03\x04") + 6):
        content[at] |= 1
    path.write_bytes(content)
    assert refused(path) == "E-TABLE-02"


def repacked(source: Path, target: Path, parts: dict[str, bytes]) -> Path:
    """A copy of a zip with some parts replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return target


def test_a_part_that_grows_without_measure_is_refused(tmp_path: Path) -> None:
    source = samples_tables.xlsx(tmp_path, 0)
    assert refused(repacked(source, tmp_path / "a.xlsx", {"xl/media/image1.bin": bytes(64 << 20)})) == "E-TABLE-03"


def test_a_part_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    path = repacked(samples_tables.xlsx(tmp_path, 0), tmp_path / "a.xlsx", {"xl/media/image1.bin": bytes(100_000)})
    content = path.read_bytes()
    said = struct.pack("<I", 100_000)
    assert content.count(said) == 2
    path.write_bytes(content.replace(said, struct.pack("<I", 50_000)))
    assert refused(path) == "E-TABLE-03"
    path.write_bytes(content.replace(said, struct.pack("<I", 200_000)))
    assert refused(path) == "E-TABLE-01"


def test_parts_over_each_other_are_refused(tmp_path: Path) -> None:
    path = samples_tables.xlsx(tmp_path, 0)
    with zipfile.ZipFile(path) as archive:
        largest = max(archive.infolist(), key=lambda part: part.compress_size)
    content = path.read_bytes()
    size, more = struct.pack("<I", largest.compress_size), struct.pack("<I", len(content) * 2)
    path.write_bytes(content.replace(size, more))
    assert refused(path) == "E-TABLE-01"


def test_cells_at_far_corners_are_refused_before_they_are_laid_out(tmp_path: Path) -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["A1"], sheet["XFD1048576"] = "a", 1

    assert refused(book(tmp_path / "a.xlsx", draw)) == "E-TABLE-04"


def test_a_cell_that_is_repeated_a_million_times_is_refused(tmp_path: Path) -> None:
    source = samples_tables.ods(tmp_path, 0)
    with zipfile.ZipFile(source) as archive:
        content = archive.read("content.xml")
    bomb = b'<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    rows = b'<table:table-row table:number-rows-repeated="1000000">' + bomb + b"</table:table-row>"
    changed = content.replace(b"<table:table-row>", rows + b"<table:table-row>", 1)
    assert refused(repacked(source, tmp_path / "b.ods", {"content.xml": changed})) == "E-TABLE-04"
    entity = content.replace(b"<office:document-content", b'<!DOCTYPE a [<!ENTITY b "c">]><office:document-content', 1)
    assert refused(repacked(source, tmp_path / "c.ods", {"content.xml": entity})) == "E-TABLE-01"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 9000), st.integers(1, 700)), min_size=1, max_size=30),
    st.integers(1, 500),
)
def test_the_extent_does_not_depend_on_the_pieces(cells: list[tuple[int, int]], step: int) -> None:
    from openpyxl.utils import get_column_letter

    rows: dict[int, set[int]] = {}
    for row, column in cells:
        rows.setdefault(row, set()).add(column)
    lines = [
        f'<row r="{row}">' + "".join(f'<c r="{get_column_letter(c)}{row}" t="e"><f>1/0</f><v></v></c>' for c in sorted(columns)) + "</row>"
        for row, columns in sorted(rows.items())
    ]
    text = ("<worksheet><sheetData>" + "".join(lines) + "</sheetData></worksheet>").encode()
    found = sheetxml.measured(text[at : at + step] for at in range(0, len(text), step))
    every = {column for columns in rows.values() for column in columns}
    assert (found.rows, found.columns) == (max(rows) - min(rows) + 1, max(every) - min(every) + 1)
    assert found.errors == found.uncalculated == sum(map(len, rows.values()))


def test_a_large_workbook_is_shown_from_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(sheet: Worksheet) -> None:
        sheet["A1"] = "Group"
        sheet.merge_cells("A1:B1")
        sheet.append(["a", "b", "c"])
        for row in range(2000):
            sheet.append([row, "text", row / 2])

    path = book(tmp_path / "a.xlsx", draw)
    whole = loaders.preview(path)
    assert whole.header == ("Group a", "Group b", "c")
    monkeypatch.setattr(workbook, "_WHOLE_PREVIEW", 0)
    seen: list[int] = []
    opened = workbook._opened

    def spy(content: bytes, *rest: object) -> object:
        found = opened(content, *rest)  # type: ignore[arg-type]
        seen.append(len(found.rows))
        return found

    monkeypatch.setattr(workbook, "_opened", spy)
    short = loaders.preview(path)
    assert (short.header, short.rows) == (whole.header, whole.rows)
    assert seen == [workbook._PREVIEW_SHEET_ROWS]


def test_a_cancel_does_not_wait_for_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    go_on = threading.Event()

    class Stop(NoToken):
        def check(self) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        workbook._apart(lambda: go_on.wait(60), "a.xlsx", Stop())
    go_on.set()


def test_a_panic_of_the_parser_is_a_damaged_file() -> None:
    class Panic(BaseException):
        pass

    def work() -> None:
        raise Panic

    with pytest.raises(WardroundError) as caught:
        workbook._apart(work, "a.xlsx", NoToken())
    assert caught.value.code == "E-TABLE-01"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(["xlsx", "xls", "ods"]), st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_is_a_sentence(tmp_path_factory: pytest.TempPathFactory, kind: str, damage: list[tuple[int, int]]) -> None:
    path = getattr(samples_tables, kind)(tmp_path_factory.mktemp("fuzz"), 0)
    content = bytearray(path.read_bytes())
    for at, byte in damage:
        content[at % len(content)] = byte
    path.write_bytes(content)
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right


def test_inflating_stops_at_what_was_declared() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(10_000_000)) + packer.flush()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(10_000_000))
    content = buffer.getvalue()
    assert packed in content
    (part,) = archives.parts_of(content, "a.zip")
    part.file_size = 1000
    with pytest.raises(WardroundError) as caught:
        list(archives.unpacked(content, part, "a.zip", NoToken()))
    assert caught.value.code == "E-TABLE-03"


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")
def test_messy_sheets_drawn_by_hand() -> None:
    found = read(DATA / "messy_bp.xlsx")
    assert len(found["pat_id"]) == 20
    assert list(found)[7:] == ["Visit 1 BP", "Visit 1 HR", "Visit 2 BP", "Visit 2 HR", "Visit 3 BP", "Visit 3 HR"]
    found = read(DATA / "messy_uc.xlsx")
    assert (len(found["pat_id"]), found["pat_id"][0], found["dob"][0]) == (30, "001", "2005-01-07")
