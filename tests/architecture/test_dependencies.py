# SPDX-License-Identifier: Apache-2.0
"""What pyproject.toml asks for is what the sources import; the coordinator needs only the core."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]

# Asked for though no source imports them, and why.
NOT_IMPORTED = {
    "shiboken6": "half of PySide6, which must be of the same version",
    "pyjpegls": "a decoder that pydicom finds: JPEG-LS",
    "pylibjpeg": "pydicom finds the next one through it",
    "pylibjpeg-openjpeg": "a decoder that pydicom finds: JPEG 2000",
}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def distributions(requirements: list[str]) -> set[str]:
    """The names in a list of requirements, without our own extras."""
    return {normal(re.split(r"[\[=<>~! ]", line, maxsplit=1)[0]) for line in requirements} - {"wardround"}


def extra(name: str) -> set[str]:
    """The distributions of an extra, and of the extras that it includes."""
    found = distributions(EXTRAS[name])
    for included in re.findall(r"^wardround\[(.+)\]$", "\n".join(EXTRAS[name]), re.MULTILINE):
        found |= {distribution for part in included.split(",") for distribution in extra(part.strip())}
    return found


def imported() -> set[str]:
    """The distributions that engine and gui import, inside functions too."""
    modules: set[str] = set()
    for package in ("engine", "gui"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                    modules.add(node.module.split(".")[0])
    by_module = metadata.packages_distributions()
    third = modules - set(sys.stdlib_module_names) - {"engine", "gui"}
    return {normal(distribution) for module in third for distribution in by_module[module]}


def test_what_is_imported_is_asked_for_and_the_other_way_round() -> None:
    asked = distributions(PROJECT["dependencies"]) | set().union(*(extra(name) for name in EXTRAS if name != "dev"))
    assert imported() | set(NOT_IMPORTED) == asked


def test_the_window_brings_every_extra_of_the_data() -> None:
    """Whoever installs the program opens every kind of file; the tests run with what the program has."""
    families = set(EXTRAS) - {"site", "gui", "dev"}
    assert set().union(*(extra(name) for name in families)) == extra("data")
    assert extra("data") <= extra("gui") <= extra("dev")


def test_versions_are_exact() -> None:
    """One tested set, the same for everyone; a range of torch would fetch gigabytes more."""
    loose = [
        line
        for line in [*PROJECT["dependencies"], *(line for lines in EXTRAS.values() for line in lines)]
        if "==" not in line and "wardround[" not in line
    ]
    assert not loose


BLOCK = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {absent!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent())
from engine.cli.main import main
sys.exit(main())
"""


@pytest.fixture
def core_only(tmp_path: Path) -> Callable[..., str]:
    """Runs ``wardround ARGS`` as on the lead's server, where neither the site's nor the window's libraries are installed."""
    heavy = extra("site") | extra("gui")
    absent = sorted(module for module, owners in metadata.packages_distributions().items() if {normal(owner) for owner in owners} & heavy)
    assert {"torch", "PySide6", "pyarrow"} <= set(absent)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", BLOCK.format(absent=absent), *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_coordinator_works_with_the_core_alone(core_only: Callable[..., str], tmp_path: Path) -> None:
    core_only("study", "new", "breast-cancer-demo", "-o", "study.toml")
    core_only("coordinator", "-C", "lead", "init", "--name", "Lead", "--host", "127.0.0.1", "--listen", "127.0.0.1:7443")
    core_only("coordinator", "-C", "lead", "study", "add", "study.toml")
    core_only("coordinator", "-C", "lead", "invite", "north")
    assert (tmp_path / "north.wardround-invite").exists()
    listed = json.loads(core_only("coordinator", "-C", "lead", "sites", "ls", "--json"))
    assert [(site["site"], site["membership"]) for site in listed["sites"]] == [("north", "invited")]
