# SPDX-License-Identifier: Apache-2.0
"""``wardround site data``: a hospital's records in its vault."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli import states
from engine.cli.home import ask_passphrase, finish, opened, passphrase_option, read_passphrase, the_dataset, watched
from engine.cli.kinds import Setting, Whole
from engine.cli.speech import Setup, facts, share, size, table, when
from engine.cli.tree import F, Later, argument, command, group, option
from engine.errors import WardroundError
from engine.text import translate

data = group(
    "data",
    about=lambda to: translate("The records in this hospital's vault. Without a command, the list.", to),
    examples=("wardround site data add records.csv", "wardround site data show records", "wardround site data preview records.csv"),
    default="list",
    later={
        "inspect": Later(
            "engine.cli.site_data_inspect", "inspect", lambda to: translate("Look at a data set with an outcome in mind.", to)
        ),
        "match": Later("engine.cli.site_data_match", "match", lambda to: translate("Match columns and the study's variables.", to)),
        "export-request": Later(
            "engine.cli.site_data_match", "export_request", lambda to: translate("What to ask of whoever exports the records.", to)
        ),
        "mend": Later("engine.cli.site_data_mend", "mend", lambda to: translate("Mend a data set, step by step.", to)),
        "recipe": Later("engine.cli.site_data_mend", "recipe", lambda to: translate("The steps that mend a data set.", to)),
        "check": Later("engine.cli.site_data_check", "check", lambda to: translate("What identifies a person in a data set.", to)),
        "override": Later("engine.cli.site_data_check", "override", lambda to: translate("Answer for what was found in a column.", to)),
        "join": Later("engine.cli.site_data_mend", "join", lambda to: translate("Join data sets of the same patients.", to)),
        "exclude": Later("engine.cli.site_data_exclude", "exclude", lambda to: translate("Exclude a patient from every study.", to)),
        "exclusions": Later("engine.cli.site_data_exclude", "exclusions", lambda to: translate("The excluded patients.", to)),
        "patient": Later("engine.cli.site_data_exclude", "patient", lambda to: translate("Say which column is the patient number.", to)),
        "log": Later("engine.cli.site_data_exclude", "log", lambda to: translate("Who opened, imported, mended, exported what.", to)),
    },
    order=(
        *("add", "list", "show", "inspect", "check", "override", "mend", "recipe", "join", "match", "export-request"),
        *("exclude", "exclusions", "patient", "log", "preview", "delete"),
    ),
)


def _reading(function: F) -> F:
    """How a file is to be read."""
    for name, says in (
        ("--encoding", lambda to: translate("Its encoding, for example utf-8 or gb18030.", to)),
        ("--delimiter", lambda to: translate("What separates its columns, for example “;”.", to)),
        ("--decimal", lambda to: translate("Its decimal sign: “.” or “,”.", to)),
    ):
        function = option(name, default="auto", metavar="TEXT", says=says)(function)
    return setting_option(function)


def setting_option(function: F) -> F:
    """What only some formats have."""
    return option(
        "--set",
        "settings",
        type=Setting(),
        multiple=True,
        metavar="KEY=VALUE",
        says=lambda to: translate("A choice that this kind of file has, once for each; `site data preview FILE` lists them.", to),
    )(function)


@command(
    data,
    "add",
    about=lambda to: translate(
        "Imports a file of records into the encrypted vault. A second import under the same name is its next version.", to
    ),
    examples=(
        "wardround site data add 病历.csv --name records --encoding gb18030",
        "wardround site data add visits.xlsx --set sheet=Data",
        "wardround site data add --sql postgresql+psycopg://reader@db.hospital/ehr --query visits.sql",
    ),
)
@argument("file", required=False, type=click.Path(path_type=Path), says=lambda to: translate("The file or folder.", to))
@option("--name", default=None, metavar="NAME", says=lambda to: translate("What to call it; else the file's name without its ending.", to))
@option(
    "--sql",
    "url",
    default=None,
    metavar="URL",
    says=lambda to: translate("Read from this database, read-only; its URL without password.", to),
)
@option(
    "--query", type=click.Path(path_type=Path), default=None, metavar="FILE", says=lambda to: translate("The one SELECT to run there.", to)
)
@option(
    "--password-file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    says=lambda to: translate("The database's password; else it is asked for.", to),
)
@_reading
@passphrase_option
@click.pass_obj
def add(
    setup: Setup,
    file: Path | None,
    name: str | None,
    url: str | None,
    query: Path | None,
    password_file: Path | None,
    encoding: str,
    delimiter: str,
    decimal: str,
    settings: tuple[tuple[str, str], ...],
    passphrase_file: Path | None,
) -> None:
    """Imports a file, or the answer of a query."""
    from engine.session import ReadChoices

    source = file or query
    if source is None or (file is None) == (url is None) or (url is None) != (query is None):
        raise WardroundError("E-TABLE-16")
    password = _password(url, password_file, setup) if url else None
    with opened(setup, passphrase_file) as session:
        to = setup.language
        called = name or source.stem
        if url and query:
            job = session.import_query(url, query, called, password)
        else:
            job = session.import_data(source, called, ReadChoices(encoding, delimiter, decimal, dict(settings)))
        done = watched(session, setup, translate("Importing {name}", to, name=called), job)
        privacy = watched(session, setup, translate("Looking for identifiers", to), session.check_data(done.id))
        detail = finish(session.dataset(done.id))
        document = {
            "name": done.name,
            "version": done.version,
            "rows": done.rows,
            "columns": done.columns,
            "blocking": list(privacy.blocking),
            "findings": [{"severity": f.severity, "column": f.column, "text": f.text} for f in detail.findings],
        }
        sentence = translate(
            "Imported {name}, version {version}: {rows} rows, {columns} columns.",
            to,
            name=done.name,
            version=done.version,
            rows=done.rows,
            columns=done.columns,
        )
        setup.data(document, [sentence])
        for finding in detail.findings if not setup.json else ():
            setup.talk(f"  ! {finding.text}")
        if privacy.blocking:
            setup.talk(
                translate(
                    "What identifies a person stands in {count} column(s): {columns}. See: {wardround} site data check {name}",
                    to,
                    count=len(privacy.blocking),
                    columns=", ".join(privacy.blocking),
                    wardround=setup.program,
                    name=done.name,
                )
            )
        setup.talk(translate("Look at it: {wardround} site data show {name}", to, wardround=setup.program, name=done.name))


def _password(url: str, file: Path | None, setup: Setup) -> str | None:
    """The database's password: from a file, or asked for where the URL names a user; never an argument."""
    if file is not None:
        return read_passphrase(file, setup)
    user = url.partition("://")[2].rpartition("@")[0]
    return ask_passphrase(setup) if user and ":" not in user else None


