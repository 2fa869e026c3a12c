# SPDX-License-Identifier: Apache-2.0
"""Specs without torch and modules with it agree."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch

from engine.models import catalogue, nets, trainable
from engine.models.initial import initial_weights
from engine.models.spec import Input, ModelSpec, parameters, size
from engine.models.vector import named

INPUTS = (Input("age", True, 0, 100), Input("smoking", False, categories=("never", "former", "current")))
GOLDEN = "c62e513ec10d263fad7fe63e"
SPECS = [
    ModelSpec("linear", INPUTS, (), ("a", "b")),
    ModelSpec("linear", INPUTS, (32, 16), ("a", "b")),  # hidden means nothing to a linear model
    ModelSpec("mlp", INPUTS, (), ("a", "b", "c")),
    ModelSpec("mlp", INPUTS, (6,), ("a", "b", "c")),
    ModelSpec("mlp", INPUTS, (9, 4, 2), ("a", "b")),
]


@pytest.mark.parametrize("spec", SPECS)
def test_state_dict_has_the_names_shapes_and_order_of_the_spec(spec: ModelSpec) -> None:
    state = nets.build(spec).state_dict()
    assert tuple((name, tuple(t.shape)) for name, t in state.items()) == parameters(spec)
    assert sum(t.numel() for t in state.values()) == size(spec)


@pytest.mark.parametrize("spec", SPECS)
def test_numpy_weights_load_into_torch_and_come_back(spec: ModelSpec) -> None:
    flat = initial_weights(spec, 5)
    module = nets.build(spec)
    trainable.load(module, flat)
    for name, array in named(flat, spec).items():
        assert np.array_equal(module.state_dict()[name].numpy(), array)
    assert np.array_equal(trainable.flatten(module), flat)


def test_loading_does_not_tie_the_module_to_the_vector() -> None:
    flat = initial_weights(SPECS[3], 5)
    flat.setflags(write=False)
    module = nets.build(SPECS[3])
    trainable.load(module, flat)
    with torch.no_grad():
        next(module.parameters()).add_(1.0)
    assert np.array_equal(flat, initial_weights(SPECS[3], 5))


def test_a_vector_of_another_length_does_not_load() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        trainable.load(nets.build(SPECS[0]), np.zeros(3, np.float32))


def test_the_mlp_is_what_it_says() -> None:
    spec = SPECS[3]
    flat = initial_weights(spec, 1) + np.float32(0.1)
    w = named(flat, spec)
    x = np.random.default_rng(0).normal(size=(4, spec.features)).astype(np.float32)
    module = nets.build(spec)
    trainable.load(module, flat)
    expected = np.maximum(x @ w["layers.0.weight"].T + w["layers.0.bias"], 0) @ w["layers.1.weight"].T + w["layers.1.bias"]
    with torch.no_grad():
        assert module(torch.from_numpy(x)).numpy() == pytest.approx(expected, abs=1e-6)


def test_initial_weights_are_the_same_everywhere_and_bounded() -> None:
    spec = SPECS[4]
    flat = initial_weights(spec, 0)
    assert np.array_equal(flat, initial_weights(spec, 0))
    assert not np.array_equal(flat, initial_weights(spec, 1))
    # Golden numbers: PCG64's raw stream is promised never to change.
    assert initial_weights(SPECS[0], 7)[:3].tobytes().hex() == GOLDEN
    arrays = named(flat, spec)
    for name, shape in parameters(spec):
        if name.endswith("bias"):
            assert not arrays[name].any()
        else:
            fan = sum(shape) if name == "layers.3.weight" else shape[1]
            bound = np.sqrt(6 / fan)
            assert np.abs(arrays[name]).max() <= bound
            assert arrays[name].std() > 0


def test_initial_weights_are_uniform() -> None:
    spec = ModelSpec("mlp", INPUTS, (20_000,), ("a", "b"))
    weights = named(initial_weights(spec, 2), spec)["layers.0.weight"].ravel() / np.sqrt(6 / spec.features)
    assert weights.min() < -0.999
    assert weights.max() > 0.999
    assert weights.mean() == pytest.approx(0, abs=0.01)
    assert weights.var() == pytest.approx(1 / 3, abs=0.01)


def test_every_family_of_the_catalogue_can_be_built() -> None:
    for name in catalogue.FAMILIES:
        assert nets.build(ModelSpec(name, INPUTS, (2,), ("a", "b")))


def test_specs_scaling_and_vectors_need_no_torch() -> None:
    code = (
        "import sys; import engine.models.spec, engine.models.catalogue, engine.models.initial, engine.models.vector, "
        "engine.models.scaling, engine.secagg.clear, engine.aggregation.fedavg, engine.evaluation.metrics, "
        "engine.evaluation.report, engine.evaluation.render; sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=120).returncode == 0
