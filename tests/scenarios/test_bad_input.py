# SPDX-License-Identifier: Apache-2.0
"""Whatever is wrong with records, invitations, words, clocks, ports or disks: a coded message in both languages, and nothing lost."""

from __future__ import annotations

import csv
import datetime
import errno
import os
import resource
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from engine.cli.main import main
from engine.clock import SystemClock
from engine.coordinator import administration, overview
from engine.coordinator import spool as spools
from engine.coordinator.overview import Membership
from engine.errors import WardroundError
from engine.records.sink import Sink
from engine.session import Session, coordinator_jobs
from engine.session.choices import ReadChoices
from engine.simulation.children import command
from engine.store import studies
from engine.trust import enrolment
from engine.values import SiteId
from engine.wire.messages import StudyState
from tests.support import hospital, snapshot
from tests.support.hospital import STUDY
from tests.support.lead import Lead
from tests.support.patience import until
from tests.support.told import complete, in_words, refused

ROOT = Path(__file__).parents[2]
HEADER = ["record_no", "first", "second", "ward", "outcome"]
DAY = 86_400.0


class Late(SystemClock):
    """A clock that is wrong by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> float:
        return super().now() + self._seconds


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the home of a hospital with one good data set, and its passphrase."""
    folder = tmp_path_factory.mktemp("bad")
    session = Session.open(folder / "home")
    session.create(hospital.PASSPHRASE).result(60)
    made = session.import_data(hospital.write_records(folder / "good.csv", 1), "good").result(60)
    session.check_data(made.id).result(60)  # else it would be written while a test looks at what is written
    session.close()
    secret = folder / "passphrase"
    secret.touch(0o600)
    secret.write_text(hospital.PASSPHRASE, encoding="utf-8")
    return folder


@pytest.fixture
def vault(made: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return shutil.copytree(made, tmp_path / "hospital")


@pytest.fixture
def site(vault: Path) -> Iterator[Session]:
    """That hospital, its vault open."""
    session = Session.open(vault / "home")
    session.unlock(hospital.PASSPHRASE).result(60)
    yield session
    session.close()


@pytest.fixture
def lead(tmp_path: Path) -> Iterator[Lead]:
    made = Lead(tmp_path, hospital.manifest(rounds=2))
    yield made
    made.close()


def _write(path: Path, rows: Sequence[Sequence[object]], delimiter: str = ",") -> Path:
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def _patients(count: int = 40) -> list[list[object]]:
    return [[f"P{row:03d}", row / 10 - 2, 2 - row / 10, "east" if row % 3 else "west", "yes" if row % 2 else "no"] for row in range(count)]


# ---------------------------------------------------------------- files


class Bad(NamedTuple):
    """A file that cannot be imported as it is."""

    make: Callable[[Path], Path]
    choices: ReadChoices
    options: tuple[str, ...]
    code: str
    names: tuple[str, ...]


FILES = {
    "wrong delimiter": Bad(
        lambda folder: _write(folder / "semicolons.csv", [HEADER, *_patients()], ";"),
        ReadChoices(delimiter=","),
        ("--delimiter", ","),
        "E-DATA-03",
        ("semicolons.csv", ","),
    ),
    "empty file": Bad(lambda folder: _empty(folder / "empty.csv"), ReadChoices(), (), "E-DATA-01", ("empty.csv",)),
    "duplicate headers": Bad(
        lambda folder: _write(folder / "twice.csv", [["record_no", "first", "first", "ward", "outcome"], *_patients()]),
        ReadChoices(),
        (),
        "E-DATA-04",
        ("twice.csv", "first", "2, 3"),
    ),
}


def _empty(path: Path) -> Path:
    path.touch()
    return path


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, site: Session, name: str) -> None:
    bad = FILES[name]
    path = bad.make(tmp_path)
    before = snapshot.of_site(site)
    with refused(bad.code, 8, *bad.names):
        site.import_data(path, "good", bad.choices).result(60)
    if bad.code == "E-DATA-03":  # shown, so that a person can choose another one
        shown = site.preview(path, bad.choices).result(60)
        assert [finding.severity for finding in shown.findings] == ["block"]
    else:
        with refused(bad.code, 8, *bad.names):
            site.preview(path, bad.choices).result(60)
    assert snapshot.of_site(site) == before


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", FILES)
def test_the_command_line_says_so_too(tmp_path: Path, vault: Path, capsys: pytest.CaptureFixture[str], name: str, language: str) -> None:
    bad = FILES[name]
    where = ("-C", str(vault / "home"), "--lang", language)
    secret = ("--passphrase-file", str(vault / "passphrase"))
    assert main([*where, "site", "data", "add", str(bad.make(tmp_path)), *bad.options, *secret]) == 8
    said = capsys.readouterr()
    assert said.out == ""
    assert bad.code in said.err
    in_words(said.err, bad.code, language)
    assert main([*where, "site", "data", "list", *secret, "--json"]) == 0
    assert '"good"' in capsys.readouterr().out


