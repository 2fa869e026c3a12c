# SPDX-License-Identifier: Apache-2.0
"""``wardround self-test`` and ``wardround version``."""

from __future__ import annotations

import platform
import sys

import click

from engine import __version__
from engine.cli.speech import Setup, padded, width
from engine.cli.tree import Command, option
from engine.errors import WardroundError
from engine.text import translate


@click.command(
    "self-test",
    cls=Command,
    about=lambda to: translate(
        "Checks this machine and this installation: libraries, cryptography, the vault, a small federation over real TLS, the window. "
        "Everything happens in a temporary folder and is erased.",
        to,
    ),
    examples=("wardround self-test", "wardround self-test --json", "wardround self-test --without-window"),
)
@option("--without-window", is_flag=True, says=lambda to: translate("Leave the window out, where only commands are used.", to))
@option("--window-only", is_flag=True, hidden=True, says=lambda to: translate("Open the window, look, close it.", to))
@click.pass_obj
def self_test(setup: Setup, without_window: bool, window_only: bool) -> int:
    """The checks."""
    from engine.session import self_test as checks

    if window_only:
        return checks.look_at_window()
    to = setup.language
    names = {
        "libraries": translate("Libraries", to),
        "cryptography": translate("Cryptography", to),
        "vault": translate("Vault", to),
        "formats": translate("Formats of records", to),
        "privacy": translate("The account of privacy", to),
        "federation": translate("A federation of one round over TLS", to),
        "window": translate("The window opens", to),
    }
    widest = max(width(name) for name in names.values())
    found = []
    for outcome in checks.run(window=not without_window):
        found.append(outcome)
        word = translate("passed", to) if outcome.passed else translate("FAILED", to)
        line = f"{padded(names[outcome.name], widest)}  {word}  {outcome.seconds:.1f} s"
        if not setup.json:
            click.echo(line)
        if not outcome.passed:
            setup.talk(f"  {outcome.detail}")
    document = [{"name": o.name, "passed": o.passed, "seconds": round(o.seconds, 3), "detail": o.detail} for o in found]
    failed = [o.name for o in found if not o.passed]
    setup.data({"passed": not failed, "version": __version__, "checks": document})
    if failed:
        raise WardroundError("E-CMD-28", count=len(failed), total=len(found), names=", ".join(names[name] for name in failed))
    return 0


@click.command(
    "version",
    cls=Command,
    about=lambda to: translate("Prints the version of this program.", to),
    examples=("wardround version", "wardround version --json"),
)
@click.pass_obj
def version(setup: Setup) -> None:
    """The version."""
    document = {
        "version": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "frozen": hasattr(sys, "frozen"),
    }
    setup.data(document, [f"wardround {__version__}"])
