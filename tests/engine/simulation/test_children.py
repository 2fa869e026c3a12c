# SPDX-License-Identifier: Apache-2.0
"""Children of this program: who gives way to whom."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.simulation.children import GIVES_WAY, Child


@pytest.mark.skipif(os.name != "posix", reason="niceness is POSIX")
@pytest.mark.parametrize("gives_way", [False, True])
def test_a_child_gives_way_from_its_first_moment_if_it_is_to(tmp_path: Path, gives_way: bool) -> None:
    child = Child("status", ("coordinator", "--help"), tmp_path / "log", gives_way)
    child.start()
    assert child.process is not None
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, child.process.pid) == (max(GIVES_WAY, own) if gives_way else own)
    child.end(60)
    assert child.process.returncode is not None
