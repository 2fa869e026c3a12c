# SPDX-License-Identifier: Apache-2.0
"""What a site writes down while it takes part, so that a crash at any point loses and repeats nothing.

Every call is one short transaction on the writer thread; sealed vectors go to encrypted files beside the store.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

from engine.store import budget, exclusions, openings, outbound, studies
from engine.store.connection import Database
from engine.store.sealed_file import read_sealed, write_sealed
from engine.store.studies import OutboxEntry
from engine.values import Phase, PhaseKey, RoundRecord, SealedVector, StudyId

T = TypeVar("T")

_WORTH_KEEPING = 1 << 20  # bytes
_MOST_USED = 4
MOST_ROUNDS = 1_000_000


class Writer(Protocol):
    """Runs a function on the store's own thread and returns its result when it is durable."""

    def __call__(self, work: Callable[[Database], T], /) -> Awaitable[T]: ...


class WriterLedger:
    """The release gate's ledger on the writer thread."""

    def __init__(self, write: Writer, changed: Callable[[], None], *, rehearsal: bool = False) -> None:
        self._write = write
        self._changed = changed
        self._rehearsal = rehearsal

    async def open(self, intent: outbound.Intent) -> tuple[int, int]:
        return await self._write(lambda database: outbound.open_row(database, intent, rehearsal=self._rehearsal))

    async def close(self, row: int, attempt: int, sent: outbound.Sent, signature: bytes | None) -> None:
        await self._write(lambda database: outbound.close_attempt(database, row, attempt, sent, signature))
        self._changed()


