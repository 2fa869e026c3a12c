# SPDX-License-Identifier: Apache-2.0
"""What a loader is: one file format family, previewed, surveyed as a whole, then read in batches with settled types.

Every loader reads a file twice: ``survey`` looks at all of it and settles what each column is, ``Survey.batches`` then
yields it with those types. So the outcome never depends on where a chunk ends, memory stays bounded, and nothing is
stored of a file that has a fault on its last line.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from engine.errors import Language, WardroundError
from engine.values import Token

if TYPE_CHECKING:
    import pyarrow as pa

PREVIEW_ROWS = 100
MAX_COLUMNS = 20_000
MAX_ROWS_NAMED = 1000  # rows listed in one finding

MISSING = (
    *("", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NAN", "NULL", "Null", "null"),
    *("?", "-", "--", ".", "未查", "缺失", "未测", "无数据"),
)
"""Text that means "no value" in every column, unless the options say otherwise. Numeric codes such as -9 are the study's to declare."""


@dataclass(frozen=True)
class ReadOptions:
    """What a person may say about a file; None means: find out."""

    encoding: str | None = None  # a Python codec name, e.g. "gb18030"
    delimiter: str | None = None  # one character
    decimal: str | None = None  # "." or ","
    missing: tuple[str, ...] | None = None  # replaces MISSING
    header_row: int | None = None  # line of the column names, 1 is the first; 0: the file has none
    settings: Mapping[str, str] = field(default_factory=dict)  # what only some formats have, by ``LoaderOption.key``


@dataclass(frozen=True)
class LoaderOption:
    """Something that one format asks a person, declared once: the window's form, ``--set KEY=VALUE`` and the checks derive from it.

    ``kind``: text · whole · number · flag ("yes" or "no") · choice · list (values separated by commas). ``default`` is what an
    unset option means; "" where the loader finds out. ``says`` is a label with its explanation in one sentence; ``words`` say each
    of ``choices``, in their order.
    """

    key: str
    kind: Literal["text", "whole", "number", "flag", "choice", "list"]
    says: Callable[[Language], str]
    default: str = ""
    choices: tuple[str, ...] = ()
    words: Callable[[Language], tuple[str, ...]] | None = None


def settled(options: Sequence[LoaderOption], said: Mapping[str, str], file: str) -> dict[str, str]:
    """Every option of a loader with the value said or its default.

    Raises:
        WardroundError: E-DATA-30 for an option that this format does not have · E-DATA-31 for a value that it does not take.
    """
    known = {option.key: option for option in options}
    for key in said:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1) or sorted(known) or ["–"]
            raise WardroundError("E-DATA-30", file=file, key=key, known=", ".join(near))
    values = {option.key: said.get(option.key, option.default).strip() for option in options}
    for key, value in values.items():
        if value and not _takes(known[key], value):
            wanted = ", ".join(known[key].choices) or known[key].kind
            raise WardroundError("E-DATA-31", file=file, key=key, wanted=wanted)
    return values


def _takes(option: LoaderOption, value: str) -> bool:
    match option.kind:
        case "whole":
            return value.removeprefix("-").isascii() and value.removeprefix("-").isdigit() and len(value) < 10
        case "number":
            try:
                return abs(float(value)) < float("inf")
            except ValueError:
                return False
        case "flag":
            return value in ("yes", "no")
        case "choice":
            return value in option.choices
        case "text" | "list":
            return True


def listed(value: str) -> tuple[str, ...]:
    """The parts of a list option, without blanks and empty ones."""
    return tuple(part for piece in value.split(",") if (part := piece.strip()))


@dataclass(frozen=True)
class Finding:
    """Something worth a look, as data: ``engine.records.findings.sentence`` says it in words.

    ``severity`` is info | warning | block; ``rows`` are the first rows concerned, 0-based, at most MAX_ROWS_NAMED.
    """

    severity: str
    code: str
    column: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Preview:
    """The first rows of a file as they would be read; nothing is stored.

    ``offers``: option key → what this very file has to choose from, e.g. the names of its sheets.
    """

    path: Path
    format: str
    encoding: str
    delimiter: str
    decimal: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    file_bytes: int
    findings: tuple[Finding, ...]
    offers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    first_row: int = 1  # what a spreadsheet numbers the first of ``rows``, as sentences about the file do


class Survey(Protocol):
    """What a whole file turned out to be."""

    @property
    def format(self) -> str:
        """The loader's format."""
        ...

    @property
    def schema(self) -> pa.Schema:
        """Names as stored; float64 for numbers, string for texts, a block column (``blocks.py``) for arrays; nothing else."""
        ...

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the file says one."""
        ...

    @property
    def rows(self) -> int:
        """Rows of the file."""
        ...

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What reading found; ``describe`` adds what the values show."""
        ...

    @property
    def source_sha256(self) -> str:
        """SHA-256 (hex) of the file."""
        ...

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """The rows in order, each batch with ``schema``.

        Raises:
            WardroundError: E-DATA-10 when the file is no longer the one that was surveyed.
        """
        ...


class Loader(Protocol):
    """One format family. Every loader opens its source read-only, streams, tells its progress and can be cancelled."""

    format: str
    patterns: tuple[str, ...]
    """Endings for the file dialog, e.g. ``("*.csv", "*.tsv")``; empty for a loader of folders."""
    options: tuple[LoaderOption, ...]

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether this loader reads that file or folder; ``head`` is a file's first 4 KiB, empty for a folder."""
        ...

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """The first PREVIEW_ROWS rows, quickly whatever the size of the file.

        Raises:
            WardroundError: E-DATA-… for a file that cannot be shown, E-FILE-01 for one that cannot be opened.
        """
        ...

    def survey(self, path: Path, options: ReadOptions, token: Token) -> Survey:
        """Reads the whole file and settles the type of each column.

        Raises:
            WardroundError: E-DATA-… naming file, row and column; E-FILE-01.
        """
        ...


@contextmanager
def brought_by(extra: str, file: str) -> Iterator[None]:
    """Around the import of a library that an extra of this distribution brings.

    Raises:
        WardroundError: E-DATA-33 when it is not installed.
    """
    try:
        yield
    except ImportError as error:
        raise WardroundError("E-DATA-33", file=file, extra=extra) from error


class Part:
    """The share ``low``…``high`` of somebody else's token."""

    def __init__(self, token: Token, low: float, high: float) -> None:
        self._token, self._low, self._high = token, low, high

    def progress(self, fraction: float) -> None:
        """Progress within the share."""
        self._token.progress(self._low + (self._high - self._low) * min(1.0, fraction))

    def check(self) -> None:
        """Raises ``Cancelled`` when a person asked to stop."""
        self._token.check()
