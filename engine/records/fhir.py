# SPDX-License-Identifier: Apache-2.0
"""FHIR R4: bundles (JSON) and bulk exports (NDJSON, a file or a folder of them) → one row per patient, by a recipe.

Read with the standard library, one resource at a time; what a row does not need is not kept, above all no name, address or birth
date: of a patient only id, sex and the age at the index date stay. Records "entered in error" do not count. Resources and
elements that this version does not know are passed over, and their number is said.
https://hl7.org/fhir/R4/ · https://hl7.org/fhir/uv/bulkdata/
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from engine.errors import WardroundError
from engine.records import headers
from engine.records.fhir_rows import HOW_OF, Gathered, age_at, column_of, day_of, findings_of, frequent, index_day
from engine.records.loader import PREVIEW_ROWS, Finding, LoaderOption, Preview, ReadOptions, settled
from engine.records.recipe import items
from engine.records.source import open_regular, read_exactly
from engine.text import translate
from engine.values import Token

LONGEST_LINE = 32 << 20
LARGEST_BUNDLE = 512 << 20
_READ = 1 << 20
_RESOURCE = re.compile(rb'"resourceType"\s*:\s*"[A-Z]')
KINDS = ("Observation", "Condition", "MedicationRequest", "MedicationStatement", "Procedure")
_OPTION = {  # kind of resource → the option whose items take its codes
    "Observation": "observations",
    "Condition": "conditions",
    "MedicationRequest": "medications",
    "MedicationStatement": "medications",
    "Procedure": "procedures",
}
_DATES = (
    *("effectiveDateTime", "effectiveInstant", "onsetDateTime", "performedDateTime"),
    *("authoredOn", "recordedDate", "issued", "dateAsserted"),
)
_WRONG = ("entered-in-error", "cancelled", "not-done")


class FhirLoader:
    """The loader of FHIR R4 resources."""

    format = "fhir"
    patterns: tuple[str, ...] = ("*.ndjson", "*.json")
    options: tuple[LoaderOption, ...] = (
        LoaderOption(
            "observations",
            "list",
            lambda to: translate("Measurements to take, such as glucose=2339-0[mg/dL]:last@-365..0; empty: the most frequent.", to),
        ),
        LoaderOption(
            "conditions", "list", lambda to: translate("Diagnoses to take, such as diabetes=44054006; empty: the most frequent.", to)
        ),
        LoaderOption("medications", "list", lambda to: translate("Medicines to take, by their codes; empty: the most frequent.", to)),
        LoaderOption("procedures", "list", lambda to: translate("Procedures to take, by their codes; empty: the most frequent.", to)),
        LoaderOption(
            "index",
            "text",
            lambda to: translate("The index date: a date (2024-12-31), the code of a diagnosis or procedure (its first day), or last.", to),
            default="last",
        ),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """NDJSON or a bundle by its first resource; a folder that has .ndjson files."""
        if not head and path.is_dir():
            return any(_is_ndjson(name) for name in _names(path))
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and (
            _RESOURCE.search(head) is not None or path.suffix.lower() == ".ndjson"
        )

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``: of the first resources of each file only, so that a large export shows at once."""
        found = _gathered(path, settled(self.options, options.settings, path.name), token, most=2000)
        survey = _survey(path, found)
        rows = [row for batch in survey.batches(token) for row in batch.to_pylist()][:PREVIEW_ROWS]
        shown = tuple(
            tuple("" if value is None else f"{value:g}" if isinstance(value, float) else value for value in row.values()) for row in rows
        )
        size = sum(source.stat().st_size for source in _files(path))
        return Preview(path, self.format, "utf-8", "", ".", tuple(survey.schema.names), shown, size, survey.findings)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> FhirSurvey:
        """See ``Loader.survey``."""
        return _survey(path, _gathered(path, settled(self.options, options.settings, path.name), token, most=None))


@dataclass(frozen=True)
class FhirSurvey:
    """What an export turned out to be: small by now, a row per patient; see ``loader.Survey``."""

    path: Path
    table: pa.Table
    units: Mapping[str, str]
    source_sha256: str
    findings: tuple[Finding, ...]
    stamps: tuple[tuple[str, int, int], ...]
    format: str = FhirLoader.format

    @property
    def schema(self) -> pa.Schema:
        """Text for patient and sex, numbers for all else."""
        return self.table.schema

    @property
    def rows(self) -> int:
        """Patients."""
        return int(self.table.num_rows)

    def batches(self, token: Token) -> Iterator[pa.RecordBatch]:
        """See ``Survey.batches``."""
        if _stamps(self.path) != self.stamps:
            raise WardroundError("E-DATA-10", file=self.path.name)
        for batch in self.table.to_batches(max_chunksize=1 << 14):
            token.check()
            yield batch
        token.progress(1.0)


# ---------------------------------------------------------------- files


def _names(path: Path) -> list[str]:
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error


