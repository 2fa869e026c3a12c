# SPDX-License-Identifier: Apache-2.0
"""What the rules must know of each strategy, mechanism and sealer, and which names this version can run.

A name that is listed and not ``available`` is refused by name ("this version cannot …"); a name that is not listed is a
spelling mistake. Whoever adds a strategy, mechanism or sealer flips its row here; a test demands that rows and files agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.models import catalogue


@dataclass(frozen=True)
class Strategy:
    """How a round's updates become the next model.

    ``single_updates``: it must look at each hospital's update alone (robust strategies), so a sealed sum is not enough.
    ``vectors``: model-sized vectors that each site sends a round.
    """

    available: bool = False
    single_updates: bool = False
    vectors: int = 1


@dataclass(frozen=True)
class Mechanism:
    """How noise protects patients. ``unit``: whose presence ε speaks of; ``bounded``: it needs every value in a declared range.

    ``per_example``: it clips each patient's gradient, so a layer may not mix patients (BatchNorm). ``noisy``: every site adds noise to
    all that it gives; ``keys``: of [privacy], besides the mechanism.
    """

    available: bool = False
    unit: str = "patient"
    bounded: bool = True
    per_example: bool = False
    noisy: bool = True
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sealer:
    """How vectors are sealed on their way. ``hides``: nobody sees one hospital's vector; ``least_sites``: below it, a sum hides nothing."""

    available: bool = False
    hides: bool = True
    least_sites: int = 3


STRATEGIES: Mapping[str, Strategy] = {
    "fedavg": Strategy(available=True),
    "fedprox": Strategy(),
    "scaffold": Strategy(vectors=2),
    "fednova": Strategy(),
    "fedavgm": Strategy(),
    "fedadagrad": Strategy(),
    "fedadam": Strategy(),
    "fedyogi": Strategy(),
    "median": Strategy(single_updates=True),
    "trimmed-mean": Strategy(single_updates=True),
    "geometric-median": Strategy(single_updates=True),
    "krum": Strategy(single_updates=True),
    "bulyan": Strategy(single_updates=True),
}

_PATIENT_KEYS = frozenset({"epsilon", "delta", "clip", "statistics_share", "one_row_per_patient"})

MECHANISMS: Mapping[str, Mechanism] = {
    "none": Mechanism(available=True, unit="", bounded=False, noisy=False),
    "dp-sgd": Mechanism(available=True, per_example=True, keys=_PATIENT_KEYS | {"sampling"}),
    "update-noise": Mechanism(available=True, keys=_PATIENT_KEYS),
    "label": Mechanism(available=True, unit="label", bounded=False, noisy=False, keys=frozenset({"label_epsilon", "one_row_per_patient"})),
}

SEALERS: Mapping[str, Sealer] = {
    "clear": Sealer(available=True, hides=False, least_sites=1),
    "masking": Sealer(available=True),
    "homomorphic": Sealer(),
}

# Names without traits of their own: name → this version has it.
TASKS: Mapping[str, bool] = {"classification": True, "regression": False, "survival": False}
KINDS: Mapping[str, bool] = {
    "numeric": True,
    "category": True,
    "ordinal": True,
    "flag": True,
    "text": True,
    "date": False,
    "genotype": False,
}
ROLES: Mapping[str, bool] = {
    "input": True,
    "outcome": True,
    "patient-id": True,
    "ignore": True,
    "treatment": False,
    "time": False,
    "event": False,
}
FAMILIES: Mapping[str, bool] = {
    **dict.fromkeys(catalogue.FAMILIES, True),
    "survival": False,
    "sequence": False,
    "image": False,
    "expression": False,
    "molecule": False,
    "text": False,
    "fusion": False,
}
OPTIMIZERS: Mapping[str, bool] = {"adam": True, "sgd": True, "adamw": False}

# Sections and keys of the design that this version does not read: section ("" = the top) → its keys.
LATER: Mapping[str, frozenset[str]] = {
    "": frozenset({"blocks"}),
    "outcome": frozenset({"time", "event"}),
    "aggregation": frozenset({"mu", "server_learning_rate", "server_momentum", "beta1", "beta2", "tau", "trim", "malicious"}),
    "secagg": frozenset({"scheme"}),
    "privacy": frozenset({"noise", "accountant", "placement"}),
}


def names_of(traits: Mapping[str, Strategy] | Mapping[str, Mechanism] | Mapping[str, Sealer]) -> dict[str, bool]:
    """The names of one of the tables above, and whether this version has each."""
    return {name: row.available for name, row in traits.items()}
