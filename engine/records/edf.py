# SPDX-License-Identifier: Apache-2.0
"""EDF, EDF+ and BDF recordings: https://www.edfplus.info/specs/edf.html and edfplus.html. One row a recording.

Read here with numpy: the libraries for it refuse much of what recorders write, read only by path, and cannot be stopped. Of the
header's patient field an EDF+ code is kept as the patient id, with sex and the age as a band of ten years; names, dates and the
recording field are not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import WardroundError
from engine.records import arrays, recordings
from engine.records.arrays import ArraySurvey
from engine.records.dicom_words import age_band
from engine.records.folder import Files, first_files
from engine.records.loader import LoaderOption, Preview, ReadOptions
from engine.records.recordings import Kind
from engine.records.source import open_regular, read_exactly
from engine.records.waveform import Lead, Recording, Samples
from engine.values import Token

_EDF, _BDF = b"0       ", b"\xffBIOSEMI"
_SUFFIXES = (".edf", ".bdf", ".rec")
_FIXED, _EACH = 256, 256
_MAX_SIGNALS, _MAX_RECORDS = 1024, 10_000_000
_NOTES = ("EDF Annotations", "BDF Annotations")
_ONSET = re.compile(rb"([+-]\d+(?:\.\d*)?)(?:\x15\d+(?:\.\d*)?)?\x14")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_CODE = re.compile(r"[\w.-]{1,64}")


@dataclass(frozen=True)
class _Channel:
    name: str
    unit: str
    low: float
    gain: float
    digital_low: float
    count: int  # samples in a data record
    before: int  # bytes of a data record before this channel


@dataclass(frozen=True)
class _Header:
    size: int
    records: int
    seconds: float  # of a data record
    width: int  # bytes of a sample
    record_bytes: int
    channels: tuple[_Channel, ...]
    notes: _Channel | None
    gaps: bool  # EDF+D
    patient: str | None
    sex: str | None
    age: str | None


class EdfLoader:
    """The loader of EDF and BDF."""

    format = "edf"
    patterns: tuple[str, ...] = ("*.edf", "*.bdf")
    options: tuple[LoaderOption, ...] = recordings.options_with()

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the first eight bytes or the ending; a folder by the first such file near its top."""
        if path.is_dir():
            return any(_looks_so(first, file) for file, first in first_files(path, _FIXED))
        return _looks_so(head, path)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        return recordings.preview(path, Kind(self.format, _heads), options, self.options, token, _opened)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        return recordings.survey(path, Kind(self.format, _heads), options, self.options, token, _opened)


def _looks_so(head: bytes, path: Path) -> bool:
    known = head.startswith((_EDF, _BDF)) and head[_FIXED - 4 : _FIXED].strip().isdigit()
    return known or path.suffix.lower() in _SUFFIXES[:2]


def _heads(files: Sequence[Path]) -> list[Path]:
    return [file for file in files if file.suffix.lower() in _SUFFIXES] if len(files) > 1 else list(files)


def _opened(files: Files, path: Path, name: str, whole: bool) -> Recording:
    """The recording of a file.

    Raises:
        WardroundError: E-SIGNAL-02 damaged · E-SIGNAL-08 cut short · E-SIGNAL-09 a channel whose scale means nothing.
    """
    if whole:
        content = files.read(path)
        size = len(content)
    else:
        with open_regular(path) as opened:
            content = read_exactly(opened, _FIXED + _EACH * _MAX_SIGNALS, path)
        size = path.stat().st_size
    try:
        header = _parsed(content, size, path.name)
    except ValueError as error:
        raise WardroundError("E-SIGNAL-02", file=path.name, format="EDF") from error
    if not header.channels:
        raise WardroundError("E-SIGNAL-01", path=path.name)
    starts = _starts(content, header, path.name) if header.gaps and whole else None
    seconds = header.records * header.seconds if starts is None else float(starts[-1]) + header.seconds
    leads = tuple(Lead(channel.name, channel.unit, channel.count / header.seconds) for channel in header.channels)

    def read(files: Files, wanted: Sequence[int], start: float, end: float) -> list[Samples]:
        held = files.read(path)
        return [_samples(held, header, header.channels[place], starts, start, end) for place in wanted]

    extra: dict[str, float | str | None] = {"sex": header.sex, "age_band": header.age} if header.sex or header.age else {}
    return Recording(name.rsplit(".", 1)[0], header.patient, leads, seconds, read, extra)


def _parsed(content: bytes, size: int, file: str) -> _Header:
    """The header; raises ValueError for what is none."""
    if len(content) < _FIXED:
        raise ValueError("header")
    width = 3 if content.startswith(_BDF) else 2
    text = content[:_FIXED].decode("latin-1")
    reserved, count = text[192:236].strip(), _whole(text[252:256])
    records, seconds, header_size = _whole(text[236:244]), _number(text[244:252]), _whole(text[184:192])
    if not 1 <= count <= _MAX_SIGNALS or header_size != _FIXED + _EACH * count or len(content) < header_size or seconds < 0:
        raise ValueError("counts")
    said = content[_FIXED:header_size].decode("latin-1")
    fields: list[list[str]] = []
    at = 0
    for length in (16, 80, 8, 8, 8, 8, 8, 80, 8, 32):
        fields.append([said[at + length * number : at + length * (number + 1)].strip() for number in range(count)])
        at += length * count
    channels: list[_Channel] = []
    notes: _Channel | None = None
    before = 0
    for number in range(count):
        channel = _channel([column[number] for column in fields], before, {channel.name for channel in channels}, file)
        before += channel.count * width
        if fields[0][number] in _NOTES:
            notes = notes or channel
        else:
            channels.append(channel)
    if before == 0 or (seconds == 0 and channels):
        raise ValueError("no samples")
    held = (size - header_size) // before
    if records == -1:
        records = held
    if not 0 < records <= _MAX_RECORDS:
        raise ValueError("records")
    if held < records:
        raise WardroundError("E-SIGNAL-08", file=file, expected=header_size + records * before, found=size)
    plus = reserved[:5] in ("EDF+C", "EDF+D", "BDF+C", "BDF+D")
    patient, sex, age = _patient(text[8:88], text[168:176]) if plus else (None, None, None)
    return _Header(header_size, records, seconds, width, before, tuple(channels), notes, reserved[3:5] == "+D", patient, sex, age)


