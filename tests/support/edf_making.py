# SPDX-License-Identifier: Apache-2.0
"""EDF and BDF for tests, byte by byte; pyedflib writes no broken ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def made(
    channels: Sequence[tuple[str, np.ndarray]],
    *,
    records: int,
    seconds: float = 1.0,
    reserved: str = "",
    patient: str = "X X X X",
    onsets: Sequence[float] = (),
    width: int = 2,
    **other: str,
) -> bytes:
    """A file; each channel is (label, whole numbers) shared out over the records, one unit a step; ``onsets`` adds the notes of EDF+."""
    names = [label for label, _ in channels] + (["EDF Annotations"] if onsets else [])
    counts = [len(samples) // records for _, samples in channels] + ([16] if onsets else [])
    half = 1 << (8 * width - 1)
    head = [
        ("\xffBIOSEMI" if width == 3 else "0").ljust(8),
        patient.ljust(80),
        "Startdate 02-MAR-2002 X X X".ljust(80),
        "02.03.0216.17.18",
        other.get("header_bytes", str(256 * (len(names) + 1))).ljust(8),
        reserved.ljust(44),
        other.get("said_records", str(records)).ljust(8),
        f"{seconds:g}".ljust(8),
        str(len(names)).ljust(4),
    ]
    columns = [
        [name.ljust(16) for name in names],
        [" " * 80] * len(names),
        ["uV".ljust(8)] * len(names),
        *([other.get(key, str(value)).ljust(8)] * len(names) for key, value in (("low", -half), ("high", half - 1))),
        *([other.get(key, str(value)).ljust(8)] * len(names) for key, value in (("digital_low", -half), ("digital_high", half - 1))),
        [" " * 80] * len(names),
        [str(count).ljust(8) for count in counts],
        [" " * 32] * len(names),
    ]
    body = bytearray("".join([*head, *("".join(column) for column in columns)]).encode("latin-1"))
    for record in range(records):
        for (_, samples), count in zip(channels, counts, strict=False):
            for value in samples[record * count : (record + 1) * count].tolist():
                body += (value % (2 * half)).to_bytes(width, "little")
        if onsets:
            body += f"+{onsets[record]:g}\x14\x14\x00".encode("latin-1").ljust(16 * width, b"\0")
    return bytes(body)
