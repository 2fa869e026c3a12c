# SPDX-License-Identifier: Apache-2.0
"""What one column holds: every cell looked at, identifiers counted by kind, and the column judged as a whole at the end.

A cell is first matched against the detectors' triggers by Arrow (RE2, linear time, many cells at once); only what matches is
looked at in Python. Equal cells are looked at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engine.records.describe import ColumnSummary
from engine.records.identifiers import bare, headers, people
from engine.records.identifiers.kinds import Where
from engine.records.identifiers.letters import DIGIT, GAP, LOWER, MARK, OTHER, UPPER, letters_of
from engine.records.identifiers.text import ALL, DETECTORS, DETECTORS_ZH, RARE, spans
from engine.records.loader import MAX_ROWS_NAMED
from engine.values import Token

LONG = 40  # characters; a longer cell is a text, in which a name is a name whatever the other cells hold
_TRIED = 512  # short cells looked at for names of people, before all are
_PIECE = 1024  # texts turned into Python's at once, because that keeps all other threads waiting
_OLDEST_EVER, _CAPPED = 130, 90
_CODE_LENGTHS = (9, 11, *range(15, 35))  # of passports and insurance numbers; of vehicles, cards and accounts


@dataclass(frozen=True)
class Hit:
    """One kind of identifier in one column.

    ``where``: name (told by the column's name, its cells agree) | values | text (inside longer texts). ``rows``: the first, 0-based.
    ``score``: 0…1, how likely; ``present``: cells that are not empty.
    """

    column: str
    kind: str
    where: Where
    count: int
    present: int
    score: float
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Cells:
    """A batch of a column: its different texts, how many cells hold each, which of them each row holds (-1: none), the first row."""

    texts: pa.StringArray
    weights: NDArray[np.int64]
    places: NDArray[np.int64]
    start: int


@dataclass(frozen=True)
class Masks:
    """Of some texts: which match each trigger of ``ALL``, are bare digits, longer than LONG, short and without a digit."""

    triggers: list[NDArray[np.bool_]]
    bare: NDArray[np.bool_]
    long: NDArray[np.bool_]
    short: NDArray[np.bool_]

    def slice(self, start: int, end: int) -> Masks:
        """The same of texts ``start`` … ``end``."""
        return Masks([mask[start:end] for mask in self.triggers], self.bare[start:end], self.long[start:end], self.short[start:end])


class ColumnScan:
    """Counts of one column while its cells stream by."""

    def __init__(self, name: str, unit: str = "") -> None:
        self.name = name
        self.header = headers.read(name)
        self._years = unit in ("", "year", "years", "yr", "yrs", "y", "a", "岁", "年", "周岁")
        self.rows = 0
        self.present = 0
        self._sure: Counter[str] = Counter()
        self._perhaps: Counter[str] = Counter()
        self._long: Counter[str] = Counter()
        self._loose = 0
        self._whole = 0.0
        self._whole_cells = 0
        self._numbers = False
        self._shown: dict[str, list[int]] = {}
        self._shown_loose: list[int] = []
        self._shown_whole: list[int] = []

    def take(self, column: pa.Array) -> Cells | None:
        """Counts a batch of a float64 or string column and gives out the texts that must be looked at; None when there are none."""
        start, self.rows = self.rows, self.rows + len(column)
        self.present += len(column) - column.null_count
        if len(column) == column.null_count:
            return None
        if pa.types.is_floating(column.type):
            self._numbers = True
            column = self._written(column)
            if column is None:
                return None
        return Cells(*_distinct(column), start)

    def _written(self, numbers: pa.DoubleArray) -> pa.StringArray | None:
        """Whole numbers as a person writes them; None when nothing is to be found in them."""
        limits = pc.min_max(numbers)
        high, low = limits["max"].as_py(), limits["min"].as_py()
        if (self.header is None and high < 1e9) or high >= 1e18 or low < 0:
            return None
        whole = pc.equal(pc.floor(numbers), numbers)
        return pc.cast(pc.cast(pc.if_else(whole, numbers, None), pa.int64()), pa.string())

    def look(self, cells: Cells, masks: Masks, token: Token) -> None:
        """Counts what a batch holds; ``masks`` are of these cells."""
        found: dict[str, dict[int, bool]] = {}
        for kind, sure, places in bare.kinds(cells.texts.filter(pa.array(masks.bare))):
            found.setdefault(kind, {}).update(dict.fromkeys(np.flatnonzero(masks.bare)[places].tolist(), sure))
        for detector, mask in zip(DETECTORS, masks.triggers, strict=False):
            if detector.kind:
                found[detector.kind] = dict.fromkeys(np.flatnonzero(mask).tolist(), True)
        whole = self._look_for_names(cells, masks)
        detectors = [(detector, mask) for detector, mask in zip(ALL, masks.triggers, strict=True) if not detector.kind]
        candidates = np.flatnonzero(np.logical_or.reduce([mask for _, mask in detectors]) & ~masks.bare & ~whole)
        for piece, texts in _pieces(cells.texts, candidates, token):
            for at, text in zip(piece.tolist(), texts, strict=True):
                for span in spans(text, [detector for detector, mask in detectors if mask[at]]):
                    those = found.setdefault(span.kind, {})
                    those[at] = those.get(at, False) or span.sure or bool(masks.long[at])
        for kind, those in found.items():
            self._count(kind, cells, masks, those)
        self._look_loosely(cells, found)

    def _count(self, kind: str, cells: Cells, masks: Masks, places: dict[int, bool]) -> None:
        at = np.fromiter(places, dtype=np.int64)
        sure = np.fromiter(places.values(), dtype=bool) & (not self._numbers)
        weights = cells.weights[at]
        self._sure[kind] += int(weights[sure].sum())
        self._perhaps[kind] += int(weights[~sure].sum())
        self._long[kind] += int(weights[masks.long[at]].sum())
        self._show(self._shown.setdefault(kind, []), cells, at)

    def _look_for_names(self, cells: Cells, masks: Masks) -> NDArray[np.bool_]:
        """Counts the short cells that are nothing but a name of a person: all of them where the first ones are; which they are."""
        whole = np.zeros(len(cells.texts), dtype=bool)
        if self._numbers or (self.header is not None and self.header.kind != "name"):
            return whole
        short = np.flatnonzero(masks.short)
        likely = [people.whole(text) for text in cells.texts.take(pa.array(short[:_TRIED])).to_pylist()]
        if sum(likely) < 0.2 * len(likely):
            return whole
        likely += [
            people.whole(text)
            for start in range(_TRIED, len(short), _PIECE)
            for text in cells.texts.take(pa.array(short[start : start + _PIECE])).to_pylist()
        ]
        shares = np.array(likely)
        self._whole += float(shares @ cells.weights[short])
        named = short[shares > 0]
        self._whole_cells += int(cells.weights[named].sum())
        self._show(self._shown_whole, cells, named)
        whole[short[shares == 1.0]] = True
        return whole

    def _look_loosely(self, cells: Cells, found: dict[str, dict[int, bool]]) -> None:
        """Counts the cells that fit the column's name."""
        if self.header is None:
            return
        kind = self.header.kind
        social = kind == "other" and self.header.sure
        pattern = r"^\S{3,40}$" if social else headers.CODE if kind in headers.CODES else headers.LOOSE[kind]
        mask = np.array(pc.match_substring_regex(cells.texts, pattern).fill_null(False))
        mask[list(found.get(kind, ()))] = True
        self._loose += int(cells.weights[mask].sum())
        self._show(self._shown_loose, cells, np.flatnonzero(mask))

    def _show(self, shown: list[int], cells: Cells, at: NDArray[np.int64]) -> None:
        """Notes the first rows that hold one of these texts."""
        if len(shown) < MAX_ROWS_NAMED and len(at):
            held = np.zeros(len(cells.texts) + 1, dtype=bool)  # the last: of rows that hold none, at -1
            held[at] = True
            rows = np.flatnonzero(held[cells.places])[: MAX_ROWS_NAMED - len(shown)]
            shown.extend((rows + cells.start).tolist())

    def hits(self, summary: ColumnSummary) -> tuple[Hit, ...]:
        """The column judged as a whole."""
        if not self.present:
            return ()
        distinct = summary.distinct / self.present if summary.distinct_exact else 1.0
        found: list[Hit] = []
        named = self._named(summary, distinct)
        if named is not None:
            found.append(named)
        for kind in {**self._sure, **self._perhaps}:
            sure, perhaps = self._sure[kind], self._perhaps[kind]
            enough = 0.2 if kind == "name" else 0.5
            count = sure + (
                perhaps
                if sure + perhaps >= enough * self.present and summary.distinct > max(5, 0.1 * self.present * summary.distinct_exact)
                else 0
            )
            if not count or (named is not None and (kind == named.kind or (named.count > 0.5 * self.present and not self._long[kind]))):
                continue
            score = min(1.0, 0.6 + 0.4 * count / self.present) if sure else min(1.0, count / self.present)
            found.append(
                Hit(
                    self.name,
                    kind,
                    "text" if self._long[kind] else "values",
                    count,
                    self.present,
                    round(score, 3),
                    tuple(sorted(self._shown[kind])[:MAX_ROWS_NAMED]),
                )
            )
        if named is None and not any(hit.kind == "name" for hit in found) and self._are_names(summary):
            found.append(
                Hit(
                    self.name,
                    "name",
                    "values",
                    self._whole_cells,
                    self.present,
                    round(self._whole / self.present, 3),
                    tuple(self._shown_whole),
                )
            )
        return tuple(found)

    def _are_names(self, summary: ColumnSummary) -> bool:
        """Whether most cells are nothing but a name, and many different ones: a category of five words that are names too is none."""
        return self._whole >= 0.6 * self.present and summary.distinct >= 8

    def _named(self, summary: ColumnSummary, distinct: float) -> Hit | None:
        """What the column's name says, when its cells agree."""
        if self.header is None or not self._loose:
            return None
        kind, share = self.header.kind, self._loose / self.present
        least = 0.3 if self.header.sure else 0.6
        if kind == "age":
            highest = summary.maximum if summary.maximum is not None else _OLDEST_EVER
            if not self._years or "gest" in self.name.casefold() or highest > _OLDEST_EVER:  # another unit
                return None
            if highest <= _CAPPED:  # 90 stands for 90 and more
                return None
        elif kind == "name":
            likely = self._whole / self.present
            if not (share >= 0.5 and (likely >= 0.3 or (self.header.sure and summary.distinct > 2))) and likely < 0.5:
                return None
        elif kind in headers.CODES:
            if share < least or summary.distinct <= 2 or (distinct < 0.2 and summary.distinct < 20):
                return None
            if not self.header.sure and (distinct < 0.9 or self.rows < 10):
                return None
        elif share < least or summary.distinct < 2:
            return None
        score = min(1.0, (0.6 if self.header.sure else 0.4) + 0.4 * share)
        return Hit(self.name, kind, "name", self._loose, self.present, round(score, 3), tuple(self._shown_loose))


def masks_of(texts: pa.StringArray, token: Token) -> Masks:
    """The triggers' answers for many texts of many columns at once: to make an automaton takes longer than a column of codes."""
    about = letters_of(texts)

    def matched(pattern: str, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        token.check()
        mask = np.zeros(len(texts), dtype=bool)
        where = np.flatnonzero(among)
        if len(where):
            some = texts if len(where) == len(texts) else texts.take(pa.array(where))
            mask[where] = np.asarray(pc.match_substring_regex(some, pattern).fill_null(False))
        return mask

    coded = about.only(DIGIT | UPPER | LOWER)
    exact = coded & np.isin(about.bytes, _CODE_LENGTHS)  # those of the codes that are known by themselves
    numbers = coded & (about.digits >= 10)
    looked = (about.has(DIGIT | GAP | MARK | OTHER) & ~coded) | exact
    rare = matched(RARE, looked)
    triggers = []
    for detector in DETECTORS:
        if detector.rare:
            triggers.append(matched(detector.trigger, rare))
        elif detector.kind == "date":
            triggers.append(matched(detector.trigger, about.has(DIGIT | OTHER, GAP | MARK | OTHER) & (about.bytes >= 6)))
        else:
            triggers.append(matched(detector.trigger, about.has(UPPER, LOWER, GAP)))
    triggers += [matched(detector.trigger, about.has(OTHER)) for detector in DETECTORS_ZH]
    return Masks(triggers, matched(bare.PATTERN, numbers), about.characters > LONG, (about.characters <= LONG) & (about.digits == 0))


def _pieces(texts: pa.StringArray, wanted: NDArray[np.int64], token: Token) -> Iterator[tuple[NDArray[np.int64], list[str]]]:
    """Some of the texts, a few at a time, because turning Arrow text into Python's keeps all other threads waiting."""
    for start in range(0, len(wanted), _PIECE):
        token.check()
        piece = wanted[start : start + _PIECE]
        yield piece, texts.take(pa.array(piece)).to_pylist()


def _distinct(column: pa.StringArray) -> tuple[pa.StringArray, NDArray[np.int64], NDArray[np.int64]]:
    """The texts to look at, how many cells hold each, and which of them each row holds (-1: none)."""
    total = pc.sum(pc.binary_length(column)).as_py() or 0
    if total < 200 * len(column):
        encoded = column.dictionary_encode()
        if len(encoded.dictionary) <= 0.7 * len(column):
            places = np.asarray(encoded.indices.fill_null(-1), dtype=np.int64)
            return encoded.dictionary, np.bincount(places[places >= 0], minlength=len(encoded.dictionary)), places
    known = np.asarray(column.is_valid())
    count = int(known.sum())
    places = np.where(known, np.cumsum(known) - 1, -1)
    return column.drop_null() if count < len(column) else column, np.ones(count, dtype=np.int64), places
