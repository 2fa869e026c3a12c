# SPDX-License-Identifier: Apache-2.0
"""The states a person can always name, in one place: word, icon, and tone; the same in the rail, the status bar and the pages."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

TONES = {
    "not-joined": "muted",
    "waiting-for-approval": "warn",
    "ready": "accent",
    "training": "accent",
    "sending": "accent",
    "waiting-for-others": "accent",
    "done": "ok",
    "paused-by-you": "warn",
    "paused-by-network": "warn",
    "stopped-by-check": "bad",
    "left": "muted",
}
"""State → tone: a colour token's name."""

ICONS = {"muted": "circle", "accent": "dot", "ok": "check", "warn": "warning", "bad": "cross"}
"""Tone → icon of gui/icons, so that no state is told apart by colour alone."""


def state_word(state: str) -> str:
    """The word for a SiteState value in the current language; a value this window does not know is shown as it is."""
    translate = QCoreApplication.translate
    words = {
        "not-joined": translate("States", "Not joined"),
        "waiting-for-approval": translate("States", "Waiting for approval"),
        "ready": translate("States", "Ready"),
        "training": translate("States", "Training"),
        "sending": translate("States", "Sending"),
        "waiting-for-others": translate("States", "Waiting for others"),
        "done": translate("States", "Done"),
        "paused-by-you": translate("States", "Paused by you"),
        "paused-by-network": translate("States", "Paused by network"),
        "stopped-by-check": translate("States", "Stopped by a check"),
        "left": translate("States", "Left"),
    }
    return words.get(state, state)


def tone_of(state: str) -> str:
    """The tone of a SiteState value."""
    return TONES.get(state, "muted")
