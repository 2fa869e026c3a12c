# SPDX-License-Identifier: Apache-2.0
"""The loaders there are, in the order in which they are asked, and the three verbs that every caller uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from engine.errors import WardroundError
from engine.records.columnar import ParquetLoader
from engine.records.loader import Loader, Part, Preview, ReadOptions, Survey
from engine.records.source import head_of
from engine.records.tabular import DelimitedLoader
from engine.values import NoToken, Token

LOADERS: tuple[Loader, ...] = (ParquetLoader(),)
"""A new format family is a file of its own and one entry here; the first that recognises a file reads it."""
TEXT: Loader = DelimitedLoader()
"""What no loader above recognises is taken for delimited text, which refuses what is no text."""

# Told apart so that the refusal can say what the file is; a format with a loader never gets here.
_KNOWN_BUT_UNREADABLE = (
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (bytes(128) + b"DICM", "DICOM"),
    (b"PK\x03\x04", "Excel or ZIP"),
    (b"\xd0\xcf\x11\xe0", "Excel 97"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"$FL2", "SPSS"),
    (b"<stata_dta>", "Stata"),
)


def loader_for(path: Path) -> Loader:
    """The loader of a file.

    Raises:
        WardroundError: E-DATA-11 for a format that no loader reads · E-DATA-32 a folder that none reads · E-DATA-01 empty ·
            E-FILE-01 cannot be opened.
    """
    folder = path.is_dir()
    head = b"" if folder else head_of(path, 4096)
    for loader in LOADERS:
        if loader.recognises(path, head):
            return loader
    if folder:
        raise WardroundError("E-DATA-32", path=path.name)
    for magic, name in _KNOWN_BUT_UNREADABLE:
        if head.startswith(magic):
            raise WardroundError("E-DATA-11", file=path.name, format=name)
    return TEXT


def patterns() -> tuple[str, ...]:
    """The endings of all files that can be read, for a file dialog."""
    return tuple(dict.fromkeys(pattern for loader in (*LOADERS, TEXT) for pattern in loader.patterns))


def preview(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Preview:
    """The first rows of any file that a loader reads, within a second whatever its size. Raises as ``Loader.preview``."""
    return loader_for(path).preview(path, options or ReadOptions(), token or NoToken())


def survey(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Survey:
    """Reads the whole file and settles the type of each column. Raises as ``Loader.survey``."""
    return loader_for(path).survey(path, options or ReadOptions(), token or NoToken())


def read(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Iterator[pa.RecordBatch]:
    """The rows in order, typed by the whole file: a survey, then its batches."""
    token = token or NoToken()
    yield from survey(path, options, Part(token, 0.0, 0.5)).batches(Part(token, 0.5, 1.0))
