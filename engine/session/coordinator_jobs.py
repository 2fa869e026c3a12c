# SPDX-License-Identifier: Apache-2.0
"""The coordinator for a door: what the IT of the lead hospital asks of it. Loads no torch and nothing that touches a record."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs

from engine.clock import SystemClock
from engine.coordinator import administration, home, overview
from engine.coordinator.home import Home, TlsFiles
from engine.coordinator.overview import SiteSummary, StudyStatus
from engine.errors import Language, WardroundError
from engine.session import sentences
from engine.session.views import PlanLine
from engine.study import rules
from engine.text import either
from engine.trust import certificates, enrolment, words
from engine.values import SiteId, StudyId

CLOCK = SystemClock()


@dataclass(frozen=True)
class WordsView:
    """Six check words in both languages and as numbers: any of the three may be read out on the telephone."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    numbers: tuple[int, ...]

    def spoken(self, language: Language) -> tuple[str, ...]:
        """The words in one language."""
        return self.chinese if language == "zh" else self.english


@dataclass(frozen=True)
class CoordinatorView:
    """Who a coordinator is and where sites reach it."""

    path: Path
    name: str
    listen: str
    addresses: tuple[str, ...]
    words: WordsView


@dataclass(frozen=True)
class InvitationMade:
    """An invitation that was written."""

    path: Path
    site: str
    study: str
    expires: float
    address: str


@dataclass(frozen=True)
class StudyAdded:
    """A study that was added, with what its people should know."""

    study: str
    title: str
    plan: tuple[PlanLine, ...]
    warnings: tuple[str, ...]


def default_home() -> Path:
    """Where a coordinator is sought: the current folder if it is one, else the user's data folder."""
    here = Path.cwd()
    if (here / home.CONFIGURATION).is_file():
        return here
    return Path(platformdirs.user_data_path("wardround-coordinator", appauthor=False))


def _words(digest: bytes) -> WordsView:
    return WordsView(words.check_words(digest, "en"), words.check_words(digest, "zh"), words.check_numbers(digest))


# ---------------------------------------------------------------- the coordinator


def init(path: Path, name: str, hosts: Sequence[str], listen: str, tls: tuple[Path, Path, Path] | None) -> CoordinatorView:
    """Makes a new coordinator; ``tls`` is the hospital's own certificate, key and authority for the port.

    Raises:
        WardroundError: E-COORD-01, E-COORD-03, E-NET-09, E-TLS-09, E-FILE-01.
    """
    home.init(path, name, hosts, CLOCK, listen, TlsFiles(*tls) if tls else None)
    return about(path)


def about(path: Path) -> CoordinatorView:
    """Who this coordinator is.

    Raises:
        WardroundError: E-COORD-02, E-COORD-03.
    """
    place = Home(path)
    configuration = place.configuration()
    digest = certificates.digest(place.port_authority_pem)
    return CoordinatorView(path, configuration.name, configuration.listen, configuration.addresses, _words(digest))


def serve(path: Path, listen: str | None, announce: Callable[[tuple[str, ...]], None]) -> None:
    """Runs the coordinator until SIGTERM or SIGINT; ``announce`` is told the addresses once the port is open.

    Raises:
        WardroundError: E-COORD-02, E-COORD-03, E-NET-20 the port is taken, E-NET-21, E-TLS-09.
    """
    from engine.coordinator import app
    from engine.coordinator.federation import Federation

    place = Home(path)
    where = listen or place.configuration().listen
    asyncio.run(app.serve(lambda: Federation(place), place.server_tls(), (where,), announce))


# ---------------------------------------------------------------- studies


def the_study(path: Path, named: str | None) -> StudyId:
    """The study that was named, or the only one there is.

    Raises:
        WardroundError: E-CMD-10 there are several, E-CMD-13 there is none.
    """
    if named:
        return StudyId(named)
    known = overview.studies(Home(path))
    if len(known) == 1:
        return known[0][0]
    if not known:
        raise WardroundError("E-CMD-13")
    raise WardroundError("E-CMD-10", known=", ".join(study for study, _ in known))


