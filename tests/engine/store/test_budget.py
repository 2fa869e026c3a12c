# SPDX-License-Identifier: Apache-2.0
"""The privacy ledger: nothing protected leaves unless it was reserved and drawn; what is spent is spent, durably and once."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import WardroundError
from engine.store import budget, outbound
from engine.store.budget import Reservation, StudyPrivacy
from engine.store.connection import Database, open_database
from engine.store.outbound import Intent
from engine.store.site_schema import MIGRATIONS
from engine.values import Phase, PhaseKey, StudyId

STUDY = StudyId("s")
EVENT = '{"kind":"gaussian","noise":2.0,"relation":"add-or-remove-one","sampling":1.0,"steps":1,"unit":"patient","values":0}'


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "site.db", None, MIGRATIONS)
    yield opened
    opened.close()


def key(number: int, attempt: int = 1) -> PhaseKey:
    return PhaseKey(STUDY, number, attempt, Phase.UPDATE)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def intent(number: int, payload: str, attempt: int = 1) -> Intent:
    return Intent(1.0, "submit", STUDY, number, attempt, Phase.UPDATE, 10, sha(payload), "lead")


def private(database: Database, times: int = 3, mechanism: str = "dp-sgd") -> int:
    budget.register(database, StudyPrivacy(STUDY, mechanism, "{}"), b"s" * 32)
    cohort = budget.put_cohort(database, [bytes([n]) * 32 for n in range(5)], "", 5)
    assert budget.reserve(database, STUDY, [Reservation("update", cohort, EVENT, times)], budget.last_reservation(database))
    return cohort


def draw(database: Database, number: int, payload: str, source: str = budget.OPERATING_SYSTEM) -> None:
    with database.transaction():
        budget.put_draw(database, key(number), sha("vector"), source)
        budget.put_payload(database, key(number), sha(payload))


def spent(database: Database) -> int:
    return sum(charge.spent for charge in budget.charges(database))


def refused(database: Database, what: Intent, *, rehearsal: bool = False) -> str:
    before = (spent(database), outbound.ledger_rows(database, "", 0, 99)[0])
    with pytest.raises(WardroundError) as caught:
        outbound.open_row(database, what, rehearsal=rehearsal)
    assert (spent(database), outbound.ledger_rows(database, "", 0, 99)[0]) == before
    return caught.value.code


def test_a_study_that_nobody_registered_sends_nothing(database: Database) -> None:
    assert refused(database, intent(1, "a")) == "E-DP-02"


def test_a_study_without_noise_needs_no_reservation(database: Database) -> None:
    budget.register(database, StudyPrivacy(STUDY, "none", ""), bytes(32))
    outbound.open_row(database, intent(1, "a"))
    assert budget.charges(database) == ()


def test_only_bytes_of_the_protected_vector_leave(database: Database) -> None:
    private(database)
    assert refused(database, intent(1, "a")) == "E-DP-02"
    draw(database, 1, "a")
    assert refused(database, intent(1, "b")) == "E-DP-02"
    assert refused(database, intent(2, "a")) == "E-DP-02"
    outbound.open_row(database, intent(1, "a"))
    assert spent(database) == 1


def test_another_attempt_of_the_same_answer_is_not_charged_again_and_another_round_is(database: Database) -> None:
    private(database)
    draw(database, 1, "a")
    outbound.open_row(database, intent(1, "a"))
    outbound.open_row(database, intent(1, "a"))
    with database.transaction():
        budget.put_payload(database, key(1, attempt=2), sha("a, sealed anew"))
    outbound.open_row(database, intent(1, "a, sealed anew", attempt=2))
    assert spent(database) == 1
    draw(database, 2, "b")
    outbound.open_row(database, intent(2, "b"))
    assert spent(database) == 2


def test_what_is_not_reserved_or_used_up_does_not_leave(database: Database) -> None:
    private(database, times=2)
    for number in (1, 2, 3):
        draw(database, number, str(number))
    outbound.open_row(database, intent(1, "1"))
    outbound.open_row(database, intent(2, "2"))
    assert refused(database, intent(3, "3")) == "E-DP-04"
    budget.release(database, STUDY)
    outbound.open_row(database, intent(2, "2"))  # charged before: the receipt may have been lost
    assert spent(database) == 2


def test_noise_that_can_be_repeated_is_for_simulations(database: Database) -> None:
    private(database)
    draw(database, 1, "a", source="seeded")
    assert refused(database, intent(1, "a")) == "E-DP-03"
    outbound.open_row(database, intent(1, "a"), rehearsal=True)


def test_who_reserves_on_an_old_look_is_told(database: Database) -> None:
    cohort = private(database)
    seen = budget.last_reservation(database)
    assert budget.reserve(database, "other", [Reservation("update", cohort, EVENT, 1)], seen)
    assert not budget.reserve(database, "third", [Reservation("update", cohort, EVENT, 1)], seen)
    assert {charge.study for charge in budget.charges(database)} == {STUDY, "other"}


def test_leaving_gives_back_what_was_not_spent_and_nothing_else(database: Database) -> None:
    cohort = private(database, times=3)
    draw(database, 1, "a")
    outbound.open_row(database, intent(1, "a"))
    budget.release(database, STUDY)
    assert [(charge.spent, charge.open) for charge in budget.charges(database)] == [(1, 0)]
    assert budget.reserve(database, STUDY, [Reservation("update", cohort, EVENT, 3)], budget.last_reservation(database))
    assert [(charge.spent, charge.open) for charge in budget.charges(database)] == [(1, 2)]


def test_the_same_patients_are_one_cohort_and_overlaps_are_seen(database: Database) -> None:
    people = [bytes([n]) * 32 for n in range(6)]
    first = budget.put_cohort(database, people[:4], "", 4)
    assert budget.put_cohort(database, list(reversed(people[:4])), "", 4) == first
    second = budget.put_cohort(database, people[2:], "", 4)
    assert set(budget.memberships(database)) == {frozenset(), frozenset({first}), frozenset({second}), frozenset({first, second})}


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE budget_reservation SET event = replace(event, '2.0', '9.0')",
        "DELETE FROM budget_spent WHERE id = 1",
        "UPDATE budget_spent SET round = 9 WHERE id = 2",
    ],
)
def test_a_changed_ledger_is_noticed(database: Database, harm: str) -> None:
    private(database)
    for number in (1, 2):
        draw(database, number, str(number))
        outbound.open_row(database, intent(number, str(number)))
    budget.require_chain(database)
    database.execute(harm)
    with pytest.raises(WardroundError) as caught:
        budget.require_chain(database)
    assert caught.value.code == "E-DP-05"


def _send(path: Path, said: multiprocessing.connection.Connection) -> None:
    """Reserves, draws, spends and "sends" round after round, until it is killed; a send is told before the next step."""
    database = open_database(path, None, MIGRATIONS)
    private(database, times=100_000)
    number = 0
    while True:
        number += 1
        draw(database, number, str(number))
        outbound.open_row(database, intent(number, str(number)))
        said.send(number)  # the first byte has left


def test_a_kill_at_any_moment_never_leaves_something_sent_uncharged(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    for trial in range(12):
        path = tmp_path / f"{trial}.db"
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=_send, args=(path, theirs))
        child.start()
        theirs.close()
        for _ in range(1 + 3 * trial):
            last = ours.recv()
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        while ours.poll():
            try:
                last = ours.recv()
            except EOFError:
                break
        database = open_database(path, None, MIGRATIONS)
        try:
            budget.require_chain(database)
            assert spent(database) >= last
            assert len(budget.spending(database)) == spent(database)
        finally:
            database.close()
            ours.close()