def _shown(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _is_ndjson(name: str) -> bool:
    return name.lower().endswith((".ndjson", ".jsonl")) and not name.startswith(".")


def _files(path: Path) -> list[Path]:
    return [path / name for name in _names(path) if _is_ndjson(name)] if path.is_dir() else [path]


def _stamps(path: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of each file: what has changed since is refused."""
    found = []
    for file in _files(path):
        try:
            status = file.stat()
        except OSError as error:
            raise WardroundError("E-FILE-01", path=file.name, reason=error.strerror or type(error).__name__) from error
        found.append((file.name, status.st_size, status.st_mtime_ns))
    return tuple(found)


def _gathered(path: Path, said: dict[str, str], token: Token, most: int | None) -> Gathered:
    """Reads the export; ``most`` resources of each file, None for all."""
    wanted = {option: items(said[option], how, option, path.name) for option, how in HOW_OF.items()}
    gathered = Gathered(wanted, said["index"] or "last", stamps=_stamps(path))
    if not gathered.index.replace("-", "").isalnum() or len(gathered.index) > 80:
        raise WardroundError("E-DATA-31", file=path.name, key="index", wanted="2024-12-31, last, CODE")
    whole = max(1, sum(size for _, size, _ in gathered.stamps))
    digest = hashlib.sha256()
    done = 0
    for file in _files(path):
        if path.is_dir():
            digest.update(file.name.encode() + b"\0")
        for resource, size in resources(file, digest, token, most):
            done += size
            token.progress(min(0.99, done / whole))
            _take(gathered, resource)
    gathered.sha256 = digest.hexdigest()
    if most is None and _stamps(path) != gathered.stamps:
        raise WardroundError("E-DATA-10", file=path.name)
    return gathered


def resources(path: Path, digest: Any, token: Token, most: int | None) -> Iterator[tuple[dict[str, Any], int]]:
    """The resources of one file, each with the bytes that it took: NDJSON line by line, or the entries of one bundle."""
    with open_regular(path) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise WardroundError("E-FILE-01", path=path.name, reason="not a regular file")
        waiting = b""
        number = given = 0
        while True:
            token.check()
            raw = read_exactly(file, _READ, path)
            digest.update(raw)
            lines = (waiting + raw).split(b"\n")
            waiting = lines.pop() if len(raw) == _READ else b""
            if number == 0 and _is_whole(lines[0] if lines else waiting):
                yield from _bundle(path, file, b"\n".join([*lines, waiting]), digest, token)
                return
            for line in lines:
                number += 1
                if line.strip():
                    yield _parsed(line, path, number), len(line) + 1
                    given += 1
                    if given == most:
                        return
            if len(waiting) > LONGEST_LINE:
                raise WardroundError("E-FHIR-02", file=path.name, row=number + 1, limit=LONGEST_LINE >> 20)
            if len(raw) < _READ:
                return


def _is_whole(line: bytes) -> bool:
    """Whether a file's first line is no resource by itself: then the file is one JSON document."""
    text = line.strip()
    if text.startswith(b"\xef\xbb\xbf"):
        text = text[3:]
    return not text.endswith(b"}") or b'"Bundle"' in text[:4096]


def _bundle(path: Path, file: Any, start: bytes, digest: Any, token: Token) -> Iterator[tuple[dict[str, Any], int]]:
    parts = [start]
    size = len(start)
    while raw := read_exactly(file, _READ, path):
        token.check()
        digest.update(raw)
        parts.append(raw)
        size += len(raw)
        if size > LARGEST_BUNDLE:
            raise WardroundError("E-FHIR-03", file=path.name, limit=LARGEST_BUNDLE >> 20)
    document = _parsed(b"".join(parts), path, 1)
    entries: Any = document.get("entry") if document["resourceType"] == "Bundle" else [{"resource": document}]
    for entry in entries if isinstance(entries, list) else ():
        token.check()
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and isinstance(resource.get("resourceType"), str):
            address = _text(entry.get("fullUrl"))
            if address.startswith("urn:") or not resource.get("id"):  # what references within the bundle name
                resource["id"] = address
            yield resource, size // max(1, len(entries))


def _parsed(text: bytes, path: Path, row: int) -> dict[str, Any]:
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WardroundError("E-FHIR-01", file=path.name, row=row) from error
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise WardroundError("E-FHIR-01", file=path.name, row=row)
    return document


# ---------------------------------------------------------------- resources


def _take(gathered: Gathered, resource: dict[str, Any]) -> None:
    kind = resource["resourceType"]
    if kind == "Patient":
        identity = _text(resource.get("id"))
        if not identity:
            gathered.lost["no-subject"] += 1
            return
        gathered.seen[identity] = None
        gathered.patients[identity] = (_text(resource.get("gender")), day_of(resource.get("birthDate")))
        return
    if kind not in KINDS:
        gathered.passed[kind] += 1
        return
    if _text(resource.get("status")) in _WRONG or _code_of(resource.get("verificationStatus")) in ("entered-in-error", "refuted"):
        gathered.lost["in-error"] += 1
        return
    patient = _reference(resource.get("subject") or resource.get("patient"))
    if not patient:
        gathered.lost["no-subject"] += 1
        return
    gathered.seen[patient] = None
    day = _when(resource)
    if day is not None:
        gathered.last[patient] = max(day, gathered.last.get(patient, day))
    option = _OPTION[kind]
    concept = resource.get("medicationCodeableConcept") if option == "medications" else resource.get("code")
    parts = [(concept, resource)]
    if isinstance(resource.get("component"), list):
        parts += [(part.get("code"), part) for part in resource["component"] if isinstance(part, dict)]
    known = False
    for coded, holder in parts:
        for code, display in _codes(coded):
            known = True
            value, unit = _value(holder) if option == "observations" else (None, "")
            gathered.display.setdefault((option, code), display)
            gathered.records.setdefault((patient, option, code), []).append((day, value, unit))
    if not known:
        gathered.lost["no-code"] += 1


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _reference(value: Any) -> str:
    """The id that a reference names: ``Patient/12``, an absolute address, or ``urn:uuid:…``."""
    reference = _text(value.get("reference")) if isinstance(value, dict) else ""
    if reference.startswith("urn:"):
        return reference
    found = re.search(r"(?:^|/)Patient/([^/?#]+)", reference)
    return found.group(1) if found else ""


def _codes(concept: Any) -> list[tuple[str, str]]:
    """(code, display) of a CodeableConcept, each code once and without case."""
    if not isinstance(concept, dict):
        return []
    found: dict[str, str] = {}
    for coding in concept.get("coding") or ():
        if isinstance(coding, dict) and (code := _text(coding.get("code"))):
            found.setdefault(code.casefold(), _text(coding.get("display")) or _text(concept.get("text")) or code)
    return list(found.items())


def _code_of(concept: Any) -> str:
    codes = _codes(concept)
    return codes[0][0] if codes else ""


def _value(holder: dict[str, Any]) -> tuple[float | None, str]:
    """The number of an observation or component, and its unit."""
    quantity = holder.get("valueQuantity")
    if isinstance(quantity, dict):
        return _number(quantity.get("value")), _text(quantity.get("unit")) or _text(quantity.get("code"))
    for key in ("valueInteger", "valueDecimal"):
        if key in holder:
            return _number(holder[key]), ""
    return (float(holder["valueBoolean"]), "") if isinstance(holder.get("valueBoolean"), bool) else (None, "")


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    number = float(value) if abs(value) < 1e300 else float("inf")
    return number if abs(number) < float("inf") else None


def _when(resource: dict[str, Any]) -> int | None:
    """The day of a resource, as days since 1970."""
    for key in (
        "effectiveDateTime",
        "effectiveInstant",
        "onsetDateTime",
        "performedDateTime",
        "authoredOn",
        "recordedDate",
        "issued",
        "dateAsserted",
    ):
        if (day := day_of(resource.get(key))) is not None:
            return day
    for key in ("effectivePeriod", "onsetPeriod", "performedPeriod"):
        period = resource.get(key)
        if isinstance(period, dict) and (day := day_of(period.get("start"))) is not None:
            return day
    return None


# ---------------------------------------------------------------- rows


def _survey(path: Path, gathered: Gathered) -> FhirSurvey:
    if not gathered.seen:
        raise WardroundError("E-FHIR-04", file=path.name)
    chosen = {option: found or frequent(gathered, option) for option, found in gathered.wanted.items()}
    patients = [*gathered.patients, *(identity for identity in gathered.seen if identity not in gathered.patients)]
    indexes = {patient: index_day(gathered, patient) for patient in patients}
    columns: dict[str, pa.Array] = {
        "patient": pa.array(patients, pa.string()),
        "sex": pa.array([gathered.patients.get(patient, ("", None))[0] or None for patient in patients], pa.string()),
        "age": pa.array([age_at(gathered, patient, indexes[patient]) for patient in patients], pa.float64()),
    }
    units: dict[str, str] = {"age": "year"}
    findings = findings_of(gathered)
    for option, found in chosen.items():
        for item in found:
            values, unit, foreign = column_of(gathered, patients, indexes, option, item)
            name = _free(item.name, columns)
            columns[name] = pa.array(values, pa.float64())
            if unit:
                units[name] = unit
            if foreign:
                findings.append(Finding("warning", "fhir-units", name, {"count": foreign, "unit": unit}))
            if not any(value is not None and value != 0.0 for value in values):
                findings.append(Finding("warning", "fhir-nothing", name))
    headers.settle(list(columns), path.name)
    return FhirSurvey(path, pa.table(columns), units, gathered.sha256, tuple(findings), gathered.stamps)


def _free(name: str, taken: Mapping[str, object]) -> str:
    base, number = name, 2
    while name in taken:
        name = f"{base} {number}"
        number += 1
    return name
