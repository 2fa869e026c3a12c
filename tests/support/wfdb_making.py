# SPDX-License-Identifier: Apache-2.0
"""WFDB files for tests, written from the published formats by a second hand: each sample by itself, in plain Python."""

from __future__ import annotations

from pathlib import Path

import numpy as np

BITS = {8: 8, 16: 16, 24: 24, 32: 32, 61: 16, 80: 8, 160: 16, 212: 12, 310: 10, 311: 10}


def encoded(kind: int, samples: list[int]) -> bytes:
    """The samples of a file in order; of format 8 the differences."""
    bits = BITS[kind]
    unsigned = [sample % (1 << bits) for sample in samples]
    match kind:
        case 8 | 16 | 24 | 32:
            return b"".join(value.to_bytes(bits // 8, "little") for value in unsigned)
        case 61:
            return b"".join(value.to_bytes(2, "big") for value in unsigned)
        case 80:
            return bytes(sample + 128 for sample in samples)
        case 160:
            return b"".join((sample + 32768).to_bytes(2, "little") for sample in samples)
        case 212:
            padded = [*unsigned, 0] if len(unsigned) % 2 else unsigned
            made = bytearray()
            for first, second in zip(padded[::2], padded[1::2], strict=True):
                made += bytes([first & 255, first >> 8 | second >> 8 << 4, second & 255])
            return bytes(made[: len(made) - len(unsigned) % 2])
        case 310 | 311:
            made = bytearray()
            for at in range(0, len(unsigned), 3):
                one, two, three = [*unsigned[at : at + 3], 0, 0][:3]
                if kind == 310:
                    made += (one << 1 | (three & 31) << 11).to_bytes(2, "little") + (two << 1 | three >> 5 << 11).to_bytes(2, "little")
                else:
                    made += (one | two << 10 | three << 20).to_bytes(4, "little")
            return bytes(made)
    raise KeyError(kind)


def write(folder: Path, name: str, kind: int, samples: np.ndarray, rate: float = 250, text: str = "", names: tuple[str, ...] = ()) -> Path:
    """A record of (frames, leads) whole numbers with header, checksums, and gains of 200, 100, 50 …; the header's path."""
    stored = np.diff(samples, axis=0, prepend=samples[:1]) if kind == 8 else samples
    (folder / f"{name}.dat").write_bytes(encoded(kind, [int(value) for value in stored.reshape(-1)]))
    lines = [f"{name} {samples.shape[1]} {rate:g} {len(samples)}"]
    for lead in range(samples.shape[1]):
        checksum = int(np.int64(samples[:, lead].sum()).astype(np.int16))
        label = names[lead] if names else f"L{lead + 1}"
        lines.append(f"{name}.dat {kind} {200 / 2**lead:g}({lead * 3})/mV {BITS[kind]} 0 {samples[0, lead]} {checksum} 0 {label}")
    path = folder / f"{name}.hea"
    path.write_text("\n".join([*lines, *([f"# {text}"] if text else [])]) + "\n", encoding="utf-8")
    return path


def physical(samples: np.ndarray) -> np.ndarray:
    """(leads, frames) of what ``write`` stores."""
    leads = np.arange(samples.shape[1])
    return ((samples - leads * 3) / (200 / 2.0**leads)).T


def annotations(beats: list[tuple[int, int]]) -> bytes:
    """(sample, code) in order, with a note that must be passed over."""
    made = bytearray((22 << 10).to_bytes(2, "little") + (63 << 10 | 5).to_bytes(2, "little") + b"notes\0")
    now = 0
    for sample, code in beats:
        step = sample - now
        if step > 1023:
            made += (59 << 10).to_bytes(2, "little") + (step >> 16).to_bytes(2, "little") + (step & 0xFFFF).to_bytes(2, "little")
            step = 0
        made += (code << 10 | step).to_bytes(2, "little")
        now = sample
    return bytes(made + b"\0\0")
