# SPDX-License-Identifier: Apache-2.0
"""What a person chooses at a door."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadChoices:
    """How a person wants a file read; "auto" finds out."""

    encoding: str = "auto"
    delimiter: str = "auto"
    decimal: str = "auto"
