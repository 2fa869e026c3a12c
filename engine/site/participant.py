# SPDX-License-Identifier: Apache-2.0
"""One hospital's part in one round, top to bottom: records → features → training → weight → fixed point → seal.

Pure work on values, run in the trainer thread: it opens no file, holds no connection and sends nothing.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.models import loading, vector
from engine.models import scaling as scalings
from engine.models import spec as specs
from engine.models.scaling import Scaling
from engine.models.spec import Input, ModelSpec
from engine.preprocessing import bounded, features, split, sums
from engine.privacy import noise as noises
from engine.privacy.keystream import Keystream
from engine.privacy.plan import Plan
from engine.secagg import fixed_point
from engine.secagg.base import Ring, Sealer
from engine.study.bundle import Bundle
from engine.study.manifest import Manifest, TrainingSection
from engine.study.phases import layout_of
from engine.study.schema import inputs_of, model_spec_of
from engine.values import Examples, Layout, Phase, SealedVector, SiteId, SplitExamples, StudyTable, Token, Update
from engine.wire.messages import Task


class LocalStep(Protocol):
    """Trains from the global weights on a site's examples: what changed."""

    def __call__(
        self, spec: ModelSpec, weights: NDArray[np.float32], examples: Examples, settings: TrainingSection, seed: int, token: Token
    ) -> Update: ...


class Scorer(Protocol):
    """Scores (n, classes) of a model, float64, rows sum to 1."""

    def __call__(self, spec: ModelSpec, weights: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float64]: ...


def train_here(
    spec: ModelSpec, weights: NDArray[np.float32], examples: Examples, settings: TrainingSection, seed: int, token: Token
) -> Update:
    """The real local step; torch is imported when the first training task arrives, not before."""
    from engine import training
    from engine.training import loop

    return loop.run(training.build(spec, weights, examples, settings, seed), settings.local_epochs, token)


def train_privately(
    plan: Plan,
    noise: Keystream,
    spec: ModelSpec,
    weights: NDArray[np.float32],
    examples: Examples,
    settings: TrainingSection,
    seed: int,
    token: Token,
) -> Update:
    """The local step by DP-SGD."""
    from engine import training
    from engine.privacy import dp_sgd
    from engine.training import loop

    steps = dp_sgd.Steps(plan.clip, plan.update, plan.sampling)
    private = dp_sgd.privatise(training.build(spec, weights, examples, settings, seed), examples, steps, noise)
    return loop.run(private, settings.local_epochs, token)


def train_on_noisy_labels(
    plan: Plan,
    spec: ModelSpec,
    weights: NDArray[np.float32],
    examples: Examples,
    settings: TrainingSection,
    seed: int,
    token: Token,
) -> Update:
    """The local step on labels that were drawn anew with a known probability."""
    from engine import training
    from engine.privacy import label_dp
    from engine.training import loop

    trainable = training.build(spec, weights, examples, settings, seed)
    return loop.run(label_dp.corrected(trainable, len(spec.classes), plan.label_probability), settings.local_epochs, token)


def score_here(spec: ModelSpec, weights: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.float64]:
    """The real scores; imports torch on first use, as ``train_here``."""
    from engine.evaluation import predict

    return predict.scores(spec, weights, rows)


def split_key(manifest: Manifest) -> bytes:
    """The key of the split: the same at every site, so a patient of two hospitals never trains in one and tests in the other."""
    return hashlib.sha256(f"wardround split|{manifest.study.id}|{manifest.training.seed}".encode()).digest()


@dataclass(frozen=True)
class Opened:
    """The opened sums of the prepare phases, float64 LE; ``ranges`` is empty where the manifest declares every range."""

    ranges: bytes
    statistics: bytes