def _channel(said: Sequence[str], before: int, taken: set[str], file: str) -> _Channel:
    label, unit, count = said[0], said[2], _whole(said[8])
    if not 0 <= count <= 1 << 24:
        raise ValueError("samples")
    if label in _NOTES:
        return _Channel(label, "", 0.0, 1.0, 0.0, count, before)
    low, high, digital_low, digital_high = (_number(text) for text in said[3:7])
    if digital_high == digital_low or not all(math.isfinite(value) for value in (low, high)):
        raise WardroundError("E-SIGNAL-09", file=file, lead=label or "?")
    name, number = label or "signal", 2
    while name in taken:
        name, number = f"{label} {number}", number + 1
    return _Channel(name, unit, low, (high - low) / (digital_high - digital_low), digital_low, max(1, count), before)


def _whole(text: str) -> int:
    if not re.fullmatch(r"\s*-?\d{1,8}\s*", text):
        raise ValueError("number")
    return int(text)


def _number(text: str) -> float:
    """A number with a point, or with the comma that some recorders write."""
    value = float(text.strip().replace(",", "."))
    if not math.isfinite(value):
        raise ValueError("number")
    return value


def _patient(field: str, start: str) -> tuple[str | None, str | None, str | None]:
    """Code, sex and band of ages of an EDF+ patient field: "MCH-0234567 F 02-MAY-1951 Haagse_Harry"."""
    parts = [*field.split(), "X", "X", "X"]
    code = parts[0] if parts[0] != "X" and _CODE.fullmatch(parts[0]) else None
    sex = parts[1] if parts[1] in ("M", "F") else None
    born, began = re.fullmatch(r"(\d\d)-([A-Za-z]{3})-(\d{4})", parts[2]), re.fullmatch(r"(\d\d)\.(\d\d)\.(\d\d)", start)
    if born is None or began is None or born[2].upper() not in _MONTHS:
        return code, sex, None
    year = int(began[3]) + (1900 if int(began[3]) >= 85 else 2000)
    return code, sex, age_band("", f"{born[3]}{_MONTHS.index(born[2].upper()) + 1:02}{born[1]}", f"{year}{began[2]}{began[1]}")


def _starts(content: bytes, header: _Header, file: str) -> np.ndarray:
    """(records,) seconds at which each data record of an interrupted recording begins, from 0."""
    if header.notes is None:
        raise WardroundError("E-SIGNAL-02", file=file, format="EDF+D")
    length = header.notes.count * header.width
    found = []
    for number in range(header.records):
        at = header.size + number * header.record_bytes + header.notes.before
        said = _ONSET.match(content[at : at + length])
        if said is None:
            raise WardroundError("E-SIGNAL-02", file=file, format="EDF+D")
        found.append(float(said[1]))
    starts = np.asarray(found) - found[0]
    if (np.diff(starts) < header.seconds * 0.999).any():
        raise WardroundError("E-SIGNAL-02", file=file, format="EDF+D")
    arrays.check_size(file, (max(channel.count for channel in header.channels), math.ceil(starts[-1] / header.seconds) + 1), "float32")
    return starts


def _samples(held: bytes, header: _Header, channel: _Channel, starts: np.ndarray | None, start: float, end: float) -> Samples:
    """The physical values of a channel between two moments; between interrupted parts NaN."""
    rate = channel.count / header.seconds
    if starts is None:
        first, last = max(0, math.floor(start * rate + 1e-6)), min(header.records * channel.count, math.ceil(end * rate - 1e-6))
        low, high = first // channel.count, -(-last // channel.count)
        values = _records(held, header, channel, low, high).reshape(-1)
        return values[first - low * channel.count : last - low * channel.count]
    first, last = math.floor(start * rate + 1e-6), math.ceil(min(end, float(starts[-1]) + header.seconds) * rate - 1e-6)
    found = np.full(max(0, last - first), np.nan)
    for number in np.flatnonzero((starts + header.seconds > start) & (starts < end)).tolist():
        values = _records(held, header, channel, number, number + 1).reshape(-1)
        at = round(float(starts[number]) * rate) - first
        low, high = max(0, at), min(len(found), at + len(values))
        found[low:high] = values[low - at : high - at]
    return found


def _records(held: bytes, header: _Header, channel: _Channel, low: int, high: int) -> Samples:
    """(records, samples) of physical values."""
    view = np.frombuffer(held, np.uint8, max(0, high - low) * header.record_bytes, header.size + low * header.record_bytes)
    own = view.reshape(-1, header.record_bytes)[:, channel.before : channel.before + channel.count * header.width]
    if header.width == 2:
        digital = np.ascontiguousarray(own).view("<i2").astype(np.float64)
    else:
        parts = own.reshape(len(own), channel.count, 3).astype(np.int32)
        joined = parts[..., 0] | parts[..., 1] << 8 | parts[..., 2] << 16
        digital = ((joined ^ 1 << 23) - (1 << 23)).astype(np.float64)
    values: Samples = (digital - channel.digital_low) * channel.gain + channel.low
    return values
