# SPDX-License-Identifier: Apache-2.0
"""What every loader promises, tried on each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from engine.errors import Cancelled, WardroundError
from engine.records import loaders
from engine.records.loader import PREVIEW_ROWS, ReadOptions
from engine.values import NoToken

ROWS = 70_000
TABLE = pa.table(
    {
        "record": pa.array([f"P{number}" for number in range(ROWS)]),
        "systolic [mmHg]": pa.array([None if number % 7 == 0 else 100.0 + number % 50 for number in range(ROWS)]),
        "吸烟": pa.array([("never", "former", None)[number % 3] for number in range(ROWS)]),
        "nothing": pa.array([None] * ROWS, pa.string()),
    }
)


class Stop:
    """A token that cancels at the n-th look."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.seen: list[float] = []

    def progress(self, fraction: float) -> None:
        self.seen.append(fraction)

    def check(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise Cancelled


def write_csv(table: pa.Table, path: Path) -> None:
    pa.csv.write_csv(table, path)


def write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, row_group_size=9_999)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {"csv": write_csv, "parquet": write_parquet}


@pytest.fixture(params=sorted(WRITERS))
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[pa.Table], Path]:
    """Writes a table as a file of one loader's format; a new loader needs a writer here."""

    def put(table: pa.Table) -> Path:
        path = tmp_path / "用户 张伟" / f"数据 (新).{request.param}"
        path.parent.mkdir(exist_ok=True)
        WRITERS[request.param](table, path)
        assert loaders.loader_for(path).format == request.param
        return path

    return put


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value.code


def test_values_types_units_and_counts_come_back(write) -> None:
    survey = loaders.survey(write(TABLE))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.equals(TABLE)
    assert survey.schema.field("systolic [mmHg]").type == pa.float64()
    assert survey.units == {"systolic [mmHg]": "mmHg"}
    assert survey.rows == ROWS
    assert len(survey.source_sha256) == 64


def test_read_is_survey_and_batches(write) -> None:
    assert sum(batch.num_rows for batch in loaders.read(write(TABLE))) == ROWS


def test_preview_shows_the_first_rows_as_text(write) -> None:
    path = write(TABLE)
    preview = loaders.preview(path)
    assert preview.header == tuple(TABLE.column_names)
    assert len(preview.rows) == PREVIEW_ROWS
    assert preview.rows[0][0] == "P0"
    assert preview.rows[0][1] == ""
    assert float(preview.rows[1][1]) == 101.0
    assert preview.file_bytes == path.stat().st_size


def test_cancel_at_any_look(write) -> None:
    path = write(TABLE)
    never = Stop(10**9)
    assert sum(batch.num_rows for batch in loaders.read(path, None, never)) == ROWS
    total = 10**9 - never.looks
    assert total > 8
    for looks in (0, 1, total // 2, total - 1):
        with pytest.raises(Cancelled):
            for _ in loaders.read(path, None, Stop(looks)):
                pass


def test_progress_rises_to_one(write) -> None:
    token = Stop(10**9)
    for _ in loaders.read(write(TABLE), None, token):
        pass
    assert token.seen == sorted(token.seen)
    assert token.seen[-1] == 1.0


def test_changed_between_survey_and_read(write) -> None:
    path = write(TABLE)
    survey = loaders.survey(path)
    write(TABLE.set_column(0, "record", pa.array([f"Q{number}" for number in range(ROWS)])))
    assert code_of(lambda: list(survey.batches(NoToken()))) == "E-DATA-10"


def test_no_rows(write) -> None:
    path = write(TABLE.slice(0, 0))
    assert code_of(lambda: loaders.survey(path)) == "E-DATA-02"


def test_zero_bytes(write) -> None:
    path = write(TABLE)
    path.write_bytes(b"")
    assert code_of(lambda: loaders.preview(path)) == "E-DATA-01"


def test_missing_file_and_folder(write) -> None:
    path = write(TABLE)
    assert code_of(lambda: loaders.preview(path.parent)) == "E-DATA-32"
    path.unlink()
    assert code_of(lambda: loaders.survey(path)) == "E-FILE-01"


def test_double_names(write) -> None:
    path = write(TABLE.rename_columns(["a", "b", "c", " a "]))
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path)
    assert caught.value.code == "E-DATA-04"
    assert caught.value.fields["places"] == "1, 4"


def test_too_many_columns(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.records.headers.MAX_COLUMNS", 3)
    path = write(TABLE)
    assert code_of(lambda: loaders.preview(path)) == "E-DATA-08"


def test_long_numbers_stay_text(write) -> None:
    path = write(pa.table({"id": [110101199003071234, 110101199003071235], "x": [1, 2]}))
    survey = loaders.survey(path)
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table["id"].to_pylist() == ["110101199003071234", "110101199003071235"]
    assert [finding.code for finding in survey.findings] == ["codes-kept"]


def test_missing_codes_of_the_options(write) -> None:
    path = write(pa.table({"x": ["a", "unknown", "", "NA"], "y": [1.0, 2.0, 3.0, 4.0]}))
    default = pa.Table.from_batches(loaders.read(path))
    assert default["x"].to_pylist() == ["a", "unknown", None, None]
    told = pa.Table.from_batches(loaders.read(path, ReadOptions(missing=("unknown",))))
    assert told["x"].to_pylist() == ["a", None, None, "NA"]
