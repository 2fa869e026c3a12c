# SPDX-License-Identifier: Apache-2.0
"""Lossless JPEG: a stream written by a second hand and one by GDCM; damaged ones end in words, not in the program's end."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.encaps import encapsulate, generate_frames

from engine.records import blocks, ljpeg, loaders
from tests.support.dicom_making import save, slice_of
from tests.support.ljpeg_making import encoded

SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files" / "SC_rgb_jpeg_gdcm.dcm"


@pytest.mark.parametrize("predictor", range(1, 8))
@pytest.mark.parametrize(("precision", "high"), [(16, 65_536), (12, 4096), (8, 256)])
def test_every_predictor_and_depth(predictor: int, precision: int, high: int) -> None:
    pixels = np.random.default_rng(predictor).integers(0, high, (9, 7))
    assert np.array_equal(ljpeg.decoded(encoded(pixels, predictor=predictor, precision=precision)), pixels)


def test_colour_and_restarts() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 5, 3))
    assert np.array_equal(ljpeg.decoded(encoded(pixels, precision=8, restart_rows=4)), pixels)


def test_a_file_that_gdcm_wrote_shows_the_picture_that_its_uncompressed_twin_shows() -> None:
    frame = next(generate_frames(pydicom.dcmread(SHIPPED).PixelData, number_of_frames=1))
    twin = pydicom.dcmread(SHIPPED.with_name("SC_rgb_dcmtk_+eb+cr.dcm")).pixel_array
    found = ljpeg.decoded(frame)
    assert found.shape == twin.shape
    assert np.abs(found.astype(int) - twin).max() <= 2  # the twin went through a lossy step


@pytest.mark.parametrize("signed", [False, True])
def test_lossless_dicom(tmp_path: Path, signed: bool) -> None:
    values = np.random.default_rng(1).integers(-2048 if signed else 0, 2048, (16, 12)).astype(np.int16 if signed else np.uint16)
    made = slice_of(values, RescaleSlope=1, RescaleIntercept=-1024)
    made.file_meta.TransferSyntaxUID = pydicom.uid.JPEGLosslessSV1
    made.PixelData = encapsulate([encoded(values.astype(np.int64) & 0xFFFF)])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    table = pa_table(save(made, tmp_path / "a.dcm"))
    assert np.array_equal(table, values.astype(int) - 1024)


def pa_table(path: Path) -> np.ndarray:
    (batch,) = loaders.read(path)
    return blocks.arrays(batch.column("pixels"), blocks.blocks_of(batch.schema)["pixels"])[0]


STREAM = encoded(np.random.default_rng(2).integers(0, 4096, (12, 10)), precision=12)
CHANGES = st.lists(st.tuples(st.integers(0, len(STREAM)), st.binary(min_size=1, max_size=4)), max_size=5)


@settings(max_examples=300, deadline=None)
@given(CHANGES, st.integers(0, len(STREAM)))
def test_any_bytes_are_decoded_or_refused(changes: list[tuple[int, bytes]], end: int) -> None:
    content = bytearray(STREAM[:end])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    try:
        assert ljpeg.decoded(bytes(content)).size
    except ValueError:
        return
