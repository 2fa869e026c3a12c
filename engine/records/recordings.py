# SPDX-License-Identifier: Apache-2.0
"""A file or a folder of recordings as a source: what the loaders of WFDB and EDF share."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from engine.errors import WardroundError
from engine.records import arrays, headers, labels, waveform
from engine.records.arrays import ArraySurvey, Row
from engine.records.folder import Files, Walk, check_same, sha256_of
from engine.records.labels import Labels
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions
from engine.records.waveform import Recording
from engine.values import Token

_PREVIEW_SECONDS = 0.6
_PATIENT = frozenset(("patientid", "patient", "subjectid", "subject", "pid", "患者编号", "病历号"))

Opened = Callable[[Files, Path, str, bool], Recording]
"""``opened(files, path, name, whole)``: the recording that a file begins; with ``whole`` it is checked to the last sample."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """A format: its name, and which of the files of a folder begin a recording."""

    format: str
    heads: Callable[[Sequence[Path]], list[Path]]


def options_with(*own: LoaderOption) -> tuple[LoaderOption, ...]:
    """The options of a loader of recordings."""
    return (*waveform.OPTIONS, labels.OPTION, *own)


def preview(
    path: Path,
    kind: Kind,
    options: ReadOptions,
    declared: Sequence[LoaderOption],
    token: Token,
    opened: Opened,
) -> Preview:
    """The first recordings, by their headers. Raises as ``Loader.preview``."""
    choice, said = waveform.chosen(options, declared, path.name)
    walk, size = Walk(path), 0
    files: list[Path] = []
    for file in walk.files(token):
        size += file.stat().st_size
        files.append(file)
    until = time.monotonic() + _PREVIEW_SECONDS
    found: list[Recording] = []
    first = kind.heads(files)
    reader = Files(token)
    for file in first:
        if len(found) >= PREVIEW_ROWS or (found and time.monotonic() > until):
            break
        found.append(opened(reader, file, walk.name(file), False))
    if not found:
        raise WardroundError("E-SIGNAL-01", path=path.name)
    names = [walk.name(file) for file in first]
    table = labels.table_of(path, said["labels"], names, token)
    found = [_labelled(recording, table, name) for recording, name in zip(found, names, strict=False)]
    plan = waveform.planned(found, choice, path.name, findings=table.findings)
    rows = [(plan.plain(recording), plan.shape(recording)) for recording in found]
    return arrays.previewed(path, kind.format, plan.schema.names, rows, size, plan.findings)


def survey(
    path: Path,
    kind: Kind,
    options: ReadOptions,
    declared: Sequence[LoaderOption],
    token: Token,
    opened: Opened,
) -> ArraySurvey:
    """Every recording, read to its end. Raises as ``Loader.survey``."""
    choice, said = waveform.chosen(options, declared, path.name)
    walk = Walk(path)
    files = list(walk.files(token))
    first = kind.heads(files)
    if not first:
        raise WardroundError("E-SIGNAL-01", path=path.name)
    reader = Files(token)
    found: list[Recording] = []
    for file in first:
        token.check()
        found.append(opened(reader, file, walk.name(file), True))
        token.progress(len(found) / len(first))
    names = [walk.name(file) for file in first]
    table = labels.table_of(path, said["labels"], names, token)
    found = [_labelled(recording, table, name) for recording, name in zip(found, names, strict=True)]
    foreign = [file for file in files if file not in reader.hashes]
    for file in foreign:
        reader.read(file)
    counted = (
        Finding("info", "other-files", fields={"count": len(foreign) - (table.file is not None)}),
        Finding("info", "links-skipped", fields={"count": walk.links}),
    )
    plan = waveform.planned(found, choice, path.name, findings=(*(f for f in counted if f.fields["count"]), *table.findings))
    for recording in found:
        arrays.check_size(recording.name, plan.shape(recording), "float32")
    hashes = dict(reader.hashes)
    beside = path if path.is_dir() else path.parent
    named = [(file.relative_to(beside).as_posix(), sha256) for file, sha256 in hashes.items()]

    def rows(token: Token) -> Iterator[Row]:
        again = Files(token, hashes)
        for recording in found:
            yield plan.row(recording, again)
        if path.is_dir():
            read = {walk.name(file) for file in again.hashes if file not in foreign}
            check_same(walk, named, read, Part(token, 1.0, 1.0))

    return ArraySurvey(path, kind.format, plan.schema, len(found), plan.findings, sha256_of(named), rows)


def _labelled(recording: Recording, table: Labels, name: str) -> Recording:
    """The recording with what the table says of it; the table's patient number where the recording has none."""
    if not table.columns:
        return recording
    extra = dict(recording.extra)
    patient = recording.patient
    for (column, _), value in zip(table.columns, table.values(name), strict=True):
        if patient is None and headers.plain(column) in _PATIENT and value is not None:
            patient = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        elif column in extra or column in ("record", "patient_id", "sampling [Hz]", "duration [s]", waveform.BLOCK):
            extra[f"{column} (table)"] = value  # type: ignore[assignment]
        else:
            extra[column] = value  # type: ignore[assignment]
    return dataclasses.replace(recording, patient=patient, extra=extra)
