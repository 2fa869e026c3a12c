# SPDX-License-Identifier: Apache-2.0
"""CSV, TSV and other delimited text, in any encoding, of any length: one bounded stream through pyarrow's parser."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.csv

from engine.errors import Language, WardroundError
from engine.records import cells, dates, headers
from engine.records.describe import ROWS_HASHED
from engine.records.dialect import DELIMITERS, Dialect, look
from engine.records.loader import MISSING, PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions, settled
from engine.records.overlap import overlapped
from engine.records.source import Source
from engine.text import translate
from engine.values import NoToken, Token

_BLOCK = 1 << 22
_BLOCK_PER_COLUMN = 1 << 12
_LARGEST_BLOCK = 1 << 26
_SURELY_MANY = 2 * ROWS_HASHED
_NAMED = 5  # rows named in a sentence


def _date_words(language: Language) -> str:
    return translate("Dates such as 03/04/2024: what comes first, where no value of the column tells.", language)


def _order_words(language: Language) -> tuple[str, ...]:
    return (translate("Leave them as they are", language), translate("The day", language), translate("The month", language))


_Begun = tuple[str, Dialect, tuple[str, ...], tuple[Finding, ...]]
"""What is said of dates, how the text is written, its names, and what was found so far."""


class DelimitedLoader:
    """The loader of delimited text: whatever no other loader claims."""

    format = "csv"
    patterns: tuple[str, ...] = ("*.csv", "*.tsv", "*.txt", "*.tab", "*.dat")
    options: tuple[LoaderOption, ...] = (LoaderOption("dates", "choice", _date_words, "auto", dates.ORDERS, _order_words),)

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """Any text; what is no text is refused when it is read."""
        return True

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        token.check()
        settled(self.options, options.settings, path.name)
        dialect = look(path, options, PREVIEW_ROWS)
        names, findings = headers.settle(dialect.header, path.name)
        return Preview(
            path=path,
            format=self.format,
            encoding=dialect.encoding,
            delimiter=dialect.delimiter,
            decimal=dialect.decimal,
            header=names,
            rows=dialect.rows,
            file_bytes=path.stat().st_size,
            findings=(*_doubts(dialect, options), *findings, *_ragged_preview(dialect)),
            first_row=dialect.first_row,
        )

    def survey(self, path: Path, options: ReadOptions, token: Token) -> DelimitedSurvey:
        """See ``Loader.survey``."""
        said, dialect, names, findings = self._begun(path, options)
        missing = _missing(options)
        columns = [cells.ColumnSurvey(dialect.decimal, missing, cleared=True) for _ in names]
        rows = 0
        with Source(path, dialect.encoding, dialect.skip, token) as source:
            for batch in overlapped(_strings(source, path, dialect, names, missing)):
                for column, values in zip(columns, batch.columns, strict=True):
                    token.check()
                    column.update(values, rows)
                rows += batch.num_rows
            sha256 = source.sha256
        if not rows:
            raise WardroundError("E-DATA-02", file=path.name)
        spellings, orders = zip(*_settled(columns, said), strict=True)
        return DelimitedSurvey(path, dialect, names, spellings, orders, missing, rows, sha256, (*findings, *_odd(names, columns, said)))

    def one_pass(self, path: Path, options: ReadOptions) -> OnePass:
        """The file for whoever can throw away what was read of it. Raises as ``Loader.preview``."""
        return OnePass(self._begun(path, options), path, options)

    def _begun(self, path: Path, options: ReadOptions) -> _Begun:
        said = settled(self.options, options.settings, path.name)["dates"]
        dialect = look(path, options, PREVIEW_ROWS)
        names, findings = headers.settle(dialect.header, path.name)
        if len(names) == 1 and (options.delimiter is None or _splits_elsewhere(dialect)):
            raise WardroundError("E-DATA-03", file=path.name, delimiter=_shown(dialect.delimiter))
        return said, dialect, names, (*_doubts(dialect, options), *findings)


class GuessWrong(Exception):  # noqa: N818 - not an error: the file is read in two passes then
    """Somewhere in the file a column is not what its beginning looked like."""


class OnePass:
    """The same rows, types and findings as by a ``DelimitedSurvey``, in half the time: types are guessed from the first block.

    While the rows are yielded, each column is surveyed as a whole; ``batches`` raises GuessWrong at the end when that settles
    anything else than was guessed. Only then are findings, hash and number of rows known. To be taken once.
    """

    format = DelimitedLoader.format

    def __init__(self, begun: _Begun, path: Path, options: ReadOptions) -> None:
        self._said, self._dialect, self._names, self._found = begun
        self._path = path
        self._missing = _missing(options)
        decimal = self._dialect.decimal
        self._columns = [cells.ColumnSurvey(decimal, self._missing, cleared=True) for _ in self._names]
        first = [cells.ColumnSurvey(decimal, self._missing, cleared=True) for _ in self._names]
        with Source(path, self._dialect.encoding, self._dialect.skip, NoToken()) as source:
            batches = _strings(source, path, self._dialect, self._names, self._missing)
            batch = next(batches, None)
            batches.close()
            for column, values in zip(first, batch.columns if batch is not None else (), strict=batch is not None):
                column.update(values, 0)
            likely = batch.num_rows * source.size // max(1, batch.nbytes) if batch is not None else 0
        self._guess = _settled(first, self._said)
        self.rows = likely if likely > _SURELY_MANY else 0  # until the end, and only where it is far from any limit
        self.source_sha256 = ""
        self.findings: tuple[Finding, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        return _schema(self._names, [spelling for spelling, _ in self._guess])

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the header has one in brackets."""
        return {name: unit for name in self._names if (unit := headers.split_unit(name)[1])}

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``. Raises GuessWrong, and what ``DelimitedLoader.survey`` raises."""
        schema = self.schema
        rows = 0
        with Source(self._path, self._dialect.encoding, self._dialect.skip, token) as source:
            for batch in overlapped(_strings(source, self._path, self._dialect, self._names, self._missing)):
                arrays = []
                for column, values, (spelling, order) in zip(self._columns, batch.columns, self._guess, strict=True):
                    token.check()
                    numbers = column.update(values, rows)
                    plain = spelling is not None and (spelling.decimal == "." or not cells.has_byte(values, b"."))
                    arrays.append(numbers if plain and numbers is not None else _typed(values, spelling, order, self._missing))
                rows += batch.num_rows
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)
            self.source_sha256 = source.sha256
        if not rows:
            raise WardroundError("E-DATA-02", file=self._path.name)
        if _settled(self._columns, self._said) != self._guess:
            raise GuessWrong
        self.rows = rows
        self.findings = (*self._found, *_odd(self._names, self._columns, self._said))


@dataclass(frozen=True)
class DelimitedSurvey:
    """What a delimited text turned out to be; see ``loader.Survey``."""

    path: Path
    dialect: Dialect
    names: tuple[str, ...]
    spellings: tuple[cells.Spelling | None, ...]
    orders: tuple[str | None, ...]  # of the dates in a column of text
    missing: pa.Array
    rows: int
    source_sha256: str
    findings: tuple[Finding, ...]
    format: str = DelimitedLoader.format

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        return _schema(self.names, self.spellings)

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the header has one in brackets."""
        return {name: unit for name in self.names if (unit := headers.split_unit(name)[1])}

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        schema = self.schema
        with Source(self.path, self.dialect.encoding, self.dialect.skip, token) as source:
            for batch in _strings(source, self.path, self.dialect, self.names, self.missing):
                columns = []
                for values, spelling, order in zip(batch.columns, self.spellings, self.orders, strict=True):
                    token.check()
                    columns.append(_typed(values, spelling, order, self.missing))
                yield pa.RecordBatch.from_arrays(columns, schema=schema)
            if source.sha256 != self.source_sha256:
                raise WardroundError("E-DATA-10", file=self.path.name)


