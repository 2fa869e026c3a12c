# SPDX-License-Identifier: Apache-2.0
"""A turnstile before one site's work: a test sees each task arrive there, and says when it may begin."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import pytest

from engine.secagg.base import Sealer
from engine.site.participant import Opened, Participant
from engine.values import PhaseKey, SealedVector, Token
from engine.wire.messages import Task

Which = Callable[[PhaseKey], bool]


class Turnstile:
    """Holds the tasks of ``site`` (in this process) that ``which`` says, in the trainer thread, until ``release``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, site: str, which: Which = lambda _: True, deaf: bool = False) -> None:
        """``deaf``: a held task does not look whether it was cancelled, as a long step of torch does not."""
        self._site = site
        self._which = which
        self._deaf = deaf
        self._arrived: queue.Queue[PhaseKey] = queue.Queue()
        self._go = threading.Semaphore(0)
        self._open = threading.Event()
        self.holding = False
        perform = Participant.perform

        def held(
            participant: Participant, task: Task, model: bytes | bytearray, opened: Opened, sealer: Sealer, token: Token
        ) -> SealedVector:
            if participant.site == site:
                self._stand(task.key, token)
            return perform(participant, task, model, opened, sealer, token)

        monkeypatch.setattr(Participant, "perform", held)

    def _stand(self, key: PhaseKey, token: Token) -> None:
        if self._open.is_set() or not self._which(key):
            return
        self.holding = True
        self._arrived.put(key)
        try:
            if self._deaf:
                assert self._go.acquire(timeout=60.0), "a held step ends after a minute"
                return
            while not self._go.acquire(timeout=0.02):
                token.check()
        finally:
            self.holding = False

    def wait(self, seconds: float = 60.0) -> PhaseKey:
        """The next task that stands at the turnstile."""
        return self._arrived.get(timeout=seconds)

    def release(self) -> None:
        """Lets the task that stands there through."""
        self._go.release()

    def open(self) -> None:
        """Lets every task through from now on."""
        self._open.set()
        self._go.release()
