# SPDX-License-Identifier: Apache-2.0
"""The end of a study at a site: its own model alone, the federated one and the personalised one, on its own test patients.

Run once, in the trainer thread; nothing of it leaves the hospital. The model alone is no straw man: its own scaling, the
same number of passes, early stopping on its own validation patients.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.models import scaling as scalings
from engine.models import vector
from engine.preprocessing import sums
from engine.site.participant import Opened, Participant
from engine.study.phases import ranges_length
from engine.values import SplitExamples, Token

MODELS = ("federated", "personalised", "local")
"""The order of the models in ``Closing.models``, each P float32 LE; the last is missing where the site could have none."""


@dataclass(frozen=True)
class Closing:
    """``body``: JSON of counts and reasons; ``models``: the weights of MODELS one after another."""

    body: str
    models: bytes


@dataclass(frozen=True)
class OwnModel:
    """A model of this site alone, with the examples under its own scaling."""

    weights: NDArray[np.float32]
    examples: SplitExamples
    best_pass: int
    passes: int


def close_study(participant: Participant, content: bytes | bytearray | memoryview, opened: Opened, token: Token) -> Closing:
    """Compares the three models on this site's own test patients.

    Args:
        participant: this site in the study.
        content: the final model's safetensors file.
        opened: what the prepare phases opened.
        token: progress and cancelling.

    Raises:
        WardroundError: E-TRAIN-… when training failed here.
    """
    from engine.training.personalise import personalise

    participant.settle()
    participant.prepare()
    spec, settings = participant.spec, participant.manifest.training
    federated = vector.read(content, spec)
    examples = participant.examples(opened, token)
    own, refusal = _alone_if_possible(participant, token)
    fitted = personalise(spec, federated, examples, settings, participant.round_seed(0), token)
    counts = {
        "federated": participant.counts(federated, examples.test),
        "personalised": participant.counts(fitted.weights, examples.test),
    }
    if own is not None:
        counts["local"] = participant.counts(own.weights, own.examples.test)
    body = {
        "rows": {"train": len(examples.train), "validation": len(examples.validation), "test": len(examples.test)},
        "counts": {name: values.tolist() for name, values in counts.items()},
        "personalised": {
            "kept": fitted.kept,
            "reason": fitted.reason,
            "gain": fitted.gain,
            "lower_bound": fitted.lower_bound,
            "patients": fitted.patients,
        },
        "local": {"best_pass": own.best_pass, "passes": own.passes} if own else {"refused": refusal},
    }
    weights = (federated, fitted.weights, own.weights) if own else (federated, fitted.weights)
    models = b"".join(each.astype("<f4").tobytes() for each in weights)
    return Closing(json.dumps(body), models)


def _alone_if_possible(participant: Participant, token: Token) -> tuple[OwnModel | None, str]:
    """A site with one class, or without any value of some variable, has no model alone: that is a finding, not a failure."""
    try:
        return alone(participant, token), ""
    except WardroundError as error:
        if error.code in ("E-TRAIN-05", "E-TRAIN-06", "E-TRAIN-07"):
            return None, error.code
        raise


def alone(participant: Participant, token: Token) -> OwnModel:
    """The model that this site would have had without the others."""
    from engine.training.alone import train_alone

    manifest = participant.manifest
    table = participant.table(token)
    rows = participant.training_rows(token)
    inputs = participant.inputs(Opened(b"", b""))
    if ranges_length(manifest):
        inputs = scalings.ranges_from(inputs, sums.ranges_vector(inputs, table, rows))
    own = scalings.open_statistics(inputs, manifest.classes, sums.statistics_vector(inputs, manifest.classes, table, rows))
    examples = participant.examples_under(inputs, own, token)
    spec = replace(participant.spec, inputs=inputs)
    made = train_alone(spec, examples, manifest.training, manifest.rounds.count, participant.round_seed(0), token)
    return OwnModel(made.weights, examples, made.best_pass, made.passes)
