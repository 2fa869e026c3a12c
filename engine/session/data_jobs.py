# SPDX-License-Identifier: Apache-2.0
"""Data sets for a door: preview, import, windows of rows, summaries, and how they fit a study."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from engine.errors import Language, WardroundError
from engine.records import database, findings, fitting, inspection, loaders, match, mends, offers, overview, request
from engine.records.describe import ColumnSummary
from engine.records.loader import Finding, Part, Preview, ReadOptions
from engine.records.mends import Mend
from engine.records.source import open_regular, read_exactly
from engine.records.statement import LONGEST
from engine.records.vault import Vault, Version
from engine.session.array_jobs import ArrayReader
from engine.session.array_views import ExpressionView
from engine.session.choices import ReadChoices
from engine.session.events import DatasetsChanged
from engine.session.exclusion_jobs import Exclusions
from engine.session.open_home import OpenHome
from engine.session.privacy_jobs import Checks
from engine.session.views import (
    BarView,
    ColumnView,
    DatasetDetail,
    DatasetView,
    FindingView,
    InspectionView,
    MatchLine,
    MendView,
    OptionView,
    PresenceView,
    PreviewView,
    SubgroupView,
)
from engine.store import matches, studies
from engine.study.manifest import Manifest, Role
from engine.text import translate
from engine.trust.keys import MasterKey
from engine.values import NoToken, StudyTable, Token

T = TypeVar("T")


def options_of(choices: ReadChoices) -> ReadOptions:
    """What a person chose, as the loaders take it."""

    def said(value: str) -> str | None:
        return None if value in ("", "auto") else value

    return ReadOptions(said(choices.encoding), said(choices.delimiter), said(choices.decimal), settings=dict(choices.settings))


def preview(path: Path, choices: ReadChoices, token: Token, language: Language) -> PreviewView:
    """The first rows of a file."""
    found = loaders.preview(path, options_of(choices), token)
    return PreviewView(
        str(found.path),
        found.format,
        found.encoding,
        found.delimiter,
        found.decimal,
        found.header,
        found.rows,
        found.file_bytes,
        tuple(_finding(finding, language) for finding in found.findings),
        options_for(found, choices.settings, language),
        found.first_row,
    )


def options_for(found: Preview, said: Mapping[str, str], language: Language) -> tuple[OptionView, ...]:
    """What this file's format asks a person, each with the value that was said or its default."""
    return tuple(
        OptionView(
            option.key,
            "choice" if option.key in found.offers else option.kind,
            option.says(language),
            said.get(option.key, option.default),
            found.offers.get(option.key, option.choices),
            option.default,
            option.words(language) if option.words is not None else (),
        )
        for option in loaders.options_of(found.path, said)
    )


def patterns() -> tuple[str, ...]:
    """The endings of all files that can be read."""
    return loaders.patterns()


