# SPDX-License-Identifier: Apache-2.0
"""Files of statistics programs: SPSS (.sav, .zsav, .por), Stata (.dta), SAS (.sas7bdat, .xpt).

They say what CSV leaves open: types, labels of values, codes that mean "missing", what each variable is called in words. They
are read in chunks of rows through ReadStat (C), which reads by our own ``_Watched`` and so can be stopped and lets others run.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import FileIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Language, WardroundError
from engine.records import cells, grid, headers
from engine.records.loader import MISSING, PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, brought_by, settled
from engine.records.source import open_regular, sha256_of
from engine.text import translate
from engine.values import Token

_SAS = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_KINDS: tuple[tuple[str, str, tuple[bytes, ...]], ...] = (
    (".sav", "sav", (b"$FL2",)),
    (".zsav", "sav", (b"$FL3",)),
    (".por", "por", ()),
    (".dta", "dta", (b"<stata_dta>",)),
    (".sas7bdat", "sas7bdat", (_SAS,)),
    (".xpt", "xport", (b"HEADER RECORD*******LIB",)),
)
_CHUNK_CELLS = 4_000_000
_SMALLEST_CHUNK = 1000
_MOST_LABELLED = 1000  # distinct values of a labelled variable; with more it is a measurement
_RECORD = 80  # bytes; a SAS transport file is made of such
_OBSERVATIONS = b"HEADER RECORD*******OBS"


def _label_words(language: Language) -> str:
    return translate("Write values as their labels where each has one (1 → female).", language)


def _name_words(language: Language) -> str:
    return translate("Call columns by the variables' names or by their labels.", language)


class StatisticsLoader:
    """The loader of SPSS, Stata and SAS files."""

    format = "statistics"
    patterns: tuple[str, ...] = tuple(f"*{suffix}" for suffix, _, _ in _KINDS)
    options: tuple[LoaderOption, ...] = (
        LoaderOption("labels", "flag", _label_words, default="yes"),
        LoaderOption("names", "choice", _name_words, default="name", choices=("name", "label")),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its first bytes, or by its name where the format has none of its own."""
        return path.suffix.lower() in (".por", ".dta") or any(head.startswith(magic) for _, _, magics in _KINDS for magic in magics)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        token.check()
        said = settled(self.options, options.settings, path.name)
        chunk, meta = _read(path, options, 0, PREVIEW_ROWS, token)
        names, findings = _names(meta, said, path)
        missing = _missing(options)
        columns = [_Column(meta, name, said, missing) for name in meta.column_names]
        for column in columns:
            column.look(chunk[column.name])
        shown = [["" if text is None else text for text in column.texts(chunk[column.name])] for column in columns]
        odd = (finding for name, column in zip(names, columns, strict=True) for finding in column.findings(name))
        encoding = str(meta.file_encoding or "")
        rows = tuple(zip(*shown, strict=True))
        return Preview(path, self.format, encoding, "", ".", names, rows, path.stat().st_size, (*findings, *odd))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> StatisticsSurvey:
        """See ``Loader.survey``."""
        said = settled(self.options, options.settings, path.name)
        columns: list[_Column] = []
        names: tuple[str, ...] = ()
        findings: tuple[Finding, ...] = ()
        units: dict[str, str] = {}
        rows = 0
        missing = _missing(options)
        for chunk, meta in _chunks(path, options, Part(token, 0.0, 0.8)):
            if not columns:
                names, findings = _names(meta, said, path)
                columns = [_Column(meta, name, said, missing) for name in meta.column_names]
                units = _units(meta, names)
            for column in columns:
                token.check()
                column.look(chunk[column.name])
            rows += len(chunk[columns[0].name])
        if not rows:
            raise WardroundError("E-DATA-02", file=path.name)
        odd = (finding for name, column in zip(names, columns, strict=True) for finding in column.findings(name))
        sha256 = sha256_of(path, Part(token, 0.8, 1.0))
        return StatisticsSurvey(path, options, names, tuple(columns), rows, (*findings, *odd), sha256, units)


