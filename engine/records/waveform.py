# SPDX-License-Identifier: Apache-2.0
"""Signals as rows: which leads, which part, at which rate. What WFDB, EDF and CSV waveforms have in common.

Every lead of a record is brought to one rate and every record to the same leads in the same order, because a model takes
(leads, samples). Where nothing was recorded there is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import arrays
from engine.records.blocks import Block
from engine.records.folder import Files
from engine.records.loader import Finding, LoaderOption, ReadOptions, listed, settled
from engine.text import translate

BLOCK = "signal"
MAX_HZ = 100_000.0
MAX_LEADS = 1024
_TAPS = 64  # of the low-pass on each side, in samples of the slower rate
_SAME = 1e-6

LEADS = LoaderOption("leads", "list", lambda to: translate("Leads to keep, in this order; empty: those that every record has", to))
RESAMPLE = LoaderOption(
    "resample_hz", "number", lambda to: translate("Samples a second after import; 0 keeps the rate of each record", to), "0"
)
START = LoaderOption("start", "number", lambda to: translate("Seconds from the start of each record at which the part begins", to), "0")
WINDOW = LoaderOption("window", "number", lambda to: translate("Seconds of each record to keep; 0: all", to), "0")
OPTIONS = (LEADS, RESAMPLE, START, WINDOW)

Samples = NDArray[np.float64]


@dataclass(frozen=True)
class Lead:
    """One channel of one record."""

    name: str
    unit: str
    rate: float  # samples a second


@dataclass(frozen=True)
class Recording:
    """One record. ``read(files, leads, start, end)``: each lead's samples of these seconds; ``extra``: more columns of its row.

    ``events``: kind → seconds at which it happened; a row counts those of its part.
    """

    name: str
    patient: str | None
    leads: tuple[Lead, ...]
    seconds: float
    read: Callable[[Files, Sequence[int], float, float], list[Samples]] = field(repr=False)
    extra: Mapping[str, float | str | None] = field(default_factory=dict)
    events: Mapping[str, Samples] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """What a person said."""

    leads: tuple[str, ...]
    hz: float
    start: float
    seconds: float


def chosen(options: ReadOptions, declared: Sequence[LoaderOption], file: str) -> tuple[Choice, dict[str, str]]:
    """The choice, and every option's value.

    Raises:
        WardroundError: E-DATA-30, E-DATA-31.
    """
    said = settled(declared, options.settings, file)
    numbers = {key: float(said[key] or 0) for key in ("resample_hz", "start", "window")}
    for key, number in numbers.items():
        if number < 0 or (key == "resample_hz" and number > MAX_HZ):
            raise WardroundError("E-DATA-31", file=file, key=key, wanted=f"0–{MAX_HZ:g}" if key == "resample_hz" else "≥ 0")
    return Choice(listed(said["leads"]), numbers["resample_hz"], numbers["start"], numbers["window"]), said


@dataclass(frozen=True)
class Plan:
    """How records become rows."""

    choice: Choice
    leads: tuple[str, ...]
    extra: tuple[str, ...]
    events: tuple[str, ...]
    schema: pa.Schema
    findings: tuple[Finding, ...]

    def row(self, recording: Recording, files: Files) -> arrays.Row:
        """Its plain values and (leads, samples) float32."""
        return self.plain(recording), self._signal(recording, files)

    def plain(self, recording: Recording) -> tuple[object, ...]:
        """Without reading the samples."""
        start, seconds, rate = self._part(recording)
        counts = [_within(recording, name, start, start + seconds) for name in self.events]
        return (recording.name, recording.patient, rate, seconds, *counts, *(recording.extra.get(name) for name in self.extra))

    def shape(self, recording: Recording) -> tuple[int, int]:
        """(leads, samples) of a record."""
        _, seconds, rate = self._part(recording)
        return len(self.leads), count_of(seconds, rate)

    def _part(self, recording: Recording) -> tuple[float, float, float]:
        """Start, length in seconds, and rate."""
        known = {lead.name: lead.rate for lead in recording.leads}
        rate = self.choice.hz or max(known[name] for name in self.leads)
        seconds = self.choice.seconds or max(0.0, recording.seconds - self.choice.start)
        return self.choice.start, seconds, rate

    def _signal(self, recording: Recording, files: Files) -> NDArray[np.float32]:
        start, seconds, rate = self._part(recording)
        places = {lead.name: number for number, lead in reversed(list(enumerate(recording.leads)))}
        wanted = [places[name] for name in self.leads]
        count = count_of(seconds, rate)
        arrays.check_size(recording.name, (len(wanted), count), "float32")
        found = np.full((len(wanted), count), np.nan, dtype=np.float32)
        for row, (place, samples) in enumerate(zip(wanted, recording.read(files, wanted, start, start + seconds), strict=True)):
            changed = resampled(samples, recording.leads[place].rate, rate)
            length = min(count, len(changed))
            found[row, :length] = changed[:length]
        return found


def count_of(seconds: float, rate: float) -> int:
    """Samples of a stretch of time."""
    return max(0, round(seconds * rate))


def planned(recordings: Sequence[Recording], choice: Choice, path: str, *, findings: Sequence[Finding] = ()) -> Plan:
    """The leads that all have (or those said), the schema, and what is odd.

    Raises:
        WardroundError: E-SIGNAL-05 no lead that all records have · E-SIGNAL-06 a lead that was asked for is missing in a record ·
            E-SIGNAL-07 a record ends before the part begins.
    """
    if choice.leads:
        for recording in recordings:
            names = {lead.name for lead in recording.leads}
            if lacking := [name for name in choice.leads if name not in names]:
                known = ", ".join(lead.name for lead in recording.leads[:20])
                raise WardroundError("E-SIGNAL-06", record=recording.name, lead=lacking[0], known=known)
        leads = tuple(dict.fromkeys(choice.leads))
    else:
        common = set.intersection(*({lead.name for lead in recording.leads} for recording in recordings))
        leads = tuple(dict.fromkeys(lead.name for lead in recordings[0].leads if lead.name in common))
        if not leads:
            raise WardroundError("E-SIGNAL-05", path=path)
    for recording in recordings:
        if recording.seconds <= choice.start:
            raise WardroundError("E-SIGNAL-07", record=recording.name, seconds=f"{recording.seconds:g}", start=f"{choice.start:g}")
    extra = tuple(dict.fromkeys(name for recording in recordings for name in recording.extra))
    texts = frozenset(name for recording in recordings for name, value in recording.extra.items() if isinstance(value, str))
    events = tuple(sorted({kind for recording in recordings for kind in recording.events}))
    plan = Plan(choice, leads, extra, events, pa.schema([]), ())
    rates = {plan._part(recording)[2] for recording in recordings}
    shapes = {plan.shape(recording) for recording in recordings}
    units = [{lead.name: lead.unit for lead in recording.leads} for recording in recordings]
    attributes = {"units": ", ".join(units[0][name] or "–" for name in leads)}
    if len(rates) == 1:
        attributes["sampling_hz"] = f"{rates.pop():g}"
    block = Block("signal", "float32", leads, max(4 * shape[0] * shape[1] for shape in shapes), attributes)
    columns: list[tuple[str, type]] = [("record", str), ("patient_id", str), ("sampling [Hz]", float), ("duration [s]", float)]
    columns += [(f"beats {kind}", float) for kind in events]
    columns += [(name, str if name in texts else float) for name in extra]
    mixed = sum(len({lead.rate for lead in recording.leads if lead.name in leads}) > 1 for recording in recordings)
    dropped = {lead.name for recording in recordings for lead in recording.leads} - set(leads)
    short = sum(bool(choice.seconds) and recording.seconds < choice.start + choice.seconds - _SAME for recording in recordings)
    found = (
        Finding("info", "leads-dropped", BLOCK, {"count": 0 if choice.leads else len(dropped)}),
        Finding("warning", "rates-differ", BLOCK, {"count": len(rates) if len(rates) > 1 else 0}),
        Finding("info", "rates-joined", BLOCK, {"count": mixed}),
        Finding("warning", "units-differ", BLOCK, {"count": sum(len({of[name] for of in units}) > 1 for name in leads)}),
        Finding("warning", "lengths-differ", BLOCK, {"count": len(shapes) if len(shapes) > 1 and len(rates) < 2 else 0}),
        Finding("warning", "shorter-than-window", BLOCK, {"count": short}),
        Finding("warning", "no-patient-id-signals", fields={"count": sum(recording.patient is None for recording in recordings)}),
    )
    kept = (*findings, *(finding for finding in found if finding.fields["count"]))
    return Plan(choice, leads, extra, events, arrays.schema_of(columns, BLOCK, block), kept)


def _within(recording: Recording, kind: str, start: float, end: float) -> float | None:
    """Events of a kind in a part; None where none were looked for."""
    if not recording.events:
        return None
    times = recording.events.get(kind)
    return 0.0 if times is None else float(np.count_nonzero((times >= start) & (times < end)))


def resampled(samples: Samples, old: float, new: float) -> Samples:
    """``samples`` at another rate: a windowed-sinc low-pass where it falls (against aliasing), then between neighbours.

    Gaps (NaN) stay gaps.
    """
    if math.isclose(old, new, rel_tol=_SAME) or not len(samples):
        return samples
    count = max(1, round(len(samples) * new / old))
    gaps = np.isnan(samples)
    held = samples
    if gaps.all():
        return np.full(count, np.nan)
    if gaps.any():
        places = np.arange(len(samples))
        held = np.interp(places, places[~gaps], samples[~gaps])
    if new < old:
        held = _low_passed(held, 0.5 * new / old)
    where = np.arange(count) * (old / new)
    found: Samples = np.interp(where, np.arange(len(held)), held)
    if gaps.any():
        found[gaps[np.minimum(np.rint(where).astype(np.int64), len(gaps) - 1)]] = np.nan
    return found


def _low_passed(samples: Samples, cut: float) -> Samples:
    """A Hamming-windowed sinc with its half-power point a little below ``cut`` (cycles a sample), by FFT; ends mirrored."""
    reach = min(math.ceil(_TAPS / (2 * cut) / 8), max(1, len(samples) - 1))
    times = np.arange(-reach, reach + 1)
    kernel = np.sinc(2 * 0.9 * cut * times) * np.hamming(2 * reach + 1)
    kernel /= kernel.sum()
    padded = np.pad(samples, reach, mode="reflect") if reach < len(samples) else np.pad(samples, reach, mode="edge")
    size = 1 << (len(padded) + len(kernel) - 1).bit_length()
    product = np.fft.rfft(padded, size) * np.fft.rfft(kernel, size)
    found: Samples = np.fft.irfft(product, size)[2 * reach : 2 * reach + len(samples)]
    return found