# ---------------------------------------------------------------- records that do not fit the study


def _changed(column: int, value: Callable[[int, object], object], header: str | None = None) -> list[Sequence[object]]:
    rows = _patients()
    for number, row in enumerate(rows):
        row[column] = value(number, row[column])
    names = list(HEADER)
    if header is not None:
        names[column] = header
    return [names, *rows]


UNFIT: dict[str, tuple[Callable[[], list[Sequence[object]]], str, tuple[str, ...]]] = {
    "mixed types": (lambda: _changed(1, lambda row, was: "many" if row in (3, 7) else was), "E-DATA-23", ("first", "2")),
    "only one class": (lambda: _changed(4, lambda _row, _was: "no"), "E-DATA-24", ("outcome",)),
    "too few rows": (lambda: [HEADER, *_patients(6)], "E-DATA-25", ("6", "10")),
    "a variable is missing": (lambda: _changed(2, lambda _row, was: was, "something else"), "E-DATA-20", ("second",)),
    "another unit": (lambda: _changed(1, lambda _row, was: was, "first [kg]"), "E-DATA-21", ("first", "kg", "mmHg")),
    "another unit, unsaid": (lambda: _changed(1, lambda row, _was: 100 + row), "E-DATA-22", ("first", "mmHg")),
}


@pytest.fixture(scope="module")
def invited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A hospital in front of a published study whose first variable has a unit."""
    folder = tmp_path_factory.mktemp("unfit")
    plan = hospital.manifest().replace('name = "first"\nkind = "numeric"', 'name = "first"\nkind = "numeric"\nunit = "mmHg"')
    lead = Lead(folder, plan)
    session = hospital.member(lead, folder, "north", 1)
    lead.publish()
    session.refresh(STUDY).result(60)
    yield session
    session.close()
    lead.close()


@pytest.mark.parametrize("name", UNFIT)
def test_records_that_do_not_fit_are_not_promised(tmp_path: Path, invited: Session, name: str) -> None:
    rows, code, names = UNFIT[name]
    dataset = invited.import_data(_write(tmp_path / "unfit.csv", rows()), name).result(60)
    invited.check_data(dataset.id).result(60)
    before = snapshot.of_site(invited)
    with refused(code, 8, *names):
        invited.join(STUDY, dataset.id).result(60)
    assert snapshot.of_site(invited) == before, "nothing was sent, nothing was written"
    assert not invited.study(STUDY, dataset.id).result(60).joined


# ---------------------------------------------------------------- invitations, words, clocks


def _invitation(lead: Lead, site: str, clock: SystemClock) -> Path:
    made = administration.invite(lead.home, SiteId(site), lead.study, clock)
    path = lead.folder / f"{site}.wardround-invite"
    enrolment.write(path, made, lead.home.lead_key().sign)
    lead._refresh()
    return path


def test_an_expired_invitation_is_not_sent(lead: Lead, site: Session) -> None:
    path = _invitation(lead, "north", Late(-8 * DAY))
    before, there = snapshot.of_site(site), snapshot.of_coordinator(lead.home)
    for use in (site.enrol, site.read_invitation):
        with refused("E-ENROL-03", 6, _date(lead.clock.now() - DAY)):
            use(path).result(60)
    assert snapshot.of_site(site) == before
    assert snapshot.of_coordinator(lead.home) == there


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_expired_invitation_of_a_command(lead: Lead, vault: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    path = _invitation(lead, "north", Late(-8 * DAY))
    there = snapshot.of_coordinator(lead.home)
    arguments = ["-C", str(vault / "home"), "--lang", language, "site", "enrol", str(path)]
    assert main([*arguments, "--passphrase-file", str(vault / "passphrase")]) == 6
    said = capsys.readouterr()
    assert said.out == ""
    assert "E-ENROL-03" in said.err
    in_words(said.err, "E-ENROL-03", language)
    assert snapshot.of_coordinator(lead.home) == there


def _date(moment: float) -> str:
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).date().isoformat()


def test_a_used_invitation_is_good_for_no_other_key(tmp_path: Path, lead: Lead, site: Session) -> None:
    """Somebody copied the file: the first one keeps its place, the second one is told."""
    path = lead.invite("north")
    first = Session.open(tmp_path / "first")
    try:
        first.create(hospital.PASSPHRASE).result(60)
        assert first.enrol(path).result(60) == STUDY
        before, there = snapshot.of_site(site, (*snapshot.LEDGER, "enrolment")), snapshot.of_coordinator(lead.home)
        with refused("E-ENROL-04", 6):
            site.enrol(path).result(60)
        assert snapshot.of_site(site, (*snapshot.LEDGER, "enrolment")) == before
        assert snapshot.of_coordinator(lead.home) == there
        assert first.enrol(path).result(60) == STUDY, "the same key may come again"
    finally:
        first.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_wrong_check_words_let_nobody_in(lead: Lead, site: Session, capsys: pytest.CaptureFixture[str], language: str) -> None:
    name = f"words-{language}"
    site.enrol(lead.invite(name)).result(60)
    summary = coordinator_jobs.site(lead.home.path, name)
    known = coordinator_jobs.site_words(summary)
    assert known is not None
    right = list(known.spoken("zh" if language == "zh" else "en"))
    wrong = [*right[:5], right[0] if right[0] != right[5] else right[1]]
    there = snapshot.of_coordinator(lead.home)
    with refused("E-CMD-21", 5, name):
        coordinator_jobs.approve(lead.home.path, name, wrong)
    approve = ["-C", str(lead.home.path), "--lang", language, "coordinator", "sites", "approve", name, "--words"]
    assert main([*approve, " ".join(wrong)]) == 5
    said = capsys.readouterr().err
    assert "E-CMD-21" in said
    in_words(said, "E-CMD-21", language)
    assert snapshot.of_coordinator(lead.home) == there
    assert coordinator_jobs.site(lead.home.path, name).membership is Membership.WAITING
    assert main([*approve, " ".join(right)]) == 0
    assert coordinator_jobs.site(lead.home.path, name).membership is Membership.APPROVED


@pytest.mark.parametrize("minutes", [20, -20])
def test_a_wrong_clock_is_told_before_anything_is_asked(lead: Lead, site: Session, minutes: int) -> None:
    path = lead.invite(f"clock-{'fast' if minutes > 0 else 'slow'}")
    here, there = site.opened(), snapshot.of_coordinator(lead.home)
    before = snapshot.of_site(site, (*snapshot.LEDGER, "enrolment"))
    here.clock = Late(60.0 * minutes)
    try:
        with refused("E-CLOCK-01", 8, "20"):
            site.enrol(path).result(60)
    finally:
        here.clock = SystemClock()
    assert snapshot.of_site(site, (*snapshot.LEDGER, "enrolment")) == before
    assert snapshot.of_coordinator(lead.home) == there, "the invitation was not used up"
    invitation = enrolment.read(path, lead.clock.now()).invitation
    made = here.write(lambda database: studies.enrolment_of_invitation(database, invitation))
    assert made is not None
    assert made.certificate == b""
    site.enrol(path).result(60)
    again = here.write(lambda database: studies.enrolment_of_invitation(database, invitation))
    assert again is not None
    assert again.certificate
    assert again.signing_key == made.signing_key, "the keys of the first try are used, not thrown away"


# ---------------------------------------------------------------- lines, ports, disks


def _far(lead: Lead) -> tuple[Path, str]:
    """An invitation to a port where nobody listens any more."""
    with _taken() as address:
        pass
    made = replace(administration.invite(lead.home, SiteId("far"), lead.study, lead.clock), addresses=(address,))
    path = lead.folder / "far.wardround-invite"
    enrolment.write(path, made, lead.home.lead_key().sign)
    return path, address


def test_nobody_at_the_address(lead: Lead, site: Session) -> None:
    path, address = _far(lead)
    before = snapshot.of_site(site, (*snapshot.LEDGER, "enrolment"))
    with refused("E-NET-02", 7, address):
        site.enrol(path).result(60)
    assert snapshot.of_site(site, (*snapshot.LEDGER, "enrolment")) == before


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nobody_at_the_address_of_a_command(lead: Lead, vault: Path, capsys: pytest.CaptureFixture[str], language: str) -> None:
    path, address = _far(lead)
    arguments = ["-C", str(vault / "home"), "--lang", language, "site", "enrol", str(path)]
    assert main([*arguments, "--passphrase-file", str(vault / "passphrase")]) == 7
    said = capsys.readouterr().err
    assert address in said
    in_words(said, "E-NET-02", language)


class _taken:  # noqa: N801 - reads as a word in ``with``
    """An address of this machine that somebody listens on."""

    def __enter__(self) -> str:
        self._socket = socket.create_server(("127.0.0.1", 0))
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._socket.close()


def _process(*arguments: str, **options: object) -> tuple[int, str]:
    """A process of the real command: its exit status and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "WARDROUND_QUIET": ""}
    done = subprocess.run(
        [*command(), *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        **options,  # type: ignore[call-overload]
    )
    return done.returncode, done.stderr.decode("utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_taken_port(tmp_path: Path, language: str) -> None:
    lead = Lead(tmp_path, hospital.manifest())
    lead.close()
    there = snapshot.of_coordinator(lead.home)
    with _taken() as address:
        code, said = _process("-C", str(lead.home.path), "--lang", language, "coordinator", "serve", "--listen", address)
    assert code == 1
    assert "E-NET-20" in said
    assert address in said
    in_words(said, "E-NET-20", language)
    complete(WardroundError("E-NET-20", address=address), "E-NET-20", 1, address)
    assert snapshot.of_coordinator(lead.home) == there


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_disk_that_fills_while_records_are_imported(tmp_path: Path, vault: Path, language: str) -> None:
    """A real process that may not write more than half a megabyte into one file."""
    big = hospital.write_records(tmp_path / "big.csv", 2, rows=60_000)
    before = sorted((vault / "home" / "vault").iterdir())

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, 1 << 19))

    where = ("-C", str(vault / "home"), "--lang", language)
    secret = ("--passphrase-file", str(vault / "passphrase"))
    code, said = _process(*where, "site", "data", "add", str(big), "--name", "big", *secret, preexec_fn=limited)
    assert code == 1, said
    assert "E-FILE-02" in said
    in_words(said, "E-FILE-02", language)
    assert sorted((vault / "home" / "vault").iterdir()) == before
    session = Session.open(vault / "home")
    try:
        session.unlock(hospital.PASSPHRASE).result(60)
        kept = {dataset.name: dataset for dataset in session.datasets()}
        assert "big" not in kept
        assert session.rows(kept["good"].id, 0, 1).result(60)
    finally:
        session.close()


