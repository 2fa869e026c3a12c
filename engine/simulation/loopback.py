# SPDX-License-Identifier: Apache-2.0
"""A ``Transport`` without a network: the same messages, encoded and decoded within the same limits, handed to a desk in this process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from engine.coordinator.desk import Desk, InvitationId, SpoolSlot
from engine.coordinator.spool import Arrival
from engine.study.phases import WITH_MODEL
from engine.values import SiteId
from engine.wire.codec import decode, encode, submit_header
from engine.wire.messages import (
    CHUNK_BYTES,
    BundleBytes,
    Contribute,
    Done,
    Enrol,
    Enrolled,
    GetBundle,
    GetModel,
    Heartbeat,
    Hello,
    HelloReply,
    Join,
    Joined,
    Leave,
    ListStudies,
    NextTask,
    Receipt,
    ReportError,
    SiteState,
    Studies,
    StudyState,
    Submit,
    Tasks,
)
from engine.wire.transport import Sent

T = TypeVar("T")


class LoopbackTransport:
    """One site's way to a desk on the same asyncio thread. ``site`` is None until it is enrolled."""

    def __init__(self, desk: Desk, site: SiteId | None, invitation: InvitationId | None = None) -> None:
        self._desk = desk
        self._site = site
        self._invitation = invitation
        self._changed = asyncio.Event()
        desk.subscribe(self._changed.set)

    def _me(self) -> SiteId:
        if self._site is None:
            raise ValueError("this transport is for enrolling only")
        return self._site

    async def hello(self, message: Hello, sent: Sent) -> HelloReply:
        _pass(message, sent)
        return self._desk.hello()

    async def enrol(self, message: Enrol, sent: Sent) -> Enrolled:
        if self._invitation is None:
            raise ValueError("this transport has no invitation")
        return self._desk.enrol(self._invitation, _pass(message, sent))

    async def list_studies(self, message: ListStudies, sent: Sent) -> Studies:
        _pass(message, sent)
        return self._desk.list_studies(self._me())

    async def get_bundle(self, message: GetBundle, sent: Sent) -> BundleBytes:
        return BundleBytes(self._desk.bundle(self._me(), _pass(message, sent).study))

    async def join(self, message: Join, sent: Sent) -> Joined:
        return self._desk.join(self._me(), _pass(message, sent))

    async def next_task(self, message: NextTask, sent: Sent) -> Tasks:
        return await self._news(_pass(message, sent))

    async def _news(self, message: NextTask) -> Tasks:
        deadline = asyncio.get_running_loop().time() + message.wait_seconds
        while True:
            self._changed.clear()
            tasks = self._desk.poll(self._me(), message)
            if tasks.task is not None or tasks.records or tasks.state in (StudyState.FINISHED, StudyState.STOPPED):
                return _through(tasks)
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return _through(tasks)
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return _through(self._desk.poll(self._me(), message))

    async def heartbeat(self, message: Heartbeat, sent: Sent) -> Done:
        self._desk.heartbeat(self._me(), _pass(message, sent))
        return Done()

    async def get_model(self, message: GetModel, sent: Sent) -> AsyncIterator[bytes]:
        for chunk in self._file(_pass(message, sent)):
            yield chunk

    def _file(self, message: GetModel) -> Iterator[bytes]:
        path: Path = self._desk.model_path(self._me(), message.study, message.version)
        with open(path, "rb") as file:
            file.seek(message.offset)
            while chunk := file.read(CHUNK_BYTES):
                yield chunk

    async def exchange(self, message: Submit, sent: Sent) -> AsyncGenerator[Receipt | Tasks | bytes]:
        yield await self.submit(message, sent)
        if message.follow is None:
            return
        study, follow = message.sealed.key.study, message.follow
        tasks = await self._news(NextTask(study, SiteState.WAITING_FOR_OTHERS, follow.seen_round, follow.wait_seconds))
        yield tasks
        if tasks.task is not None and tasks.task.key.phase in WITH_MODEL and tasks.task.model_version != follow.held_version:
            for chunk in self._file(GetModel(study, tasks.task.model_version, 0)):
                yield chunk

    async def submit(self, message: Submit, sent: Sent) -> Receipt:
        payload = memoryview(message.sealed.payload)
        header = _pass(submit_header(message), sent)
        slot = self._desk.begin_submit(self._me(), header.key, header.length, header.sha256)
        if not isinstance(slot, SpoolSlot):
            return slot
        with closing(Arrival(slot.path, slot.offset, slot.length)) as file:
            for start in range(slot.offset, len(payload), CHUNK_BYTES):
                chunk = payload[start : start + CHUNK_BYTES]
                sent(chunk)
                file.write(chunk)
            file.whole()
        return self._desk.finish_submit(self._me(), header.key, header.length, header.sha256)

    async def contribute(self, message: Contribute, sent: Sent) -> Tasks:
        self._desk.contribute(self._me(), _pass(message, sent))
        return await self._news(NextTask(message.key.study, SiteState.WAITING_FOR_OTHERS, message.seen_round, message.wait_seconds))

    async def report_error(self, message: ReportError, sent: Sent) -> Done:
        self._desk.report_error(self._me(), _pass(message, sent))
        return Done()

    async def leave(self, message: Leave, sent: Sent) -> Done:
        self._desk.leave(self._me(), _pass(message, sent))
        return Done()

    async def close(self) -> None:
        """Nothing is open."""


def _pass(message: T, sent: Sent) -> T:
    """The message as the other side would read it."""
    data = encode(message)
    sent(data)
    return decode(type(message), data)


def _through(tasks: Tasks) -> Tasks:
    return decode(Tasks, encode(tasks))
