# SPDX-License-Identifier: Apache-2.0
"""Every finding that the code can make has a sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import engine.records.findings
from engine.records.findings import CODES, sentence
from engine.records.loader import Finding

SENTENCES = [path.read_text(encoding="utf-8") for path in Path(engine.records.findings.__file__).parent.glob("*findings.py")]
FIELDS = set(re.findall(r"\{([a-z]+)\}", "".join(SENTENCES))) - {"column"}


def made() -> set[str]:
    """The codes that the sources hand to Finding."""
    sources = Path(engine.records.__file__).parent.glob("*.py")
    return {code for path in sources for code in re.findall(r'Finding\(\s*"\w+",\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))}


def test_codes_made_and_codes_said_are_the_same() -> None:
    assert made() == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_each_has_two_sentences(code: str) -> None:
    finding = Finding("info", code, "age", dict.fromkeys(FIELDS, 7))
    english, chinese = sentence(finding, "en"), sentence(finding, "zh")
    assert english != chinese
    assert "{" not in english + chinese
    assert re.search(r"[\u4e00-\u9fff]", chinese)


def test_unknown_code_is_an_error_of_ours() -> None:
    with pytest.raises(ValueError, match="no-such"):
        sentence(Finding("info", "no-such"), "en")
