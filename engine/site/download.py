# SPDX-License-Identifier: Apache-2.0
"""The memory that one model after the other is downloaded into: allocated once, and never longer than the model that was approved."""

from __future__ import annotations

import numpy as np

from engine.errors import WardroundError
from engine.models import vector
from engine.models.spec import ModelSpec, size


class Download:
    """As much of a model's file as has arrived. A new model overwrites the last one: fresh memory costs more than the copying."""

    def __init__(self, spec: ModelSpec) -> None:
        self._memory = np.empty(len(vector.header(spec)) + 4 * size(spec), dtype=np.uint8)
        self._arrived = 0
        self._version = -1

    @property
    def version(self) -> int:
        """Which model it is; -1 before the first."""
        return self._version

    @property
    def whole(self) -> bool:
        """Whether all of it has arrived."""
        return self._arrived == self._memory.size

    def begin(self, version: int) -> None:
        """Makes room for another model; what was handed out before is overwritten from here on."""
        self._arrived = 0
        self._version = version

    def __len__(self) -> int:
        return self._arrived

    def extend(self, chunk: bytes) -> None:
        """Appends what arrived.

        Raises:
            WardroundError: E-SITE-04 when it is more than the model has.
        """
        end = self._arrived + len(chunk)
        if end > self._memory.size:
            raise WardroundError("E-SITE-04", version=self._version)
        self._memory[self._arrived : end] = np.frombuffer(chunk, dtype=np.uint8)
        self._arrived = end

    def content(self) -> memoryview:
        """What has arrived; not a copy."""
        return self._memory[: self._arrived].data.cast("B")
