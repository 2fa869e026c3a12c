# SPDX-License-Identifier: Apache-2.0
"""What every loader of images asks a person."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import WardroundError
from engine.records.loader import LoaderOption, ReadOptions, settled
from engine.text import translate

_MAX_SIZE = 4096

COLOUR = LoaderOption(
    "colour",
    "choice",
    lambda to: translate("Colour: auto keeps it where every image has it, and else makes all grey", to),
    "auto",
    ("auto", "grey", "rgb"),
)
SIZE = LoaderOption(
    "size", "whole", lambda to: translate("Rows and columns of every image after import; 0 keeps them as they are", to), "0"
)


def checked(declared: Sequence[LoaderOption], options: ReadOptions, file: str) -> dict[str, str]:
    """Every option's value; raises E-DATA-30, E-DATA-31."""
    said = settled(declared, options.settings, file)
    if not 0 <= int(said.get("size", "0") or 0) <= _MAX_SIZE:
        raise WardroundError("E-DATA-31", file=file, key="size", wanted=f"0–{_MAX_SIZE}")
    return said