class Participant:
    """One site in one study: its table, split once and for all, and what the prepare phases opened.

    Args:
        bundle: the verified bundle.
        site: this site's id.
        table: its records as the study sees them.
        load: how the table is read, called once, in the trainer thread.
        step: the local training; a benchmark gives one that trains nothing.
        score: the model's scores.
        parts: (p,) the part of each patient where a simulation decided it; None for the keyed hash.
        threads: that torch may use; None: all cores but one.
    """

    def __init__(
        self,
        bundle: Bundle,
        site: SiteId,
        load: Callable[[Token], StudyTable],
        step: LocalStep = train_here,
        score: Scorer = score_here,
        parts: NDArray[np.int8] | None = None,
        threads: int | None = None,
    ) -> None:
        self.manifest = bundle.manifest
        self.site = site
        self.spec = model_spec_of(bundle.manifest)
        self._parameters = specs.size(self.spec)
        self._load = load
        self._step = step
        self._score = score
        self._table: StudyTable | None = None
        self._parts = parts
        self._threads = threads
        self._examples: SplitExamples | None = None
        self._told: SplitExamples | None = None
        self._ring: NDArray[np.uint32] | None = None
        self._model: tuple[tuple[str, int], NDArray[np.float32]] | None = None
        self._plan: Plan | None = None
        self._secret = b""
        self._sites = len(bundle.roster.entries)
        self._given_parts = parts
        self._outdated = False
        self._counted: int | None = None

    def protect(self, plan: Plan | None, secret: bytes) -> None:
        """From now on, noise is added as the plan says; ``secret`` decides the noisy labels of a label mechanism."""
        self._plan, self._secret = plan, secret

    def renew(self) -> None:
        """The records that may be used have changed: they are read again before the next work. May be called from any thread."""
        self._outdated = True

    def count_as(self, rows: int | None) -> None:
        """The training rows that the statistics counted here, which stay this site's weight; None: as many as there are now."""
        self._counted = rows

    def settle(self) -> None:
        """Forgets what is outdated; at the beginning of each piece of work, in the thread that does it."""
        if self._outdated:
            self._outdated = False
            self._table = self._examples = self._told = None
            self._parts = self._given_parts

    def perform(self, task: Task, model: bytes | bytearray | memoryview, opened: Opened, sealer: Sealer, token: Token) -> SealedVector:
        """One phase of one round: the vector that this site gives, sealed; its memory is used again for the next update.

        Raises:
            WardroundError: E-TRAIN-… when training failed, E-DATA-… when the records do not fit, E-STUDY-… when the model's file is wrong.
            Cancelled: when a person paused or stopped.
        """
        ring = self.vector(task, model, opened, None, token)
        return self.sealed(task, ring, sealer)

    def sealed(self, task: Task, ring: Ring, sealer: Sealer) -> SealedVector:
        """A vector as it leaves; its memory may be used for that."""
        payload = sealer.seal(ring)
        return SealedVector(task.key, payload, hashlib.sha256(payload).hexdigest())

    def vector(self, task: Task, model: bytes | bytearray | memoryview, opened: Opened, noise: Keystream | None, token: Token) -> Ring:
        """What this site gives in one phase, in the ring, not sealed yet; protected by ``noise`` where the plan adds any.

        Raises:
            WardroundError: as ``perform``.
        """
        self.settle()
        layout = layout_of(task.key.phase, self.manifest, self._parameters)
        if self._plan is not None and self._plan.protects_patients:
            if noise is None:
                raise ValueError("a protected vector needs noise")
            return self._protected(task, model, opened, self._plan, noise, layout, token)
        ring: Ring
        match task.key.phase:
            case Phase.RANGES:
                values = sums.ranges_vector(inputs_of(self.manifest), self.table(token), self.training_rows(token))
                ring, _ = fixed_point.encode(values, layout)
            case Phase.STATISTICS:
                inputs = self.inputs(opened)
                values = sums.statistics_vector(inputs, self.manifest.classes, self._told_table(token), self.training_rows(token))
                ring, _ = fixed_point.encode(values, layout)
            case Phase.UPDATE:
                self.prepare()
                train = self._told_examples(opened, token).train
                step = self._step if self._plan is None else functools.partial(train_on_noisy_labels, self._plan)
                update = step(self.spec, self.weights(task, model), train, self.manifest.training, self.round_seed(task.key.round), token)
                # Excluded since the statistics were counted or not: the weights of all sites must go on adding up to one.
                weight = (self._counted or len(train)) / task.total_examples
                ring, _ = fixed_point.encode_update(update.delta, weight, update.loss, layout, self._memory(layout))
            case Phase.EVALUATION | Phase.TEST:
                self.prepare()
                examples = self._told_examples(opened, token)
                judged = examples.validation if task.key.phase is Phase.EVALUATION else examples.test
                values = self.counts(self.weights(task, model), judged)
                ring, _ = fixed_point.encode(values, layout)
        return ring

    def _protected(
        self,
        task: Task,
        model: bytes | bytearray | memoryview,
        opened: Opened,
        plan: Plan,
        noise: Keystream,
        layout: Layout,
        token: Token,
    ) -> Ring:
        """The same where noise is added: every patient counts once, and how much one can change is known before."""
        classes = len(self.manifest.classes)
        match task.key.phase:
            case Phase.RANGES:
                raise WardroundError("E-ROUND-09", study=self.manifest.study.id, reason="ranges without noise")
            case Phase.STATISTICS:
                inputs = self.inputs(opened)
                exact, patients = bounded.statistics(inputs, self.manifest.classes, self.table(token), self.training_rows(token))
                noisy = noises.with_noise(exact, bounded.deviation(inputs, plan.statistics), noise)
                ring, _ = fixed_point.encode(bounded.laid_out(noisy, inputs, patients), layout)
                return ring
            case Phase.UPDATE:
                self.prepare()
                train = self.examples(opened, token).train
                weights, seed = self.weights(task, model), self.round_seed(task.key.round)
                if plan.mechanism == "dp-sgd":
                    update = train_privately(plan, noise, self.spec, weights, train, self.manifest.training, seed, token)
                    delta = update.delta
                else:
                    update = self._step(self.spec, weights, train, self.manifest.training, seed, token)
                    delta = noises.perturbed(update.delta, plan.clip, plan.update, noise)
                patients = self._counted or int(np.unique(train.patients).size)
                # The training loss is the patients' own: it stays here.
                ring, _ = fixed_point.encode_update(delta, patients / task.total_examples, 0.0, layout, self._memory(layout))
                return ring
            case Phase.EVALUATION | Phase.TEST:
                from engine.evaluation import metrics

                self.prepare()
                validating = task.key.phase is Phase.EVALUATION
                examples = self.examples(opened, token)
                judged = examples.validation if validating else examples.test
                scores = self.scores(self.weights(task, model), judged)
                exact = metrics.bounded_counts(scores, judged.labels, bounded.weights_of(judged.patients), classes)
                scales = metrics.bounded_scales(classes) * (plan.evaluation if validating else plan.test)
                ring, _ = fixed_point.encode(noises.with_noise(exact, scales, noise), layout)
                return ring

    def _memory(self, layout: Layout) -> NDArray[np.uint32]:
        if self._ring is None:
            self._ring = np.empty(layout.length, dtype=np.uint32)
        return self._ring

    def prepare(self) -> None:
        """Settles torch's threads in the thread that calls it, where it is going to be used."""
        if self._step is train_here:
            loading.preload()
            from engine.training import device

            device.prepare(self._threads)

    def weights(self, task: Task, model: bytes | bytearray | memoryview) -> NDArray[np.float32]:
        """The task's model, whose hash the caller has checked; one that lies where it lay in the last task was read then."""
        place = (task.model_sha256, np.frombuffer(model, dtype=np.uint8).ctypes.data)
        if self._model is None or self._model[0] != place:
            self._model = (place, vector.read(model, self.spec))
        return self._model[1]

    # -- the parts, each made once

    def table(self, token: Token) -> StudyTable:
        """The site's records as the study sees them."""
        if self._table is None:
            self._table = self._load(token)
        return self._table

    def parts(self, token: Token) -> NDArray[np.int8]:
        """(p,) int8 a patient: 0 train, 1 validation, 2 test; by a keyed hash, so it survives a re-import."""
        if self._parts is None:
            shares = self.manifest.evaluation
            keys = self.table(token).patient_keys
            self._parts = split.split_by_hash(keys, split_key(self.manifest), shares.validation_share, shares.test_share)
        return self._parts

    def _told_table(self, token: Token) -> StudyTable:
        """The table with the labels that others may learn of."""
        table = self.table(token)
        return table if self._plan is None else replace(table, labels=self._noisy_labels(self._plan, token))

    def _told_examples(self, opened: Opened, token: Token) -> SplitExamples:
        """The examples with the labels that others may learn of."""
        examples = self.examples(opened, token)
        if self._plan is None:
            return examples
        if self._told is None:
            labels = self._noisy_labels(self._plan, token)
            every = Examples(np.empty((labels.size, 0), np.float32), labels, self.table(token).patients)
            noisy = features.parted(every, self.parts(token))
            self._told = SplitExamples(
                replace(examples.train, labels=noisy.train.labels),
                replace(examples.validation, labels=noisy.validation.labels),
                replace(examples.test, labels=noisy.test.labels),
            )
        return self._told

    def _noisy_labels(self, plan: Plan, token: Token) -> NDArray[np.int64]:
        from engine.privacy import label_dp

        table = self.table(token)
        classes = len(self.manifest.classes)
        return label_dp.noisy_labels(table.labels, table.patients, table.patient_keys, classes, plan.label_probability, self._secret)

    def rows_used(self, token: Token) -> int:
        """How many rows of training patients there are now; with noise for patients: how many training patients."""
        rows = self.training_rows(token)
        if self._plan is not None and self._plan.protects_patients:
            return int(np.unique(self.table(token).patients[rows]).size)
        return int(rows.sum())

    def training_rows(self, token: Token) -> NDArray[np.bool_]:
        """(n,) bool: the rows of training patients."""
        rows: NDArray[np.bool_] = self.parts(token)[self.table(token).patients] == 0
        return rows

    def examples(self, opened: Opened, token: Token) -> SplitExamples:
        """Features under the federation-wide scaling, in three parts."""
        if self._examples is None:
            inputs = self.inputs(opened)
            self._examples = self.examples_under(inputs, self.scaling(opened), token)
            if len(self._examples.train) == 0:
                raise WardroundError("E-SITE-03", rows=len(self.table(token)))
        return self._examples

    def examples_under(self, inputs: tuple[Input, ...], scaling: Scaling, token: Token) -> SplitExamples:
        """Features under any scaling, e.g. this site's own."""
        every = features.features(inputs, scaling, self.table(token))
        return features.parted(every, self.parts(token))

    def scaling(self, opened: Opened) -> Scaling:
        """The federation-wide scaling that the prepare phase opened."""
        inputs, told = self.inputs(opened), np.frombuffer(opened.statistics, "<f8")
        if self._plan is not None and self._plan.protects_patients:
            # Every site of the roster is taken to have added its noise: all must come to the same scaling.
            noise = bounded.deviation(inputs, self._plan.statistics) * sqrt(self._sites)
            return scalings.open_noisy(inputs, self.manifest.classes, told, noise)
        return scalings.open_statistics(inputs, self.manifest.classes, told)

    def counts(self, weights: NDArray[np.float32], examples: Examples) -> NDArray[np.float64]:
        """Evaluation counts of a model on some examples, laid out as study/phases.py says."""
        from engine.evaluation import metrics

        return metrics.counts(self.scores(weights, examples), examples.labels, len(self.manifest.classes))

    def scores(self, weights: NDArray[np.float32], examples: Examples) -> NDArray[np.float64]:
        """Scores of a model on some examples."""
        return self._score(self.spec, weights, examples.features)

    def round_seed(self, number: int) -> int:
        """The seed of one round's shuffling here: the same after a crash, another one for each site and round."""
        text = f"wardround round|{self.manifest.training.seed}|{self.manifest.study.id}|{self.site}|{number}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")

    def inputs(self, opened: Opened) -> tuple[Input, ...]:
        """The model's inputs with every range filled in."""
        declared = inputs_of(self.manifest)
        return scalings.ranges_from(declared, np.frombuffer(opened.ranges, "<f8")) if opened.ranges else declared
