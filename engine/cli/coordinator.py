# SPDX-License-Identifier: Apache-2.0
"""``wardround coordinator``: making a coordinator, running it, and what its studies are doing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli.speech import Setup, facts
from engine.cli.tree import F, Later, argument, command, group, option
from engine.errors import Language, WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.coordinator.overview import StudyStatus
    from engine.session.coordinator_jobs import CoordinatorView, WordsView

coordinator = group(
    "coordinator",
    about=lambda to: translate(
        "Lead a federation. In order: init, study add, serve (in a terminal of its own), invite, sites approve, study publish, start.", to
    ),
    examples=(
        'wardround coordinator init --name "Lead Hospital" --host fl.example.org',
        "wardround coordinator status --json",
        "wardround coordinator -C /srv/federation serve",
    ),
    later={
        "study": Later("engine.cli.coordinator_studies", "study", lambda to: translate("Add, publish and show the studies.", to)),
        "invite": Later("engine.cli.coordinator_sites", "invite", lambda to: translate("Write invitations for hospitals.", to)),
        "status": Later(
            "engine.cli.coordinator_status", "status", lambda to: translate("Where the studies are; with an exit code for monitoring.", to)
        ),
        "rounds": Later("engine.cli.coordinator_status", "rounds", lambda to: translate("The published rounds.", to)),
        "export": Later(
            "engine.cli.coordinator_status", "export", lambda to: translate("Write the model, the plan and the report into a folder.", to)
        ),
        "sites": Later("engine.cli.coordinator_sites", "sites", lambda to: translate("See, approve and shut out hospitals.", to)),
    },
    order=("init", "study", "serve", "invite", "sites", "start", "status", "rounds", "pause", "resume", "stop", "export"),
)


def home_of(setup: Setup) -> Path:
    """The coordinator's folder."""
    from engine.session import coordinator_jobs

    return setup.home or coordinator_jobs.default_home()


def words_lines(words: WordsView, language: Language) -> list[str]:
    """Check words for the telephone: in the reader's language, and as numbers for who reads another."""
    return [
        "  " + "   ".join(f"{place} {word}" for place, word in enumerate(words.spoken(language), 1)),
        "  " + translate("or as numbers: {numbers}", language, numbers=" ".join(map(str, words.numbers))),
    ]


def words_document(words: WordsView) -> dict[str, object]:
    """Check words for JSON."""
    return {"en": " ".join(words.english), "zh": " ".join(words.chinese), "numbers": list(words.numbers)}


def _document(view: CoordinatorView) -> dict[str, object]:
    return {
        "folder": str(view.path),
        "name": view.name,
        "listen": view.listen,
        "addresses": list(view.addresses),
        "check_words": words_document(view.words),
    }


@command(
    coordinator,
    "init",
    about=lambda to: translate(
        "Makes a coordinator in an empty folder: its keys, its own certificate authority, its configuration. Nothing is overwritten.", to
    ),
    examples=(
        'wardround coordinator init --name "Lead Hospital" --host fl.example.org',
        "wardround coordinator -C ./lead init --name Trial --host 127.0.0.1 --listen 127.0.0.1:7443",
    ),
)
@option("--name", required=True, metavar="TEXT", says=lambda to: translate("The name of the lead hospital, as sites will read it.", to))
@option(
    "--host",
    "hosts",
    required=True,
    multiple=True,
    metavar="NAME",
    says=lambda to: translate("A name or address by which sites reach this computer; may be given again.", to),
)
@option(
    "--listen",
    default="0.0.0.0:7443",
    metavar="HOST:PORT",
    says=lambda to: translate("Where the port opens on this computer.", to),
)
@option("--tls-certificate", type=click.Path(path_type=Path), says=lambda to: translate("Your own certificate for the port (PEM).", to))
@option("--tls-key", type=click.Path(path_type=Path), says=lambda to: translate("Its key (PEM).", to))
@option("--tls-authority", type=click.Path(path_type=Path), says=lambda to: translate("The authority that issued it (PEM).", to))
@click.pass_obj
def init(
    setup: Setup,
    name: str,
    hosts: tuple[str, ...],
    listen: str,
    tls_certificate: Path | None,
    tls_key: Path | None,
    tls_authority: Path | None,
) -> None:
    """A new coordinator."""
    from engine.session import coordinator_jobs

    tls = None
    if tls_certificate and tls_key and tls_authority:
        tls = (tls_certificate, tls_key, tls_authority)
    elif tls_certificate or tls_key or tls_authority:
        needed = "--tls-certificate, --tls-key, --tls-authority"
        raise WardroundError("E-CMD-03", command="wardround coordinator init", name=needed)
    view = coordinator_jobs.init(home_of(setup), name, hosts, listen, tls)
    to = setup.language
    setup.data(
        _document(view),
        [
            *facts(
                [
                    (translate("Folder", to), str(view.path.resolve())),
                    (translate("Sites connect to", to), ", ".join(view.addresses)),
                ]
            ),
            "",
            translate("Your check words. Read them out by telephone when a hospital enrols:", to),
            *words_lines(view.words, to),
        ],
    )
    setup.talk(
        "\n"
        + translate("Next: {wardround} coordinator study add study.toml, then {wardround} coordinator serve", to, wardround=setup.program)
    )


