# SPDX-License-Identifier: Apache-2.0
"""The ``Desk``: all that the gRPC servicer may ask of the coordinator, without a word of gRPC.

A desk is synchronous and lives in ONE thread, the executor that ``app.py`` owns: every method is called in it. Methods return at
once (milliseconds): waiting is the servicer's work. Each raises ``WardroundError``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol

from engine.values import PhaseKey, SiteId, StudyId
from engine.wire.messages import (
    Contribute,
    Enrol,
    Enrolled,
    Heartbeat,
    HelloReply,
    Join,
    Joined,
    Leave,
    NextTask,
    Receipt,
    ReportError,
    Studies,
    Tasks,
)

InvitationId = NewType("InvitationId", str)
"""The id of one invitation, as in its bootstrap certificate."""


class Rpc(StrEnum):
    """The calls of the protocol, by the name that they have on the wire."""

    HELLO = "Hello"
    ENROL = "Enrol"
    LIST_STUDIES = "ListStudies"
    GET_BUNDLE = "GetBundle"
    JOIN = "Join"
    NEXT_TASK = "NextTask"
    HEARTBEAT = "Heartbeat"
    GET_MODEL = "GetModel"
    SUBMIT = "Submit"
    CONTRIBUTE = "Contribute"
    REPORT_ERROR = "ReportError"
    LEAVE = "Leave"


@dataclass(frozen=True)
class PeerIdentity:
    """Who holds the other end: SHA-256 (hex) of the certificate's DER and its one URI name.

    The URI is ``wardround:site/<site id>`` or ``wardround:bootstrap/<invitation id>`` (``trust.certificates`` parses it);
    empty when the certificate has none.
    """

    certificate_sha256: str
    uri: str


@dataclass(frozen=True)
class SpoolSlot:
    """Where the servicer appends what it receives (``spool.Arrival``): ``offset`` of ``length`` bytes are there already."""

    path: Path
    offset: int
    length: int


class Desk(Protocol):
    """The coordinator's counter, where sites come to ask; ``rounds.py`` stands behind it."""

    def authorise(self, peer: PeerIdentity, rpc: Rpc) -> SiteId | InvitationId:
        """Who this is, if the peer may make this call now.

        A bootstrap certificate may call Enrol and Hello (an ``InvitationId`` comes back); a site's certificate all but Enrol (a
        ``SiteId``). Decided by the roster and the invitations, anew on every call and during open streams.

        Raises: E-ENROL-… (invitation used, expired, withdrawn), E-TLS-… (unknown or revoked certificate, wrong call).
        """
        ...

    def hello(self) -> HelloReply: ...

    def enrol(self, invitation_id: InvitationId, message: Enrol) -> Enrolled: ...

    def list_studies(self, site: SiteId) -> Studies: ...

    def bundle(self, site: SiteId, study: StudyId) -> bytes: ...

    def join(self, site: SiteId, message: Join) -> Joined: ...

    def poll(self, site: SiteId, message: NextTask) -> Tasks:
        """The answer as things stand, at once.

        ``Tasks.task`` None and ``records`` empty means: nothing new. The servicer then waits for a change (see ``subscribe``) and
        polls again until ``message.wait_seconds`` are over; the last answer is sent whatever it is.
        """
        ...

    def heartbeat(self, site: SiteId, message: Heartbeat) -> None: ...

    def model_path(self, site: SiteId, study: StudyId, version: int) -> Path:
        """The published safetensors file; it stays in place, unchanged, while it is served (an unlinked open file is fine)."""
        ...

    def begin_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str) -> SpoolSlot | Receipt:
        """Opens or resumes an upload of ``length`` bytes whose hash will be ``sha256``; the receipt if it is here already.

        One upload at a time for a site and key: a newer call takes the slot over (the servicer cuts the older stream).
        Raises when the task is not open for this site, the length is not the layout's, or the disk lacks room.
        """
        ...

    def finish_submit(self, site: SiteId, key: PhaseKey, length: int, sha256: str, *, digest: str | None = None) -> Receipt:
        """All ``length`` bytes are in the spool file, flushed and synced to the disk.

        ``digest`` is the SHA-256 (hex) of the whole file as the servicer computed it while it arrived, to be held against ``sha256``;
        None when the upload was resumed: the desk reads the file.
        Durable when it returns. Raises when the hash or the numbers do not hold; the spool is dropped then.
        """
        ...

    def contribute(self, site: SiteId, message: Contribute) -> None:
        """A site's answer to a step other than the vector; the same one again changes nothing.

        Raises when the step is not open for this site, when it gave another answer before, or when the answer is none.
        """
        ...

    def report_error(self, site: SiteId, message: ReportError) -> None: ...

    def leave(self, site: SiteId, message: Leave) -> None: ...

    def subscribe(self, callback: Callable[[], None]) -> None:
        """``callback()`` from the desk's thread whenever anything that a poll or ``authorise`` might answer has changed."""
        ...

    def data_version(self) -> int:
        """SQLite's ``PRAGMA data_version``: differs once another process (the command line) has written to the database."""
        ...

    def refresh(self) -> None:
        """Another process wrote: read again what is held in memory, and call the subscribers."""
        ...

    def tick(self) -> None:
        """Time went on: close what is past its deadline. Called about once a second."""
        ...

    def close(self) -> None:
        """Closes the database; the last call."""
        ...
