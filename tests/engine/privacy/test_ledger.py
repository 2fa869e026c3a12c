# SPDX-License-Identifier: Apache-2.0
"""ε of a site: what the most charged patient was charged, over studies, whatever the data sets are called."""

from __future__ import annotations

import pytest

from engine.errors import WardroundError
from engine.privacy import accountant, ledger, policy
from engine.privacy.events import Event, Kind, Unit, to_json
from engine.privacy.plan import Plan
from engine.privacy.policy import Policy
from engine.store.budget import Charge

DELTA = 1e-5
SMALL, LARGE = Event(Kind.GAUSSIAN, 20.0), Event(Kind.GAUSSIAN, 6.0)


def charge(study: str, cohort: int, event: Event, spent: int, reserved: int = 0, known: bool = True) -> Charge:
    return Charge(study, "update", cohort, known, 9, to_json(event), spent, reserved)


def eps(*events: Event) -> float:
    return accountant.epsilon(events, DELTA)


def test_a_patient_of_two_studies_is_charged_for_both_and_others_are_not() -> None:
    charges = [charge("a", 1, SMALL, 4), charge("b", 2, SMALL, 4)]
    apart = ledger.epsilon(charges, [frozenset(), frozenset({1}), frozenset({2})], DELTA, reserved=False)
    shared = ledger.epsilon(charges, [frozenset(), frozenset({1}), frozenset({1, 2})], DELTA, reserved=False)
    assert apart == eps(*[SMALL] * 4)
    assert shared == eps(*[SMALL] * 8)


def test_the_dearest_patient_counts() -> None:
    charges = [charge("a", 1, SMALL, 1), charge("a", 2, LARGE, 1)]
    assert ledger.epsilon(charges, [frozenset({1}), frozenset({2})], DELTA, reserved=False) == eps(LARGE)


def test_without_ids_anybody_may_be_anybody() -> None:
    """Two data sets without ids share one budget with each other, and with every known patient; parts of one study do not."""
    charges = [charge("a", 1, SMALL, 2, known=False), charge("b", 2, SMALL, 3, known=False), charge("b", 3, LARGE, 1, known=False)]
    assert ledger.epsilon(charges, [frozenset()], DELTA, reserved=False) == max(eps(*[SMALL] * 5), eps(*[SMALL] * 2, LARGE))
    known = charge("c", 4, SMALL, 7)
    assert ledger.epsilon([*charges, known], [frozenset(), frozenset({4})], DELTA, reserved=False) >= eps(*[SMALL] * 9, LARGE)


def test_reservations_count_where_they_are_asked_for() -> None:
    charges = [charge("a", 1, SMALL, 1, reserved=5)]
    assert ledger.epsilon(charges, [frozenset({1})], DELTA, reserved=False) == eps(SMALL)
    assert ledger.epsilon(charges, [frozenset({1})], DELTA, reserved=True) == eps(*[SMALL] * 6)


def test_labels_have_an_account_of_their_own() -> None:
    response = Event(Kind.RANDOMISED_RESPONSE, accountant.response_noise(1.5, 2), values=2, unit=Unit.LABEL)
    charges = [charge("a", 1, response, 1), charge("b", 1, response, 0, reserved=1)]
    assert ledger.epsilon(charges, [frozenset({1})], DELTA, reserved=True) == 0.0
    assert ledger.label_epsilon(charges, reserved=False) == pytest.approx(1.5)
    assert ledger.label_epsilon(charges, reserved=True) == pytest.approx(3.0)


PLAN = Plan("dp-sgd", 2.0, 1e-5, 1.0, 0.1, 10, 20, 16.0, 3.0, 9.0, 2.0, 0, 0, 2)
LABEL = Plan("label", 0, 0, 0, 0, 1, 20, 0, 0, 0, 0, 1.0, 0.5, 2)


@pytest.mark.parametrize(
    ("rules", "plan", "patients", "code"),
    [
        (Policy(demanded="patient"), None, 10, "E-DP-10"),
        (Policy(demanded="patient"), LABEL, 10, "E-DP-10"),
        (Policy(), PLAN, 100_001, "E-DP-11"),
        (Policy(most=1.0), PLAN, 10, "E-DP-12"),
    ],
)
def test_the_hospital_has_the_last_word(rules: Policy, plan: Plan | None, patients: int, code: str) -> None:
    with pytest.raises(WardroundError) as caught:
        policy.require_allowed(rules, "s", plan, patients)
    assert caught.value.code == code


def test_what_the_hospital_allows_is_allowed() -> None:
    for plan in (None, LABEL, PLAN):
        policy.require_allowed(Policy(most=2.0), "s", plan, 100_000)
    policy.require_allowed(Policy(most=2.0, demanded="patient"), "s", PLAN, 100_000)
    policy.require_room(Policy(most=2.0), "s", 2.0)
    with pytest.raises(WardroundError) as caught:
        policy.require_room(Policy(most=2.0), "s", 2.01)
    assert caught.value.code == "E-DP-13"
