# SPDX-License-Identifier: Apache-2.0
"""NIfTI: what nibabel turns to RAS comes out of the loader; of the header's texts nothing does."""

from __future__ import annotations

import gzip
from pathlib import Path

import nibabel
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, loaders
from engine.records.loader import ReadOptions

SHIPPED = Path(nibabel.__file__).parent / "tests" / "data"


def read(path: Path, **said: str) -> pa.Table:
    return pa.Table.from_batches(loaders.read(path, ReadOptions(settings=said)))


def volumes(table: pa.Table) -> list[np.ndarray]:
    return blocks.arrays(table["pixels"], blocks.blocks_of(table.schema)["pixels"])


def refusal(path: Path) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(path)
    assert caught.value.what("en") != caught.value.what("zh")
    return caught.value


@pytest.mark.parametrize(
    "name",
    ["anatomical.nii", "example4d.nii.gz", "example_nifti2.nii.gz", "functional.nii", "reoriented_anat_moved.nii", "standard.nii.gz"],
)
def test_volumes_that_a_package_ships(name: str) -> None:
    (found,) = volumes(read(SHIPPED / name))
    expected = np.asanyarray(nibabel.as_closest_canonical(nibabel.load(SHIPPED / name)).dataobj).T
    assert found.shape == expected.shape
    assert np.allclose(found, expected, rtol=1e-6, equal_nan=True)


def test_slope_and_intercept_and_orientation(tmp_path: Path) -> None:
    stored = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    image = nibabel.Nifti1Image(stored, np.array([[0, -2, 0, 0], [3, 0, 0, 0], [0, 0, 4, 0], [0, 0, 0, 1.0]]))
    image.header.set_slope_inter(0.5, 10)
    image.header["scl_slope"], image.header["scl_inter"] = 0.5, 10
    path = tmp_path / "a.nii"
    content = bytearray(image.to_bytes())
    content[112:120] = np.array([0.5, 10], "<f4").tobytes()
    path.write_bytes(bytes(content))
    table = read(path)
    (found,) = volumes(table)
    expected = np.asanyarray(nibabel.as_closest_canonical(nibabel.load(path)).dataobj).T
    assert found.dtype == np.float32
    assert found.shape == (4, 2, 3)
    assert np.array_equal(found, expected)
    row = table.drop_columns(["pixels"]).to_pylist()[0]
    assert [row[f"{axis}_spacing [mm]"] for axis in ("slice", "row", "column")] == [4.0, 3.0, 2.0]
    assert "turned-to-ras" in {finding.code for finding in loaders.survey(path).findings}


def test_texts_of_the_header_stay_behind(tmp_path: Path, home) -> None:
    image = nibabel.Nifti1Image(np.zeros((3, 3, 3), np.uint8), np.eye(4))
    image.header["descrip"] = b"Planted Person"
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension("comment", b"Planted Person"))
    (tmp_path / "a.nii").write_bytes(image.to_bytes())
    version = home.vault.import_table(tmp_path / "a.nii", "brain")
    assert "tags-dropped" in {finding.code for finding in version.findings}
    assert "Planted" not in str(version)


def test_a_table_names_the_volumes(tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    for number in range(2):
        image = nibabel.Nifti1Image(np.full((2, 2, 2), number, np.uint8), np.eye(4))
        (folder / f"sub-0{number}.nii.gz").write_bytes(gzip.compress(image.to_bytes()))
    (folder / "participants.tsv").write_text("participant_id\tage\nsub-00\t31\nsub-01\t42\n", encoding="utf-8")
    assert read(folder)["age"].to_pylist() == [31.0, 42.0]


def small(kind: type = nibabel.Nifti1Image) -> bytes:
    return bytes(kind(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4)).to_bytes())


def test_declared_sizes_are_not_believed(tmp_path: Path) -> None:
    content = bytearray(small())
    content[42:48] = np.array([30_000, 30_000, 5], "<i2").tobytes()
    (tmp_path / "a.nii").write_bytes(bytes(content))
    assert refusal(tmp_path / "a.nii").code == "E-IMAGE-03"
    content[42:48] = np.array([30, 30, 5], "<i2").tobytes()
    (tmp_path / "a.nii").write_bytes(bytes(content))
    assert refusal(tmp_path / "a.nii").code == "E-IMAGE-06"


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(small() + bytes(50_000_000)))
    assert volumes(read(tmp_path / "a.nii.gz"))[0].shape == (5, 4, 3)


def test_complex_numbers_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.nii").write_bytes(nibabel.Nifti1Image(np.zeros((2, 2, 2), np.complex64), np.eye(4)).to_bytes())
    assert refusal(tmp_path / "a.nii").code == "E-IMAGE-04"


CHANGES = st.lists(st.tuples(st.integers(0, 500), st.binary(min_size=1, max_size=6)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(st.booleans(), CHANGES, st.integers(1, 800))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, second: bool, changes, end: int) -> None:
    content = bytearray(small(nibabel.Nifti2Image if second else nibabel.Nifti1Image)[:end])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    path = tmp_path_factory.getbasetemp() / "fuzz.nii"
    path.write_bytes(bytes(content))
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right
