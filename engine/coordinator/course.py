# SPDX-License-Identifier: Apache-2.0
"""The course of a study: which phase follows which, which round is the best, when to end early. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from engine.store.federation import StudyRow
from engine.study import phases
from engine.study.manifest import Manifest
from engine.study.phases import ranges_length
from engine.values import Phase, PhaseKey
from engine.wire.messages import StudyState

Losses = Sequence[tuple[int, float | None]]
"""(round, mean log loss of the validation patients) of the training rounds so far, in order."""


def following(last: PhaseKey | None, manifest: Manifest, losses: Losses) -> tuple[int, Phase] | None:
    """Round and phase after the phase whose sum was opened last (None: at the start); None when the study is over."""
    if last is None:
        return (0, Phase.RANGES) if ranges_length(manifest) > 0 else (0, Phase.STATISTICS)
    patience = manifest.evaluation.patience
    if last.phase is Phase.EVALUATION and patience > 0 and last.round - best_round(losses) >= patience:
        return last.round, Phase.TEST
    return next(islice(phases.course(last.round, last.phase, manifest), 1, None), None)


def best_round(losses: Losses) -> int:
    """The round with the lowest validation loss, the earliest of equals; the last one without validation patients; 0 before any."""
    judged = [(loss, number) for number, loss in losses if loss is not None]
    if judged:
        return min(judged)[1]
    return losses[-1][0] if losses else 0


def state_of(study: StudyRow) -> StudyState:
    """Where the study is, in one word."""
    if study.finished:
        return StudyState.FINISHED
    if study.stopped:
        return StudyState.STOPPED
    if study.paused:
        return StudyState.PAUSED
    if study.started:
        return StudyState.RUNNING
    return StudyState.PUBLISHED if study.version else StudyState.DRAFT
