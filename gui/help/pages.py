# SPDX-License-Identifier: Apache-2.0
"""What F1 shows: one short page of help for each page of the window, in each language, as Markdown beside this file."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def read(page: str, language: str) -> str:
    """The help of one page of the window."""
    return (FOLDER / language / f"{page}.md").read_text(encoding="utf-8")
