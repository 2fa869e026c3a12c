# SPDX-License-Identifier: Apache-2.0
"""Patients who object: before a study begins they are never in it, in the middle of one the next vector is made without them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.secagg import fixed_point
from engine.session import Session
from engine.store import exclusions
from engine.values import NoToken, PhaseKey
from tests.support import hospital
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.turnstile import Turnstile

OBJECTED = [f"P1-{row:04d}" for row in range(10, 20)]


def first_update(key: PhaseKey) -> bool:
    return key.phase == "update" and key.round == 1


def held_rows(session: Session) -> dict[tuple[int, str], int]:
    found = session.opened().write(lambda database: exclusions.sent_contributions(database, STUDY))  # type: ignore[arg-type]
    return {(each.round, each.phase): each.rows for each in found}


def test_who_objects_is_in_nothing_that_is_made_from_then_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights: list[float] = []
    encode = fixed_point.encode_update

    def weighed(delta: object, weight: float, *rest: object) -> object:
        weights.append(weight)
        return encode(delta, weight, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(fixed_point, "encode_update", weighed)
    step = Turnstile(monkeypatch, "north", first_update)
    lead = Lead(tmp_path, hospital.manifest(rounds=2))
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        dataset = session.datasets()[0].id
        lead.publish()
        session.refresh(STUDY).result(60)
        assert {line.variable: line.problem for line in session.match(STUDY, dataset).result(60)}["record_no"] == ""
        (unknown,) = session.exclude_patient(" p1-0000 ", "objected in writing").result(60)
        assert (unknown.column, unknown.rows) == ("", 0), "nobody has said which column the patient number is"
        note = next(line.note for line in session.match(STUDY, dataset).result(60) if line.variable == "record_no")
        assert "1 rows of excluded patients are left out." in note
        hospital.join(session)
        assert session.patient_column(dataset) == "record_no"
        plan = session.opened().joining.plan(STUDY)
        assert len(session.opened().data.study_table(plan, dataset, 1, NoToken())) == 79

        session.start(STUDY)
        lead.start()
        step.wait()
        for patient in OBJECTED:
            (found,) = session.exclude_patient(patient, "withdrew").result(60)
            assert (found.column, found.rows) == ("record_no", 1)
        step.wait()  # what was begun with them is given up, and asked again
        step.open()
        assert session.wait(STUDY, 60) == "finished"
        assert session.results(STUDY).result(60).final

        rows = held_rows(session)
        assert rows[2, "update"] == rows[1, "update"] < rows[0, "statistics"]
        assert weights == [1.0, 1.0], "the weight stays the one that was counted, or the coordinator's sum of weights would be wrong"
        assert len(session.opened().data.study_table(plan, dataset, 1, NoToken())) == 69
        listed = {each.patient: each for each in session.exclusions().result(60)}
        assert listed["p1-0000"].left == (), "excluded before anything was made"
        assert [left.rounds for left in listed[OBJECTED[0]].left] == [(0,)]
        assert "cannot be called back" in listed[OBJECTED[0]].left[0].text
        finding = next(each for each in session.dataset(dataset).result(60).findings if "excluded patients" in each.text)
        assert finding.text.startswith("11 rows")
        assert finding.rows == (0, *range(10, 20))

        session.lift_exclusion("P1-0000").result(60)
        assert len(session.opened().data.study_table(plan, dataset, 1, NoToken())) == 70
        lifted = session.exclusions().result(60)[-1]
        assert (lifted.patient, lifted.lifted is not None) == ("p1-0000", True)
        with pytest.raises(WardroundError) as caught:
            session.lift_exclusion("P1-0000").result(60)
        assert caught.value.code == "E-EXCL-03"
    finally:
        step.open()
        session.close()
        lead.close()


def test_the_list_survives_a_restart_and_stands_in_no_file_in_clear(tmp_path: Path) -> None:
    session = Session.open(tmp_path / "home")
    session.create(hospital.PASSPHRASE).result(60)
    session.exclude_patient("Objector-4711", "objected").result(60)
    with pytest.raises(WardroundError) as caught:
        session.exclude_patient("Objector-4712", "  ").result(60)
    assert caught.value.code == "E-EXCL-02"
    session.close()
    for path in (tmp_path / "home").rglob("*"):
        assert not path.is_file() or b"4711" not in path.read_bytes()
    session = Session.open(tmp_path / "home")
    session.unlock(hospital.PASSPHRASE).result(60)
    path = hospital.write_records(tmp_path / "records.csv", 1)
    path.write_text(path.read_text().replace("P1-0005", "objector-4711"))
    dataset = session.import_data(path, "records").result(60).id
    assert not [each for each in session.dataset(dataset).result(60).findings if "excluded" in each.text]
    session.set_patient_column(dataset, "record_no").result(60)
    finding = next(each for each in session.dataset(dataset).result(60).findings if "excluded" in each.text)
    assert finding.rows == (5,)
    log = session.access_log().result(60)
    assert all(line.who for line in log)
    told = [line.text for line in log]
    assert told.count("Looked at records.") == 1
    assert {"Opened the vault.", "Excluded a patient.", "Imported records, version 1: 80 rows."} <= set(told)
    assert not any("4711" in line for line in told)
    assert not any(line.text == "Opened the vault." for line in session.home().activity)
    session.close()


def test_a_study_without_patient_numbers_waits_until_somebody_says_which_column_they_are(tmp_path: Path) -> None:
    plan = hospital.manifest().replace('[[variables]]\nname = "record_no"\nkind = "text"\nrole = "patient-id"\n', "")
    lead = Lead(tmp_path, plan)
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        lead.publish()
        session.refresh(STUDY).result(60)
        dataset = session.datasets()[0].id
        session.exclude_patient("P1-0003", "objected").result(60)
        with pytest.raises(WardroundError) as caught:
            session.join(STUDY, dataset).result(60)
        assert caught.value.code == "E-EXCL-01"
        session.set_patient_column(dataset, "record_no").result(60)
        session.join(STUDY, dataset).result(60)
    finally:
        session.close()
        lead.close()
