# SPDX-License-Identifier: Apache-2.0
"""A manifest written out as TOML with every default said, to be read by a person or by ``manifest.parse`` again."""

from __future__ import annotations

import json
from typing import Any

import tomlkit

from engine.study.manifest import Manifest, canonical


def as_toml(manifest: Manifest) -> str:
    """The manifest as TOML; ``parse`` of it gives an equal manifest."""
    return tomlkit.dumps(_said(json.loads(canonical(manifest))))


def _said(value: Any) -> Any:
    """Without what is null, which TOML cannot say."""
    if isinstance(value, dict):
        return {key: _said(inner) for key, inner in value.items() if inner is not None}
    return [_said(inner) for inner in value] if isinstance(value, list) else value
