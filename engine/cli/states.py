# SPDX-License-Identifier: Apache-2.0
"""States in the words that the window uses too."""

from __future__ import annotations

from engine.errors import Language
from engine.text import translate


def site_state(state: str, language: Language) -> str:
    """Where a site is in a study (a SiteState value)."""
    match state:
        case "not-joined":
            return translate("Not joined", language)
        case "waiting-for-approval":
            return translate("Waiting for approval", language)
        case "ready":
            return translate("Ready", language)
        case "training":
            return translate("Training", language)
        case "sending":
            return translate("Sending", language)
        case "waiting-for-others":
            return translate("Waiting for others", language)
        case "done":
            return translate("Done", language)
        case "paused-by-you":
            return translate("Paused by you", language)
        case "paused-by-network":
            return translate("Paused by the network", language)
        case "stopped-by-check":
            return translate("Stopped by a check", language)
        case "left":
            return translate("Left", language)
        case _:
            return state or "–"


def study_state(state: str, language: Language) -> str:
    """Where a study is at the coordinator (a StudyState value)."""
    match state:
        case "draft":
            return translate("Draft", language)
        case "published":
            return translate("Published", language)
        case "running":
            return translate("Running", language)
        case "paused":
            return translate("Paused", language)
        case "finished":
            return translate("Finished", language)
        case "stopped":
            return translate("Stopped", language)
        case _:
            return state


def membership(state: str, language: Language) -> str:
    """Where a site is on its way into the federation (a Membership value)."""
    match state:
        case "invited":
            return translate("Invited", language)
        case "waiting-for-approval":
            return translate("Waiting for approval", language)
        case "approved":
            return translate("Approved", language)
        case "revoked":
            return translate("Revoked", language)
        case _:
            return state


def phase(name: str, language: Language) -> str:
    """A phase of a round (a Phase value)."""
    match name:
        case "ranges":
            return translate("Counting magnitudes", language)
        case "statistics":
            return translate("Preparing", language)
        case "update":
            return translate("Training", language)
        case "evaluation":
            return translate("Judging the round", language)
        case "test":
            return translate("Final test", language)
        case _:
            return name or "–"


def column_kind(kind: str, language: Language) -> str:
    """What kind of values a column holds (a ColumnView's kind)."""
    match kind:
        case "numeric":
            return translate("numbers", language)
        case "category":
            return translate("categories", language)
        case "flag":
            return translate("yes/no", language)
        case "text":
            return translate("text", language)
        case "empty":
            return translate("empty", language)
        case "expression":
            return translate("gene expression", language)
        case "image":
            return translate("images", language)
        case "signal":
            return translate("signals", language)
        case "series":
            return translate("time series", language)
        case "molecule":
            return translate("molecules", language)
        case "notes":
            return translate("clinical notes", language)
        case _:
            return kind
