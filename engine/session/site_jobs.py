# SPDX-License-Identifier: Apache-2.0
"""A site whose vault is open: its store, its gates, its running studies. Imported on first use by the facade."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from engine.errors import Language, WardroundError
from engine.log import get_logger
from engine.session import sentences
from engine.session.budget_views import BudgetView
from engine.session.data_jobs import SiteData
from engine.session.events import Event, ResultsChanged, StudiesChanged, TrainingChanged
from engine.session.exclusion_views import AccessView
from engine.session.jobs import Threads, problem_of
from engine.session.join_jobs import Joining
from engine.session.open_home import OpenHome
from engine.session.result_jobs import Results
from engine.session.views import (
    ActivityView,
    HomeView,
    KeyHome,
    Lock,
    OutboundRow,
    OutboundView,
    ProblemView,
    StudyRow,
    TrainingView,
)
from engine.settings import Settings
from engine.site.agent import Agent
from engine.site.books import Books
from engine.site.participant import Participant
from engine.site.protection import Protection
from engine.site.release import Gate
from engine.site.sealing import Sealing
from engine.site.steptoken import Moment
from engine.store import budget, outbound, studies
from engine.study.bundle import Bundle
from engine.text import either
from engine.trust.keys import MasterKey
from engine.trust.signing import SigningKey
from engine.values import Phase, RoundRecord, StudyId, StudyTable, Token
from engine.wire.messages import Leave, SiteState

T = TypeVar("T")
_log = get_logger("site")
TELL_SECONDS = 0.1
"""Progress is told at most ten times a second."""


@dataclass
class _Running:
    """One study that is being worked on."""

    agent: Agent
    gate: Gate
    future: Future[str]
    bundle: Bundle
    entry: studies.StudyEntry
    records: list[RoundRecord]
    told: float = 0.0
    state: str = ""


class Site(OpenHome):
    """An open vault and everything that works on it."""

    def __init__(
        self,
        home: Path,
        master: MasterKey,
        threads: Threads,
        publish: Callable[[Event], None],
        language: Callable[[], Language],
        settings: Callable[[], Settings],
        *,
        looks: bool = False,
    ) -> None:
        super().__init__(home, master, threads, publish, language, settings)
        self.data = SiteData(self, master, sweep=not looks)
        self.joining = Joining(self, self.data)
        self.results = Results(self, self.joining)
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ended: dict[str, ProblemView] = {}
        self._after: dict[tuple[str, int, str], float] = {}
        self.note("unlocked")

    def close(self) -> None:
        """Stops every study, closes the connections and the store."""
        self.threads.submit(self._end_all()).result()
        self.data.close()
        self.threads.writer.submit(self.database.close).result()

    async def _end_all(self) -> None:
        """Cancels the studies and waits until each has closed its ledger rows; then the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close_gates()

    # -- running studies

    def busy(self) -> bool:
        """Whether any study is being worked on."""
        return any(not running.future.done() for running in self._running.values())

    def resume_running(self) -> None:
        """Starts what was running when the program ended, and looks for identifiers where that was not finished."""
        self.data.checks.begin_all()
        for entry in self.write(studies.study_entries):
            if entry.running and entry.finished is None:
                self.start(entry.study)

    def start(self, study: str) -> None:
        """Takes part in a joined study from where it is."""
        running = self._running.get(study)
        if running is not None and not running.future.done():
            self.resume(study)
            return
        entry = self.entry(study)
        if entry.joined is None:
            raise WardroundError("E-SITE-08", study=study)
        if entry.finished is not None:
            return
        bundle = self.joining.bundle(entry)
        enrolment = self.write(lambda database: studies.enrolment(database, entry.enrolment))
        self.write(lambda database: studies.set_running(database, entry.study, True))
        self._ended.pop(study, None)
        records = list(self.write(lambda database: studies.records(database, study)))
        gate = self.threads.submit(self.gate(entry.enrolment)).result()
        agent = Agent(
            bundle,
            Participant(bundle, enrolment.site, lambda token: self._table(entry, bundle, token), threads=self.settings().threads),
            gate,
            Books(self.write_async, self.outbox_path, self.outbox_key, entry.study, self.clock.now),
            Sealing(
                bundle,
                enrolment.site,
                SigningKey(enrolment.signing_key).sign,
                self.write_async,
                lambda: self.settings().value("privacy.refuse_one_apart") == "on",
            ),
            Protection(
                bundle.manifest,
                enrolment.site,
                self.write_async,
                lambda token: self.data.members(bundle.manifest, entry.dataset, entry.dataset_version, self.patients_key, token),
                self.privacy_policy,
            ),
            self.threads.train,
            self.clock,
            lambda moment, new: self._told(study, moment, new),
        )
        self._running[study] = _Running(agent, gate, self.threads.submit(self._live(study, agent)), bundle, entry, records)
        self.note("started", study=study)
        self.publish(StudiesChanged())
        self.publish(TrainingChanged(study))

    async def _live(self, study: str, agent: Agent) -> str:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            return await agent.run()
        except Exception as error:
            # The door of a study's background life: what ends it is shown, and raised again for who waits.
            if not isinstance(error, WardroundError):
                _log.error("study-failed", exc_info=error)
            self._ended[study] = problem_of(error, self.language())
            await self.write_async(lambda database: studies.set_state(database, StudyId(study), SiteState.STOPPED_BY_CHECK))
            raise
        finally:
            self.publish(TrainingChanged(study))
            self.publish(ResultsChanged(study))
            self.publish(StudiesChanged())

    def _table(self, entry: studies.StudyEntry, bundle: Bundle, token: Token) -> StudyTable:
        return self.data.study_table(bundle.manifest, entry.dataset, entry.dataset_version, token)

    def _told(self, study: str, moment: Moment, new: tuple[RoundRecord, ...]) -> None:
        """From the agent, on the asyncio thread."""
        running = self._running.get(study)
        if running is None:
            return
        running.records.extend(new)
        now = time.monotonic()
        important = bool(new) or moment.state is not running.state
        if important or now - running.told >= TELL_SECONDS:
            running.told = now
            running.state = moment.state
            self.publish(TrainingChanged(study))
        if new:
            self.publish(ResultsChanged(study))

    def pause(self, study: str) -> None:
        """Pauses one study."""
        if running := self._running.get(study):
            self.threads.call_soon(running.agent.pause)
            self.note("paused", study=study)

    def resume(self, study: str) -> None:
        """Resumes one study."""
        if running := self._running.get(study):
            self.threads.call_soon(running.agent.resume)
            self.note("resumed", study=study)

    def stop(self, study: str) -> None:
        """Stops one study; it does not start by itself any more."""
        self.write(lambda database: studies.set_running(database, StudyId(study), False))
        if running := self._running.pop(study, None):
            running.future.cancel()
            self.note("stopped", study=study)
        self.publish(TrainingChanged(study))
        self.publish(StudiesChanged())

    def wait(self, study: str, timeout: float | None) -> str:
        """Waits for the end of a running study."""
        running = self._running.get(study)
        if running is None:
            return self.entry(study).state
        return running.future.result(timeout)

    async def leave(self, study: str) -> None:
        """Tells the coordinator, then stops."""
        entry = self.entry(study)
        gate = await self.gate(entry.enrolment)
        await gate.leave(Leave(entry.study))
        if running := self._running.pop(study, None):
            running.future.cancel()
        await self.write_async(lambda database: studies.set_finished(database, entry.study, self.clock.now(), SiteState.LEFT))
        await self.write_async(lambda database: budget.release(database, study))
        await self.write_async(lambda database: studies.note(database, self.clock.now(), "left", study=study))
        self.publish(StudiesChanged())

    def renew(self) -> None:
        """Other patients are excluded now: every running study goes on without them."""
        for running in list(self._running.values()):
            self.threads.call_soon(running.agent.renew)

    # -- views

    def home(self, lock: Lock, key_home: KeyHome | None, demo: bool) -> HomeView:
        """The start page."""
        language = self.language()
        entries = self.write(studies.study_entries)
        datasets = self.data.datasets()
        rows = tuple(self._row(entry) for entry in entries)
        if not datasets:
            step = "data" if entries else "welcome"
        elif not entries or any(entry.joined is None and entry.finished is None for entry in entries):
            step = "study"
        elif any(entry.finished is None for entry in entries):
            step = "training"
        else:
            step = "results"
        happened = self.write(lambda database: studies.activity(database, 8, without=("looked", "unlocked")))
        lines = tuple(ActivityView(when, sentences.activity(kind, fields, language)) for when, kind, fields in happened)
        return HomeView(lock, key_home, demo, datasets, rows, step, lines)

    def access_log(self, count: int) -> tuple[AccessView, ...]:
        """Who did what here, the newest first."""
        language = self.language()
        happened = self.write(lambda database: studies.activity(database, count))
        return tuple(
            AccessView(when, str(fields.get("who", "")), sentences.activity(kind, fields, language)) for when, kind, fields in happened
        )

    def _row(self, entry: studies.StudyEntry) -> StudyRow:
        language = self.language()
        title = either(entry.title, entry.title_zh, language)
        enrolment = self.write(lambda database: studies.enrolment(database, entry.enrolment))
        rounds = self.joining.bundle(entry).manifest.rounds.count if entry.bundle else 0
        done = [r.round for r in self.write(lambda database: studies.records(database, entry.study)) if r.phase is Phase.UPDATE]
        return StudyRow(entry.study, title, enrolment.lead, self._state(entry), max(done, default=0), rounds, entry.joined is not None)

    def _state(self, entry: studies.StudyEntry) -> str:
        running = self._running.get(entry.study)
        if running is not None and not running.future.done():
            return running.agent.moment.state
        if entry.state == SiteState.WAITING_FOR_APPROVAL and entry.bundle:
            return SiteState.NOT_JOINED  # the plan is here: it is this person's turn, nobody else's
        return entry.state

    def training(self, study: str) -> TrainingView:
        """The training page. While a study runs nothing is read from the store: the window asks ten times a second, and must not wait."""
        language = self.language()
        running = self._running.get(study)
        live = running is not None and not running.future.done()
        entry = running.entry if running is not None and live else self.entry(study)
        records = running.records if running else list(self.write(lambda database: studies.records(database, study)))
        moment = running.agent.moment if running is not None and live else None
        manifest = self.joining.bundle(entry).manifest if entry.bundle else None
        rounds = manifest.rounds.count if manifest is not None else 0
        trained = [record for record in records if record.phase is Phase.UPDATE]
        number = max([record.round for record in trained], default=0)
        problem = self._ended.get(study)
        if moment is not None and moment.problem is not None:
            problem = problem_of(moment.problem, language)
        return TrainingView(
            study=study,
            title=either(entry.title, entry.title_zh, language),
            state=moment.state if moment else entry.state,
            phase=moment.step if moment else "waiting",
            round=number,
            rounds=rounds,
            progress=moment.progress if moment else (1.0 if entry.finished else 0.0),
            eta_seconds=_eta(trained, rounds) if live else None,
            points=tuple(self.results.point(record, manifest.classes) for record in trained) if manifest is not None else (),
            sites_joined=moment.sites_joined if moment else 0,
            waiting_for=moment.waiting_for if moment else (),
            last_heard=running.agent.moment.last_heard if running else None,
            problem=problem,
        )

    def _epsilon_after(self, rows: tuple[outbound.LedgerRow, ...]) -> dict[tuple[str, int, str], float]:
        """(study, round, phase) of each charged message among ``rows`` → ε of all studies once it had left, by Rényi DP."""
        keys = {(row.study, row.round, row.phase) for row in rows if row.kind == "submit" and row.round is not None}
        unknown = keys - self._after.keys()
        if unknown and any(one.plan for one in self.write(budget.registered)):
            from engine.site import account

            self._after.update(account.after(self.write(account.history), unknown))  # what was charged does not change
        return self._after

    def outbound(self, contains: str, start: int, count: int, paused: bool) -> OutboundView:
        """The ledger's totals and one window."""
        language = self.language()
        every = self.write(outbound.totals)
        named: tuple[tuple[str, str], ...] = ()
        if contains:
            said = contains.casefold()
            used = self.write(outbound.kinds)
            named = tuple(pair for pair in used if said in sentences.kind(*pair, language).casefold())
        matching, rows = self.write(lambda database: outbound.ledger_rows(database, contains, start, count, named))
        after = self._epsilon_after(rows)
        shown = tuple(
            OutboundRow(
                row.id,
                row.time,
                sentences.kind(row.kind, row.phase, language),
                row.study,
                row.round,
                row.bytes,
                row.sha256,
                row.attempts,
                row.receipt,
                row.destination,
                after.get((row.study, row.round or 0, row.phase)),
            )
            for row in rows
        )
        return OutboundView(every.messages, every.bytes, paused, matching, shown, sentences.never_leaves(language))

    def privacy_budget(self) -> BudgetView:
        """The privacy page; the accountant is loaded when it is first asked for."""
        from engine.session import budget_jobs

        return budget_jobs.view(self, self.joining)

    def export_outbound(self, path: Path) -> str:
        """The whole ledger as CSV or JSON: the file's name."""
        _, rows = self.write(lambda database: outbound.ledger_rows(database, "", 0, 1 << 31))
        table = [asdict(row) for row in rows]
        if path.suffix.lower() == ".json":
            text = json.dumps(table, indent=1)
        else:
            buffer = io.StringIO()
            writer = csv.DictWriter(buffer, list(outbound.LedgerRow.__dataclass_fields__))
            writer.writeheader()
            writer.writerows(table)
            text = buffer.getvalue()
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise WardroundError("E-FILE-01", path=path.name, reason=error.strerror or type(error).__name__) from error
        self.note("exported", name=path.name)
        return path.name


def _eta(trained: list[RoundRecord], rounds: int) -> float | None:
    """Seconds to the last round, from the pace of the last ten."""
    recent = trained[-11:]
    if len(recent) < 2:
        return None
    pace = (recent[-1].finished - recent[0].finished) / (len(recent) - 1)
    return pace * (rounds - recent[-1].round)
