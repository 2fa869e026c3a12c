# SPDX-License-Identifier: Apache-2.0
"""STUDY, RULE: manifests, bundles, rosters and combinations that are refused."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
