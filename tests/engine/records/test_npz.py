# SPDX-License-Identifier: Apache-2.0
"""Arrays of images as MedMNIST ships them; nothing that could run code."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, loaders
from engine.records.loader import ReadOptions

SHARED = Path(__file__).parents[4] / "shared" / "data" / "pneumoniamnist" / "pneumoniamnist.npz"


def read(path: Path, **said: str) -> pa.Table:
    return pa.Table.from_batches(loaders.read(path, ReadOptions(settings=said)))


def pictures(table: pa.Table) -> list[np.ndarray]:
    return blocks.arrays(table["pixels"], blocks.blocks_of(table.schema)["pixels"])


def refusal(path: Path) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        read(path)
    assert caught.value.what("en") != caught.value.what("zh")
    return caught.value


@pytest.mark.skipif(not SHARED.is_file(), reason="the shared data folder is not here")
def test_pneumonia_mnist(home) -> None:
    version = home.vault.import_table(SHARED, "chests")
    assert version.rows == 4708 + 524 + 624
    kinds = {column.name: column.kind for column in version.columns}
    assert (kinds["split"], kinds["label"], kinds["pixels"]) == ("category", "flag", "image")
    with np.load(SHARED, allow_pickle=False) as reference, home.vault.open_table(version.dataset) as table:
        assert np.array_equal(table.array("pixels", 4708), reference["val_images"][0])


def test_colour_several_labels_and_volumes(tmp_path: Path) -> None:
    images = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    np.savez_compressed(tmp_path / "a.npz", train_images=images, train_labels=np.array([[1, 0, 1], [0, 0, 1]]))
    table = read(tmp_path / "a.npz")
    assert table.column_names == ["image", "split", "label 1", "label 2", "label 3", "pixels"]
    assert table["label 3"].to_pylist() == [1.0, 1.0]
    assert np.array_equal(np.moveaxis(pictures(table)[1], 0, -1), images[1])
    np.savez(tmp_path / "b.npz", images=images[..., 0].astype(np.float64), labels=np.array([1.5, 2.5]))
    table = read(tmp_path / "b.npz")
    assert table["label"].to_pylist() == [1.5, 2.5]
    assert pictures(table)[0].dtype == np.float32
    np.savez(tmp_path / "c.npz", x=np.zeros((3, 6, 7, 8), np.int16))
    assert [picture.shape for picture in pictures(read(tmp_path / "c.npz"))] == [(6, 7, 8)] * 3
    assert pictures(read(tmp_path / "c.npz", size="4"))[0].shape == (6, 4, 4)


class Trap:
    def __reduce__(self) -> tuple[object, ...]:
        return (pytest.fail, ("a pickle was run",))


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("images.npy", pickle.dumps(Trap()))
    assert refusal(tmp_path / "a.npz").code == "E-IMAGE-01"
    np.savez(tmp_path / "b.npz", images=np.array([[[Trap()]]], dtype=object))
    assert refusal(tmp_path / "b.npz").code == "E-IMAGE-01"


def test_without_images_and_with_wrong_counts(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", weights=np.zeros(4))
    assert refusal(tmp_path / "a.npz").code == "E-IMAGE-10"
    np.savez(tmp_path / "b.npz", images=np.zeros((3, 2, 2), np.uint8), labels=np.zeros(4))
    assert refusal(tmp_path / "b.npz").code == "E-IMAGE-01"


def test_a_bomb_is_refused_before_it_is_inflated(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_DEFLATED) as archive, archive.open("images.npy", "w") as file:
        np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": (1, 60_000, 60_000)})
        file.write(bytes(10_000_000))
    assert refusal(tmp_path / "a.npz").code == "E-IMAGE-03"


CHANGES = st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=6)), max_size=6)


@settings(max_examples=150, deadline=None)
@given(CHANGES, st.integers(1, 1200))
def test_any_bytes_are_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, changes, end: int) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.npz"
    np.savez(path, images=np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5), labels=np.arange(3))
    content = bytearray(path.read_bytes()[:end])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    path.write_bytes(bytes(content))
    try:
        read(path)
    except WardroundError as error:
        assert error.code.startswith("E-")  # noqa: PT017 - either outcome is right
