# SPDX-License-Identifier: Apache-2.0
"""Clinical notes: a folder of .txt files, or FHIR DocumentReference resources with attached text; de-identified, then terms counted.

A text never leaves this file as it was: identifiers are replaced by their tags before anything else is made of it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from engine.errors import WardroundError
from engine.records import arrays, encodings
from engine.records.arrays import ArraySurvey, Row
from engine.records.fhir import resources
from engine.records.folder import Files, Walk, content
from engine.records.identifiers.redact import redacted
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Part, Preview, ReadOptions, settled
from engine.records.source import sha256_of, sha256_of_all
from engine.records.terms import Terms
from engine.text import translate
from engine.values import NoToken, Token

MAX_NOTE = 64 << 20
_BLOCK = "note"
_TOGETHER = 64  # texts looked at at once
_DOCUMENT = re.compile(rb'^\s*\{\s*(?:"[^"]*"\s*:\s*(?:"[^"]*"|true|false|[0-9.]+)\s*,\s*)*"resourceType"\s*:\s*"DocumentReference"')
_MARKUP = re.compile(r"<[^<>]{1,2000}>")
_LIMITS = {"terms": (64, 65536), "words": (0, 3), "characters": (0, 4)}


@dataclass
class _Notes:
    """What there is: id → its notes, each a file or a compressed text; and what was left out."""

    of: dict[str, list[Path | bytes]] = field(default_factory=dict)
    unmatched: int = 0
    empty: int = 0
    elsewhere: int = 0
    unknown: int = 0

    def findings(self, keep: bool) -> tuple[Finding, ...]:
        count = sum(len(notes) for notes in self.of.values())
        found = [Finding("info", "notes-deidentified", fields={"count": count, "rows": len(self.of)})]
        if keep:
            found.append(Finding("warning", "notes-text-kept", "text"))
        if self.unmatched:
            found.append(Finding("warning", "notes-unmatched", fields={"count": self.unmatched}))
        if self.empty:
            found.append(Finding("warning", "notes-empty", fields={"count": self.empty}))
        if self.elsewhere:
            found.append(Finding("warning", "notes-elsewhere", fields={"count": self.elsewhere}))
        if self.unknown:
            found.append(Finding("warning", "notes-unknown", fields={"count": self.unknown}))
        return tuple(found)


class NotesLoader:
    """The loader of notes."""

    format = "notes"
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = (
        LoaderOption(
            "pattern", "text", lambda to: translate("Where the patient id stands in a file's name; * is anything", to), "{id}.txt"
        ),
        LoaderOption("terms", "whole", lambda to: translate("How many places there are for terms (64 to 65536)", to), "4096"),
        LoaderOption("words", "whole", lambda to: translate("English: terms of up to so many words (0 to 3)", to), "2"),
        LoaderOption("characters", "whole", lambda to: translate("Chinese: terms of two up to so many characters (0 to 4)", to), "3"),
        LoaderOption(
            "weights",
            "choice",
            lambda to: translate("log: how often a term comes counts ever less; counts: as it is", to),
            "log",
            ("log", "counts"),
        ),
        LoaderOption("keep_text", "flag", lambda to: translate("Also keep the de-identified texts, to be read here", to), "no"),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """A folder whose first files are .txt; a file whose first resource is a DocumentReference."""
        if not head and path.is_dir():
            return _is_folder_of_texts(path)
        return _DOCUMENT.search(head.lstrip(b"\xef\xbb\xbf")) is not None

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``."""
        terms, pattern, keep = _said(self.options, options, path)
        notes = _gathered(path, pattern, token, PREVIEW_ROWS)
        rows = [
            ((name, *values[1:]), () if array is None else array.shape) for name, (values, array) in _numbered(notes, terms, keep, token)
        ]
        header = ["patient", *(["text"] if keep else []), _BLOCK]
        size = sum(file.stat().st_size for file in Walk(path).files(token) if file == path or _is_note(file))
        return arrays.previewed(path, self.format, header, rows[:PREVIEW_ROWS], size, notes.findings(keep))

    def survey(self, path: Path, options: ReadOptions, token: Token) -> ArraySurvey:
        """See ``Loader.survey``."""
        terms, pattern, keep = _said(self.options, options, path)
        notes = _gathered(path, pattern, Part(token, 0.0, 0.5), None)
        files = [part for parts in notes.of.values() for part in parts if isinstance(part, Path)]
        sha256 = sha256_of_all(path, files, Part(token, 0.5, 1.0)) if files else sha256_of(path, Part(token, 0.5, 1.0))
        known = Files(token)
        for file in files:
            known.read(file)
        token.progress(1.0)
        columns: list[tuple[str, type]] = [("patient", str), *([("text", str)] if keep else [])]

        def rows(token: Token) -> Iterator[Row]:
            if not files and sha256_of(path, NoToken()) != sha256:
                raise WardroundError("E-DATA-10", file=path.name)
            again = Files(token, known.hashes)
            yield from (row for _, row in _numbered(notes, terms, keep, token, again))

        return ArraySurvey(
            path, self.format, arrays.schema_of(columns, _BLOCK, terms.block), len(notes.of), notes.findings(keep), sha256, rows
        )


