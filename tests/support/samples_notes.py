# SPDX-License-Identifier: Apache-2.0
"""Samples of clinical notes: a folder of texts, and documents of a FHIR export."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.support.samples import Sample

COUNT = 120
FILES = 8


def note(number: int) -> str:
    """One note, of one language or the other, with a name in it."""
    if number % 2:
        return f"患者张伟，男，因反复胸闷{number}天入院。血压130/85mmHg，双肺呼吸音清。"
    return f"Patient John Smith was admitted with chest pain for {number} days. Lungs are clear; no fever."


def folder(folder: Path, variant: int) -> Path:
    root = folder / "病程 notes"
    root.mkdir()
    for number in range(FILES):
        encoding = "gb18030" if number % 4 == 1 else "utf-8"
        (root / f"P{number:03d}_1.txt").write_text(note(number) + (" Swollen ankle." if variant and number == 5 else ""), encoding=encoding)
    return root


def documents(folder: Path, variant: int) -> Path:
    path = folder / "DocumentReference.000.ndjson"
    lines = []
    for number in range(COUNT):
        text = note(number) + (" Swollen ankle." if variant and number == 5 else "")
        attachment = {"contentType": "text/plain; charset=utf-8", "data": base64.b64encode(text.encode()).decode()}
        content = {"content": [{"attachment": attachment}], "subject": {"reference": f"Patient/P{number:03d}"}}
        lines.append(json.dumps({"resourceType": "DocumentReference", "id": f"d{number}", "status": "current", **content}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


_PATTERN = {"pattern": "{id}_*.txt"}
SAMPLES: dict[str, Sample] = {
    "notes: folder": Sample(folder, ("patient", "note"), FILES, {"patient": "P000", "note": "4096"}, _PATTERN, whole=False),
    "notes: FHIR": Sample(
        documents,
        ("patient", "text", "note"),
        COUNT,
        {"patient": "P000", "note": "512", "text": "Patient [NAME] was admitted with chest pain for 0 days. Lungs are clear; no fever."},
        {"terms": "512", "keep_text": "yes"},
    ),
}
