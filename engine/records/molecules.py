# SPDX-License-Identifier: Apache-2.0
"""Molecules: one row each, with canonical SMILES, a fingerprint as one block column, and descriptors as numbers.

SDF and SMILES files, and any delimited text with a column of SMILES, whose other columns stay as they are. What RDKit cannot
read keeps its row, with nothing in these columns, and is listed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.errors import WardroundError
from engine.records import blocks, cells, chemistry, headers, moleculetext
from engine.records.blocks import Block
from engine.records.chemistry import Chemist, Molecule
from engine.records.inflate import Inflated, inflated_head
from engine.records.loader import MAX_ROWS_NAMED, PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, Survey, settled
from engine.records.moleculetext import Entry
from engine.records.tabular import DelimitedLoader
from engine.text import translate
from engine.values import NoToken, Token

NAME, SMILES, FINGERPRINT = "molecule", "canonical SMILES", "fingerprint"
SIZES = ("512", "1024", "2048", "4096")
_SDF = (".sdf", ".sd", ".mol", ".sdf.gz")
_SMILES = (".smi", ".smiles", ".ism", ".smi.gz")
_COLUMNS = ("smiles", "canonicalsmiles", "isomericsmiles", "canonicalsmile", "smile", "structure", "smi")
_BATCH = 4096
_LOOKED = 20
_OPTIONS = (
    LoaderOption("radius", "choice", lambda to: translate("Radius of the Morgan fingerprint, in bonds", to), "2", ("1", "2", "3", "4")),
    LoaderOption("bits", "choice", lambda to: translate("Length of the fingerprint", to), "2048", SIZES),
)


class MoleculeLoader:
    """The loader of SDF and SMILES files."""

    format = "molecules"
    patterns: tuple[str, ...] = ("*.sdf", "*.sd", "*.mol", "*.sdf.gz", "*.smi", "*.smiles", "*.ism", "*.smi.gz")
    options: tuple[LoaderOption, ...] = _OPTIONS

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its name, or by the end of a first MOL block."""
        start = inflated_head(head)
        return path.name.lower().endswith((*_SDF, *_SMILES)) or (b"V2000" in start and b"\nM  END" in start and b"\0" not in start)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        token.check()
        said = settled(self.options, options.settings, path.name)
        chemist = Chemist(int(said["radius"]), int(said["bits"]), path.name)
        with Inflated(path, NoToken()) as source:
            entries = list(islice(_entries(source, path, chemist), PREVIEW_ROWS))
        return _preview(_Read(entries, chemist, token), said, path, self.format)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> MoleculeSurvey:
        """See ``Loader.survey``; raises E-CHEM-01 when no molecule can be read."""
        said = settled(self.options, options.settings, path.name)
        chemist = Chemist(int(said["radius"]), int(said["bits"]), path.name)
        with Inflated(path, token) as source:
            read = _Read(_entries(source, path, chemist), chemist, token)
            sha256 = source.sha256
        return _survey(read, said, path, self.format, sha256)


class MoleculeTable:
    """The loader of a delimited text with a column of SMILES, when a person says that it is one."""

    format = MoleculeLoader.format
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = (
        LoaderOption("column", "text", lambda to: translate("The column of SMILES; found by its name when nothing is said", to)),
        *_OPTIONS,
    )

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """Never by itself: it is a table as well."""
        return False

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        said = settled(self.options, options.settings, path.name)
        table = DelimitedLoader().preview(path, dataclasses.replace(options, settings={}), token)
        place = table.header.index(_column(table.header, said["column"], path))
        rows = [row for row in table.rows if len(row) == len(table.header)]
        entries = [Entry("", row[place].strip(), False) for row in rows]
        read = _Read(entries, Chemist(int(said["radius"]), int(said["bits"]), path.name), token)
        shown = _preview(read, said, path, self.format, table.header)
        joined = tuple((*before, *after) for before, after in zip(rows, shown.rows, strict=True))
        return dataclasses.replace(
            table, format=self.format, header=(*table.header, *shown.header), rows=joined, findings=(*table.findings, *shown.findings)
        )

    def survey(self, path: Path, options: ReadOptions, token: Token) -> MoleculeSurvey:
        """See ``Loader.survey``."""
        said = settled(self.options, options.settings, path.name)
        chemist = Chemist(int(said["radius"]), int(said["bits"]), path.name)
        table = DelimitedLoader().survey(path, dataclasses.replace(options, settings={}), Part(token, 0.0, 0.2))
        column = _column(table.schema.names, said["column"], path)
        if table.schema.field(column).type != pa.string():
            raise WardroundError("E-CHEM-02", file=path.name)
        texts = (text for batch in table.batches(Part(token, 0.2, 1.0)) for text in batch.column(column).to_pylist())
        read = _Read((Entry("", (text or "").strip(), False) for text in texts), chemist, token)
        return _survey(read, said, path, self.format, table.source_sha256, table)


