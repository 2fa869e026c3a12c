# SPDX-License-Identifier: Apache-2.0
"""What a hospital does not help with when the coordinator forwards other things than it should, asks twice, or asks too much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.clock import ManualClock
from engine.errors import WardroundError
from engine.secagg.keystream import rehearsed_seed
from engine.site.release import Gate
from engine.site.sealing import Sealing
from engine.store import openings
from engine.values import Phase, PhaseKey, SealedVector, SiteId, Step
from engine.wire.messages import Contribute, Done, Parcel, Submit, Task
from tests.contracts.conftest import STUDY, Town
from tests.contracts.test_desk_sealed import everybody, refused, until

Make = Callable[..., Town]
ME, PEER, OTHER = SiteId("h0"), SiteId("h1"), SiteId("h2")
COUNT = 5


@pytest.fixture
def ward(town: Make) -> Callable[[Step], tuple[Town, Task]]:
    """A study as it stands when this hospital is asked for a step of its first update."""

    def make(step: Step) -> tuple[Town, Task]:
        federation = town([40] * COUNT, min_sites=3, method="masking", count=2)
        federation.start()
        if step in (Step.KEYS, Step.SHARES):
            until(federation, Phase.STATISTICS, step, number=0)
        else:
            until(federation, Phase.UPDATE, step)
        return federation, federation.task(ME)

    return make


def sealing(town: Town, name: SiteId = ME) -> Sealing:
    found = town.hospitals[name].sealing
    assert found is not None
    return found


def answer(town: Town, task: Task, name: SiteId = ME) -> Contribute:
    return asyncio.run(sealing(town, name).answer(task))


def refusal(town: Town, task: Task) -> WardroundError:
    asked = sealing(town).sealer(task) if task.step is Step.VECTOR else sealing(town).answer(task)
    with pytest.raises(WardroundError) as caught:
        asyncio.run(asked)
    return caught.value


def swapped(task: Task, site: SiteId, body: bytes) -> Task:
    """The task with another parcel in the name of one site."""
    return replace(task, parcels=tuple(Parcel(site, body) if parcel.site == site else parcel for parcel in task.parcels))


def parcel(task: Task, site: SiteId) -> bytes:
    return next(each.body for each in task.parcels if each.site == site)


def flipped(body: bytes, place: int = 0) -> bytes:
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def test_keys_are_made_for_the_sums_of_the_plan_only(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.KEYS)
    beyond = PhaseKey(STUDY, 9, 1, Phase.UPDATE)
    for openings_asked in ((), task.openings[1:], (*task.openings[:2], beyond), (*task.openings, *task.openings)):
        assert refusal(federation, replace(task, openings=openings_asked)).code == "E-ROUND-09"
    assert answer(federation, task) == answer(federation, task)


def test_a_clear_study_knows_no_other_step(town: Make) -> None:
    federation = town([40, 40])
    federation.start()
    for step in (Step.KEYS, Step.SHARES, Step.SURVIVORS, Step.UNMASK):
        assert refusal(federation, replace(federation.task(ME), step=step)).code == "E-ROUND-09"


@pytest.mark.parametrize("place", [0, 40, 70, 100, 165], ids=["mask", "channel", "commitment", "signature", "of a later sum"])
def test_swapped_keys_are_refused_by_name_and_nothing_is_shared(place: int, ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.SHARES)
    error = refusal(federation, swapped(task, PEER, flipped(parcel(task, PEER), place)))
    assert (error.code, error.fields["site"]) == ("E-SEAL-01", PEER)
    assert refusal(federation, swapped(task, ME, flipped(parcel(task, ME)))).code == "E-SEAL-01"
    assert refusal(federation, swapped(task, PEER, parcel(task, OTHER))).code in ("E-SEAL-01", "E-SEAL-02")


def test_a_second_set_of_well_signed_keys_for_the_same_sum_is_refused(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.SHARES)
    keys = replace(task, step=Step.KEYS, parcels=())
    database = federation.hospitals[PEER].database
    assert database is not None
    first = answer(federation, task)
    database.execute("DELETE FROM opening")
    fresh = answer(federation, keys, PEER).body  # signed by the right key, for the same sums
    assert fresh != parcel(task, PEER)
    assert refusal(federation, swapped(task, PEER, fresh)).code == "E-SEAL-02"
    assert answer(federation, task) == first


def test_hospitals_that_do_not_belong_are_refused(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.SHARES)
    invented = SiteId("invented")
    more = replace(task, participants=(*task.participants, invented), parcels=(*task.parcels, Parcel(invented, parcel(task, PEER))))
    error = refusal(federation, more)
    assert error.code in ("E-SEAL-01", "E-SEAL-02")
    assert refusal(federation, replace(task, participants=task.participants[1:])).code == "E-SEAL-02"


@pytest.mark.parametrize("place", [0, 81])
def test_a_changed_share_is_refused_by_its_sender_s_name_before_anything_is_sealed(
    place: int, ward: Callable[[Step], tuple[Town, Task]]
) -> None:
    federation, task = ward(Step.VECTOR)
    error = refusal(federation, swapped(task, PEER, flipped(parcel(task, PEER), place)))
    assert (error.code, error.fields["site"]) == ("E-SEAL-03", PEER)
    assert refusal(federation, swapped(task, PEER, parcel(task, OTHER))).code == "E-SEAL-03"
    assert refusal(federation, replace(task, parcels=task.parcels[1:])).code == "E-SEAL-02"


def test_a_vector_is_masked_with_enough_hospitals_only_and_with_the_same_when_asked_again(
    ward: Callable[[Step], tuple[Town, Task]],
) -> None:
    federation, task = ward(Step.VECTOR)
    few = task.participants[:3]
    assert refusal(federation, replace(task, participants=few, parcels=tuple(p for p in task.parcels if p.site in few))).code == "E-SEAL-04"
    asyncio.run(sealing(federation).sealer(task))
    other = task.participants[:4]
    again = replace(task, participants=other, parcels=tuple(p for p in task.parcels if p.site in other))
    assert refusal(federation, again).code == "E-SEAL-02"


def test_a_list_of_survivors_is_signed_once_and_only_with_this_hospital_and_enough_others(
    ward: Callable[[Step], tuple[Town, Task]],
) -> None:
    federation, task = ward(Step.SURVIVORS)
    assert refusal(federation, replace(task, survivors=task.survivors[1:])).code == "E-SEAL-02"
    assert refusal(federation, replace(task, survivors=task.survivors[:3])).code == "E-SEAL-04"
    assert refusal(federation, replace(task, participants=task.participants[:4])).code == "E-SEAL-02"
    answer(federation, task)
    federation.restart(ME, allow_one_apart=True)
    assert refusal(federation, replace(task, survivors=task.survivors[:4])).code == "E-SEAL-02"
    assert answer(federation, task) == answer(federation, task)


def test_nothing_is_unmasked_for_a_list_that_the_others_did_not_sign(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.UNMASK)
    error = refusal(federation, swapped(task, PEER, flipped(parcel(task, PEER))))
    assert (error.code, error.fields["site"]) == ("E-SEAL-07", PEER)
    assert refusal(federation, swapped(task, PEER, parcel(task, OTHER))).code == "E-SEAL-07"
    assert refusal(federation, replace(task, parcels=task.parcels[:3])).code == "E-SEAL-04"
    assert refusal(federation, replace(task, parcels=(task.parcels[0],) * 5)).code == "E-SEAL-04"
    assert refusal(federation, replace(task, survivors=task.survivors[:4])).code == "E-SEAL-02"


def test_a_split_view_gets_a_pair_key_and_a_self_mask_of_the_same_peer_from_nobody(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    """The coordinator tells half of the hospitals that the last one dropped out, and the others that it did not."""
    federation, task = ward(Step.SURVIVORS)
    names = list(federation.hospitals)
    for name in names:
        federation.restart(name, allow_one_apart=True)
    everybody_here, without = task.survivors, task.survivors[:-1]
    signed = {}
    for place, name in enumerate(names):
        seen = without if place < 2 else everybody_here
        signed[name] = answer(federation, replace(task, survivors=seen), name).body
    parcels = tuple(Parcel(name, body) for name, body in signed.items())
    for place, name in enumerate(names):
        seen = without if place < 2 else everybody_here
        told = replace(task, step=Step.UNMASK, survivors=seen, parcels=tuple(p for p in parcels if p.site in seen))
        assert refused(lambda name=name, told=told: answer(federation, told, name)) == "E-SEAL-07"  # type: ignore[misc]


def test_a_round_that_was_opened_is_not_opened_for_another_set(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.UNMASK)
    answer(federation, task)
    federation.restart(ME, allow_one_apart=True)
    database = federation.hospitals[ME].database
    assert database is not None
    # Another attempt at the same round, with keys and all, as far as the list of survivors.
    again = replace(task.key, attempt=7)
    for name in federation.hospitals:
        federation.restart(name, allow_one_apart=True)
    participants = task.participants
    keys = {name: answer(federation, replace(task, key=again, step=Step.KEYS, openings=(again,)), name).body for name in participants}
    told = replace(task, key=again, step=Step.SHARES, openings=(again,), parcels=tuple(Parcel(n, body) for n, body in keys.items()))
    shares = {name: answer(federation, told, name).body for name in participants}
    mine = []
    for name in participants[1:]:
        place = [other for other in participants if other != name].index(ME) * 82
        mine.append(Parcel(name, shares[name][place : place + 82]))
    asyncio.run(sealing(federation).sealer(replace(task, key=again, step=Step.VECTOR, parcels=tuple(mine))))
    last = replace(task, key=again, step=Step.SURVIVORS, parcels=())
    assert refusal(federation, replace(last, survivors=participants[:4])).code == "E-SEAL-05"
    assert answer(federation, last)
    database = federation.hospitals[ME].database
    assert database is not None
    assert openings.opened_set(database, STUDY, 1, Phase.UPDATE) == frozenset(participants)
    assert database.execute("SELECT attempt FROM opening WHERE opened = 1 AND round = 1") == [(1,)]


def test_after_its_round_was_published_a_sum_is_unknown(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.SURVIVORS)
    database = federation.hospitals[ME].database
    assert database is not None
    everybody(federation)
    with database.transaction():
        openings.erase(database, STUDY, 1, test=False)
    assert refusal(federation, task).code == "E-SEAL-12"


# ---------------------------------------------------------------- rehearsals


class Line:
    """A transport that notes what was let out."""

    def __init__(self) -> None:
        self.sent: list[object] = []

    async def contribute(self, message: Contribute, sent: Callable[[bytes], None]) -> Done:
        self.sent.append(message)
        return Done()

    async def submit(self, message: Submit, sent: Callable[[bytes], None]) -> Done:
        self.sent.append(message)
        return Done()


class NoLedger:
    async def open(self, intent: object) -> tuple[int, int]:
        return 1, 1

    async def close(self, *_: object) -> None:
        pass


def test_what_a_rehearsal_sealed_leaves_no_hospital() -> None:
    key = PhaseKey(STUDY, 1, 1, Phase.UPDATE)
    messages = (Contribute(key, Step.KEYS, b"\1", rehearsed=True), Submit(SealedVector(key, b"\1", "0" * 64, rehearsed=True)))
    line = Line()
    real = Gate(line, NoLedger(), ManualClock(), "lead")  # type: ignore[arg-type]
    assert refused(lambda: asyncio.run(real.contribute(messages[0]))) == "E-SEAL-11"
    assert refused(lambda: asyncio.run(real.submit(messages[1]))) == "E-SEAL-11"
    assert line.sent == []
    rehearsal = Gate(line, NoLedger(), ManualClock(), "simulation", rehearsal=True)  # type: ignore[arg-type]
    asyncio.run(rehearsal.contribute(messages[0]))
    assert line.sent == [messages[0]]


def test_a_rehearsal_says_of_all_that_it_gives_that_it_is_one(ward: Callable[[Step], tuple[Town, Task]]) -> None:
    federation, task = ward(Step.KEYS)
    hospital = federation.hospitals[ME]
    assert hospital.database is not None

    async def write(work: Callable[..., object]) -> object:
        return work(hospital.database)

    rehearsed = Sealing(federation.bundle, ME, hospital.key.sign, write, rehearsal=7)  # type: ignore[arg-type]
    message = asyncio.run(rehearsed.answer(task))
    assert message.rehearsed
    row = openings.opening(hospital.database, task.key)
    assert row is not None
    assert row.seed == rehearsed_seed(7, ME, task.key)
    assert not answer(federation, federation.task(PEER), PEER).rehearsed
