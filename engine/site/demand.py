# SPDX-License-Identifier: Apache-2.0
"""Whether a task is one that the approved plan holds: what a hospital approved binds the coordinator too.

A coordinator that is dishonest, or not the one it was, could otherwise ask for more than was forecast: for rounds beyond the last, for
a sum over one hospital, or for the same statistics again under other ranges, until single values could be worked out.
"""

from __future__ import annotations

from engine.errors import WardroundError
from engine.study.bundle import Bundle
from engine.study.phases import ranges_length
from engine.values import Phase, SiteId
from engine.wire.messages import Task


def require_planned(task: Task, bundle: Bundle, site: SiteId) -> None:
    """Returns if the signed plan, as this site approved it, holds such a task.

    Raises:
        WardroundError: E-ROUND-09 naming what does not agree.
    """
    if reason := _against(task, bundle, site):
        raise WardroundError("E-ROUND-09", study=bundle.manifest.study.id, reason=reason)


def _against(task: Task, bundle: Bundle, site: SiteId) -> str:
    """What speaks against the task; empty if nothing does."""
    key, manifest = task.key, bundle.manifest
    if key.study != manifest.study.id:
        return "another study"
    match key.phase:
        case Phase.RANGES | Phase.STATISTICS:
            versions, rounds = range(1), range(1)
            if key.phase is Phase.RANGES and not ranges_length(manifest):
                return "ranges, which the plan names"
        case Phase.UPDATE:
            versions, rounds = range(key.round - 1, key.round), range(1, manifest.rounds.count + 1)
        case Phase.EVALUATION:
            versions, rounds = range(key.round, key.round + 1), range(1, manifest.rounds.count + 1)
        case Phase.TEST:
            versions, rounds = range(1, key.round + 1), range(1, manifest.rounds.count + 1)
    if key.round not in rounds:
        return f"round {key.round}"
    if task.model_version not in versions:
        return f"model {task.model_version} in round {key.round}"
    if task.model_version == 0 and task.model_sha256 != bundle.weights_sha256:
        return "other initial weights"
    taking_part = set(task.participants)
    if site not in taking_part or not taking_part <= {entry.site for entry in bundle.roster.entries}:
        return "other hospitals"
    if len(taking_part) < manifest.rounds.min_sites:
        return f"a sum over {len(taking_part)} hospitals"
    return ""
