# SPDX-License-Identifier: Apache-2.0
"""Many texts without their identifiers: only what a trigger matches is looked at in Python."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from engine.records.identifiers.columns import masks_of
from engine.records.identifiers.flat import flat_column
from engine.records.identifiers.text import ALL, without
from engine.values import Token


def redacted(texts: pa.StringArray, token: Token) -> pa.StringArray:
    """The same texts, flat, with the tag of its kind in the place of each identifier; missing ones stay missing."""
    texts = flat_column(texts)
    masks = masks_of(texts, token)
    found = np.flatnonzero(np.logical_or.reduce([*masks.triggers, masks.bare]))
    if not len(found):
        return texts
    made = texts.to_pylist()
    for at in found.tolist():
        token.check()
        detectors = ALL if masks.bare[at] else [detector for detector, mask in zip(ALL, masks.triggers, strict=True) if mask[at]]
        made[at] = without(made[at], detectors)[0]
    return pa.array(made, texts.type)
