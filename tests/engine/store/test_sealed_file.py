# SPDX-License-Identifier: Apache-2.0
"""Encrypted files written over used ones."""

from __future__ import annotations

from pathlib import Path

from engine.store.sealed_file import read_sealed, write_sealed

KEY = bytes(range(32))


def test_a_used_file_is_overwritten_whole(tmp_path: Path) -> None:
    used, path = tmp_path / "used", tmp_path / "new"
    write_sealed(used, KEY, b"an older and longer text" * 1000)
    write_sealed(path, KEY, b"new", used)
    assert read_sealed(path, KEY) == b"new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["new"]
    fresh = tmp_path / "fresh"
    write_sealed(fresh, KEY, b"new", tmp_path / "missing")
    assert fresh.stat().st_size == path.stat().st_size
