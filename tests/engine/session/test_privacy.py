# SPDX-License-Identifier: Apache-2.0
"""The privacy check between an import and a study: what stops joining, who may answer for it, and what is done again."""

from __future__ import annotations

import csv
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.records.identifiers import scan
from engine.session import ReadChoices, Session
from engine.session.events import PrivacyChanged
from engine.session.privacy_views import PrivacyView
from engine.session.views import MendView
from tests.support import samples_notes
from tests.support.hospital import PASSPHRASE, write_records
from tests.support.identities import Identities


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session.open(tmp_path / "home")
    made.create(PASSPHRASE).result(60)
    yield made
    made.close()


def with_people(path: Path, rows: int = 80) -> Path:
    """Records with a name, and a telephone number in one comment."""
    people = Identities(3)
    write_records(path, 1, rows)
    with open(path, newline="", encoding="utf-8") as file:
        lines = list(csv.reader(file))
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*lines[0], "patient_name", "comment"])
        for number, line in enumerate(lines[1:]):
            writer.writerow([*line, people.name_en(), f"Call {people.phone_en()} today." if number == 7 else "stable"])
    return path


def checked(session: Session, dataset: str) -> PrivacyView:
    return session.check_data(dataset).result(60)


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(WardroundError) as caught:
        action()
    return caught.value.code


def require(session: Session, dataset: str) -> None:
    from engine.values import NoToken

    session.opened().data.checks.require(dataset, "record_no", NoToken())


def test_records_without_people_may_join(session: Session, tmp_path: Path) -> None:
    dataset = session.import_data(write_records(tmp_path / "r.csv", 1), "r").result(60).id
    found = checked(session, dataset)
    assert found.blocking == ()
    assert found.key == "record_no"
    assert [(hit.column, hit.severity) for hit in found.hits] == [("record_no", "info")]
    assert found.cells == 80 * 5
    require(session, dataset)


def test_names_and_numbers_stop_joining_until_each_is_mended_or_answered_for(session: Session, tmp_path: Path) -> None:
    source = with_people(tmp_path / "r.csv")
    before = source.read_bytes()
    dataset = session.import_data(source, "r").result(60).id
    found = checked(session, dataset)
    assert found.blocking == ("patient_name", "comment")
    comment = next(hit for hit in found.hits if hit.column == "comment")
    assert (comment.kind, comment.count, comment.rows) == ("phone", 1, (7,))
    assert code_of(lambda: require(session, dataset)) == "E-IDENT-02"
    name = next(hit for hit in found.hits if hit.column == "patient_name")
    session.mend_data(dataset, [next(mend for mend in name.offers if mend.kind == "drop-column")]).result(60)
    assert checked(session, dataset).blocking == ("comment",)
    assert code_of(lambda: session.override_data(dataset, "comment", "A. Weber", "short").result(60)) == "E-IDENT-04"
    assert code_of(lambda: session.override_data(dataset, "ward", "A. Weber", "Nothing to see here.").result(60)) == "E-IDENT-03"
    answered = session.override_data(dataset, "comment", "A. Weber", "The ward's own number.").result(60)
    assert answered.blocking == ()
    require(session, dataset)
    assert any("A. Weber" in line.text and "The ward's own number." in line.text for line in session.home().activity)
    assert source.read_bytes() == before


def test_what_was_taken_back_counts_again_and_a_new_kind_is_not_answered_for(session: Session, tmp_path: Path) -> None:
    dataset = session.import_data(with_people(tmp_path / "r.csv"), "r").result(60).id
    checked(session, dataset)
    session.override_data(dataset, "comment", "A. Weber", "The ward's own number.").result(60)
    session.mend_data(dataset, [MendView("drop-column", "patient_name", {}, "")]).result(60)
    assert checked(session, dataset).blocking == ()
    session.mend_data(dataset, []).result(60)
    assert checked(session, dataset).blocking == ("patient_name",)
    text = (tmp_path / "r.csv").read_text(encoding="utf-8").replace("stable", "Dr. Robert Hughes came", 1)
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    session.import_data(tmp_path / "r.csv", "r").result(60)
    assert set(checked(session, dataset).blocking) == {"patient_name", "comment"}


def test_redacted_texts_join(session: Session, tmp_path: Path) -> None:
    dataset = session.import_data(with_people(tmp_path / "r.csv"), "r").result(60).id
    steps = [hit.offers[0] for hit in checked(session, dataset).hits if hit.severity == "block"]
    assert [step.kind for step in steps] == ["drop-column", "redact"]
    session.mend_data(dataset, steps).result(60)
    assert checked(session, dataset).blocking == ()
    assert session.rows(dataset, 7, 1).result(60)[0][-1] == "Call [PHONE] today."


