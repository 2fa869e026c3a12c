# SPDX-License-Identifier: Apache-2.0
"""Quick calls from a door that shows problems instead of raising them: a job's outcome without a job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from engine.errors import Language, WardroundError
from engine.session.jobs import Outcome, problem_of

T = TypeVar("T")


def attempt(work: Callable[[], T], language: Language) -> Outcome[T]:
    """Calls ``work`` on this thread; an error of the catalogue becomes the outcome's problem, anything else is raised."""
    try:
        return Outcome(work())
    except WardroundError as error:
        return Outcome(None, problem_of(error, language))
