# SPDX-License-Identifier: Apache-2.0
"""DICOM objects for tests, written by pydicom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

NAME = "Planted^Person"
"""In every object that is made here, and in nothing that is read from it."""


def slice_of(pixels: np.ndarray, **said: object) -> Dataset:
    """An object with these pixels: (rows, columns), with NumberOfFrames (frames, rows, columns), with SamplesPerPixel (…, 3)."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    made.file_meta.MediaStorageSOPClassUID = made.SOPClassUID = CTImageStorage
    made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID = generate_uid()
    made.Modality, made.PatientID, made.PatientName, made.SeriesInstanceUID = "CT", "P1", NAME, "1.2.3"
    made.InstitutionName = "Planted Hospital"
    made.add_new(0x00091001, "LO", "Planted private")
    colour = said.get("SamplesPerPixel") == 3
    made.Rows, made.Columns = pixels.shape[-3:-1] if colour else pixels.shape[-2:]
    bits = 8 * pixels.dtype.itemsize
    made.BitsAllocated, made.BitsStored, made.HighBit = bits, bits, bits - 1
    made.PixelRepresentation = int(pixels.dtype.kind == "i")
    made.SamplesPerPixel, made.PhotometricInterpretation = 1, "MONOCHROME2"
    if colour:
        made.PlanarConfiguration = 0
    for name, value in said.items():
        setattr(made, name, value)
    made.PixelData = pixels.tobytes()
    made["PixelData"].VR = "OB" if bits == 8 else "OW"
    return made


def save(made: Dataset, path: Path) -> Path:
    """Writes an object with preamble and meta group."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save_as(path, enforce_file_format=True)
    return path
