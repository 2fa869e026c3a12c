# SPDX-License-Identifier: Apache-2.0
"""Sealed sums at the desk, with the sites' own half against it: the same models as in clear, whoever drops out or is killed where."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.coordinator import administration, overview
from engine.errors import WardroundError
from engine.secagg.circle import least_shares
from engine.store import openings
from engine.study import phases
from engine.study.manifest import parse
from engine.study.phases import layout_of
from engine.values import Phase, SiteId, Step
from engine.wire.messages import Contribute, Leave, ReportError, StudyState, Task
from tests.contracts.conftest import STUDY, Town

Make = Callable[..., Town]
ROWS = (41, 67, 103, 59)
SEALED = (Step.KEYS, Step.SHARES, Step.VECTOR, Step.SURVIVORS, Step.UNMASK)


def sites(town: Town) -> list[SiteId]:
    return list(town.hospitals)


def everybody(town: Town, *, but: set[SiteId] = frozenset()) -> int:  # type: ignore[assignment]
    """One task of each hospital, as its agent does it; how many had one. What a hospital cannot do it reports."""
    done = 0
    for name in sites(town):
        if name in but:
            continue
        task = town.poll(name).task
        if task is None:
            continue
        done += 1
        try:
            if task.step is Step.VECTOR:
                town.send(name, task, town.payload(name, task))
            else:
                town.exchange(name, task)
        except WardroundError as error:
            if error.code != "E-ROUND-02":
                town.desk.report_error(name, ReportError(task.key, error.code))
    return done


def until(town: Town, phase: Phase, step: Step, *, number: int = 1, but: set[SiteId] = frozenset()) -> None:  # type: ignore[assignment]
    """Everybody works until this step is asked for."""
    for _ in range(200):
        for name in sites(town):
            task = town.poll(name).task if name not in but else None
            if task is not None and (task.key.round, task.key.phase, task.step) == (number, phase, step):
                return
        assert everybody(town, but=but)
    raise AssertionError("the step does not come")


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(WardroundError) as caught:
        call()
    return caught.value.code


def test_the_models_are_those_of_the_clear_study_bit_for_bit(town: Make) -> None:
    clear, sealed = town(ROWS, min_sites=3), town(ROWS, min_sites=3, method="masking")
    clear.start()
    clear.run()
    sealed.start()
    sealed.run(tuple(reversed(sites(sealed))))
    assert sealed.state() is StudyState.FINISHED
    assert sealed.hashes() == clear.hashes()


def test_every_step_is_asked_of_everybody_and_keys_are_exchanged_ahead(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", count=2)
    federation.start()
    seen: list[tuple[Phase, Step]] = []
    while (task := federation.poll(SiteId("h0")).task) is not None:
        seen.append((task.key.phase, task.step))
        assert everybody(federation) == len(ROWS)
    opened = [phase for phase, step in seen if step is Step.UNMASK]
    assert opened == [Phase.STATISTICS, *(Phase.UPDATE, Phase.EVALUATION) * 2, Phase.TEST]
    assert [step for _, step in seen] == [*SEALED, *(Step.VECTOR, Step.SURVIVORS, Step.UNMASK) * 5]


def test_no_file_or_message_holds_what_one_hospital_counted(town: Make) -> None:
    """Each hospital's rows, as the ring writes them, in its statistics and as its weight; in clear, where they are, they are found."""

    def found(federation: Town) -> int:
        federation.start()
        told: list[bytes] = []
        marks: set[bytes] = set()
        total = sum(ROWS)
        for _ in range(200):
            for name in sites(federation):
                task = federation.poll(name).task
                if task is None:
                    continue
                if task.step is Step.VECTOR:
                    payload = federation.payload(name, task)
                    told.append(payload)
                    federation.send(name, task, payload)
                else:
                    told.append(federation.exchange(name, task).body)
                if task.key.phase is Phase.UPDATE:
                    layout = layout_of(Phase.UPDATE, parse(federation.text, "test"), 1)
                    rows = federation.hospitals[name].rows
                    marks.add(int(np.rint(rows / total * 2.0**layout.fraction_bits)).to_bytes(4, "little"))
                files = [path.read_bytes() for path in federation.folder.rglob("*") if path.is_file() and path.suffix != ".db"]
                told += [content for content in files if b"SQLite" not in content[:16]]
            if federation.state() is StudyState.FINISHED:
                break
        marks |= {(rows << 28).to_bytes(8, "little") for rows in ROWS}
        database = federation.home.open_database()
        told += [row[0] for row in database.execute("SELECT body FROM exchanges")]
        told += [row[0] + row[1] for row in database.execute("SELECT keys, shares FROM sealings")]
        counted = database.execute("SELECT count(rows) FROM answers")[0][0]
        database.close()
        everything = b"|".join(told)
        return sum(mark in everything for mark in marks) + counted

    assert found(town(ROWS, min_sites=3, method="masking")) == 0
    assert found(town(ROWS, min_sites=3)) >= 2 * len(ROWS)