@command(
    coordinator,
    "serve",
    about=lambda to: translate(
        "Opens the port and runs the studies until Ctrl+C. All other commands may be used meanwhile, in another terminal.", to
    ),
    examples=("wardround coordinator serve", "wardround coordinator serve --listen 127.0.0.1:7443"),
)
@option(
    "--listen", default=None, metavar="HOST:PORT", says=lambda to: translate("Another place for the port than in coordinator.toml.", to)
)
@click.pass_obj
def serve(setup: Setup, listen: str | None) -> None:
    """The coordinator's process."""
    from engine import log
    from engine.session import coordinator_jobs

    log.configure("info" if setup.verbose else "warning")
    path = home_of(setup)
    view = coordinator_jobs.about(path)
    to = setup.language

    def announce(addresses: tuple[str, ...]) -> None:
        if setup.json:
            setup.data({**_document(view), "listening": list(addresses)})
            return
        setup.talk(
            translate(
                "{name} listens on {address}. Sites connect to {public}.",
                to,
                name=view.name,
                address=", ".join(addresses),
                public=", ".join(view.addresses),
            )
        )
        setup.talk(translate("Your check words:", to))
        for line in words_lines(view.words, to):
            setup.talk(line)
        setup.talk(translate("Ctrl+C ends it; the same command goes on where it was.", to))

    coordinator_jobs.serve(path, listen, announce)
    setup.talk(translate("The coordinator has stopped in order.", to))


def study_argument(function: F) -> F:
    """The argument of every command about one study."""
    return argument(
        "study",
        required=False,
        metavar="[STUDY]",
        says=lambda to: translate("The id of the study; not needed where there is only one.", to),
    )(function)


@command(
    coordinator,
    "start",
    about=lambda to: translate("Begins a published study as soon as every hospital of its list has joined.", to),
    examples=("wardround coordinator start", "wardround coordinator start my-study --with-joined"),
)
@study_argument
@option("--with-joined", is_flag=True, says=lambda to: translate("Begin at once with the hospitals that have joined so far.", to))
@click.pass_obj
def start(setup: Setup, study: str | None, with_joined: bool) -> None:
    """Begins a study."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    coordinator_jobs.start(path, name, with_joined)
    now = coordinator_jobs.status(path, name)
    joined, every, to = now.joined, sum(site.roster for site in now.sites), setup.language
    if with_joined or joined == every:
        said = translate("{study} begins with {joined} of {all} hospitals.", to, study=name, joined=joined, all=every)
    else:
        said = translate(
            "{study} begins by itself when all {all} hospitals have joined; {joined} have.", to, study=name, joined=joined, all=every
        )
    _tell(setup, name, now, said)


@command(
    coordinator,
    "pause",
    about=lambda to: translate("Holds a study: answers that are on their way are still taken, nothing new is asked.", to),
    examples=("wardround coordinator pause", "wardround coordinator pause my-study"),
)
@study_argument
@click.pass_obj
def pause(setup: Setup, study: str | None) -> None:
    """Holds a study."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    coordinator_jobs.pause(path, name)
    _tell(setup, name, coordinator_jobs.status(path, name), translate("{study} is paused.", setup.language, study=name))


@command(
    coordinator,
    "resume",
    about=lambda to: translate("Goes on with a paused study; hospitals that failed are asked again.", to),
    examples=("wardround coordinator resume", "wardround coordinator resume my-study"),
)
@study_argument
@click.pass_obj
def resume(setup: Setup, study: str | None) -> None:
    """Goes on."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    coordinator_jobs.resume(path, name)
    _tell(setup, name, coordinator_jobs.status(path, name), translate("{study} goes on.", setup.language, study=name))


@command(
    coordinator,
    "stop",
    about=lambda to: translate("Ends a study for good; what was published stays.", to),
    examples=("wardround coordinator stop my-study", "wardround coordinator stop my-study --yes"),
)
@study_argument
@click.pass_obj
def stop(setup: Setup, study: str | None) -> None:
    """Ends a study."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    to = setup.language
    name = coordinator_jobs.the_study(path, study)
    if not setup.yes:
        answer = setup.question(translate("{study} cannot be started again. Stop it? Type yes:", to, study=name), "--yes")
        if answer.lower() not in ("yes", "y", "是"):
            raise WardroundError("E-CMD-22")
    coordinator_jobs.stop(path, name)
    _tell(setup, name, coordinator_jobs.status(path, name), translate("{study} is stopped.", to, study=name))


def _tell(setup: Setup, name: str, now: StudyStatus, sentence: str) -> None:
    setup.data({"study": name, "state": now.state.value}, [sentence])