def test_a_full_disk_under_the_import(tmp_path: Path, site: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """As above, in this process, to see the store untouched."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = snapshot.of_site(site)
    with monkeypatch.context() as patch:
        patch.setattr(Sink, "write", full)
        with refused("E-FILE-02", 1, "vault"):
            site.import_data(hospital.write_records(tmp_path / "more.csv", 3), "good").result(60)
    assert snapshot.of_site(site) == before
    assert site.import_data(tmp_path / "more.csv", "more").result(60).rows == 80


def test_a_full_disk_at_the_coordinator_holds_the_study_until_there_is_room(
    tmp_path: Path, lead: Lead, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = hospital.member(lead, tmp_path, "north", 1)
    try:
        lead.publish()
        hospital.join(session)
        session.start(STUDY)
        there = snapshot.of_coordinator(lead.home, ("studies", "phases"))
        with monkeypatch.context() as patch:
            usage = spools.shutil.disk_usage("/")
            patch.setattr(spools.shutil, "disk_usage", lambda _: type(usage)(usage.total, usage.total, 0))
            lead.start()
            status = until(lambda: _held(lead))
            assert status.exit_code == 3
            assert status.problem is not None
            complete(status.problem, "E-FILE-02", 1, "spool")
        assert snapshot.of_coordinator(lead.home, ("studies", "phases", "places")) == {
            name: digest for name, digest in there.items() if name != "places"
        }
        administration.resume(lead.home, lead.study, lead.clock)
        lead._refresh()
        assert session.wait(STUDY, 60) == "finished"
    finally:
        session.close()


def _held(lead: Lead) -> overview.StudyStatus | None:
    status = overview.status(lead.home, lead.study, lead.clock)
    return status if status.state is StudyState.PAUSED else None
