# SPDX-License-Identifier: Apache-2.0
"""Delimited text as hospitals really write it, and the refusals that name file, row and column."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import loaders, source, tabular
from engine.records.loader import ReadOptions
from engine.values import NoToken

CHINESE = "病历号,收缩压（mmHg）,吸烟,备注\nA1,120,从不,早孕建档\nA2,135.5,曾经,未见异常\nA3,未查,现在,复查\n"


def put(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table_of(path: Path, options: ReadOptions | None = None) -> pa.Table:
    survey = loaders.survey(path, options)
    return pa.Table.from_batches(survey.batches(NoToken()), survey.schema)


def refusal(path: Path, options: ReadOptions | None = None) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        table_of(path, options)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "gbk"])
def test_encodings_are_found(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path, CHINESE.encode(encoding), "用户数据.csv")
    table = table_of(path)
    assert table.column_names == ["病历号", "收缩压（mmHg）", "吸烟", "备注"]
    assert table["收缩压（mmHg）"].to_pylist() == [120.0, 135.5, None]
    assert table["备注"].to_pylist() == ["早孕建档", "未见异常", "复查"]
    assert loaders.survey(path).units == {"收缩压（mmHg）": "mmHg"}
    assert loaders.preview(path).rows[1] == ("A2", "135.5", "曾经", "未见异常")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Âge;Prénom;Taille\n31;Zoé;1,61\n28;Hélène;1,70\n40;Jérôme;1,82\n"),
        ("cp1251", "возраст;имя;рост\n31;Анна Петрова;161\n28;Мария Иванова;170\n40;Екатерина Смирнова;182\n"),
    ],
)
def test_western_and_cyrillic_are_not_taken_for_chinese(tmp_path: Path, encoding: str, text: str) -> None:
    path = put(tmp_path, text.encode(encoding))
    assert loaders.preview(path).header == tuple(text.split("\n")[0].split(";"))
    assert "encoding-guessed" in [finding.code for finding in loaders.preview(path).findings]
    assert table_of(path).column(1).to_pylist() == [line.split(";")[1] for line in text.splitlines()[1:]]


def test_chinese_far_down_in_the_file(tmp_path: Path) -> None:
    """The first look sees ASCII only; the words come at the end."""
    lines = ["id,x,note", *(f"P{number},{number},fine" for number in range(60_000)), "P,1,患者转院治疗"]
    path = put(tmp_path, "\n".join(lines).encode("gb18030"))
    assert table_of(path)["note"].to_pylist()[-1] == "患者转院治疗"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "a, b", "x"], ["P1", "no; never", "1.5"], ["P2", 'he said "hm"', "2.5"], ["P3", "two\nlines | more\t", "3"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    table = table_of(put(tmp_path, text.getvalue()))
    assert table.column_names == rows[0]
    assert table["x"].to_pylist() == [1.5, 2.5, 3.0]
    assert table["a, b"].to_pylist() == [row[1].strip() for row in rows[1:]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(tmp_path: Path, end: str) -> None:
    table = table_of(put(tmp_path, end.join(["a,b", "1,x", "2,y"])))
    assert table.to_pydict() == {"a": [1.0, 2.0], "b": ["x", "y"]}


def test_decimal_comma(tmp_path: Path) -> None:
    table = table_of(put(tmp_path, "Größe;Gewicht;Leuko\n1,61;58;12.300,5\n1,7;61,5;900\n;70;1.100\n"))
    assert table.to_pydict() == {"Größe": [1.61, 1.7, None], "Gewicht": [58.0, 61.5, 70.0], "Leuko": [12300.5, 900.0, 1100.0]}


def test_decimal_comma_in_quotes_of_one_column(tmp_path: Path) -> None:
    table = table_of(put(tmp_path, 'a,b\n"1,5",1.5\n"22,25",2\n3,4\n'))
    assert table.to_pydict() == {"a": [1.5, 22.25, 3.0], "b": [1.5, 2.0, 4.0]}


def test_thousands_only_where_they_are_sure(tmp_path: Path) -> None:
    survey = loaders.survey(put(tmp_path, 'sure,maybe\n"1,234,567","1,234"\n"9,876","2,345"\n12,3\n'))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.to_pydict() == {"sure": [1234567.0, 9876.0, 12.0], "maybe": ["1,234", "2,345", "3"]}
    assert [(finding.code, finding.column) for finding in survey.findings] == [("ambiguous-numbers", "maybe")]


def test_numbers_in_full_width_and_with_signs(tmp_path: Path) -> None:
    table = table_of(put(tmp_path, "a,b\n１２．５,+3\n−2, 4 \n.5,1e2\n"))
    assert table.to_pydict() == {"a": [12.5, -2.0, 0.5], "b": [3.0, 4.0, 100.0]}


def test_infinity_is_no_number(tmp_path: Path) -> None:
    survey = loaders.survey(put(tmp_path, "a,b\n1,1e400\n2,2\ninf,3\n"))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table["a"].to_pylist() == ["1", "2", "inf"]
    assert table["b"].to_pylist() == [None, 2.0, 3.0]
    assert {finding.code for finding in survey.findings} == {"mixed-types", "too-large"}


def test_codes_with_leading_zeros_stay_as_they_are(tmp_path: Path) -> None:
    survey = loaders.survey(put(tmp_path, "id,x\n007,0\n012,0.5\n100,10\n"))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.to_pydict() == {"id": ["007", "012", "100"], "x": [0.0, 0.5, 10.0]}
    assert [(finding.code, finding.column) for finding in survey.findings] == [("codes-kept", "id")]


def test_mixed_column_is_text_with_count_and_rows(tmp_path: Path) -> None:
    lines = ["id,age", *(f"P{number},{number}" for number in range(1, 30)), "P30,about 40", "P31,<5"]
    survey = loaders.survey(put(tmp_path, "\n".join(lines)))
    [finding] = survey.findings
    assert (finding.code, finding.column, finding.severity) == ("mixed-types", "age", "warning")
    assert finding.fields == {"count": 2, "valid": 31, "spelling": "POINT"}
    assert finding.rows == (29, 30)
    assert survey.schema.field("age").type == pa.string()


def test_blanks_are_trimmed_and_counted(tmp_path: Path) -> None:
    survey = loaders.survey(put(tmp_path, "a,b\nNo ,1\nYes , 2\nNo,3\n NA ,4\n"))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.to_pydict() == {"a": ["No", "Yes", "No", None], "b": [1.0, 2.0, 3.0, 4.0]}
    assert {(finding.code, finding.column): finding.fields["count"] for finding in survey.findings} == {
        ("blanks-trimmed", "a"): 2,
        ("blanks-trimmed", "b"): 1,
    }


def test_header_options(tmp_path: Path) -> None:
    path = put(tmp_path, "Export of ward 3\n\nid,x\nP1,1\nP2,2\n")
    assert table_of(path, ReadOptions(header_row=3)).to_pydict() == {"id": ["P1", "P2"], "x": [1.0, 2.0]}
    bare = put(tmp_path, "1,2\n3,4\n", "bare.csv")
    assert table_of(bare, ReadOptions(header_row=0)).to_pydict() == {"column 1": [1.0, 3.0], "column 2": [2.0, 4.0]}
    assert "header-looks-like-data" in [finding.code for finding in loaders.preview(bare).findings]


def test_names_are_made_usable_and_doubtful_ones_found(tmp_path: Path) -> None:
    survey = loaders.survey(put(tmp_path, ',Age, age ,"two\nlines"\n1,2,3,4\n'))
    assert survey.schema.names == ["column 1", "Age", "age", "two lines"]
    assert [finding.code for finding in survey.findings] == ["unnamed-column", "similar-names"]


def test_options_win_over_what_is_found(tmp_path: Path) -> None:
    path = put(tmp_path, "a;b\n1,5;2,5\n")
    assert table_of(path, ReadOptions(decimal=".")).to_pydict() == {"a": [1.5], "b": [2.5]}
    assert refusal(path, ReadOptions(delimiter=",")).code == "E-DATA-05"
    latin = put(tmp_path, "a,b\né,1\n".encode("latin-1"), "l.csv")
    assert table_of(latin, ReadOptions(encoding="cp1250"))["a"].to_pylist() == ["é"]


def test_one_column_is_a_wrong_delimiter_unless_said(tmp_path: Path) -> None:
    path = put(tmp_path, "x^y\n1^2\n")
    error = refusal(path)
    assert error.code == "E-DATA-03"
    assert "t.csv" in error.what("en")
    assert [finding.code for finding in loaders.preview(path).findings if finding.severity == "block"] == ["one-column"]
    assert table_of(path, ReadOptions(delimiter="^")).to_pydict() == {"x": [1.0], "y": [2.0]}
    assert table_of(put(tmp_path, "x\n1\n2\n", "one.csv"), ReadOptions(delimiter=",")).to_pydict() == {"x": [1.0, 2.0]}
    told = ReadOptions(delimiter=",")
    assert refusal(put(tmp_path, "x;y\n1;2\n3;4\n", "semicolon.csv"), told).code == "E-DATA-03"
    assert table_of(put(tmp_path, "note; free\nlame; left\nwell\n", "notes.csv"), told).num_rows == 2


def test_ragged_rows_are_counted_and_named(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n1,2\n3\n"x\ny",5\n6,7,8\n9,10\n')
    error = refusal(path)
    assert error.code == "E-DATA-05"
    assert error.fields["rows"] == "3, 5"
    assert (error.fields["count"], error.fields["row"], error.fields["found"], error.fields["expected"]) == (2, 3, 1, 2)
    [finding] = [finding for finding in loaders.preview(path).findings if finding.severity == "block"]
    assert (finding.code, finding.rows, finding.fields["row"]) == ("ragged", (1, 3), 3)


def test_ragged_row_far_down(tmp_path: Path) -> None:
    lines = ["a,b", *("1,2" for _ in range(2_000_000)), "3"]
    assert refusal(put(tmp_path, "\n".join(lines))).fields["rows"] == "2000002"


def test_undecodable_byte_is_named_with_offset_and_row(tmp_path: Path) -> None:
    content = b"a,b\n" + b"1,fine\n" * 200_000 + "2,é".encode() + b"\n3,\xff\n"
    error = refusal(put(tmp_path, content), ReadOptions(encoding="utf-8"))
    assert error.code == "E-DATA-07"
    assert error.fields["offset"] == content.index(b"\xff")
    assert error.fields["row"] == 200_003


def test_undecodable_byte_of_a_wide_encoding(tmp_path: Path) -> None:
    content = "a,b\n1,2\n".encode("utf-16-le") + b"\x00\xd8" + "3,4\n".encode("utf-16-le")
    error = refusal(put(tmp_path, content), ReadOptions(encoding="utf-16-le"))
    assert (error.code, error.fields["offset"], error.fields["row"]) == ("E-DATA-07", 16, 3)


def test_nul_bytes_are_no_text(tmp_path: Path) -> None:
    early = refusal(put(tmp_path, b"a,b\n1,2\n3,\0\n"))
    assert (early.code, early.fields["row"]) == ("E-DATA-06", 3)
    late = refusal(put(tmp_path, b"a,b\n" + b"1,2\n" * 500_000 + b"3,\0\n"))
    assert (late.code, late.fields["row"]) == ("E-DATA-06", 500_002)
    noise = bytes(random.Random(1).randrange(256) for _ in range(5000))
    assert refusal(put(tmp_path, noise)).code in ("E-DATA-06", "E-DATA-07", "E-DATA-03")


def test_quote_that_never_closes(tmp_path: Path) -> None:
    path = put(tmp_path, 'a,b\n1,2\n"oops,3\n' + "4,5\n" * 3_000_000)
    error = refusal(path)
    assert error.code == "E-DATA-09"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04rest", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_formats_are_called_by_their_name(tmp_path: Path, content: bytes, name: str) -> None:
    error = refusal(put(tmp_path, content))
    assert (error.code, error.fields["format"]) == ("E-DATA-11", name)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (ReadOptions(encoding="klingon"), "E-DATA-12"),
        (ReadOptions(encoding="hex"), "E-DATA-12"),
        (ReadOptions(delimiter=",,"), "E-DATA-13"),
        (ReadOptions(delimiter='"'), "E-DATA-13"),
        (ReadOptions(header_row=9), "E-DATA-02"),
    ],
)
def test_impossible_options(tmp_path: Path, options: ReadOptions, code: str) -> None:
    assert refusal(put(tmp_path, "a,b\n1,2\n"), options).code == code


@pytest.mark.parametrize("content", ["a,b\n", "a,b", "\n\n\n", "   "])
def test_no_rows_or_nothing(tmp_path: Path, content: str) -> None:
    assert refusal(put(tmp_path, content)).code in ("E-DATA-01", "E-DATA-02")


def test_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = put(tmp_path, "a,b\n" + "1,2\n" * 600_000)

    class Grow:
        done = False

        def progress(self, fraction: float) -> None:
            if not self.done:
                self.done = True
                with path.open("a") as file:
                    file.write("3,4\n")

        def check(self) -> None:
            """Nobody cancels."""

    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, None, Grow())
    assert caught.value.code == "E-DATA-10"


def test_errors_of_the_disk_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path, "a,b\n1,2\n")

    class Broken(io.FileIO):
        def read(self, size: int = -1, /) -> bytes:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(source, "open_regular", lambda path: Broken(path, "rb"))
    with pytest.raises(WardroundError) as caught:
        source.head_of(path, 10)
    assert (caught.value.code, caught.value.fields["reason"]) == ("E-FILE-01", "Input/output error")


cell = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr),
    st.integers(-(10**6), 10**6).map(str),
    st.sampled_from(["", "NA", "x", " 5 ", "1,5", "1,234", "007", "1.234", "未查", "a b"]),
)


@settings(max_examples=60, deadline=None)
@given(column=st.lists(cell, min_size=1, max_size=60), block=st.integers(64, 300), decimal=st.sampled_from([None, ".", ","]))
def test_the_outcome_does_not_depend_on_chunks(tmp_path_factory, column: list[str], block: int, decimal: str | None) -> None:
    path = tmp_path_factory.mktemp("chunks") / "t.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["n", "v"], *([str(number + 1), value] for number, value in enumerate(column))])
    options = ReadOptions(decimal=decimal)
    whole = loaders.survey(path, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tabular, "_BLOCK", block)
        patch.setattr(tabular, "_BLOCK_PER_COLUMN", 1)
        patch.setattr(source, "_CHUNK", 7)
        parts = loaders.survey(path, options)
        cut = pa.Table.from_batches(parts.batches(NoToken()), parts.schema)
    assert parts.schema == whole.schema
    assert parts.findings == whole.findings
    assert cut.equals(pa.Table.from_batches(whole.batches(NoToken()), whole.schema))
