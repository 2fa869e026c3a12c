# SPDX-License-Identifier: Apache-2.0
"""``wardround site``: a hospital's vault, its enrolment, what it did and what came of it."""

from __future__ import annotations

import os
from pathlib import Path

import click

from engine.cli.home import (
    ask_passphrase,
    finish,
    home_of,
    opened,
    passphrase_option,
    read_passphrase,
    session_of,
    study_argument,
    the_study,
    unlock,
)
from engine.cli.speech import Setup, facts, table, when
from engine.cli.taking_part import training_lines, words_of
from engine.cli.tree import Later, argument, command, group, option
from engine.errors import WardroundError
from engine.text import translate

site = group(
    "site",
    about=lambda to: translate("Take part with a hospital's own records. In order: init, data add, enrol, join, run, results.", to),
    examples=("wardround site init", "wardround site enrol north.wardround-invite", "wardround site -C /srv/north run my-study"),
    later={
        "data": Later("engine.cli.site_data", "data", lambda to: translate("Import, look at and delete records.", to)),
        "join": Later("engine.cli.taking_part", "join", lambda to: translate("Read a study's plan and approve it.", to)),
        "run": Later("engine.cli.taking_part", "run", lambda to: translate("Take part until the study has ended.", to)),
        "results": Later("engine.cli.site_results", "results", lambda to: translate("How the models did, here and everywhere.", to)),
        "report": Later("engine.cli.site_results", "report", lambda to: translate("Write the report and the models into a folder.", to)),
        "outbound": Later("engine.cli.site_outbound", "outbound", lambda to: translate("Everything that left this hospital.", to)),
        "privacy": Later("engine.cli.site_privacy", "privacy", lambda to: translate("What can be learned about one patient.", to)),
        "leave": Later("engine.cli.taking_part", "leave", lambda to: translate("Leave a study.", to)),
        "demo-member": Later("engine.cli.demo_member", "demo_member", lambda to: translate("Play one hospital of the demo.", to)),
    },
    unlisted=("demo-member",),
    order=(
        "init",
        "data",
        "enrol",
        "join",
        "run",
        "status",
        "results",
        "report",
        "outbound",
        "privacy",
        "study",
        "leave",
        "settings",
        "unlock-check",
    ),
)


@command(
    site,
    "init",
    about=lambda to: translate(
        "Makes the encrypted vault of this hospital. Its key rests in the keyring of this computer, or behind a passphrase where there is "
        "none or when --passphrase asks for it. The recovery words are shown this once: print them.",
        to,
    ),
    examples=(
        "wardround site init",
        "wardround site init --passphrase-file secret.txt --recovery-file recovery.txt",
        "wardround site init -C ./north --passphrase",
    ),
)
@option("--passphrase", is_flag=True, says=lambda to: translate("Ask for a passphrase even if there is a keyring.", to))
@passphrase_option
@option(
    "--recovery-file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    says=lambda to: translate("Write the recovery words into a new private file instead of showing them.", to),
)
@click.pass_obj
def init(setup: Setup, passphrase: bool, passphrase_file: Path | None, recovery_file: Path | None) -> None:
    """A new vault."""
    if recovery_file is not None and recovery_file.exists():
        raise WardroundError("E-CMD-26", path=recovery_file)
    with session_of(setup) as session:
        from engine.session.views import Lock

        to = setup.language
        if session.lock_state() is not Lock.NEW:
            raise WardroundError("E-KEY-05", home=session.path.name)
        secret = read_passphrase(passphrase_file, setup) if passphrase_file else None
        if secret is None and (passphrase or not finish(session.keyring_usable())):
            secret = ask_passphrase(setup, twice=True)
        sheet = finish(session.create(secret))
        where = session.key_home()
        document: dict[str, object] = {"home": str(session.path), "key": where.value if where else None}
        lines = facts([(translate("Vault", to), str(session.path.resolve())), (translate("Key", to), _key(setup, str(where)))])
        if recovery_file is not None:
            _write_private(recovery_file, " ".join(sheet.words) + "\n")
            document["recovery_file"] = str(recovery_file)
            lines.append(
                translate("The recovery words are in {path}. Print it, lock it away, and delete the file.", to, path=recovery_file)
            )
        else:
            document["recovery_words"] = " ".join(sheet.words)
            lines += [
                "",
                translate("RECOVERY WORDS. Write them down or print them now; they are never shown again:", to),
                "",
                *(
                    "  " + "  ".join(f"{place + 1:>2} {sheet.words[place]:<9}" for place in range(row, row + 6)).rstrip()
                    for row in range(0, 24, 6)
                ),
                "",
                translate("They open the vault when the passphrase or the keyring is lost. Without them it cannot be opened then.", to),
            ]
        setup.data(document, lines)
        setup.talk(
            "\n" + translate("Next: {wardround} site data add records.csv, {wardround} site enrol FILE", to, wardround=setup.program)
        )


