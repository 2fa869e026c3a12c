# SPDX-License-Identifier: Apache-2.0
"""Translations of the engine's, the CLI's and the reports' own sentences (the window's go through Qt).

The English sentence is the key; the files of ``zh/`` (one an area) hold the Chinese. A sentence without a
translation is shown in English, and a test fails on it.
"""

from __future__ import annotations

import functools
import json
import locale
import os
from importlib import resources

from engine.errors import Language


@functools.cache
def _chinese() -> dict[str, str]:
    folder = resources.files("engine.text").joinpath("zh")
    merged: dict[str, str] = {}
    for source in folder.iterdir():
        if source.name.endswith(".json"):
            merged.update(json.loads(source.read_text(encoding="utf-8")))
    return merged


def translate(sentence: str, language: Language, **fields: object) -> str:
    """The sentence in ``language`` with its ``{fields}`` filled."""
    template = _chinese().get(sentence, sentence) if language == "zh" else sentence
    return template.format(**fields) if fields else template


def either(english: str, chinese: str, language: Language) -> str:
    """A text that its author wrote in one or both languages: the Chinese where it is wanted and there, else the English."""
    return chinese if language == "zh" and chinese else english


def language_of(tag: str) -> Language:
    """English or Chinese for any locale tag: ``zh_CN.UTF-8``, ``zh_Hans_CN``, ``zh-SG``, ``Chinese (Simplified)_China`` → zh."""
    lowered = tag.lower()
    return "zh" if lowered.startswith(("zh", "chinese")) else "en"


def system_language() -> Language:
    """The language of this machine; ``WARDROUND_LANG`` wins, then LC_ALL, LC_MESSAGES, LANG, then the C library."""
    for name in ("WARDROUND_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if tag := os.environ.get(name):
            return language_of(tag)
    return language_of(locale.getlocale()[0] or "en")
