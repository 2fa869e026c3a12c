# SPDX-License-Identifier: Apache-2.0
"""NIfTI volumes (.nii, .nii.gz): one file, or a folder of them with a table that labels them. The only file that imports nibabel.

The numbers are those of the header's slope and intercept. A volume is turned to the nearest orientation along the axes of the
body, RAS (right, anterior, superior grow), and stored as (times, slices, rows, columns): columns from left to right, rows from
back to front, slices from below. Nothing of the header but sizes and spacing is kept: its texts can name a person.
"""

from __future__ import annotations

import logging
import struct
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import WardroundError
from engine.records import arrays, labels, pixels
from engine.records.ahead import ahead
from engine.records.arrays import MAX_CELL, Array, ArraySurvey, Row
from engine.records.blocks import Block
from engine.records.folder import Quiet, Walk, check_same, sha256_of
from engine.records.image_options import checked
from engine.records.inflate import Inflated
from engine.records.labels import Labels
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions, brought_by
from engine.records.pixels import Span
from engine.values import NoToken, Token

_BLOCK = "pixels"
_SUFFIXES = (".nii", ".nii.gz")
_HEADER = 544
_LEAST = 348
_PREVIEW_SECONDS = 0.6
_DAMAGED = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError, struct.error)
_WHOLE = {"uint8": (0, 255), "int8": (-128, 127), "int16": (-(2**15), 2**15 - 1), "uint16": (0, 2**16 - 1), "int32": (-(2**31), 2**31 - 1)}
_COLUMNS: tuple[tuple[str, type], ...] = (
    ("file", str),
    ("times", float),
    ("slices", float),
    ("rows", float),
    ("columns", float),
    ("slice_spacing [mm]", float),
    ("row_spacing [mm]", float),
    ("column_spacing [mm]", float),
)


@dataclass(frozen=True)
class Volume:
    """What is kept of a header: (times, slices, rows, columns) and millimetres after turning; ``turned``: it lay otherwise before."""

    shape: tuple[int, int, int, int]
    spacing: tuple[float | None, float | None, float | None]
    span: Span
    turned: bool
    texts: bool

    @property
    def stored(self) -> tuple[int, ...]:
        """The array's shape: an axis of times only where there are several."""
        return self.shape if self.shape[0] > 1 else self.shape[1:]


@dataclass(frozen=True)
class _Entry:
    path: Path
    name: str
    sha256: str
    volume: Volume


class NiftiLoader:
    """The loader of NIfTI."""

    format = "nifti"
    patterns: tuple[str, ...] = ("*.nii", "*.nii.gz")
    options: tuple[LoaderOption, ...] = (labels.OPTION,)

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """By the ending; a folder by the first such file near its top."""
        if not path.is_dir():
            return _named_so(path)
        files = Walk(path).files(NoToken())
        return any(_named_so(file) for _, file in zip(range(64), files, strict=False))

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        said = checked(self.options, options, path.name)
        walk = Walk(path)
        entries: list[_Entry] = []
        names: list[str] = []
        size = 0
        until = time.monotonic() + _PREVIEW_SECONDS
        for file in walk.files(token):
            size += file.stat().st_size
            if not _named_so(file):
                continue
            names.append(walk.name(file))
            if len(entries) < PREVIEW_ROWS and (not entries or time.monotonic() < until):
                with Inflated(file, NoToken()) as source, _reading(file.name):
                    entries.append(_Entry(file, names[-1], "", _volume(source.read(_HEADER), file.name)))
        if not entries:
            raise WardroundError("E-IMAGE-05", path=path.name)
        table = labels.table_of(path, said["labels"], names, token)
        columns = _columns(table)
        rows = [(_plain(entry, table), entry.volume.stored) for entry in entries]
        header = [*(name for name, _ in columns), _BLOCK]
        return arrays.previewed(path, self.format, header, rows, size, _findings(entries, 0, 0, table))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        said = checked(self.options, options, path.name)
        walk = Walk(path)
        files = list(walk.files(token))
        entries: list[_Entry] = []
        hashes: list[tuple[str, str]] = []
        for file in files:
            token.check()
            name = walk.name(file)
            if _named_so(file):
                held, sha256 = _content(file, token)
                with _reading(file.name):
                    entries.append(_Entry(file, name, sha256, _checked(held, file.name)))
            else:
                with Inflated(file, Quiet(token)) as other:
                    other.drain()
                sha256 = other.sha256
            hashes.append((name, sha256))
            token.progress(len(hashes) / len(files))
        if not entries:
            raise WardroundError("E-IMAGE-05", path=path.name)
        table = labels.table_of(path, said["labels"], [entry.name for entry in entries], token)
        dtype = pixels.dtype_of(entry.volume.span for entry in entries)
        cell = max(int(np.prod(entry.volume.stored)) for entry in entries) * np.dtype(dtype).itemsize
        schema = arrays.schema_of(_columns(table), _BLOCK, Block("image", dtype, bytes=cell, attributes={"orientation": "RAS"}))
        foreign = len(files) - len(entries) - (table.file is not None)

        def rows(token: Token) -> Iterator[Row]:
            return _rows(walk, entries, table, dtype, hashes, token)

        findings = _findings(entries, foreign, walk.links, table)
        return ArraySurvey(path, self.format, schema, len(entries), findings, sha256_of(hashes), rows)