def _missing(options: ReadOptions) -> pa.Array:
    return pa.array(MISSING if options.missing is None else ("", *options.missing), pa.string())


def _schema(names: Sequence[str], spellings: Sequence[cells.Spelling | None]) -> pa.Schema:
    return pa.schema([(name, pa.string() if spelling is None else pa.float64()) for name, spelling in zip(names, spellings, strict=True)])


def _settled(columns: Sequence[cells.ColumnSurvey], said: str) -> list[tuple[cells.Spelling | None, str | None]]:
    """How each column writes its numbers, and its dates where it is text."""
    spellings = [column.spelling() for column in columns]
    return [(spelling, None if spelling else column.dates.order(said)) for spelling, column in zip(spellings, columns, strict=True)]


def _odd(names: Sequence[str], columns: Sequence[cells.ColumnSurvey], said: str) -> list[Finding]:
    return [
        found for name, column in zip(names, columns, strict=True) for found in (*column.findings(name), *column.dates.findings(name, said))
    ]


def _typed(values: pa.StringArray, spelling: cells.Spelling | None, order: str | None, missing: pa.Array) -> pa.Array:
    """A piece of a column as the whole is."""
    if spelling is not None:
        return cells.as_numbers(values, spelling, missing)
    texts = cells.as_text(values, missing, cleared=True)
    return texts if order is None else dates.as_iso(texts, order)


