# SPDX-License-Identifier: Apache-2.0
"""``wardround simulate``: a whole study on files of this machine."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.kinds import Named, OneOf, Whole, by_name
from engine.cli.site_data import setting_option
from engine.cli.speech import Setup
from engine.cli.tree import Command, argument, option
from engine.errors import WardroundError
from engine.text import translate


@click.command(
    "simulate",
    cls=Command,
    about=lambda to: translate(
        "Runs a study over the files of each site, with the real coordinator and the real sites in this one program, and compares: each "
        "site alone, the federation, the model adapted to each site, and all records in one place. Without --test, a part of each site's "
        "patients is kept for testing, chosen by the seed.",
        to,
    ),
    examples=(
        "wardround simulate study.toml --site north=north.csv --site south=south.csv --site east=east.csv",
        "wardround simulate study.toml --site a=a.csv --site b=b.csv --test a=a-test.csv --test b=b-test.csv --rounds 30 --json",
        "wardround simulate study.toml --site a=a.csv --site b=b.csv --transport grpc --out results",
    ),
)
@argument("study", type=click.Path(path_type=Path), metavar="STUDY.toml", says=lambda to: translate("The plan of the study.", to))
@option(
    "--site",
    "sites",
    type=Named(),
    multiple=True,
    required=True,
    metavar="NAME=FILE",
    says=lambda to: translate("One site and its records; a name that is given again has several files, joined on the patient number.", to),
)
@option(
    "--test",
    "tests",
    type=Named(),
    multiple=True,
    metavar="NAME=FILE",
    says=lambda to: translate("The test rows of a site; for all sites or for none.", to),
)
@setting_option
@option(
    "--rounds",
    type=Whole(1, 100_000),
    default=None,
    metavar="N",
    says=lambda to: translate("Another number of rounds than the plan's.", to),
)
@option(
    "--seed",
    type=Whole(0, 2**31 - 1),
    default=None,
    metavar="N",
    says=lambda to: translate("Another seed than the plan's; the same seed gives the same result.", to),
)
@option(
    "--transport",
    type=OneOf(["loopback", "grpc"]),
    default="loopback",
    says=lambda to: translate("loopback: function calls, fast. grpc: real mutual TLS on this machine.", to),
)
@option(
    "--backend",
    type=OneOf(["local", "ray"]),
    default="local",
    says=lambda to: translate("Where the sites compute; this version has local.", to),
)
@option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", says=lambda to: translate("A new folder for all models of all rounds.", to)
)
@click.pass_obj
def simulate(
    setup: Setup,
    study: Path,
    sites: tuple[tuple[str, Path], ...],
    tests: tuple[tuple[str, Path], ...],
    settings: tuple[tuple[str, str], ...],
    rounds: int | None,
    seed: int | None,
    transport: str,
    backend: str,
    out: Path | None,
) -> None:
    """A simulation."""
    if backend != "local":
        raise WardroundError("E-CMD-05", name="--backend", value=backend, known="local")
    from engine.cli import figures
    from engine.session import simulation_jobs

    to = setup.language
    files, held = by_name(sites), by_name(tests)
    if out is not None and out.exists() and any(out.iterdir()):
        raise WardroundError("E-COORD-15", path=out)
    with setup.progress(translate("Rounds", to)) as token:
        result = simulation_jobs.simulate(
            study, files, held, rounds, seed, "grpc" if transport == "grpc" else "loopback", out, token, dict(settings)
        )
    if result["rehearsal"]:
        setup.talk(
            translate("The masks were drawn from the given seed, so that all repeats: a rehearsal, whose sums were not private.", to)
        )
    setup.data(result, figures.lines(result, to))
    if out is not None:
        setup.talk(translate("The models are in {path}.", to, path=out))
