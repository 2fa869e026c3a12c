# SPDX-License-Identifier: Apache-2.0
"""Which rows of a table belong to excluded patients. Ids are compared as HMACs, so that only the list itself holds them."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import Set

import numpy as np
from numpy.typing import NDArray

from engine.records.fitting import patient_ids
from engine.records.loader import MAX_ROWS_NAMED, Finding
from engine.records.table import Columns
from engine.values import Token


def digest(key: bytes, identity: str) -> bytes:
    """A patient id, as ``fitting.patient_ids`` writes it, under the site's key; 32 bytes.

    "007" in a file of numbers is 7: two patients are rather excluded than neither.
    """
    told = (identity.lstrip("0") or "0") if identity.isdecimal() else identity
    return hmac.digest(key, b"excluded patient " + told.encode(), "sha256")


def written(identity: str) -> str:
    """What a person typed, as ``fitting.patient_ids`` writes ids: without case, width and surplus blanks."""
    return " ".join(unicodedata.normalize("NFKC", identity).split()).casefold()


def excluded_rows(reader: Columns, column: str, digests: Set[bytes], key: bytes, token: Token) -> NDArray[np.bool_]:
    """(n,) bool: the rows whose patient is excluded.

    Args:
        reader: the table.
        column: its column with the patient id.
        digests: of the excluded patients.
        key: under which they were made.
        token: progress and cancelling.
    """
    known: dict[str | None, bool] = {None: False}
    identities = patient_ids(reader, column, token)
    rows = np.empty(len(identities), dtype=np.bool_)
    for row, identity in enumerate(identities):
        if row % 4096 == 0:
            token.check()
        found = known.get(identity)
        if found is None:
            assert identity is not None  # noqa: S101 - None is known
            found = known[identity] = digest(key, identity) in digests
        rows[row] = found
    return rows


def finding(column: str, rows: NDArray[np.bool_]) -> Finding | None:
    """How many rows belong to excluded patients; None for none."""
    places = np.flatnonzero(rows)
    if not len(places):
        return None
    return Finding("info", "excluded-patients", column, {"count": len(places)}, tuple(int(row) for row in places[:MAX_ROWS_NAMED]))


def present(reader: Columns, column: str, digests: Set[bytes], key: bytes, token: Token) -> frozenset[bytes]:
    """Which of the patients have a row in the table; arguments as for ``excluded_rows``."""
    identities = {identity for identity in patient_ids(reader, column, token) if identity is not None}
    return frozenset(digests & {digest(key, identity) for identity in identities})
