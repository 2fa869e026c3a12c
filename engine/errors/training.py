# SPDX-License-Identifier: Apache-2.0
"""TRAIN: preprocessing, local training, fixed point, evaluation."""

from __future__ import annotations

from engine.errors.entry import Entry

ENTRIES: dict[str, Entry] = {}
