# SPDX-License-Identifier: Apache-2.0
"""A model as one flat float32 vector, and the same as a safetensors file of named arrays.

The format (https://github.com/huggingface/safetensors) is a little-endian uint64 header length, a JSON header of names,
types, shapes and offsets, then the numbers. Written here in the spec's order, the numbers *are* the flat vector: a
model of 100 M parameters is written from and read into one array without a copy, and the bytes depend on nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from io import BufferedReader
from itertools import chain
from math import prod
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.models.spec import ModelSpec, parameters, size

_MOST_HEADER = 1 << 20
_CHUNK = 1 << 18
_WORTH_A_THREAD = 2 << 20  # bytes


def named(flat: NDArray[np.float32], spec: ModelSpec) -> dict[str, NDArray[np.float32]]:
    """Name → array of its shape; views of ``flat``."""
    arrays: dict[str, NDArray[np.float32]] = {}
    position = 0
    for name, shape in parameters(spec):
        arrays[name] = flat[position : position + prod(shape)].reshape(shape)
        position += prod(shape)
    return arrays


def header(spec: ModelSpec) -> bytes:
    """Everything of the file that comes before the numbers."""
    entries: dict[str, object] = {}
    offset = 0
    for name, shape in parameters(spec):
        end = offset + 4 * prod(shape)
        entries[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the numbers begin at a multiple of 8
    return struct.pack("<Q", len(text)) + text


def _little(flat: NDArray[np.float32], spec: ModelSpec) -> memoryview:
    if flat.shape != (size(spec),):
        raise ValueError(f"a vector of {flat.shape} is not a model of {size(spec)} parameters")
    return np.ascontiguousarray(flat, dtype="<f4").data.cast("B")


def sha256(flat: NDArray[np.float32], spec: ModelSpec) -> str:
    """The SHA-256 (hex) of the file that ``write`` would make."""
    digest = hashlib.sha256(header(spec))
    digest.update(_little(flat, spec))
    return digest.hexdigest()


def write(path: Path, flat: NDArray[np.float32], spec: ModelSpec, sync: bool = True, ready: Iterable[int] | None = None) -> str:
    """Writes the file, whole or not at all; with ``sync`` it is on the disk when this returns. Returns its SHA-256 (hex).

    ``ready``: makes the numbers of ``flat`` in place and tells how many are done; each is hashed and written while the rest is made.

    Raises:
        OSError: the operating system refuses.
        What ``ready`` raises.
    """
    if flat.nbytes < _WORTH_A_THREAD:
        for _ in ready or ():
            pass
        _write(path, flat, spec, sync)
        return sha256(flat, spec)
    if flat.shape != (size(spec),):
        raise ValueError(f"a vector of {flat.shape} is not a model of {size(spec)} parameters")
    digest = hashlib.sha256(header(spec))
    part = path.with_name(path.name + ".part")
    try:
        # One thread hashes, one writes, and this one makes the numbers: whatever takes longest, none waits for the others.
        with part.open("wb") as file, ThreadPoolExecutor(1) as hashing, ThreadPoolExecutor(1) as writing:
            file.write(header(spec))
            begun = 0
            works: list[Future[object]] = []
            for done in chain(ready or (), (flat.size,)):
                if 4 * (done - begun) >= _WORTH_A_THREAD or done == flat.size:
                    piece = np.ascontiguousarray(flat[begun:done], dtype="<f4").data.cast("B")
                    works += [hashing.submit(digest.update, piece), writing.submit(file.write, piece)]
                    begun = done
            for work in works:
                work.result()
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def _write(path: Path, flat: NDArray[np.float32], spec: ModelSpec, sync: bool) -> None:
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(header(spec))
        file.write(_little(flat, spec))
        if sync:
            file.flush()
            os.fsync(file.fileno())
    os.replace(part, path)


def read(source: Path | bytes | bytearray | memoryview, spec: ModelSpec) -> NDArray[np.float32]:
    """The flat vector (size(spec),) of a safetensors file that any library wrote, or of its bytes.

    From bytes whose numbers are in the spec's order the result is a view, without a copy; do not write into it.

    Raises:
        WardroundError: E-TRAIN-03 not a whole safetensors file, E-TRAIN-04 other names, shapes or types than the spec's,
            E-TRAIN-14 NaN or infinity.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            flat = _from_file(file, source.stat().st_size, source.name, spec)
    else:
        flat = _from_buffer(memoryview(source), spec)
    require_finite(flat)
    return flat


