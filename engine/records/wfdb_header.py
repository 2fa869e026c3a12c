# SPDX-License-Identifier: Apache-2.0
"""A WFDB header (.hea): https://physionet.org/physiotools/wag/header-5.htm.

Comments, dates and times are not kept: they can name a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RECORD = re.compile(
    r"(?P<name>[-\w.]+?)(?:/(?P<segments>\d+))?\s+(?P<signals>\d+)"
    r"(?:\s+(?P<rate>[\d.eE+]+)(?:/(?P<counter>-?[\d.eE+]+)(?:\([-\d.eE+]+\))?)?(?:\s+(?P<samples>\d+)(?:\s.*)?)?)?\s*"
)
_SIGNAL = re.compile(
    r"(?P<file>[-\w.~]+)\s+(?P<format>\d+)(?:x(?P<frame>\d+))?(?::(?P<skew>\d+))?(?:\+(?P<offset>\d+))?"
    r"(?:\s+(?P<gain>-?[\d.eE+-]+)(?:\((?P<baseline>-?\d+)\))?(?:/(?P<unit>\S+))?"
    r"(?:\s+(?P<resolution>\d+)(?:\s+(?P<zero>-?\d+)(?:\s+(?P<initial>-?\d+)"
    r"(?:\s+(?P<checksum>-?\d+)(?:\s+(?P<block>\d+)(?:\s+(?P<about>.*?))?)?)?)?)?)?)?\s*"
)
DEFAULT_RATE, DEFAULT_GAIN = 250.0, 200.0
MAX_SIGNALS, MAX_SEGMENTS = 1024, 100_000


@dataclass(frozen=True)
class Signal:
    """One line of a signal. ``per_frame``: samples in each frame; ``checksum`` None where it is not said."""

    file: str
    format: int
    per_frame: int
    skew: int
    offset: int
    gain: float
    baseline: int
    unit: str
    initial: int
    checksum: int | None
    name: str
    named: bool


@dataclass(frozen=True)
class Header:
    """A record; ``segments`` are (record name, frames) where it has several. ``frames`` 0: as many as the file holds."""

    name: str
    rate: float  # frames a second
    frames: int
    signals: tuple[Signal, ...]
    segments: tuple[tuple[str, int], ...]


def parsed(text: str) -> Header:
    """The header.

    Raises:
        ValueError: for what is no header.
    """
    lines = [line for line in (line.strip() for line in text.splitlines()) if line and not line.startswith("#")]
    found = _RECORD.fullmatch(lines[0]) if lines else None
    if found is None:
        raise ValueError("record line")
    rate = float(found["rate"] or DEFAULT_RATE)
    count, segments = int(found["signals"]), int(found["segments"] or 0)
    if not 0 < rate <= 1e6 or count > MAX_SIGNALS or segments > MAX_SEGMENTS or len(lines) - 1 < (segments or count):
        raise ValueError("counts")
    frames = int(found["samples"] or 0)
    if segments:
        return Header(found["name"], rate, frames, (), tuple(_segment(line) for line in lines[1 : segments + 1]))
    signals = tuple(_signal(line, number) for number, line in enumerate(lines[1 : count + 1], start=1))
    if len({signal.checksum is None for signal in signals}) > 1:
        raise ValueError("cut short")  # a writer gives a checksum to each or to none
    if not text.endswith("\n") and len({signal.named for signal in signals}) > 1:
        raise ValueError("cut short")  # the name of the last one is what an unfinished copy lacks
    return Header(found["name"], rate, frames, signals, ())


def _segment(line: str) -> tuple[str, int]:
    name, frames = line.split()
    if not re.fullmatch(r"[-\w.]+|~", name):
        raise ValueError("segment")
    return name, int(frames)


def _signal(line: str, number: int) -> Signal:
    said = _SIGNAL.fullmatch(line)
    if said is None:
        raise ValueError("signal line")
    gain = float(said["gain"] or 0) or DEFAULT_GAIN
    zero = int(said["zero"] or 0)
    per_frame = int(said["frame"] or 1)
    if not 1 <= per_frame <= 10_000 or abs(gain) > 1e12:
        raise ValueError("signal line")
    return Signal(
        file=said["file"],
        format=int(said["format"]),
        per_frame=per_frame,
        skew=int(said["skew"] or 0),
        offset=int(said["offset"] or 0),
        gain=gain,
        baseline=int(said["baseline"]) if said["baseline"] is not None else zero,
        unit=said["unit"] or "mV",
        initial=int(said["initial"] or 0),
        checksum=int(said["checksum"]) if said["checksum"] is not None else None,
        named=bool(said["about"]),
        name=" ".join((said["about"] or f"signal {number}").split()),
    )
