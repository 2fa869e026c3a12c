# SPDX-License-Identifier: Apache-2.0
"""Lossless JPEG (ITU-T T.81 annex H, process 14), as many archives keep their images in.

Decoded here because the decoders that exist for Python end the whole program on a damaged stream (GDCM) or are under the GPL.
One table turns the next sixteen bits into a difference and its length; what predicts from the left or from above is a running sum.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
_WINDOW = 16


@dataclass(frozen=True)
class _Frame:
    precision: int
    rows: int
    columns: int
    components: tuple[int, ...]


def decoded(stream: bytes) -> NDArray[np.uint16]:
    """(rows, columns) or (rows, columns, components).

    Raises:
        ValueError: for what is no such stream, or a damaged one.
    """
    frame: _Frame | None = None
    tables: dict[int, list[tuple[int, int]]] = {}
    restart, at = 0, 2
    if stream[:2] != b"\xff\xd8":
        raise ValueError("no JPEG")
    while at + 4 <= len(stream):
        if stream[at] != 0xFF:
            raise ValueError("no marker")
        marker, length = stream[at + 1], int.from_bytes(stream[at + 2 : at + 4], "big")
        part = stream[at + 4 : at + 2 + length]
        if marker == 0xFF:
            at += 1
            continue
        if length < 2 or len(part) != length - 2:
            raise ValueError("cut short")
        at += 2 + length
        if marker == 0xC3:
            frame = _frame(part)
        elif marker == 0xC4:
            tables |= _tables(part)
        elif marker == 0xDD:
            restart = int.from_bytes(part[:2], "big")
        elif marker == 0xDA:
            if frame is None:
                raise ValueError("no frame")
            return _scan(frame, tables, restart, part, stream[at:])
        elif 0xC0 <= marker <= 0xCF and marker != 0xC8:
            raise ValueError("another process")
    raise ValueError("no scan")


def _frame(part: bytes) -> _Frame:
    if len(part) < 6 or len(part) != 6 + 3 * part[5]:
        raise ValueError("frame")
    precision, rows, columns, count = struct.unpack(">BHHB", part[:6])
    sampling = {part[7 + 3 * number] for number in range(count)}
    if not 2 <= precision <= 16 or not rows or not columns or count not in (1, 3) or sampling != {0x11}:
        raise ValueError("frame")
    return _Frame(precision, rows, columns, tuple(part[6 + 3 * number] for number in range(count)))


def _tables(part: bytes) -> dict[int, list[tuple[int, int]]]:
    """Huffman tables: for each sixteen bits (length with the difference's own bits, difference); longer ones have length 0."""
    found: dict[int, list[tuple[int, int]]] = {}
    while part:
        if len(part) < 17 or len(part) < 17 + sum(part[1:17]):
            raise ValueError("table")
        number, counts = part[0], part[1:17]
        sizes = part[17 : 17 + sum(counts)]
        part = part[17 + sum(counts) :]
        table = [(0, 0)] * (1 << _WINDOW)
        code = place = 0
        for bits, count in enumerate(counts, start=1):
            for _ in range(count):
                size = sizes[place]
                place += 1
                if size > 16 or (code + 1) << (_WINDOW - bits) > 1 << _WINDOW:
                    raise ValueError("table")
                _fill(table, code, bits, size)
                code += 1
            code <<= 1
        found[number] = table
    return found


def _fill(table: list[tuple[int, int]], code: int, bits: int, size: int) -> None:
    """All windows that begin with one code."""
    first, left = code << (_WINDOW - bits), _WINDOW - bits
    if size == 16:
        table[first : first + (1 << left)] = [(bits, 32768)] * (1 << left)
    elif size <= left:
        for extra in range(1 << size):
            difference = extra if not size or extra >> (size - 1) else extra - (1 << size) + 1
            start = first + (extra << (left - size))
            table[start : start + (1 << (left - size))] = [(bits + size, difference)] * (1 << (left - size))
    else:
        table[first : first + (1 << left)] = [(-bits, size)] * (1 << left)


def _scan(frame: _Frame, tables: dict[int, list[tuple[int, int]]], restart: int, head: bytes, coded: bytes) -> NDArray[np.uint16]:
    count = len(frame.components)
    if len(head) != 4 + 2 * count or head[0] != count:
        raise ValueError("scan")
    chosen = [tables.get(head[2 + 2 * number] >> 4) for number in range(count)]
    predictor, transform = head[1 + 2 * count], head[3 + 2 * count] & 15
    if None in chosen or not 1 <= predictor <= 7 or transform >= frame.precision:
        raise ValueError("scan")
    used = cast("list[list[tuple[int, int]]]", chosen)
    pixels = frame.rows * frame.columns
    if restart and restart % frame.columns:
        raise ValueError("restart")
    # A pixel takes one bit at least.
    if len(coded) * 8 < pixels * count:
        raise ValueError("cut short")
    intervals = _intervals(coded) if restart else [coded]
    rows_each = restart // frame.columns if restart else frame.rows
    parts = []
    for start in range(0, frame.rows, rows_each):
        rows = min(rows_each, frame.rows - start)
        if not intervals:
            raise ValueError("cut short")
        differences = _differences(intervals.pop(0), used, rows * frame.columns * count)
        planes = differences.reshape(rows, frame.columns, count)
        first = 1 << (frame.precision - transform - 1)
        parts.append(np.stack([_predicted(planes[..., plane], predictor, first) for plane in range(count)], axis=-1))
    values = (np.concatenate(parts) << transform).astype(np.uint16)
    if int(values.max()) >> frame.precision:
        raise ValueError("range")
    return values[..., 0] if count == 1 else values


def _intervals(coded: bytes) -> list[bytes]:
    """The stretches between restart markers."""
    found, begin, at = [], 0, 0
    while (at := coded.find(b"\xff", at)) >= 0 and at + 1 < len(coded):
        if 0xD0 <= coded[at + 1] <= 0xD7:
            found.append(coded[begin:at])
            begin = at + 2
        elif coded[at + 1] == 0xD9:
            break
        at += 2
    return [*found, coded[begin:]]


def _differences(coded: bytes, tables: list[list[tuple[int, int]]], count: int) -> Whole:
    """(count,) differences, the components in turn."""
    plain = coded.replace(b"\xff\x00", b"\xff")
    raw = np.frombuffer(plain + bytes(4), np.uint8).astype(np.int64)
    windows = (raw[:-3] << 24 | raw[1:-2] << 16 | raw[2:-1] << 8 | raw[3:]).tolist()
    found = [0] * count
    position, planes = 0, len(tables)
    table = tables[0]
    try:
        for number in range(count):
            if planes > 1:
                table = tables[number % planes]
            length, difference = table[windows[position >> 3] >> (16 - (position & 7)) & 0xFFFF]
            if length > 0:
                position += length
                found[number] = difference
            elif length < 0:  # the code fits in the window, its difference does not
                position -= length
                ahead = windows[position >> 3] << 32 | windows[(position >> 3) + 4]
                extra = ahead >> (64 - (position & 7) - difference) & ((1 << difference) - 1)
                position += difference
                found[number] = extra if extra >> (difference - 1) else extra - (1 << difference) + 1
            else:
                raise ValueError("code")
    except IndexError:
        raise ValueError("cut short") from None
    if position > 8 * len(plain):
        raise ValueError("cut short")
    return np.asarray(found, dtype=np.int64)


def _predicted(differences: Whole, predictor: int, first: int) -> Whole:
    """(rows, columns) from differences; whole numbers of sixteen bits, wrapped."""
    if predictor == 1:
        sums = differences.copy()
        sums[:, 0] = np.cumsum(sums[:, 0]) + first
        return cast("Whole", np.cumsum(sums, axis=1) & 0xFFFF)
    if predictor == 2:
        sums = differences.copy()
        sums[0, 0] += first
        sums[0] = np.cumsum(sums[0])
        return cast("Whole", np.cumsum(sums, axis=0) & 0xFFFF)
    above = ((np.cumsum(differences[0]) + first) & 0xFFFF).tolist()
    lines = [above]
    for line in differences[1:].tolist():
        left = (above[0] + line[0]) & 0xFFFF
        row = [left]
        for column in range(1, len(line)):
            up, corner = above[column], above[column - 1]
            match predictor:
                case 3:
                    guess = corner
                case 4:
                    guess = left + up - corner
                case 5:
                    guess = left + ((up - corner) >> 1)
                case 6:
                    guess = up + ((left - corner) >> 1)
                case _:
                    guess = (left + up) >> 1
            left = (guess + line[column]) & 0xFFFF
            row.append(left)
        lines.append(row)
        above = row
    return np.asarray(lines, dtype=np.int64)
