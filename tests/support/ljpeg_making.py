# SPDX-License-Identifier: Apache-2.0
"""Lossless JPEG for tests: written pixel by pixel, with one plain Huffman table of five bits a code."""

from __future__ import annotations

import struct

import numpy as np


def encoded(pixels: np.ndarray, *, predictor: int = 1, precision: int = 16, restart_rows: int = 0) -> bytes:
    """A stream of (rows, columns) or (rows, columns, 3) whole numbers."""
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    rows, columns, count = planes.shape
    parts = [b"\xff\xd8"]
    components = b"".join(bytes([number + 1, 0x11, 0]) for number in range(count))
    parts.append(b"\xff\xc3" + struct.pack(">HBHHB", 8 + 3 * count, precision, rows, columns, count) + components)
    parts.append(b"\xff\xc4" + struct.pack(">HB", 2 + 1 + 16 + 17, 0) + bytes([0, 0, 0, 0, 17] + [0] * 11) + bytes(range(17)))
    if restart_rows:
        parts.append(b"\xff\xdd" + struct.pack(">HH", 4, restart_rows * columns))
    chosen = b"".join(bytes([number + 1, 0]) for number in range(count))
    parts.append(b"\xff\xda" + struct.pack(">HB", 6 + 2 * count, count) + chosen + bytes([predictor, 0, 0]))
    each = restart_rows or rows
    for number, start in enumerate(range(0, rows, each)):
        if number:
            parts.append(bytes([0xFF, 0xD0 + (number - 1) % 8]))
        parts.append(_coded(planes[start : start + each].astype(np.int64), predictor, 1 << (precision - 1)))
    return b"".join([*parts, b"\xff\xd9"])


def _coded(planes: np.ndarray, predictor: int, first: int) -> bytes:
    bits: list[str] = []
    rows, columns, count = planes.shape
    for y in range(rows):
        for x in range(columns):
            for plane in range(count):
                at = planes[..., plane]
                left, up, corner = (int(at[y, x - 1]) if x else 0, int(at[y - 1, x]) if y else 0, int(at[y - 1, x - 1]) if x and y else 0)
                if not x and not y:
                    guess = first
                elif not y:
                    guess = left
                elif not x:
                    guess = up
                else:
                    sums = (left, up, corner, left + up - corner, left + (up - corner >> 1), up + (left - corner >> 1), left + up >> 1)
                    guess = sums[predictor - 1]
                difference = (int(at[y, x]) - guess) & 0xFFFF
                difference = difference - 65536 if difference > 32768 else difference
                size = abs(difference).bit_length() if difference != 32768 else 16
                bits.append(f"{size:05b}")
                if 0 < size < 16:
                    bits.append(f"{difference if difference > 0 else difference + (1 << size) - 1:0{size}b}")
    joined = "".join(bits)
    joined += "1" * (-len(joined) % 8)
    return int(joined, 2).to_bytes(len(joined) // 8, "big").replace(b"\xff", b"\xff\x00")
