# SPDX-License-Identifier: Apache-2.0
"""Patients who must not be used: the list, the rows that it takes out of every study, and what had left before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records import exclusion
from engine.records.loader import Finding
from engine.records.match import Match
from engine.records.table import Reader
from engine.records.vault import Vault
from engine.session.events import DatasetsChanged
from engine.session.exclusion_views import ExclusionView, HoldingView, LeftView
from engine.session.open_home import OpenHome, user_name
from engine.store import exclusions, studies
from engine.store.exclusions import Contribution, Exclusion
from engine.store.studies import StudyEntry
from engine.study.manifest import Manifest
from engine.text import translate
from engine.values import NoToken, Token

Matches = Callable[[Manifest, str, int], Sequence[Match]]
Plan = Callable[[str], Manifest]


class Exclusions:
    """The exclusion list of one open vault."""

    def __init__(self, site: OpenHome, vault: Vault, key: bytes) -> None:
        self._site = site
        self._vault = vault
        self._key = key

    # -- what a study may use

    def rows(self, reader: Reader, column: str | None, dataset: str, name: str, token: Token) -> NDArray[np.bool_] | None:
        """(n,) bool: the rows of excluded patients; None where nobody is excluded.

        Args:
            reader: the data set.
            column: the patient id's column as the study has it; None: the one that a person said.
            dataset: its id.
            name: its name, for the refusal.
            token: progress and cancelling.

        Raises:
            WardroundError: E-EXCL-01 somebody is excluded, and nobody knows the column.
        """
        digests = self._site.write(exclusions.active)
        if not digests:
            return None
        names = {summary.name for summary in reader.summaries}
        column = column or self.patient_column(dataset)
        if column not in names:
            raise WardroundError("E-EXCL-01", count=len(digests), name=name)
        return exclusion.excluded_rows(reader, column, digests, self._key, token)

    def finding(self, dataset: str) -> Finding | None:
        """How many rows of the newest version belong to excluded patients, once its patient column is known."""
        digests = self._site.write(exclusions.active)
        column = self.patient_column(dataset)
        if not digests or not column:
            return None
        with closing(self._vault.open_table(dataset)) as table:
            if column not in {summary.name for summary in table.summaries}:
                return None
            return exclusion.finding(column, exclusion.excluded_rows(table, column, digests, self._key, NoToken()))

    def patient_column(self, dataset: str) -> str:
        """The column with the patient id, as a person said; "" where nobody did."""
        return self._site.write(lambda database: studies.mark(database, _mark(dataset))) or ""

    def set_patient_column(self, dataset: str, column: str) -> None:
        """A person says which column of a data set holds the patient id.

        Raises:
            WardroundError: E-EXCL-04 no such column.
        """
        version = self._vault.version(dataset)
        if column not in {summary.name for summary in version.columns}:
            raise WardroundError("E-EXCL-04", name=version.name, column=column)
        if column != self.patient_column(dataset):
            self._site.write(lambda database: studies.set_mark(database, _mark(dataset), column))
            self._site.publish(DatasetsChanged())

    # -- the list

    def exclude(self, patient: str, reason: str) -> tuple[HoldingView, ...]:
        """Excludes a patient from now on; how many of his rows each data set with a known patient column has.

        Raises:
            WardroundError: E-EXCL-02 the id or the reason is empty.
        """
        identity, reason = exclusion.written(patient), " ".join(reason.split())
        if not identity or not reason:
            raise WardroundError("E-EXCL-02")
        digest = exclusion.digest(self._key, identity)
        entry = Exclusion(digest, " ".join(patient.split()), reason, user_name(), self._site.clock.now())
        if self._site.write(lambda database: exclusions.exclude(database, entry)):
            self._site.note("excluded")
        self._site.publish(DatasetsChanged())
        return self._holdings(digest)

    def lift(self, patient: str) -> None:
        """The patient may be used again.

        Raises:
            WardroundError: E-EXCL-03 he is not excluded.
        """
        digest = exclusion.digest(self._key, exclusion.written(patient))
        who, now = user_name(), self._site.clock.now()
        if not self._site.write(lambda database: exclusions.lift(database, digest, who, now)):
            raise WardroundError("E-EXCL-03")
        self._site.note("readmitted")
        self._site.publish(DatasetsChanged())

    def _holdings(self, digest: bytes) -> tuple[HoldingView, ...]:
        found = []
        for version in self._vault.datasets():
            column = self.patient_column(version.dataset)
            if column not in {summary.name for summary in version.columns}:
                found.append(HoldingView(version.name, "", 0))
                continue
            with closing(self._vault.open_table(version.dataset)) as table:
                rows = exclusion.excluded_rows(table, column, {digest}, self._key, NoToken())
            found.append(HoldingView(version.name, column, int(rows.sum())))
        return tuple(found)

    def list(self, plan: Plan, matches: Matches, token: Token) -> tuple[ExclusionView, ...]:
        """Every exclusion, the newest first, each with what of the patient had left before."""
        entries = self._site.write(exclusions.exclusions)
        digests = {entry.digest for entry in entries}
        left: dict[bytes, list[LeftView]] = {digest: [] for digest in digests}
        joined = [entry for entry in self._site.write(studies.study_entries) if entry.joined is not None] if entries else []
        for number, study in enumerate(joined):
            token.check()
            token.progress(number / len(joined))
            sent = self._site.write(partial(exclusions.sent_contributions, study=study.study))
            if not sent:
                continue
            inside = self._inside(study, digests, plan, matches, token)
            for digest in digests:
                spans = [(entry.time, entry.lifted) for entry in entries if entry.digest == digest]
                with_him = [
                    each for each in sent if not any(start <= each.listed and (end is None or each.listed < end) for start, end in spans)
                ]
                if with_him and (inside is None or digest in inside):
                    left[digest].append(self._left(study.study, with_him, inside is not None))
        views = [
            ExclusionView(entry.patient, entry.reason, entry.who, entry.time, entry.lifted, entry.lifted_by, tuple(left[entry.digest]))
            for entry in reversed(entries)
        ]
        return tuple(sorted(views, key=lambda view: view.lifted is not None))

    def _left(self, study: str, sent: Sequence[Contribution], known: bool) -> LeftView:
        rounds = tuple(sorted({each.round for each in sent}))
        fields = {"study": study, "messages": len(sent), "first": rounds[0], "last": rounds[-1]}
        language = self._site.language()
        if known:
            text = translate(
                "{study}: {messages} messages of rounds {first} to {last} had left before, made of records that the patient was among. "
                "They cannot be called back.",
                language,
                **fields,
            )
        else:
            text = translate(
                "{study}: {messages} messages of rounds {first} to {last} had left before; whether the patient was among the records "
                "cannot be told any more, because the data set was deleted.",
                language,
                **fields,
            )
        return LeftView(study, len(sent), rounds, known, text)

    def _inside(self, study: StudyEntry, digests: set[bytes], plan: Plan, matches: Matches, token: Token) -> frozenset[bytes] | None:
        """Which of the patients have rows in a study's version of its data set; None where that cannot be told any more."""
        try:
            manifest = plan(study.study)
            found = matches(manifest, study.dataset, study.dataset_version)
            identifier = manifest.patient_id.name if manifest.patient_id is not None else ""
            column = next((entry.column for entry in found if entry.variable == identifier), None) or self.patient_column(study.dataset)
            with closing(self._vault.open_table(study.dataset, study.dataset_version)) as table:
                if column not in {summary.name for summary in table.summaries}:
                    return None
                return exclusion.present(table, column, digests, self._key, token)
        except WardroundError as error:
            if error.code.startswith("E-VAULT-"):  # the data set was deleted, or its file is gone
                return None
            raise


def _mark(dataset: str) -> str:
    return f"patient:{dataset}"
