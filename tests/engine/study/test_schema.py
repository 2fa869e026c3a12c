# SPDX-License-Identifier: Apache-2.0
"""From variables to inputs and vectors: order, kinds, ranges, lengths."""

from __future__ import annotations

import dataclasses

import pytest

from engine.models.spec import Input, size
from engine.study import phases, templates
from engine.study.manifest import Manifest, SecaggSection, parse
from engine.study.schema import inputs_of, model_spec_of
from engine.values import Phase

MANIFEST = parse(templates.read("tabular-classification"), "template")


def test_inputs_keep_the_order_and_leave_out_outcome_and_patient() -> None:
    assert inputs_of(MANIFEST) == (
        Input("age", numeric=True, low=10.0, high=60.0),
        Input("systolic", numeric=True, low=50.0, high=280.0),
        Input("smoking", numeric=False, categories=("never", "former", "current")),
        Input("diabetes", numeric=False, categories=("no", "yes")),
    )


def test_an_input_without_a_range_waits_for_the_ranges_phase() -> None:
    variables = tuple(dataclasses.replace(v, range=None) if v.name == "age" else v for v in MANIFEST.variables)
    manifest = dataclasses.replace(MANIFEST, variables=variables)
    assert inputs_of(manifest)[0] == Input("age", numeric=True)
    assert phases.ranges_length(MANIFEST) == 0
    assert phases.ranges_length(manifest) == phases.MAGNITUDES


def test_the_model_has_the_manifests_layers_and_classes() -> None:
    spec = model_spec_of(MANIFEST)
    assert (spec.family, spec.hidden, spec.classes) == ("mlp", (32, 16), ("no", "yes"))
    assert spec.features == 2 + 2 + 5 + 4
    assert size(spec) == (13 * 32 + 32) + (32 * 16 + 16) + (16 * 2 + 2)


def test_a_linear_model_has_no_hidden_layer() -> None:
    spec = model_spec_of(parse(templates.read("logistic-regression"), "template"))
    assert spec.hidden == ()
    assert size(spec) == spec.features * 2 + 2


def test_vector_lengths_follow_the_variables() -> None:
    assert phases.statistics_length(MANIFEST) == 2 * 3 + 5 + 4 + 2 + 1
    assert phases.evaluation_length(3) == 9 + 3 * 2 * phases.BINS + 3


@pytest.mark.parametrize("clip", [0.001, 0.5, 1.0, 1.5, 4.0, 5.0, 1000.0, 1024.0])
def test_an_update_at_the_clip_fits_its_ring(clip: float) -> None:
    """The weights of one round sum to 1, so the sum of w·delta stays within the clip, and w and loss are far below it."""
    manifest: Manifest = dataclasses.replace(MANIFEST, secagg=SecaggSection(clip=clip))
    layout = phases.layout_of(Phase.UPDATE, manifest, 100)
    assert layout.length == 100 + phases.UPDATE_EXTRAS
    assert layout.fraction_bits > 0
    assert clip * 2.0**layout.fraction_bits <= 2.0 ** (layout.bits - 1)


@pytest.mark.parametrize("phase", [Phase.RANGES, Phase.STATISTICS, Phase.EVALUATION, Phase.TEST])
def test_counts_of_a_hundred_large_sites_fit_their_ring(phase: Phase) -> None:
    layout = phases.layout_of(phase, MANIFEST, 100)
    assert 100 * layout.clip * 2.0**layout.fraction_bits < 2.0 ** (layout.bits - 1)
