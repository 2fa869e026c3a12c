# SPDX-License-Identifier: Apache-2.0
"""A model's inputs and the names and shapes of its parameters, without torch."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod


@dataclass(frozen=True)
class Input:
    """One input variable as the model sees it.

    Numeric: one standardised feature and one flag "was missing"; ``low``/``high`` map values to [0, 1] for the sums
    (None = found by the ranges phase). Coded: one-hot over ``categories``, then "other", then "missing".
    """

    name: str
    numeric: bool
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        """How many features it becomes."""
        return 2 if self.numeric else len(self.categories) + 2


@dataclass(frozen=True)
class ModelSpec:
    """A classifier: family, inputs, hidden layers, classes. Parameters are named and ordered as torch's state_dict would."""

    family: str  # linear | mlp
    inputs: tuple[Input, ...]
    hidden: tuple[int, ...]
    classes: tuple[str, ...]

    @property
    def features(self) -> int:
        """Width of the feature matrix."""
        return sum(i.width for i in self.inputs)


def parameters(spec: ModelSpec) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Name and shape of every parameter, in the order of the flat vector and of torch's ``state_dict``.

    A layer has ``weight`` (outputs, inputs), then ``bias`` (outputs,). ``linear`` is an mlp without hidden layers.
    """
    hidden = spec.hidden if spec.family == "mlp" else ()
    widths = (spec.features, *hidden, len(spec.classes))
    named: list[tuple[str, tuple[int, ...]]] = []
    for number, (inputs, outputs) in enumerate(pairwise(widths)):
        named.append((f"layers.{number}.weight", (outputs, inputs)))
        named.append((f"layers.{number}.bias", (outputs,)))
    return tuple(named)


def size(spec: ModelSpec) -> int:
    """How many numbers the model has."""
    return sum(prod(shape) for _, shape in parameters(spec))
