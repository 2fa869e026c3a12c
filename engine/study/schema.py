# SPDX-License-Identifier: Apache-2.0
"""From the variables that a manifest declares to the inputs and the shape of its model."""

from __future__ import annotations

from engine.models.spec import Input, ModelSpec
from engine.study.sections import Kind, Manifest


def inputs_of(manifest: Manifest) -> tuple[Input, ...]:
    """The model's inputs, in the manifest's order; ``low``/``high`` are None where the manifest gives no range."""
    inputs = []
    for variable in manifest.inputs:
        if variable.kind is Kind.NUMERIC:
            low, high = variable.range or (None, None)
            inputs.append(Input(variable.name, numeric=True, low=low, high=high))
        else:
            inputs.append(Input(variable.name, numeric=False, categories=variable.categories))
    return tuple(inputs)


def model_spec_of(manifest: Manifest) -> ModelSpec:
    """The model that the manifest asks for; inputs without a range keep None until the ranges phase has found them."""
    return ModelSpec(manifest.model.family, inputs_of(manifest), manifest.model.hidden, manifest.classes)
