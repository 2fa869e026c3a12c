# SPDX-License-Identifier: Apache-2.0
"""Brings torch's great library into memory before ``import torch`` does, without holding up Python's other threads.

An import holds the interpreter's lock while the system loads and relocates the 400 MB library behind it: for half a second no
other thread runs, a window's neither. A foreign function called through ctypes gives the lock away, so ``dlopen`` called as
one does the same work beside them; the import afterwards finds the library loaded.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from pathlib import Path

_LIBRARIES = {"linux": "libtorch_cpu.so", "darwin": "libtorch_cpu.dylib"}


def preload() -> bool:
    """Loads torch's library unless torch is there already; whether it did. What cannot be loaded so, the import will."""
    path = _library()
    if path is None or "torch" in sys.modules:
        return False
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    return dlopen(os.fsencode(path), os.RTLD_NOW) is not None


def _library() -> Path | None:
    """Where the library lies, found without importing torch; None where there is none to load (Windows does it by itself)."""
    name = _LIBRARIES.get(sys.platform)
    found = importlib.util.find_spec("torch") if name is not None else None
    if name is None or found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "lib" / name
    return path if path.exists() else None
