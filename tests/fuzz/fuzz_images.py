# SPDX-License-Identifier: Apache-2.0
"""Any bytes as DICOM, a picture, NIfTI or arrays are read or refused in words; by hand, with atheris.

    pip install atheris
    .venv/bin/python tests/fuzz/fuzz_images.py dicom|picture|nifti|npz [-runs=100000] [corpus folder]

Begins with files that the installed packages ship and with small ones made here, which it changes by itself.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine.records", "pydicom", "PIL", "nibabel"]):
    import nibabel
    import numpy as np
    import pydicom
    from PIL import Image

    from engine.errors import WardroundError
    from engine.records import arrays, dicom_file, loaders, picture_file
    from engine.records.loader import ReadOptions

FOLDER = Path(tempfile.mkdtemp())
arrays.MAX_CELL = 1 << 24  # else most of the time goes into large empty pictures


def dicom(content: bytes) -> None:
    """One object."""
    found = dicom_file.header_of(content, "a.dcm")
    if isinstance(found, dicom_file.Image):
        dicom_file.decoded(content, "a.dcm", "none", "float32")


def picture(content: bytes) -> None:
    """One picture."""
    picture_file.header_of(content, "a")
    picture_file.decoded(content, "a")


def as_file(suffix: str, content: bytes) -> None:
    """Through the registry, as a file."""
    path = FOLDER / f"a{suffix}"
    path.write_bytes(content)
    for _ in loaders.read(path, ReadOptions()):
        pass


KINDS = {
    "dicom": dicom,
    "picture": picture,
    "nifti": lambda content: as_file(".nii", content),
    "npz": lambda content: as_file(".npz", content),
}


def seeds(kind: str) -> list[bytes]:
    """Small valid files."""
    if kind == "dicom":
        shipped = Path(pydicom.__file__).parent / "data" / "test_files"
        return [path.read_bytes() for path in sorted(shipped.glob("*.dcm")) if path.stat().st_size < 16_000]
    if kind == "nifti":
        return [
            nib(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4)).to_bytes() for nib in (nibabel.Nifti1Image, nibabel.Nifti2Image)
        ]
    made = []
    if kind == "npz":
        file = io.BytesIO()
        np.savez(file, images=np.arange(60, dtype=np.uint8).reshape(3, 4, 5), labels=np.arange(3))
        made.append(file.getvalue())
    else:
        for form in ("PNG", "JPEG", "TIFF"):
            for values in (np.arange(60, dtype=np.uint8).reshape(6, 10), np.arange(180, dtype=np.uint8).reshape(6, 10, 3)):
                file = io.BytesIO()
                Image.fromarray(values).save(file, form)
                made.append(file.getvalue())
    return made


def main() -> None:
    kind = sys.argv.pop(1)
    read = KINDS[kind]
    corpus = Path(tempfile.mkdtemp())
    for number, content in enumerate(seeds(kind)):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        if not content:
            return
        try:
            read(content)
        except WardroundError:
            return

    atheris.Setup([*sys.argv, str(corpus), "-max_len=20000", "-rss_limit_mb=3000", "-timeout=20"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
