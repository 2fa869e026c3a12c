# SPDX-License-Identifier: Apache-2.0
"""Kinds of values that a command takes; a wrong one gets a code and an example instead of the parser's own words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from engine.errors import WardroundError

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([dhms])")
_SECONDS = {"d": 86_400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


def _name(parameter: click.Parameter | None) -> str:
    """The option or argument as a person writes it."""
    if parameter is None:
        return "?"
    longest = max(parameter.opts, key=len)
    return longest if longest.startswith("-") else longest.upper()


def _shown(value: object) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in str(value))[:80] or "''"


class OneOf(click.Choice[str]):
    """One of a few words. Raises E-CMD-05."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            raise WardroundError("E-CMD-05", name=_name(param), value=_shown(value), known=", ".join(self.choices)) from error


class Whole(click.ParamType[int]):
    """A whole number within limits. Raises E-CMD-06."""

    name = "number"

    def __init__(self, low: int, high: int) -> None:
        self.low = low
        self.high = high

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002 - click's signature
        if isinstance(value, int):
            return value
        if re.fullmatch(r"-?[0-9]{1,18}", value) and self.low <= int(value) <= self.high:
            return int(value)
        raise WardroundError("E-CMD-06", name=_name(param), value=_shown(value), low=self.low, high=self.high)


class Setting(click.ParamType[tuple[str, str]]):
    """``KEY=VALUE``. Raises E-CMD-31."""

    name = "setting"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:  # noqa: ARG002 - click's signature
        if isinstance(value, tuple):
            return value
        key, sign, said = value.partition("=")
        if not sign or not key.strip():
            raise WardroundError("E-CMD-31", name=_name(param), value=_shown(value))
        return key.strip(), said


class Named(click.ParamType[tuple[str, Path]]):
    """``NAME=FILE``. Raises E-CMD-07."""

    name = "name=file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:  # noqa: ARG002 - click's signature
        if isinstance(value, tuple):
            return value
        name, equals, path = str(value).partition("=")
        if not equals or not path or not _NAME.fullmatch(name):
            raise WardroundError("E-CMD-07", name=_name(param), value=_shown(value))
        return name, Path(path)


class Duration(click.ParamType[float]):
    """``7d``, ``12h``, ``30m``: seconds. Raises E-CMD-08."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ARG002 - click's signature
        if isinstance(value, float):
            return value
        found = _DURATION.fullmatch(str(value))
        if not found:
            raise WardroundError("E-CMD-08", name=_name(param), value=_shown(value))
        return int(found[1]) * _SECONDS[found[2]]


def by_name(pairs: tuple[tuple[str, Path], ...]) -> dict[str, tuple[Path, ...]]:
    """A mapping from ``NAME=FILE`` pairs; a name that is given again has several files, in the order given.

    Raises:
        WardroundError: E-CMD-11 the same file twice for a name.
    """
    found: dict[str, tuple[Path, ...]] = {}
    for name, path in pairs:
        if path in found.get(name, ()):
            raise WardroundError("E-CMD-11", name=name)
        found[name] = (*found.get(name, ()), path)
    return found
