# SPDX-License-Identifier: Apache-2.0
"""The bins of the score histograms: fine where the scores of sure models and of rare outcomes lie.

A score p in [0, 1] goes to t(p) = 0.35 p + 0.45 u₁₆(p) + 0.2 u₃₆(p), where u_L(p) is log(p/(1-p)) cut to ±L and mapped to [0, 1];
BINS equal steps of t. Equal steps of p alone would put every score of an outcome of one in a thousand into one bin, equal
steps of the log-odds alone waste the middle, and a model too sure of itself gives log-odds up to ±36, where float64 ends.
A bin is at most 0.005 wide in p, and in log-odds 0.12 within ±16, 0.71 beyond. The AUC from bins (scores of one bin count as
equal) is within 0.002 of the exact one where the scores of a class differ by more than a bin: log-odds with a standard
deviation of 0.2 or more (tested); below that the model hardly tells patients apart.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray

from engine.study.phases import BINS

_OF_P = 0.35
_OF_ODDS = ((0.45, 16.0), (0.2, 36.0))  # weight, largest log-odds
_HALVINGS = 80


def _place(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """t of the score whose log-odds are ``odds``."""
    placed: NDArray[np.float64] = _OF_P * _score(odds)
    for weight, largest in _OF_ODDS:
        placed = placed + weight * (np.clip(odds, -largest, largest) + largest) / (2 * largest)
    return placed


def _score(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1.0 / (1.0 + np.exp(-odds))
    return found


@functools.cache
def edges() -> NDArray[np.float64]:
    """The BINS + 1 edges, ascending from 0 to 1; bin b holds edges[b] ≤ p < edges[b+1], the last one also 1."""
    wanted = np.arange(1, BINS) / BINS
    low, high = np.full(BINS - 1, -40.0), np.full(BINS - 1, 40.0)
    for _ in range(_HALVINGS):  # bisection in the log-odds, with which t grows
        middle = (low + high) / 2
        below = _place(middle) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    found = np.concatenate([[0.0], _score(low), [1.0]])
    found.setflags(write=False)
    return found


@functools.cache
def centres() -> NDArray[np.float64]:
    """The middle (BINS,) of each bin: what a score is taken for once only its bin is known."""
    found = (edges()[:-1] + edges()[1:]) / 2
    found.setflags(write=False)
    return found


def histogram(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Counts (BINS,) of scores (n,) in [0, 1]."""
    places = np.searchsorted(edges()[1:-1], scores, side="right")
    return np.bincount(places, minlength=BINS).astype(np.float64)
