# SPDX-License-Identifier: Apache-2.0
"""Where a site is in a study, what its work tells of its progress, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.clock import Clock
from engine.errors import Cancelled, WardroundError
from engine.wire.messages import SiteState

PROGRESS_SECONDS = 0.1


@dataclass(frozen=True)
class Moment:
    """Where the agent is: told to whoever watches, often."""

    state: SiteState
    step: str  # getting-model | training | evaluating | protecting | sending | waiting
    round: int
    progress: float
    waiting_for: tuple[str, ...]
    sites_joined: int
    last_heard: float | None
    problem: WardroundError | None
    retry_in: float | None


class StepToken:
    """Progress out, cancelling in, for the work of one task."""

    def __init__(self, tell: Callable[[float], None], clock: Clock) -> None:
        self._tell = tell
        self._clock = clock
        self._due = clock.monotonic()
        self.cancelled = False

    def progress(self, fraction: float) -> None:
        """Said a thousand times a second where batches are small; passed on as often as somebody can see it."""
        now = self._clock.monotonic()
        if now >= self._due or fraction >= 1.0:
            self._due = now + PROGRESS_SECONDS
            self._tell(fraction)

    def check(self) -> None:
        if self.cancelled:
            raise Cancelled
