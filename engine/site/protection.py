# SPDX-License-Identifier: Apache-2.0
"""A site's side of differential privacy in one study: what it may charge to whom, settled before the first task.

The noise is fixed by the plan, the cohorts by the records; the hospital's policy is asked; then everything that the study may charge
is reserved at once, so that a study that begins can also end, and two studies together never charge more than is allowed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from engine.errors import WardroundError
from engine.privacy import keystream, ledger, policy
from engine.privacy import plan as plans
from engine.privacy.events import to_json
from engine.privacy.keystream import SEEDED, Keystream
from engine.privacy.plan import PARTS, Plan
from engine.privacy.policy import Policy
from engine.store import budget
from engine.store.budget import LABELS, Reservation, StudyPrivacy
from engine.store.connection import Database
from engine.study.manifest import Manifest
from engine.values import Phase, PhaseKey, SiteId, Token

T = TypeVar("T")
Members = Callable[[Token], tuple[bytes, ...] | None]
"""One HMAC a patient, in the order of the study's table, under a key of this site; None when some patient has no id."""


class Writer(Protocol):
    """Runs a function on the store's own thread."""

    def __call__(self, work: Callable[[Database], T], /) -> Awaitable[T]: ...


class Trainer(Protocol):
    """Runs one piece of work at a time in the background worker thread."""

    def __call__(self, work: Callable[[Token], T], token: Token, /) -> Awaitable[T]: ...


class Protection:
    """One site in one study. ``plan`` is None until ``prepare``, and where the study adds no noise."""

    def __init__(
        self,
        manifest: Manifest,
        site: SiteId,
        write: Writer,
        members: Members,
        rules: Callable[[], Policy],
        seed: int | None = None,
    ) -> None:
        """``rules``: the hospital's policy now. ``seed``: a simulation's, with which noise can be drawn again and protects nobody."""
        self._manifest = manifest
        self._study = manifest.study.id
        self._site = site
        self._write = write
        self._members = members
        self._rules = rules
        self._seed = seed
        self.plan: Plan | None = None
        self.secret = b""

    @property
    def rehearsed(self) -> bool:
        """Whether others could draw the same noise."""
        return self._seed is not None and self.plan is not None

    async def prepare(self, parts: Callable[[Token], list[int]], trainer: Trainer, token: Token) -> None:
        """Registers the study, asks the hospital's policy and reserves what the plan may charge.

        Args:
            parts: the part of each patient: 0 train, 1 validation, 2 test.
            trainer: where the accountant works: it takes seconds.
            token: of the trainer's work.

        Raises:
            WardroundError: E-DP-01 no noise is enough, E-DP-05 a changed ledger, E-DP-10 … -13 the hospital's policy.
        """
        plan = await trainer(lambda _: plans.plan_of(self._manifest), token)
        mechanism = self._manifest.privacy.mechanism
        entry = StudyPrivacy(self._study, mechanism, plan.to_json() if plan is not None else "")
        if plan is None:
            policy.require_allowed(self._rules(), self._study, None, 0)
            await self._write(lambda database: budget.register(database, entry, os.urandom(32)))
            return
        here = await trainer(parts, token)
        members = await trainer(self._members, token)
        policy.require_allowed(self._rules(), self._study, plan, len(here))
        await self._write(budget.require_chain)
        secret = os.urandom(32) if self._seed is None else hashlib.sha256(f"labels|{self._seed}|{self._site}".encode()).digest()
        await self._write(lambda database: budget.register(database, entry, secret))
        while not await self._reserve(plan, here, members, trainer, token):
            pass  # another study reserved meanwhile: its charge counts, too
        self.secret = await self._write(lambda database: budget.secret(database, self._study))
        self.plan = plan

    async def _reserve(self, plan: Plan, parts: list[int], members: tuple[bytes, ...] | None, trainer: Trainer, token: Token) -> bool:
        """Whether the reservations stand: nobody else reserved between the look and the write."""
        cohorts = await self._write(lambda database: _cohorts(database, self._study, parts, members))
        wanted = [
            Reservation(phase, cohorts[PARTS[Phase(phase)] if phase != LABELS else "all"], to_json(event), times)
            for phase, (event, times) in plans.charges(plan).items()
        ]
        before = await self._write(lambda database: budget.reserved(database, self._study))
        if sorted(before, key=repr) == sorted(wanted, key=repr):
            return True  # of an earlier life of this study: reserved already
        after, known, memberships = await self._write(
            lambda database: (budget.last_reservation(database), budget.charges(database), budget.memberships(database))
        )
        spent = {(one.phase, one.cohort, one.event): one.spent for one in known if one.study == self._study}
        others = [one if one.study != self._study else replace(one, open=0) for one in known]
        own = [
            budget.Charge(
                self._study,
                one.phase,
                one.cohort,
                members is not None,
                0,
                one.event,
                0,
                max(0, one.times - spent.get((one.phase, one.cohort, one.event), 0)),
            )
            for one in wanted
        ]
        if plan.protects_patients:
            delta = min(plan.delta, policy.ACCOUNT_DELTA)
            total = await trainer(lambda _: ledger.epsilon([*others, *own], memberships, delta, reserved=True), token)
            policy.require_room(self._rules(), self._study, total)
        return await self._write(lambda database: budget.reserve(database, self._study, wanted, after))

    def noise(self, key: PhaseKey) -> Keystream:
        """The randomness of one answer; a new one each time unless a simulation repeats it."""
        return keystream.fresh() if self._seed is None else keystream.seeded(self._seed, self._study, self._site, key.round, key.phase)

    @property
    def source(self) -> str:
        """Where the keys of ``noise`` come from."""
        return keystream.OPERATING_SYSTEM if self._seed is None else SEEDED

    async def require_first(self, key: PhaseKey) -> None:
        """Raises E-DP-06 when this question was answered before and the answer is no longer here: another one would be charged again."""
        if await self._write(lambda database: budget.drawn(database, key)) is not None:
            raise WardroundError("E-DP-06", study=self._study, round=key.round)

    async def ended(self) -> None:
        """The study is over here: what was reserved and not spent is nobody's charge."""
        await self._write(lambda database: budget.release(database, self._study))


def _cohorts(database: Database, study: str, parts: list[int], members: tuple[bytes, ...] | None) -> dict[str, int]:
    """The cohorts of the three parts and of all patients."""
    found = {}
    for name, numbers in (("train", (0,)), ("validation", (1,)), ("test", (2,)), ("all", (0, 1, 2))):
        place = [index for index, part in enumerate(parts) if part in numbers]
        inside = [members[index] for index in place] if members is not None else []
        label = hashlib.sha256(f"{study}|{name}".encode()).hexdigest()
        found[name] = budget.put_cohort(database, inside, f"anybody|{label}", len(place))
    return found
