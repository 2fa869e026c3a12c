# SPDX-License-Identifier: Apache-2.0
"""Pictures in files and folders: the pixels as they were, upright, with their labels and without anything else of the file."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.errors import WardroundError
from engine.records import blocks, loaders, picture_file
from engine.records.loader import ReadOptions
from engine.values import NoToken
from tests.support.samples_images import shade

SHIPPED = Path(sklearn.datasets.__file__).parent / "images"


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


@pytest.mark.parametrize("name", ["china.jpg", "flower.jpg"])
def test_photographs_that_a_package_ships(name: str) -> None:
    (found,) = pictures(read(SHIPPED / name))
    assert found.shape == (3, 427, 640)
    assert np.array_equal(np.moveaxis(found, 0, -1), np.asarray(Image.open(SHIPPED / name)))


@pytest.mark.parametrize(
    ("pixels", "kind", "dtype"),
    [
        (shade(5, 6, 0), "png", "uint8"),
        (shade(5, 6, 0, "uint16") * 300, "png", "uint16"),
        (shade(5, 6, 0, "uint16") * 300, "tif", "uint16"),
        (shade(5, 6, 0, "float32") / 3, "tif", "float32"),
        (shade(5, 6, 0) > 100, "png", "uint8"),
    ],
)
def test_grey_comes_back_bit_for_bit(tmp_path: Path, pixels: np.ndarray, kind: str, dtype: str) -> None:
    Image.fromarray(pixels).save(tmp_path / f"a.{kind}")
    (found,) = pictures(read(tmp_path / f"a.{kind}"))
    assert found.dtype == dtype
    assert np.array_equal(found, pixels * (255 if pixels.dtype == bool else 1))


def test_pages_of_a_tiff_are_slices(tmp_path: Path) -> None:
    first, *others = (Image.fromarray(shade(5, 6, number)) for number in range(4))
    first.save(tmp_path / "a.tif", save_all=True, append_images=others)
    (found,) = pictures(read(tmp_path / "a.tif"))
    assert np.array_equal(found, np.stack([shade(5, 6, number) for number in range(4)]))


def test_a_photograph_is_turned_as_its_tag_says_and_the_tags_stay_behind(tmp_path: Path, home) -> None:
    image = Image.fromarray(shade(16, 24, 0))
    exif = image.getexif()
    exif[0x0112], exif[0x010E] = 6, "Planted Person"
    image.save(tmp_path / "a.jpg", exif=exif)
    version = home.vault.import_table(tmp_path / "a.jpg", "photo")
    assert version.columns[-1].shape == (24, 16)
    assert "tags-dropped" in {finding.code for finding in version.findings}
    assert loaders.preview(tmp_path / "a.jpg").rows[0][-1] == "24 × 16"


def labelled(folder: Path, table: str, names: tuple[str, ...] = ("0001.png", "0002.png", "0010.png")) -> Path:
    folder.mkdir()
    for number, name in enumerate(names):
        Image.fromarray(shade(4, 4, number)).save(folder / name)
    (folder / "labels.csv").write_text(table, encoding="utf-8")
    return folder


@pytest.mark.parametrize("key", [("0001.png", "0002.png", "0010.png"), ("0001", "0002", "0010"), ("sub/0001.png", "0002.PNG", "0010")])
def test_a_table_beside_the_pictures_is_joined(tmp_path: Path, key: tuple[str, str, str]) -> None:
    folder = labelled(tmp_path / "x", f"who,image,age,finding\nA,{key[0]},40,no\nB,{key[1]},50,yes\nC,{key[2]},60,\n")
    table = read(folder).drop_columns(["pixels"])
    if key[0].startswith("sub"):
        assert table["who"].to_pylist() == [None, "B", "C"]
        assert {"files-without-label", "labels-without-file"} <= codes(folder)
        return
    assert table["who"].to_pylist() == ["A", "B", "C"]
    assert table["age"].to_pylist() == [40.0, 50.0, 60.0]
    assert table["finding"].to_pylist() == ["no", "yes", None]
    assert loaders.preview(folder).header == (*table.column_names, "pixels")
    assert "other-files" not in codes(folder)


def test_a_table_that_names_nothing(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "x", "who,age\nA,40\nB,50\n")
    assert "labels-do-not-match" in codes(folder)
    assert refusal(folder, labels="labels.csv").code == "E-IMAGE-08"
    assert codes(folder, labels="none") == {"other-files"}
    assert refusal(folder, labels="../../secret.csv").code == "E-FILE-01"


def test_a_file_named_twice(tmp_path: Path) -> None:
    error = refusal(labelled(tmp_path / "x", "image,age\n0001.png,40\n0002.png,50\n0001,60\n"))
    assert (error.code, error.fields["rows"]) == ("E-IMAGE-09", "4")


def test_a_changed_table_is_a_changed_source(tmp_path: Path) -> None:
    folder = labelled(tmp_path / "x", "image,age\n0001.png,40\n0002.png,50\n0010.png,60\n")
    survey = loaders.survey(folder)
    (folder / "labels.csv").write_text("image,age\n0001.png,41\n0002.png,50\n0010.png,60\n", encoding="utf-8")
    with pytest.raises(WardroundError) as caught:
        list(survey.batches(NoToken()))
    assert caught.value.code == "E-DATA-10"


def test_splits_and_classes_by_folder(tmp_path: Path) -> None:
    for number, place in enumerate(("train/ill", "train/well", "test/ill")):
        (tmp_path / "x" / place).mkdir(parents=True)
        Image.fromarray(shade(4, 4, number)).save(tmp_path / "x" / place / f"{number}.png")
    table = read(tmp_path / "x")
    assert table["split"].to_pylist() == ["test", "train", "train"]
    assert table["folder"].to_pylist() == ["ill", "ill", "well"]


def test_colour_of_some_is_grey_for_all(tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    Image.fromarray(shade(4, 4, 0)).save(tmp_path / "x" / "a.png")
    Image.fromarray(np.full((4, 4, 3), (255, 0, 0), np.uint8)).save(tmp_path / "x" / "b.png")
    assert [picture.shape for picture in pictures(read(tmp_path / "x"))] == [(4, 4), (4, 4)]
    assert pictures(read(tmp_path / "x"))[1][0, 0] == 76
    assert "made-grey" in codes(tmp_path / "x")
    assert [picture.shape for picture in pictures(read(tmp_path / "x", colour="rgb"))] == [(3, 4, 4), (3, 4, 4)]


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def test_sixty_thousand_by_sixty_thousand(tmp_path: Path) -> None:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0))
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
    assert refusal(tmp_path / "a.png").code == "E-IMAGE-03"


def test_another_kind_of_file_behind_the_ending(tmp_path: Path) -> None:
    image = io.BytesIO()
    Image.fromarray(shade(4, 4, 0)).save(image, "BMP")
    (tmp_path / "a.png").write_bytes(image.getvalue())
    assert refusal(tmp_path / "a.png").code == "E-IMAGE-01"
    (tmp_path / "b.png").write_text("<html>not found</html>")
    assert refusal(tmp_path / "b.png").code == "E-IMAGE-01"


def seeds() -> list[bytes]:
    made = []
    for kind in ("PNG", "JPEG", "TIFF"):
        file = io.BytesIO()
        Image.fromarray(shade(20, 30, 0)).save(file, kind)
        made.append(file.getvalue())
    return made


CHANGES = st.lists(st.tuples(st.integers(0, 1500), st.binary(min_size=1, max_size=6)), max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2), CHANGES, st.integers(1, 3000))
def test_any_bytes_are_read_or_refused_in_words(seed: int, changes: list[tuple[int, bytes]], end: int) -> None:
    content = bytearray(seeds()[seed][:end])
    for at, piece in changes:
        content[at : at + len(piece)] = piece
    try:
        picture_file.header_of(bytes(content), "a")
        picture_file.decoded(bytes(content), "a")
    except WardroundError as error:
        assert error.code.startswith("E-IMAGE-")  # noqa: PT017 - either outcome is right
