# SPDX-License-Identifier: Apache-2.0
"""The sites' answers to the open phase of one study: announced, spooled, checked, recorded, added up.

An answer counts from the moment its row is in the database; its spooled file was whole before. The running sum lives in
memory only: it can always be built anew from the files of the accepted answers, and since it is a sum in a ring of integers
it has the same bits in whatever order, and however often, it is built. Nobody waits until the disk has a spooled file: what a
power cut takes of it (never the death of a process alone) its hash shows, and the site, which keeps its payload until the
round is published, is asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.clock import Clock
from engine.coordinator import roster
from engine.coordinator.spool import Spool, sha256_of
from engine.errors import WardroundError
from engine.secagg.base import Opener, Ring
from engine.secagg.clear import ClearOpener
from engine.secagg.masking import MaskingOpener, Masks
from engine.store import federation, rounds
from engine.store.connection import Database
from engine.store.rounds import Answer, AnswerState, OpenPhase
from engine.trust import signing
from engine.values import Layout, Phase, PhaseKey, SiteId, Step, StudyId
from engine.wire.messages import Receipt

Sign = Callable[[bytes], bytes]
"""Ed25519 by the lead's key."""


@dataclass
class RunningSum:
    """The accumulator of one phase and the sites that are in it."""

    key: PhaseKey
    opener: Opener
    sites: set[SiteId] = field(default_factory=set)