def query_text(path: Path) -> str:
    """A query as a person saved it. Raises E-FILE-01, E-DATA-01, E-DATA-07."""
    with open_regular(path) as file:
        content = read_exactly(file, LONGEST + 1, path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise WardroundError("E-DATA-07", file=path.name, encoding="utf-8", offset=error.start, row=row) from error


class SiteData:
    """The data sets of one open vault."""

    def __init__(self, site: OpenHome, master: MasterKey, *, sweep: bool = True) -> None:
        self._site = site

        def on_writer(work: Callable[[], object]) -> object:
            return site.write(lambda _: work())

        self._vault = Vault(site.home_path / "vault", site.database, master, on_writer, site.clock)
        self.arrays = ArrayReader(self._vault)
        self.exclusions = Exclusions(site, self._vault, master.derive("exclusions"))
        self._looked: set[str] = set()
        if sweep:  # not while another program may be importing
            self._vault.sweep()
        self.checks = Checks(site, self._vault)

    def close(self) -> None:
        """Stops looking for identifiers and closes the files."""
        self.checks.close()
        self.arrays.forget()
        self._vault.close()

    def add(self, path: Path, name: str, choices: ReadChoices, token: Token) -> DatasetView:
        """Imports a file."""
        version = self._vault.import_table(path, name, options_of(choices), token)
        self._site.note("imported", name=version.name, version=version.version, rows=version.rows)
        self.checks.begin(version.dataset)
        self._site.publish(DatasetsChanged())
        return _dataset(version)

    def add_query(self, url: str, query: Path, name: str, password: str | None, token: Token) -> DatasetView:
        """Imports the answer of the query in a file."""
        survey = database.survey(url, query_text(query), query.name, password, Part(token, 0.0, 0.5))
        version = self._vault.import_survey(survey, query.name, name, Part(token, 0.5, 1.0))
        self._site.note("imported", name=version.name, version=version.version, rows=version.rows)
        self.checks.begin(version.dataset)
        self._site.publish(DatasetsChanged())
        return _dataset(version)

    def datasets(self) -> tuple[DatasetView, ...]:
        """The newest version of each."""
        return tuple(_dataset(version) for version in self._vault.datasets())

    def find(self, name: str) -> DatasetView:
        """A data set by its id or name; raises E-SITE-17."""
        for dataset in self.datasets():
            if name in (dataset.id, dataset.name):
                return dataset
        raise WardroundError("E-SITE-17", name=name)

    def detail(self, dataset: str) -> DatasetDetail:
        """Columns and findings of the newest version."""
        language = self._site.language()
        version = self._vault.version(dataset)
        if dataset not in self._looked:  # once while the vault is open
            self._looked.add(dataset)
            self._site.note("looked", name=version.name)
        excluded = self.exclusions.finding(dataset)
        found = version.findings if excluded is None else (excluded, *version.findings)
        return DatasetDetail(
            _dataset(version),
            tuple(_column(column) for column in version.columns),
            tuple(_finding(finding, language) for finding in found),
            tuple(_mend(mend, language) for mend in version.recipe),
            tuple(PresenceView(found.members, found.patients) for found in version.presence),
            tuple((member.dataset, member.patient) for member in version.members),
            tuple(now.name for member in version.members if (now := self._vault.version(member.dataset)).version > member.version),
            self._site.write(lambda database: studies.mark(database, f"confirmed:{dataset}")) == str(version.version),
        )

    def mend(self, dataset: str, steps: Sequence[MendView], token: Token) -> DatasetDetail:
        """Gives a data set another recipe: a step more, or some less; the imported file stays as it is.

        Raises:
            WardroundError: E-DATA-34 a step that does not fit.
        """
        version = self._vault.version(dataset)
        keep = self._site.write(lambda database: studies.uses(database, dataset, version.version)) or any(
            (member.dataset, member.version) == (dataset, version.version) for other in self._vault.datasets() for member in other.members
        )
        recipe = [Mend(step.kind, step.column, step.fields) for step in steps]
        mended = self._vault.mend(dataset, recipe, keep=keep, token=token)
        self._site.write(lambda database: studies.set_mark(database, f"confirmed:{dataset}", ""))
        self._site.note("mended", name=mended.name, version=mended.version, steps=len(steps))
        self.checks.begin(dataset)
        self._site.publish(DatasetsChanged())
        return self.detail(dataset)

    def inspect(self, dataset: str, outcome: str, patient: str, token: Token) -> InspectionView:
        """The newest version with an outcome in mind; ``patient`` "" where each row is one. Raises E-DATA-40."""
        language = self._site.language()
        with closing(self._vault.open_table(dataset)) as table:
            found = inspection.inspect(table, outcome, patient, token)
        if patient:
            self.exclusions.set_patient_column(dataset, patient)
        groups = tuple(SubgroupView(group.kind, group.label, group.rows, group.outcomes) for group in found.subgroups)
        return InspectionView(
            found.classes, found.counts, found.patients, groups, tuple(_finding(finding, language) for finding in found.findings)
        )

    def expression(self, dataset: str, column: str, token: Token) -> ExpressionView:
        """A column of gene expression of the newest version at a glance. Raises E-GENO-23."""
        with closing(self._vault.open_table(dataset)) as table:
            found = overview.overview(table, column, token)
        heat = tuple(tuple(None if value != value else value for value in row) for row in found.heat.tolist())
        plane = tuple((x, y) for x, y in found.plane.tolist())
        return ExpressionView(
            column, found.samples, found.all_genes, found.scale, found.genes, found.columns, heat, found.points, plane, found.explained
        )

    def join(self, name: str, members: Sequence[tuple[str, str]], token: Token) -> DatasetView:
        """Joins data sets on the patient id: (data set, its column with the id), the first gives the rows."""
        version = self._vault.join(name, members, token)
        for member, column in members:
            self.exclusions.set_patient_column(member, column)
        self.exclusions.set_patient_column(version.dataset, members[0][1])
        self._site.note("joined-data", name=version.name, version=version.version, rows=version.rows)
        self.checks.begin(version.dataset)
        self._site.publish(DatasetsChanged())
        return _dataset(version)

    def rows(self, dataset: str, start: int, count: int) -> tuple[tuple[str, ...], ...]:
        """A window of rows as text, empty where missing."""
        table = self._vault.rows(dataset, start, count)
        columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
        return tuple(zip(*columns, strict=True)) if columns else ()

    def delete(self, dataset: str) -> None:
        """Deletes all versions and destroys their keys."""
        name = self._vault.version(dataset).name
        self.checks.stop(dataset)
        self._vault.delete(dataset)
        self._site.note("deleted", name=name)
        self._site.publish(DatasetsChanged())

    def confirm(self, dataset: str) -> None:
        """A person found it right."""
        version = self._vault.version(dataset)
        self._site.write(lambda database: studies.set_mark(database, f"confirmed:{dataset}", str(version.version)))
        self._site.note("confirmed", name=version.name)
        self._site.publish(DatasetsChanged())

    # -- how it fits a study

    def match_lines(self, manifest: Manifest, dataset: str) -> tuple[MatchLine, ...]:
        """Each variable of the study with its column; problems first."""
        language = self._site.language()
        said = self._choices(manifest, dataset)
        variables = {variable.name: variable for variable in manifest.variables}
        lines = [
            MatchLine(
                found.variable,
                found.column or "",
                match.note_sentence(found, language),
                match.problem_sentence(found, language),
                variables[found.variable].unit,
                found.variable in said,
                variables[found.variable].categories,
                found.spellings,
            )
            for found in match.match(manifest, self._vault.version(dataset).columns, said)
        ]
        lines = [self._without_excluded(line, manifest, dataset) for line in lines]
        return tuple(sorted(lines, key=lambda line: not line.problem))

    def _without_excluded(self, line: MatchLine, manifest: Manifest, dataset: str) -> MatchLine:
        """The line of the patient id says how many rows of excluded patients are left out, or that nobody can tell which they are."""
        if manifest.patient_id is None or line.variable != manifest.patient_id.name:
            return line
        language = self._site.language()
        try:
            with closing(self._vault.open_table(dataset)) as table:
                rows = self.exclusions.rows(table, line.column or None, dataset, self._vault.version(dataset).name, NoToken())
        except WardroundError as error:
            if error.code != "E-EXCL-01":
                raise
            return replace(line, problem=error.what(language))
        if rows is None or not rows.any():
            return line
        note = translate("{count} rows of excluded patients are left out.", language, count=int(rows.sum()))
        return replace(line, note=f"{line.note} {note}".strip())

    def choose(self, manifest: Manifest, dataset: str, variable: str, column: str, unit: str, spellings: Mapping[str, str]) -> None:
        """A person says which column a variable is, in which unit its values are, and what its words mean; all empty takes it back.

        Raises:
            WardroundError: E-DATA-42 no such variable, column or category · E-SITE-24 the study was joined with this data set already.
        """
        study = manifest.study.id
        known = {entry.name: entry for entry in manifest.variables}
        columns = {summary.name for summary in self._vault.version(dataset).columns}
        wrong = [text for text in spellings.values() if variable in known and text not in known[variable].categories]
        if variable not in known or (column and column not in columns) or wrong:
            raise WardroundError("E-DATA-42", variable=variable, column=column)
        entry = self._site.write(lambda database: studies.study_entry(database, study))
        if entry is not None and entry.joined is not None and entry.dataset == dataset:
            raise WardroundError("E-SITE-24", study=study)
        chosen = matches.Chosen(column, unit.strip(), dict(spellings))
        self._site.write(lambda database: matches.choose(database, study, dataset, variable, chosen))
        self._site.note("matched", study=study, variable=variable)
        self._site.publish(DatasetsChanged())

    def _choices(self, manifest: Manifest, dataset: str) -> dict[str, match.Choice]:
        said = self._site.write(lambda database: matches.choices(database, manifest.study.id, dataset))
        return {variable: match.Choice(chosen.column, chosen.unit, chosen.spellings) for variable, chosen in said.items()}

    def missing_variables(self, manifest: Manifest, dataset: str | None) -> tuple[str, ...]:
        """A line for each variable that the data set lacks (None: for all): what hospital IT must export."""
        lacking = {variable.name for variable in manifest.variables}
        if dataset is not None:
            columns = self._vault.version(dataset).columns
            lacking = {found.variable for found in match.match(manifest, columns, self._choices(manifest, dataset)) if found.problem}
        return request.lines(manifest, lacking, self._site.language())

    def require_fit(self, manifest: Manifest, dataset: str, token: Token) -> tuple[int, int]:
        """The version and its patients, once every column was found and every value read as the study wants it.

        Raises:
            WardroundError: E-DATA-20 … a variable without a column, another unit, too few rows, only one class · E-IDENT-01, -02 what
                identifies a person is still being looked for, or stands in a column.
        """
        version = self._vault.version(dataset)
        found = match.match(manifest, version.columns, self._choices(manifest, dataset))
        patient = next((line.column for line in found if line.variable == _patient_id(manifest)), None)
        self.checks.require(dataset, patient or "", token)
        table = self.study_table(manifest, dataset, version.version, token)
        self._learn_patient_column(manifest, dataset)
        return version.version, len(table.patient_keys)

    def members(self, manifest: Manifest, dataset: str, version: int, key: bytes, token: Token) -> tuple[bytes, ...] | None:
        """One HMAC a patient, in the order of the study's table; None when some row does not say whose it is.

        The same patient has the same one in every data set and study of this site: what the privacy ledger knows patients by.
        """
        with closing(self._vault.open_table(dataset, version)) as table:
            found = match.match(manifest, table.summaries, self._choices(manifest, dataset))
            if not fitting.identified(table, manifest, found, token):
                return None
            return tuple(bytes.fromhex(one) for one in fitting.study_table(table, manifest, found, token, key).patient_keys)

    def _learn_patient_column(self, manifest: Manifest, dataset: str) -> None:
        """A study that fits tells which column is the patient number, where nobody has said so."""
        identifier = manifest.patient_id.name if manifest.patient_id is not None else ""
        found = next(
            (each for each in self.matches(manifest, dataset, self._vault.version(dataset).version) if each.variable == identifier), None
        )
        if found is not None and found.column and not self.exclusions.patient_column(dataset):
            self.exclusions.set_patient_column(dataset, found.column)

    def study_table(self, manifest: Manifest, dataset: str, version: int, token: Token) -> StudyTable:
        """The records as the study sees them."""
        with closing(self._vault.open_table(dataset, version)) as table:
            found = match.match(manifest, table.summaries, self._choices(manifest, dataset))
            match.require(found)
            identifier = manifest.patient_id.name if manifest.patient_id is not None else ""
            column = next((entry.column for entry in found if entry.variable == identifier), None)
            name = table.version.name if table.version is not None else dataset
            excluded = self.exclusions.rows(table, column, dataset, name, token)
            return fitting.study_table(table, manifest, found, token, patient_key(manifest), excluded)

    def matches(self, manifest: Manifest, dataset: str, version: int) -> tuple[match.Match, ...]:
        """The match with one version of a data set. Raises E-VAULT-05 when it is gone."""
        return match.match(manifest, self._vault.version(dataset, version).columns, self._choices(manifest, dataset))


def _patient_id(manifest: Manifest) -> str:
    """The name of the variable that tells patients apart; empty when the study has none."""
    return next((variable.name for variable in manifest.variables if variable.role is Role.PATIENT_ID), "")


def patient_key(manifest: Manifest) -> bytes:
    """Under which patients are told apart in a study: one key at every site, so that a patient of two sites is split alike."""
    return hashlib.sha256(f"wardround patients|{manifest.study.id}".encode()).digest()


def _dataset(version: Version) -> DatasetView:
    return DatasetView(
        version.dataset,
        version.name,
        version.version,
        version.rows,
        len(version.columns),
        version.imported,
        version.source_name,
        version.source_sha256,
    )


def _column(column: ColumnSummary) -> ColumnView:
    return ColumnView(
        column.name,
        column.kind,
        column.unit,
        column.missing,
        column.missing / column.rows if column.rows else 0.0,
        column.distinct,
        column.minimum,
        column.maximum,
        column.mean,
        column.std,
        tuple(BarView(bar.label, bar.low, bar.high, bar.count) for bar in column.bars),
        column.shape,
    )


def _finding(finding: Finding, language: Language) -> FindingView:
    offered = tuple(_mend(mend, language) for mend in offers.offers(finding))
    return FindingView(finding.severity, finding.column, findings.sentence(finding, language), finding.rows, offered)


def _mend(mend: Mend, language: Language) -> MendView:
    return MendView(mend.kind, mend.column, dict(mend.fields), mends.sentence(mend, language))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
