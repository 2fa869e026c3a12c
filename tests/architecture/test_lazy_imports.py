# SPDX-License-Identifier: Apache-2.0
"""What a start must not load, seen in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = {"torch", "PySide6", "pyqtgraph", "pandas", "sklearn", "scipy"}
ROLES = {"engine.site", "engine.coordinator", "engine.simulation"}


def loaded_by(code: str) -> set[str]:
    """Every module, and every package above one, that a fresh interpreter has loaded after ``code``."""
    tail = "\nimport json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_session_loads_no_role_and_nothing_heavy() -> None:
    loaded = loaded_by("import engine.session")
    assert "engine.session" in loaded
    assert not loaded & (HEAVY | ROLES | {"grpc", "pyarrow"})


def test_the_coordinator_loads_no_torch() -> None:
    loaded = loaded_by("import engine.coordinator.app, engine.coordinator.servicer, engine.coordinator.rounds")
    assert "grpc" in loaded
    assert not loaded & (HEAVY | {"pyarrow", "keyring"})


def test_the_command_loads_only_what_it_needs() -> None:
    loaded = loaded_by("from engine.cli.main import main; assert main(['coordinator', '--help']) == 0")
    assert "engine.cli.coordinator" in loaded
    assert not loaded & (HEAVY | {"engine.site", "engine.simulation", "pyarrow", "keyring"})
