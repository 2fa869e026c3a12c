# SPDX-License-Identifier: Apache-2.0
"""WFDB records (.hea with .dat, .atr): one row a record. Read here, because the package of that name fetches over the network.

Signals of several segments are joined; beats of an annotation file are counted by kind. Compressed formats (FLAC: 508, 516, 524)
are refused by name.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from engine.errors import WardroundError
from engine.records import recordings, wfdb_samples
from engine.records.arrays import ArraySurvey
from engine.records.folder import Files, first_files
from engine.records.loader import LoaderOption, Preview, ReadOptions, settled
from engine.records.recordings import Kind
from engine.records.waveform import Lead, Recording, Samples
from engine.records.wfdb_header import Header, Signal, parsed
from engine.text import translate
from engine.values import Token

_LINE = re.compile(rb"(?:\s*#[^\n]*\n)*\s*[-\w.]+(?:/\d+)?\s+\d+(?:\s|$)")
_HEAD = 4096
ANNOTATOR = LoaderOption(
    "annotator", "text", lambda to: translate("Ending of the annotation file whose beats are counted; none leaves them out", to), "atr"
)


class WfdbLoader:
    """The loader of WFDB."""

    format = "wfdb"
    patterns: tuple[str, ...] = ("*.hea",)
    options: tuple[LoaderOption, ...] = recordings.options_with(ANNOTATOR)

    def recognises(self, path: Path, head: bytes) -> bool:
        """A header by its ending and first line; a signal file by the header beside it; a folder by the first header near its top."""
        if path.is_dir():
            return any(file.suffix == ".hea" and (not first or _LINE.match(first)) for file, first in first_files(path, _HEAD))
        if path.suffix == ".dat":
            return path.with_suffix(".hea").is_file()
        return path.suffix == ".hea" and (_LINE.match(head) is not None or b"\n" not in head)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        path = path.with_suffix(".hea") if path.suffix == ".dat" else path
        opened = partial(_opened, self._annotator(options, path))
        return recordings.preview(path, Kind(self.format, _heads), options, self.options, token, opened)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        path = path.with_suffix(".hea") if path.suffix == ".dat" else path
        opened = partial(_opened, self._annotator(options, path))
        return recordings.survey(path, Kind(self.format, _heads), options, self.options, token, opened)

    def _annotator(self, options: ReadOptions, path: Path) -> str:
        said = settled(self.options, options.settings, path.name)["annotator"]
        if not re.fullmatch(r"\w{1,16}", said):
            raise WardroundError("E-DATA-31", file=path.name, key="annotator", wanted="atr")
        return said


def _heads(files: Sequence[Path]) -> list[Path]:
    """The headers that begin a record: not those of the segments of another one."""
    found = [file for file in files if file.suffix == ".hea"]
    if len(found) <= 1:
        return found
    parts: set[Path] = set()
    for file in found:
        # A name such as 100_0001 is a segment's; who reads the record says what is wrong with its header.
        if (stem := re.fullmatch(r"(.+?)(?:_\d{4}|_layout)", file.stem)) and file.with_name(f"{stem[1]}.hea") in found:
            parts.add(file)
    return [file for file in found if file not in parts]


def _header(files: Files, path: Path) -> Header:
    """Raises E-SIGNAL-02."""
    try:
        return parsed(files.read(path).decode("utf-8", "replace"))
    except ValueError as error:
        raise WardroundError("E-SIGNAL-02", file=path.name, format="WFDB") from error


def _opened(annotator: str, files: Files, path: Path, name: str, whole: bool) -> Recording:
    """The record that a header begins; with ``whole`` every sample is read and compared with the header's checksums."""
    header = _header(files, path)
    found = _joined(files, path, header) if header.segments else _single(files, path, header, whole)
    if whole and header.segments:
        for segment, _ in header.segments:
            if segment != "~":
                own = _header(files, path.with_name(f"{segment}.hea"))
                if own.frames:
                    _single(files, path.with_name(f"{segment}.hea"), own, True)
    if not found.leads or found.seconds <= 0:
        raise WardroundError("E-SIGNAL-02", file=path.name, format="WFDB")
    beside = path.with_suffix(f".{annotator}")
    events: dict[str, Samples] = {}
    if annotator != "none" and beside.is_file():
        try:
            times, kinds = wfdb_samples.beats_of(files.read(beside))
        except ValueError as error:
            raise WardroundError("E-SIGNAL-02", file=beside.name, format="WFDB") from error
        events = {kind: times[np.asarray(kinds) == kind] / header.rate for kind in dict.fromkeys(kinds)}
    return dataclasses.replace(found, name=name.removesuffix(".hea"), events=events)


