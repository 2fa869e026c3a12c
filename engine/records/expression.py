# SPDX-License-Identifier: Apache-2.0
"""Expression matrices: one row a sample, one block column with all genes, or the genes that a person names as ordinary columns.

Read from TSV, CSV, GCT (also gzip) and h5ad. The numbers of one matrix are held in memory (``matrix.MOST_VALUES``), because a
file of genes in rows has the last value of the first sample at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import blocks, genes, h5ad, headers, matrix, matrixlayout, matrixtext
from engine.records.blocks import Block
from engine.records.genes import Genes
from engine.records.inflate import inflated_head, is_gzip
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, listed, settled
from engine.records.matrix import Look, Matrix
from engine.records.source import head_of
from engine.text import translate
from engine.values import Token

SAMPLE, EXPRESSION = "sample", "expression"
AUTO, NONE, LOG = "auto", "none", "log2p1"
_BATCH_BYTES = 16 << 20
_NAMED = 10
_PREVIEW_BYTES = 8 << 20
_TOTALS = 20  # samples whose sum is looked at


class ExpressionLoader:
    """The loader of what can be nothing but an expression matrix: GCT, h5ad, a compressed text of genes."""

    format = EXPRESSION
    patterns: tuple[str, ...] = ("*.gct", "*.gct.gz", "*.h5ad", "*.tsv.gz", "*.csv.gz", "*.txt.gz")
    options: tuple[LoaderOption, ...] = (
        LoaderOption(
            "orientation",
            "choice",
            lambda to: translate("Which way the matrix lies", to),
            AUTO,
            (matrixlayout.AUTO, matrixlayout.GENES, matrixlayout.SAMPLES),
        ),
        LoaderOption(
            "transform",
            "choice",
            lambda to: translate("Logarithm: log2(x + 1) of counts, TPM and other plain values unless they are logarithms already", to),
            AUTO,
            (AUTO, NONE, LOG),
        ),
        LoaderOption(
            "duplicates",
            "choice",
            lambda to: translate("Genes that come more than once: their mean, the first, or all of them", to),
            "mean",
            ("mean", "first", "keep"),
        ),
        LoaderOption(
            "genes", "list", lambda to: translate("Genes to read as ordinary columns; all in one column when nothing is said", to)
        ),
        LoaderOption("columns", "list", lambda to: translate("Columns that are no genes, kept beside (such as the outcome)", to)),
        LoaderOption("layer", "text", lambda to: translate("Of an h5ad file: the layer to read; X when nothing is said", to)),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """A GCT or HDF5 by its first bytes or name; a gzip whose text is of genes."""
        start = inflated_head(head)
        name = path.name.lower()
        if start.startswith((b"#1.2", b"#1.3")) or (head.startswith(h5ad.MAGIC) and name.endswith(".h5ad")):
            return True
        if name.endswith((".gct", ".gct.gz", ".h5ad")):
            return True
        return is_gzip(head) and name.endswith((".tsv.gz", ".csv.gz", ".txt.gz")) and matrixlayout.looks_like_expression(path)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """The first samples, of as much as is read within a second."""
        token.check()
        said = settled(self.options, options.settings, path.name)
        encoding = delimiter = ""
        decimal = "."
        whole = True
        if _is_h5ad(path):
            read, _ = h5ad.read(path, said["layer"], PREVIEW_ROWS, token)
        else:
            found = matrixlayout.layout(path, options, said["orientation"], listed(said["columns"]))
            encoding, delimiter, decimal = found.encoding, found.delimiter, found.decimal
            read, whole = matrixtext.read_some(path, found, _PREVIEW_BYTES, token)
        plan = _Plan(read, said, path.name, partial=not whole)
        first = plan.table(read, 0, min(PREVIEW_ROWS, len(read.samples)))
        rows = [tuple(_shown(value) for value in row.values()) for row in first.to_pylist()]
        return Preview(
            path, self.format, encoding, delimiter, decimal, tuple(plan.schema.names), tuple(rows), path.stat().st_size, plan.findings(read)
        )

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ExpressionSurvey:
        """See ``Loader.survey``."""
        said = settled(self.options, options.settings, path.name)
        if _is_h5ad(path):
            sha256 = h5ad.sha256_of(path, Part(token, 0.0, 0.2))
            read, _ = h5ad.read(path, said["layer"], None, Part(token, 0.2, 0.9))
        else:
            found = matrixlayout.layout(path, options, said["orientation"], listed(said["columns"]))
            read, sha256 = matrixtext.read(path, found, Part(token, 0.0, 0.9))
        plan = _Plan(read, said, path.name, token=Part(token, 0.9, 1.0))
        token.progress(1.0)
        return ExpressionSurvey(path, read, plan, sha256, plan.findings(read))


class ExpressionText(ExpressionLoader):
    """The same for a delimited text, which may be a table as well."""

    patterns: tuple[str, ...] = ()

    def recognises(self, path: Path, head: bytes) -> bool:  # noqa: ARG002 - the interface of every loader
        """Hundreds of names that are genes', or a person says so."""
        return matrixlayout.looks_like_expression(path)


