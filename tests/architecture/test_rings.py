# SPDX-License-Identifier: Apache-2.0
"""No module imports one that imports it, not even for its types: whoever reads one file can follow its imports downwards to the end."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("engine", "gui")


def modules(root: Path) -> dict[str, Path]:
    """Every module of the product → its file; a package is the module of its ``__init__``."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def asked_for(path: Path) -> Iterator[tuple[str, str]]:
    """Each import of a file, at its top, in a function or under TYPE_CHECKING, as (module, name in it or empty)."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        match node:
            case ast.Import(names=names):
                yield from ((alias.name, "") for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((module, alias.name) for alias in names)
            case ast.ImportFrom(level=level):
                assert not level, f"{path}:{node.lineno}: imports are absolute"


def arrows(root: Path) -> dict[str, set[str]]:
    """Module → the modules that it imports. ``from package import module`` is an arrow to the module, not to the package."""
    known = modules(root)
    return {
        module: {target for base, name in asked_for(path) for target in [f"{base}.{name}" if f"{base}.{name}" in known else base]}
        & known.keys()
        for module, path in known.items()
    }


def ring(graph: Mapping[str, set[str]]) -> list[str]:
    """One ring of the graph, its first module again at the end; empty when there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))  # graphlib lists from what is imported to who imports it
    return []


def test_no_import_goes_round() -> None:
    graph = arrows(ROOT)
    assert "engine.session.demo_jobs" in graph["engine.session.demo"], "an import inside a function is seen"
    found = ring(graph)
    assert not found, "a ring of imports; move what both ends need below them:\n  " + "\n  imports ".join(found)


@pytest.mark.parametrize(
    "lower",
    [
        "from engine import upper",
        "import engine.upper",
        "from engine.upper import Upper",
        "def late():\n    from engine.upper import Upper",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from engine.upper import Upper",
    ],
)
def test_a_ring_is_seen_and_named(tmp_path: Path, lower: str) -> None:
    folder = tmp_path / "engine"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "upper.py").write_text("from engine import middle\nclass Upper: ...\n")
    (folder / "middle.py").write_text("from engine.lower import low\n")
    (folder / "lower.py").write_text(lower + "\nlow = 1\n")
    (folder / "beside.py").write_text("from engine import lower, upper\n")
    found = ring(arrows(tmp_path))
    assert found[0] == found[-1]
    assert set(found) == {"engine.upper", "engine.middle", "engine.lower"}
    assert all(after in arrows(tmp_path)[before] for before, after in pairwise(found))
