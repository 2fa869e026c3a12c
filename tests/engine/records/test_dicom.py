# SPDX-License-Identifier: Apache-2.0
"""DICOM: what pydicom decodes comes out of the loader, and nothing that names a person; what is broken is refused by name."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.uid import JPEG2000Lossless, RLELossless

from engine.errors import WardroundError
from engine.records import blocks, dicom_file, dicom_words, loaders
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support.dicom_making import NAME, save, slice_of

SHIPPED = Path(pydicom.__file__).parent / "data" / "test_files"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "dicom"


def read(path: Path, **said: str) -> pa.Table:
    return pa.Table.from_batches(loaders.read(path, ReadOptions(settings=said)))


def pictures(table: pa.Table) -> list[np.ndarray]:
    return blocks.arrays(table["pixels"], blocks.blocks_of(table.schema)["pixels"])


def refusal(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(path, **said)
    assert caught.value.what("en") != caught.value.what("zh")
    return caught.value


def codes(path: Path, **said: str) -> set[str]:
    return {finding.code for finding in loaders.survey(path, ReadOptions(settings=said)).findings}


def ramp(dtype: str = "uint16", rows: int = 4, columns: int = 5) -> np.ndarray:
    return np.arange(rows * columns, dtype=dtype).reshape(rows, columns)


# ---------------------------------------------------------------- files of other software


@pytest.mark.parametrize(
    "name",
    [
        *("CT_small", "MR_small", "MR_small_RLE", "MR_small_bigendian", "MR_small_implicit", "MR_small_jp2klossless", "693_J2KI"),
        *(
            "MR_small_jpeg_ls_lossless",
            "JPEG2000",
            "image_dfl",
            "liver_1frame",
            "examples_overlay",
            "rtdose",
            "rtdose_rle",
            "MR_small_padded",
        ),
    ],
)
def test_grey_values_are_those_that_pydicom_rescales(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reference = pydicom.dcmread(SHIPPED / f"{name}.dcm")
        expected = pydicom.pixels.apply_rescale(reference.pixel_array, reference)
    (found,) = pictures(read(SHIPPED / f"{name}.dcm"))
    assert found.shape == expected.shape
    assert np.allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["SC_rgb_small_odd", "SC_rgb_jpeg_dcmtk", "examples_ybr_color", "SC_rgb_rle_2frame", "SC_rgb_rle_16bit"])
def test_colour_comes_as_planes_of_eight_bits(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pydicom.pixels.pixel_array(SHIPPED / f"{name}.dcm")
    (found,) = pictures(read(SHIPPED / f"{name}.dcm"))
    scale = 1 if expected.dtype == np.uint8 else 255 / 65535
    assert found.dtype == np.uint8
    assert np.abs(np.moveaxis(found, -3, -1).astype(float) - expected * scale).max() <= 1


def test_palette_becomes_colour() -> None:
    (found,) = pictures(read(SHIPPED / "examples_palette.dcm"))
    assert found.shape == (3, 350, 800)
    assert not np.array_equal(found[0], found[2])


@pytest.mark.parametrize("name", ["rtplan.dcm", "test-SR.dcm", "rtstruct.dcm", "reportsi.dcm", "waveform_ecg.dcm"])
def test_an_object_without_pixels_is_named(name: str) -> None:
    error = refusal(SHIPPED / name)
    assert error.code == "E-IMAGE-02"
    assert "Storage" in str(error.fields["kind"])


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("MR_truncated.dcm", "E-IMAGE-06"),
        ("JPGExtended.dcm", "E-IMAGE-04"),
        ("badVR.dcm", "E-IMAGE-01"),
        ("no_meta.dcm", "E-IMAGE-01"),
        ("JPEG2000-embedded-sequence-delimiter.dcm", "E-IMAGE-01"),
    ],
)
def test_shipped_broken_files_are_refused(name: str, code: str) -> None:
    assert refusal(SHIPPED / name).code == code


def test_a_real_archive_by_series(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED / "dicomdirtests" / "98892001", tmp_path / "one")
    shutil.copy(SHIPPED / "dicomdirtests" / "DICOMDIR", tmp_path / "one")
    shutil.copy(SHIPPED / "rtplan.dcm", tmp_path / "one")
    (tmp_path / "one" / "autorun.inf").write_text("[autorun]")
    by_image = read(tmp_path / "one")
    by_series = read(tmp_path / "one" / "DICOMDIR", unit="series")
    assert (by_image.num_rows, by_series.num_rows) == (7, 2)
    assert by_series["slices"].to_pylist() == [2.0, 5.0]
    assert [len(volume) for volume in pictures(by_series)] == [2, 5]
    assert {"objects-without-pixels", "other-files", "dicom-deidentified"} <= codes(tmp_path / "one")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not here")
def test_shared_folder(home) -> None:
    version = home.vault.import_table(SHARED, "scans")
    assert version.rows == 5
    assert version.columns[-1].kind == "image"


# ---------------------------------------------------------------- what is done to the numbers


def test_rescaled_numbers_take_the_smallest_type(tmp_path: Path) -> None:
    path = save(slice_of(ramp(), RescaleSlope=2, RescaleIntercept=-10), tmp_path / "a.dcm")
    (found,) = pictures(read(path))
    assert found.dtype == np.int16
    assert np.array_equal(found, ramp().astype(int) * 2 - 10)
    path = save(slice_of(ramp(), RescaleSlope=0.5, RescaleIntercept=0), tmp_path / "b.dcm")
    (found,) = pictures(read(path))
    assert found.dtype == np.float32
    assert np.array_equal(found, ramp() / 2)


def test_monochrome1_is_turned_so_that_bright_means_much(tmp_path: Path) -> None:
    path = save(slice_of(ramp(), PhotometricInterpretation="MONOCHROME1", BitsStored=8, HighBit=7), tmp_path / "a.dcm")
    assert np.array_equal(pictures(read(path))[0], 255 - ramp())
    with_window = pictures(read(path, window="10/20"))[0]
    assert with_window[0, 0] == 255
    assert with_window[-1, -1] == 0


def test_window_and_level_as_the_standard_says(tmp_path: Path) -> None:
    path = save(slice_of(np.array([[-200, 0, 40, 100, 300]], np.int16), WindowCenter=40, WindowWidth=400), tmp_path / "a.dcm")
    expected = [np.clip(round(((value - 39.5) / 399 + 0.5) * 255), 0, 255) for value in (-200, 0, 40, 100, 300)]
    assert pictures(read(path, window="file"))[0].tolist() == [expected]
    assert pictures(read(path, window="40/400"))[0].tolist() == [expected]
    assert refusal(path, window="40/0").code == "E-DATA-31"
    assert refusal(path, window="lung").code == "E-DATA-31"


def test_series_lie_in_the_order_of_their_places(tmp_path: Path) -> None:
    for number, place in enumerate((30.0, 10.0, 20.0)):
        made = slice_of(np.full((2, 2), number, np.uint16), InstanceNumber=number + 1)
        made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, place], [1, 0, 0, 0, 1, 0]
        save(made, tmp_path / "scans" / f"{number}.dcm")
    (volume,) = pictures(read(tmp_path / "scans", unit="series"))
    assert volume[:, 0, 0].tolist() == [1, 2, 0]
    assert [picture[0, 0] for picture in pictures(read(tmp_path / "scans"))] == [1, 2, 0]


def test_frames_and_their_own_rescaling(tmp_path: Path) -> None:
    frames = np.stack([ramp(), ramp()])
    made = slice_of(frames, NumberOfFrames=2)
    groups = []
    for slope in (1, 3):
        values = pydicom.Dataset()
        values.RescaleSlope, values.RescaleIntercept = slope, 0
        group = pydicom.Dataset()
        group.PixelValueTransformationSequence = [values]
        groups.append(group)
    made.PerFrameFunctionalGroupsSequence = groups
    (found,) = pictures(read(save(made, tmp_path / "a.dcm")))
    assert np.array_equal(found, np.stack([ramp(), 3 * ramp()]))


def test_size_keeps_the_mean_and_says_the_new_spacing(tmp_path: Path) -> None:
    path = save(slice_of(ramp(rows=8, columns=8), PixelSpacing=[0.5, 0.5]), tmp_path / "a.dcm")
    table = read(path, size="4")
    assert pictures(table)[0].shape == (4, 4)
    assert abs(pictures(table)[0].mean() - ramp(rows=8, columns=8).mean()) <= 0.5
    assert table["row_spacing [mm]"].to_pylist() == [1.0]


def test_colour_among_grey_becomes_grey(tmp_path: Path) -> None:
    save(slice_of(ramp()), tmp_path / "scans" / "a.dcm")
    colour = slice_of(np.full((4, 5, 3), 100, np.uint8), SamplesPerPixel=3, PhotometricInterpretation="RGB")
    save(colour, tmp_path / "scans" / "b.dcm")
    assert [picture.shape for picture in pictures(read(tmp_path / "scans"))] == [(4, 5), (4, 5)]
    assert "made-grey" in codes(tmp_path / "scans")
    assert [picture.shape for picture in pictures(read(tmp_path / "scans", colour="rgb"))] == [(3, 4, 5), (3, 4, 5)]


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, RLELossless])
def test_lossless_compression_changes_nothing(tmp_path: Path, syntax: str) -> None:
    made = slice_of(ramp("int16", 32, 32) - 500, RescaleIntercept=-24, RescaleSlope=1)
    plain = pictures(read(save(made, tmp_path / "plain.dcm")))[0]
    made.compress(syntax, encoding_plugin="pylibjpeg" if syntax == JPEG2000Lossless else "pydicom")
    assert np.array_equal(pictures(read(save(made, tmp_path / "small.dcm")))[0], plain)


# ---------------------------------------------------------------- who it is


def test_nothing_but_the_list_is_taken_out(tmp_path: Path, home) -> None:
    made = slice_of(ramp(), PatientBirthDate="19331231", StudyDate="20240101", PatientSex="F", BodyPartExamined="CHEST", PatientID="K 77")
    made.StudyDescription = "Planted description"
    path = save(made, tmp_path / "a.dcm")
    row = read(path).drop_columns(["pixels"]).to_pylist()[0]
    assert row["patient_id"] == "K 77"
    assert row["age_band"] == "90+"
    assert (row["sex"], row["body_part"], row["modality"]) == ("F", "CHEST", "CT")
    assert not any("lanted" in str(value) or "1933" in str(value) or "2024" in str(value) for value in row.values())
    version = home.vault.import_table(path, "scans")
    stored = b"".join(file.read_bytes() for file in home.vault._folder.iterdir())
    assert NAME.encode() not in stored
    assert "dicom-deidentified" in {finding.code for finding in version.findings}


def test_free_text_in_a_coded_field_is_dropped(tmp_path: Path) -> None:
    made = slice_of(ramp(), BodyPartExamined="chest of Mrs. Doe, born 3.4.1950", PatientSex="female, I think")
    row = read(save(made, tmp_path / "a.dcm")).drop_columns(["pixels"]).to_pylist()[0]
    assert (row["body_part"], row["sex"]) == (None, None)


@pytest.mark.parametrize(
    ("said", "band"),
    [
        (("045Y", "", ""), "40-49"),
        (("018M", "", ""), "0-9"),
        (("089Y", "", ""), "80-89"),
        (("101Y", "", ""), "90+"),
        (("", "19800615", "20200614"), "30-39"),
        (("", "19800615", ""), None),
        (("old", "", ""), None),
    ],
)
def test_ages_are_bands_of_ten_years(said: tuple[str, str, str], band: str | None) -> None:
    assert dicom_words.age_band(*said) == band


def test_burned_in_text_faces_and_missing_ids_are_warned_of(tmp_path: Path) -> None:
    save(slice_of(ramp(), BurnedInAnnotation="YES", RecognizableVisualFeatures="YES", PatientID=""), tmp_path / "scans" / "a.dcm")
    save(slice_of(ramp(), Modality="US"), tmp_path / "scans" / "b.dcm")
    assert {"burned-in", "maybe-burned-in", "faces", "no-patient-id"} <= codes(tmp_path / "scans")


# ---------------------------------------------------------------- broken things


def test_without_preamble_and_without_meta_group(tmp_path: Path) -> None:
    whole = save(slice_of(ramp()), tmp_path / "a.dcm").read_bytes()
    for name, content in (("b", whole[128:]), ("c", whole[132:])):
        (tmp_path / name).write_bytes(content)
        assert np.array_equal(pictures(read(tmp_path / name))[0], ramp())
    implicit = slice_of(ramp())
    implicit.file_meta = pydicom.dataset.FileMetaDataset()
    implicit.save_as(tmp_path / "d", implicit_vr=True, little_endian=True)
    assert np.array_equal(pictures(read(tmp_path / "d"))[0], ramp())


def test_an_image_class_without_pixels_is_no_mere_report(tmp_path: Path) -> None:
    made = slice_of(ramp())
    del made.PixelData
    assert refusal(save(made, tmp_path / "a.dcm")).code == "E-IMAGE-01"


def test_sixty_thousand_by_sixty_thousand(tmp_path: Path) -> None:
    assert refusal(save(slice_of(ramp(), Rows=60_000, Columns=60_000), tmp_path / "a.dcm")).code == "E-IMAGE-03"
    made = slice_of(ramp("uint16", 64, 64))
    made.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
    stream = bytearray(made.PixelData)
    at = stream.index(b"\xff\x4f\xff\x51") + 8
    stream[at : at + 8] = (60_000).to_bytes(4, "big") * 2
    made.PixelData = bytes(stream)
    assert refusal(save(made, tmp_path / "b.dcm")).code == "E-IMAGE-01"


def test_a_large_series_is_refused_before_it_is_read_into_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        save(slice_of(ramp(rows=16, columns=16)), tmp_path / "scans" / f"{number}.dcm")
    monkeypatch.setattr("engine.records.arrays.MAX_CELL", 600)
    assert refusal(tmp_path / "scans", unit="series").code == "E-IMAGE-03"


def test_fewer_frames_than_are_said(tmp_path: Path) -> None:
    """Found by fuzzing: the library runs out of frames with a StopIteration."""
    made = pydicom.dcmread(SHIPPED / "MR_small_RLE.dcm")
    made.NumberOfFrames = 2
    assert refusal(save(made, tmp_path / "a.dcm")).code == "E-IMAGE-01"


def test_deflated_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.records.dicom_file.MAX_CELL", -(1 << 24) + 1000)
    assert refusal(SHIPPED / "image_dfl.dcm").code == "E-IMAGE-01"


def test_links_in_circles_are_counted_not_followed(tmp_path: Path) -> None:
    save(slice_of(ramp()), tmp_path / "scans" / "a.dcm")
    (tmp_path / "scans" / "round").symlink_to(tmp_path / "scans")
    (tmp_path / "scans" / "out.dcm").symlink_to(SHIPPED / "CT_small.dcm")
    assert read(tmp_path / "scans").num_rows == 1
    links = [finding for finding in loaders.survey(tmp_path / "scans").findings if finding.code == "links-skipped"]
    assert links[0].fields["count"] == 2


def test_too_many_files_and_levels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        save(slice_of(ramp()), tmp_path / "scans" / f"{number}.dcm")
    monkeypatch.setattr("engine.records.folder.MAX_FILES", 2)
    assert refusal(tmp_path / "scans").code == "E-IMAGE-07"
    monkeypatch.undo()
    monkeypatch.setattr("engine.records.folder.MAX_DEPTH", 1)
    save(slice_of(ramp()), tmp_path / "scans" / "x" / "y" / "z.dcm")
    assert refusal(tmp_path / "scans").code == "E-IMAGE-07"


def test_one_damaged_slice_leaves_nothing_behind(tmp_path: Path, home) -> None:
    for number in range(3):
        made = slice_of(ramp("uint16", 32, 32), InstanceNumber=number)
        made.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg")
        path = save(made, tmp_path / "scans" / f"{number}.dcm")
    content = bytearray(path.read_bytes())
    at = content.index(b"\xff\x4f\xff\x51")
    content[at + 60 : at + 120] = bytes(60)
    path.write_bytes(bytes(content))
    with pytest.raises(WardroundError) as caught:
        home.vault.import_table(tmp_path / "scans", "scans")
    assert (caught.value.code, caught.value.fields["file"]) == ("E-IMAGE-01", "2.dcm")
    assert not list(home.vault._folder.iterdir())
    assert home.vault.datasets() == ()


def test_a_file_that_came_meanwhile_is_seen(tmp_path: Path) -> None:
    save(slice_of(ramp()), tmp_path / "scans" / "a.dcm")
    survey = loaders.survey(tmp_path / "scans")
    save(slice_of(ramp()), tmp_path / "scans" / "b.dcm")
    with pytest.raises(WardroundError) as caught:
        list(survey.batches(NoToken()))
    assert caught.value.code == "E-DATA-10"


SEEDS = ("CT_small", "MR_small_RLE", "JPEG2000", "SC_rgb_jpeg_dcmtk", "rtplan", "liver_1frame")
CHANGES = st.lists(st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=6)), max_size=6)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SEEDS), CHANGES, st.integers(0, 40_000))
def test_any_bytes_are_read_or_refused_in_words(seed: str, changes: list[tuple[int, bytes]], end: int) -> None:
    content = bytearray((SHIPPED / f"{seed}.dcm").read_bytes()[: max(end, 1)])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    try:
        found = dicom_file.header_of(bytes(content), "a.dcm")
        if isinstance(found, dicom_file.Image):
            dicom_file.decoded(bytes(content), "a.dcm", "none", "float32")
    except WardroundError as error:
        assert error.code.startswith("E-IMAGE-")  # noqa: PT017 - either outcome is right
