# SPDX-License-Identifier: Apache-2.0
"""Reads one section of a manifest, key by key; every mistake is told with file, line, key and the way to mend it."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import WardroundError

Path = tuple[str | int, ...]
"""Where a value stands: ("variables", 2, "unit")."""

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}=.,]|[^\s\[\]{}=.,#"\']+', re.DOTALL
)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|sec|min|m|h|d)\s*", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
# Characters that reorder what a person reads: a study must not look different from what it says.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LONGEST_QUOTE = 60


def _bare(token: str) -> str:
    return token.strip("\"'")


def line_numbers(text: str) -> dict[Path, int]:
    """The line of each section and key of a TOML text that has been found valid (1-based); keys inside inline tables are left out."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    section: Path = ()
    line, depth, fresh = 1, 0, True
    words: list[str] = []  # the tokens of the current statement, until its "=" or its end
    in_value = False

    def resolve(parts: list[str]) -> Path:
        """A header's path, with the number of the newest element behind each array of tables on the way."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in counts:
                path = (*path, counts[path] - 1)
        return path

    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece == "\n":
            line += 1
            if depth == 0:
                fresh, in_value, words = True, False, []
        elif piece.startswith("#"):
            pass
        elif fresh and piece == "[":
            end = text.find("\n", match.start())
            header = text[match.start() : end if end >= 0 else len(text)]
            parts = [_bare(m) for m in _TOKEN.findall(header.split("]")[0]) if m not in "[]." and not m.startswith("#")]
            if header.startswith("[["):
                base = (*resolve(parts[:-1]), parts[-1]) if parts else ()
                counts[base] = counts.get(base, 0) + 1
                lines.setdefault(base, line)
                section = (*base, counts[base] - 1)
            else:
                section = resolve(parts)
            lines[section] = line
            fresh, in_value, depth = False, True, depth + 1
        elif in_value or depth:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(piece, 0)
            line += piece.count("\n")
        elif piece == "=":
            path = section
            for word in words:
                path = (*path, word)
                lines.setdefault(path, line)
            fresh, in_value = False, True
        else:
            fresh = False
            if piece != ".":
                words.append(_bare(piece))
    return lines


@dataclass(frozen=True)
class Origin:
    """Where a manifest came from, for messages: a name, and the line of each key when the text had lines."""

    name: str
    lines: Mapping[Path, int]

    def where(self, path: Path) -> str:
        """``name:line``, with the line of the nearest thing that has one."""
        for length in range(len(path), 0, -1):
            if (line := self.lines.get(path[:length])) is not None:
                return f"{self.name}:{line}"
        return self.name


def quoted(value: object) -> str:
    """A value as a message shows it: short, on one line, nothing that moves a terminal's cursor."""
    text = "".join(c if c.isprintable() else "?" for c in " ".join(str(value).split()))
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def _shown(limit: float) -> str:
    return str(int(limit)) if limit == int(limit) else f"{limit:g}"


