# SPDX-License-Identifier: Apache-2.0
"""Several sources of the same patients as one table: who has what, missing modalities, and nothing joined on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from engine.errors import WardroundError
from engine.records import blocks
from engine.records.blocks import Block
from engine.records.joined import Joined, Member
from engine.records.memory import MemoryTable
from engine.records.mends import Mend
from engine.records.table import Presence

SCAN = Block("image", "uint8", bytes=4)
VISITS = "record,age,note\nP1,30,a\nP2,40,b\np2,41,c\nP4,50,d\n"
LABS = "patient,glucose,note\nP2,5.5,x\nP3,6.5,y\nP1,4.5,z\nP1,9.9,z\n"


def scans() -> MemoryTable:
    pictures = [np.full((2, 2), number, dtype=np.uint8) for number in (1, 4)]
    schema = pa.schema([pa.field("id", pa.string()), blocks.field_of("scan", SCAN)])
    return MemoryTable(pa.table([pa.array(["P1", "P4"]), blocks.cells(pictures, SCAN)], schema=schema))


@pytest.fixture
def sources(home, tmp_path: Path) -> list[tuple[str, str]]:
    """(data set, patient column) of visits, laboratory values and scans."""
    found = []
    for name, text, column in (("visits", VISITS, "record"), ("labs", LABS, "patient")):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        found.append((home.vault.import_table(path, name).dataset, column))
    found.append((home.vault.import_survey(scans(), "scans", "scans").dataset, "id"))
    return found


EXPECTED = {
    "record": ["p1", "p2", "p2", "p4", "p3"],
    "age": [30.0, 40.0, 41.0, 50.0, None],
    "visits: note": ["a", "b", "c", "d", None],
    "glucose": [4.5, 5.5, 5.5, None, 6.5],
    "labs: note": ["z", "x", "x", None, "y"],
    "scan": ["2 × 2", None, None, "2 × 2", None],
}


def test_one_row_a_visit_and_one_for_whom_only_others_know(home, sources) -> None:
    files = home.files
    version = home.vault.join("all", sources)
    assert home.files == files
    assert (version.rows, version.format, [member.patient for member in version.members]) == (5, "joined", ["record", "patient", "id"])
    assert [summary.name for summary in version.columns] == list(EXPECTED)
    with home.vault.open_table(version.dataset) as table:
        assert table.window(0, 10).to_pydict() == EXPECTED
        for start in range(6):
            for count in range(4):
                assert table.window(start, count).to_pydict() == {name: column[start : start + count] for name, column in EXPECTED.items()}
        whole = table.columns(["record", "age", "glucose"])
        assert whole.to_pydict() == {name: EXPECTED[name] for name in ("record", "age", "glucose")}
        assert [None if row in (1, 2, 4) else 1 if row == 0 else 4 for row in range(5)] == [
            None if (found := table.array("scan", row)) is None else int(found[0, 0]) for row in range(5)
        ]
        with pytest.raises(IndexError):
            table.array("scan", 5)
    assert home.vault.version(version.dataset) == version


def test_who_has_what_and_what_is_surplus(home, sources) -> None:
    version = home.vault.join("all", sources)
    assert set(version.presence) == {
        Presence(("visits", "labs", "scans"), 1),
        Presence(("visits", "labs"), 1),
        Presence(("visits", "scans"), 1),
        Presence(("labs",), 1),
    }
    assert sum(found.patients for found in version.presence) == 4
    surplus = [finding.fields for finding in version.findings if finding.code == "several-rows"]
    assert surplus == [{"name": "labs", "count": 1}]
    found = {summary.name: summary for summary in version.columns}
    assert (found["scan"].kind, found["scan"].missing, found["glucose"].missing) == ("image", 3, 1)


def test_a_join_is_of_the_versions_that_it_was_made_of(home, sources, tmp_path: Path) -> None:
    first = home.vault.join("all", sources)
    home.vault.mend(sources[0][0], (Mend("drop-column", "note"),), keep=True)
    with home.vault.open_table(first.dataset) as table:
        assert table.window(0, 10).to_pydict() == EXPECTED
    second = home.vault.join("all", sources)
    assert second.version == 2
    assert [summary.name for summary in second.columns] == ["record", "age", "glucose", "note", "scan"]


def code_of(action) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    return caught.value.code


def test_what_cannot_be_joined(home, sources, tmp_path: Path) -> None:
    version = home.vault.join("all", sources)
    assert code_of(lambda: home.vault.join("x", [sources[0], (sources[1][0], "record")])) == "E-DATA-35"
    assert code_of(lambda: home.vault.join("x", [sources[0], (sources[1][0], "note")])) == "E-DATA-36"
    assert code_of(lambda: home.vault.join("labs", sources)) == "E-DATA-37"
    assert code_of(lambda: home.vault.join("x", [sources[0], (version.dataset, "record")])) == "E-DATA-37"
    assert code_of(lambda: home.vault.mend(version.dataset, (), keep=False)) == "E-DATA-37"
    assert code_of(lambda: home.vault.import_table(tmp_path / "labs.csv", "all")) == "E-DATA-37"
    assert code_of(lambda: home.vault.delete(sources[1][0])) == "E-DATA-38"
    home.vault.delete(version.dataset)
    home.vault.delete(sources[1][0])
    assert {found.name for found in home.vault.datasets()} == {"visits", "scans"}


def test_tables_in_memory_join_too() -> None:
    visits = MemoryTable(pa.table({"id": pa.array(["a", "b"]), "x": pa.array([1.0, 2.0])}))
    numbers = MemoryTable(pa.table({"id": pa.array(["b", "c"]), "id2": pa.array(["q", "r"])}))
    joined = Joined([Member("v", visits, "id"), Member("n", numbers, "id")])
    assert joined.columns(["id", "x", "id2"]).to_pydict() == {"id": ["a", "b", "c"], "x": [1.0, 2.0, None], "id2": [None, "q", "r"]}
    assert [summary.missing for summary in joined.summaries] == [0, 1, 1]
    assert joined.origins == {"x": "v", "id2": "n"}
