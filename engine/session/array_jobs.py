# SPDX-License-Identifier: Apache-2.0
"""Images, signals and series of a data set for a viewer: read row by row from the vault, made into shades and lines here."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.records.blocks import Block
from engine.records.vault import Vault
from engine.session.array_views import PictureView, TraceView, WaveView

Array = NDArray[np.generic]

VIEWED = ("image", "signal", "series")
_MOST_POINTS = 4000  # of one line
_USUAL = (0.5, 99.5)  # percentiles from black to white, before a person chooses


class ArrayReader:
    """Keeps the last array, so that turning a slider does not decrypt it again; forgets it with the vault's lock."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lock = threading.Lock()
        self._last: tuple[object, Array | None, Block] | None = None

    def picture(self, dataset: str, column: str, row: int, frame: int | None, window: tuple[float, float] | None) -> PictureView:
        """One plane; without ``frame`` the middle one, without ``window`` nearly all that there is from black to white.

        Raises:
            KeyError: no such block column · IndexError: no such row or plane · WardroundError: E-VAULT-….
        """
        array, block = self._array(dataset, column, row)
        if array is None or not array.size:
            return PictureView(row, 0, 0, 0, 0, False, b"", 0.0, 0.0, 0.0, 0.0, missing=True)
        colour = block.attributes.get("colour") == "rgb"
        planes = array.reshape(-1, *((3,) if colour else ()), *array.shape[-2:])
        place = len(planes) // 2 if frame is None else frame
        if not 0 <= place < len(planes):
            raise IndexError(place)
        plane = np.moveaxis(planes[place], 0, -1) if colour else planes[place]
        if block.attributes.get("orientation") == "RAS":
            plane = plane[::-1]  # rows run from back to front; a viewer has the front on top
        finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array.reshape(-1)
        least, most = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        rows, columns = plane.shape[:2]
        if colour:
            return PictureView(row, rows, columns, place, len(planes), True, np.ascontiguousarray(plane).tobytes(), 0, 255, least, most)
        low, high = window or self._usual(finite, least, most)
        shades = (np.nan_to_num(plane.astype(np.float32), nan=low) - low) * (255.0 / max(high - low, 1e-9))
        pixels = np.clip(np.rint(shades), 0, 255).astype(np.uint8).tobytes()
        return PictureView(row, rows, columns, place, len(planes), False, pixels, low, high, least, most)

    def wave(self, dataset: str, column: str, row: int, chosen: Sequence[int], start: float, length: float) -> WaveView:
        """Some leads between two moments; no lead chosen: the first ones; ``length`` 0: to the end. Raises as ``picture``."""
        array, block = self._array(dataset, column, row)
        if array is None or not array.size:
            return WaveView(row, block.labels, (), 0.0, 0.0, 0.0, 0.0, missing=True)
        values = array[0] if block.modality == "series" else array
        labels = block.labels or tuple(str(number + 1) for number in range(len(values)))
        step = self._step(block)
        whole = values.shape[-1] * (step or 1.0)
        first = min(max(0.0, start), whole)
        last = min(whole, first + length) if length > 0 else whole
        low, high = math.floor(first / (step or 1.0)), max(1, math.ceil(last / (step or 1.0)))
        units = [unit.strip().replace("–", "") for unit in block.attributes.get("units", "").split(",")]
        traces = []
        for place in [number for number in chosen if 0 <= number < len(values)] or range(min(1, len(values))):
            x, y = thinned(np.asarray(values[place, low:high], dtype=np.float64), _MOST_POINTS)
            unit = units[place] if place < len(units) else ""
            traces.append(TraceView(labels[place], unit, tuple(((x + low) * (step or 1.0)).tolist()), tuple(y.tolist())))
        return WaveView(row, labels, tuple(traces), first, last, whole, step)

    def forget(self) -> None:
        """Drops the last array."""
        with self._lock:
            self._last = None

    def _array(self, dataset: str, column: str, row: int) -> tuple[Array | None, Block]:
        version = self._vault.version(dataset).version
        with self._lock:
            key = (dataset, version, column, row)
            if self._last is None or self._last[0] != key:
                self._last = (key, *self._vault.array(dataset, column, row, version))
            return self._last[1], self._last[2]

    @staticmethod
    def _usual(finite: Array, least: float, most: float) -> tuple[float, float]:
        """From a part of the numbers, which is enough."""
        sample = finite[:: max(1, finite.size // 200_000)].astype(np.float64)
        low, high = (float(value) for value in np.percentile(sample, _USUAL)) if sample.size else (0.0, 1.0)
        return (low, high) if high > low else (least, most if most > least else least + 1.0)

    @staticmethod
    def _step(block: Block) -> float:
        """Seconds between two values."""
        if "step_s" in block.attributes:
            return float(block.attributes["step_s"])
        rate = float(block.attributes.get("sampling_hz", 0))
        return 1 / rate if rate > 0 else 0.0


def thinned(values: NDArray[np.float64], most: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places and values of a line that looks the same: the smallest and the largest of each stretch, a gap where it is all gap."""
    count = len(values)
    if count <= most:
        return np.arange(count, dtype=np.float64), values
    stretch = -(-count // (most // 2))
    padded = np.pad(values, (0, -count % stretch), constant_values=np.nan).reshape(-1, stretch)
    empty = np.asarray(np.isnan(padded).all(axis=1))
    filled = np.where(empty.reshape(-1, 1), 0.0, padded)
    pairs = np.sort(np.stack([np.nanargmin(filled, axis=1), np.nanargmax(filled, axis=1)], axis=1), axis=1)
    found = np.take_along_axis(padded, pairs, axis=1)
    places = pairs + np.arange(len(padded))[:, None] * stretch
    return places.reshape(-1).astype(np.float64), found.reshape(-1)
