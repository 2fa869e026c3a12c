# SPDX-License-Identifier: Apache-2.0
"""Every identifier in one text, and the text without them."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from engine.records.identifiers import moments, people, places, shapes
from engine.records.identifiers.flat import flat
from engine.records.identifiers.kinds import KINDS
from engine.records.identifiers.shapes import Span


@dataclass(frozen=True)
class Detector:
    """``trigger``: RE2; a text without it has none of these. ``kind``: of what the trigger itself finds, if that is enough to count."""

    trigger: str
    spans: Callable[[str], Iterator[Span]]
    kind: str = ""
    rare: bool = False


DETECTORS: tuple[Detector, ...] = (
    *(Detector(group.trigger, group.spans, rare=True) for group in (*shapes.GROUPS, moments.AGES, moments.POSTCODES, places.ENGLISH)),
    Detector(people.TRIGGER_TITLED, people.titled, rare=True),
    Detector(people.TRIGGER_CALLED, people.english, rare=True),
    Detector(moments.DATES.trigger, moments.DATES.spans, "date"),
    Detector(people.trigger_given(), people.english),
    Detector(people.trigger_turned(), people.english),
)
RARE = "|".join(detector.trigger for detector in DETECTORS if detector.rare)
"""Matched by every text that matches one of the rare triggers: one pass instead of nine over what has none of them."""
DETECTORS_ZH: tuple[Detector, ...] = (
    Detector(places.CHINESE.trigger, places.CHINESE.spans),
    Detector(people.TRIGGER_ZH, people.chinese),
)
"""For texts that are not ASCII."""
ALL = (*DETECTORS, *DETECTORS_ZH)


def spans(text: str, detectors: Iterable[Detector] = ALL) -> list[Span]:
    """The identifiers of a flat text, from left to right; where two overlap, the longer one (of equals the harder kind) stays."""
    found = [span for search in dict.fromkeys(detector.spans for detector in detectors) for span in search(text)]
    found.sort(key=lambda span: (span.start - span.end, not span.sure, not KINDS[span.kind].hard, span.kind == "phone", span.start))
    taken: list[tuple[int, int]] = []  # apart from each other, so sorted by both ends
    kept: list[Span] = []
    for span in found:
        place = bisect.bisect(taken, (span.start, span.end))
        if (place == 0 or taken[place - 1][1] <= span.start) and (place == len(taken) or span.end <= taken[place][0]):
            taken.insert(place, (span.start, span.end))
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def without(text: str, detectors: Iterable[Detector] = ALL) -> tuple[str, list[Span]]:
    """The flat text with the tag of its kind in the place of each identifier, and what was found."""
    text = flat(text)
    found = spans(text, detectors)
    parts, at = [], 0
    for span in found:
        parts += [text[at : span.start], KINDS[span.kind].tag]
        at = span.end
    return "".join([*parts, text[at:]]), found
