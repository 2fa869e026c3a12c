# SPDX-License-Identifier: Apache-2.0
"""The only meeting of threads and Qt: what the engine says on its threads arrives here as a call on the window's thread.

One QObject, one ``Signal(object)``. An emit from another thread is queued by Qt into this object's thread, so every handler
below runs on the main thread and may touch widgets. Events that come in bursts are coalesced to ten a second by their key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.session.events import Event, JobChanged, TrainingChanged
from engine.session.jobs import Job, Outcome
from engine.session.views import ProblemView

__all__ = ["Bridge", "Job"]

T = TypeVar("T")

COALESCE_MS = 100
"""No view is drawn more than ten times a second by events of the same key."""


class Source(Protocol):
    """What the bridge needs of a session."""

    def subscribe(self, fn: Callable[[Event], None]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class _Call:
    """A function to call on the main thread."""

    run: Callable[[], None]


class Bridge(QObject):
    """Carries events and job outcomes of one session at a time to the main thread.

    Signals:
        none of its own to connect to; pages subscribe with ``listen`` and start jobs with ``run``.
    """

    _arrived = Signal(object)

    def __init__(self, session: Source, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._deliver)
        self._listeners: list[Callable[[Event], None]] = []
        self._held: dict[object, Event] = {}
        self._quiet: set[object] = set()
        self._beat = QTimer(self)
        self._beat.setInterval(COALESCE_MS)
        self._beat.timeout.connect(self._flush)
        self._generation = 0
        self._unsubscribe: Callable[[], None] = lambda: None
        self.attach(session)

    def attach(self, session: Source) -> None:
        """Listen to this session from now on; what an earlier one still says is dropped."""
        self._unsubscribe()
        self._generation += 1
        self._held.clear()
        generation = self._generation
        self._unsubscribe = session.subscribe(lambda event: self._arrived.emit((generation, event)))

    def detach(self) -> None:
        """Hear nothing any more; outcomes of running jobs are dropped."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self._generation += 1
        self._beat.stop()
        self._held.clear()

    def listen(self, fn: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``fn`` on the main thread with every (coalesced) event; returns the function that ends it."""
        self._listeners.append(fn)
        return lambda: self._listeners.remove(fn) if fn in self._listeners else None

    def run(
        self,
        job: Job[T],
        on_value: Callable[[T], None],
        on_problem: Callable[[ProblemView], None] | None = None,
        on_cancelled: Callable[[], None] | None = None,
    ) -> Job[T]:
        """Hand a job's outcome to the main thread: exactly one of the three is called, once, unless the session changed meanwhile."""
        generation = self._generation

        def done(outcome: Outcome[T]) -> None:
            def call() -> None:
                if outcome.cancelled:
                    if on_cancelled is not None:
                        on_cancelled()
                elif outcome.problem is not None:
                    if on_problem is not None:
                        on_problem(outcome.problem)
                else:
                    on_value(outcome.value)  # type: ignore[arg-type]  # None is the value of a Job[None]

            self._arrived.emit((generation, _Call(call)))

        job.on_done(done)
        return job

    @Slot(object)
    def _deliver(self, arrived: tuple[int, Event | _Call]) -> None:
        generation, what = arrived
        if generation != self._generation:
            return
        if isinstance(what, _Call):
            what.run()
            return
        key = _key(what)
        if key is None:
            self._publish(what)
        elif key in self._quiet:
            self._held[key] = what
        else:
            self._quiet.add(key)
            self._publish(what)
            if not self._beat.isActive():
                self._beat.start()

    @Slot()
    def _flush(self) -> None:
        held, self._held = self._held, {}
        self._quiet = set(held)
        if not held:
            self._beat.stop()
        for event in held.values():
            self._publish(event)

    def _publish(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


def _key(event: Event) -> object | None:
    """Events with the same key replace each other within a beat; None is never held."""
    if isinstance(event, TrainingChanged):
        return ("training", event.study)
    if isinstance(event, JobChanged) and not event.done:
        return ("job", event.job)
    return None
