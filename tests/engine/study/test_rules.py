# SPDX-License-Identifier: Apache-2.0
"""Rules between sections: what is refused, in which order, and what people are told."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.models.catalogue import FAMILIES, Family
from engine.study import phases, rules, templates
from engine.study.manifest import (
    AggregationSection,
    EvaluationSection,
    Kind,
    Manifest,
    ModelSection,
    PrivacySection,
    Role,
    RoundsSection,
    SecaggSection,
    StudySection,
    TrainingSection,
    parse,
)
from engine.values import Phase, PhaseKey, RoundRecord, SiteId, Step
from engine.wire import codec
from engine.wire.limits import CONTROL_BYTES
from engine.wire.messages import Parcel, StudyState, Task, Tasks

GOOD = parse(templates.read("tabular-classification"), "good")
CLEAR = dataclasses.replace(GOOD, secagg=SecaggSection("clear"))
SEALED = dataclasses.replace(GOOD, secagg=SecaggSection("masking"))


def without_range(manifest: Manifest) -> Manifest:
    return dataclasses.replace(manifest, variables=tuple(dataclasses.replace(v, range=None) for v in manifest.variables))


def without_patients(manifest: Manifest) -> Manifest:
    return dataclasses.replace(manifest, variables=tuple(v for v in manifest.variables if v.role is not Role.PATIENT_ID))


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        (dataclasses.replace(SEALED, aggregation=AggregationSection("krum")), "E-RULE-03"),
        (dataclasses.replace(SEALED, aggregation=AggregationSection("trimmed-mean")), "E-RULE-03"),
        (dataclasses.replace(SEALED, rounds=RoundsSection(min_sites=2)), "E-RULE-04"),
        (without_range(SEALED), "E-RULE-05"),
        (without_range(dataclasses.replace(GOOD, privacy=PrivacySection("dp-sgd"))), "E-RULE-05"),
        (dataclasses.replace(GOOD, model=ModelSection("mlp", (60000, 60000))), "E-RULE-06"),
        (dataclasses.replace(GOOD, secagg=SecaggSection("clear", threshold=4)), "E-SEAL-14"),
        (dataclasses.replace(SEALED, rounds=RoundsSection(min_sites=3, max_norm=10.0)), "E-SEAL-15"),
        (dataclasses.replace(GOOD, secagg=SecaggSection("homomorphic")), "E-RULE-01"),
        (without_patients(dataclasses.replace(GOOD, privacy=PrivacySection("dp-sgd", epsilon=1.0))), "E-DP-22"),
        (without_patients(dataclasses.replace(GOOD, privacy=PrivacySection("label", label_epsilon=1.0))), "E-DP-22"),
        (
            dataclasses.replace(GOOD, privacy=PrivacySection("dp-sgd", epsilon=1.0), evaluation=EvaluationSection(patience=2)),
            "E-DP-24",
        ),
        (
            dataclasses.replace(CLEAR, privacy=PrivacySection("dp-sgd", epsilon=1.0), aggregation=AggregationSection("median")),
            "E-DP-23",
        ),
        (dataclasses.replace(GOOD, aggregation=AggregationSection("fedprox")), "E-RULE-01"),
        (dataclasses.replace(GOOD, model=ModelSection("image")), "E-RULE-01"),
        (dataclasses.replace(GOOD, training=TrainingSection("adamw")), "E-RULE-01"),
        (dataclasses.replace(GOOD, outcome=dataclasses.replace(GOOD.outcome, task="survival")), "E-RULE-01"),
    ],
)
def test_refused(manifest: Manifest, code: str) -> None:
    with pytest.raises(WardroundError) as caught:
        rules.check(manifest)
    assert caught.value.code == code
    assert GOOD.study.id in caught.value.what("zh")


def test_layers_that_mix_patients_are_refused_with_a_mechanism_that_clips_each(monkeypatch: pytest.MonkeyPatch) -> None:
    mixing = Family("mixing", tasks=("classification",), takes_hidden=True, most_layers=8, most_width=64, dp_safe=False)
    monkeypatch.setattr(rules, "FAMILIES", {**FAMILIES, "mixing": mixing})
    manifest = dataclasses.replace(GOOD, model=ModelSection("mixing", (4,)), privacy=PrivacySection("dp-sgd"))
    with pytest.raises(WardroundError, match="E-RULE-07"):
        rules.check(manifest)


def test_each_circumstance_adds_its_own_warning() -> None:
    said = dataclasses.replace(CLEAR, study=dataclasses.replace(GOOD.study, legal_basis="consent"))
    usual = set(rules.check(said))
    assert len(usual) == 2  # sums in clear, no noise
    nobody = tuple(v for v in said.variables if v is not said.patient_id)
    for changed in (
        CLEAR,
        dataclasses.replace(said, rounds=RoundsSection(min_sites=2)),
        dataclasses.replace(said, rounds=RoundsSection(min_sites=3, quorum=0.5)),
        without_range(said),
        dataclasses.replace(said, variables=nobody),
    ):
        warnings = rules.check(changed)
        assert len(set(warnings) - usual) == 1
        assert usual < set(warnings)


def test_a_sealed_study_says_what_the_lead_sees_and_what_it_does_not() -> None:
    three, four = (set(rules.check(dataclasses.replace(SEALED, rounds=RoundsSection(min_sites=count)))) for count in (3, 4))
    assert any("With three hospitals none may be missing" in warning for warning in three - four)
    for least in (3, 5):
        plan = dataclasses.replace(SEALED, secagg=SecaggSection("masking", threshold=least))
        assert f"at least {least} of them" in rules.seen_by_lead(plan, "en")
    assert "Each hospital's model update" in rules.seen_by_lead(CLEAR, "en")
    assert any("invents hospitals" in warning for warning in four)
    assert not any("sees each hospital's update" in warning for warning in three | four)


def test_warnings_are_said_in_both_languages() -> None:
    loudest = without_range(
        Manifest(
            StudySection(GOOD.study.id, "t", "p", "l"),
            tuple(v for v in GOOD.variables if v is not GOOD.patient_id),
            GOOD.outcome,
            rounds=RoundsSection(min_sites=1, quorum=0.5),
            evaluation=EvaluationSection(),
        )
    )
    english, chinese = rules.check(loudest, "en"), rules.check(loudest, "zh")
    assert len(english) == len(chinese) == 7
    assert all(e != c and any("\u4e00" <= letter <= "\u9fff" for letter in c) for e, c in zip(english, chinese, strict=True))
    assert any("age, systolic" in warning for warning in chinese)


def with_classes(count: int) -> Manifest:
    outcome = dataclasses.replace(GOOD.target, categories=tuple(f"class {number}" for number in range(count)))
    return dataclasses.replace(GOOD, variables=tuple(outcome if v.name == outcome.name else v for v in GOOD.variables))


def test_what_is_accepted_fits_the_messages_that_it_makes() -> None:
    """The most classes, in the last and longest answer of a study with a thousand hospitals; one class more is refused at once."""
    most = rules.most_classes()
    assert most > 100
    manifest = with_classes(most)
    rules.check(manifest)
    names = tuple(SiteId(f"{number:040}") for number in range(1000))
    counts = np.ones(phases.evaluation_length(most))
    study = manifest.study.id
    record = RoundRecord(study, 20, Phase.UPDATE, "0" * 64, names, 1, 0.0, 0.0, counts, 0.0, 20)
    key = PhaseKey(study, 20, 0, Phase.TEST)
    task = Task(key, 20, "0" * 64, names, 0.0, 1, bytes(8 * phases.statistics_length(manifest)))
    tasks = Tasks(StudyState.RUNNING, task, (record, dataclasses.replace(record, phase=Phase.TEST)), names, 1000)
    assert len(codec.encode(codec.page(tasks))) <= CONTROL_BYTES
    parcels = tuple(Parcel(name, bytes(160)) for name in names)
    sealed = dataclasses.replace(tasks, task=dataclasses.replace(task, step=Step.SHARES, openings=(key,), parcels=parcels))
    assert phases.openings_ahead(1000) == 1
    assert len(codec.encode(codec.page(sealed))) <= CONTROL_BYTES
    with pytest.raises(WardroundError) as caught:
        rules.check(with_classes(most + 1))
    assert (caught.value.code, caught.value.fields["most"]) == ("E-RULE-30", most)


@pytest.mark.parametrize("ranged", [True, False])
def test_too_many_variables_are_refused_before_anything_is_published(ranged: bool) -> None:
    numeric = next(v for v in GOOD.inputs if v.kind is Kind.NUMERIC)
    many = tuple(
        dataclasses.replace(numeric, name=f"gene {number:05}", synonyms=(), range=(0.0, 1.0) if ranged else None)
        for number in range(40_000 if ranged else 6_000)
    )
    manifest = dataclasses.replace(CLEAR, variables=(*many, *(v for v in GOOD.variables if v not in GOOD.inputs)))
    with pytest.raises(WardroundError) as caught:
        rules.check(manifest)
    assert caught.value.code == "E-RULE-31"


def test_noise_is_told_as_what_it_is() -> None:
    strong = rules.check(dataclasses.replace(GOOD, privacy=PrivacySection("dp-sgd", epsilon=1.0)))
    loose = rules.check(dataclasses.replace(GOOD, privacy=PrivacySection("dp-sgd", epsilon=6.0)))
    label = rules.check(dataclasses.replace(GOOD, privacy=PrivacySection("label", label_epsilon=1.0)))
    assert any("ε = 1," in sentence for sentence in strong)
    assert not any("almost no guaranteed limit" in sentence for sentence in strong)
    assert any("almost no guaranteed limit" in sentence for sentence in loose)
    assert any("not that a patient took part" in sentence for sentence in label)
    assert not any("No noise is added" in sentence for sentence in (*strong, *loose, *label))


def test_one_row_a_patient_may_be_declared() -> None:
    declared = PrivacySection("dp-sgd", epsilon=1.0, one_row_per_patient=True)
    rules.check(without_patients(dataclasses.replace(GOOD, privacy=declared)))
