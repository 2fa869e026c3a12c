# SPDX-License-Identifier: Apache-2.0
"""A text file read once gives what it gives when it is read twice; a wrong guess costs time and nothing else."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import WardroundError
from engine.records import loaders, tabular
from engine.records.tabular import GuessWrong
from engine.values import NoToken

MANY = 30_000  # rows: several blocks

FILES = {
    "all of one kind": ["id,x,day,word", *(f"P{n},{n / 4},2024-01-{n % 28 + 1:02},w{n % 3}" for n in range(MANY))],
    "gaps and blanks": ["id;x;y", *(f"P{n};{'' if n % 5 else n}; {n % 7},5 " for n in range(MANY))],
    "dates that settle at once": ["id,day", *(f"P{n},{n % 28 + 1}/1/2024" for n in range(MANY))],
    "numbers until the end": ["id,x", *(f"P{n},{n}" for n in range(MANY)), "P,unknown"],
    "nothing until the end": ["id,x", *(f"P{n}," for n in range(MANY)), "P,7"],
    "codes at the end": ["id,x", *(f"P{n},{n}" for n in range(MANY)), "P,007"],
    "dates that settle at the end": ["id,day", *("P,1/2/2024" for _ in range(MANY)), "P,31/1/2024"],
    "decimal commas that settle at the end": ["id;x", *(f"P{n};1,234" for n in range(MANY)), "P;1,5"],
}
GUESSED = ("all of one kind", "gaps and blanks", "dates that settle at once")


@pytest.mark.parametrize("name", sorted(FILES))
def test_both_ways_give_the_same(home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(tabular, "_BLOCK", 1 << 17)
    path = tmp_path / "a.csv"
    path.write_text("\n".join(FILES[name]) + "\n", encoding="utf-8")
    survey = loaders.survey(path)
    twice = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    once = loaders.in_one_pass(path)
    assert once is not None
    if name in GUESSED:
        assert pa.Table.from_batches(once.batches(NoToken()), once.schema).equals(twice)
        assert (once.findings, once.source_sha256, once.rows, once.units) == (
            survey.findings,
            survey.source_sha256,
            survey.rows,
            survey.units,
        )
    else:
        with pytest.raises(GuessWrong):
            list(once.batches(NoToken()))
    version = home.vault.import_table(path, "a")
    assert (version.rows, version.source_sha256) == (survey.rows, survey.source_sha256)
    assert version.findings[: len(survey.findings)] == survey.findings
    with home.vault.open_table(version.dataset) as table:
        assert table.columns(twice.column_names).equals(twice.combine_chunks())
    assert len(home.files) == 1


def test_a_fault_on_the_last_line_leaves_nothing(home, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*FILES["all of one kind"], "P,1"]) + "\n", encoding="utf-8")
    with pytest.raises(WardroundError) as caught:
        home.vault.import_table(path, "a")
    assert caught.value.code == "E-DATA-05"
    assert home.vault.datasets() == ()
    assert home.files == []
