# SPDX-License-Identifier: Apache-2.0
"""Torch's library comes into memory before torch does, and torch works on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

PRELOAD = """
import json, sys
from engine.models import loading

did = loading.preload()
mapped = "libtorch_cpu" in open("/proc/self/maps").read()
before = "torch" in sys.modules
import torch
print(json.dumps([did, mapped, before, float(torch.ones(3).sum()), loading.preload()]))
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="needs Linux to see what a process has loaded")
def test_the_library_is_loaded_first_and_once_and_torch_runs_on_it() -> None:
    ran = subprocess.run([sys.executable, "-c", PRELOAD], capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(ran.stdout.splitlines()[-1]) == [True, True, False, 3.0, False]


def test_where_torch_is_not_installed_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.models import loading

    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert not loading.preload()