def require_finite(flat: NDArray[np.float32]) -> None:
    """Raises E-TRAIN-14 when a weight is NaN or infinite."""
    for start in range(0, flat.size, _CHUNK):
        chunk = flat[start : start + _CHUNK]
        if not (np.isfinite(chunk.min()) and np.isfinite(chunk.max())):
            raise WardroundError("E-TRAIN-14")


def _from_file(file: BufferedReader, total: int, name: str, spec: ModelSpec) -> NDArray[np.float32]:
    prefix = file.read(8)
    length = _header_length(prefix, total, name)
    begins = _begins(file.read(length), total - 8 - length, name, spec)
    flat = np.empty(size(spec), dtype="<f4")
    position = 0
    for (_, shape), begin in zip(parameters(spec), begins, strict=True):
        target = flat[position : position + prod(shape)]
        file.seek(8 + length + begin)
        if file.readinto(target.data.cast("B")) != target.nbytes:
            raise WardroundError("E-TRAIN-03", file=name)
        position += prod(shape)
    return flat.astype(np.float32, copy=False)


def _from_buffer(source: memoryview, spec: ModelSpec) -> NDArray[np.float32]:
    name = "model.safetensors"
    length = _header_length(bytes(source[:8]), source.nbytes, name)
    begins = _begins(bytes(source[8 : 8 + length]), source.nbytes - 8 - length, name, spec)
    numbers = np.frombuffer(source[8 + length :], dtype="<f4")
    if begins != sorted(begins):  # another library's order: gather
        counts = [prod(shape) for _, shape in parameters(spec)]
        numbers = np.concatenate([numbers[b // 4 : b // 4 + n] for b, n in zip(begins, counts, strict=True)])
    return numbers.astype(np.float32, copy=False)


def _header_length(prefix: bytes, total: int, name: str) -> int:
    length = int(struct.unpack("<Q", prefix)[0]) if len(prefix) == 8 else 0
    if not 2 <= length <= min(_MOST_HEADER, total - 8):
        raise WardroundError("E-TRAIN-03", file=name)
    return length


def _begins(text: bytes, room: int, name: str, spec: ModelSpec) -> list[int]:
    """Where each parameter's first byte is among the ``room`` bytes of numbers; the whole header is checked against the spec."""
    try:
        entries = json.loads(text)
    except ValueError as error:
        raise WardroundError("E-TRAIN-03", file=name) from error
    if not isinstance(entries, dict):
        raise WardroundError("E-TRAIN-03", file=name)
    entries.pop("__metadata__", None)
    wanted = parameters(spec)
    for extra in sorted(entries.keys() - {key for key, _ in wanted}):
        raise WardroundError("E-TRAIN-04", file=name, name=extra)
    spans = [_span(entries.get(key), shape, name, key) for key, shape in wanted]
    in_order = sorted(spans)
    ends = [0, *(end for _, end in in_order)]
    # Without gaps and overlaps, and as long as the file: nothing hides between the tensors.
    if [begin for begin, _ in in_order] != ends[:-1] or ends[-1] != room:
        raise WardroundError("E-TRAIN-03", file=name)
    return [begin for begin, _ in spans]


def _span(entry: object, shape: tuple[int, ...], name: str, key: str) -> tuple[int, int]:
    """Checks one header entry against the spec; returns its first byte and the byte after its last."""
    match entry:
        case {"dtype": "F32", "shape": [*found], "data_offsets": [int(begin), int(end)]}:
            if tuple(found) == shape and begin >= 0 and end - begin == 4 * prod(shape):
                return begin, end
    raise WardroundError("E-TRAIN-04", file=name, name=key)