def nearest(word: str, known: list[str]) -> str:
    """The known word that was probably meant; empty when none is close."""
    plain = {k.replace("_", "").replace("-", "").lower(): k for k in known}
    close = difflib.get_close_matches(word.replace("_", "").replace("-", "").lower(), list(plain), n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def seconds_of(text: str) -> float | None:
    """Seconds of "90s", "15min", "1h", "1h 30min", "2d"; None when it is none of these."""
    total, position = 0.0, 0
    stripped = text.strip()
    while position < len(stripped):
        match = _DURATION.match(stripped, position)
        if match is None:
            return None
        total += float(match.group(1)) * _SECONDS[match.group(2).lower()]
        position = match.end()
    return total if stripped else None


def clean(text: str, lines: bool = False) -> bool:
    """Whether a text can be shown as it is: no control, surrogate or reordering character (line breaks and tabs where ``lines``)."""
    allowed = "\n\t" if lines else ""
    return not any((unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed) or c in _BIDI for c in text)


class Table:
    """One section, by key. Each method names its limits; all raise ``WardroundError`` E-STUDY-02 … 13 or E-RULE-01, -02."""

    def __init__(self, values: object, path: Path, origin: Origin, label: str) -> None:
        self._path = path
        self._origin = origin
        self.label = label
        if not isinstance(values, Mapping):
            raise WardroundError("E-STUDY-09", where=origin.where(path), key=label)
        self._values: Mapping[str, Any] = values

    def key(self, key: str) -> str:
        """The key with its section, as messages name it."""
        return f"{self.label}.{key}" if self.label else key

    def where(self, key: str = "") -> str:
        """File and line of a key, or of the section."""
        return self._origin.where((*self._path, key) if key else self._path)

    def has(self, key: str) -> bool:
        """Whether the key is there; JSON's null counts as absent."""
        return self._values.get(key) is not None

    def only(self, known: tuple[str, ...], later: frozenset[str] = frozenset()) -> None:
        """Refuses keys that are not ``known``; what a ``later`` version reads is refused by name."""
        for key in self._values:
            if key in later:
                raise WardroundError("E-RULE-02", where=self.where(key), key=self.key(key))
            if key in known:
                continue
            if suggestion := nearest(key, list(known)):
                raise WardroundError("E-STUDY-02", where=self.where(key), key=quoted(self.key(key)), suggestion=suggestion)
            raise WardroundError("E-STUDY-03", where=self.where(key), key=quoted(self.key(key)), known=", ".join(known))

    def need(self, key: str) -> None:
        """Refuses the section when the key is absent."""
        if not self.has(key):
            raise WardroundError("E-STUDY-04", where=self.where(), key=self.key(key))

    def section(self, key: str) -> Table:
        """A section inside this one; empty when it is absent."""
        return Table(self._values.get(key, {}), (*self._path, key), self._origin, self.key(key))

    def sections(self, key: str) -> list[Table]:
        """An array of sections (``[[key]]``); labelled by their names where they have one."""
        rows = self._values.get(key, [])
        if not isinstance(rows, list):
            raise WardroundError("E-STUDY-09", where=self.where(key), key=f"[{self.key(key)}]")
        tables = []
        for index, row in enumerate(rows):
            name = row.get("name") if isinstance(row, Mapping) else None
            label = f"{self.key(key)}[{quoted(name) if isinstance(name, str) and name else index + 1}]"
            tables.append(Table(row, (*self._path, key, index), self._origin, label))
        return tables

    def text(self, key: str, default: str | None = None, longest: int = 200, lines: bool = False) -> str:
        """A text without spaces around it; required, and not empty, when there is no default."""
        if not self.has(key):
            if default is None:
                self.need(key)
            return default or ""
        value = self._values[key]
        if not isinstance(value, str):
            raise WardroundError("E-STUDY-05", where=self.where(key), key=self.key(key))
        return self._checked(key, value, longest, lines, may_be_empty=default is not None)

    def _checked(self, key: str, value: str, longest: int, lines: bool = False, may_be_empty: bool = False) -> str:
        stripped = value.strip()
        if len(stripped) > longest or not clean(stripped, lines) or not (stripped or may_be_empty):
            raise WardroundError("E-STUDY-13", where=self.where(key), key=self.key(key), longest=longest)
        return stripped

    def texts(self, key: str, longest: int = 200, most: int = 1000) -> tuple[str, ...]:
        """A list of texts; whole numbers in it are taken as their digits, empty ones are left out, as are repeated ones."""
        value = self._values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(v, str) or (isinstance(v, int) and not isinstance(v, bool)) for v in value):
            raise WardroundError("E-STUDY-08", where=self.where(key), key=self.key(key), most=most)
        if len(value) > most:
            raise WardroundError("E-STUDY-08", where=self.where(key), key=self.key(key), most=most)
        cleaned = (self._checked(key, str(v), longest, may_be_empty=True) for v in value)
        return tuple(dict.fromkeys(v for v in cleaned if v))

    def number(self, key: str, default: float, low: float, high: float) -> float:
        """A finite number within [low, high]."""
        value = self._values.get(key)
        return default if value is None else self._number(key, value, low, high)

    def _number(self, key: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise WardroundError("E-STUDY-07", where=self.where(key), key=self.key(key), low=_shown(low), high=_shown(high))
        return float(value)

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        """A whole number within [low, high]."""
        value = self._values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise WardroundError("E-STUDY-06", where=self.where(key), key=self.key(key), low=low, high=high)
        return value

    def wholes(self, key: str, default: tuple[int, ...], low: int, high: int, most: int) -> tuple[int, ...]:
        """At most ``most`` whole numbers within [low, high]."""
        value = self._values.get(key)
        if value is None:
            return default
        if not isinstance(value, list) or len(value) > most:
            raise WardroundError("E-STUDY-14", where=self.where(key), key=self.key(key), low=low, high=high, most=most)
        for item in value:
            if isinstance(item, bool) or not isinstance(item, int) or not low <= item <= high:
                raise WardroundError("E-STUDY-14", where=self.where(key), key=self.key(key), low=low, high=high, most=most)
        return tuple(value)

    def pair(self, key: str) -> tuple[float, float] | None:
        """[low, high] of finite numbers with low < high."""
        value = self._values.get(key)
        if value is None:
            return None
        good = isinstance(value, list) and len(value) == 2
        if good:
            good = all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) <= 1e300 for v in value)
        if not good or not float(value[0]) < float(value[1]):
            raise WardroundError("E-STUDY-23", where=self.where(key), key=self.key(key))
        return float(value[0]), float(value[1])

    def factors(self, key: str) -> dict[str, float]:
        """A table of names and positive factors."""
        inner = self.section(key) if self.has(key) else None
        if inner is None:
            return {}
        found = {}
        for name, value in inner._values.items():
            unit = inner._checked(name, name, 40)
            found[unit] = inner._number(name, value, 1e-12, 1e12)
        return found

    def spellings(self, key: str) -> dict[str, str]:
        """A table other spelling → category, or category → list of other spellings; both may stand in one table."""
        inner = self.section(key) if self.has(key) else None
        if inner is None:
            return {}
        found: dict[str, str] = {}
        for name, value in inner._values.items():
            if isinstance(value, list):
                category = inner._checked(name, name, 200)
                rows = [(spelling, category) for spelling in inner.texts(name)]
            else:
                rows = [(inner._checked(name, name, 200), inner.text(name))]
            for spelling, category in rows:
                if found.setdefault(spelling, category) != category:
                    raise WardroundError("E-STUDY-21", where=inner.where(name), key=self.label, spelling=quoted(spelling))
        return found

    def flag(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self._values.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise WardroundError("E-DP-21", where=self.where(key), key=self.key(key))
        return value

    def value(self, key: str) -> object:
        """What is written there, whatever it is; for comparing."""
        return self._values.get(key)

    def seconds(self, key: str, default: float, low: float, high: float) -> float:
        """A duration: a number of seconds, or a text as "90s", "15min", "1h"."""
        value = self._values.get(key)
        if value is None:
            return default
        seconds = seconds_of(value) if isinstance(value, str) else value
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not low <= seconds <= high or math.isnan(seconds):
            raise WardroundError("E-STUDY-10", where=self.where(key), key=self.key(key), low=_shown(low), high=_shown(high))
        return float(seconds)

    def choice(self, key: str, names: Mapping[str, bool], default: str | None = None) -> str:
        """One of ``names`` (name → this version has it); spaces and underscores count as hyphens, capitals do not count."""
        if not self.has(key):
            if default is None:
                self.need(key)
            return default or ""
        value = self._values[key]
        if not isinstance(value, str):
            raise WardroundError("E-STUDY-05", where=self.where(key), key=self.key(key))
        word = re.sub(r"[\s_]+", "-", value.strip().lower())
        known = ", ".join(name for name, available in names.items() if available)
        if word not in names:
            raise WardroundError("E-STUDY-11", where=self.where(key), key=self.key(key), value=quoted(value), known=known)
        if not names[word]:
            raise WardroundError("E-RULE-01", where=self.where(key), key=self.key(key), value=word, known=known)
        return word