class Inbox:
    """One study's answers. Used from one thread."""

    def __init__(
        self,
        study: StudyId,
        layout_of: Callable[[Phase], Layout],
        opener_of: Callable[[Layout, Ring | None], Opener],
        max_norm: float,
        spool: Spool,
        database: Database,
        clock: Clock,
        sign: Sign,
    ) -> None:
        self._study = study
        self._layout_of = layout_of
        self._opener_of = opener_of
        self._max_norm = max_norm
        self._spool = spool
        self._database = database
        self._clock = clock
        self._sign = sign
        self._sum: RunningSum | None = None
        self._spare: Ring | None = None

    # ------------------------------------------------------------ what sites send

    def announce(self, site: SiteId, key: PhaseKey, length: int, sha256: str) -> Receipt | tuple[Path, int]:
        """An upload begins or goes on: the receipt if it is here already, otherwise the file and the bytes it holds.

        Raises:
            WardroundError: E-ROUND-02 the study went on, E-ROUND-05 the site takes no part, E-UPDATE-01 wrong length,
                E-UPDATE-02 answered already with other content, E-FILE-02 no room.
        """
        if receipt := self._receipt_of(site, key, sha256):
            return receipt
        self._require(site, key, length)
        return self._spool.slot(key, site, length, sha256)

    def accept(self, site: SiteId, key: PhaseKey, length: int, sha256: str, digest: str | None) -> Receipt:
        """A whole upload: checked, recorded, added to the sum. ``digest`` is its hash if it was computed on arrival.

        Raises:
            WardroundError: as ``announce``; E-UPDATE-03 the hash differs; E-UPDATE-04 the weight is not that of the site's rows and
                what the opener's check refuses (E-TRAIN-08 … -11), both of which count as the site's failure in this phase.
        """
        if receipt := self._receipt_of(site, key, sha256):
            return receipt
        self._require(site, key, length)
        path = self._spool.path(key, site, sha256)
        found = path.stat().st_size if path.exists() else 0
        if found != length:
            raise WardroundError("E-UPDATE-01", site=site, found=found, expected=length)
        if (digest or sha256_of(path)) != sha256:
            self._spool.drop(key, site)
            raise WardroundError("E-UPDATE-03", site=site)
        running = self._running(key)
        self._sum = None  # a half-added payload, or one without a row, must never be opened: then the sum is built from the files
        try:
            running.opener.take(path, self._max_norm if key.phase is Phase.UPDATE else 0.0)
            if key.phase is Phase.UPDATE and isinstance(running.opener, ClearOpener):
                self._require_weight(site, running.opener.weight(path))
        except WardroundError as refused:
            self.fail(site, key, refused.code)
            raise
        now = self._clock.now()
        signature = self._sign(signing.receipt_message(key, site, sha256))
        with self._database.transaction():
            rounds.record_answer(self._database, key, Answer(site, AnswerState.ACCEPTED, now, sha256, length, "", signature))
            if key.phase is Phase.STATISTICS and isinstance(running.opener, ClearOpener):
                rounds.keep_rows(self._database, key, site, round(running.opener.last(path)))
        running.sites.add(site)
        self._sum = running
        return Receipt(key, site, sha256, now, signature)

    def fail(self, site: SiteId, key: PhaseKey, code: str) -> None:
        """The site cannot do this phase, and is not waited for in it; one that has answered already has answered.

        Raises:
            WardroundError: E-ROUND-02, E-ROUND-05.
        """
        self._require(site, key, None)
        if rounds.answer(self._database, key, site) is None:
            with self._database.transaction():
                rounds.record_answer(self._database, key, Answer(site, AnswerState.FAILED, self._clock.now(), "", 0, code, b""))
            self._spool.drop(key, site)

    def _receipt_of(self, site: SiteId, key: PhaseKey, sha256: str) -> Receipt | None:
        """The receipt given before for the same bytes."""
        answer = rounds.answer(self._database, key, site)
        if answer is None:
            return None
        if answer.state is not AnswerState.ACCEPTED:
            raise self._went_on(key)
        if answer.sha256 != sha256:
            raise WardroundError("E-UPDATE-02", site=site, round=key.round, phase=key.phase.value)
        return Receipt(key, site, sha256, answer.time, answer.signature)

    def _require(self, site: SiteId, key: PhaseKey, length: int | None) -> OpenPhase:
        """The open phase, if it is this one, asks this site, and expects as much."""
        phase = rounds.open_phase(self._database, self._study)
        if phase is None or phase.key != key or phase.step is not Step.VECTOR:
            raise self._went_on(key)
        if site not in phase.asked or site not in federation.active(self._database, self._study):
            raise WardroundError("E-ROUND-05", study=self._study)
        expected = self._layout_of(key.phase).nbytes
        if length is not None and length != expected:
            raise WardroundError("E-UPDATE-01", site=site, found=length, expected=expected)
        return phase

    def _require_weight(self, site: SiteId, weight: float) -> None:
        """A site weighs what its own statistics counted: nobody gains influence later, nor makes the sum useless for all."""
        rows = rounds.rows_of(self._database, self._study, site)
        if rows is None:
            return
        expected = rows / max(1, rounds.total_examples(self._database, self._study))
        if abs(weight - expected) > 2.0 ** (1 - self._layout_of(Phase.UPDATE).fraction_bits):
            raise WardroundError("E-UPDATE-04", site=site, found=f"{weight:.6f}", expected=f"{expected:.6f}")

    def _went_on(self, key: PhaseKey) -> WardroundError:
        return WardroundError("E-ROUND-02", study=self._study, round=key.round, phase=key.phase.value, attempt=key.attempt)

    # ------------------------------------------------------------ the sum

    def total(self, key: PhaseKey, answers: Mapping[SiteId, Answer], masks: Masks | None = None) -> Ring | None:
        """The sum of all accepted answers, those of an earlier process from their files; ``masks`` are taken off it.

        None when one of these files was damaged: its answer is forgotten and the site is asked again. The vector is the
        accumulator itself and the caller's from here on: asked again, the sum is built from the files.

        Raises:
            WardroundError: E-TRAIN-12 when the weights sum to more than one, E-SEAL-09 when the sum is impossible otherwise.
        """
        running = self._running(key)
        for site in roster.accepted(answers):
            if site not in running.sites:
                path = self._spool.path(key, site, answers[site].sha256)
                if not path.exists() or sha256_of(path) != answers[site].sha256:
                    with self._database.transaction():
                        rounds.forget(self._database, key, site)
                    self._spool.drop(key, site)
                    return None
                self._fold(running, site, path)
        self._sum = None
        if masks is not None and isinstance(running.opener, MaskingOpener):
            running.opener.take_off(masks)
        return running.opener.total()

    def let_go(self, phase: OpenPhase, gone: tuple[SiteId, ...]) -> None:
        """Takes accepted answers out of the open phase: their sites left or were revoked."""
        key = phase.key
        with self._database.transaction():
            for site in gone:
                rounds.withdraw(self._database, key, site)
        self._sum = None  # what was added cannot be taken back: the sum is built anew from the others' files
        for site in gone:
            self._spool.drop(key, site)

    def clear(self, key: PhaseKey) -> None:
        """The phase is over."""
        self._sum = None
        self._spool.drop_phase(key, self._layout_of(key.phase).nbytes)

    def _running(self, key: PhaseKey) -> RunningSum:
        """The accumulator of this phase, empty if there was none."""
        if self._sum is None or self._sum.key != key:
            layout = self._layout_of(key.phase)
            memory = None
            if self._spare is not None and (self._spare.size, self._spare.itemsize * 8) == (layout.length, layout.bits):
                memory, self._spare = self._spare, None
            self._sum = RunningSum(key, self._opener_of(layout, memory))
        return self._sum

    def reuse(self, memory: Ring | None) -> None:
        """Memory of a sum that nobody needs any more, for the next one as long: fresh memory costs more than the adding."""
        self._spare = memory

    def _fold(self, running: RunningSum, site: SiteId, path: Path) -> None:
        """Adds one accepted file. A half-added one must never be opened, so the sum is forgotten if the disk fails midway."""
        self._sum = None
        running.opener.fold(path)
        running.sites.add(site)
        self._sum = running
