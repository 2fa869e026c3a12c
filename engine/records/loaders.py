# SPDX-License-Identifier: Apache-2.0
"""The loaders there are, in the order in which they are asked, and the three verbs that every caller uses.

What a delimited text holds cannot always be seen: a table, an expression matrix and a waveform look alike. So a file may have
several readings, of which a person chooses one by the setting ``format``; "auto", the default, takes the first that recognises it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from engine.errors import WardroundError
from engine.records.columnar import ArrowLoader, ParquetLoader
from engine.records.csv_waveform import CsvWaveformLoader
from engine.records.dicom import DicomLoader
from engine.records.edf import EdfLoader
from engine.records.expression import ExpressionLoader, ExpressionText
from engine.records.fhir import FhirLoader
from engine.records.genotypes import GenotypeLoader
from engine.records.loader import Loader, LoaderOption, Part, Preview, ReadOptions, Survey
from engine.records.molecules import MoleculeLoader, MoleculeTable
from engine.records.monitoring import MonitoringLoader
from engine.records.nifti import NiftiLoader
from engine.records.notes import NotesLoader
from engine.records.npz import NpzLoader
from engine.records.omop import OmopLoader
from engine.records.pictures import PictureLoader
from engine.records.source import head_of
from engine.records.statistics_file import StatisticsLoader
from engine.records.tabular import DelimitedLoader, OnePass
from engine.records.wfdb import WfdbLoader
from engine.records.workbook import WorkbookLoader
from engine.text import translate
from engine.values import NoToken, Token

LOADERS: tuple[Loader, ...] = (
    ParquetLoader(),
    ArrowLoader(),
    StatisticsLoader(),
    NotesLoader(),
    FhirLoader(),
    OmopLoader(),
    GenotypeLoader(),
    DicomLoader(),
    WorkbookLoader(),
    NiftiLoader(),
    NpzLoader(),
    WfdbLoader(),
    EdfLoader(),
    PictureLoader(),
    ExpressionLoader(),
    MoleculeLoader(),
)
"""A new format family is a file of its own and one entry here; the first that recognises a file reads it."""
TEXT: Loader = DelimitedLoader()
"""What no loader above recognises is taken for delimited text, which refuses what is no text."""
AS_TEXT: tuple[Loader, ...] = (ExpressionText(), MoleculeTable(), MonitoringLoader(), CsvWaveformLoader(), TEXT)
"""Everything that a delimited text can be read as, in the order in which they are asked; the last, a table, takes what is left."""
FORMAT = "format"
AUTO = "auto"

# Told apart so that the refusal can say what the file is; a format with a loader never gets here.
_KNOWN_BUT_UNREADABLE = (
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"%PDF", "PDF"),
    (b"SQLite format 3\0", "SQLite"),
)


def readings(path: Path) -> tuple[Loader, ...]:
    """The loaders that can read a file; the first does, unless a person says otherwise.

    Raises:
        WardroundError: E-DATA-11 for a format that no loader reads · E-DATA-32 a folder that none reads · E-DATA-01 empty ·
            E-FILE-01 cannot be opened.
    """
    folder = path.is_dir()
    head = b"" if folder else head_of(path, 4096)
    for loader in LOADERS:
        if loader.recognises(path, head):
            return (loader,)
    if folder:
        raise WardroundError("E-DATA-32", path=path.name)
    for magic, name in _KNOWN_BUT_UNREADABLE:
        if head.startswith(magic):
            raise WardroundError("E-DATA-11", file=path.name, format=name)
    first = next(loader for loader in AS_TEXT if loader.recognises(path, head))
    return (first, *(loader for loader in AS_TEXT if loader is not first))


def loader_for(path: Path, settings: Mapping[str, str] | None = None) -> Loader:
    """The loader that reads a file, as a person said it or as it is recognised.

    Raises:
        WardroundError: E-DATA-31 when the file cannot be read as was said · whatever ``readings`` raises.
    """
    found = readings(path)
    said = (settings or {}).get(FORMAT, "").strip() or AUTO
    for loader in found:
        if said in (AUTO, loader.format):
            return loader
    raise WardroundError("E-DATA-31", file=path.name, key=FORMAT, wanted=", ".join((AUTO, *(loader.format for loader in found))))


def options_of(path: Path, settings: Mapping[str, str]) -> tuple[LoaderOption, ...]:
    """What a file asks a person: what it is read as, where that is a question, then what that reading asks. Raises as ``loader_for``."""
    found = readings(path)
    own = loader_for(path, settings).options
    if len(found) == 1:
        return own
    choices = (AUTO, *(loader.format for loader in found))
    return (LoaderOption(FORMAT, "choice", lambda to: translate("Read the file as", to), AUTO, choices), *own)


def patterns() -> tuple[str, ...]:
    """The endings of all files that can be read, for a file dialog."""
    return tuple(dict.fromkeys(pattern for loader in (TEXT, *LOADERS, *AS_TEXT) for pattern in loader.patterns))


def preview(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Preview:
    """The first rows of any file that a loader reads, within a second whatever its size. Raises as ``Loader.preview``."""
    loader, own = _chosen(path, options or ReadOptions())
    return loader.preview(path, own, token or NoToken())


def survey(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Survey:
    """Reads the whole file and settles the type of each column. Raises as ``Loader.survey``."""
    loader, own = _chosen(path, options or ReadOptions())
    return loader.survey(path, own, token or NoToken())


def in_one_pass(path: Path, options: ReadOptions | None = None) -> OnePass | None:
    """A file that can be read once instead of twice by whoever can throw away what came before a ``GuessWrong``; None for others."""
    loader, own = _chosen(path, options or ReadOptions())
    return loader.one_pass(path, own) if isinstance(loader, DelimitedLoader) else None


def read(path: Path, options: ReadOptions | None = None, token: Token | None = None) -> Iterator[pa.RecordBatch]:
    """The rows in order, typed by the whole file: a survey, then its batches."""
    token = token or NoToken()
    yield from survey(path, options, Part(token, 0.0, 0.5)).batches(Part(token, 0.5, 1.0))


def _chosen(path: Path, options: ReadOptions) -> tuple[Loader, ReadOptions]:
    """The loader, and the options without the choice of it."""
    own = {key: value for key, value in options.settings.items() if key != FORMAT}
    return loader_for(path, options.settings), dataclasses.replace(options, settings=own)