# ---------------------------------------------------------------- drop-outs


def dropping(make: Make, count: int, step: Step, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A study in which the last hospital is silent from this step of the first update on, until the round is published."""
    monkeypatch.setattr(phases, "AHEAD", 1)  # so that KEYS and SHARES come in every phase
    federation = make([40 + 3 * site for site in range(count)], min_sites=3, quorum=0.7, method="masking", count=1)
    for name in sites(federation):
        federation.restart(name, allow_one_apart=True)
    federation.start()
    until(federation, Phase.UPDATE, step)
    return federation


@pytest.mark.parametrize("count", [4, 5, 8])
@pytest.mark.parametrize("step", SEALED, ids=str)
def test_a_round_goes_on_without_one_that_drops_out_in_any_step(
    count: int, step: Step, town: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    federation = dropping(town, count, step, monkeypatch)
    gone = {sites(federation)[-1]}
    for _ in range(60):
        if not everybody(federation, but=gone):
            federation.clock.advance(12.0)  # the grace for those who are late
            federation.desk.tick()
        if any(record.round == 1 for record in federation.hospitals[SiteId("h0")].records):
            break
    record = next(record for record in federation.hospitals[SiteId("h0")].records if record.round == 1)
    with_vector = step in (Step.SURVIVORS, Step.UNMASK)
    assert (set(record.participants) == set(sites(federation))) is with_vector
    assert len(record.participants) == (count if with_vector else count - 1)

    clear = town([40 + 3 * site for site in range(count)], min_sites=3, quorum=0.7, count=1)
    clear.start()
    clear.answer_all()
    for name in record.participants:
        clear.answer(name)
    clear.clock.advance(60.0)
    clear.desk.tick()
    while not any(each.round == 1 for each in clear.hospitals[SiteId("h0")].records):
        for name in sites(clear)[:-1]:
            clear.answer(name)
        clear.clock.advance(12.0)
        clear.desk.tick()
    expected = next(each for each in clear.hospitals[SiteId("h0")].records if each.round == 1)
    assert record.model_sha256 == expected.model_sha256


def test_below_the_threshold_a_round_waits_and_is_asked_anew(town: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    federation = dropping(town, 5, Step.VECTOR, monkeypatch)
    gone = set(sites(federation)[-2:])
    assert len(federation.hospitals) - len(gone) < least_shares(5)
    for _ in range(3):
        everybody(federation, but=gone)
    first = federation.task(sites(federation)[-1])
    assert federation.poll(SiteId("h0")).task is None
    federation.clock.advance(200.0)
    federation.desk.tick()
    again = federation.task(SiteId("h0"))
    assert (again.key.round, again.key.phase, again.step) == (first.key.round, first.key.phase, Step.KEYS)
    assert again.key.attempt > first.key.attempt
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_too_few_to_unmask_gives_the_attempt_up_and_the_same_set_opens_it_later(town: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    federation = dropping(town, 5, Step.UNMASK, monkeypatch)
    everybody(federation, but=set(sites(federation)[2:]))
    federation.clock.advance(200.0)
    federation.desk.tick()
    assert federation.task(SiteId("h0")).step is Step.KEYS
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_who_leaves_between_keys_and_vector_is_not_waited_for(town: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (Step.KEYS, Step.SHARES, Step.VECTOR):
        federation = dropping(town, 5, step, monkeypatch)
        name = sites(federation)[-1]
        task = federation.task(name)
        if task.step is Step.VECTOR:
            federation.send(name, task, federation.payload(name, task))
        else:
            federation.exchange(name, task)
        federation.desk.leave(name, Leave(STUDY))
        for _ in range(80):
            if not everybody(federation, but={name}):
                break
        assert federation.state() is StudyState.FINISHED
        assert all(name not in record.participants for record in federation.hospitals[SiteId("h0")].records if record.round == 1)


# ---------------------------------------------------------------- what hospitals refuse


def test_a_set_that_differs_by_one_hospital_is_not_opened_and_the_study_waits_for_it(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", quorum=0.7, count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    late = sites(federation)[-1]
    first = federation.task(late)
    for _ in range(30):
        if not everybody(federation, but={late}):
            federation.clock.advance(12.0)
            federation.desk.tick()
        task = federation.poll(late).task
        if task is not None and task.key.attempt > first.key.attempt:
            break
    else:
        raise AssertionError("it is not asked for anew")
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.state is StudyState.RUNNING
    assert {record.round for record in federation.hospitals[SiteId("h0")].records} == {0}
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_when_the_one_has_left_for_good_the_study_pauses_and_says_why(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    gone = sites(federation)[-1]
    federation.desk.leave(gone, Leave(STUDY))
    for _ in range(30):
        if not everybody(federation, but={gone}):
            break
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.state is StudyState.PAUSED
    assert status.problem is not None
    assert status.problem.code == "E-SEAL-10"
    assert "E-SEAL-06" in status.problem.what("en")
    for name in sites(federation)[:-1]:  # each hospital decides otherwise, the lead resumes
        federation.restart(name, allow_one_apart=True)
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.run(tuple(sites(federation)[:-1]))
    assert federation.state() is StudyState.FINISHED


def test_a_set_apart_by_two_is_opened(town: Make) -> None:
    federation = town([40] * 8, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    gone = sites(federation)[-2:]
    for name in gone:
        federation.desk.leave(name, Leave(STUDY))
    federation.run(tuple(sites(federation)[:-2]))
    assert federation.state() is StudyState.FINISHED


# ---------------------------------------------------------------- crashes


@pytest.mark.parametrize("step", SEALED, ids=str)
@pytest.mark.parametrize("phase", [Phase.STATISTICS, Phase.UPDATE], ids=str)
def test_coordinator_and_hospitals_killed_in_any_step_go_on_with_the_same_bytes(phase: Phase, step: Step, town: Make) -> None:
    if phase is Phase.UPDATE and step in (Step.KEYS, Step.SHARES):
        pytest.skip("exchanged ahead")
    clear, sealed = town(ROWS, min_sites=3, count=1), town(ROWS, min_sites=3, count=1, method="masking")
    clear.start()
    clear.run()
    sealed.start()
    until(sealed, phase, step, number=0 if phase is Phase.STATISTICS else 1)
    one, other = sites(sealed)[0], sites(sealed)[1]
    task = sealed.task(one)
    if step is Step.VECTOR:
        first = sealed.payload(one, task)
        sealed.restart(one)
        assert sealed.payload(one, task) == first
        sealed.send(one, task, first)
    else:
        sealing = sealed.hospitals[one].sealing
        assert sealing is not None
        first = asyncio.run(sealing.answer(task)).body
        sealed.restart(one)
        assert sealed.exchange(one, task).body == first
    sealed.reopen()
    assert sealed.poll(one).task is None
    again = sealed.task(other)
    assert (again.key, again.step) == (task.key, step)
    sealed.run()
    assert sealed.hashes() == clear.hashes()


def test_seeds_are_erased_when_their_round_is_published_and_what_was_opened_stays(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", count=2)
    federation.start()
    federation.run()
    for name in sites(federation):
        federation.poll(name)
        database = federation.hospitals[name].database
        assert database is not None
        with database.transaction():
            openings.erase(database, STUDY, 2, test=True)
        assert database.execute("SELECT count(*) FROM opening WHERE seed != x'' OR keys != '' OR parcels != ''") == [(0,)]
        assert openings.opened_sets(database, STUDY) == {frozenset(sites(federation))}
        for number in (1, 2):
            assert openings.opened_set(database, STUDY, number, Phase.UPDATE) == frozenset(sites(federation))
        assert openings.opened_set(database, STUDY, 3, Phase.UPDATE) is None


# ---------------------------------------------------------------- what the desk refuses


def at(town: Town, step: Step) -> tuple[SiteId, Task]:
    town.start()
    until(town, Phase.STATISTICS, step, number=0)
    return SiteId("h1"), town.task(SiteId("h1"))


@pytest.mark.parametrize("step", [step for step in SEALED if step is not Step.VECTOR], ids=str)
def test_an_answer_of_another_length_is_refused_by_name(step: Step, town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking")
    name, task = at(federation, step)
    assert refused(lambda: federation.desk.contribute(name, Contribute(task.key, step, b"\1" * 7))) == "E-SEAL-13"
    assert everybody(federation) == len(ROWS)


@pytest.mark.parametrize(("step", "code"), [(Step.KEYS, "E-SEAL-01"), (Step.SURVIVORS, "E-SEAL-07")])
def test_what_the_site_did_not_sign_is_refused_by_name(step: Step, code: str, town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking")
    name, _ = at(federation, step)
    sealing = federation.hospitals[SiteId("h2")].sealing
    assert sealing is not None
    others = asyncio.run(sealing.answer(federation.task(SiteId("h2"))))
    assert refused(lambda: federation.desk.contribute(name, others)) == code


def test_a_second_other_answer_a_step_that_is_over_and_a_vector_too_early_are_refused(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking")
    name, task = at(federation, Step.SHARES)
    message = federation.exchange(name, task)
    federation.desk.contribute(name, message)  # the same again changes nothing
    other = Contribute(task.key, Step.SHARES, bytes(reversed(message.body)))
    assert refused(lambda: federation.desk.contribute(name, other)) == "E-UPDATE-02"
    assert refused(lambda: federation.desk.contribute(name, Contribute(task.key, Step.KEYS, b"\1"))) == "E-ROUND-02"
    assert refused(lambda: federation.desk.begin_submit(name, task.key, 8, "0" * 64)) == "E-ROUND-02"


def test_a_wrong_share_of_one_is_left_out_and_too_many_pause_the_study(town: Make) -> None:
    federation = town([40] * 5, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.UNMASK)

    def lie(name: SiteId) -> None:
        task = federation.task(name)
        sealing = federation.hospitals[name].sealing
        assert sealing is not None
        body = bytearray(asyncio.run(sealing.answer(task)).body)
        body[int(name[1:])] ^= 1  # each in another place, so that two lies do not make up for each other
        federation.desk.contribute(name, Contribute(task.key, Step.UNMASK, bytes(body)))

    lie(SiteId("h4"))
    everybody(federation)
    assert federation.task(SiteId("h0")).key.phase is Phase.EVALUATION
    until(federation, Phase.EVALUATION, Step.UNMASK)
    lie(SiteId("h2"))
    lie(SiteId("h3"))
    everybody(federation)
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert status.problem.code == "E-SEAL-08"
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_garbage_in_a_vector_is_seen_in_the_sum(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    name = SiteId("h2")
    task = federation.task(name)
    ring = np.frombuffer(federation.payload(name, task), np.uint32).copy()
    ring[:1] += np.uint32(1 << 30)
    federation.send(name, task, ring.tobytes())
    for _ in range(4):
        everybody(federation)
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert status.problem.code == "E-SEAL-09"


def test_a_weight_that_is_not_the_rows_counted_is_seen_in_the_sum(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    name = SiteId("h2")
    task = federation.task(name)
    layout = layout_of(Phase.UPDATE, parse(federation.text, "test"), len(federation.payload(name, task)) // 4 - 3)
    ring = np.frombuffer(federation.payload(name, task), np.uint32).copy()
    ring[-3:-2] -= np.uint32(1 << (layout.fraction_bits - 5))  # three percent of all patients less
    federation.send(name, task, ring.tobytes())
    for _ in range(4):
        everybody(federation)
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert status.problem.code == "E-SEAL-09"


def test_as_many_as_open_a_sum_may_be_fewer_than_it_must_hold(town: Make) -> None:
    """The plan asks for four in every sum; three of them, who are more than two thirds, may open it while the fourth is gone."""
    federation = town(ROWS, min_sites=4, method="masking", count=1)
    federation.start()
    until(federation, Phase.STATISTICS, Step.SURVIVORS, number=0)
    gone = {sites(federation)[1]}
    for _ in range(2):
        everybody(federation, but=gone)
        federation.clock.advance(5.0)
        federation.desk.tick()
    assert federation.task(SiteId("h0")).key.phase is Phase.UPDATE
    assert set(federation.hospitals[SiteId("h0")].records[0].participants) == set(sites(federation))
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_a_hospital_that_lost_its_books_takes_part_with_new_keys(town: Make) -> None:
    """Its vault was restored from a copy: it knows nothing of the keys that it exchanged ahead, says so, and is asked anew."""
    federation = town(ROWS, min_sites=3, method="masking", count=1)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    name = sites(federation)[1]
    assert refused(lambda: _without_books(federation, name)) == "E-SEAL-12"
    federation.desk.report_error(name, ReportError(federation.task(name).key, "E-SEAL-12"))
    for _ in range(60):
        if not everybody(federation):
            break
    assert federation.state() is StudyState.FINISHED
    assert all(set(record.participants) == set(sites(federation)) for record in federation.hospitals[SiteId("h0")].records)


def _without_books(federation: Town, name: SiteId) -> bytes:
    database = federation.hospitals[name].database
    assert database is not None
    database.execute("DELETE FROM opening")
    return federation.payload(name, federation.task(name))


def test_with_fewer_hospitals_than_the_threshold_nothing_is_published_begun_or_gone_on_with(town: Make) -> None:
    federation = town(ROWS, min_sites=3, method="masking", threshold=4)
    with pytest.raises(WardroundError, match="E-COORD-08"):
        town(ROWS, min_sites=3, method="masking", threshold=5)
    federation.start()
    until(federation, Phase.UPDATE, Step.VECTOR)
    federation.desk.leave(sites(federation)[-1], Leave(STUDY))
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert (status.state, status.problem.code) == (StudyState.STOPPED, "E-ROUND-06")
