# SPDX-License-Identifier: Apache-2.0
"""The memory that one model after the other is downloaded into: allocated once, and never longer than the model that was approved.

What arrives is hashed in a worker thread while the rest is still under way.
"""

from __future__ import annotations

import asyncio
import hashlib

import numpy as np

from engine.errors import WardroundError
from engine.models import vector
from engine.models.spec import ModelSpec, size

_WORTH_A_THREAD = 4 << 20  # bytes


class Download:
    """As much of a model's file as has arrived. A new model overwrites the last one: fresh memory costs more than the copying."""

    def __init__(self, spec: ModelSpec) -> None:
        self._memory = np.empty(len(vector.header(spec)) + 4 * size(spec), dtype=np.uint8)
        self._arrived = 0
        self._version = -1
        self._digest = hashlib.sha256()
        self._hashed = 0
        self._hashing: asyncio.Future[None] | None = None

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
        self._digest = hashlib.sha256()  # an update of the last one may still run: it is of no use to anybody
        self._hashed = 0
        self._hashing = None

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

    async def take(self, chunk: bytes) -> None:
        """``extend``, and begins to hash what has arrived if that is much; does not wait for it."""
        self.extend(chunk)
        if self._arrived - self._hashed >= _WORTH_A_THREAD and (self._hashing is None or self._hashing.done()):
            self._hash_rest()

    async def sha256(self) -> str:
        """The SHA-256 (hex) of what has arrived."""
        if self._hashing is not None:
            await self._hashing
        if self._arrived - self._hashed >= _WORTH_A_THREAD:
            await self._hash_rest()
        self._digest.update(self._memory[self._hashed : self._arrived].data)
        self._hashed = self._arrived
        return self._digest.hexdigest()

    def _hash_rest(self) -> asyncio.Future[None]:
        piece = self._memory[self._hashed : self._arrived].data
        self._hashed = self._arrived
        self._hashing = asyncio.get_running_loop().run_in_executor(None, self._digest.update, piece)
        return self._hashing

    def content(self) -> memoryview:
        """What has arrived; not a copy."""
        return self._memory[: self._arrived].data.cast("B")
