# SPDX-License-Identifier: Apache-2.0
"""The families of models that a study may ask for: data only, so that the coordinator and the rules need no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Family:
    """One family: what a manifest may say of it and how large it may get.

    ``dp_safe``: every layer treats each record by itself, so a gradient per patient exists.
    """

    name: str
    tasks: tuple[str, ...]
    takes_hidden: bool
    most_layers: int
    most_width: int
    dp_safe: bool


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "linear": Family("linear", tasks=("classification",), takes_hidden=False, most_layers=0, most_width=0, dp_safe=True),
        "mlp": Family("mlp", tasks=("classification",), takes_hidden=True, most_layers=8, most_width=16384, dp_safe=True),
    }
)