def test_only_what_changed_is_looked_at_again(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = session.import_data(with_people(tmp_path / "r.csv"), "r").result(60).id
    first = checked(session, dataset)
    seen: list[tuple[str, ...]] = []
    whole = scan.scan

    def watching(batches, summaries, rows, token):
        made = list(batches)
        seen.append(tuple(made[0].column_names) if made else ())
        return whole(made, summaries, rows, token)

    monkeypatch.setattr(scan, "scan", watching)
    session.mend_data(dataset, [MendView("redact", "comment", {}, "")]).result(60)
    again = checked(session, dataset)
    assert seen == [("comment",)]
    assert [hit for hit in again.hits if hit.column != "comment"] == [hit for hit in first.hits if hit.column != "comment"]


def test_joining_is_refused_while_the_search_runs_and_locking_stops_it(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.session.privacy_jobs.GRACE_SECONDS", 0.0)
    begun, go = threading.Event(), threading.Event()
    whole = scan.scan

    def held(batches, summaries, rows, token):
        begun.set()
        while not go.wait(0.01):
            token.check()
        return whole(batches, summaries, rows, token)

    monkeypatch.setattr(scan, "scan", held)
    dataset = session.import_data(write_records(tmp_path / "r.csv", 1), "r").result(60).id
    assert begun.wait(30)
    assert session.privacy(dataset).result(60).state == "scanning"
    assert code_of(lambda: require(session, dataset)) == "E-IDENT-01"
    assert code_of(lambda: session.override_data(dataset, "ward", "A. Weber", "Nothing to see here.").result(60)) == "E-IDENT-01"
    session.lock()
    go.set()
    session.unlock(PASSPHRASE).result(60)
    assert checked(session, dataset).state == "done"


def test_an_interrupted_search_begins_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise WardroundError("E-FILE-01", path="x", reason="y")

    session = Session.open(tmp_path / "home")
    session.create(PASSPHRASE).result(60)
    with monkeypatch.context() as patched:
        patched.setattr(scan, "scan", never)
        dataset = session.import_data(write_records(tmp_path / "r.csv", 1), "r").result(60).id
        assert code_of(lambda: session.check_data(dataset).result(60)) == "E-FILE-01"
        session.close()
    again = Session.open(tmp_path / "home")
    done = threading.Event()

    def hear(event: object) -> None:
        if isinstance(event, PrivacyChanged) and again.privacy(event.dataset).result(60).state == "done":
            done.set()

    again.subscribe(hear)
    again.unlock(PASSPHRASE).result(60)
    assert done.wait(30)
    assert again.privacy(dataset).result(60).state == "done"
    again.close()


def test_deleting_a_data_set_deletes_what_was_found_in_it(session: Session, tmp_path: Path) -> None:
    dataset = session.import_data(with_people(tmp_path / "r.csv"), "r").result(60).id
    checked(session, dataset)
    session.override_data(dataset, "comment", "A. Weber", "The ward's own number.").result(60)
    session.delete_data(dataset).result(60)
    database = session.opened()
    for table in ("privacy_report", "privacy_override"):
        assert database.write(lambda store, table=table: store.execute(f"SELECT count(*) FROM {table}")) == [(0,)]  # noqa: S608


def test_another_grouping(session: Session, tmp_path: Path) -> None:
    dataset = session.import_data(write_records(tmp_path / "r.csv", 1), "r").result(60).id
    assert checked(session, dataset).anonymity is None
    found = session.check_data(dataset, ("ward",), "outcome").result(60).anonymity
    assert found is not None
    assert (found.columns, found.outcome, found.groups, found.patients) == (("ward",), "outcome", 2, 80)
    assert code_of(lambda: session.check_data(dataset, ("nothing",)).result(60)) == "E-IDENT-05"


@pytest.mark.parametrize("name", sorted(samples_notes.SAMPLES))
def test_what_is_made_of_notes_is_imported_and_searched(session: Session, tmp_path: Path, name: str) -> None:
    """A column of hashed words is an array, not a text: the search passes it by, and reads the columns beside it."""
    sample = samples_notes.SAMPLES[name]
    folder = tmp_path / "notes"
    folder.mkdir()
    done = session.import_data(sample.make(folder, 0), "notes", ReadChoices(settings=sample.settings)).result(60)
    assert session.check_data(done.id).result(60) is not None
    kinds = {column.name: column.kind for column in session.dataset(done.id).result(60).columns}
    assert kinds["note"] == "notes"
