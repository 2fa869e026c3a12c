# SPDX-License-Identifier: Apache-2.0
"""Ready studies are valid, and the demo's fits the records that scikit-learn ships."""

from __future__ import annotations

import pytest
from sklearn.datasets import load_breast_cancer

from engine.errors import WardroundError
from engine.study import rules, templates
from engine.study.manifest import canonical, from_canonical, parse

EXPECTED = {"breast-cancer-demo", "logistic-regression", "tabular-classification"}


def test_the_ready_studies_are_listed() -> None:
    assert set(templates.names()) == EXPECTED
    assert list(templates.names()) == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_is_a_valid_study_in_both_languages(name: str) -> None:
    manifest = parse(templates.read(name), f"{name}.toml")
    rules.check(manifest)
    assert from_canonical(canonical(manifest)) == manifest
    assert manifest.study.title_zh
    assert manifest.study.purpose_zh
    assert manifest.patient_id is not None
    assert all(v.range for v in manifest.inputs if v.kind == "numeric")


def test_the_demo_has_every_feature_of_the_records_and_its_range_holds_every_patient() -> None:
    records = load_breast_cancer()
    manifest = parse(templates.read("breast-cancer-demo"), "demo")
    by_name = {v.name: v for v in manifest.inputs}
    assert set(by_name) == {name.replace(" ", "_") for name in records.feature_names}
    for name, column in zip(records.feature_names, records.data.T, strict=True):
        limits = by_name[name.replace(" ", "_")].range
        assert limits is not None
        assert limits[0] <= column.min() < column.max() <= limits[1]
    assert set(manifest.classes) == set(records.target_names)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(WardroundError) as caught:
        templates.read("../manifest")
    assert caught.value.code == "E-STUDY-37"
    assert "breast-cancer-demo" in caught.value.mend("en")
