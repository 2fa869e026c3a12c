# SPDX-License-Identifier: Apache-2.0
"""Images in a .npz as MedMNIST ships them: ``train_images``, ``train_labels`` and so on; or ``images`` and ``labels`` alone.

A .npz is a ZIP of arrays. Only plain arrays of numbers are read, one image after the other, so its size in memory does not
matter; an array of objects is a pickle, which could run code, and is refused.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np

from engine.errors import WardroundError
from engine.records import arrays, pixels
from engine.records.arrays import Array, ArraySurvey, Row
from engine.records.blocks import Block
from engine.records.folder import content
from engine.records.image_options import COLOUR, SIZE, checked
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions
from engine.records.pixels import Span
from engine.values import Token

_BLOCK = "pixels"
_IMAGES, _LABELS = ("images", "x", "imgs", "data"), ("labels", "y", "targets", "label")
_DAMAGED = (EOFError, KeyError, OSError, OverflowError, RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error)
_MAX_LABELS = 64
_MAX_HEADER = 10_000
_WHOLE = {"uint8": (0, 255), "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1), "bool": (0, 1), "int8": (-128, 127)}


@dataclass(frozen=True)
class _Part:
    """One pair of arrays; ``labels`` is "" where there are none."""

    split: str
    images: str
    labels: str
    count: int
    shape: tuple[int, ...]  # of one image, as stored
    dtype: np.dtype[np.generic]
    label_columns: int

    @property
    def colour(self) -> bool:
        """Three samples at the end: the layout of MedMNIST's colour sets."""
        return len(self.shape) >= 3 and self.shape[-1] == 3


class NpzLoader:
    """The loader of .npz."""

    format = "npz"
    patterns: tuple[str, ...] = ("*.npz",)
    options: tuple[LoaderOption, ...] = (COLOUR, SIZE)

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """By the ending: a ZIP may be many things."""
        return path.suffix.lower() == ".npz" and not path.is_dir()

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        said = checked(self.options, options, path.name)
        held = content(path, token)
        with _opened(held, path) as archive:
            parts = _parts(archive, path)
            plan = _Plan(parts, said)
            rows: list[tuple[tuple[object, ...], tuple[int, ...]]] = []
            for row, image in _rows(archive, plan, token, PREVIEW_ROWS):
                rows.append((row, () if image is None else image.shape))
        header = [*(name for name, _ in plan.columns), _BLOCK]
        return arrays.previewed(path, self.format, header, rows, len(held), plan.findings())

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        said = checked(self.options, options, path.name)
        held = content(path, token)
        sha256 = hashlib.sha256(held).hexdigest()
        with _opened(held, path) as archive:
            plan = _Plan(_parts(archive, path), said)
            total = sum(part.count for part in plan.parts)
            # Every byte is inflated once, which also compares the archive's own checksums.
            for done, _ in enumerate(_rows(archive, plan, token), start=1):
                if done % 1024 == 0:
                    token.progress(done / total)
        token.progress(1.0)
        cell = int(np.prod(plan.shape(plan.parts[0]))) * np.dtype(plan.dtype).itemsize
        block = Block("image", plan.dtype, bytes=cell, attributes={"colour": "rgb"} if plan.colour else {})

        def rows(token: Token) -> Iterator[Row]:
            again = content(path, token)
            if hashlib.sha256(again).hexdigest() != sha256:
                raise WardroundError("E-DATA-10", file=path.name)
            with _opened(again, path) as archive:
                yield from _rows(archive, plan, token)

        return ArraySurvey(path, self.format, arrays.schema_of(plan.columns, _BLOCK, block), total, plan.findings(), sha256, rows)


class _Plan:
    """Which columns there are and what is done to each image."""

    def __init__(self, parts: tuple[_Part, ...], said: dict[str, str]) -> None:
        self.parts = parts
        self.size = int(said["size"] or 0)
        self.colour = said["colour"] == "rgb" or (said["colour"] == "auto" and all(part.colour for part in parts))
        spans = [Span(*_WHOLE.get(part.dtype.name, (0, 0)), part.dtype.name in _WHOLE) for part in parts]
        self.dtype = "uint8" if self.colour else pixels.dtype_of(spans)
        widest = max(part.label_columns for part in parts)
        names = ("label",) if widest == 1 else tuple(f"label {number + 1}" for number in range(widest))
        self.columns: tuple[tuple[str, type], ...] = (("image", str), ("split", str), *((name, float) for name in names[:widest]))
        self.label_columns = widest

    def shape(self, part: _Part) -> tuple[int, ...]:
        grey = part.shape[:-1] if part.colour else part.shape
        plane = (self.size, self.size) if self.size else grey[-2:]
        return (*grey[:-2], *((3,) if self.colour else ()), *plane)

    def picture(self, raw: Array, part: _Part) -> Array:
        values = raw.astype(np.uint8) if raw.dtype == bool else raw
        if part.colour:
            values = np.moveaxis(values, -1, -3)
            values = values if self.colour else pixels.grey_of(values)
        elif self.colour:
            values = pixels.colour_of(values)
        if self.colour and values.dtype != np.uint8:
            values = pixels.stretched(values)
        if self.size:
            values = pixels.resized(values, self.size, self.size)
        return np.ascontiguousarray(values).astype(self.dtype, copy=False)

    def findings(self) -> tuple[Finding, ...]:
        grey = sum(part.count for part in self.parts if part.colour and not self.colour)
        return (Finding("info", "made-grey", fields={"count": grey}),) if grey else ()


