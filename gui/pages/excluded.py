# SPDX-License-Identifier: Apache-2.0
"""The part of the data page about excluded patients: the card, and what its buttons ask of the session."""

from __future__ import annotations

from engine.session.exclusion_views import HoldingView
from engine.session.views import ProblemView
from gui.pages.page import Page
from gui.widgets.excludedcard import ExcludedCard


class ExcludedSection(ExcludedCard):
    """The card at work on the session of its page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self.opened.connect(self._read)
        self.exclude.connect(self._exclude)
        self.lift.connect(self._lift_one)

    def _read(self, held: tuple[HoldingView, ...] | None = None) -> None:
        self._page.run(self._page.session.exclusions(), lambda found: self.show_list(found, held))

    def _exclude(self, patient: str, reason: str) -> None:
        self._page.run(self._page.session.exclude_patient(patient, reason), self._excluded, self._refused)

    def _excluded(self, held: tuple[HoldingView, ...]) -> None:
        self.done()
        self._read(held)

    def _refused(self, problem: ProblemView) -> None:
        self.retranslate()
        self._page.problem.emit(problem)

    def _lift_one(self, patient: str) -> None:
        self._page.run(self._page.session.lift_exclusion(patient), lambda _: self._read())
