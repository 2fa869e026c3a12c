# SPDX-License-Identifier: Apache-2.0
"""Who trains, who validates, who tests: decided patient by patient, never row by row."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

TRAIN, VALIDATION, TEST = 0, 1, 2


def split_by_hash(patient_keys: Sequence[str], seed_key: bytes, validation_share: float, test_share: float) -> NDArray[np.int8]:
    """The part of each patient (p,) int8: 0 train, 1 validation, 2 test.

    HMAC-SHA256(seed_key, patient) as a number in [0, 1): below ``test_share`` is test, then validation, then train. So a
    patient keeps the part whatever the order of the file and whoever else is in it, and has the same part at every
    hospital that holds the same key; the shares are met on average only.
    """
    parts = np.zeros(len(patient_keys), dtype=np.int8)
    for place, patient in enumerate(patient_keys):
        digest = hmac.new(seed_key, patient.encode(), hashlib.sha256).digest()
        drawn = int.from_bytes(digest[:8], "big") / 2.0**64
        if drawn < test_share:
            parts[place] = TEST
        elif drawn < test_share + validation_share:
            parts[place] = VALIDATION
    return parts


def stratified(
    labels: NDArray[np.int64], patients: NDArray[np.int64], validation_share: float, test_share: float, seed: int
) -> NDArray[np.int8]:
    """The part of each patient (p,) int8, with the shares met within each outcome, for simulations without test files.

    Args:
        labels: (n,) class of each row.
        patients: (n,) patient of each row, 0 … p-1. A patient belongs to the highest class among his or her rows.
        validation_share: of the patients of each class, rounded.
        test_share: likewise.
        seed: of the drawing.
    """
    count = int(patients.max()) + 1 if patients.size else 0
    stratum = np.zeros(count, dtype=np.int64)
    np.maximum.at(stratum, patients, labels)
    parts = np.zeros(count, dtype=np.int8)
    draw = np.random.Generator(np.random.PCG64(seed))
    for value in np.unique(stratum):
        members = draw.permutation(np.flatnonzero(stratum == value))
        tests = round(members.size * test_share)
        validations = round(members.size * validation_share)
        parts[members[:tests]] = TEST
        parts[members[tests : tests + validations]] = VALIDATION
    return parts