def _strings(
    source: Source, path: Path, dialect: Dialect, names: tuple[str, ...], missing: pa.Array
) -> Generator[pa.RecordBatch, None, None]:
    """The rows as text, null where a cell is a missing code.

    Raises:
        WardroundError: E-DATA-05 rows with another number of fields · E-DATA-09 a quote that never closes or an endless field ·
            whatever ``Source.read`` raises.
    """
    ragged: list[tuple[int, int]] = []
    count = 0

    def note(row: pa.csv.InvalidRow) -> str:
        nonlocal count
        count += 1
        if len(ragged) < _NAMED:
            # pyarrow counts from 1 at the first row of data, blank lines left out.
            ragged.append((row.number - 1 + dialect.first_row, row.actual_columns))
        return "skip"

    # In a table of many columns the work is per column and block: fewer, larger blocks.
    block = max(_BLOCK, min(_LARGEST_BLOCK, len(names) * _BLOCK_PER_COLUMN))
    done = 0
    try:
        reader = pa.csv.open_csv(
            source,
            # One thread keeps row numbers; parsing is not what an import waits for.
            read_options=pa.csv.ReadOptions(block_size=block, use_threads=False, column_names=list(names)),
            parse_options=pa.csv.ParseOptions(delimiter=dialect.delimiter, newlines_in_values=True, invalid_row_handler=note),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=missing.to_pylist()
            ),
        )
        for batch in reader:
            done += batch.num_rows
            yield batch
    except pa.ArrowInvalid as error:
        if "Empty CSV file" in str(error):
            return
        raise WardroundError("E-DATA-09", file=path.name, row=done + dialect.first_row) from error
    if count:
        rows = ", ".join(str(number) for number, _ in ragged)
        raise WardroundError("E-DATA-05", file=path.name, rows=rows, count=count, row=ragged[0][0], found=ragged[0][1], expected=len(names))


def _doubts(dialect: Dialect, options: ReadOptions) -> tuple[Finding, ...]:
    """What was guessed and a person should look at."""
    found: list[Finding] = []
    if not dialect.certain:
        found.append(Finding("warning", "encoding-guessed", fields={"encoding": dialect.encoding}))
    if dialect.decimal == "," and options.decimal is None:
        found.append(Finding("info", "decimal-comma"))
    if dialect.has_header and options.header_row is None and dialect.header and all(_is_number(name) for name in dialect.header):
        found.append(Finding("warning", "header-looks-like-data"))
    return tuple(found)


def _splits_elsewhere(dialect: Dialect) -> bool:
    """Whether another usual delimiter cuts the only column's header and first cells into equally many: then the one chosen is wrong."""
    cells_seen = [dialect.header[0], *(row[0] for row in dialect.rows if row)]
    others = [delimiter for delimiter in DELIMITERS if delimiter != dialect.delimiter]
    return any(cells_seen[0].count(other) and len({cell.count(other) for cell in cells_seen}) == 1 for other in others)


def _ragged_preview(dialect: Dialect) -> tuple[Finding, ...]:
    """Findings that the import would refuse, so that the person sees them with the table."""
    if len(dialect.header) == 1:
        return (Finding("block", "one-column", fields={"delimiter": _shown(dialect.delimiter)}),)
    bad = tuple(number for number, row in enumerate(dialect.rows) if len(row) != len(dialect.header))
    if not bad:
        return ()
    fields = {"count": len(bad), "row": bad[0] + dialect.first_row, "found": len(dialect.rows[bad[0]]), "expected": len(dialect.header)}
    return (Finding("block", "ragged", fields=fields, rows=bad),)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _shown(delimiter: str) -> str:
    return {"\t": "tab"}.get(delimiter, delimiter)