@dataclass(frozen=True)
class ExpressionSurvey:
    """What an expression matrix turned out to be; see ``loader.Survey``."""

    path: Path
    matrix: Matrix
    plan: _Plan
    source_sha256: str
    findings: tuple[Finding, ...]
    format: str = ExpressionLoader.format

    @property
    def schema(self) -> pa.Schema:
        """The sample's name, the columns beside, and one block of all genes or a float64 a gene that was named."""
        return self.plan.schema

    @property
    def units(self) -> Mapping[str, str]:
        """Column name → unit, where the name has one in brackets."""
        return {name: unit for name in self.matrix.kept if (unit := headers.split_unit(name)[1])}

    @property
    def rows(self) -> int:
        """Samples."""
        return len(self.matrix.samples)

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``: from memory, once the file is seen to be the same still."""
        if h5ad.sha256_of(self.path, Part(token, 0.0, 0.2)) != self.source_sha256:
            raise WardroundError("E-DATA-10", file=self.path.name)
        step = max(1, _BATCH_BYTES // (4 * max(1, len(self.plan.genes.labels))))
        for start in range(0, self.rows, step):
            token.check()
            stop = min(self.rows, start + step)
            batch = self.plan.table(self.matrix, start, stop)
            token.progress(0.2 + 0.8 * stop / self.rows)
            yield batch


class _Plan:
    """How the rows of a matrix become the rows of a table."""

    def __init__(self, read: Matrix, said: Mapping[str, str], file: str, *, partial: bool = False, token: Token | None = None) -> None:
        self._file, self._partial = file, partial
        self.genes: Genes = genes.settle(read.genes, said["duplicates"])
        totals = [float(np.nansum(read.row(place))) for place in range(min(_TOTALS, len(read.samples)))]
        self.look: Look = matrix.look(read.pieces, totals, token)
        self.log = said["transform"] == LOG or (said["transform"] == AUTO and self.look.kind not in (matrix.LOGS, matrix.CENTRED))
        if self.log and self.look.low < 0:
            raise WardroundError("E-GENO-17", file=file)
        self._as_block = not said["genes"].strip()
        self._beside = [name for name in read.kept if name not in (SAMPLE, EXPRESSION)]
        self.absent: list[str] = []
        self.columns: dict[str, int] = {}
        if wanted := listed(said["genes"]):
            first = self.genes.order[self.genes.starts] if len(self.genes.labels) < len(self.genes.order) else self.genes.order
            aliases = [read.aliases[place] for place in first] if read.aliases else []
            self.columns, self.absent = genes.find(wanted, self.genes.labels, aliases)
            if not self.columns and not partial:
                raise WardroundError("E-GENO-16", file=file, count=len(wanted), genes=len(self.genes.labels))
            taken = {SAMPLE, *self._beside}
            self.columns = {name: place for name, place in self.columns.items() if name not in taken}
        scale = "log2(x + 1)" if self.log else self.look.kind
        said_of = {"scale": scale, "values": self.look.kind, "names": self.genes.kind}
        self.block = Block("expression", "float32", self.genes.labels, 4 * len(self.genes.labels), said_of)
        beside = [pa.field(name, read.kept[name].type) for name in self._beside]
        fields = [blocks.field_of(EXPRESSION, self.block)] if self._as_block else [pa.field(name, pa.float64()) for name in self.columns]
        self.schema = pa.schema([pa.field(SAMPLE, pa.string()), *beside, *fields])

    def table(self, read: Matrix, start: int, stop: int) -> pa.RecordBatch:
        """Rows ``start`` to ``stop``."""
        rows = [self._values(read.row(place)) for place in range(start, stop)]
        columns: list[pa.Array] = [pa.array([name or None for name in read.samples[start:stop]], pa.string())]
        columns += [read.kept[name].slice(start, stop - start) for name in self._beside]
        if self._as_block:
            columns.append(blocks.cells(rows, self.block))
        else:
            picked = np.array([[row[place] for place in self.columns.values()] for row in rows], np.float64).reshape(len(rows), -1)
            columns += [pa.array(picked[:, number], from_pandas=True) for number in range(len(self.columns))]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    def _values(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        merged = self.genes.merged(row)
        return np.log2(merged + np.float32(1)) if self.log else merged

    def findings(self, read: Matrix) -> tuple[Finding, ...]:
        """What the names and the values look like, and what was done about it."""
        return tuple(self._findings(read))

    def _findings(self, read: Matrix) -> Iterator[Finding]:
        found, look = self.genes, self.look
        if self._partial:
            yield Finding("info", "matrix-partly-seen")
        if read.guessed and read.genes_in_rows:
            yield Finding("warning", "genes-in-rows", fields={"count": len(found.labels)})
        elif read.guessed:
            yield Finding("warning", "genes-in-columns", fields={"count": len(found.labels)})
        percent = round(100 * found.share)
        fields = {"count": len(found.labels), "percent": percent}
        match found.kind:
            case genes.ENSEMBL:
                yield Finding("info", "genes-ensembl", fields=fields)
            case genes.SYMBOL:
                yield Finding("info", "genes-symbol", fields=fields)
            case genes.ENTREZ:
                yield Finding("info", "genes-entrez", fields=fields)
            case genes.PROBE:
                yield Finding("warning", "genes-probe", fields=fields)
            case genes.TRANSCRIPT:
                yield Finding("warning", "genes-transcript", fields=fields)
            case _:
                yield Finding("warning", "genes-unknown", fields={"count": len(found.labels)})
        if found.versions:
            yield Finding("info", "gene-versions", fields={"count": found.versions})
        if found.doubles:
            yield Finding("warning", "gene-doubles", fields={"count": found.doubles})
        if found.dates:
            yield Finding("warning", "gene-dates", fields={"count": found.dates})
        if read.special:
            yield Finding("info", "gene-special-rows", fields={"count": read.special})
        if read.numbered:
            yield Finding("warning", "samples-numbered")
        if doubles := len(read.samples) - len(set(read.samples)):
            yield Finding("warning", "samples-double", fields={"count": doubles})
        match look.kind:
            case matrix.COUNTS:
                yield Finding("info", "values-counts")
            case matrix.SCALED:
                yield Finding("info", "values-scaled")
            case matrix.LINEAR:
                yield Finding("info", "values-linear")
            case matrix.CENTRED:
                yield Finding("info", "values-centred")
            case _:
                yield Finding("info", "values-log")
        if self.log:
            yield Finding("info", "values-log-taken")
            if look.kind == matrix.LOGS:
                yield Finding("warning", "values-log-twice")
        if look.missing:
            yield Finding(
                "warning", "values-missing", fields={"count": look.missing, "percent": round(100 * look.missing / look.values, 1)}
            )
        if read.left_out:
            yield Finding("info", "gene-columns-left-out", fields={"count": len(read.left_out), "names": _some(read.left_out)})
        if self.absent:
            yield Finding("warning", "genes-absent", fields={"count": len(self.absent), "names": _some(self.absent)})


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")


def _is_h5ad(path: Path) -> bool:
    return head_of(path, len(h5ad.MAGIC)) == h5ad.MAGIC or path.name.lower().endswith(".h5ad")


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return blocks.shown(value["shape"])
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)
