# SPDX-License-Identifier: Apache-2.0
"""How long DICOM takes into the vault: 2,000 slices of 512 × 512 made here, not compressed and as JPEG 2000.

    .venv/bin/python tests/benchmarks/import_dicom.py [--slices 2000] [--syntax plain|jpeg2000|both]

Prints seconds for making the files, for the preview, for the import, and for reading and hashing the same files alone, which
nothing that imports can do without. Slices are soft shapes with the noise of a scanner, so JPEG 2000 has work to do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, JPEG2000Lossless, generate_uid

from engine.records import loaders
from engine.records.vault import Vault
from engine.store.connection import open_database
from engine.store.site_schema import MIGRATIONS
from engine.trust.keys import MasterKey

SIDE = 512
DIFFERENT = 20  # pictures that are really made; the rest are the same pixels under other numbers


def slice_of(number: int, series: str) -> pydicom.Dataset:
    """One CT slice without pixels."""
    made = pydicom.Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = CTImageStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    made.Modality, made.PatientID, made.PatientName, made.PatientAge, made.PatientSex = "CT", f"P{number // 200}", "Doe^Jane", "051Y", "F"
    made.SeriesInstanceUID, made.InstanceNumber = f"{series}.{number // 200}", number % 200
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, number % 200], [1, 0, 0, 0, 1, 0]
    made.Rows = made.Columns = SIDE
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation, made.SamplesPerPixel = 16, 12, 11, 0, 1
    made.PhotometricInterpretation, made.RescaleSlope, made.RescaleIntercept = "MONOCHROME2", 1, -1024
    made.PixelSpacing = [0.7, 0.7]
    return made


def picture(number: int) -> np.ndarray:
    """(512, 512) uint16 of twelve bits."""
    random = np.random.default_rng(number)
    y, x = np.mgrid[:SIDE, :SIDE]
    body = 1000 * (((y - 256) / 200) ** 2 + ((x - 256) / 240) ** 2 < 1)
    organ = 200 * np.exp(-((y - 200 - number) ** 2 + (x - 220) ** 2) / 3e3)
    return np.clip(body + organ + random.normal(24, 8, (SIDE, SIDE)), 0, 4095).astype(np.uint16)


def make(folder: Path, slices: int, compressed: bool) -> None:
    """Writes the files."""
    series = generate_uid()[:40]
    pixels: list[bytes] = []
    for number in range(min(DIFFERENT, slices)):
        made = slice_of(number, series)
        made.PixelData = picture(number).tobytes()
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        if compressed:
            made.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
        pixels.append(made.PixelData)
    for number in range(slices):
        made = slice_of(number, series)
        made.file_meta.TransferSyntaxUID = JPEG2000Lossless if compressed else ExplicitVRLittleEndian
        made.PixelData = pixels[number % len(pixels)]
        made["PixelData"].VR = "OB" if compressed else "OW"
        made["PixelData"].is_undefined_length = compressed
        made.save_as(folder / f"{number:05d}.dcm", enforce_file_format=True)


def measured(folder: Path, home: Path) -> dict[str, float]:
    """Preview and import."""
    master = MasterKey(os.urandom(32))
    database = open_database(home / "site.db", master.derive("store"), MIGRATIONS)
    vault = Vault(home / "vault", database, master)
    started = time.perf_counter()
    for file in sorted(folder.iterdir()):
        hashlib.sha256(file.read_bytes()).hexdigest()
    found = {"read_and_hash_s": time.perf_counter() - started}
    started = time.perf_counter()
    loaders.preview(folder)
    found["preview_s"] = time.perf_counter() - started
    started = time.perf_counter()
    version = vault.import_table(folder, "benchmark")
    found |= {"import_s": time.perf_counter() - started, "rows": version.rows}
    found["rss_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    vault.close()
    database.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slices", type=int, default=2000)
    parser.add_argument("--syntax", choices=("plain", "jpeg2000", "both"), default="both")
    chosen = parser.parse_args()
    results = {}
    for syntax in ("plain", "jpeg2000") if chosen.syntax == "both" else (chosen.syntax,):
        with tempfile.TemporaryDirectory() as name:
            folder, home = Path(name) / "slices", Path(name) / "home"
            folder.mkdir()
            home.mkdir()
            started = time.perf_counter()
            make(folder, chosen.slices, syntax == "jpeg2000")
            results[syntax] = {"make_s": time.perf_counter() - started, **measured(folder, home)}
    print(json.dumps(json.loads(json.dumps(results), parse_float=lambda text: round(float(text), 2)), indent=1))


if __name__ == "__main__":
    main()
