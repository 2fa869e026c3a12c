# SPDX-License-Identifier: Apache-2.0
"""A hospital whose columns have other names, units and words: it says what they are, once, and the next file is read alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.session import MatchChoice, Session
from engine.values import NoToken
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.lead import Lead

ROWS = ["pat,erste,zweite,ward,outcome"]
ROWS += [f"N{n},{n % 40 / 300:.4f},{n % 7},{('Ost', 'West')[n % 2]},{('no', 'yes')[n % 3 == 0]}" for n in range(60)]


@pytest.fixture(scope="module")
def invited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    folder = tmp_path_factory.mktemp("match")
    plan = hospital.manifest().replace('name = "first"\nkind = "numeric"', 'name = "first"\nkind = "numeric"\nunit = "mmHg"')
    lead = Lead(folder, plan)
    session = hospital.member(lead, folder, "north", 1)
    lead.publish()
    session.refresh(STUDY).result(60)
    yield session
    session.close()
    lead.close()


def problems(session: Session, dataset: str) -> set[str]:
    return {line.variable for line in session.match(STUDY, dataset).result(60) if line.problem}


def code_of(session: Session, dataset: str, choice: MatchChoice) -> str:
    with pytest.raises(WardroundError) as caught:
        session.choose_match(STUDY, dataset, choice).result(60)
    return caught.value.code


def test_what_a_person_says_is_kept_and_fixed_by_joining(invited: Session, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("\n".join(ROWS))
    dataset = invited.import_data(path, "export").result(60).id
    assert problems(invited, dataset) == {"first", "second"}
    asked = invited.export_request(STUDY, dataset).result(60)
    assert [line.split(":")[0] for line in asked] == ["first", "second"]
    assert "mmHg" in asked[0]
    assert len(invited.export_request(STUDY).result(60)) == 5

    invited.choose_match(STUDY, dataset, MatchChoice("first", "erste", "kPa")).result(60)
    invited.choose_match(STUDY, dataset, MatchChoice("record_no", "pat")).result(60)
    lines = invited.choose_match(STUDY, dataset, MatchChoice("second", "zweite")).result(60)
    found = {line.variable: line for line in lines}
    assert not problems(invited, dataset)
    assert (found["first"].column, found["first"].chosen, found["ward"].chosen) == ("erste", True, False)
    assert "kPa" in found["first"].note
    site = invited.opened()
    plan = site.joining.plan(STUDY)
    before = site.data.study_table(plan, dataset, 1, NoToken())
    assert set(np.unique(before.coded["ward"]).tolist()) == {1, 2}, "Ost is no category of the study"

    assert code_of(invited, dataset, MatchChoice("ward", spellings={"Ost": "north"})) == "E-DATA-42"
    assert code_of(invited, dataset, MatchChoice("third", "erste")) == "E-DATA-42"
    assert code_of(invited, dataset, MatchChoice("first", "third")) == "E-DATA-42"
    invited.choose_match(STUDY, dataset, MatchChoice("ward", spellings={"Ost": "east"})).result(60)

    path.write_text("\n".join(row for number, row in enumerate(ROWS) if number < 50))
    again = invited.import_data(path, "export").result(60)
    assert (again.id, again.version) == (dataset, 2)
    assert not problems(invited, dataset), "the next file of the data set is read alike"

    table = site.data.study_table(plan, dataset, 2, NoToken())
    assert table.numeric["first"].max() == pytest.approx(39 / 300 * 7.500616, rel=1e-5)
    assert set(np.unique(table.coded["ward"]).tolist()) == {0, 1}

    invited.choose_match(STUDY, dataset, MatchChoice("second")).result(60)
    assert problems(invited, dataset) == {"second"}
    invited.choose_match(STUDY, dataset, MatchChoice("second", "zweite")).result(60)
    invited.join(STUDY, dataset).result(60)
    assert code_of(invited, dataset, MatchChoice("second", "erste")) == "E-SITE-24"
    assert not problems(invited, dataset)
