# SPDX-License-Identifier: Apache-2.0
"""What can be told of DICOM without a library: whether a file is one, what a compressed stream says of itself, a band of ages."""

from __future__ import annotations

import re
import struct

_PREAMBLE = 128


def looks_like_dicom(head: bytes, suffix: str) -> bool:
    """By the prefix behind the preamble, by a first element of the groups that come first, or by the file's name."""
    if head[_PREAMBLE : _PREAMBLE + 4] == b"DICM" or head[:4] == b"DICM" or suffix.lower() in (".dcm", ".dicom", ".dic"):
        return True
    # Without preamble: a file meta group or the identifying group, little or big endian, with a plausible first length.
    group, element = struct.unpack("<HH", head[:4]) if len(head) >= 8 else (0, 0)
    explicit = head[4:6].isalpha() and head[4:6].isupper()
    if group == 2:
        return explicit and element in (0, 1, 2, 16)
    if group in (8, 0x0800) and element in (0, 1, 5, 8, 0x0100, 0x0500, 0x0800, 0x1600, 0x16):
        return explicit or 0 < int.from_bytes(head[4:8], "little") < 1024
    return False


def declared(frame: bytes) -> tuple[int, int] | None:
    """Rows and columns that a JPEG 2000 or JPEG stream says of itself; None where it says none."""
    start = frame.find(b"\xff\x4f\xff\x51", 0, 256)
    if start >= 0 and len(frame) >= start + 24:
        width, height, left, top = struct.unpack(">4I", frame[start + 8 : start + 24])
        return height - top, width - left
    at = 2
    while frame[:2] == b"\xff\xd8" and at + 9 <= len(frame) and frame[at] == 0xFF:
        marker = frame[at + 1]
        if (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xF7:
            height, width = struct.unpack(">2H", frame[at + 5 : at + 9])
            return height, width
        at += 2 + int.from_bytes(frame[at + 2 : at + 4], "big")
    return None


def age_band(age: str, born: str, studied: str) -> str | None:
    """A band of ten years ("40-49"), "90+" from 90 on; None where neither an age nor both dates are said."""
    said = re.fullmatch(r"\s*(\d{3})([DWMY])\s*", age)
    years: float | None = None
    if said:
        years = int(said[1]) / {"D": 365.25, "W": 52.18, "M": 12, "Y": 1}[said[2]]
    elif re.fullmatch(r"\d{8}", born) and re.fullmatch(r"\d{8}", studied):
        years = (int(studied) - int(born)) // 10_000
    if years is None or not 0 <= years < 150:
        return None
    low = int(years) // 10 * 10
    return "90+" if low >= 90 else f"{low}-{low + 9}"