def _named_so(path: Path) -> bool:
    return path.name.lower().endswith(_SUFFIXES)


def _columns(table: Labels) -> tuple[tuple[str, type], ...]:
    taken = {name for name, _ in _COLUMNS} | {_BLOCK}
    return (*_COLUMNS, *((f"{name} (table)" if name in taken else name, kind) for name, kind in table.columns))


def _plain(entry: _Entry, table: Labels) -> tuple[object, ...]:
    volume = entry.volume
    return (entry.name, *(float(extent) for extent in volume.shape), *volume.spacing, *table.values(entry.name))


def _content(path: Path, token: Token) -> tuple[bytes, str]:
    """The header and the voxels, inflated, and the digest of the whole file. What the header does not ask for is never inflated."""
    with Inflated(path, Quiet(token)) as source, _reading(path.name):
        head = source.read(_HEADER)
        volume = _volume(head, path.name)
        library = _library(path.name)
        header = _header(library, head)
        start = int(header.get_data_offset())
        wanted = start + int(np.prod(header.get_data_shape(), dtype=np.int64)) * header.get_data_dtype().itemsize
        if not 0 <= start <= 1 << 24 or wanted > 2 * MAX_CELL + (1 << 24):
            raise ValueError("offset")
        held = head + source.read(wanted - len(head))
        if len(held) < wanted:
            raise WardroundError("E-IMAGE-06", file=path.name, expected=wanted, found=len(held))
        source.drain()
        assert volume.shape  # noqa: S101 - read for its checks
        return held[:wanted], source.sha256


