# SPDX-License-Identifier: Apache-2.0
"""Models as flat vectors and as safetensors files."""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from engine.errors import WardroundError
from engine.models import vector
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec, parameters, size

SPEC = ModelSpec("mlp", (Input("age", True, 0, 100), Input("smoking", False, categories=("no", "yes"))), (5, 3), ("well", "ill"))


def file_bytes(entries: dict[str, object], numbers: bytes) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text + numbers


def good_header() -> dict[str, dict[str, object]]:
    text = vector.header(SPEC)
    found: dict[str, dict[str, object]] = json.loads(text[8:])
    return found


@pytest.fixture
def flat() -> np.ndarray:
    return initial_weights(SPEC, 3) + np.float32(0.5)


def test_the_library_reads_the_same_numbers_by_name(flat: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    vector.write(path, flat, SPEC)
    found = load_file(path)
    assert found.keys() == {name for name, _ in parameters(SPEC)}
    for name, array in vector.named(flat, SPEC).items():
        assert np.array_equal(found[name], array)


def test_a_file_of_the_library_reads_back_whatever_its_order(flat: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file(vector.named(flat, SPEC), path, metadata={"made": "elsewhere"})
    assert np.array_equal(vector.read(path, SPEC), flat)
    assert np.array_equal(vector.read(path.read_bytes(), SPEC), flat)


def test_bytes_depend_on_the_numbers_alone(flat: np.ndarray, tmp_path: Path) -> None:
    for name in ("a", "b"):
        vector.write(tmp_path / name, flat, SPEC)
    content = (tmp_path / "a").read_bytes()
    assert content == (tmp_path / "b").read_bytes()
    assert vector.sha256(flat, SPEC) == hashlib.sha256(content).hexdigest()
    assert len(vector.header(SPEC)) % 8 == 0
    assert [p.name for p in sorted(tmp_path.iterdir())] == ["a", "b"]


def test_reading_bytes_copies_nothing(flat: np.ndarray, tmp_path: Path) -> None:
    vector.write(tmp_path / "a", flat, SPEC)
    content = bytearray((tmp_path / "a").read_bytes())
    found = vector.read(content, SPEC)
    assert np.shares_memory(found, np.frombuffer(content, np.uint8))


def test_named_arrays_are_views(flat: np.ndarray) -> None:
    arrays = vector.named(flat, SPEC)
    assert sum(a.size for a in arrays.values()) == size(SPEC)
    assert all(np.shares_memory(a, flat) for a in arrays.values())


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_model_that_is_not_finite_is_refused(flat: np.ndarray, value: float, tmp_path: Path) -> None:
    flat[-1] = value
    vector.write(tmp_path / "m", flat, SPEC)
    with pytest.raises(WardroundError, match="E-TRAIN-14"):
        vector.read(tmp_path / "m", SPEC)


def test_every_truncation_is_refused(flat: np.ndarray, tmp_path: Path) -> None:
    vector.write(tmp_path / "m", flat, SPEC)
    content = (tmp_path / "m").read_bytes()
    for length in (0, 7, 8, 9, 100, len(vector.header(SPEC)), len(content) - 4, len(content) - 1):
        (tmp_path / "m").write_bytes(content[:length])
        for source in (tmp_path / "m", content[:length]):
            with pytest.raises(WardroundError, match="E-TRAIN-03"):
                vector.read(source, SPEC)
    with pytest.raises(WardroundError, match="E-TRAIN-03"):
        vector.read(content + b"\0\0\0\0", SPEC)


def test_a_header_that_is_no_header_is_refused() -> None:
    for content in (b"\xff" * 64, struct.pack("<Q", 4) + b"nul]" + b"\0" * 16, file_bytes({}, b"")[:8] + b"[]"):
        with pytest.raises(WardroundError, match="E-TRAIN-03"):
            vector.read(content, SPEC)


@pytest.mark.parametrize("damage", ["missing", "extra", "shape", "dtype", "offsets", "no-entry"])
def test_another_model_is_refused_by_the_name_of_its_parameter(damage: str, flat: np.ndarray) -> None:
    entries: dict[str, object] = dict(good_header())
    name = "layers.1.bias"
    entry = good_header()[name]
    match damage:
        case "missing":
            del entries[name]
        case "extra":
            name = "layers.9.bias"
            entries[name] = entry
        case "shape":
            entries[name] = entry | {"shape": [1, 3]}
        case "dtype":
            entries[name] = entry | {"dtype": "I32"}
        case "offsets":
            entries[name] = entry | {"data_offsets": [0, 999]}
        case "no-entry":
            entries[name] = None
    with pytest.raises(WardroundError, match="E-TRAIN-04") as caught:
        vector.read(file_bytes(entries, flat.tobytes()), SPEC)
    assert caught.value.fields["name"] == name


def test_overlapping_tensors_are_refused(flat: np.ndarray) -> None:
    entries = good_header()
    entries["layers.1.bias"]["data_offsets"] = [0, 12]
    with pytest.raises(WardroundError, match="E-TRAIN-03"):
        vector.read(file_bytes(dict(entries), flat.tobytes()), SPEC)


def test_a_vector_of_another_size_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="parameters"):
        vector.write(tmp_path / "m", np.zeros(3, np.float32), SPEC)


LARGE = ModelSpec("mlp", (Input("age", True, 0, 100),), (1000, 1000), ("well", "ill"))


def test_a_large_model_is_written_while_it_is_made(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    numbers = np.arange(size(LARGE), dtype=np.float32)
    flat = np.full(size(LARGE), np.nan, dtype=np.float32)

    def made() -> Iterator[int]:
        for end in (1, 300_000, 400_000, 999_999, flat.size):
            flat[:end] = numbers[:end]
            yield end

    digest = vector.write(path, flat, LARGE, ready=made())
    assert path.read_bytes() == vector.header(LARGE) + numbers.tobytes()
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest() == vector.sha256(numbers, LARGE)


def test_a_large_model_that_cannot_be_made_leaves_no_file(tmp_path: Path) -> None:
    def broken() -> Iterator[int]:
        yield 600_000
        raise WardroundError("E-TRAIN-14")

    with pytest.raises(WardroundError):
        vector.write(tmp_path / "model.safetensors", np.zeros(size(LARGE), dtype=np.float32), LARGE, ready=broken())
    assert list(tmp_path.iterdir()) == []
