# SPDX-License-Identifier: Apache-2.0
"""Names of genes: of which kind they are, without version numbers, and what becomes of those that come twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLED = 2000
ENSEMBL, TRANSCRIPT, ENTREZ, PROBE, SYMBOL = "ensembl", "transcript", "entrez", "probe", "symbol"
_KINDS = (
    (ENSEMBL, re.compile(r"^ENS[A-Z]{0,4}G\d{11}(\.\d+)?(_PAR_Y)?([|_].*)?$")),
    (TRANSCRIPT, re.compile(r"^(ENS[A-Z]{0,4}T\d{11}(\.\d+)?|[NX][MR]_\d{6,9}(\.\d+)?)([|_].*)?$")),
    (PROBE, re.compile(r"^(\d{3,8}(_[a-z]){0,2}_(at|st)|AFFX-.*|ILMN_\d+|A_\d\d_P\d+|cg\d{8})$")),
    (
        SYMBOL,
        re.compile(
            r"^([A-Z][A-Z0-9]{0,9}|[A-Z0-9]{1,9}-[A-Z0-9]{1,6}|C([0-9]{1,2}|X|Y)orf\d{1,4}|[A-Z][a-z]{1,5}\d{0,4}[a-z]?\d?)([|].*)?$"
        ),
    ),
    (ENTREZ, re.compile(r"^\d{1,9}$")),
)  # fmt: skip
# SEPT2, MARCH1 and DEC1 after a spreadsheet: 2-Sep, Mar-01, 2024-03-01.
_DATE = re.compile(
    r"^(\d{1,2}-(Mar|Sep|Dec|Oct|Apr|Feb)|(Mar|Sep|Dec|Oct|Apr|Feb)-\d{2}|\d{4}-\d{2}-\d{2}( 00:00:00)?|\d{1,2}月\d{1,2}日)$",
    re.IGNORECASE,
)
_VERSION = re.compile(r"^((?:ENS[A-Z]{0,4}[GT]\d{11}|[NX][MR]_\d{6,9}))\.\d+(_PAR_Y)?$")


@dataclass(frozen=True)
class Genes:
    """The genes of a matrix as they are kept, and from which of its places each comes.

    ``order``: places of the matrix, those of one gene side by side; ``starts``: where each gene begins in it.
    """

    labels: tuple[str, ...]
    order: NDArray[np.intp]
    starts: NDArray[np.intp]
    kind: str  # "" when most names are of none
    share: float  # of the names that are of that kind
    versions: int  # names that had one
    doubles: int  # names that another one has too
    dates: int

    def merged(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(genes of the matrix,) → (genes kept,): the mean of what is known, NaN where nothing is."""
        if len(self.labels) == len(self.order):
            picked: NDArray[np.float32] = values[self.order]
            return picked
        every = values[self.order].astype(np.float64)
        known = ~np.isnan(every)
        sums = np.add.reduceat(np.where(known, every, 0.0), self.starts)
        counts = np.add.reduceat(known.astype(np.float64), self.starts)
        means: NDArray[np.float64] = np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
        return means.astype(np.float32)


def kind_of(names: Sequence[str]) -> tuple[str, float]:
    """The kind that most of the names are of, and their share; ("", 0) when names are too much alike to be genes' (P001, P002, …)."""
    sampled = [name.strip() for name in (names if len(names) <= SAMPLED else names[:: len(names) // SAMPLED]) if name.strip()]
    if not sampled:
        return "", 0.0
    counts = {kind: sum(bool(pattern.match(name)) for name in sampled) for kind, pattern in _KINDS}
    kind = max(counts, key=lambda each: counts[each])
    share = counts[kind] / len(sampled)
    if kind == SYMBOL:
        stems = {re.sub(r"\d.*$", "", name) for name in sampled}
        if len(stems) < max(3.0, 0.05 * len(sampled)):
            return "", 0.0
    return (kind, share) if share >= 0.5 else ("", 0.0)


def is_of(name: str, kind: str) -> bool:
    """Whether a name could be a gene's of that kind."""
    return any(kind == each and pattern.match(name) for each, pattern in _KINDS)


def settle(names: Sequence[str], duplicates: str) -> Genes:
    """The genes kept; ``duplicates``: mean (one gene, the mean of its values) | first | keep (each, numbered from the second on)."""
    kind, share = kind_of(names)
    stripped = [name.strip() for name in names]
    dates = sum(bool(_DATE.match(name)) for name in stripped)
    bare = [_VERSION.sub(r"\1\2", name) for name in stripped]
    versions = sum(one != other for one, other in zip(bare, stripped, strict=True))
    places: dict[str, list[int]] = {}
    for place, name in enumerate(bare):
        places.setdefault(name or f"row {place + 1}", []).append(place)
    doubles = len(bare) - len(places)
    if duplicates == "keep":
        split: dict[str, list[int]] = {}
        for name, where in places.items():
            for number, place in enumerate(where, start=1):
                label = name if number == 1 else f"{name}.{number}"
                while label in split or (number > 1 and label in places):
                    label += "'"
                split[label] = [place]
        places = dict(sorted(split.items(), key=lambda item: item[1]))
    elif duplicates == "first":
        places = {name: where[:1] for name, where in places.items()}
    order = np.array([place for where in places.values() for place in where], np.intp)
    starts = np.concatenate(([0], np.cumsum([len(where) for where in places.values()])[:-1])).astype(np.intp)
    return Genes(tuple(places), order, starts, kind, share, versions, doubles, dates)


def find(wanted: Sequence[str], labels: Sequence[str], aliases: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Wanted name → place among ``labels``, by name, by a second name (``aliases``), by either in another case; and those not found."""
    exact: dict[str, int] = {}
    for names in (labels, aliases):
        for place, name in enumerate(names):
            exact.setdefault(name, place)
    loose: dict[str, int] = {}
    for name, place in exact.items():
        loose.setdefault(name.casefold(), place)
    found: dict[str, int] = {}
    absent: list[str] = []
    for name in wanted:
        bare = _VERSION.sub(r"\1\2", name)
        where = exact.get(bare, loose.get(bare.casefold()))
        if where is None:
            absent.append(name)
        else:
            found[name] = where
    return found, absent
