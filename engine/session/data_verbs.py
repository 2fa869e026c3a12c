# SPDX-License-Identifier: Apache-2.0
"""What a door can do with records: the part of the session's facade about data sets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from engine.errors import Language
from engine.session.array_views import ExpressionView, PictureView, WaveView
from engine.session.choices import MatchChoice, ReadChoices
from engine.session.exclusion_views import AccessView, ExclusionView, HoldingView
from engine.session.jobs import Job
from engine.session.privacy_views import PrivacyView
from engine.session.views import DatasetDetail, DatasetView, InspectionView, MatchLine, MendView, PreviewView

if TYPE_CHECKING:
    from engine.session.site_jobs import Site

T = TypeVar("T")


class DataVerbs(ABC):
    """Mixed into ``Session``, which gives the open vault and runs the jobs."""

    @property
    @abstractmethod
    def language(self) -> Language:
        """The language of what comes back."""

    @abstractmethod
    def opened(self) -> Site:
        """The open vault; raises E-SITE-07 while it is locked."""

    @abstractmethod
    def run(self, title: str, work: Callable[[Job[T]], T]) -> Job[T]:
        """Runs ``work`` as a job."""

    def preview(self, path: str | Path, choices: ReadChoices | None = None) -> Job[PreviewView]:
        """The first rows of a file as they would be read."""

        def work(job: Job[PreviewView]) -> PreviewView:
            from engine.session import data_jobs  # in the worker: the window must not wait for it

            return data_jobs.preview(Path(path), choices or ReadChoices(), job, self.language)

        return self.run("preview", work)

    def file_patterns(self) -> tuple[str, ...]:
        """Endings of the files that can be read, e.g. ``*.csv``, for a file dialog."""
        from engine.session import data_jobs

        return data_jobs.patterns()

    def import_data(self, path: str | Path, name: str, choices: ReadChoices | None = None) -> Job[DatasetView]:
        """Imports a file into the vault, as the next version of the data set of that name."""
        site = self.opened()
        return self.run("import", lambda job: site.data.add(Path(path), name, choices or ReadChoices(), job))

    def import_query(self, url: str, query: str | Path, name: str, password: str | None = None) -> Job[DatasetView]:
        """Imports the answer of the one query in a file from a database (a URL of SQLAlchemy without password), read-only."""
        site = self.opened()
        return self.run("import", lambda job: site.data.add_query(url, Path(query), name, password, job))

    def datasets(self) -> tuple[DatasetView, ...]:
        """The data sets in the vault."""
        return self.opened().data.datasets()

    def dataset(self, dataset: str) -> Job[DatasetDetail]:
        """One data set with its columns and findings."""
        site = self.opened()
        return self.run("dataset", lambda _: site.data.detail(dataset))

    def rows(self, dataset: str, start: int, count: int) -> Job[tuple[tuple[str, ...], ...]]:
        """A window of rows as text."""
        site = self.opened()
        return self.run("rows", lambda _: site.data.rows(dataset, start, count))

    def picture(
        self, dataset: str, column: str, row: int, frame: int | None = None, window: tuple[float, float] | None = None
    ) -> Job[PictureView]:
        """One plane of an image as shades; ``window``: the values that are black and white."""
        site = self.opened()
        return self.run("picture", lambda _: site.data.arrays.picture(dataset, column, row, frame, window))

    def wave(
        self, dataset: str, column: str, row: int, leads: Sequence[int] = (), start: float = 0.0, length: float = 0.0
    ) -> Job[WaveView]:
        """A part of a signal or series as lines; ``length`` 0: to the end."""
        site = self.opened()
        return self.run("wave", lambda _: site.data.arrays.wave(dataset, column, row, leads, start, length))

    def delete_data(self, dataset: str) -> Job[None]:
        """Deletes a data set with its keys: no copy of it can be read again."""
        site = self.opened()
        return self.run("delete", lambda _: site.data.delete(dataset))

    def mend_data(self, dataset: str, steps: Sequence[MendView]) -> Job[DatasetDetail]:
        """Gives a data set another recipe: all its steps, in order; no step undoes them all. The imported file is never changed."""
        site = self.opened()
        return self.run("mend", lambda job: site.data.mend(dataset, steps, job))

    def inspect_data(self, dataset: str, outcome: str, patient: str = "") -> Job[InspectionView]:
        """A data set with an outcome in mind: balance, columns that give it away, patients with several rows, subgroups."""
        site = self.opened()
        return self.run("inspect", lambda job: site.data.inspect(dataset, outcome, patient, job))

    def choose_match(self, study: str, dataset: str, line: MatchChoice) -> Job[tuple[MatchLine, ...]]:
        """Says how one variable of a study is read from a data set; kept for the next file. Gives the whole match as it is now."""
        site = self.opened()

        def work(_: Job[tuple[MatchLine, ...]]) -> tuple[MatchLine, ...]:
            plan = site.joining.plan(study)
            site.data.choose(plan, dataset, line.variable, line.column, line.unit, line.spellings)
            return site.data.match_lines(plan, dataset)

        return self.run("match", work)

    def match(self, study: str, dataset: str) -> Job[tuple[MatchLine, ...]]:
        """Each variable of a study with the column found for it; problems first."""
        site = self.opened()
        return self.run("match", lambda _: site.data.match_lines(site.joining.plan(study), dataset))

    def export_request(self, study: str, dataset: str | None = None) -> Job[tuple[str, ...]]:
        """A line for each variable that is still missing (without a data set: for all), for whoever exports the records."""
        site = self.opened()
        return self.run("request", lambda _: site.data.missing_variables(site.joining.plan(study), dataset))

    def expression(self, dataset: str, column: str) -> Job[ExpressionView]:
        """A column of gene expression at a glance: a heat map of the genes that vary most, and the samples' principal components."""
        site = self.opened()
        return self.run("expression", lambda job: site.data.expression(dataset, column, job))

    def join_data(self, name: str, members: Sequence[tuple[str, str]]) -> Job[DatasetView]:
        """Joins data sets of the same patients: (data set, its column with the patient id), the first gives the rows."""
        site = self.opened()
        return self.run("join-data", lambda job: site.data.join(name, members, job))

    def privacy(self, dataset: str) -> Job[PrivacyView]:
        """How far the search for identifiers is, and what it found; it begins by itself after an import."""
        site = self.opened()
        return self.run("privacy", lambda _: site.data.checks.view(dataset))

    def check_data(self, dataset: str, by: Sequence[str] = (), outcome: str = "") -> Job[PrivacyView]:
        """Waits for the search; ``by`` and ``outcome`` group the patients by other columns than those that are chosen."""
        site = self.opened()
        return self.run("check", lambda job: site.data.checks.finished(dataset, by, outcome, job))

    def override_data(self, dataset: str, column: str, person: str, reason: str) -> Job[PrivacyView]:
        """A person answers for what was found in a column; it goes into the history."""
        site = self.opened()
        return self.run("override", lambda _: site.data.checks.override(dataset, column, person, reason))

    def exclude_patient(self, patient: str, reason: str) -> Job[tuple[HoldingView, ...]]:
        """Excludes a patient from every study from now on, the running ones too; how many rows of his each data set has."""
        site = self.opened()

        def work(_: Job[tuple[HoldingView, ...]]) -> tuple[HoldingView, ...]:
            found = site.data.exclusions.exclude(patient, reason)
            site.renew()
            return found

        return self.run("exclude", work)

    def lift_exclusion(self, patient: str) -> Job[None]:
        """The patient may be used again, from the next round on."""
        site = self.opened()

        def work(_: Job[None]) -> None:
            site.data.exclusions.lift(patient)
            site.renew()

        return self.run("exclude", work)

    def exclusions(self) -> Job[tuple[ExclusionView, ...]]:
        """The excluded patients, each with what had left before; the lifted ones last."""
        site = self.opened()
        return self.run("exclusions", lambda job: site.data.exclusions.list(site.joining.plan, site.data.matches, job))

    def patient_column(self, dataset: str) -> str:
        """The column of a data set with the patient number, as a person said; "" where nobody did."""
        return self.opened().data.exclusions.patient_column(dataset)

    def set_patient_column(self, dataset: str, column: str) -> Job[None]:
        """Says which column of a data set holds the patient number."""
        site = self.opened()
        return self.run("patient", lambda _: site.data.exclusions.set_patient_column(dataset, column))

    def access_log(self, count: int = 500) -> Job[tuple[AccessView, ...]]:
        """Who opened, imported, mended, exported what, the newest first."""
        site = self.opened()
        return self.run("log", lambda _: site.access_log(count))

    def confirm_data(self, dataset: str) -> None:
        """A person looked at the data set and found it right."""
        self.opened().data.confirm(dataset)
