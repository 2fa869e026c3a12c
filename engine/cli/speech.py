# SPDX-License-Identifier: Apache-2.0
"""How a command speaks: data on stdout, talk on stderr, tables that line up in both languages, progress only where it helps."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine.errors import Cancelled, Language, WardroundError, Who
from engine.text import translate

QUIET_SECONDS = 5.0
"""Where stderr is no terminal, progress is a plain line at most this often."""


@dataclass
class Setup:
    """What was said before or after the command, for all commands."""

    language: Language
    chosen_language: bool = False
    home: Path | None = None
    program: str = "wardround"  # how to call the next command: with -C where this one was
    json: bool = False
    quiet: bool = False
    verbose: int = 0
    color: bool | None = None  # None: as the terminal is
    yes: bool = False
    log: Path | None = None  # where details of an unexpected error went

    def data(self, document: object, lines: Sequence[str] = ()) -> None:
        """The answer of a command, on stdout: JSON when asked for, else lines for people."""
        if self.json:
            click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            for line in lines:
                click.echo(line)

    def talk(self, text: str) -> None:
        """What a person may want to know beside the answer, on stderr."""
        if not self.quiet:
            click.echo(text, err=True)

    def detail(self, event: str, **fields: object) -> None:
        """One JSON line on stderr, for who asked with -v."""
        if self.verbose:
            click.echo(json.dumps({"event": event, "time": round(time.time(), 3), **fields}, ensure_ascii=False), err=True)

    def complain(self, error: WardroundError) -> None:
        """An error: code, what happened, how to mend it, who can."""
        language = self.language
        if self.json:
            document = {"code": error.code, "what": error.what(language), "mend": error.mend(language), "who": error.entry.who.value}
            click.echo(json.dumps({"error": document}, ensure_ascii=False), err=True)
            return
        code = click.style(error.code, fg="red", bold=True)
        click.echo(f"{code}  {error.what(language)}", err=True, color=self.color)
        click.echo(f"  {translate('How to mend it: {mend}', language, mend=error.mend(language))}", err=True)
        click.echo(f"  {translate('Who can mend it: {who}', language, who=who(error.entry.who, language))}", err=True)

    def question(self, question: str, option: str) -> str:
        """A person's answer, asked on the terminal.

        Raises:
            WardroundError: E-CMD-20 when nobody sits there.
        """
        if not sys.stdin.isatty():
            raise WardroundError("E-CMD-20", question=question, option=option)
        answer: str = click.prompt(question, err=True, default="", show_default=False, prompt_suffix=" ")
        return answer.strip()

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar on a terminal, a line now and then elsewhere, nothing when quiet."""
        if self.quiet:
            yield Progress()
        elif sys.stderr.isatty():
            with click.progressbar(length=1000, label=label, file=sys.stderr, width=30) as bar:
                yield _Bar(bar)
        else:
            yield _Lines(label)


def who(person: Who, language: Language) -> str:
    """Who can mend it, in words."""
    match person:
        case Who.YOU:
            return translate("you", language)
        case Who.HOSPITAL_IT:
            return translate("the IT of your hospital", language)
        case Who.LEAD:
            return translate("the lead hospital", language)
        case Who.DEVELOPERS:
            return translate("the developers", language)


class Progress:
    """A values.Token that shows nothing; Ctrl+C ends the work as an exception, so ``check`` has nothing to do."""

    cancelled = False

    def progress(self, fraction: float) -> None:
        """How far, 0…1."""

    def check(self) -> None:
        """Raises ``Cancelled`` once somebody asked to stop."""
        if self.cancelled:
            raise Cancelled


class _Bar(Progress):
    def __init__(self, bar: Any) -> None:
        self._bar = bar
        self._shown = 0

    def progress(self, fraction: float) -> None:
        now = round(1000 * min(1.0, max(0.0, fraction)))
        if now > self._shown:
            self._bar.update(now - self._shown)
            self._shown = now


class _Lines(Progress):
    def __init__(self, label: str) -> None:
        self._label = label
        self._told = time.monotonic()

    def progress(self, fraction: float) -> None:
        if time.monotonic() - self._told >= QUIET_SECONDS:
            self._told = time.monotonic()
            click.echo(f"{self._label}: {fraction:.0%}", err=True)


# ---------------------------------------------------------------- text that lines up


def width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def padded(text: str, columns: int, right: bool = False) -> str:
    """Text filled up with blanks."""
    blanks = " " * max(0, columns - width(text))
    return blanks + text if right else text + blanks


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines of a table; ``right`` are the columns of numbers."""
    every = [headings, *rows]
    widths = [max(width(row[place]) for row in every) for place in range(len(headings))]
    return ["  ".join(padded(cell, widths[i], i in right) for i, cell in enumerate(row)).rstrip() for row in every]


def facts(pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> list[str]:
    """Lines ``name   value``."""
    rows = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
    widest = max((width(name) for name, _ in rows), default=0)
    return [f"{padded(name, widest)}  {value}".rstrip() for name, value in rows]


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns``: broken at blanks, and between Chinese characters."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width(line) + width(piece.rstrip()) > columns and piece not in "，。：；、）”":
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Words with the blank after them, and single wide characters."""
    word = ""
    for letter in text:
        if unicodedata.east_asian_width(letter) in "WF":
            if word:
                yield word
            word = ""
            yield letter
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word


def when(moment: float | None) -> str:
    """A moment of this machine's zone, as a person and a script can read it; a dash where there is none."""
    return "–" if moment is None else time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))


def share(value: float | None) -> str:
    """0.9345 → 93.5 %; a dash where it is not known."""
    return "–" if value is None else f"{100 * value:.1f} %"


def decimal(value: float | None) -> str:
    """0.93456 → 0.935; a dash where it is not known."""
    return "–" if value is None else f"{value:.3f}"


def size(count: int) -> str:
    """Bytes in decimal units, as in the window: 38412 → 38.4 kB."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return ""
