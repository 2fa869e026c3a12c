# SPDX-License-Identifier: Apache-2.0
"""ROUND, UPDATE, COORD: the coordinator, its rounds and what sites send."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
