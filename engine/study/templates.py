# SPDX-License-Identifier: Apache-2.0
"""Ready studies to start from: the ``.toml`` files of the folder ``templates``."""

from __future__ import annotations

from importlib import resources

from engine.errors import WardroundError

_FOLDER = resources.files("engine.study").joinpath("templates")


def names() -> tuple[str, ...]:
    """The templates' names, sorted."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml")))


def read(name: str) -> str:
    """A template's text, comments and all.

    Raises:
        WardroundError: E-STUDY-37 when there is no such template.
    """
    known = names()
    if name not in known:
        raise WardroundError("E-STUDY-37", name=name, known=", ".join(known))
    return _FOLDER.joinpath(f"{name}.toml").read_text(encoding="utf-8")
