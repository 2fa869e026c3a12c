# SPDX-License-Identifier: Apache-2.0
"""What the numbers depend on besides the seed: torch's version, the processor's instructions and the number of threads."""

from __future__ import annotations

import os
import platform

import torch


def threads_for(cores: int) -> int:
    """All cores but one, so that the window stays quick; at least one."""
    return max(1, cores - 1)


def prepare(threads: int | None = None) -> int:
    """Makes torch deterministic on ``threads`` threads (default: cores - 1); call once, before the first training."""
    count = threads if threads is not None else threads_for(os.cpu_count() or 1)
    torch.set_num_threads(count)
    torch.use_deterministic_algorithms(True)
    return count


def describe() -> dict[str, str]:
    """What a result records, so that somebody else can repeat it bit for bit."""
    return {
        "torch": torch.__version__,
        "processor": platform.machine(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "threads": str(torch.get_num_threads()),
    }