@command(
    data,
    "list",
    about=lambda to: translate("The data sets.", to),
    examples=("wardround site data list", "wardround site data list --json"),
)
@passphrase_option
@click.pass_obj
def listing(setup: Setup, passphrase_file: Path | None) -> None:
    """The data sets."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        found = session.datasets()
        document = [
            {
                "id": d.id,
                "name": d.name,
                "version": d.version,
                "rows": d.rows,
                "columns": d.columns,
                "imported": d.imported,
                "source_name": d.source_name,
                "source_sha256": d.source_sha256,
            }
            for d in found
        ]
        headings = [translate("Name", to), translate("Version", to), translate("Rows", to), translate("Columns", to)]
        headings += [translate("Imported", to), translate("From", to)]
        rows = [[d.name, str(d.version), str(d.rows), str(d.columns), when(d.imported), d.source_name] for d in found]
        setup.data({"datasets": document}, table(headings, rows, right=(1, 2, 3)) if rows else [translate("There are no data yet.", to)])


@command(
    data,
    "show",
    about=lambda to: translate("What is in a data set: each column's kind, unit, missing and distinct values, range; and findings.", to),
    examples=("wardround site data show records", "wardround site data show records --json"),
)
@argument("name", says=lambda to: translate("The data set.", to))
@passphrase_option
@click.pass_obj
def show(setup: Setup, name: str, passphrase_file: Path | None) -> None:
    """One data set."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        detail = finish(session.dataset(the_dataset(session, name)))
        d = detail.dataset
        document = {
            "name": d.name,
            "version": d.version,
            "rows": d.rows,
            "columns": [
                {
                    "name": c.name,
                    "kind": c.kind,
                    "unit": c.unit,
                    "missing": c.missing,
                    "distinct": c.distinct,
                    "minimum": c.minimum,
                    "maximum": c.maximum,
                    "mean": c.mean,
                    "std": c.std,
                }
                for c in detail.columns
            ],
            "findings": [{"severity": f.severity, "column": f.column, "text": f.text} for f in detail.findings],
        }
        headings = [translate("Column", to), translate("Kind", to), translate("Unit", to), translate("Missing", to)]
        headings += [translate("Distinct", to), translate("Smallest", to), translate("Largest", to), translate("Mean", to)]
        body = [
            [
                c.name,
                states.column_kind(c.kind, to),
                c.unit or "–",
                share(c.missing_share),
                "–" if c.distinct is None else str(c.distinct),
                _number(c.minimum),
                _number(c.maximum),
                _number(c.mean),
            ]
            for c in detail.columns
        ]
        lines = facts(
            [
                (translate("Name", to), f"{d.name} ({translate('version {version}', to, version=d.version)})"),
                (translate("Rows", to), str(d.rows)),
                (translate("Imported", to), f"{when(d.imported)}, {d.source_name}"),
            ]
        )
        lines += ["", *table(headings, body, right=(3, 4, 5, 6, 7))]
        if detail.findings:
            lines += ["", translate("Findings:", to), *(f"  ! {f.text}" for f in detail.findings)]
        setup.data(document, lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


@command(
    data,
    "delete",
    about=lambda to: translate("Deletes a data set with all its versions and destroys its keys: no copy can be read again.", to),
    examples=("wardround site data delete records", "wardround site data delete records --yes"),
)
@argument("name", says=lambda to: translate("The data set.", to))
@passphrase_option
@click.pass_obj
def delete(setup: Setup, name: str, passphrase_file: Path | None) -> None:
    """Deletes a data set."""
    with opened(setup, passphrase_file) as session:
        to = setup.language
        dataset = the_dataset(session, name)
        if not setup.yes:
            answer = setup.question(translate("Delete {name} so that nobody can read it again? Type yes:", to, name=name), "--yes")
            if answer.lower() not in ("yes", "y", "是"):
                raise WardroundError("E-CMD-22")
        finish(session.delete_data(dataset))
        setup.data({"name": name, "deleted": True}, [translate("Deleted {name}; its keys are destroyed.", to, name=name)])


@command(
    data,
    "preview",
    about=lambda to: translate("The first rows of a file as they would be read; nothing is imported, and no vault is needed.", to),
    examples=("wardround site data preview records.csv", "wardround site data preview records.csv --delimiter ';' --rows 5"),
)
@argument("file", type=click.Path(path_type=Path), says=lambda to: translate("The file.", to))
@_reading
@option("--rows", type=Whole(1, 100), default=10, metavar="N", says=lambda to: translate("How many rows.", to))
@click.pass_obj
def preview(
    setup: Setup, file: Path, encoding: str, delimiter: str, decimal: str, settings: tuple[tuple[str, str], ...], rows: int
) -> None:
    """The first rows."""
    from engine.session import ReadChoices, data_jobs
    from engine.values import NoToken

    to = setup.language
    found = data_jobs.preview(file, ReadChoices(encoding, delimiter, decimal, dict(settings)), NoToken(), to)
    document = {
        "format": found.format,
        "encoding": found.encoding,
        "delimiter": found.delimiter,
        "decimal": found.decimal,
        "bytes": found.file_bytes,
        "header": list(found.header),
        "rows": [list(row) for row in found.rows[:rows]],
        "findings": [{"severity": f.severity, "column": f.column, "text": f.text} for f in found.findings],
        "options": [{"key": o.key, "kind": o.kind, "label": o.label, "value": o.value, "choices": list(o.choices)} for o in found.options],
    }
    pairs = [(translate("Format", to), f"{found.format}, {size(found.file_bytes)}")]
    if found.encoding:
        pairs.append((translate("Encoding", to), found.encoding))
    if found.delimiter:
        pairs.append((translate("Columns separated by", to), repr(found.delimiter)))
    lines = [*facts(pairs), "", *table(found.header, [[cell[:24] for cell in row] for row in found.rows[:rows]])]
    lines += [f"  ! {finding.text}" for finding in found.findings]
    if found.options:
        headings = [translate("Choice", to), translate("Value", to), translate("Meaning", to)]
        lines += ["", translate("Choices for files of this kind (--set KEY=VALUE):", to)]
        lines += table(headings, [[o.key, o.value or "–", _meaning(o.label, o.choices)] for o in found.options])
    setup.data(document, lines)


def _meaning(label: str, choices: tuple[str, ...]) -> str:
    return f"{label} ({', '.join(choices)})" if choices else label
