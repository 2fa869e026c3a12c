# SPDX-License-Identifier: Apache-2.0
"""``wardround coordinator``: making a coordinator, running it, and what its studies are doing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.cli import states
from engine.cli.kinds import Whole
from engine.cli.speech import Setup, decimal, facts, share, table, when
from engine.cli.tree import F, Later, argument, command, group, option
from engine.errors import Language, WardroundError
from engine.text import translate

if TYPE_CHECKING:
    from engine.session.coordinator_jobs import CoordinatorView, StudyStatus, WordsView

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
    if tls_certificate or tls_key or tls_authority:
        for flag, value in (("--tls-certificate", tls_certificate), ("--tls-key", tls_key), ("--tls-authority", tls_authority)):
            if value is None:
                raise WardroundError("E-CMD-03", command="wardround coordinator init", name=flag)
        assert tls_certificate and tls_key and tls_authority  # noqa: S101 - checked above
        tls = (tls_certificate, tls_key, tls_authority)
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
    prefix = f"wardround coordinator -C {view.path}" if setup.home else "wardround coordinator"
    setup.talk("\n" + translate("Next: {prefix} study add study.toml, then {prefix} serve", to, prefix=prefix))


@command(
    coordinator,
    "serve",
    about=lambda to: translate(
        "Opens the port and runs the studies until Ctrl+C. All other commands may be used meanwhile, in another terminal.", to
    ),
    examples=("wardround coordinator serve", "wardround coordinator serve --listen 127.0.0.1:7443"),
)
@option("--listen", default=None, metavar="HOST:PORT", says=lambda to: translate("Another place for the port than in coordinator.toml.", to))
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
        setup.talk(translate("{name} listens on {address}. Sites connect to {public}.", to, name=view.name, address=", ".join(addresses), public=", ".join(view.addresses)))
        setup.talk(translate("Your check words:", to))
        for line in words_lines(view.words, to):
            setup.talk(line)
        setup.talk(translate("Ctrl+C ends it; the same command goes on where it was.", to))

    coordinator_jobs.serve(path, listen, announce)
    setup.talk(translate("The coordinator has stopped in order.", to))


def _study(function: F) -> F:
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
@_study
@option("--with-joined", is_flag=True, says=lambda to: translate("Begin at once with the hospitals that have joined so far.", to))
@click.pass_obj
def start(setup: Setup, study: str | None, with_joined: bool) -> None:
    """Begins a study."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    coordinator_jobs.start(path, name, with_joined)
    now = coordinator_jobs.status(path, name)
    _tell(setup, name, now, translate("{study} begins: {joined} of {all} hospitals have joined.", setup.language, study=name, joined=now.joined, all=sum(s.roster for s in now.sites)))


@command(
    coordinator,
    "pause",
    about=lambda to: translate("Holds a study: answers that are on their way are still taken, nothing new is asked.", to),
    examples=("wardround coordinator pause", "wardround coordinator pause my-study"),
)
@_study
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
@_study
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
@_study
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


@command(
    coordinator,
    "status",
    about=lambda to: translate("Where the studies are and which hospitals are there. Exit code for monitoring: 0 well, 3 degraded, 4 stopped.", to),
    examples=("wardround coordinator status", "wardround coordinator status my-study --json", "wardround coordinator status --watch"),
)
@argument("study", required=False, metavar="[STUDY]", says=lambda to: translate("One study; without it, all.", to))
@option("--watch", is_flag=True, says=lambda to: translate("Print again whenever something changes, until every study has ended.", to))
@option("--every", type=Whole(1, 3600), default=2, metavar="SECONDS", says=lambda to: translate("How often --watch looks.", to))
@click.pass_obj
def status(setup: Setup, study: str | None, watch: bool, every: int) -> int:
    """The state of the studies."""
    from engine.session import coordinator_jobs

    path = home_of(setup)
    shown: object = None
    while True:
        if study:
            found = (coordinator_jobs.status(path, coordinator_jobs.the_study(path, study)),)
        else:
            found = coordinator_jobs.studies(path)
        document = [_status_document(one, setup.language) for one in found]
        stable = [{**one, "sites": [{**site, "age": None} for site in one["sites"]]} for one in document]  # type: ignore[attr-defined]
        if stable != shown:
            shown = stable
            lines = [line for one in found for line in _status_lines(one, setup.language)]
            setup.data({"studies": document}, lines or [translate("There is no study yet.", setup.language)])
        if not watch or all(one.state.value in ("finished", "stopped") for one in found):
            return max((one.exit_code for one in found), default=0)
        time.sleep(every)


