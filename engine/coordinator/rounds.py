# SPDX-License-Identifier: Apache-2.0
"""The life of a round: open a phase, wait for the sites, open the sum, publish, and open the next phase.

``Rounds._step`` is that life, top to bottom. It looks at what the database says and moves one study one step on; it is called
after everything that may have changed something (an answer, a second gone by, a wish of the lead) until nothing moves. It
keeps no place in memory, so a process that was killed anywhere goes on from the same truth: the last published round, the
answers' rows and their spooled files (``inbox.py``).

A model is written to a temporary file, synced and renamed, and only then one transaction records it, closes the phase and
opens the next one. A crash before the transaction leaves a file that is rewritten with the same bytes. Spooled files are
deleted after that transaction; what a crash leaves of them is swept at the next start.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.aggregation import fedavg
from engine.clock import Clock
from engine.coordinator import course, roster
from engine.coordinator.exchanges import Exchanges
from engine.coordinator.inbox import Inbox, Sign
from engine.coordinator.roster import PREPARE, Verdict
from engine.coordinator.spool import Spool
from engine.errors import WardroundError
from engine.evaluation import metrics
from engine.models import scaling, vector
from engine.models.spec import size
from engine.secagg import fixed_point
from engine.secagg.base import WEIGHT_SLACK, Ring
from engine.secagg.clear import ClearOpener
from engine.secagg.masking import MaskingOpener
from engine.store import exchanges, federation, rounds
from engine.store.connection import Database
from engine.store.rounds import Answer, AnswerState, ModelRow, OpenPhase
from engine.study import schema
from engine.study.manifest import Manifest
from engine.study.phases import layout_of, noisy_counts, ranges_length
from engine.values import Layout, Phase, PhaseKey, RoundRecord, SiteId, Step

NOTHING: NDArray[np.float64] = np.empty(0, dtype=np.float64)
NO_RING: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)


def problem_text(error: WardroundError) -> str:
    """An error as the database keeps it: its code and fields."""
    return json.dumps({"code": error.code, "fields": {name: str(value) for name, value in error.fields.items()}}, sort_keys=True)


class Rounds:
    """One study at the coordinator. Used from one thread."""

    def __init__(self, manifest: Manifest, folder: Path, spool: Spool, database: Database, clock: Clock, sign: Sign) -> None:
        """``folder`` is the study's own; its models are in ``models/<version>.safetensors``."""
        self.study = manifest.study.id
        self.manifest = manifest
        self.spec = schema.model_spec_of(manifest)
        self._parameters = size(self.spec)
        self._models = folder / "models"
        self._spool = spool
        self._database = database
        self._clock = clock
        self._newest: tuple[int, NDArray[np.uint32]] = (-1, NO_RING)  # the newest model in memory, as its accumulator left it
        self.exchanges = Exchanges(manifest, database, clock)
        opener = MaskingOpener if self.exchanges.masked else ClearOpener
        self.inbox = Inbox(self.study, self._layout, opener, manifest.rounds.max_norm, spool, database, clock, sign)

    # ------------------------------------------------------------ the life of a round

    def advance(self) -> bool:
        """Moves the study on as far as it can go now; True when it moved."""
        moved = False
        while self._step():
            moved = True
        return moved

    def _step(self) -> bool:
        """One step; False when there is nothing to do but wait."""
        database = self._database
        study = federation.study(database, self.study)

        # 1. Nothing moves before the lead says so, nor after the end.
        if study is None or study.finished or study.stopped:
            self._newest = (-1, NO_RING)
            self.inbox.reuse(None)
            self._spool.drop_spare(self.study)
            return False
        if study.stop_requested:
            return self._stop(WardroundError("E-ROUND-07", study=self.study))
        if not study.started:
            return self._start(study)
        if study.paused:
            return False

        # 2. Who is still here? Who left or was revoked is not waited for, and what it sent to the open phase is not used.
        active = federation.active(database, self.study)
        if len(active) < self.manifest.fewest:
            return self._stop(WardroundError("E-ROUND-06", study=self.study, have=len(active), need=self.manifest.fewest))
        phase = rounds.open_phase(database, self.study)
        if phase is None:
            return self._open_following()
        answers = self.exchanges.answers(phase)
        if phase.step not in roster.OPENING and (gone := tuple(site for site in roster.accepted(answers) if site not in active)):
            (self.exchanges if phase.step is not Step.VECTOR else self.inbox).let_go(phase, gone)
            return True

        # 3. Is every answer to the open step here that will be waited for?
        match self._verdict(phase, set(active), answers):
            case Verdict.WAIT:
                return False
            case Verdict.ANEW:
                return self._unopened(phase, answers, active) if phase.step in roster.OPENING else self._open_anew(phase, active)
            case Verdict.HOLD:
                return self._hold(phase, self._failed(phase, roster.failed(phase, set(active), answers)))
            case Verdict.CLOSE if not self.exchanges.is_last(phase):
                return self._go_on(phase, roster.accepted(answers))
            case Verdict.CLOSE:
                sites = self.exchanges.survivors(phase)

        # 4. Open the sum, publish what it says and open what follows, in one transaction.
        try:
            total = self.inbox.total(phase.key, rounds.answers(database, phase.key), self.exchanges.masks(phase))
            if total is None:  # a spooled file was damaged: its site is asked again, or everybody where masks hang together
                return self._open_anew(phase, active) if self.exchanges.masked else True
            match phase.key.phase:
                case Phase.RANGES | Phase.STATISTICS:
                    self._publish_prepared(phase.key, total, sites)
                case Phase.UPDATE:
                    self._publish_model(phase.key, total, sites)
                case Phase.EVALUATION | Phase.TEST:
                    self._publish_record(phase.key, total, sites)
        except WardroundError as error:
            return self._hold(phase, error)
        except OSError as error:
            return self._hold(phase, self._of_the_disk(error))

        # 5. The phase is in the past now.
        self.inbox.clear(phase.key)
        self._prune_models()
        return True

    def _verdict(self, phase: OpenPhase, active: set[SiteId], answers: Mapping[SiteId, Answer]) -> Verdict:
        now = self._clock.now()
        if phase.step in roster.OPENING:
            return roster.opening(phase, active, answers, self.exchanges.enough(phase, roster.accepted(answers)), now)
        return roster.verdict(phase, active, answers, self.manifest.rounds, now, self.exchanges.least(phase))

    def _go_on(self, phase: OpenPhase, sites: tuple[SiteId, ...]) -> bool:
        """The next step of the same phase, for the sites that answered this one."""
        with self._database.transaction(durable=False):
            rounds.go_on(self._database, self.exchanges.following(phase, sites))
        return True

    # ------------------------------------------------------------ opening

    def _start(self, study: federation.StudyRow) -> bool:
        """Begins once the lead asked for it and every hospital of the roster has joined, or those that have, if told so."""
        if not study.start_requested or not study.version or study.paused:
            return False
        expected = federation.expected(self._database, self.study)
        joined = tuple(place.site for place in expected if place.joined_bundle == study.bundle_sha256)
        if len(joined) < self.manifest.fewest or (len(joined) < len(expected) and not study.with_joined):
            return False
        with self._database.transaction():
            federation.started(self._database, self.study, joined, self._clock.now())
            self._open_next()
        return True

    def _open_following(self) -> bool:
        """Opens what follows the last closed phase: after a pause for want of disk space."""
        with self._database.transaction():
            self._open_next()
        return True

    def _open_next(self) -> None:
        """Inside a transaction: the next phase, or the end of the study."""
        losses = rounds.validation_losses(self._database, self.study)
        after = course.following(rounds.last_closed(self._database, self.study), self.manifest, losses)
        if after is None:
            exchanges.drop_before(self._database, self.study, self.manifest.rounds.count + 1)
            federation.finished(self._database, self.study, self._clock.now())
        else:
            self._open(*after, federation.active(self._database, self.study))

    def _open(self, number: int, phase: Phase, participants: tuple[SiteId, ...]) -> None:
        """Inside a transaction: opens a phase if the disk has room for all that it may bring; otherwise holds the study."""
        model = 4 * self._parameters if phase is Phase.UPDATE else 0
        try:
            self._spool.require_room(len(participants) * self._layout(phase).nbytes + model)
        except WardroundError as error:
            federation.pause(self._database, self.study, self._clock.now(), problem_text(error))
            return
        rounds.begin(self._database, self.exchanges.begin(number, phase, participants))

    def _open_anew(self, phase: OpenPhase, active: tuple[SiteId, ...]) -> bool:
        """Too few answered in time: nothing of this attempt is opened, everybody is asked again."""
        with self._database.transaction():
            rounds.end(self._database, phase.key, "abandoned", self._clock.now())
            self._open(phase.key.round, phase.key.phase, active)
        self.inbox.clear(phase.key)
        return True

    def _unopened(self, phase: OpenPhase, answers: Mapping[SiteId, Answer], active: tuple[SiteId, ...]) -> bool:
        """Too few helped to open a sealed sum. With the missing hospitals back it may go; if none is missing, a person must look."""
        refused = {site: answer.code for site, answer in answers.items() if answer.state is AnswerState.FAILED}
        missing = (set(active) & set(phase.participants)) - set(self.exchanges.survivors(phase))
        if not refused or missing:
            return self._open_anew(phase, active)
        reason = ", ".join(f"{site}: {code}" for site, code in sorted(refused.items()))
        have, need = len(roster.accepted(answers)), self.exchanges.least(phase)
        key = phase.key
        error = WardroundError("E-SEAL-10", round=key.round, phase=key.phase.value, have=have, need=need, reason=reason)
        return self._give_up(phase, error)

    def _give_up(self, phase: OpenPhase, error: WardroundError) -> bool:
        """This attempt at a sealed sum cannot be opened any more; the next one begins when the lead has looked."""
        with self._database.transaction():
            rounds.end(self._database, phase.key, "abandoned", self._clock.now())
            federation.pause(self._database, self.study, self._clock.now(), problem_text(error))
        self.inbox.clear(phase.key)
        return True

    # ------------------------------------------------------------ publishing

    def _publish_prepared(self, key: PhaseKey, total: Ring, sites: tuple[SiteId, ...]) -> None:
        """Ranges or statistics: opened, checked to be usable, and told to every site with its next task."""
        opened = fixed_point.decode(total, self._layout(key.phase))
        inputs = schema.inputs_of(self.manifest)
        record: RoundRecord | None = None
        if key.phase is Phase.RANGES:
            scaling.ranges_from(inputs, opened)
        else:
            if ranges_length(self.manifest) > 0:
                ranges = np.frombuffer(rounds.opened(self._database, self.study, Phase.RANGES), dtype="<f8")
                inputs = scaling.ranges_from(inputs, ranges)
            if noisy_counts(self.manifest):  # hardly anything of them can be called wrong; how much noise there is, sites know
                rows = scaling.open_noisy(inputs, self.manifest.classes, opened, 0.0).rows
            else:
                rows = scaling.open_statistics(inputs, self.manifest.classes, opened).rows
            record = RoundRecord(
                self.study, 0, key.phase, self.model(0).sha256, sites, rows, 0.0, 0.0, NOTHING, self._clock.now(), best_round=0
            )
        with self._database.transaction():
            rounds.keep_opened(self._database, self.study, key.phase, opened)
            if record is not None:
                rounds.add_record(self._database, record, None)
            self._close_and_open_next(key)

    def _publish_model(self, key: PhaseKey, total: Ring, sites: tuple[SiteId, ...]) -> None:
        """The new global model: written first, then recorded together with the opening of its evaluation."""
        layout = self._layout(Phase.UPDATE)
        opened = fixed_point.open_update(total.view(np.uint32), layout)
        self._require_whole(opened.weight_sum, sites)
        version, last = self._newest
        before = last[: self._parameters].view(np.float32) if version == key.round - 1 else self._read(key.round - 1)
        # The new model takes the accumulator's place, and the old model's place is the next accumulator: two vectors of this size,
        # allocated once.
        self._newest = (-1, NO_RING)
        flat = opened.parameters.view(np.float32)
        ready = fedavg.combining(before, opened.parameters, layout, opened.weight_sum, out=flat)
        sha256 = vector.write(self.model_path(key.round), flat, self.spec, ready=ready)
        examples = round(opened.weight_sum * self.total_examples())
        model = ModelRow(key.round, sha256, sites, examples, opened.loss, opened.clipped_share, self._clock.now())
        with self._database.transaction():
            rounds.add_model(self._database, self.study, model)
            self._close_and_open_next(key)
        self._newest = (key.round, total.view(np.uint32))
        self.inbox.reuse(last)

    def _require_whole(self, weight_sum: float, sites: tuple[SiteId, ...]) -> None:
        """The weights of all whose rows were counted are one: of a sealed sum nothing more can be checked.

        Raises:
            WardroundError: E-SEAL-09.
        """
        counted = rounds.counted(self._database, self.study)
        if self.exchanges.masked and set(sites) == set(counted) and abs(weight_sum - 1.0) > WEIGHT_SLACK:
            raise WardroundError("E-SEAL-09")

    def _read(self, version: int) -> NDArray[np.float32]:
        return vector.read(self.model_path(version), self.spec)

    def _publish_record(self, key: PhaseKey, total: Ring, sites: tuple[SiteId, ...]) -> None:
        """The round is complete: what the validation patients (at the end, the test patients) say of its model."""
        counts = fixed_point.decode(total, self._layout(key.phase))
        if noisy_counts(self.manifest):
            np.maximum(counts, 0.0, out=counts)  # a count is not negative: it was the noise
        # Under noise the losses of single rounds are mostly noise: none is chosen by them, the last round's model is the study's.
        loss = None if noisy_counts(self.manifest) else metrics.log_loss(counts, len(self.manifest.classes))
        losses = rounds.validation_losses(self._database, self.study)
        last = key.phase is Phase.TEST
        best = course.best_round(losses if last else (*losses, (key.round, loss)))
        model = self.model(best if last else key.round)
        record = RoundRecord(
            study=self.study,
            round=key.round,
            phase=Phase.TEST if last else Phase.UPDATE,
            model_sha256=model.sha256,
            participants=sites if last else model.participants,
            examples=model.examples,
            train_loss=model.train_loss,
            clipped_share=model.clipped_share,
            evaluation=counts,
            finished=self._clock.now(),
            best_round=best,
        )
        with self._database.transaction():
            rounds.add_record(self._database, record, loss)
            self._close_and_open_next(key)

    def _close_and_open_next(self, key: PhaseKey) -> None:
        """Inside the transaction that publishes."""
        rounds.end(self._database, key, "closed", self._clock.now())
        exchanges.drop_before(self._database, self.study, key.round)
        self._open_next()

    def _prune_models(self) -> None:
        """Keeps the initial, the best and the newest model; the records keep the hash of every one."""
        newest = rounds.newest_model(self._database, self.study)
        if newest is None:
            return
        kept = {0, self.best_round(), newest.version}
        models = [path for path in self._models.glob("*.safetensors") if path.stem.isdigit()]
        self._spool.discard(path for path in models if int(path.stem) < newest.version and int(path.stem) not in kept)

    # ------------------------------------------------------------ holding, ending, starting again

    def _hold(self, phase: OpenPhase, error: WardroundError) -> bool:
        """What keeps a phase from being closed: useless statistics end the study, the rest pauses it until the lead has mended it."""
        if self.exchanges.masked and not error.code.startswith("E-FILE-"):
            return self._give_up(phase, error)  # what the sites gave for it opens nothing: everything is asked for anew
        if phase.key.phase in PREPARE and error.code != "E-FILE-02":
            return self._stop(error)
        with self._database.transaction():
            federation.pause(self._database, self.study, self._clock.now(), problem_text(error))
        return True

    def _failed(self, phase: OpenPhase, failures: tuple[Answer, ...]) -> WardroundError:
        """Too few are left to close the phase; ``resume`` asks those who failed again."""
        codes = ", ".join(sorted({answer.code for answer in failures}))
        return WardroundError("E-ROUND-11", round=phase.key.round, failed=len(failures), codes=codes, need=self.manifest.rounds.min_sites)

    def _of_the_disk(self, error: OSError) -> WardroundError:
        """What the operating system refused, in the catalogue's words."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return WardroundError("E-FILE-02", path=self._models.name, need=4 * self._parameters >> 20, free=0)
        name = Path(str(error.filename or self._models)).name
        return WardroundError("E-FILE-01", path=name, reason=error.strerror or type(error).__name__)

    def _stop(self, error: WardroundError) -> bool:
        """The study ends before its end; what was published stays."""
        now = self._clock.now()
        phase = rounds.open_phase(self._database, self.study)
        with self._database.transaction():
            if phase is not None:
                rounds.end(self._database, phase.key, "abandoned", now)
            federation.stopped(self._database, self.study, problem_text(error), now)
        if phase is not None:
            self.inbox.clear(phase.key)
        return True

    def recover(self) -> None:
        """After a start of the process: clears what the last one left behind, and gives an open phase its whole time again."""
        phase = rounds.open_phase(self._database, self.study)
        self._spool.sweep(self.study, () if phase is None else (phase.key,))
        for part in self._models.glob("*.part"):
            part.unlink()
        if phase is not None:  # the sites could not answer while nobody listened
            with self._database.transaction():
                rounds.extend(self._database, phase.key, max(phase.deadline, self._clock.now() + self.manifest.rounds.deadline))

    # ------------------------------------------------------------ reading

    def fail(self, site: SiteId, key: PhaseKey, code: str) -> None:
        """The site cannot do what is asked now; raises as ``Inbox.fail``."""
        phase = rounds.open_phase(self._database, self.study)
        if phase is None or phase.step is Step.VECTOR:
            self.inbox.fail(site, key, code)
        else:
            self.exchanges.fail(site, key, phase.step, code)

    def _layout(self, phase: Phase) -> Layout:
        return layout_of(phase, self.manifest, self._parameters)

    def model_path(self, version: int) -> Path:
        """The file of one published model."""
        return self._models / f"{version}.safetensors"

    def model(self, version: int) -> ModelRow:
        """One published model.

        Raises:
            WardroundError: E-ROUND-08 never published.
        """
        row = rounds.model(self._database, self.study, version)
        if row is None:
            raise WardroundError("E-ROUND-08", study=self.study, version=version)
        return row

    def best_round(self) -> int:
        """The best training round so far; 0 before the first one is published."""
        return course.best_round(rounds.validation_losses(self._database, self.study))

    def total_examples(self) -> int:
        """All sites' training rows; 0 before the statistics are open."""
        return rounds.total_examples(self._database, self.study)
