# SPDX-License-Identifier: Apache-2.0
"""What a training step says of its progress."""

from __future__ import annotations

from engine.clock import ManualClock
from engine.site.steptoken import PROGRESS_SECONDS, StepToken


def test_progress_is_passed_on_ten_times_a_second_at_most_and_its_end_always() -> None:
    clock, told = ManualClock(), list[float]()
    token = StepToken(told.append, clock)
    for step in range(100):
        token.progress(step / 100)
        clock.advance(PROGRESS_SECONDS / 10)
    assert 10 <= len(told) <= 11
    assert told == sorted(told)
    token.progress(1.0)
    assert told[-1] == 1.0
