# SPDX-License-Identifier: Apache-2.0
"""DATA, VAULT, KEY: records, their import, the encrypted vault and its keys."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
