# SPDX-License-Identifier: Apache-2.0
"""Any text is searched for identifiers, any bytes are read as notes or refused in words; by hand, with atheris.

    pip install atheris
    .venv/bin/python tests/fuzz/fuzz_identifiers.py text|documents [-runs=100000] [corpus folder]

Begins with sentences of the generator and small documents, which it changes by itself.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine.records"]):
    from engine.errors import WardroundError
    from engine.records import loaders
    from engine.records.identifiers.flat import flat
    from engine.records.identifiers.text import without
    from engine.records.loader import ReadOptions
    from tests.support import samples_notes
    from tests.support.identities import Identities

FOLDER = Path(tempfile.mkdtemp())


def seeds(kind: str) -> list[bytes]:
    """Sentences with identifiers; one export."""
    if kind == "documents":
        return [samples_notes.documents(FOLDER, 0).read_bytes()[:2000]]
    return [sentence.format(make()).encode() for _, _, _, make, sentences in Identities(1).cases() for sentence in sentences]


def try_text(data: bytes) -> None:
    text = data.decode("utf-8", errors="replace")
    _, found = without(text)
    plain = flat(text)
    at = 0
    for span in found:
        assert at <= span.start < span.end <= len(plain)
        at = span.end


def try_documents(data: bytes) -> None:
    path = FOLDER / "DocumentReference.ndjson"
    path.write_bytes(data)
    options = ReadOptions(settings={"format": "notes", "keep_text": "yes", "terms": "64"})
    try:
        for _ in loaders.read(path, options):
            pass
    except WardroundError:
        return


def main() -> None:
    kind = sys.argv.pop(1)
    corpus = FOLDER / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(seeds(kind)):
        (corpus / str(number)).write_bytes(seed)
    atheris.Setup([*sys.argv, str(corpus)], {"text": try_text, "documents": try_documents}[kind])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