class _Read:
    """Molecules as they were read, None where one could not be."""

    def __init__(self, entries: Iterator[Entry] | Sequence[Entry], chemist: Chemist, token: Token) -> None:
        self.names: list[str] = []
        self.molecules: list[Molecule | None] = []
        self.values: dict[str, dict[int, str]] = {}
        self.empty = 0
        for row, entry in enumerate(entries):
            if not row % 16:
                token.check()
            self.names.append(entry.name)
            self.molecules.append(chemist.of_block(entry.text) if entry.block else chemist.of_smiles(entry.text))
            self.empty += not entry.text.strip()
            for name, value in entry.values.items():
                self.values.setdefault(name, {})[row] = value

    def findings(self) -> Iterator[Finding]:
        """Which could not be read, and which are there twice."""
        bad = [row for row, molecule in enumerate(self.molecules) if molecule is None]
        if bad:
            named = ", ".join(str(row + 1) for row in bad[:10]) + (", …" if len(bad) > 10 else "")
            yield Finding("warning", "molecules-unreadable", fields={"count": len(bad), "rows": named}, rows=tuple(bad[:MAX_ROWS_NAMED]))
        known = [molecule.smiles for molecule in self.molecules if molecule is not None]
        if doubles := len(known) - len(set(known)):
            yield Finding("info", "molecules-double", fields={"count": doubles})


