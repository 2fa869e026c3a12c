# SPDX-License-Identifier: Apache-2.0
"""A folder of OMOP CDM tables (CSV, TSV, Parquet or Arrow; version 5) → one row per person, by a recipe.

Of a person only id, sex and the age at the index date stay, and race where it is asked for. Tables are streamed; kept are records
of the concepts that become columns. Concepts are named by their number, or by their name where the folder has the table concept.
https://ohdsi.github.io/CommonDataModel/cdm54.html
"""

from __future__ import annotations

import dataclasses
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from engine.errors import Language, WardroundError
from engine.records.columnar import ArrowLoader, ParquetLoader
from engine.records.fhir_rows import Gathered, age_at, column_of, day_of, frequent, index_day
from engine.records.held import HeldSurvey
from engine.records.loader import PREVIEW_ROWS, Finding, Loader, LoaderOption, Part, Preview, ReadOptions, settled
from engine.records.recipe import Item, items
from engine.records.source import head_of, sha256_of_all
from engine.records.tabular import DelimitedLoader
from engine.text import translate
from engine.values import Token

_SUFFIXES = (".parquet", ".arrow", ".feather", ".csv", ".tsv", ".txt")
_READERS: tuple[Loader, ...] = (ParquetLoader(), ArrowLoader(), DelimitedLoader())
# Table → the option whose items take its concepts, its concept, its date; "observations" is the shared rows' word for what has a value.
_EVENTS = {
    "measurement": ("observations", "measurement_concept_id", "measurement_date"),
    "observation": ("observations", "observation_concept_id", "observation_date"),
    "condition_occurrence": ("conditions", "condition_concept_id", "condition_start_date"),
    "drug_exposure": ("medications", "drug_concept_id", "drug_exposure_start_date"),
    "procedure_occurrence": ("procedures", "procedure_concept_id", "procedure_date"),
    "visit_occurrence": ("visits", "visit_concept_id", "visit_start_date"),
}
_OPTIONS = {
    "measurements": "observations",
    "conditions": "conditions",
    "drugs": "medications",
    "procedures": "procedures",
    "visits": "visits",
}
_HOW = {"observations": "last", "conditions": "any", "medications": "any", "procedures": "any", "visits": "count"}
_SEX = {"8507": "male", "8532": "female"}
_CANDIDATES = 200  # concepts that are looked at for each table when there is no recipe
_PREVIEW_BATCHES = 4


def _measurement_words(language: Language) -> str:
    return translate("Measurements and observations by concept, such as glucose=3004501:mean@-365..0; empty: the most frequent.", language)


def _index_words(language: Language) -> str:
    return translate(
        "The index date: a date (2024-12-31), the concept of a diagnosis, procedure or visit (its first day), or last.", language
    )


class OmopLoader:
    """The loader of OMOP CDM folders."""

    format = "omop"
    patterns: tuple[str, ...] = ()
    options: tuple[LoaderOption, ...] = (
        LoaderOption("measurements", "list", _measurement_words),
        LoaderOption(
            "conditions", "list", lambda to: translate("Diagnoses by concept, such as diabetes=201826; empty: the most frequent.", to)
        ),
        LoaderOption("drugs", "list", lambda to: translate("Drugs by concept; empty: the most frequent.", to)),
        LoaderOption("procedures", "list", lambda to: translate("Procedures by concept; empty: the most frequent.", to)),
        LoaderOption("visits", "list", lambda to: translate("Visits by concept, such as stays=9201:count@-365..0; empty: none.", to)),
        LoaderOption("index", "text", _index_words, default="last"),
        LoaderOption("race", "flag", lambda to: translate("Keep the concept of race.", to), default="no"),
    )

    def recognises(self, path: Path, head: bytes) -> bool:
        """A folder with the table person and a table of events."""
        if head or not path.is_dir():
            return False
        found = tables_of(path)
        return "person" in found and any(table in found for table in _EVENTS)

    def preview(self, path: Path, options: ReadOptions, token: Token) -> Preview:
        """See ``Loader.preview``: from the beginning of each table only, so that a large export shows at once."""
        survey = _Reading(path, self._said(path, options), options, token, most=_PREVIEW_BATCHES).survey()
        rows = [
            tuple("" if value is None else _shown(value) for value in row.values())
            for row in survey.table.slice(0, PREVIEW_ROWS).to_pylist()
        ]
        size = sum(file.stat().st_size for file in tables_of(path).values())
        return Preview(path, self.format, "", "", ".", tuple(survey.schema.names), tuple(rows), size, survey.findings)

    def survey(self, path: Path, options: ReadOptions, token: Token) -> HeldSurvey:
        """See ``Loader.survey``."""
        return _Reading(path, self._said(path, options), options, token, most=None).survey()

    def _said(self, path: Path, options: ReadOptions) -> dict[str, str]:
        return settled(self.options, options.settings, path.name)


