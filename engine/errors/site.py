# SPDX-License-Identifier: Apache-2.0
"""SITE, CLI: the site's part in a study, the release gate, and the command line."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