def _key(setup: Setup, where: str) -> str:
    to = setup.language
    return translate("in the keyring of this computer", to) if where == "keyring" else translate("behind your passphrase", to)


def _write_private(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WardroundError("E-CMD-26", path=path) from error
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path, reason=error.strerror or type(error).__name__) from error


@command(
    site,
    "unlock-check",
    about=lambda to: translate("Tries whether the vault opens, and says where its key rests.", to),
    examples=("wardround site unlock-check", "wardround site unlock-check --passphrase-file secret.txt"),
)
@passphrase_option
@click.pass_obj
def unlock_check(setup: Setup, passphrase_file: Path | None) -> None:
    """Whether the vault opens."""
    with session_of(setup, looks=True) as session:
        unlock(session, setup, passphrase_file)
        where = session.key_home()
        document = {"home": str(session.path), "open": True, "key": where.value if where else None}
        sentence = translate("The vault opens; its key is {key}.", setup.language, key=_key(setup, str(where)))
        setup.data(document, [sentence])


@command(
    site,
    "enrol",
    about=lambda to: translate(
        "Uses an invitation: makes this hospital's own keys and sends a certificate request. Then read your six check words to the lead "
        "hospital by telephone. The same command may be repeated.",
        to,
    ),
    examples=("wardround site enrol north.wardround-invite", "wardround site enrol north.wardround-invite --show"),
)
@argument("invitation", type=click.Path(path_type=Path), says=lambda to: translate("The file that the lead hospital sent.", to))
@option("--show", is_flag=True, says=lambda to: translate("Only show what it says; nothing is sent.", to))
@passphrase_option
@click.pass_obj
def enrol(setup: Setup, invitation: Path, show: bool, passphrase_file: Path | None) -> None:
    """Uses an invitation."""
    if show:
        _show_invitation(setup, invitation)
        return
    with opened(setup, passphrase_file) as session:
        to = setup.language
        study = finish(session.enrol(invitation))
        view = finish(session.study(study))
        document = {
            "study": study,
            "lead": view.lead,
            "approved": view.approved_by_lead,
            "published": view.published,
            "coordinator_words": list(view.coordinator_words),
            "coordinator_numbers": list(view.coordinator_numbers),
            "site_words": list(view.site_words),
            "site_numbers": list(view.site_numbers),
        }
        head = translate("Enrolled with {lead} for the study {study}.", to, lead=view.lead, study=study)
        setup.data(document, [head, "", *words_of(view, to)])
        if not view.approved_by_lead:
            setup.talk("\n" + translate("Telephone {lead} on a number that you know; it approves your site.", to, lead=view.lead))
        setup.talk(translate("Then: {wardround} site join {study} --data NAME", to, wardround=setup.program, study=study))


def _show_invitation(setup: Setup, invitation: Path) -> None:
    from engine.session import join_jobs

    to = setup.language
    view = join_jobs.read_invitation(invitation, to)
    rows = [
        (translate("Lead hospital", to), view.lead),
        (translate("Address", to), view.address),
        (translate("For the site", to), view.site),
        (translate("Study", to), view.study),
        (translate("Good until", to), when(view.expires)),
        (translate("Its check words", to), " ".join(view.coordinator_words)),
        (translate("As numbers", to), " ".join(map(str, view.coordinator_numbers))),
    ]
    document = {
        "lead": view.lead,
        "address": view.address,
        "site": view.site,
        "study": view.study,
        "expires": view.expires,
        "coordinator_words": list(view.coordinator_words),
        "coordinator_numbers": list(view.coordinator_numbers),
    }
    setup.data(document, facts(rows))


