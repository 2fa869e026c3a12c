# SPDX-License-Identifier: Apache-2.0
"""Irregular measurements (glucose, vitals) as regular series: one row a patient, (2, variables, steps), values then masks.

The text has one measurement a row (patient, time, variable, value) or one moment a row with a column for each variable. A
patient's grid begins at the first measurement. A step holds the mean or the last of what was measured in it, NaN and mask 0
where nothing was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import arrays, moments, textsignals
from engine.records.arrays import ArraySurvey, Row
from engine.records.blocks import Block
from engine.records.folder import Quiet
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions, listed, settled
from engine.records.tabular import DelimitedLoader
from engine.text import translate
from engine.values import Token

BLOCK = "series"
_MAX_STEPS, _MAX_VARIABLES = 100_000, 512
_PATIENT = (
    *("patient_id", "patient", "subject_id", "subject", "id", "record", "record_no", "stay_id", "pid"),
    *("患者编号", "患者", "病历号", "住院号"),
)
_TIME = ("time", "charttime", "datetime", "timestamp", "date_time", "hours", "minutes", "offset", "时间", "测量时间")
_VARIABLE = ("variable", "parameter", "item", "measurement", "name", "code", "itemid", "指标", "项目")
_VALUE = ("value", "result", "valuenum", "reading", "数值", "结果", "值")
_COLUMNS: tuple[tuple[str, type], ...] = (("patient_id", str), ("measurements", float), ("duration [h]", float))


class MonitoringLoader:
    """The reading of a delimited text as monitoring series."""

    format = "series"
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = (
        LoaderOption("step", "text", lambda to: translate("Length of one step, such as 30s, 15min, 1h or 1d", to), "1h"),
        LoaderOption("length", "whole", lambda to: translate("Steps of each patient; 0: as many as the longest one has", to), "0"),
        LoaderOption("variables", "list", lambda to: translate("Variables to keep, in this order; empty: all", to)),
        LoaderOption(
            "how", "choice", lambda to: translate("What a step holds: the mean or the last measurement", to), "mean", ("mean", "last")
        ),
        LoaderOption("patient", "text", lambda to: translate("The column of the patient number; empty: found by its name", to)),
        LoaderOption("time", "text", lambda to: translate("The column of the time; empty: found by its name", to)),
        LoaderOption(
            "variable", "text", lambda to: translate("The column that names what was measured; empty: found, or a column each", to)
        ),
        LoaderOption("value", "text", lambda to: translate("The column of the value; empty: found by its name", to)),
    )

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """Never by itself: such a text is a table too, so a person says so."""
        return False

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``; of a large file the patients of its first rows, as far as these go."""
        if path.stat().st_size <= textsignals.SMALL:
            survey = self.survey(path, options, token)
            table = pa.Table.from_batches(list(survey.batches(Quiet(token))), survey.schema)
            findings = survey.findings
            grid = _Grid(options, self.options, path.name, ())
            rows = [(tuple(row.values()), shape) for row, shape in _shapes(table)]
        else:
            first = DelimitedLoader().preview(path, ReadOptions(options.encoding, options.delimiter, options.decimal), token)
            table = textsignals.typed(first.header, first.rows)
            grid = _Grid(options, self.options, path.name, first.findings)
            grid.settle(table)
            findings = grid.findings
            rows = [(plain, () if array is None else array.shape) for plain, array in grid.rows(table, token)]
        header = [*(name for name, _ in _COLUMNS), BLOCK]
        return arrays.previewed(path, self.format, header, rows[:PREVIEW_ROWS], path.stat().st_size, findings)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        found = textsignals.surveyed(path, options, token)
        grid = _Grid(options, self.options, path.name, found.findings)
        patients = grid.settle(textsignals.table_of(found, Quiet(token)))
        shape = (2, len(grid.names), grid.steps)
        textsignals.shown_size(shape, path.name)
        block = Block("series", "float32", grid.names, 4 * shape[0] * shape[1] * shape[2], {"step_s": f"{grid.step:g}"})

        def rows(token: Token) -> Iterator[Row]:
            return grid.rows(textsignals.table_of(found, Quiet(token)), token)

        return ArraySurvey(path, self.format, arrays.schema_of(_COLUMNS, BLOCK, block), patients, grid.findings, found.source_sha256, rows)


