# SPDX-License-Identifier: Apache-2.0
"""The steps of a sealed sum at the coordinator: which is open, what each site is told in it, and what came of it.

The coordinator forwards keys and shares that it can neither make nor read. All is in the database, so a process that was killed
anywhere goes on; a study whose sums are in clear has one step, and nothing of this file happens to it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from engine.clock import Clock
from engine.coordinator import roster
from engine.errors import WardroundError
from engine.secagg import masking
from engine.secagg.circle import KEY_BYTES, PARCEL_BYTES, Circle, SiteKeys
from engine.secagg.masking import Masks
from engine.store import exchanges, federation, rounds
from engine.store.connection import Database
from engine.store.rounds import Answer, OpenPhase
from engine.study import phases
from engine.study.manifest import Manifest
from engine.trust import signing
from engine.values import Phase, PhaseKey, SiteId, Step
from engine.wire.messages import Contribute, Parcel


class Exchanges:
    """One study's steps. Used from one thread; methods that write are called inside a transaction, but ``take`` and ``fail``."""

    def __init__(self, manifest: Manifest, database: Database, clock: Clock) -> None:
        self._manifest = manifest
        self._study = manifest.study.id
        self._steps = phases.steps_of(manifest)
        self._database = database
        self._clock = clock
        self._circle: Circle | None = None

    @property
    def masked(self) -> bool:
        """Whether sums are sealed."""
        return Step.KEYS in self._steps

    # ------------------------------------------------------------ from step to step

    def begin(self, number: int, phase: Phase, participants: tuple[SiteId, ...]) -> OpenPhase:
        """A phase as it opens: with its first step, or with the vector where these very sites have exchanged keys for it before."""
        database, study, now = self._database, self._study, self._clock.now()
        deadline = now + self._manifest.rounds.deadline
        used = rounds.last_attempt(database, study, number, phase)
        ahead = exchanges.last_attempt(database, study, number, phase)
        if ahead > used:
            key = PhaseKey(study, number, ahead, phase)
            shared = {site for site, (_, shares) in exchanges.sealings(database, key).items() if shares}
            if shared == set(participants):
                return OpenPhase(key, now, deadline, participants, participants)
        key = PhaseKey(study, number, max(used, ahead) + 1, phase)
        opened = OpenPhase(key, now, deadline, participants, participants, self._steps[0])
        return replace(opened, openings=(key, *self._ahead(number, phase, len(participants)))) if self.masked else opened

    def _ahead(self, number: int, phase: Phase, sites: int) -> list[PhaseKey]:
        """The phases after this one whose keys are exchanged with its own."""
        database, study = self._database, self._study
        following = islice(phases.course(number, phase, self._manifest), 1, phases.openings_ahead(sites))
        return [PhaseKey(study, n, exchanges.last_attempt(database, study, n, p) + 1, p) for n, p in following]

    def is_last(self, phase: OpenPhase) -> bool:
        """Whether the phase's sum can be opened when its present step closes."""
        return phase.step is self._steps[-1]

    def following(self, phase: OpenPhase, sites: tuple[SiteId, ...]) -> OpenPhase:
        """The phase in its next step, when ``sites`` have answered the present one."""
        now = self._clock.now()
        step = self._steps[self._steps.index(phase.step) + 1]
        if phase.step is Step.KEYS:  # who gave keys and left since is not in the circle
            for key in phase.openings:
                for site in exchanges.sealings(self._database, key):
                    if site not in sites:
                        exchanges.drop_keys(self._database, key, site)
        participants = phase.participants if step in roster.OPENING else sites
        return replace(phase, step=step, opened=now, deadline=now + self._manifest.rounds.deadline, participants=participants, asked=sites)

    def answers(self, phase: OpenPhase) -> dict[SiteId, Answer]:
        """What the sites have answered to the open step, by name."""
        return answers_of(self._database, phase)

    def least(self, phase: OpenPhase) -> int:
        """How many sites must answer the open step so that the sum can be opened later."""
        if not self.masked or phase.step is Step.KEYS:
            return 0
        return self.circle(phase).threshold

    def enough(self, phase: OpenPhase, here: tuple[SiteId, ...]) -> bool:
        """Whether ``here`` suffice to open the sum."""
        known = self.circle(phase)
        return len(here) >= known.threshold and masking.enough(known, phase.participants, here)

    def circle(self, phase: OpenPhase) -> Circle:
        """Everybody's keys for this opening; only complete once the step KEYS has closed."""
        if self._circle is None or self._circle.key != phase.key:
            known = exchanges.sealings(self._database, phase.key)
            keys = {site: SiteKeys.read(body) for site, (body, _) in known.items()}
            self._circle = Circle(phase.key, keys, self._manifest.secagg.threshold)
        return self._circle

    def survivors(self, phase: OpenPhase) -> tuple[SiteId, ...]:
        """The sites whose vectors are in the sum."""
        return roster.accepted(rounds.answers(self._database, phase.key))

    def masks(self, phase: OpenPhase) -> Masks | None:
        """What lies on the sum; None in clear.

        Raises:
            WardroundError: E-SEAL-08, E-SEAL-04.
        """
        if not self.masked:
            return None
        given = exchanges.bodies(self._database, phase.key, Step.UNMASK)
        return masking.recover(self.circle(phase), phase.participants, self.survivors(phase), given)

    # ------------------------------------------------------------ what a site is told

    def told(self, phase: OpenPhase, site: SiteId) -> tuple[tuple[PhaseKey, ...], tuple[Parcel, ...], tuple[SiteId, ...]]:
        """For ``Task``: openings, parcels, survivors."""
        database = self._database
        match phase.step:
            case Step.KEYS:
                return phase.openings, (), ()
            case Step.SHARES:
                given = exchanges.bodies(database, phase.key, Step.KEYS)
                return phase.openings, tuple(Parcel(other, given[other]) for other in phase.asked), ()
            case Step.SURVIVORS:
                return (), (), self.survivors(phase)
            case Step.UNMASK:
                signatures = exchanges.bodies(database, phase.key, Step.SURVIVORS)
                return (), tuple(Parcel(other, signatures[other]) for other in phase.asked), self.survivors(phase)
            case Step.VECTOR:
                return (), self._parcels_for(phase, site), ()

    def _parcels_for(self, phase: OpenPhase, site: SiteId) -> tuple[Parcel, ...]:
        """What the neighbours sealed for this site."""
        if not self.masked:
            return ()
        known, sealed = self.circle(phase), exchanges.sealings(self._database, phase.key)
        parcels = []
        for other in known.neighbours(site):
            if other in phase.participants:
                place = known.neighbours(other).index(site) * PARCEL_BYTES
                parcels.append(Parcel(other, sealed[other][1][place : place + PARCEL_BYTES]))
        return tuple(parcels)

    # ------------------------------------------------------------ what a site gives

    def take(self, site: SiteId, message: Contribute) -> None:
        """One site's answer to the open step; the same one again changes nothing.

        Raises:
            WardroundError: E-ROUND-02 the study went on, E-ROUND-05 the site is not asked, E-UPDATE-02 another answer than before,
                E-SEAL-13 a wrong length, E-SEAL-01 keys that it did not sign, E-SEAL-07 a signature of something else.
        """
        phase = self._require(site, message.key, message.step)
        database, key = self._database, message.key
        before = exchanges.bodies(database, key, message.step).get(site)
        if before == message.body:
            return
        if before is not None or site in exchanges.answers(database, key, message.step):
            raise WardroundError("E-UPDATE-02", site=site, round=key.round, phase=key.phase.value)
        self._check(phase, site, message)
        with database.transaction(durable=False):
            exchanges.record(database, key, message.step, site, self._clock.now(), message.body)
            if message.step in (Step.KEYS, Step.SHARES):
                put = exchanges.put_keys if message.step is Step.KEYS else exchanges.put_shares
                size = len(message.body) // len(phase.openings)
                for place, opening in enumerate(phase.openings):
                    put(database, opening, site, message.body[place * size : (place + 1) * size])

    def fail(self, site: SiteId, key: PhaseKey, step: Step, code: str) -> None:
        """The site cannot do the open step; one that has answered already has answered.

        Raises:
            WardroundError: E-ROUND-02, E-ROUND-05.
        """
        self._require(site, key, step)
        if site not in exchanges.answers(self._database, key, step):
            with self._database.transaction(durable=False):
                exchanges.record(self._database, key, step, site, self._clock.now(), b"", code)

    def let_go(self, phase: OpenPhase, gone: tuple[SiteId, ...]) -> None:
        """Takes answers out of the open step: their sites left or were revoked."""
        with self._database.transaction():
            for site in gone:
                exchanges.forget(self._database, phase.key, phase.step, site)
                for key in phase.openings if phase.step is Step.KEYS else ():
                    exchanges.drop_keys(self._database, key, site)

    def _require(self, site: SiteId, key: PhaseKey, step: Step) -> OpenPhase:
        phase = rounds.open_phase(self._database, self._study)
        if phase is None or phase.key != key or phase.step is not step:
            raise WardroundError("E-ROUND-02", study=self._study, round=key.round, phase=key.phase.value, attempt=key.attempt)
        if site not in phase.asked or site not in federation.active(self._database, self._study):
            raise WardroundError("E-ROUND-05", study=self._study)
        return phase

    def _check(self, phase: OpenPhase, site: SiteId, message: Contribute) -> None:
        """What can be seen of an answer: its length, and whose it is."""
        row = federation.site(self._database, site)
        signing_key = row.signing_key if row is not None else b""
        match message.step:
            case Step.KEYS:
                self._check_length(site, message, KEY_BYTES * len(phase.openings))
                for place, opening in enumerate(phase.openings):
                    keys = SiteKeys.read(message.body[place * KEY_BYTES : (place + 1) * KEY_BYTES])
                    masking.check_keys(opening, site, keys, signing_key, signing.holds)
            case Step.SHARES:
                self._check_length(site, message, PARCEL_BYTES * len(self.circle(phase).neighbours(site)) * len(phase.openings))
            case Step.SURVIVORS:
                self._check_length(site, message, 64)
                signed = masking.survivors_message(self.circle(phase), phase.participants, self.survivors(phase))
                if not signing.holds(signing_key, signed, message.body):
                    raise WardroundError("E-SEAL-07", site=site)
            case Step.UNMASK:
                self._check_length(site, message, masking.answer_bytes(self.circle(phase), site, phase.participants))

    def _check_length(self, site: SiteId, message: Contribute, expected: int) -> None:
        if len(message.body) != expected:
            raise WardroundError("E-SEAL-13", site=site, step=message.step.value, found=len(message.body), expected=expected)


def answers_of(database: Database, phase: OpenPhase) -> dict[SiteId, Answer]:
    """What the sites have answered to the open step of a phase, by name."""
    if phase.step is Step.VECTOR:
        return rounds.answers(database, phase.key)
    return exchanges.answers(database, phase.key, phase.step)
