# SPDX-License-Identifier: Apache-2.0
"""Writes engine/session/samples: one small made-up file of each format that needs a library, for ``wardround self-test``.

By hand, in an environment with the dev extra, when a format is added: ``python packaging/make_samples.py``.
"""

from __future__ import annotations

from pathlib import Path

import anndata
import nibabel
import numpy as np
import openpyxl
import polars
import pydicom
import pyreadstat
from PIL import Image
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, JPEG2000Lossless, generate_uid

FOLDER = Path(__file__).parents[1] / "engine/session/samples"
RAMP = np.arange(4096, dtype=np.uint16).reshape(64, 64)  # JPEG 2000 takes no picture that is much smaller


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("patient", "age"), ("P1", 31), ("P2", 62), ("P3", 47)):
        book.active.append(row)
    book.save(path)


def spss(path: Path) -> None:
    pyreadstat.write_sav(polars.DataFrame({"patient": ["P1", "P2", "P3"], "age": [31.0, 62.0, 47.0]}), str(path))


def dicom(path: Path) -> None:
    dataset = pydicom.Dataset()
    dataset.file_meta = pydicom.dataset.FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = generate_uid(entropy_srcs=["sample"])
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = generate_uid(entropy_srcs=["study"]), generate_uid(entropy_srcs=["series"])
    dataset.PatientID, dataset.Modality, dataset.InstanceNumber = "P1", "CT", 1
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 64, 64, 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 16, 15, 0
    dataset.PixelData = RAMP.tobytes()
    dataset.compress(JPEG2000Lossless, RAMP, encoding_plugin="pylibjpeg")
    dataset.save_as(path, enforce_file_format=True)


def expression(path: Path) -> None:
    table = anndata.AnnData(np.arange(12, dtype=np.float32).reshape(3, 4))
    table.obs_names = ["P1", "P2", "P3"]
    table.var_names = ["BRCA1", "TP53", "EGFR", "KRAS"]
    table.write_h5ad(path)


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    workbook(FOLDER / "workbook.xlsx")
    spss(FOLDER / "statistics.sav")
    dicom(FOLDER / "slice.dcm")
    Image.fromarray(RAMP[:8, :8].astype(np.uint8)).save(FOLDER / "picture.png")
    nibabel.save(nibabel.Nifti1Image(RAMP[:8, :8].astype(np.int16).reshape(8, 4, 2), np.eye(4)), FOLDER / "volume.nii.gz")
    expression(FOLDER / "expression.h5ad")
    (FOLDER / "molecules.smi").write_text("CC(=O)Oc1ccccc1C(=O)O aspirin\nCn1cnc2c1c(=O)n(C)c(=O)n2C caffeine\n")


if __name__ == "__main__":
    main()