@command(
    site,
    "status",
    about=lambda to: translate("The vault, the data sets and where each study is; may be asked while another program takes part.", to),
    examples=("wardround site status", "wardround site status my-study --json"),
)
@study_argument
@passphrase_option
@click.pass_obj
def status(setup: Setup, study: str | None, passphrase_file: Path | None) -> None:
    """Where things are."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        home = session.home()
        names = [study] if study else [row.study for row in home.studies]
        views = [session.training(name) for name in names]
        document = {
            "home": str(session.path),
            "key": home.key_home.value if home.key_home else None,
            "datasets": [{"name": d.name, "version": d.version, "rows": d.rows, "columns": d.columns} for d in home.datasets],
            "studies": [
                {
                    "study": view.study,
                    "title": view.title,
                    "state": view.state,
                    "joined": next((row.joined for row in home.studies if row.study == view.study), False),
                    "round": view.round,
                    "rounds": view.rounds,
                    "validation_loss": view.points[-1].validation_loss if view.points else None,
                    "validation_accuracy": view.points[-1].validation_accuracy if view.points else None,
                    "problem": view.problem.code if view.problem else None,
                }
                for view in views
            ],
        }
        rows = [(translate("Home", to), str(session.path)), (translate("Key", to), _key(setup, str(home.key_home)))]
        rows.append((translate("Data sets", to), ", ".join(d.name for d in home.datasets) or "–"))
        lines = facts(rows)
        for view in views:
            lines += ["", *training_lines(view, to)]
        if not study and home.activity:
            lines += ["", translate("Lately:", to), *(f"  {when(event.time)}  {event.text}" for event in home.activity)]
        setup.data(document, lines)


@command(
    site,
    "settings",
    about=lambda to: translate("The settings of this hospital's program. Without a name, all of them.", to),
    examples=(
        "wardround site settings",
        "wardround site settings network.proxy http://proxy.hospital.example:8080",
        "wardround site settings network.ca_file /etc/ssl/hospital.pem",
    ),
)
@argument("key", required=False, metavar="[NAME]", says=lambda to: translate("Which one.", to))
@argument("value", required=False, metavar="[VALUE]", says=lambda to: translate("What it shall be.", to))
@click.pass_obj
def settings(setup: Setup, key: str | None, value: str | None) -> None:
    """Settings."""
    home_of(setup).mkdir(parents=True, exist_ok=True, mode=0o700)
    from engine.settings import checked

    with session_of(setup, looks=value is None) as session:
        to = setup.language
        every = {view.key: view for view in session.settings()}
        if key is not None and key not in every:
            checked(key, "", "wardround site settings")  # says which one was meant
        if key is not None and value is not None:
            session.set_setting(key, value)
            if key == "network.proxy" and value:
                session.set_setting("network.proxy_mode", "manual")
            every = {view.key: view for view in session.settings()}
        chosen = [every[key]] if key else list(every.values())
        headings = [translate("Setting", to), translate("Value", to), translate("What it is", to)]
        rows = [[view.key, view.value or "–", f"{view.label}: {view.help}"] for view in chosen]
        setup.data({view.key: view.value for view in chosen}, table(headings, rows))


@command(
    site,
    "study",
    about=lambda to: translate("Reads a study's plan again: what it does, what leaves, who takes part, the check words.", to),
    examples=("wardround site study", "wardround site study my-study --json"),
)
@study_argument
@option("--toml", is_flag=True, says=lambda to: translate("Print the plan file instead.", to))
@passphrase_option
@click.pass_obj
def study(setup: Setup, study: str | None, toml: bool, passphrase_file: Path | None) -> None:
    """The plan."""
    from engine.cli.taking_part import plan_of

    with opened(setup, passphrase_file, looks=True) as session:
        view = finish(session.study(the_study(session, study)))
        document = {
            "study": view.study,
            "title": view.title,
            "lead": view.lead,
            "published": view.published,
            "approved": view.approved_by_lead,
            "joined": view.joined,
            "bundle_sha256": view.bundle_sha256,
            "plan": [{"label": line.label, "text": line.text} for line in view.plan],
            "warnings": list(view.warnings),
            "leaves": [
                {"kind": line.kind, "messages": line.messages, "bytes_each": line.bytes_each, "what": line.what} for line in view.forecast
            ],
            "roster": [{"site": line.site, "words": list(line.words), "you": line.you} for line in view.roster],
            "coordinator_words": list(view.coordinator_words),
            "site_words": list(view.site_words),
            "toml": view.toml,
        }
        setup.data(document, [view.toml.rstrip()] if toml else plan_of(view, setup.language))
