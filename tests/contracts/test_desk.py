# SPDX-License-Identifier: Apache-2.0
"""What a ``Desk`` promises: whole studies with scripted hospitals, interrupted anywhere, answered in any order."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from engine.coordinator import administration, overview
from engine.coordinator.desk import SpoolSlot
from engine.coordinator.spool import Spool
from engine.errors import WardroundError
from engine.models import vector
from engine.models.spec import size
from engine.secagg import fixed_point
from engine.secagg.clear import ClearOpener, ClearSealer
from engine.store.connection import Database
from engine.study import manifest as manifests
from engine.study.phases import layout_of
from engine.study.schema import model_spec_of
from engine.values import Phase, PhaseKey, SiteId
from engine.wire.messages import Leave, Receipt, ReportError, SiteState, StudyState
from tests.support.patience import until

Make = Callable[..., Any]
STUDY = "trial"
H0, H1, H2 = SiteId("h0"), SiteId("h1"), SiteId("h2")


@contextmanager
def raises(code: str) -> Iterator[None]:
    with pytest.raises(WardroundError) as caught:
        yield
    assert caught.value.code == code, caught.value


def to_update(federation: Any) -> None:
    """Through the prepare phase, until round 1 is open."""
    federation.start()
    while federation.task(H0).key.phase is not Phase.UPDATE:
        federation.answer_all()


# ---------------------------------------------------------------- the undisturbed study


def test_a_whole_study(town: Make) -> None:
    federation = town()
    federation.start()
    federation.run()
    assert federation.state() is StudyState.FINISHED
    records = federation.hospitals[H0].records
    phases = [(r.round, r.phase) for r in records]
    assert phases == [(0, Phase.STATISTICS), (1, Phase.UPDATE), (2, Phase.UPDATE), (3, Phase.UPDATE), (3, Phase.TEST)]
    assert [r.examples for r in records[:4]] == [200, 200, 200, 200]
    assert all(r.participants == (H0, H1, H2) for r in records)
    losses = [float(r.evaluation[-2] / r.evaluation[-3]) for r in records[1:4]]
    best = 1 + losses.index(min(losses))
    assert records[-1].best_round == best
    assert records[-1].model_sha256 == records[best].model_sha256
    until(lambda: not list(federation.home.spool.rglob("*.*")))  # deleted by a thread of its own


def test_the_mean_of_the_updates_is_published(town: Make) -> None:
    federation = town(rows=(40, 60))
    to_update(federation)
    manifest = manifests.parse(federation.text, "test")
    spec = model_spec_of(manifest)
    layout = layout_of(Phase.UPDATE, manifest, size(spec))
    start = vector.read(federation.desk.model_path(H0, STUDY, 0), spec).astype(np.float64)
    exact = start.copy()
    for name, share in ((H0, 0.4), (H1, 0.6)):
        ring = np.frombuffer(federation.payload(name, federation.task(name)), "<u4")
        exact += share * (fixed_point.open_update(ring, layout).parameters.view(np.int32) / 2.0**layout.fraction_bits / share)
    federation.answer_all()
    published = vector.read(federation.desk.model_path(H0, STUDY, 1), spec)
    np.testing.assert_allclose(published, exact, atol=1e-6)


def test_ranges_come_first_where_the_plan_has_none(town: Make) -> None:
    federation = town(ranges=True)
    federation.start()
    assert federation.task(H0).key.phase is Phase.RANGES
    federation.answer_all()
    task = federation.task(H0)
    assert task.key.phase is Phase.STATISTICS
    assert np.frombuffer(task.opened, "<f8").sum() == 200
    federation.run()
    assert federation.state() is StudyState.FINISHED


def test_the_study_ends_early_when_validation_no_longer_improves(town: Make) -> None:
    federation = town(count=50, patience=3)
    federation.start()
    federation.run()
    last = federation.hospitals[H0].records[-1]
    assert last.phase is Phase.TEST
    assert last.round - last.best_round == 3
    assert last.round < 50


def test_nothing_begins_before_the_lead_and_everybody_is_ready(town: Make) -> None:
    federation = town()
    federation.join(H0, H1)
    administration.start(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    tasks = federation.poll(H0)
    assert (tasks.task, tasks.waiting_for, tasks.joined) == (None, (H2,), 2)
    federation.join(H2)
    assert federation.poll(H0).state is StudyState.RUNNING


def test_the_lead_may_begin_with_those_who_joined(town: Make) -> None:
    federation = town()
    federation.join(H0)
    with raises("E-COORD-11"):
        administration.start(federation.home, STUDY, federation.clock, with_joined=True)
    federation.join(H1)
    administration.start(federation.home, STUDY, federation.clock, with_joined=True)
    federation.desk.refresh()
    assert federation.task(H0).participants == (H0, H1)
    federation.join(H2)
    assert federation.poll(H2).task is None


# ---------------------------------------------------------------- order and crashes


def test_the_order_of_arrival_changes_no_bit(town: Make) -> None:
    outcomes = []
    for order in itertools.permutations((H0, H1, H2)):
        federation = town(count=2)
        federation.start()
        federation.run(order)
        outcomes.append(federation.hashes())
    assert len(outcomes[0]) == 4
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_a_restart_between_any_two_calls_changes_no_bit(town: Make) -> None:
    calm = town(count=2, ranges=True)
    calm.start()
    calm.run()
    rough = town(count=2, ranges=True)
    rough.start()
    for _ in range(100):
        busy = False
        for name in rough.hospitals:
            rough.reopen()
            task = rough.poll(name).task
            if task is None:
                continue
            busy = True
            payload = rough.payload(name, task)
            digest = hashlib.sha256(payload).hexdigest()
            rough.reopen()
            slot = rough.desk.begin_submit(name, task.key, len(payload), digest)
            rough.write(slot, payload[: len(payload) // 3])
            rough.reopen()
            slot = rough.desk.begin_submit(name, task.key, len(payload), digest)
            assert slot.offset == len(payload) // 3
            rough.write(slot, payload[slot.offset :])
            rough.reopen()
            rough.desk.finish_submit(name, task.key, len(payload), digest)
        if not busy:
            break
    assert rough.hashes() == calm.hashes()


class Killed(BaseException):
    """The process ends here."""


class Fuse:
    """Kills at the n-th durable step."""

    def __init__(self, fatal: int | None) -> None:
        self.burnt = 0
        self.fatal = fatal

    def burn(self) -> None:
        self.burnt += 1
        if self.burnt == self.fatal:
            raise Killed


@contextmanager
def wired(fuse: Fuse) -> Iterator[None]:
    """Every transaction, model file, fold and deletion is a step before and after which the process may die."""
    transaction = Database.transaction

    @contextmanager
    def risky_transaction(self: Database) -> Iterator[None]:
        fuse.burn()
        with transaction(self):
            yield
            fuse.burn()
        fuse.burn()

    def risky(function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            fuse.burn()
            value = function(*args, **kwargs)
            fuse.burn()
            return value

        return wrapped

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "transaction", risky_transaction)
        patch.setattr(vector, "write", risky(vector.write))
        patch.setattr(ClearOpener, "fold", risky(ClearOpener.fold))
        patch.setattr(ClearOpener, "take", risky(ClearOpener.take))
        patch.setattr(Spool, "drop_phase", risky(Spool.drop_phase))
        yield


def run_until_killed(federation: Any, fuse: Fuse) -> None:
    """A study whose process dies once, wherever the fuse says, and is started again."""
    with wired(fuse):
        for _ in range(1000):
            try:
                if sum(federation.answer(name) for name in federation.hospitals) == 0:
                    return
            except Killed:
                federation.reopen()


def test_a_kill_at_any_durable_step_changes_no_bit(town: Make) -> None:
    calm = town(rows=(40, 60), count=1)
    calm.start()
    fuse = Fuse(None)
    run_until_killed(calm, fuse)
    expected = calm.hashes()
    assert fuse.burnt > 60
    for fatal in range(1, fuse.burnt + 1):
        federation = town(rows=(40, 60), count=1)
        federation.start()
        run_until_killed(federation, Fuse(fatal))
        assert federation.hashes() == expected, f"killed at step {fatal}"
        federation.desk.close()
        federation.desk = federation.open()


def test_a_damaged_spool_file_is_asked_for_again(town: Make) -> None:
    federation = town()
    to_update(federation)
    federation.answer(H0)
    (path,) = federation.home.spool.rglob("h0.*")
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(content)
    federation.reopen()
    federation.answer(H1)
    federation.answer(H2)
    assert federation.task(H0).key.phase is Phase.UPDATE
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()


def test_an_open_phase_has_its_whole_time_again_after_a_restart(town: Make) -> None:
    federation = town()
    to_update(federation)
    federation.desk.close()
    federation.clock.advance(1000)
    federation.desk = federation.open()
    federation.desk.tick()
    assert federation.task(H0).key.attempt == 1
    assert federation.task(H0).deadline == federation.clock.now() + 100


# ---------------------------------------------------------------- quorum and deadline


def test_without_a_quorum_a_phase_waits_for_everybody_and_is_opened_anew_at_the_deadline(town: Make) -> None:
    federation = town()
    to_update(federation)
    federation.answer(H0)
    federation.answer(H1)
    federation.clock.advance(99)
    federation.desk.tick()
    tasks = federation.poll(H0)
    assert (tasks.task, tasks.waiting_for) == (None, (H2,))
    federation.clock.advance(1)
    federation.desk.tick()
    assert federation.task(H0).key == PhaseKey(STUDY, 1, 2, Phase.UPDATE)
    until(lambda: not list(federation.home.spool.rglob("h0.*")))  # deleted by a thread of its own
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()


def test_a_quorum_closes_a_phase_after_the_grace(town: Make) -> None:
    federation = town(quorum=0.6)
    to_update(federation)
    federation.clock.advance(20)
    federation.answer(H0)
    federation.answer(H1)
    federation.clock.advance(19)
    federation.desk.tick()
    assert federation.task(H2).key.phase is Phase.UPDATE
    federation.clock.advance(1)  # as long again as the quorum took
    federation.desk.tick()
    task = federation.task(H2)
    assert task.key.phase is Phase.EVALUATION
    federation.answer_all()
    record = federation.poll(H0) and federation.hospitals[H0].records[-1]
    assert (record.participants, record.examples) == ((H0, H1), 100)
    assert federation.task(H2).key == PhaseKey(STUDY, 2, 1, Phase.UPDATE)


def test_a_quorum_closes_a_phase_at_the_deadline_at_the_latest(town: Make) -> None:
    federation = town(quorum=0.6)
    to_update(federation)
    federation.answer(H0)
    federation.clock.advance(80)
    federation.answer(H1)
    federation.clock.advance(20)
    federation.desk.tick()
    assert federation.task(H0).key.phase is Phase.EVALUATION


def test_below_min_sites_no_quorum_helps(town: Make) -> None:
    federation = town(quorum=0.1, min_sites=2)
    to_update(federation)
    federation.answer(H0)
    federation.clock.advance(100)
    federation.desk.tick()
    assert federation.task(H0).key == PhaseKey(STUDY, 1, 2, Phase.UPDATE)


def test_the_prepare_phase_needs_everybody(town: Make) -> None:
    federation = town(quorum=0.6)
    federation.start()
    federation.answer(H0)
    federation.answer(H1)
    federation.clock.advance(100)
    federation.desk.tick()
    assert federation.task(H0).key == PhaseKey(STUDY, 0, 2, Phase.STATISTICS)


# ---------------------------------------------------------------- who goes, who fails


def test_a_site_that_leaves_is_not_waited_for_and_its_answer_is_not_used(town: Make) -> None:
    federation, calm = town(), town(rows=(40, 60))
    to_update(federation)
    federation.answer(H2)
    federation.answer(H0)
    federation.desk.leave(H2, Leave(STUDY))
    assert federation.poll(H2).task is None
    federation.answer(H1)
    assert federation.task(H0).key.phase is Phase.EVALUATION
    federation.answer(H0)
    federation.answer(H1)
    federation.poll(H0)
    assert federation.hospitals[H0].records[-1].participants == (H0, H1)
    # The weights are shares of all 200 rows, so the mean over two sites is the one that the two alone would have made.
    to_update(calm)
    calm.answer_all()
    spec = model_spec_of(manifests.parse(calm.text, "test"))
    ours, theirs = (vector.read(f.desk.model_path(H0, STUDY, 1), spec) for f in (federation, calm))
    np.testing.assert_allclose(ours, theirs, atol=1e-6)


def test_a_revoked_site_is_let_go_even_if_it_was_the_last_one_awaited(town: Make) -> None:
    federation = town()
    to_update(federation)
    federation.answer(H0)
    federation.answer(H1)
    administration.revoke(federation.home, H2, federation.clock)
    federation.desk.refresh()
    assert federation.task(H0).key.phase is Phase.EVALUATION
    with raises("E-TLS-07"):
        federation.desk.authorise(federation.hospitals[H2].peer, "NextTask")


def test_too_few_sites_stop_the_study(town: Make) -> None:
    federation = town(min_sites=3)
    to_update(federation)
    federation.desk.leave(H1, Leave(STUDY))
    assert federation.state() is StudyState.STOPPED
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert (status.problem.code, status.exit_code) == ("E-ROUND-06", 4)


def test_a_site_that_cannot_is_left_out_of_this_phase_only(town: Make) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H2)
    federation.desk.report_error(H2, ReportError(task.key, "E-TRAIN-01"))
    assert federation.poll(H2).task is None
    federation.answer(H0)
    federation.answer(H1)
    assert federation.task(H2).key.phase is Phase.EVALUATION
    federation.desk.report_error(H2, ReportError(task.key, "E-TRAIN-01"))  # a late report changes nothing
    assert federation.task(H2).key.phase is Phase.EVALUATION


def test_a_round_in_which_every_site_fails_is_held_and_goes_on_when_the_lead_resumes_it(town: Make) -> None:
    """Diverging training ends the same when it is asked for again: nobody waits for the deadline, and the lead is told."""
    federation = town()
    to_update(federation)
    key = federation.task(H0).key
    for name in (H0, H1, H2):
        assert federation.state() is StudyState.RUNNING
        federation.desk.report_error(name, ReportError(federation.task(name).key, "E-TRAIN-01"))
    assert federation.state() is StudyState.PAUSED
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert status.problem.code == "E-ROUND-11"
    assert {s.site: s.code for s in status.sites} == dict.fromkeys((H0, H1, H2), "E-TRAIN-01")
    for language in ("en", "zh"):
        assert "E-TRAIN-01" in status.problem.sentence(language)
    federation.clock.advance(1000)
    federation.desk.tick()
    assert federation.state() is StudyState.PAUSED
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.task(H0).key == key, "the same phase, asked again"
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()


def test_the_lead_may_give_a_failed_site_another_chance(town: Make) -> None:
    federation = town()
    federation.start()
    federation.desk.report_error(H2, ReportError(federation.task(H2).key, "E-SITE-03"))
    assert federation.poll(H2).task is None
    status = overview.status(federation.home, STUDY, federation.clock)
    assert {s.site: s.code for s in status.sites} == {H0: "", H1: "", H2: "E-SITE-03"}
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.run()
    assert federation.state() is StudyState.FINISHED


# ---------------------------------------------------------------- payloads


def test_a_second_send_of_the_same_bytes_gives_the_same_receipt(town: Make) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    first = federation.send(H0, task, payload)
    federation.clock.advance(5)
    federation.reopen()
    assert federation.send(H0, task, payload) == first
    assert federation.desk.finish_submit(H0, task.key, len(payload), first.sha256) == first
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()
    assert federation.send(H0, task, payload) == first  # long after the round


def test_other_bytes_under_the_same_key_are_refused(town: Make) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    federation.send(H0, task, payload)
    with raises("E-UPDATE-02"):
        federation.send(H0, task, payload[:-1] + bytes([payload[-1] ^ 1]))


@pytest.mark.parametrize("change", [-4, 4])
def test_a_wrong_length_is_refused(town: Make, change: int) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    with raises("E-UPDATE-01"):
        federation.desk.begin_submit(H0, task.key, len(payload) + change, "0" * 64)
    digest = hashlib.sha256(payload).hexdigest()
    slot = federation.desk.begin_submit(H0, task.key, len(payload), digest)
    federation.write(slot, payload[:-4])
    with raises("E-UPDATE-01"):
        federation.desk.finish_submit(H0, task.key, len(payload), digest)
    assert federation.answer(H0)  # the rest is sent, and it counts


def test_a_wrong_hash_is_refused_and_sent_again_from_the_beginning(town: Make) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    digest = hashlib.sha256(payload).hexdigest()
    federation.write(federation.desk.begin_submit(H0, task.key, len(payload), digest), payload[:-1] + bytes([payload[-1] ^ 1]))
    with raises("E-UPDATE-03"):
        federation.desk.finish_submit(H0, task.key, len(payload), digest)
    slot = federation.desk.begin_submit(H0, task.key, len(payload), digest)
    assert isinstance(slot, SpoolSlot)
    assert slot.offset == 0
    assert federation.answer(H0)


def test_an_upload_of_other_content_never_continues_an_old_file(town: Make) -> None:
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    federation.write(federation.desk.begin_submit(H0, task.key, len(payload), "0" * 64), payload[:10])
    slot = federation.desk.begin_submit(H0, task.key, len(payload), hashlib.sha256(payload).hexdigest())
    assert slot.offset == 0
    assert list(slot.path.parent.glob("h0.*")) == []


def update_payload(federation: Any, task: Any, delta: float, weight: float) -> bytes:
    manifest = manifests.parse(federation.text, "test")
    parameters = size(model_spec_of(manifest))
    layout = layout_of(Phase.UPDATE, manifest, parameters)
    ring, _ = fixed_point.encode_update(np.full(parameters, delta, dtype=np.float32), weight, 0.5, layout)
    return bytes(ClearSealer().seal(ring))


def test_a_change_above_the_norm_bound_is_a_failure_of_its_site(town: Make) -> None:
    federation = town(max_norm=1.0)
    to_update(federation)
    task = federation.task(H2)
    with raises("E-TRAIN-11"):
        federation.send(H2, task, update_payload(federation, task, 1.0, 0.5))
    assert federation.poll(H2).task is None
    with raises("E-ROUND-02"):
        federation.send(H2, task, update_payload(federation, task, 0.001, 0.5))
    for name, weight in ((H0, 0.2), (H1, 0.3)):
        federation.send(name, federation.task(name), update_payload(federation, task, 0.001, weight))
    assert federation.task(H2).key.phase is Phase.EVALUATION


def test_no_bytes_are_a_number_that_poisons_the_model(town: Make) -> None:
    """Whatever a site sends is an integer of the ring: NaN does not exist there, and what lies outside the clip is refused."""
    federation = town()
    to_update(federation)
    task = federation.task(H0)
    payload = federation.payload(H0, task)
    nan = np.full(len(payload) // 4 - 3, np.nan, dtype="<f4").tobytes() + payload[-12:]
    with raises("E-TRAIN-09"):
        federation.send(H0, task, nan)


@pytest.mark.parametrize("weight", [0.9, 0.1])
def test_a_weight_that_is_not_that_of_the_sites_own_count_is_a_failure_of_its_site(town: Make, weight: float) -> None:
    """40 of 200 rows weigh 0.2: one site can neither gain influence nor make the sum useless, and the lead reads whose weight it was."""
    federation = town()
    to_update(federation)
    federation.reopen()  # the count outlives the process
    task = federation.task(H0)
    with pytest.raises(WardroundError, match="E-UPDATE-04") as caught:
        federation.send(H0, task, update_payload(federation, task, 0.5, weight))
    assert caught.value.fields["site"] == H0
    assert federation.poll(H0).task is None
    assert federation.answer(H1)
    assert federation.answer(H2)
    assert federation.task(H2).key.phase is Phase.EVALUATION
    assert federation.state() is StudyState.RUNNING


def test_statistics_below_zero_are_a_failure_of_their_site(town: Make) -> None:
    """What is counted is never negative; taken into the sum, it would end the study for everybody."""
    federation = town()
    federation.start()
    task = federation.task(H0)
    payload = np.frombuffer(federation.payload(H0, task), "<i8").copy()
    payload[-2] = -payload[-2]
    with raises("E-TRAIN-09"):
        federation.send(H0, task, payload.tobytes())
    assert federation.answer(H1)
    assert federation.answer(H2)
    assert federation.state() is StudyState.RUNNING
    assert federation.poll(H1).waiting_for == (H0,)


def test_an_answer_to_a_phase_that_is_over_is_refused(town: Make) -> None:
    federation = town(quorum=0.6)
    to_update(federation)
    task = federation.task(H2)
    payload = federation.payload(H2, task)
    federation.answer(H0)
    federation.answer(H1)
    federation.clock.advance(100)
    federation.desk.tick()
    with raises("E-ROUND-02"):
        federation.send(H2, task, payload)


# ---------------------------------------------------------------- pause, disk, stop


def test_a_paused_study_takes_answers_and_asks_nothing(town: Make) -> None:
    federation = town()
    to_update(federation)
    tasks = {name: federation.task(name) for name in (H0, H1, H2)}
    administration.pause(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.state() is StudyState.PAUSED
    assert federation.poll(H0).task is None
    for name, task in tasks.items():
        federation.send(name, task, federation.payload(name, task))
    federation.clock.advance(1000)
    federation.desk.tick()
    assert federation.state() is StudyState.PAUSED
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.task(H0).key == PhaseKey(STUDY, 1, 1, Phase.EVALUATION)


def test_the_deadline_stands_still_during_a_pause(town: Make) -> None:
    federation = town()
    to_update(federation)
    deadline = federation.task(H0).deadline
    administration.pause(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.clock.advance(1000)
    federation.desk.tick()
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    assert federation.task(H0).deadline == deadline + 1000
    assert federation.task(H0).key.attempt == 1


def test_a_full_disk_holds_the_study_before_a_phase_opens(town: Make) -> None:
    room = [1 << 40]
    federation = town(free=lambda _: room[0])
    federation.start()
    room[0] = 1 << 20
    with raises("E-FILE-02"):
        federation.answer(H0)
    room[0] = 1 << 40
    federation.answer(H0)
    federation.answer(H1)
    task = federation.task(H2)
    payload = federation.payload(H2, task)
    digest = hashlib.sha256(payload).hexdigest()
    federation.write(federation.desk.begin_submit(H2, task.key, len(payload), digest), payload)
    room[0] = 1 << 20
    assert isinstance(federation.desk.finish_submit(H2, task.key, len(payload), digest), Receipt)
    assert federation.state() is StudyState.PAUSED
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.problem is not None
    assert status.problem.code == "E-FILE-02"
    room[0] = 1 << 40
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()


def test_a_disk_that_fills_while_the_model_is_written_holds_the_study(town: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    federation = town()
    to_update(federation)
    write = vector.write

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(vector, "write", full)
    federation.answer_all()
    assert federation.state() is StudyState.PAUSED
    monkeypatch.setattr(vector, "write", write)
    administration.resume(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.run()
    calm = town()
    calm.start()
    calm.run()
    assert federation.hashes() == calm.hashes()


def test_a_stopped_study_stays_stopped(town: Make) -> None:
    federation = town()
    to_update(federation)
    federation.answer(H0)
    administration.stop(federation.home, STUDY, federation.clock)
    federation.desk.refresh()
    federation.reopen()
    assert federation.state() is StudyState.STOPPED
    assert federation.poll(H1).task is None
    until(lambda: not list(federation.home.spool.rglob("h0.*")))  # deleted by a thread of its own
    with raises("E-COORD-22"):
        administration.resume(federation.home, STUDY, federation.clock)


# ---------------------------------------------------------------- models, news


def test_the_initial_the_best_and_the_newest_model_are_kept(town: Make) -> None:
    federation = town(count=6)
    federation.start()
    federation.run()
    best = federation.hospitals[H0].records[-1].best_round
    for version in range(1, 7):
        if version in (best, 6):
            assert federation.desk.model_path(H0, STUDY, version).exists()
        else:
            with raises("E-ROUND-08"):
                federation.desk.model_path(H0, STUDY, version)
    with raises("E-ROUND-08"):
        federation.desk.model_path(H0, STUDY, 7)


def test_subscribers_hear_of_every_new_phase(town: Make) -> None:
    federation = town()
    federation.start()
    calls: list[object] = []
    federation.desk.subscribe(lambda: calls.append(federation.desk.poll(H0, _next(federation)).task))
    federation.answer_all()
    assert calls[-1] is not None
    assert calls[-1].key.phase is Phase.UPDATE  # type: ignore[attr-defined]


def _next(federation: Any) -> Any:
    from engine.wire.messages import NextTask

    return NextTask(STUDY, SiteState.READY, federation.hospitals[H0].seen, 0.0)


def test_presence_reaches_the_status(town: Make) -> None:
    federation = town()
    to_update(federation)
    for hospital in federation.hospitals.values():
        federation.desk.authorise(hospital.peer, "NextTask")
    federation.desk.tick()
    assert overview.status(federation.home, STUDY, federation.clock).exit_code == 0
    federation.clock.advance(200)
    for name in (H0, H1):
        federation.desk.authorise(federation.hospitals[name].peer, "NextTask")
    federation.desk.tick()
    status = overview.status(federation.home, STUDY, federation.clock)
    assert status.exit_code == 3
    assert {s.site: s.age for s in status.sites} == {H0: 0.0, H1: 0.0, H2: 200.0}
