# SPDX-License-Identifier: Apache-2.0
"""NET, TLS, ENROL, CLOCK: connections, certificates, invitations."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
