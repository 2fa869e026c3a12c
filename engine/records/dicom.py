# SPDX-License-Identifier: Apache-2.0
"""DICOM files and folders: one row an image or a series, de-identified on the way in, with the pixels as one column.

A folder may hold anything else too: objects without pixels and files of other kinds are counted and left out; a damaged image
is refused by name, so that no series is silently short of a slice. What a DICOMDIR lists lies in the folder anyway.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.errors import WardroundError
from engine.records import arrays, dicom_file, pixels
from engine.records.ahead import ahead
from engine.records.arrays import Array, ArraySurvey, Row
from engine.records.blocks import Block
from engine.records.dicom_file import Image, NoImage
from engine.records.dicom_words import looks_like_dicom
from engine.records.folder import Walk, check_same, content, first_files, sha256_of
from engine.records.image_options import COLOUR, SIZE, checked
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions
from engine.records.source import open_regular, read_exactly
from engine.text import translate
from engine.values import Token

_COLUMNS: tuple[tuple[str, type], ...] = (
    ("patient_id", str),
    ("series", float),
    ("image", float),
    ("slices", float),
    ("modality", str),
    ("body_part", str),
    ("sex", str),
    ("age_band", str),
    ("rows", float),
    ("columns", float),
    ("row_spacing [mm]", float),
    ("column_spacing [mm]", float),
)
_BLOCK = "pixels"
_ATTRIBUTES_KEPT = 10
_HEAD = 132
_PREVIEW_BYTES = 1 << 22
_PREVIEW_SECONDS = 0.6
_WINDOW = re.compile(r"none|file|-?\d{1,6}(\.\d{1,6})?/\d{1,6}(\.\d{1,6})?")
_KINDS_NAMED = 3

OPTIONS = (
    LoaderOption(
        "unit", "choice", lambda to: translate("One row for each image, or for each series as one volume", to), "image", ("image", "series")
    ),
    LoaderOption(
        "window",
        "text",
        lambda to: translate("Window: none keeps the values; file, or centre/width such as 40/400, makes shades from 0 to 255", to),
        "none",
    ),
    COLOUR,
    SIZE,
)


@dataclass(frozen=True)
class _Entry:
    """One image of the source."""

    path: Path
    name: str
    sha256: str
    image: Image


@dataclass(frozen=True)
class _Plan:
    """How the images become rows: which go together, and what is done to each."""

    groups: tuple[tuple[_Entry, ...], ...]
    numbers: tuple[int, ...]  # of the series of each group
    window: str
    colour: bool
    size: int
    decode_dtype: str
    dtype: str


class DicomLoader:
    """The loader of DICOM."""

    format = "dicom"
    patterns: tuple[str, ...] = ("*.dcm", "*.dicom", "DICOMDIR")
    options: tuple[LoaderOption, ...] = OPTIONS

    def recognises(self, path: Path, head: bytes) -> bool:
        """A file by its first bytes or its ending; a folder by the first such file near its top. A DICOMDIR stands for its folder."""
        if not path.is_dir():
            return looks_like_dicom(head, path.suffix)
        return any(looks_like_dicom(first, file.suffix) for file, first in first_files(path, _HEAD))

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        said = _said(options, path.name)
        walk = Walk(_root(path))
        entries: list[_Entry] = []
        size = 0
        until = time.monotonic() + _PREVIEW_SECONDS
        for file in walk.files(token):
            size += file.stat().st_size
            if len(entries) >= PREVIEW_ROWS or (entries and time.monotonic() > until):
                continue
            with open_regular(file) as opened:
                head = read_exactly(opened, _PREVIEW_BYTES, file)
            if not looks_like_dicom(head, file.suffix):
                continue
            found = dicom_file.header_of(head, file.name, whole=False)
            if isinstance(found, Image):
                entries.append(_Entry(file, walk.name(file), "", found))
            elif path == file and not found.index:
                raise WardroundError("E-IMAGE-02", file=path.name, kind=found.kind or "?")
        if not entries:
            raise WardroundError("E-IMAGE-05", path=path.name)
        plan = _planned(entries, said)
        rows = [(_plain(group, number, plan), _shape(group, plan)) for group, number in zip(plan.groups, plan.numbers, strict=True)]
        return arrays.previewed(path, self.format, _names(), rows[:PREVIEW_ROWS], size, _findings(entries, Counter(), 0, 0, plan))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        said = _said(options, path.name)
        walk = Walk(_root(path))
        files = list(walk.files(token))
        entries: list[_Entry] = []
        hashes: list[tuple[str, str]] = []
        others: Counter[str] = Counter()
        foreign = 0

        def read(file: Path) -> tuple[str, Image | NoImage | None]:
            held = content(file, token)
            sha256 = hashlib.sha256(held).hexdigest()
            if not looks_like_dicom(held[:_HEAD], file.suffix):
                return sha256, None
            return sha256, dicom_file.header_of(held, file.name)

        with closing(ahead(files, read)) as results:
            for file, (sha256, found) in zip(files, results, strict=True):
                token.check()
                hashes.append((walk.name(file), sha256))
                token.progress(len(hashes) / len(files))
                if isinstance(found, Image):
                    entries.append(_Entry(file, walk.name(file), sha256, found))
                elif found is None:
                    foreign += 1
                elif not found.index:
                    others[found.kind] += 1
        if not entries:
            if len(files) == 1 and others:
                raise WardroundError("E-IMAGE-02", file=path.name, kind=next(iter(others)) or "?")
            raise WardroundError("E-IMAGE-05", path=path.name)
        plan = _planned(entries, said)
        for group in plan.groups:
            arrays.check_size(group[0].name, _shape(group, plan), plan.dtype)
        cell = max(int(np.prod(_shape(group, plan))) for group in plan.groups) * np.dtype(plan.dtype).itemsize
        attributes = {"colour": "rgb"} if plan.colour else {}
        schema = arrays.schema_of(_COLUMNS, _BLOCK, Block("image", plan.dtype, bytes=cell, attributes=attributes))
        findings = _findings(entries, others, foreign, walk.links, plan)

        def rows(token: Token) -> Iterator[Row]:
            return _rows(walk, plan, hashes, token)

        return ArraySurvey(path, self.format, schema, len(plan.groups), findings, sha256_of(hashes), rows)


def _root(path: Path) -> Path:
    """A DICOMDIR stands for the folder that it lists."""
    return path.parent if path.is_file() and path.name.upper() == "DICOMDIR" else path


def _names() -> tuple[str, ...]:
    return (*(name for name, _ in _COLUMNS), _BLOCK)


def _said(options: ReadOptions, file: str) -> dict[str, str]:
    said = checked(OPTIONS, options, file)
    if not _WINDOW.fullmatch(said["window"]) or said["window"].endswith(("/0", "/0.0")):
        raise WardroundError("E-DATA-31", file=file, key="window", wanted="none, file, 40/400")
    return said


def _planned(entries: Sequence[_Entry], said: dict[str, str]) -> _Plan:
    """Images in the order of their series and places, one group a row."""
    series: dict[tuple[str | None, str], int] = {}
    for entry in entries:
        series.setdefault((entry.image.patient, entry.image.series or entry.name), len(series) + 1)
    placed: dict[int, list[_Entry]] = {}
    for entry in entries:
        placed.setdefault(series[entry.image.patient, entry.image.series or entry.name], []).append(entry)
    groups: list[tuple[_Entry, ...]] = []
    numbers: list[int] = []
    for number, members in sorted(placed.items()):
        located = all(entry.image.position is not None for entry in members)
        members.sort(
            key=lambda entry: ((entry.image.position if located else entry.image.number) or 0, entry.image.number or 0, entry.name)
        )
        stacks: dict[object, list[_Entry]] = {}
        for entry in members:
            image = entry.image
            alone = said["unit"] == "image" or image.frames > 1
            stacks.setdefault(entry.name if alone else (image.rows, image.columns, image.colour), []).append(entry)
        groups += [tuple(stack) for stack in stacks.values()]
        numbers += [number] * len(stacks)
    colour = said["colour"] == "rgb" or (said["colour"] == "auto" and all(entry.image.colour for entry in entries))
    shades = said["window"] != "none"
    grey = [entry.image.span for entry in entries if not entry.image.colour and not shades]
    decode = "uint8" if shades or not grey else pixels.dtype_of(grey)
    return _Plan(tuple(groups), tuple(numbers), said["window"], colour, int(said["size"] or 0), decode, decode)


def _shape(group: Sequence[_Entry], plan: _Plan) -> tuple[int, ...]:
    image = group[0].image
    depth = image.frames if len(group) == 1 else len(group)
    plane = (plan.size, plan.size) if plan.size else (image.rows, image.columns)
    return (*((depth,) if depth > 1 else ()), *((3,) if plan.colour else ()), *plane)


def _plain(group: Sequence[_Entry], number: int, plan: _Plan) -> tuple[object, ...]:
    image = group[0].image
    shape = _shape(group, plan)
    scale = (image.rows / shape[-2], image.columns / shape[-1])  # a smaller picture has larger pixels
    return (
        image.patient,
        float(number),
        float(image.number) if image.number is not None and len(group) == 1 else None,
        float(image.frames if len(group) == 1 else len(group)),
        image.modality,
        image.body_part,
        image.sex,
        image.age,
        float(shape[-2]),
        float(shape[-1]),
        None if image.row_spacing is None else image.row_spacing * scale[0],
        None if image.column_spacing is None else image.column_spacing * scale[1],
    )


def _rows(walk: Walk, plan: _Plan, hashes: Sequence[tuple[str, str]], token: Token) -> Iterator[Row]:
    """The rows, decoded anew; refuses files that are not the surveyed ones."""

    def read(entry: _Entry) -> Array:
        held = content(entry.path, token)
        if hashlib.sha256(held).hexdigest() != entry.sha256:
            raise WardroundError("E-DATA-10", file=entry.name)
        return _picture(held, entry, plan)

    with closing(ahead([entry for group in plan.groups for entry in group], read)) as decoded:
        for group, number in zip(plan.groups, plan.numbers, strict=True):
            slices = []
            for _ in group:
                token.check()
                slices.append(next(decoded))
            yield _plain(group, number, plan), slices[0] if len(slices) == 1 else np.stack(slices)
    check_same(walk, hashes, {entry.name for group in plan.groups for entry in group}, token)


def _picture(held: bytes, entry: _Entry, plan: _Plan) -> Array:
    image = entry.image
    values = dicom_file.decoded(held, entry.name, plan.window, "uint8" if image.colour else plan.decode_dtype)
    if image.colour and not plan.colour:
        values = pixels.grey_of(values)
    elif plan.colour and not image.colour:
        values = pixels.colour_of(values if values.dtype == np.uint8 else pixels.stretched(values))
    if plan.size:
        values = pixels.resized(values, plan.size, plan.size)
    return values.astype(plan.dtype, copy=False)


def _findings(entries: Sequence[_Entry], others: Counter[str], foreign: int, links: int, plan: _Plan) -> tuple[Finding, ...]:
    images = [entry.image for entry in entries]
    shapes = {_shape(group, plan)[-2:] for group in plan.groups}
    kinds = ", ".join(kind or "?" for kind, _ in others.most_common(_KINDS_NAMED))

    def count(*flags: bool) -> dict[str, object]:
        return {"count": sum(flags)}

    found = (
        Finding("info", "dicom-deidentified", fields={"count": _ATTRIBUTES_KEPT}),
        Finding("warning", "burned-in", fields=count(*(image.burned_in for image in images))),
        Finding("warning", "maybe-burned-in", fields=count(*(image.may_be_burned_in for image in images))),
        Finding("warning", "faces", fields=count(*(image.face for image in images))),
        Finding("warning", "no-patient-id", fields=count(*(image.patient is None for image in images))),
        Finding("info", "objects-without-pixels", fields={"count": sum(others.values()), "other": kinds}),
        Finding("info", "other-files", fields={"count": foreign}),
        Finding("info", "links-skipped", fields={"count": links}),
        Finding("info", "made-grey", fields=count(*(image.colour and not plan.colour for image in images))),
        Finding("warning", "sizes-differ", _BLOCK, {"count": len(shapes) if len(shapes) > 1 else 0}),
    )
    return tuple(finding for finding in found if finding.fields["count"])
