# SPDX-License-Identifier: Apache-2.0
"""A site takes part in one study: pull a task, work, release the result, until the study ends.

Runs on the asyncio thread. Work happens in the trainer thread, writing on the writer thread; so heartbeats and pausing
answer at once whatever the training does.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from engine.clock import Clock
from engine.errors import Cancelled, WardroundError
from engine.models.spec import size
from engine.secagg.base import Ring
from engine.secagg.fixed_point import empty_ring
from engine.site.books import Books
from engine.site.closing import Closing, close_study
from engine.site.demand import require_planned
from engine.site.download import Download
from engine.site.participant import Opened, Participant
from engine.site.protection import Protection
from engine.site.release import Gate
from engine.site.sealing import Sealing
from engine.site.steptoken import Moment, StepToken
from engine.study.bundle import Bundle
from engine.study.phases import WITH_MODEL, layout_of, ranges_length
from engine.trust.signing import verify_receipt
from engine.values import Phase, RoundRecord, SealedVector, Step, Token
from engine.wire.messages import (
    Follow,
    GetModel,
    Heartbeat,
    NextTask,
    Receipt,
    ReportError,
    SiteState,
    StudyState,
    Submit,
    Task,
    Tasks,
)

T = TypeVar("T")

POLL_SECONDS = 20.0
HEARTBEAT_SECONDS = 10.0
FIRST_WAIT = 0.2  # seconds before the first retry; doubles up to LONGEST_WAIT
LONGEST_WAIT = 30.0
UNREACHABLE = 7
"""Errors with this exit code mean that the network, not the study, is in the way: they are retried for as long as it takes."""


class Trainer(Protocol):
    """Runs one piece of work at a time in the background worker thread."""

    def __call__(self, work: Callable[[Token], T], token: Token, /) -> Awaitable[T]: ...


class Agent:
    """One study's agent; ``run`` ends when the study has ended, or when it is stopped."""

    def __init__(
        self,
        bundle: Bundle,
        participant: Participant,
        gate: Gate,
        books: Books,
        sealing: Sealing,
        protection: Protection,
        trainer: Trainer,
        clock: Clock,
        notify: Callable[[Moment, tuple[RoundRecord, ...]], None],
    ) -> None:
        self._bundle = bundle
        self._participant = participant
        self._study = bundle.manifest.study.id
        self._gate = gate
        self._books = books
        self._sealing = sealing
        self._protection = protection
        self._trainer = trainer
        self._clock = clock
        self._notify = notify
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._token: StepToken | None = None
        self._moment = Moment(SiteState.READY, "waiting", 0, 0.0, (), 0, None, None, None)
        self._seen_round = -1
        self._seen: set[tuple[int, Phase]] = set()
        self._download: Download | None = None
        self._model: tuple[int, str] | None = None  # what the download holds, whole and checked
        self._hashes: dict[int, str] = {}
        self._following: Tasks | None = None  # what came on the line of the last upload
        self._listed = clock.now()  # who was excluded by then is in nothing that is made from now on

    # -- from the outside, on the asyncio thread

    @property
    def moment(self) -> Moment:
        """Where the agent is now."""
        return self._moment

    def pause(self) -> None:
        """Stops working; what is running is given up and done again, with the same result, after ``resume``."""
        self._resumed.clear()
        if self._token is not None:
            self._token.cancelled = True
        self._tell(state=SiteState.PAUSED_BY_YOU)

    def resume(self) -> None:
        """Goes on."""
        self._resumed.set()
        self._tell(state=SiteState.READY)

    def renew(self) -> None:
        """Other patients are excluded now: what is being made is given up, and made again without them."""
        self._listed = self._clock.now()
        self._participant.renew()
        if self._token is not None:
            self._token.cancelled = True

    # -- the life of a study at a site

    async def run(self) -> StudyState:
        """Takes part until the study has ended; returns how it ended."""
        heart = asyncio.create_task(self._beat())
        try:
            self._note_seen(await self._books.records())
            await self._protect()
            await self._settle()
            while True:
                if not self._resumed.is_set():
                    self._following = None  # it may be over by then
                    await self._resumed.wait()
                following, self._following = self._following, None
                tasks = following if following is not None else await self._patiently(self._poll)
                news = await self._take(tasks)
                if tasks.state in (StudyState.FINISHED, StudyState.STOPPED) and not news:  # else there may be more to come
                    await self._end(tasks.state)
                    return tasks.state
                if tasks.task is None:
                    self._tell(
                        state=SiteState.WAITING_FOR_OTHERS if self._seen_round >= 0 else SiteState.READY, step="waiting", progress=0.0
                    )
                else:
                    await self._require_planned(tasks.task)
                    await (self._do if tasks.task.step is Step.VECTOR else self._contribute)(tasks.task)
        finally:
            heart.cancel()
            if self._token is not None:
                self._token.cancelled = True

    async def _settle(self) -> None:
        """What an earlier life sent without hearing of it is sent again: the same bytes, for which the same receipt comes."""
        for sealed in await self._books.without_receipt():
            again = Submit(sealed)
            try:
                receipt = await self._patiently(functools.partial(self._gate.submit, again))
            except WardroundError:
                continue  # refused: the ledger says so; what ends our part in the study is met again by the next question
            self._check_receipt(receipt, sealed)

    async def _protect(self) -> None:
        """Settles what the study may charge to whose privacy, before anything is asked or sent."""
        participant, protection = self._participant, self._protection
        await protection.prepare(lambda token: participant.parts(token).tolist(), self._trainer, self._step_token())
        participant.protect(protection.plan, protection.secret)

    async def _poll(self) -> Tasks:
        return await self._gate.next_task(NextTask(self._study, self._moment.state, self._seen_round, POLL_SECONDS))

    async def _take(self, tasks: Tasks) -> bool:
        """Keeps the records that came; whether one of them is new (the last one comes with every answer, once there is one)."""
        records = tuple(record for record in tasks.records if (record.round, record.phase) not in self._seen)
        if records:
            await self._books.add_records(records)
            self._note_seen(records)
        self._tell(records, waiting_for=tasks.waiting_for, sites_joined=tasks.joined)
        return bool(records)

    def _note_seen(self, records: tuple[RoundRecord, ...]) -> None:
        for record in records:
            self._seen.add((record.round, record.phase))
            self._seen_round = max(self._seen_round, record.round)

    async def _require_planned(self, task: Task) -> None:
        """Ends our part in the study when the coordinator asks for what nobody approved, or tells now this and now that."""
        require_planned(task, self._bundle, self._participant.site)
        if self._hashes.setdefault(task.model_version, task.model_sha256) != task.model_sha256:
            raise WardroundError("E-ROUND-09", study=self._study, reason=f"another model {task.model_version}")
        told = Phase.RANGES if task.key.phase in (Phase.RANGES, Phase.STATISTICS) else Phase.STATISTICS
        if task.key.phase is Phase.RANGES or (told is Phase.RANGES and not ranges_length(self._bundle.manifest)):
            return
        # Other ranges for the same records would show, count by count, where single values lie.
        await self._books.put_opened(told, task.opened)
        if await self._books.opened(told) != task.opened:
            raise WardroundError("E-ROUND-09", study=self._study, reason=f"other sums of the phase {told.value}")

    async def _do(self, task: Task) -> None:
        """One task: the sealed vector of an earlier life if there is one, else work; then send and wait for the receipt."""
        try:
            sealed = await self._books.sealed(task.key)
            if sealed is None:
                drawn = self._noisy and await self._books.protected(task.key) is not None
                listed = 0.0 if drawn else self._listed  # a draw of before is what it is, and counts as if it held everybody
                sealed, rows = await self._work(task)
                if listed != self._listed and not self._noisy:
                    return  # made with a patient who has been excluded meanwhile: the same task is asked for again
                self._tell(step="protecting")
                await self._books.keep(sealed, listed, rows, protected=self._noisy)
            self._tell(state=SiteState.SENDING, step="sending", round=task.key.round)
            await self._patiently(lambda: self._send(sealed))
        except Cancelled:
            return  # paused, or to be made anew: the same task is asked for again
        except WardroundError as error:
            await self._cannot(task, error)

    async def _contribute(self, task: Task) -> None:
        """A step of a sealed sum other than the vector: what it takes is made of a seed, so it is the same after a crash."""
        try:
            answer = await self._sealing.answer(task)
            message = replace(answer, seen_round=self._seen_round, wait_seconds=POLL_SECONDS)
            self._following = await self._patiently(lambda: self._gate.contribute(message))
        except WardroundError as error:
            if error.code == "E-ROUND-02":
                return  # the others were enough
            await self._cannot(task, error)

    async def _cannot(self, task: Task, error: WardroundError) -> None:
        """Says here and to the coordinator that this task is not done, and why."""
        self._tell(state=SiteState.STOPPED_BY_CHECK, step="waiting", problem=error)
        await self._books.note("problem", code=error.code, round=task.key.round)
        if not error.code.startswith(("E-ROUND-", "E-UPDATE-")):  # those come from the coordinator: it knows
            report = ReportError(task.key, error.code)
            await self._patiently(lambda: self._gate.report_error(report))

    async def _send(self, sealed: SealedVector) -> None:
        """Sends, and waits on the same line for what comes next. Once the receipt is here the line may break: then we ask again."""
        held = self._model[0] if self._model is not None else -1
        message = Submit(sealed, Follow(self._seen_round, POLL_SECONDS, held))
        here = False
        try:
            async with aclosing(self._gate.exchange(message)) as answers:
                async for answer in answers:
                    match answer:
                        case Receipt():
                            self._check_receipt(answer, sealed)
                            here = True
                            self._tell(state=SiteState.WAITING_FOR_OTHERS, step="waiting", progress=0.0, problem=None)
                        case Tasks():
                            self._following = answer
                            task = answer.task
                            if task is not None and task.key.phase in WITH_MODEL and task.model_version != held:
                                self._begin(task.model_version)
                        case bytes() if self._download is not None:
                            await self._download.take(answer)
        except WardroundError:
            if not here:
                raise

    async def _work(self, task: Task) -> tuple[SealedVector, int]:
        """The vector, and how many training rows there were."""
        opened = await self._opened(task)
        model = memoryview(b"")
        if task.key.phase in WITH_MODEL:
            self._tell(state=SiteState.TRAINING, step="getting-model", round=task.key.round, progress=0.0)
            model = await self._fetch(task.model_version, task.model_sha256)
        step = "training" if task.key.phase is Phase.UPDATE else "evaluating"
        self._tell(state=SiteState.TRAINING, step=step, round=task.key.round, progress=0.0)
        sealer = await self._sealing.sealer(task)
        participant = self._participant
        if task.key.phase is Phase.UPDATE:
            self._participant.count_as(await self._books.counted_rows())
        token = self._token = self._step_token()
        try:
            if self._noisy:
                ring = await self._protected(task, model, opened, token)

                def work(inner: Token) -> tuple[SealedVector, int]:
                    return participant.sealed(task, ring, sealer), participant.rows_used(inner)

            else:

                def work(inner: Token) -> tuple[SealedVector, int]:
                    return participant.perform(task, model, opened, sealer, inner), participant.rows_used(inner)

            sealed, rows = await self._trainer(work, token)
            rehearsed = self._sealing.rehearsed or self._protection.rehearsed
            return (replace(sealed, rehearsed=True) if rehearsed else sealed), rows
        finally:
            token.cancelled = True  # if we were cancelled ourselves, the work must not go on for nobody
            self._token = None

    @property
    def _noisy(self) -> bool:
        plan = self._protection.plan
        return plan is not None and plan.protects_patients

    async def _protected(self, task: Task, model: memoryview, opened: Opened, token: StepToken) -> Ring:
        """The one protected vector of this question: the same in every attempt, so that patients are charged once."""
        kept = await self._books.protected(task.key)
        if kept is None:
            await self._protection.require_first(task.key)
            noise = self._protection.noise(task.key)
            ring = await self._trainer(lambda inner: self._participant.vector(task, model, opened, noise, inner), token)
            await self._books.keep_protected(task.key, ring.data.cast("B"), noise.source)
            return ring
        layout = layout_of(task.key.phase, self._bundle.manifest, size(self._participant.spec))
        ring = empty_ring(layout)
        ring.data.cast("B")[:] = kept
        return ring

    async def _opened(self, task: Task) -> Opened:
        """What the prepare phases opened; the ranges come with the statistics task only, so they are kept."""
        match task.key.phase:
            case Phase.RANGES:
                return Opened(b"", b"")
            case Phase.STATISTICS:
                return Opened(await self._books.opened(Phase.RANGES) or b"", b"")
            case _:
                return Opened(await self._books.opened(Phase.RANGES) or b"", task.opened)

    def _step_token(self) -> StepToken:
        loop = asyncio.get_running_loop()

        def tell(fraction: float) -> None:
            loop.call_soon_threadsafe(self._advance, fraction)

        return StepToken(tell, self._clock)

    async def _fetch(self, version: int, sha256: str) -> memoryview:
        download = self._download
        if download is None or (self._model != (version, sha256) and download.version != version):
            download = self._begin(version)
        if self._model == (version, sha256):
            return download.content()
        self._model = None

        async def rest() -> None:
            await self._gate.get_model(GetModel(self._study, version, len(download)), download)

        if not download.whole:
            await self._patiently(rest)
        if await download.sha256() != sha256:
            download.begin(version)
            raise WardroundError("E-SITE-04", version=version)
        self._model = (version, sha256)
        return download.content()

    def _begin(self, version: int) -> Download:
        """Makes room for another model."""
        download = self._download = self._download or Download(self._participant.spec)
        self._model = None
        download.begin(version)
        return download

    def _check_receipt(self, receipt: Receipt, sealed: SealedVector) -> None:
        if receipt.key != sealed.key or receipt.site != self._participant.site or receipt.sha256 != sealed.sha256:
            raise WardroundError("E-SITE-05")
        verify_receipt(self._bundle.lead_key, receipt)

    async def _close(self, content: memoryview, opened: Opened) -> Closing:
        """This site's own comparison, begun again when a person paused it or other patients are excluded."""
        while True:
            await self._resumed.wait()
            token = self._token = self._step_token()
            with contextlib.suppress(Cancelled):
                return await self._trainer(lambda inner: close_study(self._participant, content, opened, inner), token)

    async def _end(self, state: StudyState) -> None:
        """The study has ended: this site's own comparison, once, then the books are closed."""
        records = await self._books.records()
        final = next((record for record in records if record.phase is Phase.TEST), None)
        if final is not None and await self._books.result() is None:
            self._tell(state=SiteState.TRAINING, step="evaluating", progress=0.0)
            statistics = await self._books.opened(Phase.STATISTICS)
            if statistics is None:
                await self._books.finish(None, None, SiteState.DONE)  # joined after the last round: nothing of its own to compare
            else:
                opened = Opened(await self._books.opened(Phase.RANGES) or b"", statistics)
                content = await self._fetch(final.best_round, final.model_sha256)
                closing = await self._close(content, opened)
                await self._books.finish(closing.body, closing.models, SiteState.DONE)
        else:
            await self._books.finish(None, None, SiteState.DONE if state is StudyState.FINISHED else SiteState.STOPPED_BY_CHECK)
        await self._books.forget_all()
        await self._protection.ended()
        self._tell(state=SiteState.DONE if state is StudyState.FINISHED else SiteState.STOPPED_BY_CHECK, step="waiting", progress=1.0)

    # -- patience, heartbeats, telling

    async def _patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """Tries until it works; only network trouble and a shut gate are waited out, everything else is raised."""
        wait = FIRST_WAIT
        while True:
            before = self._moment.state
            try:
                answer = await call()
            except WardroundError as error:
                if error.code == "E-SITE-02":  # the gate was shut in the middle of a stream: it opens, we go on
                    continue
                if error.exit_code != UNREACHABLE:
                    raise
                pause = wait * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the retries of many sites, nothing secret
                self._tell(state=SiteState.PAUSED_BY_NETWORK, problem=error, retry_in=pause)
                await asyncio.sleep(pause)
                wait = min(wait * 2, LONGEST_WAIT)
                self._tell(state=before)
            else:
                shown = self._moment.problem
                if shown is not None and shown.exit_code == UNREACHABLE:  # what a check refused stays until a task is done again
                    shown = None
                self._tell(last_heard=self._clock.now(), problem=shown, retry_in=None)
                return answer

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            if self._token is None or self._gate.paused:
                continue  # a long poll is open, or nothing may leave
            try:
                await self._gate.heartbeat(Heartbeat(self._study, self._moment.state, self._moment.round))
                self._tell(last_heard=self._clock.now())
            except WardroundError as error:
                self._tell(problem=error)

    def _advance(self, fraction: float) -> None:
        self._tell(progress=fraction)

    def _tell(self, new: tuple[RoundRecord, ...] = (), **changes: Any) -> None:
        state = changes.get("state", self._moment.state)
        if not self._resumed.is_set() and state is not SiteState.PAUSED_BY_YOU:
            changes["state"] = SiteState.PAUSED_BY_YOU
        self._moment = replace(self._moment, **changes)
        self._notify(self._moment, new)
