# SPDX-License-Identifier: Apache-2.0
"""ε against known values and exact formulas; never less than it is."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opacus.accountants import PRVAccountant, RDPAccountant

from engine.errors import WardroundError
from engine.privacy import accountant, events
from engine.privacy.events import Event, Kind, Unit

STEP = Event(Kind.SAMPLED_GAUSSIAN, 1.0, 0.01, 1000)


def gaussian_delta(epsilon: float, noise: float) -> float:
    """δ of one Gaussian mechanism, exactly (Balle and Wang 2018, theorem 8)."""

    def phi(x: float) -> float:
        return 0.5 * math.erfc(-x / math.sqrt(2))

    return phi(1 / (2 * noise) - epsilon * noise) - math.exp(epsilon) * phi(-1 / (2 * noise) - epsilon * noise)


def test_a_published_setting() -> None:
    """σ = 1, q = 0.01, 1000 steps, δ = 1e-5: PLD 1.828, RDP 2.101."""
    assert accountant.epsilon([STEP], 1e-5) == pytest.approx(1.828, abs=2e-3)
    assert accountant.epsilon_rdp([STEP], 1e-5) == pytest.approx(2.101, abs=2e-3)


@pytest.mark.parametrize("noise", [0.7, 1.0, 3.0, 20.0])
def test_one_gaussian_against_the_exact_formula(noise: float) -> None:
    found = accountant.epsilon([Event(Kind.GAUSSIAN, noise)], 1e-5)
    assert gaussian_delta(found, noise) <= 1e-5 * (1 + 1e-6), "never less than it is"
    assert gaussian_delta(found * 0.99 - 1e-3, noise) > 1e-5, "and not much more"


def test_a_sampled_gaussian_of_all_patients_is_a_gaussian() -> None:
    one = accountant.epsilon([Event(Kind.SAMPLED_GAUSSIAN, 2.0, 1.0, 5)], 1e-6)
    assert one == pytest.approx(accountant.epsilon([Event(Kind.GAUSSIAN, 2.0, steps=5)], 1e-6), rel=1e-9)


@pytest.mark.parametrize(("noise", "sampling", "steps"), [(0.8, 0.02, 300), (1.5, 0.1, 200), (4.0, 0.3, 400)])
def test_against_another_implementation(noise: float, sampling: float, steps: int) -> None:
    prv, rdp = PRVAccountant(), RDPAccountant()
    prv.history = [(noise, sampling, steps)]
    rdp.history = [(noise, sampling, steps)]
    event = [Event(Kind.SAMPLED_GAUSSIAN, noise, sampling, steps)]
    assert accountant.epsilon(event, 1e-5) == pytest.approx(prv.get_epsilon(1e-5), rel=0.015)
    assert accountant.epsilon_rdp(event, 1e-5) == pytest.approx(rdp.get_epsilon(1e-5), rel=0.02)


def test_composition_is_of_events_not_of_epsilons() -> None:
    parts = [Event(Kind.SAMPLED_GAUSSIAN, 1.0, 0.01, 250)] * 4
    assert accountant.epsilon(parts, 1e-5) == accountant.epsilon([STEP], 1e-5)
    assert accountant.epsilon(parts, 1e-5) < 4 * accountant.epsilon(parts[:1], 1e-5)
    more = accountant.epsilon([STEP, Event(Kind.GAUSSIAN, 5.0), Event(Kind.LAPLACE, 10.0)], 1e-5)
    assert more > accountant.epsilon([STEP], 1e-5)
    assert accountant.epsilon([], 1e-5) == 0.0


def test_laplace_alone_is_pure() -> None:
    assert accountant.epsilon([Event(Kind.LAPLACE, 4.0)], 1e-9) == pytest.approx(0.25, abs=2e-3)


def test_hardly_any_noise_is_no_protection() -> None:
    assert accountant.epsilon([Event(Kind.GAUSSIAN, 0.05)], 1e-5) == math.inf
    assert accountant.odds(math.inf, 1e-5) == 100.0


@pytest.mark.parametrize(("target", "sampling", "steps"), [(1.0, 0.05, 300), (2.0, 0.1, 400), (4.0, 1.0, 50)])
def test_noise_for_a_target_is_enough_and_hardly_more(target: float, sampling: float, steps: int) -> None:
    others = [Event(Kind.GAUSSIAN, 30.0)]
    noise = accountant.noise_for(target, 1e-5, sampling, steps, others)
    assert accountant.epsilon([Event(Kind.SAMPLED_GAUSSIAN, noise, sampling, steps), *others], 1e-5) <= target
    assert accountant.epsilon([Event(Kind.SAMPLED_GAUSSIAN, noise * 0.99, sampling, steps), *others], 1e-5) > target


def test_a_target_that_the_others_use_up() -> None:
    with pytest.raises(WardroundError) as caught:
        accountant.noise_for(0.5, 1e-5, 0.1, 100, [Event(Kind.GAUSSIAN, 1.0)])
    assert caught.value.code == "E-DP-01"


@given(st.floats(0.01, 8), st.integers(2, 30))
def test_randomised_response_has_the_ratio_it_says(target: float, values: int) -> None:
    noise = accountant.response_noise(target, values)
    kept, other = 1 - noise + noise / values, noise / values
    assert math.log(kept / other) == pytest.approx(target, rel=1e-9)
    assert accountant.label_epsilon([Event(Kind.RANDOMISED_RESPONSE, noise, values=values, unit=Unit.LABEL)]) == pytest.approx(target)


def test_labels_are_never_added_to_patients() -> None:
    label = Event(Kind.RANDOMISED_RESPONSE, 0.5, values=2, unit=Unit.LABEL)
    assert accountant.label_epsilon([STEP]) == 0.0
    with pytest.raises(ValueError, match="label"):
        accountant.epsilon([STEP, label], 1e-5)


@pytest.mark.parametrize(("epsilon", "expected"), [(0.0, 50.0), (0.1, 52.5), (1.0, 73.1), (2.0, 88.1), (4.0, 98.2), (8.0, 99.97)])
def test_odds(epsilon: float, expected: float) -> None:
    assert accountant.odds(epsilon, 1e-5) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Kind.GAUSSIAN, "noise": 0.0},
        {"kind": Kind.GAUSSIAN, "noise": 1.0, "sampling": 0.5},
        {"kind": Kind.SAMPLED_GAUSSIAN, "noise": 1.0, "sampling": 0.0},
        {"kind": Kind.SAMPLED_GAUSSIAN, "noise": 1.0, "steps": 0},
        {"kind": Kind.RANDOMISED_RESPONSE, "noise": 0.5, "values": 2},
        {"kind": Kind.RANDOMISED_RESPONSE, "noise": 0.5, "values": 1, "unit": Unit.LABEL},
        {"kind": Kind.LAPLACE, "noise": 1.0, "unit": Unit.LABEL},
    ],
)
def test_what_is_no_mechanism(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="no such mechanism"):
        Event(**fields)  # type: ignore[arg-type]


EVENTS = st.one_of(
    st.builds(Event, st.just(Kind.SAMPLED_GAUSSIAN), st.floats(0.5, 9), st.floats(0.01, 1), st.integers(1, 9)),
    st.builds(Event, st.sampled_from([Kind.GAUSSIAN, Kind.LAPLACE]), st.floats(0.5, 9), steps=st.integers(1, 9)),
)


@settings(max_examples=50)
@given(st.lists(EVENTS, max_size=6))
def test_joining_keeps_every_step_and_forgets_the_order(found: list[Event]) -> None:
    together = events.joined(found)
    assert together == events.joined(reversed(found))
    assert sum(event.steps for event in together) == sum(event.steps for event in found)
    assert all(events.from_json(events.to_json(event)) == event for event in together)
