# SPDX-License-Identifier: Apache-2.0
"""Any bytes as a WFDB header, its samples, its annotations, or EDF are read or refused in words; by hand, with atheris.

pip install atheris
.venv/bin/python tests/fuzz/fuzz_signals.py edf|wfdb|annotations [-runs=100000] [corpus folder]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parents[2]))

with atheris.instrument_imports(include=["engine.records"]):
    from engine.errors import WardroundError
    from engine.records import loaders, wfdb_samples
    from engine.records.loader import ReadOptions

from tests.support import edf_making, wfdb_making
from tests.support.samples_signals import wave

FOLDER = Path(tempfile.mkdtemp())


def edf(content: bytes) -> None:
    """One recording."""
    path = FOLDER / "a.edf"
    path.write_bytes(content)
    for _ in loaders.read(path, ReadOptions()):
        pass


def wfdb(content: bytes) -> None:
    """A header, in whose folder there are samples."""
    path = FOLDER / "r.hea"
    path.write_bytes(content)
    for _ in loaders.read(path, ReadOptions()):
        pass


def annotations(content: bytes) -> None:
    """Beats."""
    try:
        wfdb_samples.beats_of(content)
    except ValueError:
        return


KINDS = {"edf": edf, "wfdb": wfdb, "annotations": annotations}


def seeds(kind: str) -> list[bytes]:
    """Small valid files."""
    if kind == "annotations":
        return [wfdb_making.annotations([(10, 1), (70_000, 5)])]
    if kind == "edf":
        channel = [("ECG", wave(100, 1, 0)[:, 0])]
        return [
            edf_making.made(channel, records=2),
            edf_making.made(channel, records=2, reserved="EDF+D", onsets=(0, 4)),
            edf_making.made(channel, records=2, width=3),
        ]
    return [wfdb_making.write(FOLDER, "r", format_, wave(60, 2, 0)).read_bytes() for format_ in sorted(wfdb_making.BITS)]


def main() -> None:
    kind = sys.argv.pop(1)
    read = KINDS[kind]
    corpus = Path(tempfile.mkdtemp())
    for number, content in enumerate(seeds(kind)):
        (corpus / str(number)).write_bytes(content)

    def one(content: bytes) -> None:
        if not content:
            return
        try:
            read(content)
        except WardroundError:
            return

    atheris.Setup([*sys.argv, str(corpus), "-max_len=8000", "-rss_limit_mb=3000", "-timeout=20"], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
