# SPDX-License-Identifier: Apache-2.0
"""Samples and annotations of WFDB as numbers: https://physionet.org/physiotools/wag/signal-5.htm and annot-5.htm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int32]

# format → (bytes of a group, samples of a group)
GROUPS = {8: (1, 1), 16: (2, 1), 24: (3, 1), 32: (4, 1), 61: (2, 1), 80: (1, 1), 160: (2, 1), 212: (3, 2), 310: (4, 3), 311: (4, 3)}
_MISSING = {16: -(2**15), 24: -(2**23), 32: -(2**31), 61: -(2**15), 80: -128, 160: -(2**15), 212: -2048, 310: -512, 311: -512}
_BEATS = {1: "N", 2: "L", 3: "R", 4: "a", 5: "V", 6: "F", 7: "J", 8: "A", 9: "S", 10: "E", 11: "j", 12: "/", 13: "Q", 25: "B", 30: "?"} | {
    34: "e",
    35: "n",
    38: "f",
    41: "r",
}
_SKIP, _NUM, _SUB, _CHN, _AUX = 59, 60, 61, 62, 63


def size_of(kind: int, count: int) -> int:
    """Bytes that ``count`` samples take: a last group may be cut after its last sample."""
    size, samples = GROUPS[kind]
    full, rest = divmod(count, samples)
    tail = {212: {0: 0, 1: 2}, 310: {0: 0, 1: 2, 2: 4}, 311: {0: 0, 1: 2, 2: 3}}.get(kind, {0: 0})
    return full * size + tail[rest]


def samples_of(kind: int, content: bytes, first: int, count: int) -> Whole:
    """``count`` samples from number ``first`` on of an interleaved file.

    Raises:
        KeyError: a format that is not read here · ValueError: the file ends before.
    """
    size, per_group = GROUPS[kind]
    skipped = first // per_group
    groups = -(-(first + count) // per_group) - skipped
    raw = content[skipped * size : (skipped + groups) * size]
    raw = raw.ljust(groups * size, b"\0") if len(raw) >= size_of(kind, first + count) - skipped * size else b""
    if len(raw) < groups * size:
        raise ValueError("short")
    at = first - skipped * per_group
    return _decoded(kind, raw)[at : at + count]


def missing_of(kind: int) -> int | None:
    """The number that means "no sample"."""
    return _MISSING.get(kind)


def _decoded(kind: int, raw: bytes) -> Whole:
    match kind:
        case 8:  # differences, which whoever knows the first value adds up
            return np.frombuffer(raw, "i1").astype(np.int32)
        case 16:
            return np.frombuffer(raw, "<i2").astype(np.int32)
        case 61:
            return np.frombuffer(raw, ">i2").astype(np.int32)
        case 32:
            return np.frombuffer(raw, "<i4").astype(np.int32)
        case 80:
            return np.frombuffer(raw, "u1").astype(np.int32) - 128
        case 160:
            return np.frombuffer(raw, "<u2").astype(np.int32) - 32768
        case 24:
            parts = np.frombuffer(raw, "u1").reshape(-1, 3).astype(np.int32)
            return _signed(parts[:, 0] | parts[:, 1] << 8 | parts[:, 2] << 16, 24)
        case 212:
            parts = np.frombuffer(raw, "u1").reshape(-1, 3).astype(np.int32)
            pair = np.stack([parts[:, 0] | (parts[:, 1] & 15) << 8, parts[:, 2] | (parts[:, 1] >> 4) << 8], axis=1)
            return _signed(pair.reshape(-1), 12)
        case 310:
            words = np.frombuffer(raw, "<u2").reshape(-1, 2).astype(np.int32)
            third = (words[:, 0] >> 11 & 31) | (words[:, 1] >> 11 & 31) << 5
            return _signed(np.stack([words[:, 0] >> 1 & 1023, words[:, 1] >> 1 & 1023, third], axis=1).reshape(-1), 10)
        case 311:
            word = np.frombuffer(raw, "<u4").astype(np.int64)
            three = np.stack([word & 1023, word >> 10 & 1023, word >> 20 & 1023], axis=1)
            return _signed(three.reshape(-1).astype(np.int32), 10)
    raise KeyError(kind)


def _signed(values: Whole, bits: int) -> Whole:
    half = 1 << (bits - 1)
    return (values ^ half) - half


def beats_of(content: bytes) -> tuple[NDArray[np.int64], list[str]]:
    """Sample numbers and kinds of the beats in an annotation file; rhythm changes, notes and texts are left out.

    Raises:
        ValueError: for a file that does not end as it must.
    """
    words = np.frombuffer(content[: len(content) // 2 * 2], "<u2").tolist()
    times: list[int] = []
    kinds: list[str] = []
    at, now = 0, 0
    while at < len(words):
        code, step = words[at] >> 10, words[at] & 1023
        at += 1
        if code == 0 and step == 0:
            return np.asarray(times, dtype=np.int64), kinds
        if code == _SKIP:
            if at + 2 > len(words):
                break
            leap = words[at] << 16 | words[at + 1]
            now += leap - (1 << 32) if leap >> 31 else leap
            at += 2
        elif code == _AUX:
            at += (step + 1) // 2
        elif code not in (_NUM, _SUB, _CHN):
            now += step
            if code in _BEATS:
                times.append(now)
                kinds.append(_BEATS[code])
    raise ValueError("no end")
