# SPDX-License-Identifier: Apache-2.0
"""``wardround site demo-member``: one pretend hospital of the demo, from nothing to the end of its study, by itself.

Killed at any point, the same command goes on where it was.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from engine.cli.home import finish, passphrase_option, read_passphrase, session_of
from engine.cli.speech import Setup
from engine.cli.taking_part import follow
from engine.cli.tree import Command, option
from engine.errors import WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.jobs import Job
    from engine.session.session import Session

T = TypeVar("T")
UNREACHABLE = 7
FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0  # seconds: everything is on this machine
LOOK_SECONDS = 0.3


@click.command(
    "demo-member",
    cls=Command,
    hidden=True,
    about=lambda to: translate("Plays one hospital of the demo. It approves by itself, so it is good for nothing else.", to),
    examples=("wardround site demo-member -C DIR --invitation FILE --data FILE --passphrase-file FILE",),
)
@option("--invitation", required=True, type=click.Path(path_type=Path), says=lambda to: translate("Its invitation.", to))
@option("--data", required=True, type=click.Path(path_type=Path), says=lambda to: translate("Its records.", to))
@passphrase_option
@click.pass_obj
def demo_member(setup: Setup, invitation: Path, data: Path, passphrase_file: Path | None) -> int:
    """One pretend hospital."""
    from engine.session.views import Lock

    if passphrase_file is None:
        raise WardroundError("E-CMD-03", command="wardround site demo-member", name="--passphrase-file")
    passphrase = read_passphrase(passphrase_file, setup)
    with session_of(setup) as session:
        if session.lock_state() is Lock.NEW:
            finish(session.create(passphrase))
        else:
            finish(session.unlock(passphrase))
        setup.detail("open")
        if not session.datasets():
            finish(session.import_data(data, data.stem))
        dataset = session.datasets()[0].id
        finish(session.check_data(dataset))  # joining is refused until every cell was looked at
        setup.detail("imported")
        study = _patiently(lambda: session.enrol(invitation))
        setup.detail("enrolled", study=study)
        _join(session, setup, study, dataset)
        session.start(study)
        return follow(session, setup, study)


def _join(session: Session, setup: Setup, study: str, dataset: str) -> None:
    """Approves what the lead has published, as soon as it has."""
    while True:
        view = finish(session.study(study))
        if view.joined:
            return
        if view.published:
            _patiently(lambda: session.join(study, dataset))
            setup.detail("joined", study=study)
            return
        time.sleep(LOOK_SECONDS)
        _patiently(lambda: session.refresh(study))


def _patiently(begin: Callable[[], Job[T]]) -> T:
    """Tries until the coordinator answers; raises every other error."""
    wait = FIRST_WAIT
    while True:
        try:
            return finish(begin())
        except WardroundError as error:
            if error.exit_code != UNREACHABLE:
                raise
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