@dataclass(frozen=True)
class MoleculeSurvey:
    """What a file of molecules turned out to hold; see ``loader.Survey``. ``table``: the columns of a delimited text."""

    path: Path
    schema: pa.Schema
    names: tuple[str, ...]  # of the last columns: SMILES, fingerprint, descriptors
    read: _Read
    bits: int
    source_sha256: str
    findings: tuple[Finding, ...]
    table: Survey | None
    format: str = MoleculeLoader.format

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit."""
        beside = {} if self.table is None else dict(self.table.units)
        return beside | {name: chemistry.UNITS[name] for name in self.names if name in chemistry.UNITS}

    @property
    def rows(self) -> int:
        """Molecules, those that cannot be read included."""
        return len(self.read.molecules)

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        at = 0
        for beside in self._beside(token):
            rows = len(beside[0]) if beside else 0
            columns = [*beside, *_columns(self.read.molecules[at : at + rows], self.bits)]
            at += rows
            yield pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _beside(self, token: Token) -> Iterator[list[pa.Array]]:
        """The columns that are not made of molecules, cut into batches."""
        if self.table is not None:
            for batch in self.table.batches(token):
                for start in range(0, batch.num_rows, _BATCH):
                    token.check()
                    yield batch.slice(start, _BATCH).columns
            return
        with Inflated(self.path, token) as source:
            source.drain()
            if source.sha256 != self.source_sha256:
                raise WardroundError("E-DATA-10", file=self.path.name)
        columns = [pa.array(self.read.names, pa.string()), *(_values(values, self.rows) for values in self.read.values.values())]
        for start in range(0, self.rows, _BATCH):
            token.check()
            yield [column.slice(start, _BATCH) for column in columns]


def _entries(source: Inflated, path: Path, chemist: Chemist) -> Iterator[Entry]:
    if path.name.lower().endswith(_SMILES):
        return moleculetext.entries_of_smiles(source, path, name_first=_name_first(path, chemist))
    return moleculetext.entries_of_sdf(source, path)


def _name_first(path: Path, chemist: Chemist) -> bool:
    """Whether the SMILES stand behind the names, as the first lines show."""
    with Inflated(path, NoToken()) as source:
        first = list(islice(moleculetext.entries_of_smiles(source, path), _LOOKED))
    before = sum(chemist.of_smiles(entry.text) is not None for entry in first)
    return sum(chemist.of_smiles(entry.name) is not None for entry in first) > before


def _survey(read: _Read, said: Mapping[str, str], path: Path, kind: str, sha256: str, table: Survey | None = None) -> MoleculeSurvey:
    if not any(molecule is not None for molecule in read.molecules):
        raise WardroundError("E-CHEM-01", file=path.name, count=len(read.molecules))
    fields, findings = _fields_beside(read, path) if table is None else (list(table.schema), table.findings)
    own = _own_fields([field.name for field in fields], int(said["bits"]))
    schema = pa.schema([*fields, *own])
    names = tuple(field.name for field in own)
    return MoleculeSurvey(path, schema, names, read, int(said["bits"]), sha256, (*findings, *read.findings()), table, kind)


def _fields_beside(read: _Read, path: Path) -> tuple[list[pa.Field], tuple[Finding, ...]]:
    """The name and the values of an SDF."""
    names, findings = headers.settle([NAME, *(name if name != NAME else f"{name} (file)" for name in read.values)], path.name)
    kinds = [pa.string(), *(_values(values, len(read.names)).type for values in read.values.values())]
    return [pa.field(name, kind) for name, kind in zip(names, kinds, strict=True)], findings


def _own_fields(taken: Sequence[str], bits: int) -> list[pa.Field]:
    block = Block("molecule", "uint8", (), bits, {"fingerprint": "Morgan"})
    fields = [
        pa.field(SMILES, pa.string()),
        blocks.field_of(FINGERPRINT, block),
        *(pa.field(n, pa.float64()) for n in chemistry.DESCRIPTORS),
    ]
    return [field.with_name(f"{field.name} (computed)") if field.name in taken else field for field in fields]


def _columns(molecules: Sequence[Molecule | None], bits: int) -> list[pa.Array]:
    """SMILES, fingerprint and descriptors."""
    block = Block("molecule", "uint8", (), bits)
    prints = [None if each is None else np.unpackbits(np.frombuffer(each.bits, np.uint8)) for each in molecules]
    numbers = [[None if each is None else each.descriptors[number] for each in molecules] for number in range(len(chemistry.DESCRIPTORS))]
    texts = pa.array([None if each is None else each.smiles for each in molecules], pa.string())
    return [texts, blocks.cells(prints, block), *(pa.array(values, pa.float64()) for values in numbers)]


def _values(values: Mapping[int, str], rows: int) -> pa.Array:
    """One value of an SDF as a column: numbers when each is plainly one."""
    column = pa.array([values.get(row) for row in range(rows)], pa.string())
    numbers = cells.parsed(column)
    return column if numbers is None else numbers


def _column(header: Sequence[str], said: str, path: Path) -> str:
    """The column of SMILES.

    Raises:
        WardroundError: E-CHEM-02 there is none of that name.
    """
    found = [name for name in header if (name == said if said else headers.plain(name) in _COLUMNS)]
    if not found:
        raise WardroundError("E-CHEM-02", file=path.name)
    return found[0]


def _preview(read: _Read, said: Mapping[str, str], path: Path, kind: str, taken: Sequence[str] | None = None) -> Preview:
    bits = int(said["bits"])
    fields: list[pa.Field] = []
    columns: list[pa.Array] = []
    findings: tuple[Finding, ...] = ()
    if taken is None:
        fields, findings = _fields_beside(read, path)
        columns = [pa.array(read.names, pa.string()), *(_values(values, len(read.names)) for values in read.values.values())]
    own = _own_fields(taken if taken is not None else [field.name for field in fields], bits)
    table = pa.RecordBatch.from_arrays([*columns, *_columns(read.molecules, bits)], schema=pa.schema([*fields, *own]))
    rows = tuple(tuple(_shown(value) for value in row.values()) for row in table.to_pylist())
    names = tuple(table.schema.names)
    return Preview(path, kind, "", "", ".", names, rows, path.stat().st_size, (*findings, *read.findings()))


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return blocks.shown(value["shape"])
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)
