# SPDX-License-Identifier: Apache-2.0
"""Samples of the signal formats: WFDB and EDF in files and folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from tests.support import edf_making, wfdb_making
from tests.support.samples import Sample

USUAL = ("record", "patient_id", "sampling [Hz]", "duration [s]")


def wave(frames: int, leads: int, add: int) -> np.ndarray:
    """(frames, leads) small whole numbers."""
    return (np.arange(frames)[:, None] * (3 + np.arange(leads)) + add * 7) % 97 - 40


def wfdb(folder: Path, variant: int) -> Path:
    (folder / "records").mkdir()
    for number, kind in enumerate((16, 212)):
        path = wfdb_making.write(folder / "records", f"r{number}", kind, wave(500, 2, number + variant), text="M 71, of somebody")
        path.with_suffix(".atr").write_bytes(wfdb_making.annotations([(10, 1), (200, 1), (300, 5 if variant else 1), (450, 5)]))
    return folder / "records"


def edf(folder: Path, variant: int) -> Path:
    channels = [("EEG Fp1", wave(400, 1, variant)[:, 0]), ("SpO2", wave(40, 1, variant)[:, 0])]
    path = folder / "记录 (新).edf"
    path.write_bytes(edf_making.made(channels, records=4, reserved="EDF+C", patient="K-77 F 02-MAR-1951 Doe_Jane", onsets=(0, 1, 2, 3)))
    return path


def bdfs(folder: Path, variant: int) -> Path:
    (folder / "night").mkdir()
    for number in range(2):
        content = edf_making.made([("ECG", wave(600, 1, number + variant)[:, 0])], records=3, width=3)
        (folder / "night" / f"{number}.bdf").write_bytes(content)
    return folder / "night"


SAMPLES: dict[str, Sample] = {
    "wfdb": Sample(
        wfdb,
        (*USUAL, "beats N", "beats V", "signal"),
        2,
        {"record": "r0", "duration [s]": 2.0, "signal": "2 × 500"},
    ),
    "wfdb: a part": Sample(
        wfdb,
        (*USUAL, "beats N", "beats V", "signal"),
        2,
        {"sampling [Hz]": 100.0, "duration [s]": 1.0, "signal": "1 × 100"},
        {"leads": "L2", "resample_hz": "100", "start": "0.5", "window": "1"},
    ),
    "edf": Sample(
        edf,
        (*USUAL, "sex", "age_band", "signal"),
        1,
        {"record": "记录 (新)", "patient_id": "K-77", "sex": "F", "age_band": "50-59", "sampling [Hz]": 100.0, "signal": "2 × 400"},
    ),
    "edf: a folder": Sample(bdfs, (*USUAL, "signal"), 2, {"record": "0", "patient_id": None, "signal": "1 × 600"}),
}