@contextmanager
def _opened(held: bytes, path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; whatever reading a damaged one raises becomes E-IMAGE-01."""
    try:
        with zipfile.ZipFile(BytesIO(held)) as archive:
            yield archive
    except (*_DAMAGED, zipfile.BadZipFile, NotImplementedError) as error:
        raise WardroundError("E-IMAGE-01", file=path.name, format="NPZ") from error


def _header(source: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[np.generic]]:
    """Shape, order and dtype of an array; raises ValueError for what is no plain array."""
    version = np.lib.format.read_magic(source)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
    if read is None:
        raise ValueError("version")
    shape, fortran, dtype = read(source, max_header_size=_MAX_HEADER)
    if dtype.hasobject or dtype.kind not in "biuf" or any(extent < 0 for extent in shape):
        raise ValueError("no plain numbers")
    return shape, fortran, dtype


def _parts(archive: zipfile.ZipFile, path: Path) -> tuple[_Part, ...]:
    """The pairs of images and labels, in the order in which they lie in the file.

    Raises:
        WardroundError: E-IMAGE-10 no array of images.
    """
    names = {name.removesuffix(".npy"): name for name in archive.namelist() if name.endswith(".npy")}
    parts: list[_Part] = []
    for key, name in names.items():
        split, _, kind = key.rpartition("_")
        if kind.lower() not in _IMAGES:
            continue
        with archive.open(name) as source:
            shape, fortran, dtype = _header(source)
        if not 3 <= len(shape) <= 5 or min(shape) < 1 or fortran:
            continue
        beside = next((other for other in names if other.rpartition("_")[0] == split and other.rpartition("_")[2].lower() in _LABELS), "")
        columns = 0
        if beside:
            with archive.open(names[beside]) as source:
                said, turned, _ = _header(source)
            columns = 1 if len(said) == 1 else said[1] if len(said) == 2 and not turned else 0
            if said[0] != shape[0] or not 1 <= columns <= _MAX_LABELS:
                raise ValueError("labels")
        arrays.check_size(path.name, shape[1:], dtype.name)
        parts.append(_Part(split, name, names.get(beside, ""), shape[0], shape[1:], dtype, columns))
    if not parts:
        raise WardroundError("E-IMAGE-10", file=path.name)
    return tuple(parts)


def _rows(archive: zipfile.ZipFile, plan: _Plan, token: Token, most: int | None = None) -> Iterator[Row]:
    """The rows, as they are inflated."""
    given = 0
    for part in plan.parts:
        labels = _labels(archive, part)
        with archive.open(part.images) as source:
            _header(source)
            size = int(np.prod(part.shape)) * part.dtype.itemsize
            for number in range(part.count):
                if number % 64 == 0:
                    token.check()
                if given == most:
                    return
                raw = np.frombuffer(_exactly(source, size), part.dtype).reshape(part.shape)
                said = [float(value) for value in labels[number]]
                said += [np.nan] * (plan.label_columns - len(said))
                values = [None if np.isnan(value) else value for value in said]
                name = f"{part.split} {number + 1}".strip()
                yield (name, part.split or None, *values), plan.picture(raw, part)
                given += 1
            if source.read(1):
                raise ValueError("more than the array")


def _labels(archive: zipfile.ZipFile, part: _Part) -> Array:
    """(images, columns) of numbers."""
    if not part.labels:
        return np.empty((part.count, 0), dtype=np.float64)
    with archive.open(part.labels) as source:
        shape, _, dtype = _header(source)
        held = _exactly(source, int(np.prod(shape)) * dtype.itemsize)
    return np.frombuffer(held, dtype).reshape(part.count, -1)


def _exactly(source: IO[bytes], size: int) -> bytes:
    held = source.read(size)
    if len(held) != size:
        raise EOFError("array")
    return held
