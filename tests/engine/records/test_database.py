# SPDX-License-Identifier: Apache-2.0
"""Queries: what is one that only reads, and what its answer becomes; on SQLite, which every Python has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import Cancelled, WardroundError
from engine.records import database
from engine.records.statement import only_reads
from engine.values import NoToken


def made(path: Path, rows: int = 12_000) -> str:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE visits (id TEXT, age INTEGER, weight REAL, seen TEXT, big INTEGER, mixed)")
        connection.executemany(
            "INSERT INTO visits VALUES (?, ?, ?, ?, ?, ?)",
            [(f"P{n}", n % 90, None if n % 7 == 0 else n / 2, "2024-01-31", 2**60 + n, n if n % 2 else "a:b") for n in range(rows)],
        )
        connection.commit()
    return f"sqlite:///{path}"


def refused(url: str, query: str, password: str | None = None) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        list(database.survey(url, query, "q.sql", password, NoToken()).batches(NoToken()))
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value


def test_an_answer_is_typed_as_a_whole_and_streamed(tmp_path: Path) -> None:
    url = made(tmp_path / "用户 1.db")
    query = "SELECT id, age AS \"age [year]\", weight, seen, big, mixed, NULL AS empty FROM visits -- all of them\nWHERE id <> 'x;y:z'"
    survey = database.survey(url, query, "q.sql", None, NoToken())
    batches = list(survey.batches(NoToken()))
    assert len(batches) > 1
    table = pa.Table.from_batches(batches)
    assert (table.num_rows, survey.rows) == (12_000, 12_000)
    assert survey.units == {"age [year]": "year"}
    kinds = {field.name: str(field.type) for field in survey.schema}
    assert kinds == {
        "id": "string",
        "age [year]": "double",
        "weight": "double",
        "seen": "string",
        "big": "string",
        "mixed": "string",
        "empty": "string",
    }
    assert table.slice(1, 1).to_pylist() == [
        {"id": "P1", "age [year]": 1.0, "weight": 0.5, "seen": "2024-01-31", "big": str(2**60 + 1), "mixed": "1", "empty": None}
    ]
    assert [(finding.code, finding.column) for finding in survey.findings] == [("codes-kept", "big")]
    assert next(survey.batches(NoToken())).equals(batches[0])


def test_nothing_can_be_written_even_by_a_statement_that_was_let_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    url = made(path, 10)
    before = path.read_bytes()
    monkeypatch.setattr(database, "only_reads", lambda text, _: text)
    assert refused(url, "DELETE FROM visits").code == "E-TABLE-14"
    assert refused(url, "CREATE TABLE other (a)").code == "E-TABLE-14"
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} == {"a.db"}


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM visits", "SELECT 1; DELETE FROM visits", "WITH a AS (DELETE FROM visits RETURNING *) SELECT * FROM a", "",
        "SELECT * INTO other FROM visits", "SELECT * FROM visits FOR UPDATE", "SELECT load_extension('x')", "PRAGMA journal_mode",
        "SELECT 1 /*!50000 INTO OUTFILE 'x' */", "SELECT 'a\\' ; DROP TABLE visits --'", "SELECT $$a$$", "SELECT /* /* */ 1 */",
        "EXPLAIN SELECT 1", "ATTACH 'x' AS y", "SELECT 'never ends", "SELECT 1;;", "SELECT nextval('s')", "select 1 /*",
        "SELECT lo_export(1, 'f')", "exec xp_cmdshell 'dir'", "SELECT * FROM OPENROWSET('a')",
    ],
)  # fmt: skip
def test_what_is_not_one_reading_query_is_refused(tmp_path: Path, query: str) -> None:
    assert refused(f"sqlite:///{tmp_path / 'none.db'}", query).code == "E-TABLE-11"


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ("select 1 ;\n-- done", "select 1"),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", "WITH a AS (SELECT 1 AS x) SELECT x FROM a"),
        ("SELECT \"update\", replace(a, 'delete', '') FROM t /* into */ WHERE b = 1.5e3", None),
        (
            "SELECT update_time::date, 收缩压 FROM [set] WHERE a LIKE '%x%'",
            "SELECT update_time::date, 收缩压 FROM [set] WHERE a LIKE '%x%'",
        ),
    ],
)
def test_reading_queries_are_sent_without_comments(query: str, sent: str | None) -> None:
    found = only_reads(query, "q.sql").strip()
    assert "/*" not in found
    assert "--" not in found
    assert sent is None or found == sent


def test_addresses_and_passwords(tmp_path: Path) -> None:
    error = refused("postgresql://reader:secret@db/ehr", "SELECT 1")
    assert error.code == "E-TABLE-12"
    assert "secret" not in str(error)
    assert refused("no address", "SELECT 1").code == "E-TABLE-15"
    assert refused("nosuch://db/ehr", "SELECT 1").code == "E-TABLE-13"
    assert refused(f"sqlite:///{tmp_path / 'none.db'}", "SELECT 1").code == "E-FILE-01"
    assert not (tmp_path / "none.db").exists()


def test_a_failing_query_tells_no_value(tmp_path: Path) -> None:
    error = refused(made(tmp_path / "a.db", 5), "SELECT nosuch FROM visits WHERE id = 'planted'")
    assert error.code == "E-TABLE-14"
    assert "planted" not in str(error)
    assert error.__cause__ is None


def test_answers_without_rows_or_with_doubles_or_bytes(tmp_path: Path) -> None:
    url = made(tmp_path / "a.db", 5)
    assert refused(url, "SELECT * FROM visits WHERE age > 1000").code == "E-DATA-02"
    assert refused(url, "SELECT age, age FROM visits").code == "E-DATA-04"
    assert refused(url, "SELECT id, x'00ff' AS picture FROM visits").code == "E-DATA-15"


def test_another_answer_the_second_time_is_refused(tmp_path: Path) -> None:
    error = refused(made(tmp_path / "a.db", 50), "SELECT id, random() AS x FROM visits")
    assert error.code == "E-DATA-10"


def test_a_cancel_ends_it(tmp_path: Path) -> None:
    class Stop(NoToken):
        looks = 3

        def check(self) -> None:
            self.looks -= 1
            if self.looks < 0:
                raise Cancelled

    with pytest.raises(Cancelled):
        database.survey(made(tmp_path / "a.db"), "SELECT * FROM visits", "q.sql", None, Stop())