def _single(files: Files, path: Path, header: Header, whole: bool) -> Recording:
    """A record of one segment."""
    frames = header.frames
    for signal in header.signals:
        if signal.format not in wfdb_samples.GROUPS:
            raise WardroundError("E-SIGNAL-04", file=path.name, format=f"WFDB {signal.format}")
    if not frames and header.signals:
        frames = _frames_of(files, path, header)
    leads = tuple(
        Lead(name, signal.unit, header.rate * signal.per_frame) for signal, name in zip(header.signals, _names(header), strict=True)
    )

    def read(files: Files, wanted: Sequence[int], start: float, end: float) -> list[Samples]:
        first, last = max(0, math.floor(start * header.rate + 1e-6)), min(frames, math.ceil(end * header.rate - 1e-6))
        return [_physical(_digital(files, path, header, place, first, last), header.signals[place]) for place in wanted]

    if whole:
        for place, signal in enumerate(header.signals):
            files.token.check()
            found = _digital(files, path, header, place, 0, frames, raw=True)
            if signal.checksum is not None and (int(found.sum()) - signal.checksum) & 0xFFFF:
                raise WardroundError("E-SIGNAL-03", file=signal.file, lead=leads[place].name)
    return Recording(path.stem, None, leads, frames / header.rate, read)


def _names(header: Header) -> list[str]:
    """A name for each signal; the second of one name gets a number."""
    names: list[str] = []
    for signal in header.signals:
        name, number = signal.name, 2
        while name in names:
            name, number = f"{signal.name} {number}", number + 1
        names.append(name)
    return names


def _together(header: Header, place: int) -> tuple[int, int]:
    """Samples in a frame of a signal's file, and how many of them come before the signal's own."""
    file = header.signals[place].file
    same = [(number, signal) for number, signal in enumerate(header.signals) if signal.file == file]
    return sum(signal.per_frame for _, signal in same), sum(signal.per_frame for number, signal in same if number < place)


def _frames_of(files: Files, path: Path, header: Header) -> int:
    """As many as the first signal's file holds."""
    signal = header.signals[0]
    size, samples = wfdb_samples.GROUPS[signal.format]
    held = len(files.read(path.with_name(signal.file))) - signal.offset
    return held * samples // size // _together(header, 0)[0]


def _digital(files: Files, path: Path, header: Header, place: int, first: int, last: int, *, raw: bool = False) -> np.ndarray:
    """The stored numbers of a signal from frame ``first`` to ``last``; ``raw`` without its skew.

    Raises:
        WardroundError: E-SIGNAL-08 the file ends before.
    """
    signal = header.signals[place]
    per_frame, before = _together(header, place)
    content = files.read(path.with_name(signal.file))[signal.offset :]
    skew = 0 if raw else signal.skew
    total = (header.frames or last) * per_frame
    needed = wfdb_samples.size_of(signal.format, total)
    if len(content) < needed:
        raise WardroundError("E-SIGNAL-08", file=signal.file, expected=needed + signal.offset, found=len(content) + signal.offset)
    held = len(content) * wfdb_samples.GROUPS[signal.format][1] // wfdb_samples.GROUPS[signal.format][0] // per_frame
    start, end = first + skew, min(last + skew, max(held, last))
    begin = 0 if signal.format == 8 else start
    found = wfdb_samples.samples_of(signal.format, content, begin * per_frame, max(0, end - begin) * per_frame)
    own = found.reshape(-1, per_frame)[:, before : before + signal.per_frame].reshape(-1)
    if signal.format == 8:
        own = (np.cumsum(own) + signal.initial)[start * signal.per_frame :]
    return own


def _physical(digital: np.ndarray, signal: Signal) -> Samples:
    values: Samples = (digital.astype(np.float64) - signal.baseline) / signal.gain
    missing = wfdb_samples.missing_of(signal.format)
    if missing is not None:
        values[digital == missing] = np.nan
    return values


def _joined(files: Files, path: Path, header: Header) -> Recording:
    """A record of several segments; a lead that a segment does not have is a gap there."""
    parts: list[tuple[Recording | None, int]] = []
    names: dict[str, Lead] = {}
    for segment, frames in header.segments:
        if segment == "~":
            parts.append((None, frames))
            continue
        own = _header(files, path.with_name(f"{segment}.hea"))
        if own.segments:
            raise WardroundError("E-SIGNAL-02", file=path.name, format="WFDB")
        if not frames:  # a layout: the leads that there can be
            names |= {name: Lead(name, signal.unit, header.rate) for signal, name in zip(own.signals, _names(own), strict=True)}
            continue
        part = _single(files, path.with_name(f"{segment}.hea"), own, False)
        names |= {lead.name: lead for lead in part.leads if lead.name not in names}
        parts.append((part, frames))
    leads = tuple(names.values())

    def read(files: Files, wanted: Sequence[int], start: float, end: float) -> list[Samples]:
        pieces: list[list[Samples]] = [[] for _ in wanted]
        at = 0.0
        for part, frames in parts:
            low, high = max(start - at, 0.0), min(end - at, frames / header.rate)
            at += frames / header.rate
            if low >= high:
                continue
            places = {} if part is None else {lead.name: number for number, lead in enumerate(part.leads)}
            for number, place in enumerate(wanted):
                lead = leads[place]
                if part is not None and lead.name in places:
                    pieces[number] += part.read(files, [places[lead.name]], low, high)
                else:
                    pieces[number].append(np.full(round((high - low) * lead.rate), np.nan))
        return [np.concatenate(piece) if piece else np.empty(0) for piece in pieces]

    return Recording(path.stem, None, leads, sum(frames for _, frames in parts) / header.rate, read)
