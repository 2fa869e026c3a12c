# SPDX-License-Identifier: Apache-2.0
"""What a person chooses at a door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ReadChoices:
    """How a person wants a file read; "auto" finds out. ``settings``: what only some formats have (``OptionView.key`` → value)."""

    encoding: str = "auto"
    delimiter: str = "auto"
    decimal: str = "auto"
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MatchChoice:
    """How one variable of a study is read: its column, the unit of the values, the words of its categories; "" finds out."""

    variable: str
    column: str = ""
    unit: str = ""
    spellings: Mapping[str, str] = field(default_factory=dict)
