# SPDX-License-Identifier: Apache-2.0
"""The privacy check of each data set: begun by itself after an import, done in the background, and what stands between it and a study."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import CancelledError, Future
from contextlib import closing
from dataclasses import replace

from engine.errors import Cancelled, Language, WardroundError
from engine.log import get_logger
from engine.records import anonymity, offers, privacy
from engine.records.anonymity import Anonymity
from engine.records.identifiers.columns import Hit
from engine.records.identifiers.kinds import KINDS, label
from engine.records.mends import sentence as mend_sentence
from engine.records.privacy import Check
from engine.records.vault import Vault, Version
from engine.session.events import PrivacyChanged
from engine.session.open_home import OpenHome
from engine.session.privacy_views import AnonymityView, GroupSizeView, HitView, OverrideView, PrivacyView
from engine.session.views import MendView
from engine.store import privacy as store
from engine.store.privacy import Override
from engine.values import Token

GRACE_SECONDS = 5.0
"""How long joining waits for a check that is nearly done, before it refuses."""
LEAST_REASON = 10
_LOOK_SECONDS = 0.1
_STEP = 0.02
_log = get_logger("privacy")


class _Scan:
    """A running check: a token, its progress, its end."""

    def __init__(self, checks: Checks, dataset: str, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.fraction = 0.0
        self._checks = checks
        self._dataset = dataset
        self._stopped = threading.Event()
        self.future: Future[Check] = Future()

    def progress(self, fraction: float) -> None:
        """Tells how far, now and then."""
        if fraction - self.fraction >= _STEP:
            self.fraction = fraction
            self._checks.tell(self._dataset)

    def check(self) -> None:
        """Raises ``Cancelled`` once it was stopped."""
        if self._stopped.is_set():
            raise Cancelled

    def stop(self) -> None:
        """Asks to stop."""
        self._stopped.set()


class Checks:
    """The checks of one open vault."""

    def __init__(self, site: OpenHome, vault: Vault) -> None:
        self._site = site
        self._vault = vault
        self._running: dict[str, _Scan] = {}
        self._lock = threading.Lock()
        self._closed = False

    def tell(self, dataset: str) -> None:
        """Says that there is something new about a data set."""
        self._site.publish(PrivacyChanged(dataset))

    def close(self) -> None:
        """Stops every check and waits until it has."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for scan in running:
            scan.stop()
        for scan in running:
            _settle(scan.future)

    def begin_all(self) -> None:
        """Begins what was never finished, or was done by older rules."""
        for version in self._vault.datasets():
            if self._kept(version) is None:
                self.begin(version.dataset)

    def begin(self, dataset: str) -> Future[Check]:
        """Begins the check of the newest version, unless it runs already; one of an older state of the data set is stopped."""
        version = self._vault.version(dataset)
        wanted = privacy.fingerprint(version)
        with self._lock:
            scan = self._running.get(dataset)
            if scan is not None and scan.fingerprint == wanted and not scan.future.done():
                return scan.future
            if self._closed:
                raise Cancelled
            if scan is not None:
                scan.stop()
            scan = self._running[dataset] = _Scan(self, dataset, wanted)
        self._site.threads.scans.submit(self._work, scan, version)
        return scan.future

    def stop(self, dataset: str) -> None:
        """Stops the check of a data set that is to be deleted, and waits until it has."""
        with self._lock:
            scan = self._running.pop(dataset, None)
        if scan is not None:
            scan.stop()
            _settle(scan.future)

    def _work(self, scan: _Scan, version: Version) -> None:
        """On the thread for checks."""
        try:
            scan.check()
            before = self._site.write(lambda database: store.report(database, version.dataset, version.version))
            if before is None and version.version > 1:
                before = self._site.write(lambda database: store.report(database, version.dataset, version.version - 1))
            with closing(self._vault.open_table(version.dataset, version.version)) as table:
                made = privacy.look(table, version, privacy.from_json(before[1]) if before else None, scan)
            body = privacy.to_json(made)
            self._site.write(lambda database: store.put_report(database, version.dataset, version.version, scan.fingerprint, body))
        except BaseException as error:  # noqa: BLE001 - the thread's door: whoever asks for the outcome gets it
            if not isinstance(error, (WardroundError, Cancelled)):
                _log.error("check-failed", exc_info=error)
            scan.future.set_exception(error)
        else:
            scan.future.set_result(made)
        self.tell(version.dataset)

    def _kept(self, version: Version) -> Check | None:
        """The finished check of exactly this state."""
        found = self._site.write(lambda database: store.report(database, version.dataset, version.version))
        if found is None or found[0] != privacy.fingerprint(version):
            return None
        return privacy.from_json(found[1])

    # -- what a door asks

    def view(self, dataset: str) -> PrivacyView:
        """How far it is, and what it found."""
        version = self._vault.version(dataset)
        check = self._kept(version)
        if check is None:
            with self._lock:
                scan = self._running.get(dataset)
            return PrivacyView(dataset, version.name, version.version, "scanning", scan.fraction if scan is not None else 0.0)
        return self._view(version, check)

    def finished(self, dataset: str, by: Sequence[str], outcome: str, token: Token) -> PrivacyView:
        """Waits for the check; with other columns to group by, if any are named.

        Raises:
            WardroundError: E-IDENT-05 a column that is not there; what stopped the check.
        """
        version = self._vault.version(dataset)
        known = {column.name for column in version.columns}
        for name in (*by, *([outcome] if outcome else [])):
            if name not in known:
                raise WardroundError("E-IDENT-05", name=version.name, column=name)
        check = self._kept(version) or self._wait(dataset, None, token)
        if by or outcome:
            with closing(self._vault.open_table(dataset, version.version)) as table:
                check = replace(check, anonymity=privacy.group(table, version, check.report.key, by, outcome, token))
        return self._view(version, check)

    def _wait(self, dataset: str, seconds: float | None, token: Token) -> Check:
        """The outcome of the running check, or of one that is begun now; raises TimeoutError after ``seconds``."""
        future = self.begin(dataset)
        waited = 0.0
        while True:
            token.check()
            try:
                return future.result(_LOOK_SECONDS)
            except TimeoutError:
                if future.done():
                    raise
            waited += _LOOK_SECONDS
            with self._lock:
                scan = self._running.get(dataset)
            token.progress(scan.fraction if scan is not None else 0.0)
            if seconds is not None and waited >= seconds:
                raise TimeoutError

    def override(self, dataset: str, column: str, person: str, reason: str) -> PrivacyView:
        """A person answers for every hard kind in a column, in all versions of the data set.

        Raises:
            WardroundError: E-IDENT-03 there is nothing to answer for · E-IDENT-04 no name or no reason · E-IDENT-01 not finished.
        """
        person, reason = " ".join(person.split()), " ".join(reason.split())
        if len(person) < 2 or len(reason) < LEAST_REASON:
            raise WardroundError("E-IDENT-04", least=LEAST_REASON)
        version = self._vault.version(dataset)
        check = self._kept(version)
        if check is None:
            raise WardroundError("E-IDENT-01", name=version.name, percent=round(100 * self.view(dataset).progress))
        kinds = sorted({hit.kind for hit in check.report.hits if hit.column == column and KINDS[hit.kind].hard})
        if not kinds:
            raise WardroundError("E-IDENT-03", name=version.name, column=column)
        made = Override(column, tuple(kinds), person, reason, self._site.clock.now())
        self._site.write(lambda database: store.put_override(database, dataset, made))
        self._site.note("overridden", name=version.name, column=column, person=person, reason=reason)
        self.tell(dataset)
        return self._view(version, check)

    def require(self, dataset: str, patient: str, token: Token) -> None:
        """Raises what stands between a data set and a study.

        Args:
            dataset: its id; the newest version.
            patient: the column that the study takes to tell patients apart; empty: what looks like one.
            token: asked while it waits.

        Raises:
            WardroundError: E-IDENT-01 the check is not finished · E-IDENT-02 hard identifiers that nobody answers for.
        """
        version = self._vault.version(dataset)
        check = self._kept(version)
        if check is None:
            try:
                check = self._wait(dataset, GRACE_SECONDS, token)
            except TimeoutError as error:
                raise WardroundError("E-IDENT-01", name=version.name, percent=round(100 * self.view(dataset).progress)) from error
        columns = self._blocking(version, check, privacy.key_of(check, patient, version.columns))
        if columns:
            raise WardroundError("E-IDENT-02", name=version.name, count=len(columns), columns=", ".join(columns))

    def _blocking(self, version: Version, check: Check, key: str) -> tuple[str, ...]:
        answered = {one.column: one.kinds for one in self._overrides(version.dataset).values()}
        return tuple(dict.fromkeys(hit.column for hit in check.report.hits if privacy.severity(hit, key, answered) == "block"))

    def _overrides(self, dataset: str) -> Mapping[str, Override]:
        return {one.column: one for one in self._site.write(lambda database: store.overrides(database, dataset))}

    def _view(self, version: Version, check: Check) -> PrivacyView:
        language = self._site.language()
        overrides = self._overrides(version.dataset)
        key = check.report.key
        hits = [_hit(hit, key, overrides, version, language) for hit in check.report.hits]
        order = {"block": 0, "warning": 1, "info": 2}
        return PrivacyView(
            version.dataset,
            version.name,
            version.version,
            "done",
            1.0,
            check.report.rows,
            check.report.cells,
            key,
            self._blocking(version, check, key),
            tuple(sorted(hits, key=lambda hit: order[hit.severity])),
            _anonymity(check.anonymity),
            privacy.anonymity_sentence(check.anonymity, language),
        )


