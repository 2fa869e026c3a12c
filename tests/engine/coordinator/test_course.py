# SPDX-License-Identifier: Apache-2.0
"""The order of the phases, the best round, the early end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.coordinator import course
from engine.study import manifest as manifests
from engine.study import templates
from engine.study.manifest import EvaluationSection, Manifest, RoundsSection
from engine.values import Phase, PhaseKey


def plan(count: int, patience: int = 0) -> Manifest:
    whole = manifests.parse(templates.read("breast-cancer-demo"), "demo")
    return replace(whole, rounds=RoundsSection(count=count), evaluation=EvaluationSection(patience=patience))


def walk(manifest: Manifest, losses: list[float | None]) -> list[tuple[int, Phase]]:
    """All phases in order, with these validation losses coming in."""
    steps: list[tuple[int, Phase]] = []
    known: list[tuple[int, float | None]] = []
    last: PhaseKey | None = None
    while step := course.following(last, manifest, known):
        steps.append(step)
        last = PhaseKey(manifest.study.id, step[0], 1, step[1])
        if step[1] is Phase.EVALUATION:
            known.append((step[0], losses[step[0] - 1]))
    return steps


def test_a_whole_course() -> None:
    assert walk(plan(2), [0.5, 0.4]) == [
        (0, Phase.STATISTICS),
        (1, Phase.UPDATE),
        (1, Phase.EVALUATION),
        (2, Phase.UPDATE),
        (2, Phase.EVALUATION),
        (2, Phase.TEST),
    ]


def test_ranges_come_first_where_one_is_missing() -> None:
    manifest = plan(1)
    variables = tuple(replace(v, range=None) for v in manifest.variables)
    assert walk(replace(manifest, variables=variables), [0.5])[:2] == [(0, Phase.RANGES), (0, Phase.STATISTICS)]


@pytest.mark.parametrize(
    ("losses", "last"), [([0.5, 0.4, 0.41, 0.42, 0.3], 4), ([0.5, 0.4, 0.3, 0.2, 0.1], 5), ([0.5, 0.5, 0.5, 0.4, 0.4], 3)]
)
def test_patience(losses: list[float | None], last: int) -> None:
    assert walk(plan(5, patience=2), losses)[-1] == (last, Phase.TEST)


@pytest.mark.parametrize(
    ("losses", "best"),
    [([], 0), ([(1, 0.5)], 1), ([(1, 0.5), (2, 0.4), (3, 0.45)], 2), ([(1, 0.4), (2, 0.4)], 1), ([(1, None), (2, None)], 2)],
)
def test_the_best_round(losses: list[tuple[int, float | None]], best: int) -> None:
    assert course.best_round(losses) == best
