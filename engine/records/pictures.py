# SPDX-License-Identifier: Apache-2.0
"""Pictures (PNG, JPEG, TIFF): one file, or a folder with a table that labels them or a folder for each class."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import WardroundError
from engine.records import arrays, labels, picture_file, pixels
from engine.records.ahead import ahead
from engine.records.arrays import Array, ArraySurvey, Row
from engine.records.blocks import Block
from engine.records.folder import Walk, check_same, content, first_files, sha256_of
from engine.records.image_options import COLOUR, SIZE, checked
from engine.records.labels import Labels
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions
from engine.records.picture_file import Picture, looks_like_picture
from engine.values import Token

_BLOCK = "pixels"
_HEAD = 16
_PREVIEW_SECONDS = 0.6


@dataclass(frozen=True)
class _Entry:
    path: Path
    name: str
    sha256: str
    picture: Picture


@dataclass(frozen=True)
class _Plan:
    """Which columns stand beside the pictures, and what is done to each."""

    folders: Labels
    table: Labels
    colour: bool
    size: int
    dtype: str

    @property
    def columns(self) -> tuple[tuple[str, type], ...]:
        own: tuple[tuple[str, type], ...] = (("file", str), *self.folders.columns, ("rows", float), ("columns", float))
        taken = {name for name, _ in own} | {_BLOCK}
        return (*own, *((f"{name} (table)" if name in taken else name, kind) for name, kind in self.table.columns))

    def plain(self, name: str, shape: Sequence[int]) -> tuple[object, ...]:
        return (name, *self.folders.values(name), float(shape[-2]), float(shape[-1]), *self.table.values(name))

    def shape(self, picture: Picture) -> tuple[int, ...]:
        plane = (self.size, self.size) if self.size else (picture.rows, picture.columns)
        return (*((picture.pages,) if picture.pages > 1 else ()), *((3,) if self.colour else ()), *plane)


class PictureLoader:
    """The loader of pictures."""

    format = "pictures"
    patterns: tuple[str, ...] = tuple(f"*{suffix}" for suffix in picture_file.SUFFIXES)
    options: tuple[LoaderOption, ...] = (labels.OPTION, COLOUR, SIZE)

    def recognises(self, path: Path, head: bytes) -> bool:
        """A file by its first bytes or its ending, a folder by the first such file near its top."""
        if path.is_dir():
            return any(looks_like_picture(first, file.suffix) for file, first in first_files(path, _HEAD))
        return looks_like_picture(head, path.suffix)

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
            known = file.suffix.lower() in picture_file.SUFFIXES or file == path
            if known:
                names.append(walk.name(file))
            if known and len(entries) < PREVIEW_ROWS and (not entries or time.monotonic() < until):
                picture = picture_file.header_of(content(file, token), file.name)
                entries.append(_Entry(file, walk.name(file), "", picture))
        if not entries:
            raise WardroundError("E-IMAGE-05", path=path.name)
        plan = _planned(entries, names, labels.table_of(path, said["labels"], names, token), said)
        rows = [(plan.plain(entry.name, plan.shape(entry.picture)), plan.shape(entry.picture)) for entry in entries]
        header = [*(name for name, _ in plan.columns), _BLOCK]
        return arrays.previewed(path, self.format, header, rows, size, _findings(entries, 0, 0, plan))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        said = checked(self.options, options, path.name)
        walk = Walk(path)
        files = list(walk.files(token))
        entries: list[_Entry] = []
        hashes: list[tuple[str, str]] = []

        def read(file: Path) -> tuple[str, Picture | None]:
            held = content(file, token)
            picture = picture_file.header_of(held, file.name) if looks_like_picture(held[:_HEAD], file.suffix) else None
            return hashlib.sha256(held).hexdigest(), picture

        with closing(ahead(files, read)) as results:
            for file, (sha256, picture) in zip(files, results, strict=True):
                token.check()
                hashes.append((walk.name(file), sha256))
                token.progress(len(hashes) / len(files))
                if picture is not None:
                    entries.append(_Entry(file, walk.name(file), sha256, picture))
        if not entries:
            raise WardroundError("E-IMAGE-05", path=path.name)
        names = [entry.name for entry in entries]
        table = labels.table_of(path, said["labels"], names, token)
        plan = _planned(entries, names, table, said)
        cell = max(int(np.prod(plan.shape(entry.picture))) for entry in entries) * np.dtype(plan.dtype).itemsize
        block = Block("image", plan.dtype, bytes=cell, attributes={"colour": "rgb"} if plan.colour else {})
        foreign = len(files) - len(entries) - (table.file is not None)
        schema = arrays.schema_of(plan.columns, _BLOCK, block)

        def rows(token: Token) -> Iterator[Row]:
            return _rows(walk, entries, plan, hashes, token)

        return ArraySurvey(path, self.format, schema, len(entries), _findings(entries, foreign, walk.links, plan), sha256_of(hashes), rows)


def _planned(entries: Sequence[_Entry], names: Sequence[str], table: Labels, said: dict[str, str]) -> _Plan:
    pictures = [entry.picture for entry in entries]
    colour = said["colour"] == "rgb" or (said["colour"] == "auto" and all(picture.colour for picture in pictures))
    dtype = "uint8" if colour else pixels.dtype_of(picture.span for picture in pictures)
    return _Plan(labels.folders_of(names), table, colour, int(said["size"] or 0), dtype)


def _rows(walk: Walk, entries: Sequence[_Entry], plan: _Plan, hashes: Sequence[tuple[str, str]], token: Token) -> Iterator[Row]:
    """The rows, decoded anew; refuses files that are not the surveyed ones."""

    def read(entry: _Entry) -> Array:
        held = content(entry.path, token)
        if hashlib.sha256(held).hexdigest() != entry.sha256:
            raise WardroundError("E-DATA-10", file=entry.name)
        values = picture_file.decoded(held, entry.name)
        if entry.picture.colour and not plan.colour:
            values = pixels.grey_of(values)
        elif plan.colour and not entry.picture.colour:
            values = pixels.colour_of(values if values.dtype == np.uint8 else pixels.stretched(values))
        if plan.size:
            values = pixels.resized(values, plan.size, plan.size)
        return values.astype(plan.dtype, copy=False)

    with closing(ahead(entries, read)) as pictures:
        for entry, values in zip(entries, pictures, strict=True):
            yield plan.plain(entry.name, values.shape), values
    check_same(walk, hashes, {entry.name for entry in entries}, token)


def _findings(entries: Sequence[_Entry], foreign: int, links: int, plan: _Plan) -> tuple[Finding, ...]:
    pictures = [entry.picture for entry in entries]
    shapes = {plan.shape(picture)[-2:] for picture in pictures}
    found = (
        Finding("info", "tags-dropped", fields={"count": sum(picture.tagged for picture in pictures)}),
        Finding("info", "other-files", fields={"count": foreign}),
        Finding("info", "links-skipped", fields={"count": links}),
        Finding("info", "made-grey", fields={"count": sum(picture.colour and not plan.colour for picture in pictures)}),
        Finding("warning", "sizes-differ", _BLOCK, {"count": len(shapes) if len(shapes) > 1 else 0}),
    )
    return (*(finding for finding in found if finding.fields["count"]), *plan.table.findings)