def _said(declared: tuple[LoaderOption, ...], options: ReadOptions, path: Path) -> tuple[Terms, re.Pattern[str], bool]:
    """What a person chose; raises E-DATA-30, -31."""
    said = settled(declared, options.settings, path.name)
    for key, (low, high) in _LIMITS.items():
        if not low <= int(said[key]) <= high:
            raise WardroundError("E-DATA-31", file=path.name, key=key, wanted=f"{low}–{high}")
    if said["pattern"].count("{id}") != 1 or said["pattern"].count("*") > 4:
        raise WardroundError("E-DATA-31", file=path.name, key="pattern", wanted="{id}.txt, {id}_*.txt")
    written = re.escape(said["pattern"]).replace(r"\{id\}", "(?P<id>.+?)").replace(r"\*", ".*?")
    terms = Terms(int(said["terms"]), int(said["words"]), int(said["characters"]), said["weights"] == "log")
    return terms, re.compile(written, re.IGNORECASE), said["keep_text"] == "yes"


def _is_folder_of_texts(path: Path) -> bool:
    try:
        names = [file.name.lower() for number, file in zip(range(64), Walk(path).files(NoToken()), strict=False)]
    except WardroundError:
        return False
    return any(name.endswith(".txt") for name in names) and not any(name.endswith((".ndjson", ".dcm", ".csv", ".hea")) for name in names)


def _is_note(file: Path) -> bool:
    return file.suffix.lower() == ".txt"


def _gathered(path: Path, pattern: re.Pattern[str], token: Token, most: int | None) -> _Notes:
    """Which notes there are; of the first ``most`` ids only.

    Raises:
        WardroundError: E-NOTE-01 no note · E-NOTE-02 no name fits.
    """
    notes = _Notes()
    if path.is_dir():
        seen = 0
        for file in Walk(path).files(token):
            if not _is_note(file):
                continue
            seen += 1
            fits = pattern.fullmatch(file.name)
            if fits is None:
                notes.unmatched += 1
            elif not file.stat().st_size:
                notes.empty += 1
            else:
                notes.of.setdefault(fits["id"], []).append(file)
            if most is not None and len(notes.of) > most:
                break
        if seen and not notes.of and notes.unmatched == seen:
            raise WardroundError("E-NOTE-02", path=path.name, count=seen)
    else:
        for number, (resource, _) in enumerate(resources(path, hashlib.sha256(), token, None), 1):
            _take(notes, resource, path, number)
            if most is not None and len(notes.of) > most:
                break
    if not notes.of:
        raise WardroundError("E-NOTE-01", path=path.name)
    return notes


def _take(notes: _Notes, resource: Mapping[str, Any], path: Path, number: int) -> None:
    """One resource of an export."""
    subject = resource.get("subject")
    patient = subject.get("reference") if isinstance(subject, dict) else None
    if resource.get("resourceType") != "DocumentReference" or not isinstance(patient, str) or not patient.strip():
        notes.unknown += 1
        return
    patient = patient.rsplit("/", 1)[-1]
    contents = resource.get("content")
    for one in contents if isinstance(contents, list) else ():
        attached = one.get("attachment") if isinstance(one, dict) else None
        data = attached.get("data") if isinstance(attached, dict) else None
        kind = str(attached.get("contentType", "text/plain")) if isinstance(attached, dict) else ""
        if not isinstance(data, str) or not kind.startswith(("text/", "application/xhtml")):
            notes.elsewhere += 1
            continue
        try:
            raw = base64.b64decode(data, validate=True)
        except (binascii.Error, ValueError) as error:
            raise WardroundError("E-NOTE-04", file=path.name, row=number) from error
        if not raw.strip():
            notes.empty += 1
        else:
            notes.of.setdefault(patient, []).append(zlib.compress(_text(raw, path, "html" in kind).encode(), 1))


def _text(raw: bytes, path: Path, markup: bool = False) -> str:
    """The bytes of a note as text, in whatever encoding they are.

    Raises:
        WardroundError: E-NOTE-03 too long.
    """
    if len(raw) > MAX_NOTE:
        raise WardroundError("E-NOTE-03", file=path.name, found=len(raw) >> 20, limit=MAX_NOTE >> 20)
    text = raw.decode(encodings.detect(raw[: 1 << 16])[0], errors="replace").replace("\0", "").removeprefix("\ufeff")
    return _MARKUP.sub(" ", text) if markup else text


def _numbered(notes: _Notes, terms: Terms, keep: bool, token: Token, files: Files | None = None) -> Iterator[tuple[str, Row]]:
    """Id and row of each patient or record, in the order in which they came."""
    waiting: list[tuple[str, str]] = []
    for name, parts in notes.of.items():
        token.check()
        waiting.append((name, "\n\n".join(_read(part, files, token) for part in parts)))
        if len(waiting) == _TOGETHER:
            yield from _rows(waiting, terms, keep, token)
            waiting = []
    yield from _rows(waiting, terms, keep, token)


def _read(part: Path | bytes, files: Files | None, token: Token) -> str:
    if isinstance(part, bytes):
        return zlib.decompress(part).decode()
    return _text(files.read(part) if files is not None else content(part, token, MAX_NOTE), part)


def _rows(waiting: list[tuple[str, str]], terms: Terms, keep: bool, token: Token) -> Iterator[tuple[str, Row]]:
    if not waiting:
        return
    clean = redacted(pa.array([text for _, text in waiting], pa.large_string()), token).to_pylist()
    for (name, _), text, vector in zip(waiting, clean, terms.vectors(clean), strict=True):
        yield name, ((name, *([text] if keep else [])), np.asarray(vector, dtype=np.float32))
