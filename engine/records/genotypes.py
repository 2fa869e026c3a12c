# SPDX-License-Identifier: Apache-2.0
"""VCF and BCF files: one row a sample, one column a named variant, with the dosage of its alternative allele.

The whole file is read whether or not it has an index: its hash needs every byte, and a stale index cannot mislead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from engine.errors import WardroundError
from engine.records import assemblies, bcf, variants, vcf
from engine.records.inflate import Inflated, inflated_head
from engine.records.loader import MAX_ROWS_NAMED, PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions, listed, settled
from engine.records.variants import Column, Panel, Record, Sieve, Wanted
from engine.records.vcf import Header, Places
from engine.text import translate
from engine.values import Token

ENDINGS = (".vcf", ".vcf.gz", ".vcf.bgz", ".bcf")
AUTO = "auto"
_PREVIEW_BYTES = 16 << 20
_BATCH = 1 << 14
_NAMED = 10  # variants named in a sentence
_MOST_CELLS = 1 << 28


class GenotypeLoader:
    """The loader of VCF and BCF."""

    format = "vcf"
    patterns: tuple[str, ...] = ("*.vcf", "*.vcf.gz", "*.vcf.bgz", "*.bcf")
    options: tuple[LoaderOption, ...] = (
        LoaderOption(
            "variants",
            "list",
            lambda to: translate("Variants to read: rs numbers or chromosome:position:ref:alt; or @FILE, a text file with one a line", to),
        ),
        LoaderOption(
            "build",
            "choice",
            lambda to: translate("Reference build of the positions; a file made with another one is refused", to),
            AUTO,
            (AUTO, *assemblies.BUILDS),
        ),
        LoaderOption("samples", "list", lambda to: translate("Samples to read; all when nothing is said", to)),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """By its first bytes, inside a gzip too, or by its name when those are damaged."""
        start = inflated_head(head)
        return start.removeprefix(b"\xef\xbb\xbf").startswith((b"##fileformat=VCF", bcf.MAGIC)) or path.name.lower().endswith(ENDINGS)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """The first samples with the variants named; without any, the first variants and a finding that asks for them."""
        token.check()
        said = settled(self.options, options.settings, path.name)
        panel = Panel(variants.parse(said["variants"], path.name))
        first: list[Record] = []
        with Inflated(path, token) as source:
            opened = _Opened(source, path, said)
            kept = opened.kept(said, path.name)
            whole = True
            for record in opened.records(None):
                if panel.wanted:
                    panel.add(record)
                elif len(first) < PREVIEW_ROWS:
                    first.append(record)
                if source.given > _PREVIEW_BYTES:
                    whole = False
                    break
        found = list(opened.findings(panel.wanted))
        if panel.wanted:
            columns = panel.settle()
            header = (variants.SAMPLE, *(column.name for column in columns))
            rows = [(opened.header.samples[place], *(_shown(column.dosage[place]) for column in columns)) for place in kept[:PREVIEW_ROWS]]
            found += _panel_findings(panel, columns, kept) if whole else ()
        else:
            header = ("variant", "chromosome", "position", "reference", "alternative")
            rows = [(";".join(r.ids), r.contig, str(r.position), r.ref[:40], ",".join(r.alts)[:40]) for r in first]
            fields = {"count": opened.places.records, "valid": len(opened.header.samples)}
            found.append(Finding("block", "name-variants", fields=fields))
        if not whole:
            found.append(Finding("info", "variants-partly-seen", fields={"count": opened.places.records}))
        return Preview(path, self.format, "", "", ".", header, tuple(rows), path.stat().st_size, tuple(found))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> GenotypeSurvey:
        """See ``Loader.survey``; raises E-GENO-10 when no variants are named, E-GENO-06 when none is found."""
        said = settled(self.options, options.settings, path.name)
        panel = Panel(variants.parse(said["variants"], path.name))
        if not panel.wanted:
            raise WardroundError("E-GENO-10", file=path.name)
        with Inflated(path, token) as source:
            opened = _Opened(source, path, said)
            kept = opened.kept(said, path.name)
            if len(kept) * len(panel.wanted) > _MOST_CELLS:
                raise WardroundError("E-GENO-02", file=path.name, number=len(panel.wanted), limit=_MOST_CELLS // len(kept))
            for record in opened.records(panel.sieve):
                panel.add(record)
            sha256 = source.sha256
        columns = panel.settle()
        if not columns:
            raise WardroundError("E-GENO-06", file=path.name, count=len(panel.wanted), records=opened.places.records)
        found = (*opened.findings(panel.wanted), *_panel_findings(panel, columns, kept))
        table = pa.table(
            {
                variants.SAMPLE: pa.array([opened.header.samples[place] for place in kept], pa.string()),
                **{column.name: pa.array(column.dosage[kept], from_pandas=True) for column in columns},
            }
        )
        return GenotypeSurvey(path, table, sha256, found)


@dataclass(frozen=True)
class GenotypeSurvey:
    """The dosages that a file turned out to hold; see ``loader.Survey``."""

    path: Path
    table: pa.Table
    source_sha256: str
    findings: tuple[Finding, ...]
    format: str = GenotypeLoader.format

    @property
    def schema(self) -> pa.Schema:
        """The sample's name, then a float64 a variant."""
        return self.table.schema

    @property
    def units(self) -> Mapping[str, str]:
        """Dosages have none."""
        return {}

    @property
    def rows(self) -> int:
        """Samples."""
        return int(self.table.num_rows)

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``: what was found, once the file is seen to be the same still."""
        with Inflated(self.path, token) as source:
            source.drain()
            if source.sha256 != self.source_sha256:
                raise WardroundError("E-DATA-10", file=self.path.name)
        for batch in self.table.to_batches(_BATCH):
            token.check()
            yield batch


class _Opened:
    """An opened file with its header, whichever of the two forms it has."""

    def __init__(self, source: Inflated, path: Path, said: Mapping[str, str]) -> None:
        self._source, self._path = source, path
        start = source.read(4)
        self._binary = start == bcf.MAGIC
        source.unread(start)
        self.header: Header
        if self._binary:
            self.header = bcf.read_bcf_header(source, path.name)
        else:
            self._lines = vcf.lines_of(source)
            self.header = vcf.read_header(self._lines, path.name)
        lengths, words = assemblies.by_lengths(self.header.contigs), assemblies.by_words(self.header.words)
        self._lengths, self._words, self._said = lengths, words, said["build"]
        self.build = lengths or words
        if said["build"] != AUTO and self.build not in ("", said["build"]):
            raise WardroundError("E-GENO-04", file=path.name, found=self.build, wanted=said["build"])
        self.places = Places(self.header, self.build or said["build"], path.name)

    def records(self, sieve: Sieve | None) -> Iterator[Record]:
        """See ``vcf.records``."""
        if self._binary:
            return bcf.bcf_records(self._source, self.header, sieve, self.places, self._path)
        return vcf.records(self._lines, self.header, sieve, self.places, self._path)

    def kept(self, said: Mapping[str, str], file: str) -> list[int]:
        """Places of the samples to read.

        Raises:
            WardroundError: E-GENO-12 the file has none · E-GENO-11 one of those named is not among them.
        """
        samples = self.header.samples
        if not samples:
            raise WardroundError("E-GENO-12", file=file)
        wanted = listed(said["samples"])
        places = {name: place for place, name in enumerate(samples)}
        absent = [number for number, name in enumerate(wanted, start=1) if name not in places]
        if absent:
            raise WardroundError("E-GENO-11", file=file, count=len(absent), number=absent[0])
        return [places[name] for name in dict.fromkeys(wanted)] if wanted else list(range(len(samples)))

    def findings(self, wanted: Sequence[Wanted]) -> Iterator[Finding]:
        """What the header and the places of all records show."""
        if self._lengths and self._words and self._lengths != self._words:
            yield Finding("warning", "build-contradicts", fields={"found": self._lengths, "other": self._words})
        elif self.build in assemblies.BUILDS:
            yield Finding("info", "build-found", fields={"found": self.build})
        elif self._said == AUTO and any(each.contig for each in wanted):
            yield Finding("warning", "build-unknown")
        if undeclared := self.places.undeclared:
            yield Finding("warning", "contigs-undeclared", fields={"count": sum(undeclared.values()), "number": len(undeclared)})


def _panel_findings(panel: Panel, columns: Sequence[Column], kept: Sequence[int]) -> Iterator[Finding]:
    """What became of each variant that was asked for."""
    said = panel.without
    yield from _about(Finding("warning", "variants-absent"), said("absent"))
    yield from _about(Finding("warning", "variants-swapped"), said("swapped"))
    yield from _about(Finding("warning", "variants-strand"), said("strand"))
    yield from _about(Finding("warning", "variants-differ"), said("differs"))
    yield from _about(Finding("warning", "variants-untyped"), said("untyped"))
    yield from _about(Finding("warning", "variants-twice"), list(dict.fromkeys(panel.twice)))
    yield from _about(Finding("info", "variants-palindromic"), [each.text for each in panel.wanted if variants.palindromic(each)])
    for column in columns:
        if (half := column.half_calls[kept]).any():
            rows = tuple(np.flatnonzero(half)[:MAX_ROWS_NAMED].tolist())
            yield Finding("info", "half-calls", column.name, {"count": int(half.sum())}, rows)
        if count := int(column.haploid[kept].sum()):
            yield Finding("info", "haploid-calls", column.name, {"count": count})
        if count := int(column.polyploid[kept].sum()):
            yield Finding("warning", "polyploid-calls", column.name, {"count": count})


def _about(finding: Finding, names: Sequence[str]) -> Iterator[Finding]:
    if names:
        some = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
        yield Finding(finding.severity, finding.code, fields={"count": len(names), "names": some})


def _shown(dosage: float) -> str:
    return "" if np.isnan(dosage) else f"{dosage:.0f}"