def _library(file: str) -> Any:
    with brought_by("images", file):
        import nibabel
    warnings.filterwarnings("ignore", module=r"nibabel\b")
    logging.getLogger("nibabel.global").setLevel(logging.CRITICAL + 1)
    return nibabel


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Whatever the library raises for a damaged file becomes E-IMAGE-01."""
    errors = _library(file)
    try:
        yield
    except (*_DAMAGED, errors.spatialimages.HeaderDataError, errors.filebasedimages.ImageFileError) as error:
        raise WardroundError("E-IMAGE-01", file=file, format="NIfTI") from error


def _header(library: Any, head: bytes) -> Any:
    size = {struct.pack(order + "i", 540): 540 for order in "<>"}.get(head[:4], _LEAST)
    kind = library.Nifti2Header if size == 540 else library.Nifti1Header
    if len(head) < size:
        raise EOFError("header")
    return kind(head[:size], check=True)


def _volume(head: bytes, file: str) -> Volume:
    """What a header says; checks that no cell is asked to hold too much."""
    library = _library(file)
    header = _header(library, head)
    shape = tuple(int(extent) for extent in header.get_data_shape())
    while len(shape) > 4 and shape[-1] == 1:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise ValueError("extent")
    kind = header.get_data_dtype().newbyteorder("=").name
    if header.get_data_dtype().names or header.get_data_dtype().kind not in "iuf":
        raise WardroundError("E-IMAGE-04", file=file, syntax=kind)
    slope, intercept = header.get_slope_inter()
    plain = slope in (None, 1.0) and intercept in (None, 0.0)
    span = Span(*_WHOLE[kind], True) if plain and kind in _WHOLE else Span(0, 0, False)
    x, y, z, times = (*shape, 1, 1)[:4]
    arrays.check_size(file, (times, z, y, x), "float32" if not span.whole else pixels.dtype_of([span]))
    axes = library.orientations.io_orientation(header.get_best_affine())
    if np.isnan(axes).any():
        raise ValueError("affine")
    lengths = np.abs(np.asarray(header["pixdim"], dtype=float)[1:4])
    places = np.argsort(axes[:, 0])  # which of the file's axes is x, y, z of the body
    extents = [(x, y, z)[place] for place in places]
    spacing = [float(length) if 0 < length < 1000 else None for length in lengths[places]]
    turned = not np.array_equal(axes, [[0, 1], [1, 1], [2, 1]])
    texts = any(bytes(header[name]).strip(b"\0 ") for name in ("descrip", "aux_file", "intent_name"))
    found = (times, extents[2], extents[1], extents[0])
    return Volume(found, (spacing[2], spacing[1], spacing[0]), span, turned, texts)


def _checked(held: bytes, file: str) -> Volume:
    return _volume(held[:_HEADER], file)


def _turned(held: bytes, volume: Volume, file: str, dtype: str) -> Array:
    """(times?, slices, rows, columns)."""
    library = _library(file)
    header = _header(library, held)
    # Extensions lie between header and voxels and are skipped: they may hold anything.
    proxy = library.arrayproxy.ArrayProxy(BytesIO(held), header)
    values = np.asanyarray(proxy)
    while values.ndim > 4:
        values = values[..., 0]
    values = values.reshape((*values.shape, 1, 1)[: max(3, values.ndim)])
    turned = library.orientations.apply_orientation(values, library.orientations.io_orientation(header.get_best_affine()))
    found = np.ascontiguousarray(turned.T)
    if found.shape != volume.stored and found.shape != (1, *volume.stored):
        raise ValueError("shape")
    return found.reshape(volume.stored).astype(dtype, copy=False)


def _rows(
    walk: Walk, entries: Sequence[_Entry], table: Labels, dtype: str, hashes: Sequence[tuple[str, str]], token: Token
) -> Iterator[Row]:
    """The rows, read anew; refuses files that are not the surveyed ones."""

    def read(entry: _Entry) -> Array:
        held, sha256 = _content(entry.path, token)
        if sha256 != entry.sha256:
            raise WardroundError("E-DATA-10", file=entry.name)
        with _reading(entry.name):
            return _turned(held, entry.volume, entry.name, dtype)

    with closing(ahead(entries, read)) as volumes:
        for entry, values in zip(entries, volumes, strict=True):
            yield _plain(entry, table), values
    check_same(walk, hashes, {entry.name for entry in entries}, token)


def _findings(entries: Sequence[_Entry], foreign: int, links: int, table: Labels) -> tuple[Finding, ...]:
    volumes = [entry.volume for entry in entries]
    shapes = {volume.stored for volume in volumes}
    found = (
        Finding("info", "turned-to-ras", fields={"count": sum(volume.turned for volume in volumes)}),
        Finding("info", "tags-dropped", fields={"count": sum(volume.texts for volume in volumes)}),
        Finding("info", "other-files", fields={"count": foreign}),
        Finding("info", "links-skipped", fields={"count": links}),
        Finding("warning", "volumes-differ", _BLOCK, {"count": len(shapes) if len(shapes) > 1 else 0}),
    )
    return (*(finding for finding in found if finding.fields["count"]), *table.findings)
