# SPDX-License-Identifier: Apache-2.0
"""The table of traits knows every name, and says "available" of exactly what is there."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.models.catalogue import FAMILIES
from engine.study import traits
from engine.study.sections import AggregationSection, Kind, ModelSection, Outcome, PrivacySection, Role, SecaggSection, TrainingSection

ENGINE = Path(engine.__file__).parent

# Every name of the design, whether this version has it or not.
STRATEGIES = {"fedavg", "fedprox", "scaffold", "fednova", "fedavgm", "fedadagrad", "fedadam", "fedyogi"} | {
    "median",
    "trimmed-mean",
    "geometric-median",
    "krum",
    "bulyan",
}
MECHANISMS = {"none": None, "dp-sgd": "dp_sgd", "update-noise": "noise", "label": "label_dp"}
SEALERS = {"clear": "clear", "masking": "masking", "homomorphic": "homomorphic"}


def modules(folder: str) -> set[str]:
    return {path.stem for path in (ENGINE / folder).glob("*.py")} - {"__init__"}


def test_each_known_name_has_an_entry() -> None:
    assert set(traits.STRATEGIES) == STRATEGIES
    assert set(traits.MECHANISMS) == set(MECHANISMS)
    assert set(traits.SEALERS) == set(SEALERS)


@pytest.mark.parametrize("name", sorted(STRATEGIES))
def test_a_strategy_is_available_exactly_when_its_file_is_there(name: str) -> None:
    assert traits.STRATEGIES[name].available == (name.replace("-", "_") in modules("aggregation"))


@pytest.mark.parametrize("name", sorted(SEALERS))
def test_a_sealer_is_available_exactly_when_its_file_is_there(name: str) -> None:
    assert traits.SEALERS[name].available == (SEALERS[name] in modules("secagg"))


@pytest.mark.parametrize("name", sorted(MECHANISMS))
def test_a_mechanism_is_available_exactly_when_its_file_is_there(name: str) -> None:
    module = MECHANISMS[name]
    assert traits.MECHANISMS[name].available == (module is None or module in modules("privacy"))


def test_families_kinds_and_roles_agree_with_the_code() -> None:
    assert {name for name, here in traits.FAMILIES.items() if here} == set(FAMILIES)
    assert {name for name, here in traits.KINDS.items() if here} == {kind.value for kind in Kind}
    assert {name for name, here in traits.ROLES.items() if here} == {role.value for role in Role}


def test_every_default_is_available() -> None:
    assert traits.TASKS[Outcome("x").task]
    assert traits.FAMILIES[ModelSection().family]
    assert traits.OPTIMIZERS[TrainingSection().optimizer]
    assert traits.STRATEGIES[AggregationSection().strategy].available
    assert traits.SEALERS[SecaggSection().method].available
    assert traits.MECHANISMS[PrivacySection().mechanism].available


def test_robust_strategies_need_single_updates_and_only_clear_shows_them() -> None:
    robust = {"median", "trimmed-mean", "geometric-median", "krum", "bulyan"}
    assert {name for name, row in traits.STRATEGIES.items() if row.single_updates} == robust
    assert {name for name, row in traits.SEALERS.items() if not row.hides} == {"clear"}
    assert {name for name, row in traits.MECHANISMS.items() if row.per_example} == {"dp-sgd"}
