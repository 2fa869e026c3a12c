# SPDX-License-Identifier: Apache-2.0
"""Brings the Chinese catalogue up to date with the sources: ``python -m gui.i18n.update`` after changing a window string.

New strings appear in the .ts file as unfinished; translate them there and run this again. Line numbers are left out, so the
file changes only when a string does.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = FOLDER.parent
CATALOGUE = FOLDER / "wardround_zh_CN.ts"


def tool(name: str) -> str:
    """PySide's own lupdate or lrelease, beside the running Python."""
    return str(Path(sys.executable).parent / f"pyside6-{name}")


def sources() -> list[str]:
    """Every Python file of the window, relative to the catalogue, in a fixed order."""
    return [path.relative_to(SOURCES.parent).as_posix() for path in sorted(SOURCES.rglob("*.py"))]


def update(catalogue: Path) -> None:
    """Merge the sources' strings into ``catalogue``; strings that no source has any more are dropped."""
    command = [tool("lupdate"), "-silent", "-no-obsolete", "-locations", "none", "-source-language", "en", "-target-language", "zh_CN"]
    subprocess.run([*command, *sources(), "-ts", str(catalogue)], check=True, cwd=SOURCES.parent)


def release(catalogue: Path, compiled: Path) -> None:
    """Compile ``catalogue``; what is unfinished stays English."""
    subprocess.run([tool("lrelease"), "-silent", str(catalogue), "-qm", str(compiled)], check=True)


if __name__ == "__main__":
    update(CATALOGUE)
    release(CATALOGUE, CATALOGUE.with_suffix(".qm"))
