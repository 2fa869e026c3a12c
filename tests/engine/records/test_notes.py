# SPDX-License-Identifier: Apache-2.0
"""Clinical notes: who wrote what is gone before terms are counted, ids come from names and references, damage is said."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, loaders, notes
from engine.records.identifiers.text import without
from engine.records.loader import ReadOptions
from engine.records.terms import Terms
from tests.support.identities import Identities


def read(path: Path, **settings: str) -> pa.Table:
    options = ReadOptions(settings=settings)
    survey = loaders.survey(path, options)
    return pa.Table.from_batches(loaders.read(path, options), survey.schema)


def vectors(table: pa.Table) -> list[np.ndarray]:
    column = table.column("note")
    return [array for array in blocks.arrays(column, blocks.block_of(table.schema.field("note"))) if array is not None]  # type: ignore[arg-type]


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    return caught.value.code


def document(patient: str | None, *texts: str, kind: str = "text/plain") -> str:
    attached = [{"attachment": {"contentType": kind, "data": base64.b64encode(text.encode()).decode()}} for text in texts]
    said = {"resourceType": "DocumentReference", "content": attached}
    return json.dumps(said if patient is None else {**said, "subject": {"reference": f"Patient/{patient}"}})


def test_ids_come_from_the_names_and_notes_of_one_id_are_one_row(tmp_path: Path) -> None:
    for name, text in (("A1_2020.txt", "chest pain"), ("A1_2021.txt", "ankle swollen"), ("B2_2020.txt", "胸闷气短"), ("readme.txt", "x")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    table = read(tmp_path, pattern="{id}_*.txt", keep_text="yes")
    assert table["patient"].to_pylist() == ["A1", "B2"]
    assert table["text"].to_pylist() == ["chest pain\n\nankle swollen", "胸闷气短"]
    found = loaders.survey(tmp_path, ReadOptions(settings={"pattern": "{id}_*.txt"})).findings
    assert [(finding.code, finding.fields["count"]) for finding in found] == [("notes-deidentified", 3), ("notes-unmatched", 1)]


def test_a_name_makes_no_difference_to_the_numbers(tmp_path: Path) -> None:
    """Two notes that differ by who they are about are the same vector."""
    people = Identities(9)
    for number in range(40):
        sentence = f"Patient {people.name_en()} was seen; call {people.phone_en()}. Lungs clear. 患者{people.name_zh()}，男，胸闷。"
        (tmp_path / f"{number:02d}.txt").write_text(sentence, encoding="utf-8")
    made = vectors(read(tmp_path))
    same = sum(np.array_equal(one, made[0]) for one in made)
    assert same >= 38
    assert all(one.shape == (4096,) and one.dtype == np.float32 for one in made)


def test_terms_of_words_and_characters() -> None:
    assert list(Terms(words=2).pieces("Chest pain, no [NAME] 120/80 fever")) == [
        "chest",
        "pain",
        "no",
        "fever",
        "chest pain",
        "pain no",
        "no fever",
    ]
    assert list(Terms(characters=3).pieces("胸闷气")) == ["胸闷", "闷气", "胸闷气"]
    assert list(Terms(words=0, characters=0).pieces("Chest 胸闷")) == []
    (counts,) = Terms(256, words=1, log=False).vectors(["pain pain pain fever"])
    assert sorted(counts[counts > 0].tolist()) == [1.0, 3.0]
    (logs,) = Terms(256, words=1).vectors(["pain pain pain fever"])
    assert np.allclose(logs, np.log1p(counts))


def test_two_hospitals_count_alike() -> None:
    """Known places: they follow from the term, and must not move with a version of a library."""
    (vector,) = Terms(4096, words=1).vectors(["pain 胸闷"])
    assert np.flatnonzero(vector).tolist() == sorted(np.flatnonzero(Terms(4096, words=1).vectors(["胸闷 pain"])[0]).tolist())
    assert len(np.flatnonzero(vector)) == 2


def test_documents_of_an_export(tmp_path: Path) -> None:
    path = tmp_path / "DocumentReference.ndjson"
    lines = [
        document("P1", "Chest pain."),
        document("P2", "<p>Swollen <b>ankle</b>.</p>", kind="text/html"),
        document("P1", "Dr. Robert Hughes called."),
        document(None, "nobody"),
        json.dumps({"resourceType": "Patient", "id": "P1"}),
        document("P3", "%PDF", kind="application/pdf"),
        document("P2", "  "),
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    table = read(path, keep_text="yes")
    assert table["patient"].to_pylist() == ["P1", "P2"]
    assert table["text"][0].as_py() == "Chest pain.\n\nDr. [NAME] called."
    assert "ankle" in table["text"][1].as_py()
    assert "<" not in table["text"][1].as_py()
    left = {finding.code: finding.fields["count"] for finding in loaders.survey(path).findings}
    assert (left["notes-unknown"], left["notes-elsewhere"], left["notes-empty"]) == (2, 1, 1)


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("pain", encoding="utf-8")
    assert code_of(lambda: read(tmp_path, pattern="{id}_*.txt")) == "E-NOTE-02"
    assert code_of(lambda: read(tmp_path, pattern="*.txt")) == "E-DATA-31"
    assert code_of(lambda: read(tmp_path, terms="7")) == "E-DATA-31"
    monkeypatch.setattr(notes, "MAX_NOTE", 3)
    assert code_of(lambda: read(tmp_path)) in ("E-NOTE-03", "E-IMAGE-03")
    (tmp_path / "a.txt").write_bytes(b"")
    assert code_of(lambda: read(tmp_path)) == "E-NOTE-01"
    path = tmp_path / "damaged.ndjson"
    path.write_text(
        json.dumps({"resourceType": "DocumentReference", "subject": {"reference": "Patient/1"}, "content": [{"attachment": {"data": "?"}}]})
    )
    assert code_of(lambda: read(path)) == "E-NOTE-04"


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=8) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(("attachment", "data", "contentType", "subject", "reference", "content")), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_any_document_is_taken_or_refused_by_code(said: object) -> None:
    found = notes._Notes()
    resource = {"resourceType": "DocumentReference", "subject": {"reference": "Patient/1"}, "content": said}
    with suppress(WardroundError):  # anything else is a finding
        notes._take(found, resource, Path("x"), 1)
    assert set(found.of) <= {"1"}


def test_redacting_many_is_redacting_each() -> None:
    from engine.records.identifiers.redact import redacted
    from engine.values import NoToken

    people = Identities(4)
    texts = [sentences[n % len(sentences)].format(make()) for _, _, _, make, sentences in people.cases() for n in range(6)]
    texts += ["13812345678", "11010519491231002X", "no one", "", "１３８１２３４５６７８"]
    assert redacted(pa.array(texts), NoToken()).to_pylist() == [without(text)[0] for text in texts]
