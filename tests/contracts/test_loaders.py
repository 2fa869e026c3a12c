# SPDX-License-Identifier: Apache-2.0
"""What every loader promises: of tables on any table (WRITERS), of all other formats on a sample of each (SAMPLES)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest

from engine.errors import Cancelled, WardroundError
from engine.records import blocks, loaders
from engine.records.loader import PREVIEW_ROWS, ReadOptions
from engine.values import NoToken
from tests.support import samples_genomics, samples_images, samples_molecules, samples_notes, samples_signals, samples_tables
from tests.support.samples import Sample

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


def write_arrow(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_file(path, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table, max_chunksize=9_999)


WRITERS: dict[str, Callable[[pa.Table, Path], None]] = {"arrow": write_arrow, "csv": write_csv, "parquet": write_parquet}


# One file of samples a family; "format" or "format: what is special about this one" → the sample.
SAMPLES: dict[str, Sample] = {
    **samples_tables.SAMPLES,
    **samples_images.SAMPLES,
    **samples_genomics.SAMPLES,
    **samples_signals.SAMPLES,
    **samples_molecules.SAMPLES,
    **samples_notes.SAMPLES,
}


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


# ---------------------------------------------------------------- formats that cannot hold any table


@pytest.fixture(params=sorted(SAMPLES))
def sample(request: pytest.FixtureRequest) -> Sample:
    return SAMPLES[request.param]


@pytest.fixture
def opened(request: pytest.FixtureRequest, sample: Sample, tmp_path: Path) -> Path:
    """The sample on the disk, in a folder whose name is not plain."""
    path = sample.make(fresh(tmp_path / "用户 张伟"), 0)
    assert loaders.loader_for(path).format == request.node.callspec.params["sample"].partition(":")[0]
    return path


def fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def options_of(sample: Sample) -> ReadOptions:
    return ReadOptions(settings=sample.settings)


def files_of(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def read_all(path: Path, sample: Sample) -> pa.Table:
    survey = loaders.survey(path, options_of(sample))
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.num_rows == survey.rows
    return table


def first_row(table: pa.Table) -> dict[str, float | str | None]:
    """The first row, each array as its shape."""
    arrays = blocks.blocks_of(table.schema)
    row = table.slice(0, 1).to_pylist()[0]
    return {name: (None if value is None else blocks.shown(value["shape"])) if name in arrays else value for name, value in row.items()}


def test_sample_is_read_as_surveyed(opened: Path, sample: Sample) -> None:
    before = [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files_of(opened)]
    survey = loaders.survey(opened, options_of(sample))
    batches = list(survey.batches(NoToken()))
    assert all(batch.schema.equals(survey.schema, check_metadata=True) for batch in batches)
    for field in survey.schema:
        assert field.type in (pa.float64(), pa.string()) or blocks.block_of(field) is not None
    table = pa.Table.from_batches(batches)
    assert tuple(table.column_names) == sample.columns
    assert (table.num_rows, survey.rows) == (sample.rows, sample.rows)
    found = first_row(table)
    assert {name: found[name] for name in sample.first} == pytest.approx(dict(sample.first))
    assert loaders.survey(opened, options_of(sample)).source_sha256 == survey.source_sha256
    assert read_all(opened, sample).equals(table)
    assert [(file, file.read_bytes(), file.stat().st_mtime_ns) for file in files_of(opened)] == before


def test_sample_preview_shows_the_first_rows(opened: Path, sample: Sample) -> None:
    preview = loaders.preview(opened, options_of(sample))
    assert preview.header == sample.columns
    assert len(preview.rows) == min(PREVIEW_ROWS, sample.rows)
    assert all(len(row) == len(preview.header) for row in preview.rows)
    shown = dict(zip(preview.header, preview.rows[0], strict=True))
    for name, value in sample.first.items():
        if isinstance(value, float):
            assert float(shown[name]) == pytest.approx(value)
        else:
            assert shown[name] == (value or "")
    assert preview.file_bytes == sum(file.stat().st_size for file in files_of(opened))


def test_sample_cancel_at_any_look(opened: Path, sample: Sample) -> None:
    never = Stop(10**9)
    assert sum(batch.num_rows for batch in loaders.read(opened, options_of(sample), never)) == sample.rows
    total = 10**9 - never.looks
    assert total >= 2
    for looks in sorted({0, 1, total // 2, total - 1}):
        with pytest.raises(Cancelled):
            for _ in loaders.read(opened, options_of(sample), Stop(looks)):
                pass


def test_sample_progress_rises_to_one(opened: Path, sample: Sample) -> None:
    token = Stop(10**9)
    for _ in loaders.read(opened, options_of(sample), token):
        pass
    assert token.seen == sorted(token.seen)
    assert token.seen[-1] == 1.0


def test_sample_changed_between_survey_and_read(opened: Path, sample: Sample, tmp_path: Path) -> None:
    survey = loaders.survey(opened, options_of(sample))
    other = sample.make(fresh(tmp_path / "other"), 1)
    for file, changed in zip(files_of(opened), files_of(other), strict=True):
        file.write_bytes(changed.read_bytes())
    assert code_of(lambda: list(survey.batches(NoToken()))) == "E-DATA-10"


def test_sample_zero_bytes(opened: Path, sample: Sample) -> None:
    for file in files_of(opened):
        file.write_bytes(b"")
    assert code_of(lambda: loaders.preview(opened, options_of(sample))).startswith("E-")
    assert code_of(lambda: loaders.survey(opened, options_of(sample))).startswith("E-")


def test_sample_cut_short_is_refused_in_words_or_read_whole(opened: Path, sample: Sample) -> None:
    """A tail without records may be missing; a part of the records never passes for all of them."""
    whole = read_all(opened, sample)
    for file in files_of(opened):
        content = file.read_bytes()
        for end in sorted({len(content) * share // 20 for share in range(1, 20)} | {1, 7, len(content) - 1, len(content) - 2}):
            file.write_bytes(content[:end])
            try:
                assert read_all(opened, sample).equals(whole) or not sample.whole
            except WardroundError as error:
                assert error.what("zh") != error.what("en")  # noqa: PT017 - either outcome is right
        file.write_bytes(content)


def test_sample_missing(opened: Path, sample: Sample) -> None:
    opened.rename(opened.with_name("elsewhere"))
    assert code_of(lambda: loaders.survey(opened, options_of(sample))) == "E-FILE-01"
    assert code_of(lambda: loaders.preview(opened, options_of(sample))) == "E-FILE-01"


def test_the_texts_of_other_writers(tmp_path: Path) -> None:
    """Polars writes its texts as views, with its defaults."""
    path = tmp_path / "polars.feather"
    polars.DataFrame({"record": ["P1", "P2", None], "age": [31, 62, 47]}).write_ipc(path)
    table = pa.Table.from_batches(loaders.read(path))
    assert table.to_pydict() == {"record": ["P1", "P2", None], "age": [31.0, 62.0, 47.0]}