def _status_document(now: StudyStatus, to: Language) -> dict[str, object]:
    problem = now.problem
    return {
        "study": now.study,
        "title": now.title,
        "state": now.state.value,
        "health": now.health.value,
        "round": now.round,
        "rounds": now.rounds,
        "phase": now.phase.value if now.phase else None,
        "attempt": now.attempt,
        "opened": now.opened,
        "deadline": now.deadline,
        "joined": now.joined,
        "best_round": now.best_round,
        "start_requested": now.start_requested,
        "waiting_for": list(now.waiting_for),
        "bundle_sha256": now.bundle_sha256,
        "problem": None if problem is None else {"code": problem.code, "what": problem.what(to), "mend": problem.mend(to)},
        "sites": [
            {
                "site": site.site,
                "membership": site.membership.value,
                "roster": site.roster,
                "joined": site.joined,
                "participates": site.participates,
                "left": site.left,
                "state": site.state,
                "age": None if site.age is None else round(site.age, 1),
                "code": site.code,
            }
            for site in now.sites
        ],
    }


def _status_lines(now: StudyStatus, to: Language) -> list[str]:
    rows = [
        (translate("Study", to), f"{now.study}  {now.title}"),
        (translate("State", to), states.study_state(now.state.value, to)),
        (translate("Round", to), translate("{round} of {rounds}", to, round=now.round, rounds=now.rounds)),
    ]
    if now.phase:
        rows.append((translate("Phase", to), states.phase(now.phase.value, to)))
    if now.best_round:
        rows.append((translate("Best round so far", to), str(now.best_round)))
    if now.waiting_for:
        rows.append((translate("Waiting for", to), ", ".join(now.waiting_for)))
    if now.state.value == "published":
        asked = translate("asked for; it begins when all have joined", to) if now.start_requested else translate("not asked for yet", to)
        rows.append((translate("Start", to), asked))
    if now.problem:
        rows.append((now.problem.code, now.problem.sentence(to)))
    lines = facts(rows)
    if now.sites:
        headings = [translate("Site", to), translate("Membership", to), translate("Joined", to), translate("State", to)]
        headings += [translate("Last heard", to), translate("Last error", to)]
        yes, no = translate("yes", to), translate("no", to)
        body = [
            [
                site.site,
                states.membership(site.membership.value, to),
                translate("left", to) if site.left else yes if site.joined else no,
                states.site_state(site.state, to),
                "–" if site.age is None else translate("{seconds} s ago", to, seconds=round(site.age)),
                site.code or "–",
            ]
            for site in now.sites
        ]
        lines += ["", *table(headings, body)]
    return [*lines, ""]


@command(
    coordinator,
    "rounds",
    about=lambda to: translate("The published rounds: who took part, how the model did on all validation patients together.", to),
    examples=("wardround coordinator rounds", "wardround coordinator rounds my-study --json"),
)
@_study
@click.pass_obj
def rounds(setup: Setup, study: str | None) -> None:
    """The rounds so far."""
    from engine.session import coordinator_export, coordinator_jobs

    path = home_of(setup)
    to = setup.language
    name = coordinator_jobs.the_study(path, study)
    rows = coordinator_export.study_rounds(path, name)
    headings = [translate("Round", to), translate("Phase", to), translate("Finished", to), translate("Sites", to), translate("Rows", to)]
    headings += [translate("Training loss", to), translate("Loss", to), translate("Accuracy", to), translate("Model", to)]
    body = [
        [
            str(row["round"]),
            states.phase(row["phase"], to),
            when(row["finished"]),
            str(len(row["participants"])),
            str(row["examples"]),
            decimal(row["train_loss"]),
            decimal(row["validation_loss"]),
            share(row["accuracy"]),
            row["model_sha256"][:12],
        ]
        for row in rows
    ]
    lines = table(headings, body, right=(0, 3, 4, 5, 6, 7)) if rows else [translate("No round is published yet.", to)]
    setup.data({"study": name, "rounds": rows}, lines)


@command(
    coordinator,
    "export",
    about=lambda to: translate("Writes the best model, the signed plan, the rounds and the report into a new folder.", to),
    examples=("wardround coordinator export --to results", "wardround coordinator export my-study --to results --lang zh"),
)
@_study
@option("--to", "folder", required=True, type=click.Path(path_type=Path), metavar="DIR", says=lambda to: translate("A new folder.", to))
@click.pass_obj
def export(setup: Setup, study: str | None, folder: Path) -> None:
    """What the lead keeps."""
    from engine.session import coordinator_export, coordinator_jobs

    path = home_of(setup)
    name = coordinator_jobs.the_study(path, study)
    files = coordinator_export.export(path, name, folder, setup.language)
    setup.data({"study": name, "folder": str(folder), "files": list(files)}, [str(folder / file) for file in files])