def tables_of(folder: Path) -> dict[str, Path]:
    """Table name → its file, whatever the case of the name; other files are left alone, links are not followed.

    Raises:
        WardroundError: E-FILE-01 when the folder cannot be read.
    """
    found: dict[str, Path] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                stem, suffix = os.path.splitext(entry.name.lower())
                if suffix in _SUFFIXES and stem in ("person", "concept", *_EVENTS) and entry.is_file(follow_symlinks=False):
                    found.setdefault(stem, folder / entry.name)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=folder.name, reason=error.strerror or type(error).__name__) from error
    return found


def _hashed(folder: Path, token: Token) -> str:
    return sha256_of_all(folder, list(tables_of(folder).values()), token)


class _Reading:
    """One pass over a folder: ``most`` batches of each table, or all."""

    def __init__(self, folder: Path, said: Mapping[str, str], options: ReadOptions, token: Token, most: int | None) -> None:
        self._folder = folder
        self._said = said
        self._options = dataclasses.replace(options, settings={})
        self._token = token
        self._most = most
        self._files = tables_of(folder)
        self._steps = 2 * len(self._files) + 1
        self._done = 0
        wanted = {option: items(said[key], _HOW[option], key, folder.name) for key, option in _OPTIONS.items()}
        self._gathered = Gathered(self._named(wanted), said["index"])
        self._race: dict[str, str] = {}

    def survey(self) -> HeldSurvey:
        """The rows by person."""
        self._persons()
        for table in _EVENTS:
            if table in self._files:
                self._events(table)
        gathered = self._gathered
        self._call()
        if not gathered.patients:
            raise WardroundError("E-DATA-02", file=self._files["person"].name)
        sha256 = "" if self._most is not None else _hashed(self._folder, self._part())
        people = list(gathered.patients)
        indexes = {person: index_day(gathered, person) for person in people}
        columns: dict[str, pa.Array] = {
            "person_id": pa.array(people, pa.string()),
            "sex": pa.array([gathered.patients[person][0] or None for person in people], pa.string()),
            "age": pa.array([age_at(gathered, person, indexes[person]) for person in people], pa.float64()),
        }
        if self._said["race"] == "yes":
            columns["race"] = pa.array([self._race.get(person) for person in people], pa.string())
        units = {"age": "year"}
        findings: list[Finding] = []
        if unknown := len(gathered.seen.keys() - gathered.patients.keys()):
            findings.append(Finding("warning", "omop-unknown-persons", fields={"count": unknown}))
        for option, chosen in gathered.wanted.items():
            for item in chosen or (() if option == "visits" else frequent(gathered, option)):
                self._token.check()
                values, unit, foreign = column_of(gathered, people, indexes, option, item)
                name = _free(item.name, columns)
                columns[name] = pa.array(values, pa.float64())
                if unit:
                    units[name] = unit
                if foreign:
                    findings.append(Finding("warning", "fhir-units", name, {"count": foreign, "unit": unit}))
                if not any(values):
                    findings.append(Finding("warning", "fhir-nothing", name))
        return HeldSurvey(self._folder, OmopLoader.format, pa.table(columns), tuple(findings), sha256, _hashed, units)

    def _part(self) -> Token:
        """The next share of the progress."""
        self._done += 1
        return Part(self._token, (self._done - 1) / self._steps, self._done / self._steps)

    def _batches(self, table: str, needed: tuple[str, ...], also: tuple[str, ...] = ()) -> Iterator[pa.Table]:
        """A table's batches with the columns needed, and those of ``also`` that it has, by their names in lower case.

        Raises:
            WardroundError: E-TABLE-09 a column is missing · whatever its loader raises.
        """
        file = self._files[table]
        head = head_of(file, 4096)
        reader = next(reader for reader in _READERS if reader.recognises(file, head))
        token = self._part()
        if self._most is not None and reader.format == DelimitedLoader.format:
            shown = reader.preview(file, self._options, token)
            names, batches = shown.header, iter((pa.table([list(column) for column in zip(*shown.rows, strict=True)], list(shown.header)),))
            if not shown.rows:
                return
        else:
            survey = reader.survey(file, self._options, Part(token, 0.0, 0.6))
            names = tuple(survey.schema.names)
            batches = (pa.Table.from_batches([batch]) for batch in survey.batches(Part(token, 0.6, 1.0)))
        places = {name.lower(): name for name in names}
        if lacking := [name for name in needed if name not in places]:
            raise WardroundError("E-TABLE-09", file=file.name, columns=", ".join(lacking))
        wanted = [name for name in (*needed, *also) if name in places]
        for number, batch in enumerate(batches):
            self._token.check()
            if self._most is not None and number >= self._most:
                return
            yield batch.select([places[name] for name in wanted]).rename_columns(wanted)

    def _named(self, wanted: Mapping[str, tuple[Item, ...]]) -> dict[str, tuple[Item, ...]]:
        """The items with concept numbers in the place of names.

        Raises:
            WardroundError: E-TABLE-10 a name that the table concept does not have, or there is no such table.
        """
        names = {item.code for chosen in wanted.values() for item in chosen if not item.code.isdigit()}
        numbers: dict[str, str] = {}
        if names and "concept" in self._files:
            for batch in self._batches("concept", ("concept_id", "concept_name"), ("standard_concept",)):
                lowered = pc.utf8_lower(_texts(batch["concept_name"]))
                kept = batch.append_column("lowered", lowered).filter(pc.is_in(lowered, value_set=pa.array(sorted(names), pa.string())))
                standard = kept["standard_concept"].to_pylist() if "standard_concept" in kept.column_names else [None] * kept.num_rows
                for name, number, mark in zip(kept["lowered"].to_pylist(), _texts(kept["concept_id"]).to_pylist(), standard, strict=True):
                    if name not in numbers or mark == "S":
                        numbers[name] = number
        if lost := sorted(names - numbers.keys()):
            raise WardroundError("E-TABLE-10", path=self._folder.name, count=len(lost))
        return {
            option: tuple(dataclasses.replace(item, code=numbers.get(item.code, item.code)) for item in chosen)
            for option, chosen in wanted.items()
        }

    def _persons(self) -> None:
        also = ("birth_datetime", "month_of_birth", "day_of_birth", "race_concept_id")
        for batch in self._batches("person", ("person_id", "gender_concept_id", "year_of_birth"), also):
            columns = {name: _texts(batch[name]).to_pylist() for name in batch.column_names}
            empty = [None] * batch.num_rows
            born = columns.get("birth_datetime", empty)
            months, days = columns.get("month_of_birth", empty), columns.get("day_of_birth", empty)
            for row, person in enumerate(columns["person_id"]):
                if person is None:
                    continue
                parts = [columns["year_of_birth"][row], months[row] or "1", days[row] or "1"]
                written = "-".join((part or "").zfill(2) for part in parts)
                day = _day(born[row]) if born[row] else day_of(written)
                self._gathered.patients[person] = (_SEX.get(columns["gender_concept_id"][row] or "", ""), day)
                if race := columns.get("race_concept_id", empty)[row]:
                    self._race[person] = race

    def _events(self, table: str) -> None:
        option, concept, date = _EVENTS[table]
        gathered = self._gathered
        codes = {item.code for item in gathered.wanted[option]}
        codes |= {gathered.index} if gathered.index.isdigit() else set()
        if not gathered.wanted[option] and option != "visits":
            codes |= self._frequent(table, concept)
        value_set = pa.array(sorted(codes), pa.string())
        for batch in self._batches(table, ("person_id", concept, date), ("value_as_number", "unit_concept_id", "unit_source_value")):
            persons, days = _texts(batch["person_id"]), [_day(text) for text in _texts(batch[date]).to_pylist()]
            for person, day in zip(persons.to_pylist(), days, strict=True):
                if person is not None:
                    gathered.seen[person] = None
                    if day is not None and day > gathered.last.get(person, day - 1):
                        gathered.last[person] = day
            texts = _texts(batch[concept])
            kept = pc.is_in(texts, value_set=value_set)
            rows = pc.indices_nonzero(kept)
            values = (
                _numbers(batch["value_as_number"]).take(rows).to_pylist() if "value_as_number" in batch.column_names else [None] * len(rows)
            )
            picked = (rows.to_pylist(), texts.take(rows).to_pylist(), persons.take(rows).to_pylist(), values, self._units(batch, rows))
            for row, code, person, value, unit in zip(*picked, strict=True):
                gathered.display.setdefault((option, code), table)
                gathered.records.setdefault((person, option, code), []).append((days[row], value, unit))

    def _call(self) -> None:
        """Names of concepts and units of measurement in the place of their numbers, where the folder has the table concept."""
        gathered = self._gathered
        if "concept" not in self._files:
            return
        units = {unit for records in gathered.records.values() for _, _, unit in records if unit.isdigit()}
        wanted = pa.array(sorted({code for _, code in gathered.display} | units), pa.string())
        names: dict[str, tuple[str, str]] = {}
        for batch in self._batches("concept", ("concept_id", "concept_name", "concept_code")):
            numbers = _texts(batch["concept_id"])
            rows = pc.indices_nonzero(pc.is_in(numbers, value_set=wanted))
            found = (numbers, _texts(batch["concept_name"]), _texts(batch["concept_code"]))
            for number, name, code in zip(*(column.take(rows).to_pylist() for column in found), strict=True):
                names[number] = (name or number, code or number)
        for key in gathered.display:
            gathered.display[key] = names.get(key[1], (gathered.display[key], ""))[0]
        for records in gathered.records.values():
            records[:] = [(day, value, names[unit][1] if unit in names else unit) for day, value, unit in records]

    def _frequent(self, table: str, concept: str) -> set[str]:
        """The concepts with the most records; 0 is none."""
        counts: Counter[str] = Counter()
        for batch in self._batches(table, ("person_id", concept)):
            found = pc.value_counts(_texts(batch[concept]).drop_null())
            counts.update(dict(zip(found.field("values").to_pylist(), found.field("counts").to_pylist(), strict=True)))
        counts.pop("0", None)
        return {code for code, _ in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_CANDIDATES]}

    def _units(self, batch: pa.Table, rows: pa.Array) -> list[str]:
        for name in ("unit_source_value", "unit_concept_id"):
            if name in batch.column_names:
                found = [text or "" for text in _texts(batch[name]).take(rows).to_pylist()]
                if any(text not in ("", "0") for text in found):
                    return found
        return [""] * len(rows)


def _texts(column: pa.ChunkedArray) -> pa.Array:
    """A column as text; numbers without decimals as people write them."""
    flat = _flat(column)
    if pa.types.is_floating(flat.type):
        return pc.cast(pc.cast(flat, pa.int64(), safe=False), pa.string())
    return flat


def _flat(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def _numbers(column: pa.ChunkedArray) -> pa.Array:
    flat = _flat(column)
    if pa.types.is_floating(flat.type):
        return flat
    return pa.array([_number(text) for text in flat.to_pylist()], pa.float64())


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _day(text: str | None) -> int | None:
    """Days since 1970 of 2024-01-31, 2024-01-31 00:00:00 or 20240131."""
    if text and len(text) == 8 and text.isascii() and text.isdigit():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return day_of(text)


def _shown(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"


def _free(name: str, taken: Mapping[str, object]) -> str:
    base, number = name, 2
    while name in taken:
        name, number = f"{base} {number}", number + 1
    return name
