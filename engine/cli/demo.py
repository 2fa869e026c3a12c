# SPDX-License-Identifier: Apache-2.0
"""``wardround demo``: a real coordinator and real sites, each a program of its own, over mutual TLS on this machine."""

from __future__ import annotations

import time
from pathlib import Path

import click

from engine.cli.kinds import Whole
from engine.cli.speech import Setup, facts
from engine.cli.tree import Command, option
from engine.text import translate


@click.command(
    "demo",
    cls=Command,
    about=lambda to: translate(
        "Shows a federation at work with the Wisconsin breast-cancer records (569 patients): in the window where there is a screen, else "
        "here. Real enrolment, real TLS, real training; the hospitals are pretended.",
        to,
    ),
    examples=("wardround demo", "wardround demo --headless", "wardround demo --headless --sites 3 --rounds 10 --json"),
)
@option("--headless", is_flag=True, says=lambda to: translate("On the terminal, even where there is a screen.", to))
@option("--sites", type=Whole(2, 8), default=4, metavar="N", says=lambda to: translate("How many hospitals.", to))
@option("--rounds", type=Whole(1, 1000), default=20, metavar="N", says=lambda to: translate("How many rounds.", to))
@option("--seed", type=Whole(0, 2**31 - 1), default=0, metavar="N", says=lambda to: translate("The same seed gives the same result.", to))
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    says=lambda to: translate("Where everything lies afterwards; the same folder goes on after an interruption. Else a new one.", to),
)
@click.pass_obj
def demo(setup: Setup, headless: bool, sites: int, rounds: int, seed: int, out: Path | None) -> int:
    """The demo."""
    from engine.cli.window import no_window, open_window

    if not headless and not setup.json and out is None and not no_window(setup.language):
        return open_window(setup, ["--demo"])
    from engine import log
    from engine.cli import figures
    from engine.session import demo_jobs
    from engine.session.session import default_home

    to = setup.language
    folder = (out or (setup.home or default_home()) / "demos" / time.strftime("%Y%m%d-%H%M%S")).absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    log.configure("info" if setup.verbose else "error")
    setup.talk(translate("{sites} pretended hospitals and a coordinator start on this machine.", to, sites=sites))
    with setup.progress(translate("Rounds", to)) as token:
        result = demo_jobs.headless(folder, sites, rounds, seed, token, lambda text: setup.detail("round", round=text))
    lines = figures.lines(result, to)
    if files := result.get("files"):
        lines += ["", translate("Where things are:", to)]
        lines += facts(
            [
                (translate("Everything", to), str(files["folder"])),
                (translate("The best model", to), str(files["model"])),
                (translate("The coordinator", to), str(files["coordinator"])),
                *((translate("Site {site}", to, site=name), str(path)) for name, path in files["sites"].items()),
            ]
        )
    setup.data(result, lines)
    return 0
