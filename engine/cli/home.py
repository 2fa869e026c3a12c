# SPDX-License-Identifier: Apache-2.0
"""A site's home for one command: opened with the passphrase from a file, a hidden prompt or the keyring, and closed in order."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from engine.cli.speech import Setup
from engine.cli.tree import F, argument, option
from engine.errors import Language, WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.events import Event
    from engine.session.jobs import Job
    from engine.session.session import Session

T = TypeVar("T")
_LOOK_SECONDS = 0.2  # how soon Ctrl+C is noticed where a wait cannot be interrupted


def passphrase_option(function: F) -> F:
    """Where the passphrase comes from; never from the command itself, which other users of the machine can read."""
    return option(
        "--passphrase-file",
        type=click.Path(path_type=Path),
        envvar="WARDROUND_PASSPHRASE_FILE",
        metavar="FILE",
        says=lambda to: translate(
            "A file with the passphrase in its first line, for scripts; else it is asked for, or the keyring of this computer has the key.",
            to,
        ),
    )(function)


def study_argument(function: F) -> F:
    """The study that a command is about."""
    return argument(
        "study",
        required=False,
        metavar="[STUDY]",
        says=lambda to: translate("The id of the study; not needed where there is only one.", to),
    )(function)


def home_of(setup: Setup) -> Path:
    """The site's folder."""
    from engine.session.session import default_home

    return setup.home or default_home()


def read_passphrase(path: Path, setup: Setup) -> str:
    """The first line of a file.

    Raises:
        WardroundError: E-FILE-01.
    """
    try:
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            setup.talk(translate("Others on this computer can read {path}; make it private: chmod 600 {path}", setup.language, path=path))
        return path.read_text(encoding="utf-8").splitlines()[0].strip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise WardroundError("E-FILE-01", path=path, reason=reason) from error
    except IndexError as error:
        raise WardroundError("E-FILE-01", path=path, reason=translate("it is empty", setup.language)) from error


def ask_passphrase(setup: Setup, *, twice: bool = False) -> str:
    """Asks on the terminal without showing it.

    Raises:
        WardroundError: E-CMD-14 when nobody sits there.
    """
    if not sys.stdin.isatty():
        raise WardroundError("E-CMD-14")
    to = setup.language
    while True:
        given: str = click.prompt(translate("Passphrase", to), hide_input=True, err=True)
        if not twice or given == click.prompt(translate("The same again", to), hide_input=True, err=True):
            return given
        setup.talk(translate("They differ; once more.", to))


@contextmanager
def session_of(setup: Setup, *, looks: bool = False) -> Iterator[Session]:
    """A session over the home, its vault still locked. Details of a bug go to a log in the home.

    Raises:
        WardroundError: E-CMD-23 when only looking and there is nothing to look at; E-SITE-06, E-SET-…
    """
    from engine import log
    from engine.session.session import Session

    home = home_of(setup)
    if looks and not home.is_dir():
        raise WardroundError("E-CMD-23", path=home)
    session = Session(home, language=_spoken(setup), resumes=False, looks=looks)
    try:
        setup.language = session.language
        setup.log = home / "logs" / "wardround.log"
        log.configure("info", None if setup.verbose else setup.log)
        yield session
    finally:
        session.close()


def _spoken(setup: Setup) -> Language | None:
    """What --lang or WARDROUND_LANG says; None leaves it to the home's settings."""
    return setup.language if setup.chosen_language else None


@contextmanager
def opened(setup: Setup, passphrase_file: Path | None, *, looks: bool = False) -> Iterator[Session]:
    """A session whose vault is open. ``looks``: only for looking, while another program may work on the same home.

    Raises:
        WardroundError: E-CMD-23 there is no vault yet, E-KEY-…, E-SITE-06.
    """
    with session_of(setup, looks=looks) as session:
        unlock(session, setup, passphrase_file)
        yield session


def unlock(session: Session, setup: Setup, passphrase_file: Path | None) -> None:
    """Opens the vault.

    Raises:
        WardroundError: E-CMD-23 there is none, E-CMD-14, E-KEY-03, -04.
    """
    from engine.session.views import KeyHome, Lock

    if session.lock_state() is Lock.NEW:
        raise WardroundError("E-CMD-23", path=session.path)
    passphrase = None
    if session.key_home() is KeyHome.PASSPHRASE:
        passphrase = read_passphrase(passphrase_file, setup) if passphrase_file else ask_passphrase(setup)
    finish(session.unlock(passphrase))


def finish(job: Job[T]) -> T:
    """Waits for a job: its value; Ctrl+C cancels it and waits until it has ended in order."""
    try:
        while True:
            try:
                return job.result(_LOOK_SECONDS)
            except TimeoutError:
                if job.done:
                    raise
    except KeyboardInterrupt:
        job.cancel()
        while not job.done:
            _settle(job)
        raise


def _settle(job: Job[T]) -> None:
    from engine.errors import Cancelled

    try:
        job.result(_LOOK_SECONDS)
    except (TimeoutError, Cancelled, WardroundError):
        return  # it ended, or is about to: the caller looks


def watched(session: Session, setup: Setup, label: str, job: Job[T]) -> T:
    """Waits for a job that takes long, with progress on stderr."""
    from engine.session.events import JobChanged

    with setup.progress(label) as shown:

        def hear(event: Event) -> None:
            if isinstance(event, JobChanged) and event.job == job.id and not event.done:
                shown.progress(event.progress)

        stop = session.subscribe(hear)
        try:
            return finish(job)
        finally:
            stop()


def the_study(session: Session, named: str | None) -> str:
    """The study that was named, or the only one that this site knows.

    Raises:
        WardroundError: E-SITE-10 this site does not know it, E-CMD-10 there are several, E-CMD-12 there is none.
    """
    known = [row.study for row in session.home().studies]
    if named:
        if named not in known:
            raise WardroundError("E-SITE-10", study=named)
        return named
    if len(known) == 1:
        return known[0]
    if not known:
        raise WardroundError("E-CMD-12")
    raise WardroundError("E-CMD-10", known=", ".join(known))


def the_dataset(session: Session, named: str) -> str:
    """The id of a data set by name or id.

    Raises:
        WardroundError: E-SITE-17.
    """
    for dataset in session.datasets():
        if named in (dataset.id, dataset.name):
            return dataset.id
    raise WardroundError("E-SITE-17", name=named)
