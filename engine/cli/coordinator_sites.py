# SPDX-License-Identifier: Apache-2.0
"""``wardround coordinator invite`` and ``sites``: hospitals on their way into the federation."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click

from engine.cli import states
from engine.cli.coordinator import home_of, words_document, words_lines
from engine.cli.kinds import Duration
from engine.cli.speech import Setup, facts, table, when
from engine.cli.tree import Command, argument, command, group, option
from engine.errors import Language, WardroundError
from engine.text import translate

SUFFIX = ".wardround-invite"


@click.command(
    "invite",
    cls=Command,
    about=lambda to: translate(
        "Writes an invitation for a hospital, good for one use. It holds a key: hand it to that hospital only, and privately.", to
    ),
    examples=(
        "wardround coordinator invite north",
        "wardround coordinator invite north south east --out invitations/",
        "wardround coordinator invite north --study my-study --expires 3d --out north.wardround-invite",
    ),
)
@argument(
    "sites",
    nargs=-1,
    required=True,
    metavar="SITE...",
    says=lambda to: translate("A short name for each hospital: small letters, digits, hyphens.", to),
)
@option("--study", default=None, metavar="STUDY", says=lambda to: translate("The id of the study; not needed where there is only one.", to))
@option("--expires", type=Duration(), default="7d", metavar="TIME", says=lambda to: translate("For how long it is good: 7d, 12h, 30m.", to))
@option(
    "-o",
    "--out",
    default=None,
    metavar="FILE|DIR/",
    says=lambda to: translate("The file, or a folder; else SITE.wardround-invite here.", to),
)
@click.pass_obj
def invite(setup: Setup, sites: tuple[str, ...], study: str | None, expires: float, out: str | None) -> None:
    """Invitations."""
    from engine.session import coordinator_jobs

    to = setup.language
    path = home_of(setup)
    chosen = coordinator_jobs.the_study(path, study)
    folder = Path(out) if out and (out.endswith(("/", "\\")) or Path(out).is_dir()) else None
    if out and folder is None and len(sites) > 1:
        raise WardroundError("E-CMD-04", command="wardround coordinator invite", reason=_several(to))
    if folder is not None:
        _make(folder)
    made = []
    for site in sites:
        file = folder / f"{site}{SUFFIX}" if folder is not None else Path(out) if out else Path(f"{site}{SUFFIX}")
        made.append(coordinator_jobs.invite(path, site, chosen, expires, file))
    document = [
        {"site": one.site, "study": one.study, "file": str(one.path), "expires": one.expires, "address": one.address} for one in made
    ]
    headings = [translate("Site", to), translate("File", to), translate("Good until", to)]
    setup.data({"invitations": document}, table(headings, [[one.site, str(one.path), when(one.expires)] for one in made]))
    setup.talk("\n" + translate("Each hospital uses its file with: wardround site enrol FILE", to))
    setup.talk(
        translate("Then compare the check words by telephone: {wardround} coordinator sites approve SITE", to, wardround=setup.program)
    )


def _several(to: Language) -> str:
    return translate("--out must be a folder (ending with /) for several hospitals.", to)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise WardroundError("E-FILE-01", path=folder, reason=error.strerror or type(error).__name__) from error


sites = group(
    "sites",
    about=lambda to: translate("The hospitals of this federation. Without a command, the list.", to),
    examples=(
        "wardround coordinator sites",
        "wardround coordinator sites show north",
        'wardround coordinator sites approve north --words "w1 w2 w3 w4 w5 w6"',
    ),
    default="ls",
)


@command(
    sites,
    "ls",
    about=lambda to: translate("The hospitals and how far each has come.", to),
    examples=("wardround coordinator sites ls", "wardround coordinator sites ls --json"),
)
@click.pass_obj
def ls(setup: Setup) -> None:
    """The list."""
    from engine.session import coordinator_jobs

    to = setup.language
    found = coordinator_jobs.sites(home_of(setup))
    document = [
        {
            "site": one.site,
            "membership": one.membership.value,
            "studies": list(one.studies),
            "last_seen": one.last_seen,
            "app_version": one.app_version,
            "os_family": one.os_family,
        }
        for one in found
    ]
    headings = [translate("Site", to), translate("Membership", to), translate("Last heard", to), translate("Version", to)]
    headings.append(translate("Studies", to))
    rows = [
        [one.site, states.membership(one.membership.value, to), when(one.last_seen), one.app_version or "–", ", ".join(one.studies)]
        for one in found
    ]
    setup.data({"sites": document}, table(headings, rows) if rows else [translate("There is no hospital yet.", to)])
    waiting = [one.site for one in found if one.membership.value == "waiting-for-approval"]
    if waiting:
        setup.talk(
            "\n" + translate("Waiting for you: {wardround} coordinator sites approve {site}", to, wardround=setup.program, site=waiting[0])
        )


@command(
    sites,
    "show",
    about=lambda to: translate("One hospital, with the check words that it must read out to you.", to),
    examples=("wardround coordinator sites show north", "wardround coordinator sites show north --json"),
)
@argument("site", says=lambda to: translate("The hospital's short name.", to))
@click.pass_obj
def show(setup: Setup, site: str) -> None:
    """One hospital."""
    from engine.session import coordinator_jobs

    to = setup.language
    one = coordinator_jobs.site(home_of(setup), site)
    words = coordinator_jobs.site_words(one)
    document = {
        "site": one.site,
        "membership": one.membership.value,
        "studies": list(one.studies),
        "last_seen": one.last_seen,
        "app_version": one.app_version,
        "os_family": one.os_family,
        "check_words": words_document(words) if words else None,
    }
    lines = facts(
        [
            (translate("Site", to), one.site),
            (translate("Membership", to), states.membership(one.membership.value, to)),
            (translate("Studies", to), ", ".join(one.studies)),
            (translate("Last heard", to), when(one.last_seen)),
            (translate("Program", to), f"{one.app_version} {one.os_family}".strip() or "–"),
        ]
    )
    if words:
        lines += ["", translate("Its check words, which it must read out to you by telephone:", to), *words_lines(words, to)]
    setup.data(document, lines)


@command(
    sites,
    "approve",
    about=lambda to: translate(
        "Lets a hospital in. Telephone it on a number that you know; it reads the six check words that its own screen shows, you type "
        "them here. They prove that the key that arrived is that hospital's.",
        to,
    ),
    examples=(
        "wardround coordinator sites approve north",
        'wardround coordinator sites approve north --words "w1 w2 w3 w4 w5 w6"',
    ),
)
@argument("site", says=lambda to: translate("The hospital's short name.", to))
@option(
    "--words",
    default=None,
    metavar="WORDS",
    says=lambda to: translate("The six words (English or Chinese) or numbers that the hospital read out, in quotes.", to),
)
@option(
    "--yes-i-compared",
    is_flag=True,
    says=lambda to: translate("You compared all six with what “sites show” prints, and they are equal.", to),
)
@click.pass_obj
def approve(setup: Setup, site: str, words: str | None, yes_i_compared: bool) -> None:
    """Lets a hospital in."""
    from engine.session import coordinator_jobs

    if words and yes_i_compared:
        raise WardroundError("E-CMD-09", first="--words", second="--yes-i-compared")
    to = setup.language
    path = home_of(setup)
    if words is None and not yes_i_compared:
        _ask_two(setup, path, site)
    coordinator_jobs.approve(path, site, words.replace(",", " ").split() if words else None)
    setup.data({"site": site, "membership": "approved"}, [translate("{site} is approved.", to, site=site)])
    setup.talk(translate("When all are approved: {wardround} coordinator study publish", to, wardround=setup.program))


def _ask_two(setup: Setup, path: Path, site: str) -> None:
    """Two of the six words, chosen by chance, typed as the hospital reads them; not shown here, so that nobody just copies them."""
    from engine.session import coordinator_jobs

    to = setup.language
    known = coordinator_jobs.site_words(coordinator_jobs.site(path, site))
    if known is None:
        raise WardroundError("E-CMD-30", site=site)
    places = sorted(secrets.SystemRandom().sample(range(len(known.numbers)), 2))
    if not sys.stdin.isatty():
        raise WardroundError("E-CMD-20", question=translate("compare the check words of {site}", to, site=site), option="--words")
    setup.talk(translate("Telephone {site} on a number that you know, and let it read its check words to you.", to, site=site))
    typed = [
        setup.question(translate("Word {place} of 6, as {site} reads it:", to, place=place + 1, site=site), "--words") for place in places
    ]
    if not coordinator_jobs.words_match(known, typed, places):
        raise WardroundError("E-CMD-21", site=site)


@command(
    sites,
    "revoke",
    about=lambda to: translate("Shuts a hospital out, at once and everywhere; running studies go on without it.", to),
    examples=("wardround coordinator sites revoke north", "wardround coordinator sites revoke north --yes"),
)
@argument("site", says=lambda to: translate("The hospital's short name.", to))
@click.pass_obj
def revoke(setup: Setup, site: str) -> None:
    """Shuts a hospital out."""
    from engine.session import coordinator_jobs

    to = setup.language
    path = home_of(setup)
    coordinator_jobs.site(path, site)
    if not setup.yes:
        answer = setup.question(translate("Shut {site} out of every study? Type yes:", to, site=site), "--yes")
        if answer.lower() not in ("yes", "y", "是"):
            raise WardroundError("E-CMD-22")
    coordinator_jobs.revoke(path, site)
    setup.data({"site": site, "membership": "revoked"}, [translate("{site} is shut out.", to, site=site)])