def add_study(path: Path, file: Path, language: Language) -> StudyAdded:
    """Adds the study of a file, or changes a draft's plan.

    Raises:
        WardroundError: E-FILE-01, E-STUDY-…, E-RULE-…, E-COORD-04.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise WardroundError("E-STUDY-15", source=file.name) from error
    except OSError as error:
        raise WardroundError("E-FILE-01", path=file, reason=error.strerror or type(error).__name__) from error
    manifest = administration.add_study(Home(path), text, file.name, CLOCK)
    section = manifest.study
    title = either(section.title, section.title_zh, language)
    return StudyAdded(section.id, title, sentences.plan(manifest, language), rules.check(manifest, language))


def studies(path: Path) -> tuple[StudyStatus, ...]:
    """Where every study is."""
    place = Home(path)
    return tuple(overview.status(place, study, CLOCK) for study, _ in overview.studies(place))


def status(path: Path, study: StudyId) -> StudyStatus:
    """Where one study is; raises E-COORD-05."""
    return overview.status(Home(path), study, CLOCK)


def published_rounds(path: Path, study: StudyId) -> list[dict[str, Any]]:
    """The published rounds as plain rows; raises E-COORD-05."""
    from engine.coordinator import export

    return export.published_rounds(Home(path), study)


def export_study(path: Path, study: StudyId, folder: Path) -> tuple[str, ...]:
    """Writes what a lead keeps of a study into a new folder: the files' names; raises as ``coordinator.export``."""
    from engine.coordinator import export

    return tuple(file.name for file in export.export(Home(path), study, folder))


def publish(path: Path, study: StudyId) -> str:
    """Fixes the roster and signs the plan: the bundle's SHA-256; raises as ``administration.publish``."""
    return administration.publish(Home(path), study, CLOCK)


def start(path: Path, study: StudyId, with_joined: bool) -> None:
    """Asks for the study to begin; raises as ``administration.start``."""
    administration.start(Home(path), study, CLOCK, with_joined)


def pause(path: Path, study: StudyId) -> None:
    """Holds the study; raises as ``administration.pause``."""
    administration.pause(Home(path), study, CLOCK)


def resume(path: Path, study: StudyId) -> None:
    """Goes on; raises as ``administration.resume``."""
    administration.resume(Home(path), study, CLOCK)


def stop(path: Path, study: StudyId) -> None:
    """Ends the study for good; raises as ``administration.stop``."""
    administration.stop(Home(path), study, CLOCK)


# ---------------------------------------------------------------- sites


def invite(path: Path, site: str, study: StudyId, seconds: float, file: Path) -> InvitationMade:
    """Writes one site's single-use invitation, readable by this user alone.

    Raises:
        WardroundError: E-COORD-05, -09, -12; E-CMD-26 the file exists, E-FILE-01.
    """
    place = Home(path)
    if file.exists():
        raise WardroundError("E-CMD-26", path=file)
    if not os.access(file.resolve().parent, os.W_OK):
        raise WardroundError("E-FILE-01", path=file, reason=os.strerror(2 if not file.resolve().parent.exists() else 13))
    invitation = administration.invite(place, SiteId(site), study, CLOCK, seconds)
    try:
        enrolment.write(file, invitation, place.lead_key().sign)
    except FileExistsError as error:
        raise WardroundError("E-CMD-26", path=file) from error
    return InvitationMade(file, site, study, invitation.expires, invitation.addresses[0])


def sites(path: Path) -> tuple[SiteSummary, ...]:
    """All sites."""
    return overview.sites(Home(path))


def site(path: Path, name: str) -> SiteSummary:
    """One site; raises E-COORD-06."""
    every = overview.sites(Home(path))
    for summary in every:
        if summary.site == name:
            return summary
    raise WardroundError("E-COORD-06", site=name, known=", ".join(summary.site for summary in every) or "-")


def site_words(summary: SiteSummary) -> WordsView | None:
    """A site's check words; None until it has enrolled."""
    return _words(summary.words_digest) if summary.words_digest else None


def words_match(known: WordsView, typed: Sequence[str], places: Sequence[int] = range(words.WORDS)) -> bool:
    """Whether the words typed, in either language or as numbers, are those at these places."""
    if len(typed) != len(places):
        return False
    for word, place in zip(typed, places, strict=True):
        if word.strip().lower() not in (known.english[place], known.chinese[place], str(known.numbers[place])):
            return False
    return True


def approve(path: Path, name: str, typed: Sequence[str] | None) -> None:
    """Approves a site; ``typed`` are its six check words as it read them out, None when a person vouches to have compared them.

    Raises:
        WardroundError: E-COORD-06, E-COORD-07, E-CMD-21 other words than the site's, E-CMD-30 it has none yet.
    """
    summary = site(path, name)
    known = site_words(summary)
    if known is None:
        raise WardroundError("E-CMD-30", site=name)
    if typed is not None and not words_match(known, typed):
        raise WardroundError("E-CMD-21", site=name)
    administration.approve(Home(path), SiteId(name), CLOCK)


def revoke(path: Path, name: str) -> None:
    """Shuts a site out; raises E-COORD-06."""
    administration.revoke(Home(path), SiteId(name), CLOCK)
