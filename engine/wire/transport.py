# SPDX-License-Identifier: Apache-2.0
"""The ``Transport`` interface: gRPC over mTLS in the product, a function call in a simulation; the same site code above."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import Protocol

from engine.wire.messages import (
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
    Studies,
    Submit,
    Tasks,
)

Sent = Callable[[bytes | memoryview], None]
"""Called with each request message's bytes just before they are handed to the network."""


class Transport(Protocol):
    """A site's way to one coordinator. Each method raises ``WardroundError``; E-NET-… ones may be retried."""

    async def hello(self, message: Hello, sent: Sent) -> HelloReply: ...
    async def enrol(self, message: Enrol, sent: Sent) -> Enrolled: ...
    async def list_studies(self, message: ListStudies, sent: Sent) -> Studies: ...
    async def get_bundle(self, message: GetBundle, sent: Sent) -> BundleBytes: ...
    async def join(self, message: Join, sent: Sent) -> Joined: ...
    async def next_task(self, message: NextTask, sent: Sent) -> Tasks: ...
    async def heartbeat(self, message: Heartbeat, sent: Sent) -> Done: ...
    def get_model(self, message: GetModel, sent: Sent) -> AsyncIterator[bytes]: ...

    async def submit(self, message: Submit, sent: Sent) -> Receipt:
        """Sends a sealed vector, and hears nothing after the receipt."""
        ...

    def exchange(self, message: Submit, sent: Sent) -> AsyncGenerator[Receipt | Tasks | bytes]:
        """Sends a sealed vector: the receipt, then what ``message.follow`` asks for: the next tasks and their model's file in chunks."""
        ...

    async def contribute(self, message: Contribute, sent: Sent) -> Tasks: ...
    async def report_error(self, message: ReportError, sent: Sent) -> Done: ...
    async def leave(self, message: Leave, sent: Sent) -> Done: ...
    async def close(self) -> None: ...
