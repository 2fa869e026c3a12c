# SPDX-License-Identifier: Apache-2.0
"""Background work: jobs with progress and cancelling, and the threads that they run on.

``trainer`` (one worker) trains, seals and evaluates; ``writer`` (one worker) is the only user of the store; ``files`` reads
and imports; ``scans`` (one worker) looks for identifiers; one more thread runs asyncio for the connection. So a step of a
minute in ``trainer`` delays nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.errors import Cancelled, Language, WardroundError
from engine.log import get_logger
from engine.session.events import Event, JobChanged
from engine.session.views import ProblemView
from engine.values import Token

T = TypeVar("T")
_log = get_logger("jobs")
_numbers = itertools.count(1)


def problem_of(error: BaseException, language: Language) -> ProblemView:
    """An error as a person reads it; what is not in the catalogue becomes E-BUG-01, its kind in the details."""
    known = error if isinstance(error, WardroundError) else WardroundError("E-BUG-01", kind=type(error).__name__)
    return ProblemView(known.code, known.what(language), known.mend(language), known.entry.who, known.sentence("en"))


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """How a job ended: a value, a problem, or cancelled."""

    value: T | None
    problem: ProblemView | None = None
    cancelled: bool = False


class Job(Generic[T]):
    """One piece of background work. ``on_done`` calls back on an engine thread (at once when it has ended already)."""

    def __init__(self, title: str, language: Callable[[], Language], publish: Callable[[Event], None]) -> None:
        self.id = next(_numbers)
        self.title = title
        self._future: Future[T] = Future()
        self._language = language
        self._publish = publish
        self._cancelled = threading.Event()
        self._last_told = 0.0

    # -- the worker's side (a values.Token)

    def progress(self, fraction: float) -> None:
        """Tells how far, in steps of a hundredth."""
        if fraction - self._last_told >= 0.01 or fraction >= 1.0:
            self._last_told = fraction
            self._publish(JobChanged(self.id, self.title, fraction, False, None))

    def check(self) -> None:
        """Raises ``Cancelled`` when somebody called ``cancel``."""
        if self._cancelled.is_set():
            raise Cancelled

    def finish(self, value: T) -> None:
        """Ends with a value."""
        self._future.set_result(value)
        self._publish(JobChanged(self.id, self.title, 1.0, True, None))

    def fail(self, error: BaseException) -> None:
        """Ends with an error; one that is not in the catalogue is logged with its place."""
        if not isinstance(error, (WardroundError, Cancelled, asyncio.CancelledError)):
            _log.error("job-failed", exc_info=error)
        self._future.set_exception(Cancelled() if isinstance(error, asyncio.CancelledError) else error)
        problem = None if isinstance(error, (Cancelled, asyncio.CancelledError)) else problem_of(error, self._language())
        self._publish(JobChanged(self.id, self.title, 1.0, True, problem))

    # -- the door's side

    def cancel(self) -> None:
        """Asks to stop; the job ends as cancelled at its next safe point."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._cancelled.is_set()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._future.done()

    def result(self, timeout: float | None = None) -> T:
        """Waits for the end: the value; raises the error as it was."""
        return self._future.result(timeout)

    def on_done(self, call: Callable[[Outcome[T]], None]) -> None:
        """Calls ``call`` with the outcome, once."""

        def tell(future: Future[T]) -> None:
            try:
                call(Outcome(future.result()))
            except (Cancelled, CancelledError):
                call(Outcome(None, cancelled=True))
            except Exception as error:  # noqa: BLE001 - the job's door: its error becomes a problem to show
                call(Outcome(None, problem_of(error, self._language())))

        self._future.add_done_callback(tell)


class Threads:
    """The engine's threads of one session."""

    def __init__(self) -> None:
        self.trainer = ThreadPoolExecutor(1, "trainer")
        self.writer = ThreadPoolExecutor(1, "writer")
        self.files = ThreadPoolExecutor(2, "files")
        self.scans = ThreadPoolExecutor(1, "scans")
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="asyncio", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def call_soon(self, work: Callable[[], object]) -> None:
        """Runs a short function on the asyncio thread."""
        self.loop.call_soon_threadsafe(work)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> Future[T]:
        """Starts a coroutine on the asyncio thread."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    async def train(self, work: Callable[[Token], T], token: Token) -> T:
        """Runs work in the background worker thread."""
        return await asyncio.wrap_future(self.trainer.submit(work, token))

    def close(self) -> None:
        """Ends all threads; what runs is waited for, so cancel it before."""
        self.files.shutdown(wait=True, cancel_futures=True)
        self.scans.shutdown(wait=True, cancel_futures=True)
        self.trainer.shutdown(wait=True, cancel_futures=True)

        async def end() -> None:
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.loop.shutdown_default_executor()

        self.submit(end()).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()
        self.writer.shutdown(wait=True)


def run_job(worker: ThreadPoolExecutor, job: Job[T], work: Callable[[Job[T]], T]) -> Job[T]:
    """Runs a plain function as a job on one of the ``Threads``' workers."""

    def guarded() -> None:
        try:
            job.check()
            value = work(job)
        except BaseException as error:  # noqa: BLE001 - the job's door
            job.fail(error)
        else:
            job.finish(value)

    worker.submit(guarded)
    return job


def run_async_job(threads: Threads, job: Job[T], work: Callable[[Job[T]], Awaitable[T]]) -> Job[T]:
    """Runs a coroutine as a job on the asyncio thread; ``cancel`` cancels it there."""

    async def guarded() -> None:
        task = asyncio.ensure_future(work(job))

        async def watch() -> None:
            while not job.cancelled:
                await asyncio.sleep(0.1)
            task.cancel()

        watcher = asyncio.create_task(watch())
        try:
            value = await task
        except BaseException as error:  # noqa: BLE001 - the job's door
            job.fail(error)
        else:
            job.finish(value)
        finally:
            watcher.cancel()

    threads.submit(guarded())
    return job
