# SPDX-License-Identifier: Apache-2.0
"""Samples of the image formats: DICOM, pictures, NIfTI and arrays, alone and in folders."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import nibabel
import numpy as np
from PIL import Image
from pydicom.uid import JPEG2000Lossless

from tests.support.dicom_making import save, slice_of
from tests.support.samples import Sample

DICOM = (
    *("patient_id", "series", "image", "slices", "modality", "body_part", "sex", "age_band", "rows", "columns"),
    *("row_spacing [mm]", "column_spacing [mm]", "pixels"),
)
VOLUME = ("file", "times", "slices", "rows", "columns", "slice_spacing [mm]", "row_spacing [mm]", "column_spacing [mm]", "pixels")


def shade(rows: int, columns: int, add: int, dtype: str = "uint8") -> np.ndarray:
    """(rows, columns): a soft shape, another one for another ``add``."""
    y, x = np.mgrid[:rows, :columns]
    return ((x * 3 + y * 5 + add * 7) % 200).astype(dtype)


def dicom(folder: Path, variant: int) -> Path:
    made = slice_of(shade(24, 16, variant, "uint16"), PatientSex="F", PatientAge="051Y", InstanceNumber=1, PixelSpacing=[0.5, 0.5])
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    return save(made, folder / "影像 (新).dcm")


def dicom_series(folder: Path, variant: int) -> Path:
    for number in range(5):
        made = slice_of(shade(64, 64, number + variant, "uint16"), InstanceNumber=number + 1, SeriesInstanceUID=f"1.2.{number // 3}")
        made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = f"1.2.3.{number}"
        made.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
        save(made, folder / "study" / f"{number}.dcm")
    return folder / "study"


def picture(kind: str) -> Callable[[Path, int], Path]:
    def make(folder: Path, variant: int) -> Path:
        path = folder / f"图 (新).{kind}"
        Image.fromarray(shade(30, 40, variant)).save(path)
        return path

    return make


def classes(folder: Path, variant: int) -> Path:
    for number in range(6):
        path = folder / "set" / ("normal", "ill")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        colour = np.stack([shade(12, 10, number + plane + variant) for plane in range(3)], axis=-1)
        Image.fromarray(colour).save(path)
    return folder / "set"


def nifti(folder: Path, variant: int) -> Path:
    voxels = np.stack([shade(7, 6, place + variant, "int16") for place in range(5)], axis=-1)
    image = nibabel.Nifti1Image(voxels, np.diag([2.0, 3.0, 4.0, 1.0]))
    path = folder / "卷 (新).nii"
    path.write_bytes(image.to_bytes())
    return path


def niftis(folder: Path, variant: int) -> Path:
    (folder / "brains").mkdir()
    for number in range(3):
        image = nibabel.Nifti1Image(shade(7, 6, number + variant, "float32")[..., None], np.diag([-1.0, 1.0, 1.0, 1.0]))
        image.header["descrip"] = b"of somebody"
        (folder / "brains" / f"sub-{number}.nii.gz").write_bytes(gzip.compress(image.to_bytes(), mtime=0))
    return folder / "brains"


def npz(folder: Path, variant: int) -> Path:
    path = folder / "集 (新).npz"
    arrays = {
        "train_images": np.stack([shade(8, 8, number + variant) for number in range(150)]),
        "train_labels": np.arange(150)[:, None] % 2,
        "test_images": np.stack([shade(8, 8, number) for number in range(20)]),
        "test_labels": np.arange(20)[:, None] % 2,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as file:
                np.lib.format.write_array(file, values, allow_pickle=False)
    return path


PICTURE = ("file", "rows", "columns", "pixels")
SAMPLES: dict[str, Sample] = {
    "dicom": Sample(
        dicom,
        DICOM,
        1,
        {
            "patient_id": "P1",
            "series": 1.0,
            "image": 1.0,
            "slices": 1.0,
            "modality": "CT",
            "body_part": None,
            "sex": "F",
            "age_band": "50-59",
            "rows": 24.0,
            "columns": 16.0,
            "row_spacing [mm]": 0.5,
            "pixels": "24 × 16",
        },
    ),
    "dicom: a folder, compressed": Sample(dicom_series, DICOM, 5, {"patient_id": "P1", "series": 1.0, "pixels": "64 × 64"}),
    "dicom: volumes": Sample(
        dicom_series, DICOM, 2, {"slices": 3.0, "image": None, "pixels": "3 × 32 × 32"}, {"unit": "series", "size": "32"}
    ),
    "pictures": Sample(picture("png"), PICTURE, 1, {"file": "图 (新).png", "rows": 30.0, "pixels": "30 × 40"}),
    "pictures: JPEG": Sample(picture("jpg"), PICTURE, 1, {"pixels": "30 × 40"}),
    "pictures: TIFF": Sample(picture("tif"), PICTURE, 1, {"pixels": "16 × 16", "columns": 16.0}, {"size": "16"}),
    "pictures: a folder for each class": Sample(
        classes, ("file", "folder", "rows", "columns", "pixels"), 6, {"file": "ill/1.png", "folder": "ill", "pixels": "3 × 12 × 10"}
    ),
    "nifti": Sample(nifti, VOLUME, 1, {"file": "卷 (新).nii", "slices": 5.0, "slice_spacing [mm]": 4.0, "pixels": "5 × 6 × 7"}),
    "nifti: a folder, compressed": Sample(niftis, VOLUME, 3, {"file": "sub-0.nii.gz", "pixels": "1 × 6 × 7"}),
    "npz": Sample(npz, ("image", "split", "label", "pixels"), 170, {"image": "train 1", "split": "train", "label": 0.0, "pixels": "8 × 8"}),
}