def _hit(hit: Hit, key: str, overrides: Mapping[str, Override], version: Version, language: Language) -> HitView:
    one = overrides.get(hit.column)
    answered = one is not None and hit.kind in one.kinds
    expected = privacy.shifted(version).get(hit.column, ())
    severity = privacy.severity(hit, key, {hit.column: (*expected, *(one.kinds if one is not None else ()))})
    mends = () if severity == "info" else offers.protecting(hit, key, version.columns)
    return HitView(
        hit.column,
        hit.kind,
        KINDS[hit.kind].letter,
        label(hit.kind, language),
        severity,
        privacy.sentence(hit, key, language),
        hit.count,
        hit.present,
        hit.score,
        hit.where,
        hit.rows,
        tuple(MendView(mend.kind, mend.column, mend.fields, mend_sentence(mend, language)) for mend in mends),
        OverrideView(one.person, one.reason, one.time) if one is not None and answered else None,
    )


def _anonymity(found: Anonymity | None) -> AnonymityView | None:
    if found is None:
        return None
    sizes = tuple(GroupSizeView(*size) for size in found.sizes)
    return AnonymityView(
        found.columns, found.patients, found.groups, found.smallest, found.few, anonymity.K, sizes, found.outcome, found.varied
    )


def _settle(future: Future[Check]) -> None:
    """Waits for the end, whatever it is."""
    try:
        future.exception()
    except CancelledError:
        return