@dataclass(frozen=True)
class StatisticsSurvey:
    """What a statistics file turned out to be; see ``loader.Survey``."""

    path: Path
    options: ReadOptions
    names: tuple[str, ...]
    columns: tuple[_Column, ...]
    rows: int
    findings: tuple[Finding, ...]
    source_sha256: str
    units: Mapping[str, str]
    format: str = StatisticsLoader.format

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for all else."""
        kinds = [pa.float64() if column.numeric else pa.string() for column in self.columns]
        return pa.schema(list(zip(self.names, kinds, strict=True)))

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        schema = self.schema
        done = 0
        for chunk, meta in _chunks(self.path, self.options, Part(token, 0.0, 0.8)):
            if list(meta.column_names) != [column.name for column in self.columns]:
                raise WardroundError("E-DATA-10", file=self.path.name)
            arrays = []
            for column in self.columns:
                token.check()
                try:
                    arrays.append(column.array(chunk[column.name]))
                except (KeyError, TypeError, pa.ArrowInvalid) as error:
                    raise WardroundError("E-DATA-10", file=self.path.name) from error
            done += len(arrays[0])
            if done > self.rows:
                raise WardroundError("E-DATA-10", file=self.path.name)
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)
        if done != self.rows or sha256_of(self.path, Part(token, 0.8, 1.0)) != self.source_sha256:
            raise WardroundError("E-DATA-10", file=self.path.name)


class _Column:
    """What one variable turns out to be over the whole file."""

    def __init__(self, meta: Any, name: str, said: Mapping[str, str], missing: pa.Array) -> None:
        self.name = name
        labels = meta.variable_value_labels.get(name, {}) if said["labels"] == "yes" else {}
        self._labels: dict[Any, str] = {value: " ".join(str(text).split()) for value, text in labels.items()}
        self._missing = missing
        self._kinds: set[type] = set()
        self._distinct: set[Any] | None = set()  # of a labelled variable; None: too many
        self._dated = False  # a time of day other than midnight was seen

    def look(self, values: Sequence[Any]) -> None:
        """Adds a chunk."""
        self._kinds |= set(map(type, values)) - {type(None)}
        if datetime in self._kinds and not self._dated:
            self._dated = any(isinstance(value, datetime) and value.time() != time() for value in values)
        if self._labels and self._distinct is not None:
            self._distinct |= set(values) - {None}
            if len(self._distinct) > _MOST_LABELLED:
                self._distinct = None

    @property
    def labelled(self) -> bool:
        """Whether each value has a label."""
        return bool(self._distinct) and self._distinct <= self._labels.keys()  # type: ignore[operator]

    @property
    def numeric(self) -> bool:
        """Whether the column is numbers."""
        return bool(self._kinds) and self._kinds <= {float, int, bool} and not self.labelled

    def texts(self, values: Sequence[Any]) -> list[str | None]:
        """The values as text; dates as ISO 8601. Raises KeyError for a value without label in a labelled column."""
        if self.labelled:
            return [None if value is None else self._labels[value] for value in values]
        return [None if value is None else self._text(value) for value in values]

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        if isinstance(value, datetime) and not self._dated:
            return value.date().isoformat()
        return grid.as_text(value, dated=self._dated and isinstance(value, date))

    def array(self, values: Sequence[Any]) -> pa.Array:
        """A chunk as the whole file has it. Raises KeyError, TypeError or pa.ArrowInvalid when it does not fit what was surveyed."""
        if not self.numeric:
            return cells.as_text(pa.array(self.texts(values), pa.string()), self._missing)
        numbers = pa.array(values, pa.float64(), from_pandas=True)
        return pc.if_else(pc.is_finite(numbers), numbers, None)

    def findings(self, name: str) -> Iterator[Finding]:
        """What is odd about the labels."""
        if self._labels and self._distinct and not self.labelled:
            yield Finding("info", "labels-partly", name, {"count": len(self._distinct - self._labels.keys())})


class _Watched:
    """A file as ReadStat reads it. It never raises (ReadStat would try again for ever): it ends, and keeps the reason."""

    def __init__(self, file: FileIO, token: Token) -> None:
        self._file = file
        self._token = token
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes; none after a cancel or an error of the disk."""
        if self.failure is None:
            try:
                self._token.check()
                parts = []
                while size and (part := self._file.read(size)):
                    parts.append(part)
                    size = size - len(part) if size > 0 else size
                return b"".join(parts)
            except BaseException as error:  # noqa: BLE001 - raised again by whoever called ReadStat
                self.failure = error
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """As a file does."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """As a file does."""
        return self._file.tell()


def _read(
    path: Path, options: ReadOptions, offset: int, limit: int, token: Token, *, only_meta: bool = False
) -> tuple[dict[str, list[Any]], Any]:
    """Some rows, and what the file says of its variables.

    Raises:
        WardroundError: E-TABLE-07 damaged or of an unknown version · E-FILE-01.
    """
    with brought_by("tables", path.name):
        import pyreadstat
    with open_regular(path) as file:
        head = file.read(64) or b""
        file.seek(0)
        kind = _kind(path, head)
        watched = _Watched(file, token)
        wish: dict[str, Any] = {"encoding": options.encoding} if options.encoding and kind != "por" else {}
        if kind != "por":
            wish |= {"row_offset": offset}
        try:
            chunk, meta = getattr(pyreadstat, f"read_{kind}")(
                watched, output_format="dict", row_limit=limit, metadataonly=only_meta, **wish
            )
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ValueError, OverflowError, MemoryError, LookupError) as error:
            if watched.failure is not None:
                raise watched.failure from None
            raise WardroundError("E-TABLE-07", file=path.name) from error
    if watched.failure is not None:
        raise watched.failure
    if not meta.column_names:
        raise WardroundError("E-TABLE-07", file=path.name)
    return chunk, meta


def _kind(path: Path, head: bytes) -> str:
    """What pyreadstat calls the format."""
    if path.suffix.lower() == ".por":
        return "por"
    return next((kind for _, kind, magics in _KINDS if any(head.startswith(magic) for magic in magics)), "dta")


def _chunks(path: Path, options: ReadOptions, token: Token) -> Iterator[tuple[dict[str, list[Any]], Any]]:
    """The whole file in chunks of rows; a .por file, which is text and has no way to begin in its middle, in one."""
    if path.suffix.lower() == ".por":
        yield _read(path, options, 0, 0, token)
        token.progress(1.0)
        return
    _, meta = _read(path, options, 0, 1, token, only_meta=True)
    step = max(_SMALLEST_CHUNK, _CHUNK_CELLS // len(meta.column_names))
    done = 0
    while True:
        chunk, meta = _read(path, options, done, step, token)
        count = len(chunk[meta.column_names[0]])
        done += count
        if count:
            yield chunk, meta
        if count < step:
            break
        token.progress(done / max(done, meta.number_rows or done))
    if path.suffix.lower() == ".xpt":
        _check_transport(path, sum(meta.variable_storage_width.values()), done)


def _check_transport(path: Path, width: int, rows: int) -> None:
    """A SAS transport file does not say how many rows it has: only its last record can show that it was cut.

    Raises:
        WardroundError: E-TABLE-07 when the last row is not whole, or something else than blanks follows it.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        head = file.read(1 << 22) or b""
        begin = head.find(_OBSERVATIONS) + _RECORD
        file.seek(begin + rows * width)
        rest = file.read(_RECORD + 1) or b""
    another = rest.startswith(b"HEADER RECORD") or b"HEADER RECORD*******MEM" in rest
    partly = begin + rows * width > size or (not another and (len(rest) > _RECORD or rest.strip(b" ")))
    if size % _RECORD or (begin >= _RECORD and partly):
        raise WardroundError("E-TABLE-07", file=path.name)


def _missing(options: ReadOptions) -> pa.Array:
    return pa.array(MISSING if options.missing is None else ("", *options.missing), pa.string())


def _names(meta: Any, said: Mapping[str, str], path: Path) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    labels = meta.column_names_to_labels if said["names"] == "label" else {}
    return headers.settle([labels.get(name) or name for name in meta.column_names], path.name)


def _units(meta: Any, names: Sequence[str]) -> dict[str, str]:
    """Column name → unit in brackets in the column's name, else in the variable's label."""
    found = {}
    for name, variable in zip(names, meta.column_names, strict=True):
        for text in (name, meta.column_names_to_labels.get(variable) or ""):
            if unit := headers.split_unit(text)[1]:
                found[name] = unit
                break
    return found
