# SPDX-License-Identifier: Apache-2.0
"""What each phase's vector holds, element by element; the one place where both roles learn a phase's layout.

RANGES (64 bit): per numeric input without a range in the manifest, ``MAGNITUDES`` counts: how many training values
have magnitude ≤ 2**e (and more than the step before) for e = -32 … 63; so a range comes from a sum, and no site's extreme is seen.

STATISTICS (64 bit), over training patients' rows: per numeric input [count, sum, sum of squares] of values mapped to
[0, 1] by the range; then per category/ordinal/flag input [count of each category…, other, missing]; then the outcome's
count per class; then the number of rows.

UPDATE (32 bit): w·delta for each parameter, then w, then w·(share of values clipped), then w·(mean training loss), with
w = rows / all rows of the federation.

EVALUATION, TEST (64 bit), C classes: confusion C × C (row true, column predicted by argmax); per class c a histogram of the score of c
over rows that are not c, then over rows that are c (2 × BINS each); then [rows, sum of log losses, sum of Brier scores].
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.models.scaling import LOWEST_MAGNITUDE as LOWEST_MAGNITUDE
from engine.models.scaling import MAGNITUDES as MAGNITUDES
from engine.study import traits
from engine.study.manifest import Kind, Manifest
from engine.values import Layout, Phase, Step

STEPS: Mapping[str, tuple[Step, ...]] = {
    "clear": (Step.VECTOR,),
    "masking": (Step.KEYS, Step.SHARES, Step.VECTOR, Step.SURVIVORS, Step.UNMASK),
}
"""What each way of sealing asks of a site in one phase, in order; without KEYS and SHARES where keys were exchanged ahead."""
AHEAD = 16
"""Phases for which keys and shares are exchanged at once, at most; the keys of each are fresh all the same."""
BINS = 512
WITH_MODEL = (Phase.UPDATE, Phase.EVALUATION, Phase.TEST)
"""The phases whose task needs the model that it names."""
UPDATE_EXTRAS = 3  # w, w · clipped share, w · loss
EVALUATION_EXTRAS = 3  # rows, sum of log losses, sum of Brier scores
COUNT_FRACTION_BITS = 28  # one count is 2**28 in the ring; sums of squares and losses keep 28 bits after the point
COUNT_CLIP = float(1 << 28)  # 2**28 rows · 2**28 · 128 sites = 2**63: no overflow up to 127 sites of that size


def steps_of(manifest: Manifest) -> tuple[Step, ...]:
    """The steps of each of the study's phases."""
    return STEPS[manifest.secagg.method]


def openings_ahead(sites: int) -> int:
    """For how many phases so many sites exchange keys at once: all their keys fit 80 KiB, so that they fit one message with the rest."""
    return max(1, min(AHEAD, 512 // sites))


def course(number: int, phase: Phase, manifest: Manifest) -> Iterator[tuple[int, Phase]]:
    """Round and phase from this one on, to the end that the plan names."""
    while True:
        yield number, phase
        match phase:
            case Phase.RANGES:
                phase = Phase.STATISTICS
            case Phase.STATISTICS:
                number, phase = 1, Phase.UPDATE
            case Phase.UPDATE:
                phase = Phase.EVALUATION
            case Phase.EVALUATION if number < manifest.rounds.count:
                number, phase = number + 1, Phase.UPDATE
            case Phase.EVALUATION:
                phase = Phase.TEST
            case Phase.TEST:
                return


def ranges_length(manifest: Manifest) -> int:
    """Elements of the RANGES vector; 0 means that the phase is left out."""
    return MAGNITUDES * sum(1 for v in manifest.inputs if v.kind is Kind.NUMERIC and v.range is None)


def statistics_length(manifest: Manifest) -> int:
    """Elements of the STATISTICS vector."""
    numeric = sum(3 for v in manifest.inputs if v.kind is Kind.NUMERIC)
    coded = sum(len(v.categories) + 2 for v in manifest.inputs if v.kind is not Kind.NUMERIC)
    return numeric + coded + len(manifest.classes) + 1


def evaluation_length(classes: int) -> int:
    """Elements of the EVALUATION and TEST vectors for ``classes`` classes."""
    return classes * classes + classes * 2 * BINS + EVALUATION_EXTRAS


def noisy_counts(manifest: Manifest) -> bool:
    """Whether each site adds noise to its counts and sums: then they may be negative, and stand for patients, not for rows."""
    return traits.MECHANISMS[manifest.privacy.mechanism].noisy


def layout_of(phase: Phase, manifest: Manifest, parameters: int) -> Layout:
    """The layout of one phase's vector; ``parameters`` is the model's size."""
    noisy = noisy_counts(manifest)
    match phase:
        case Phase.RANGES:
            return Layout(ranges_length(manifest), 64, COUNT_FRACTION_BITS, COUNT_CLIP)
        case Phase.STATISTICS:
            return Layout(statistics_length(manifest), 64, COUNT_FRACTION_BITS, COUNT_CLIP, noisy=noisy)
        case Phase.UPDATE:
            clip = manifest.secagg.clip
            bits_before_point = max(1, (clip - 1e-12).__ceil__().bit_length())
            return Layout(parameters + UPDATE_EXTRAS, 32, 30 - bits_before_point, clip)
        case Phase.EVALUATION | Phase.TEST:
            return Layout(evaluation_length(len(manifest.classes)), 64, COUNT_FRACTION_BITS, COUNT_CLIP, noisy=noisy)
