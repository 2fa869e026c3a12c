# SPDX-License-Identifier: Apache-2.0
"""Waveforms in delimited text: a column for each lead, a row for each sample; the rate from a time column, or as a person says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.errors import WardroundError
from engine.records import arrays, headers, moments, textsignals, waveform
from engine.records.arrays import ArraySurvey, Row
from engine.records.folder import Files, Quiet
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions
from engine.records.tabular import DelimitedLoader
from engine.records.textsignals import column_of
from engine.records.waveform import Lead, Recording, Samples
from engine.text import translate
from engine.values import Token

_TIME = ("time", "t", "seconds", "sec", "timestamp", "elapsed", "时间", "秒")
_RECORD = ("record", "record_id", "recording", "file", "patient_id", "patient", "记录", "患者编号")
_JITTER = 0.01  # of a step: then the samples are taken for regular


class CsvWaveformLoader:
    """The reading of a delimited text as waveforms."""

    format = "waveform"
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = (
        LoaderOption("sampling_hz", "number", lambda to: translate("Samples a second; 0: from the column of the time", to), "0"),
        LoaderOption("time", "text", lambda to: translate("The column of the time; empty: found by its name", to)),
        LoaderOption(
            "record", "text", lambda to: translate("The column that names the recording; empty: found, or one recording a file", to)
        ),
        *waveform.OPTIONS,
    )

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """Never by itself: such a text is a table too, so a person says so."""
        return False

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``; of a large file as if it ended after its first rows."""
        if path.stat().st_size <= textsignals.SMALL:
            found = textsignals.surveyed(path, options, token)
            table, odd = textsignals.table_of(found, Quiet(token)), found.findings
        else:
            first = DelimitedLoader().preview(path, ReadOptions(options.encoding, options.delimiter, options.decimal), token)
            table, odd = textsignals.typed(first.header, first.rows), first.findings
        choice, said = waveform.chosen(options, self.options, path.name)
        recordings, more = _recordings(table, said, path)
        plan = waveform.planned(recordings, choice, path.name, findings=(*odd, *more))
        rows = [(plan.plain(recording), plan.shape(recording)) for recording in recordings[:PREVIEW_ROWS]]
        return arrays.previewed(path, self.format, plan.schema.names, rows, path.stat().st_size, plan.findings)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        choice, said = waveform.chosen(options, self.options, path.name)
        found = textsignals.surveyed(path, options, token)
        recordings, more = _recordings(textsignals.table_of(found, Quiet(token)), said, path)
        plan = waveform.planned(recordings, choice, path.name, findings=(*found.findings, *more))
        for recording in recordings:
            arrays.check_size(recording.name, plan.shape(recording), "float32")
        count = len(recordings)
        del recordings

        def rows(token: Token) -> Iterator[Row]:
            again, _ = _recordings(textsignals.table_of(found, Quiet(token)), said, path)
            files = Files(token)
            for recording in again:
                yield plan.row(recording, files)

        return ArraySurvey(path, self.format, plan.schema, count, plan.findings, found.source_sha256, rows)


def _recordings(table: pa.Table, said: dict[str, str], path: Path) -> tuple[list[Recording], tuple[Finding, ...]]:
    """The recordings of a table, in the order in which they begin."""
    hz = float(said["sampling_hz"] or 0)
    if not 0 <= hz <= waveform.MAX_HZ:
        raise WardroundError("E-DATA-31", file=path.name, key="sampling_hz", wanted=f"0–{waveform.MAX_HZ:g}")
    time = textsignals.found(said["time"], table.schema, _TIME, path.name, needed=False)
    if not hz and not time:
        raise WardroundError("E-SIGNAL-16", file=path.name)
    record = textsignals.found(said["record"], table.schema, _RECORD, path.name, needed=False)
    leads = [name for name in table.column_names if name not in (time, record) and pa.types.is_floating(table.schema.field(name).type)]
    if not leads:
        raise WardroundError("E-SIGNAL-01", path=path.name)
    values = [np.asarray(column_of(table, name).fill_null(np.nan), dtype=np.float64) for name in leads]
    seconds = None if hz else moments.seconds_of(column_of(table, time), time, path.name)
    names, whose = _grouped(table, record, path)
    made: list[Recording] = []
    filled = 0
    for number, name in enumerate(names):
        rows = np.flatnonzero(whose == number)
        rate, places, length = (hz, np.arange(len(rows)), len(rows)) if seconds is None else _placed(seconds[rows], path, name)
        filled += length > len(rows)
        kept = [(lead, rows) for lead in range(len(leads))]
        made.append(_recording(name, leads, rate, length, places, [values[lead][own] for lead, own in kept], record))
    odd = (Finding("info", "uneven-times", fields={"count": filled}),) if filled else ()
    return made, odd


def _recording(
    name: str, leads: Sequence[str], rate: float, length: int, places: np.ndarray, values: Sequence[Samples], record: str
) -> Recording:
    def read(files: Files, wanted: Sequence[int], start: float, end: float) -> list[Samples]:
        files.token.check()
        first, last = max(0, int(start * rate + 1e-6)), min(length, int(np.ceil(end * rate - 1e-6)))
        found = []
        for place in wanted:
            whole = np.full(length, np.nan)
            whole[places] = values[place]
            found.append(whole[first:last])
        return found

    named = tuple(Lead(headers.split_unit(lead)[0], headers.split_unit(lead)[1], rate) for lead in leads)
    patient = name if headers.plain(record) in ("patientid", "patient", "患者编号") else None
    return Recording(name, patient, named, length / rate, read)


def _grouped(table: pa.Table, record: str, path: Path) -> tuple[list[str], np.ndarray]:
    """Names of the recordings, and (rows,) which one a row belongs to."""
    if not record:
        return [path.stem], np.zeros(table.num_rows, dtype=np.int64)
    numbers: dict[str, int] = {}
    keys = textsignals.texts(column_of(table, record))
    whose = np.array([-1 if key is None else numbers.setdefault(key, len(numbers)) for key in keys], dtype=np.int64)
    if not numbers:
        raise WardroundError("E-SIGNAL-01", path=path.name)
    return list(numbers), whose


def _placed(seconds: Samples, path: Path, name: str) -> tuple[float, np.ndarray, int]:
    """Rate, the place of each sample on the grid, and the grid's length.

    Raises:
        WardroundError: E-SIGNAL-17 times that do not rise or lie on no grid.
    """
    steps = np.diff(seconds)
    if len(seconds) < 2 or np.isnan(seconds).any() or (steps <= 0).any():
        raise WardroundError("E-SIGNAL-17", file=path.name, record=name)
    # The mean over the usual steps, not the median: times are often rounded.
    usual = steps[np.abs(steps - np.median(steps)) <= 0.5 * np.median(steps)]
    step = float(usual.mean())
    places = np.rint((seconds - seconds[0]) / step).astype(np.int64)
    off = np.abs((seconds - seconds[0]) / step - places)
    length = int(places[-1]) + 1
    if (np.diff(places) < 1).any() or np.quantile(off, 0.99) > 0.3 or length > 100 * len(seconds):
        raise WardroundError("E-SIGNAL-17", file=path.name, record=name)
    return _round_rate(1 / step), places, length


def _round_rate(rate: float) -> float:
    """The whole number that is meant, where the times were rounded."""
    near = round(rate)
    return float(near) if near and abs(rate - near) <= _JITTER * near else rate