class Books:
    """One study's pages of the store."""

    def __init__(self, write: Writer, folder: Path, key: bytes, study: StudyId, now: Callable[[], float]) -> None:
        self._write = write
        self._folder = folder
        self._key = key
        self._study = study
        self._now = now
        self._used = folder / f"{study}-used.sealed"  # the last long file, to be overwritten by the next one
        self._short = [folder / f"{study}-used-{number}.sealed" for number in range(_MOST_USED)]  # as many short ones
        self._opened: dict[Phase, bytes] = {}
        self._kept: dict[PhaseKey, OutboxEntry] | None = None  # the outbox, once it was read

    async def records(self) -> tuple[RoundRecord, ...]:
        """The published rounds known here."""
        return await self._write(lambda database: studies.records(database, self._study))

    async def add_records(self, records: tuple[RoundRecord, ...]) -> None:
        """Keeps newly published rounds and drops the sealed vectors that no round can ask for again."""
        last = max(record.round for record in records)

        def work(database: Database) -> list[OutboxEntry]:
            studies.add_records(database, records)
            with database.transaction(durable=False):
                openings.erase(database, self._study, last, test=any(record.phase is Phase.TEST for record in records))
            return self._drop(database, [entry for entry in studies.outbox(database, self._study) if entry.key.round < last])

        self._unlink(await self._write(work))
        self._forget_protected(last)

    async def opened(self, phase: Phase) -> bytes | None:
        """The opened sums of a prepare phase, if they have come."""
        if phase not in self._opened:
            body = await self._write(lambda database: studies.opened(database, self._study, phase))
            if body is None:
                return None
            self._opened[phase] = body
        return self._opened[phase]

    async def put_opened(self, phase: Phase, body: bytes) -> None:
        """Keeps the opened sums of a prepare phase, which come with every task of the rounds."""
        if await self.opened(phase) is None:
            await self._write(lambda database: studies.put_opened(database, self._study, phase, body))

    async def sealed(self, key: PhaseKey) -> SealedVector | None:
        """The sealed vector of this key, if it was made before."""
        if self._kept is None:
            self._kept = {entry.key: entry for entry in await self._write(lambda database: studies.outbox(database, self._study))}
        return await self._read(self._kept[key]) if key in self._kept else None

    async def without_receipt(self) -> tuple[SealedVector, ...]:
        """The sealed vectors that were sent, or may have been, and whose receipt never came."""
        entries = await self._write(lambda database: studies.outbox(database, self._study))
        open_rows = await self._write(lambda database: outbound.without_receipt(database, self._study))
        return tuple([await self._read(entry) for entry in entries if entry.sha256 in open_rows])

    async def _read(self, entry: OutboxEntry) -> SealedVector:
        content = await asyncio.to_thread(read_sealed, self._folder / entry.file, self._key)
        return SealedVector(entry.key, memoryview(content), entry.sha256)

    # -- protected vectors: drawn once for a question, whatever the number of attempts

    async def protected(self, key: PhaseKey) -> memoryview | None:
        """The protected vector that answers this question, if it was drawn and its round is not published yet."""
        path = self._protected_path(key)
        if await self._write(lambda database: budget.drawn(database, key)) is None or not path.exists():
            return None
        content = await asyncio.to_thread(read_sealed, path, self._key)
        return memoryview(content)

    async def keep_protected(self, key: PhaseKey, content: memoryview, source: str) -> None:
        """Keeps a protected vector, encrypted: the file first, then the row that says that it was drawn."""
        await asyncio.to_thread(write_sealed, self._protected_path(key), self._key, content, None)
        sha256 = hashlib.sha256(content).hexdigest()

        def work(database: Database) -> None:
            with database.transaction(durable=False):
                budget.put_draw(database, key, sha256, source)

        await self._write(work)

    def _protected_path(self, key: PhaseKey) -> Path:
        return self._folder / f"{key.study}.{key.round}.{key.phase}.protected"

    def _forget_protected(self, before: int | None = None) -> None:
        """Erases the protected vectors of published rounds, or all."""
        for path in self._folder.glob(f"{self._study}.*.protected"):
            if before is None or int(path.name.split(".")[1]) < before:
                path.unlink(missing_ok=True)

    async def counted_rows(self) -> int | None:
        """The training rows that this site's statistics were counted over; None where no book says so."""
        return await self._write(lambda database: exclusions.counted_rows(database, self._study))

    async def keep(self, sealed: SealedVector, listed: float, rows: int, *, protected: bool = False) -> None:
        """Keeps a sealed vector until its round is published; the file first, then the row that names it.

        ``listed``: the patients who were excluded by then are not in it; ``rows``: the training rows that there were.
        """
        key = sealed.key
        name = f"{key.study}-{key.round}-{key.attempt}-{key.phase}.sealed"
        entry = OutboxEntry(key, name, sealed.sha256, len(sealed.payload))
        short = len(sealed.payload) < _WORTH_KEEPING  # its file takes the writer no longer than the row
        if not short:
            await asyncio.to_thread(write_sealed, self._folder / name, self._key, sealed.payload, self._used)

        def work(database: Database) -> None:
            if short:
                used = next((path for path in self._short if path.exists()), None)
                write_sealed(self._folder / name, self._key, sealed.payload, used)
            exclusions.put_contribution(database, key, listed, rows)
            studies.put_outbox(database, entry)
            if protected:
                with database.transaction(durable=False):
                    budget.put_payload(database, key, sealed.sha256)

        await self._write(work)
        if self._kept is not None:
            self._kept[key] = entry

    async def forget_all(self) -> None:
        """Drops every sealed vector of the study: it has ended."""
        self._unlink(await self._write(lambda database: self._drop(database, list(studies.outbox(database, self._study)))))
        await self._write(lambda database: openings.erase(database, self._study, MOST_ROUNDS, test=True))
        for used in (self._used, *self._short):
            used.unlink(missing_ok=True)
        self._forget_protected()

    def _drop(self, database: Database, entries: list[OutboxEntry]) -> list[OutboxEntry]:
        """On the writer thread; the files go afterwards: a row never stands for a file that is gone while it may be needed."""
        studies.drop_outbox(database, [entry.key for entry in entries])
        for entry in entries:
            if self._kept is not None:
                self._kept.pop(entry.key, None)
        return entries

    def _unlink(self, entries: list[OutboxEntry]) -> None:
        """Deletes the files, but one of the longer ones and some of the short ones: they are overwritten by the next vectors."""
        for entry in entries:
            path = self._folder / entry.file
            free = [self._used] if entry.length >= _WORTH_KEEPING else [used for used in self._short if not used.exists()]
            if free and path.exists():
                path.replace(free[0])
            else:
                path.unlink(missing_ok=True)

    async def set_state(self, state: str) -> None:
        """Where this site is in the study."""
        await self._write(lambda database: studies.set_state(database, self._study, state))

    async def result(self) -> str | None:
        """This site's own final figures, if they were made before."""
        return await self._write(lambda database: studies.result(database, self._study))

    async def finish(self, body: str | None, model: bytes | None, state: str) -> None:
        """Keeps the final figures and the models (encrypted), and closes the study here."""
        if model is not None:
            await asyncio.to_thread(write_sealed, self._folder / f"{self._study}-models.sealed", self._key, model)

        def work(database: Database) -> None:
            if body is not None:
                studies.put_result(database, self._study, body)
            studies.set_finished(database, self._study, self._now(), state)

        await self._write(work)

    def models(self) -> bytearray:
        """The final models of this site, as ``finish`` kept them."""
        return read_sealed(self._folder / f"{self._study}-models.sealed", self._key)

    async def note(self, kind: str, **fields: Any) -> None:
        """One event of the local history."""
        await self._write(lambda database: studies.note(database, self._now(), kind, **fields))