@dataclass(frozen=True)
class _Measured:
    """Measurements in the order of patients, then of time; ``first`` is where each patient begins, with the end behind the last."""

    patients: list[str]
    first: NDArray[np.int64]
    seconds: NDArray[np.float64]
    variables: NDArray[np.int64]
    values: NDArray[np.float64]


class _Grid:
    """What a person said, and what the table settles: columns, variables, steps."""

    def __init__(self, options: ReadOptions, declared: tuple[LoaderOption, ...], file: str, findings: tuple[Finding, ...]) -> None:
        self._said = settled(declared, options.settings, file)
        self._file = file
        step = moments.length_of(self._said["step"])
        if step is None:
            raise WardroundError("E-DATA-31", file=file, key="step", wanted="30s, 15min, 1h, 1d")
        self.step = step
        self.steps = int(self._said["length"] or 0)
        if not 0 <= self.steps <= _MAX_STEPS:
            raise WardroundError("E-DATA-31", file=file, key="length", wanted=f"0–{_MAX_STEPS}")
        self.names = tuple(dict.fromkeys(listed(self._said["variables"])))
        self.findings = findings

    def settle(self, table: pa.Table) -> int:
        """Settles variables and steps; the number of patients."""
        measured, skipped = self._measured(table)
        spans = self._spans(measured)
        longest = int(spans.max() / self.step + 1e-9) + 1
        long = int((spans / self.step + 1e-9 >= self.steps).sum()) if self.steps else 0
        if not self.steps:
            if longest > _MAX_STEPS:
                raise WardroundError("E-SIGNAL-12", file=self._file, steps=longest, limit=_MAX_STEPS)
            self.steps = longest
        found = (
            Finding("warning", "series-rows-skipped", fields={"count": skipped}),
            Finding("info", "series-cut", fields={"count": long}),
        )
        self.findings = (*self.findings, *(finding for finding in found if finding.fields["count"]))
        return len(measured.patients)

    def rows(self, table: pa.Table, token: Token) -> Iterator[Row]:
        """One row a patient, in the order of the file."""
        measured, _ = self._measured(table)
        spans = self._spans(measured)
        for number, patient in enumerate(measured.patients):
            token.check()
            part = slice(measured.first[number], measured.first[number + 1])
            steps = ((measured.seconds[part] - measured.seconds[part][0]) / self.step + 1e-9).astype(np.int64)
            inside = steps < self.steps
            places = measured.variables[part][inside] * self.steps + steps[inside]
            yield (patient, float(inside.sum()), float(spans[number]) / 3600), self._series(places, measured.values[part][inside])

    def _series(self, places: NDArray[np.int64], values: NDArray[np.float64]) -> NDArray[np.float32]:
        """(2, variables, steps)."""
        size = len(self.names) * self.steps
        counts = np.bincount(places, minlength=size)
        if self._said["how"] == "mean":
            with np.errstate(invalid="ignore"):
                held = np.bincount(places, weights=values, minlength=size) / counts
        else:
            held = np.full(size, np.nan)
            held[places] = values  # in the order of time, so the last one stays
        mask = (counts > 0).astype(np.float32)
        return np.stack([held.astype(np.float32), mask]).reshape(2, len(self.names), self.steps)

    def _spans(self, measured: _Measured) -> NDArray[np.float64]:
        """(patients,) seconds from the first to the last measurement."""
        found: NDArray[np.float64] = measured.seconds[measured.first[1:] - 1] - measured.seconds[measured.first[:-1]]
        return found

    def _measured(self, table: pa.Table) -> tuple[_Measured, int]:
        """All measurements, and how many rows lack something."""
        said, schema, file = self._said, table.schema, self._file
        patient = textsignals.found(said["patient"], schema, _PATIENT, file)
        time = textsignals.found(said["time"], schema, _TIME, file)
        variable = textsignals.found(said["variable"], schema, _VARIABLE, file, needed=False)
        value = textsignals.found(said["value"], schema, _VALUE, file, needed=bool(variable))
        seconds = moments.seconds_of(textsignals.column_of(table, time), time, file)
        whose = textsignals.texts(textsignals.column_of(table, patient))
        known = [text is not None for text in whose]
        if variable and value:
            columns = {value: np.arange(len(whose))}
            kinds = textsignals.texts(textsignals.column_of(table, variable))
        else:
            others = [name for name in schema.names if name not in (patient, time) and pa.types.is_floating(schema.field(name).type)]
            columns = {name: np.arange(len(whose)) for name in others}
            kinds = []
        if not columns:
            raise WardroundError("E-SIGNAL-11", file=file, column=_VALUE[0], known=", ".join(schema.names[:20]))
        names = self.names or (tuple(sorted({kind for kind in kinds if kind is not None})) if kinds else tuple(columns))
        if len(names) > _MAX_VARIABLES:
            raise WardroundError("E-SIGNAL-13", file=file, count=len(names), limit=_MAX_VARIABLES)
        self.names = names
        places = {name: place for place, name in enumerate(names)}
        parts_rows, parts_kinds, parts_values = [], [], []
        for name in columns:
            if not kinds and name not in places:
                continue
            numbers = self._numbers(textsignals.column_of(table, name), name)
            own = np.array([-1 if kind is None else places.get(kind, -2) for kind in kinds]) if kinds else np.full(len(whose), places[name])
            parts_rows.append(np.arange(len(whose)))
            parts_kinds.append(own)
            parts_values.append(numbers)
        if not parts_rows:
            raise WardroundError("E-SIGNAL-11", file=file, column=names[0], known=", ".join(schema.names[:20]))
        rows, kind_of, values = np.concatenate(parts_rows), np.concatenate(parts_kinds), np.concatenate(parts_values)
        whole = np.asarray(known)[rows] & ~np.isnan(seconds[rows]) & (kind_of != -1) & ~np.isnan(values)
        skipped = int((~whole).sum()) if kinds else int((~(np.asarray(known) & ~np.isnan(seconds))).sum())
        keep = whole & (kind_of >= 0)
        if not keep.any():
            raise WardroundError("E-SIGNAL-14", file=file)
        rows, kind_of, values = rows[keep], kind_of[keep], values[keep]
        numbers_of: dict[str, int] = {}
        patients = np.array([numbers_of.setdefault(whose[row] or "", len(numbers_of)) for row in rows.tolist()])
        order = np.lexsort((seconds[rows], patients))
        first = np.concatenate([np.searchsorted(patients[order], np.arange(len(numbers_of))), [len(order)]])
        measured = _Measured(list(numbers_of), first, seconds[rows][order], kind_of[order], values[order])
        return measured, skipped

    def _numbers(self, column: pa.Array, name: str) -> NDArray[np.float64]:
        """Raises E-SIGNAL-15 for a column of texts."""
        if not pa.types.is_floating(column.type):
            raise WardroundError("E-SIGNAL-15", file=self._file, column=name)
        return np.asarray(column.fill_null(np.nan), dtype=np.float64)


def _shapes(table: pa.Table) -> list[tuple[dict[str, object], tuple[int, ...]]]:
    """Plain values and the array's shape of each row."""
    plain = table.drop_columns([BLOCK]).to_pylist()
    return [(row, tuple(cell["shape"])) for row, cell in zip(plain, table[BLOCK].to_pylist(), strict=True)]
