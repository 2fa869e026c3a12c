# SPDX-License-Identifier: Apache-2.0
"""A site's part in sealed sums: one answer to each step, and what a hospital does not help with.

What the coordinator forwards is believed only as far as it is signed by the keys in the roster of the approved plan. Whatever was
answered is written down first, so a coordinator that asks again with other facts is refused, also by a program that was killed between.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

from engine.errors import WardroundError
from engine.secagg import masking
from engine.secagg.base import Sealer
from engine.secagg.circle import KEY_BYTES, Circle, SiteKeys
from engine.secagg.clear import ClearSealer
from engine.secagg.keystream import rehearsed_seed
from engine.secagg.masking import MaskingSealer, Secrets
from engine.store import openings
from engine.store.connection import Database
from engine.store.openings import OpeningRow
from engine.study.bundle import Bundle
from engine.study.phases import AHEAD, course, noisy_counts, steps_of
from engine.trust import signing
from engine.values import PhaseKey, SiteId, Step
from engine.wire.messages import Contribute, Task

T = TypeVar("T")
R = TypeVar("R")


class Writer(Protocol):
    """Runs a function on the store's own thread."""

    def __call__(self, work: Callable[[Database], T], /) -> Awaitable[T]: ...


class Sealing:
    """One site in the sealed sums of one study."""

    def __init__(
        self,
        bundle: Bundle,
        site: SiteId,
        sign: Callable[[bytes], bytes],
        write: Writer,
        refuse_one_apart: Callable[[], bool] = lambda: True,
        rehearsal: int | None = None,
    ) -> None:
        """``sign``: by the site's key of the roster. ``rehearsal``: a simulation's seed, with which masks hide nothing."""
        self._bundle = bundle
        self._study = bundle.manifest.study.id
        self._rules = bundle.manifest.rounds
        self._least = bundle.manifest.secagg.threshold
        self._steps = steps_of(bundle.manifest)
        self._noise = noisy_counts(bundle.manifest)
        self._site = site
        self._sign = sign
        self._write = write
        self._refuse_one_apart = refuse_one_apart
        self._rehearsal = rehearsal

    @property
    def rehearsed(self) -> bool:
        """Whether others could draw the same masks."""
        return self._rehearsal is not None and Step.KEYS in self._steps

    # ------------------------------------------------------------ the steps

    async def answer(self, task: Task) -> Contribute:
        """What this site gives in a step other than the vector; the same again when it is asked again.

        Raises:
            WardroundError: E-ROUND-09 what the plan does not hold; E-SEAL-01 … -07, -12 why it gives nothing.
        """
        if task.step not in self._steps:
            raise WardroundError("E-ROUND-09", study=self._study, reason=f"the step {task.step.value}")
        match task.step:
            case Step.KEYS:
                body = await self._keys(task)
            case Step.SHARES:
                body = await self._shares(task)
            case Step.SURVIVORS:
                body = await self._survivors(task)
            case Step.UNMASK:
                body = await self._unmask(task)
            case Step.VECTOR:
                raise ValueError("the vector is sealed by sealer()")
        return Contribute(task.key, task.step, body, rehearsed=self.rehearsed)

    async def sealer(self, task: Task) -> Sealer:
        """What seals the vector that the task asks for.

        Raises:
            WardroundError: E-SEAL-02 other facts than before, E-SEAL-03 shares that were changed, E-SEAL-04 too few hospitals, E-SEAL-12.
        """
        if Step.KEYS not in self._steps:
            return ClearSealer()
        participants = tuple(sorted(task.participants))
        parcels = {parcel.site: parcel.body for parcel in task.parcels}

        def keep(database: Database) -> MaskingSealer:
            row, circle = self._known(database, task)
            if not set(participants) <= set(circle.sites):
                raise self._otherwise(task.key, "hospitals without keys")
            self._require_enough(len(participants), circle)
            if set(parcels) != set(circle.neighbours(self._site)) & set(participants):
                raise self._otherwise(task.key, "shares of other hospitals")
            if row.participants and (row.participants != participants or row.parcels != parcels):
                raise self._otherwise(task.key, "other shares")
            secrets = Secrets(row.seed, task.key)
            masking.open_shares(secrets, circle, self._site, parcels)  # before anything is sealed for their senders
            with database.transaction(durable=False):
                openings.put_parcels(database, task.key, participants, parcels)
            return MaskingSealer(secrets, circle, self._site, participants)

        return await self._write(keep)

    async def _keys(self, task: Task) -> bytes:
        """Fresh keys for this opening and those that are announced to follow."""
        wanted = task.openings
        allowed = list(course(task.key.round, task.key.phase, self._bundle.manifest))[:AHEAD]
        planned = [(key.round, key.phase) for key in wanted]
        if not wanted or wanted[0] != task.key or planned != allowed[: len(planned)] or any(key.study != self._study for key in wanted):
            raise WardroundError("E-ROUND-09", study=self._study, reason="keys for other sums")

        def begin(database: Database) -> list[bytes]:
            seeds = []
            with database.transaction(durable=False):
                for key in wanted:
                    openings.put_seed(database, key, self._fresh_seed(key))
                    row = openings.opening(database, key)
                    seeds.append(row.seed if row is not None else b"")
            return seeds

        seeds = await self._write(begin)
        if not all(seeds):
            raise self._unknown(task)

        def make() -> bytes:
            return b"".join(Secrets(seed, key).public(self._site, self._sign) for key, seed in zip(wanted, seeds, strict=True))

        return await _aside(make)

    async def _shares(self, task: Task) -> bytes:
        """Shares of both secrets for each neighbour, once everybody's keys are known and found signed."""
        told = {parcel.site: parcel.body for parcel in task.parcels}
        if set(told) != set(task.participants) or {len(body) for body in told.values()} != {KEY_BYTES * len(task.openings)}:
            raise self._otherwise(task.key, "keys of other hospitals")
        rows = await self._write(lambda database: [openings.opening(database, key) for key in task.openings])
        found = [row for row in rows if row is not None and row.seed]
        if not task.openings or task.openings[0] != task.key or len(found) != len(task.openings):
            raise self._unknown(task)

        def make() -> tuple[list[dict[SiteId, bytes]], bytes]:
            every, bodies = [], []
            for place, row in enumerate(found):
                keys = {site: body[place * KEY_BYTES : (place + 1) * KEY_BYTES] for site, body in told.items()}
                self._check_keys(row, keys)
                every.append(keys)
                bodies.append(masking.seal_shares(Secrets(row.seed, row.key), self._circle(row.key, keys), self._site))
            return every, b"".join(bodies)

        every, body = await _aside(make)

        def keep(database: Database) -> None:
            with database.transaction(durable=False):
                for row, keys in zip(found, every, strict=True):
                    openings.put_keys(database, row.key, keys)

        await self._write(keep)
        return body

    def _check_keys(self, row: OpeningRow, keys: Mapping[SiteId, bytes]) -> None:
        if row.keys and row.keys != keys:
            raise self._otherwise(row.key, "other keys")
        if keys.get(self._site) != Secrets(row.seed, row.key).public(self._site, self._sign):
            raise WardroundError("E-SEAL-01", site=self._site)
        if len({body[start : start + 32] for body in keys.values() for start in (0, 32)}) != 2 * len(keys):
            raise self._otherwise(row.key, "one key for two hospitals")
        for site, body in keys.items():
            entry = self._bundle.roster.get(site)
            if entry is None:
                raise WardroundError("E-SEAL-01", site=site)
            masking.check_keys(row.key, site, SiteKeys.read(body), entry.signing_key, signing.holds)

    async def _survivors(self, task: Task) -> bytes:
        """This site's signature over the hospitals whose vectors came, if it may help to open their sum."""
        survivors = tuple(sorted(task.survivors))

        def keep(database: Database) -> bytes:
            row, circle = self._known(database, task)
            if tuple(sorted(task.participants)) != row.participants:
                raise self._otherwise(task.key, "other hospitals")
            if row.survivors and row.survivors != survivors:
                raise self._otherwise(task.key, "another list of hospitals")
            self._require_openable(database, row, circle, survivors)
            with database.transaction(durable=False):
                openings.put_survivors(database, task.key, survivors)
            return masking.survivors_message(circle, row.participants, survivors)

        return self._sign(await self._write(keep))

    async def _unmask(self, task: Task) -> bytes:
        """This site's shares, once enough hospitals have signed the very list that it signed."""

        def keep(database: Database) -> bytes:
            row, circle = self._known(database, task)
            if not row.survivors or tuple(sorted(task.survivors)) != row.survivors:
                raise self._otherwise(task.key, "another list of hospitals")
            self._require_signed(task, circle, row)
            self._require_openable(database, row, circle, row.survivors)
            shares = masking.open_shares(Secrets(row.seed, row.key), circle, self._site, row.parcels)
            with database.transaction(durable=False):
                openings.put_opened(database, task.key)
            return masking.unmasking(circle, self._site, shares, row.participants, row.survivors)

        return await self._write(keep)

    def _require_signed(self, task: Task, circle: Circle, row: OpeningRow) -> None:
        """Raises E-SEAL-02, -04, -07 unless enough survivors have signed the list that this site signed."""
        signed = masking.survivors_message(circle, row.participants, row.survivors)
        signers = {parcel.site for parcel in task.parcels}
        if not signers <= set(row.survivors):
            raise self._otherwise(task.key, "signatures of other hospitals")
        for parcel in task.parcels:
            entry = self._bundle.roster.get(parcel.site)
            if entry is None or not signing.holds(entry.signing_key, signed, parcel.body):
                raise WardroundError("E-SEAL-07", site=parcel.site)
        if len(signers) < circle.threshold:
            raise WardroundError("E-SEAL-04", have=len(signers), need=circle.threshold)

    # ------------------------------------------------------------ what a hospital does not help with

    def _require_openable(self, database: Database, row: OpeningRow, circle: Circle, survivors: tuple[SiteId, ...]) -> None:
        """Raises E-SEAL-02, -04, -05, -06 unless this site may help to open the sum over these hospitals."""
        here, key = frozenset(survivors), row.key
        if self._site not in here or not here <= set(row.participants):
            raise self._otherwise(key, "a list without this hospital")
        self._require_enough(len(here), circle)
        same = openings.opened_set(database, self._study, key.round, key.phase)
        if same is not None and same != here:
            raise WardroundError("E-SEAL-05", round=key.round, phase=key.phase.value)
        for other in openings.opened_sets(database, self._study):
            apart = here ^ other
            if len(apart) == 1 and not self._noise and self._refuse_one_apart():
                raise WardroundError("E-SEAL-06", site=next(iter(apart)))

    def _require_enough(self, have: int, circle: Circle) -> None:
        need = max(circle.threshold, self._rules.min_sites)
        if have < need:
            raise WardroundError("E-SEAL-04", have=have, need=need)

    # ------------------------------------------------------------ what is known

    def _known(self, database: Database, task: Task) -> tuple[OpeningRow, Circle]:
        """The row and the keys of an opening in which this site has exchanged keys."""
        row = openings.opening(database, task.key)
        if row is None or not row.seed or not row.keys:
            raise self._unknown(task)
        return row, self._circle(row.key, row.keys)

    def _circle(self, key: PhaseKey, keys: Mapping[SiteId, bytes]) -> Circle:
        return Circle(key, {site: SiteKeys.read(body) for site, body in keys.items()}, self._least)

    def _fresh_seed(self, key: PhaseKey) -> bytes:
        return os.urandom(32) if self._rehearsal is None else rehearsed_seed(self._rehearsal, self._site, key)

    def _otherwise(self, key: PhaseKey, reason: str) -> WardroundError:
        return WardroundError("E-SEAL-02", round=key.round, reason=reason)

    def _unknown(self, task: Task) -> WardroundError:
        return WardroundError("E-SEAL-12", step=task.step.value, round=task.key.round)


async def _aside(work: Callable[[], R]) -> R:
    """In another thread: with many hospitals a step takes tens of milliseconds."""
    return await asyncio.to_thread(work)
