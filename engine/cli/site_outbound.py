# SPDX-License-Identifier: Apache-2.0
"""``wardround site outbound``: the ledger of everything that left."""

from __future__ import annotations

from pathlib import Path

import click

from engine.cli.home import finish, opened, passphrase_option
from engine.cli.kinds import Whole
from engine.cli.speech import Setup, size, table, when
from engine.cli.tree import Command, option
from engine.errors import WardroundError
from engine.text import translate


@click.command(
    "outbound",
    cls=Command,
    about=lambda to: translate("Everything that left this hospital: when, what, how many bytes, their SHA-256, the receipt.", to),
    examples=(
        "wardround site outbound",
        "wardround site outbound --contains update --count 20 --json",
        "wardround site outbound --to ledger.csv",
    ),
)
@option("--contains", default="", metavar="TEXT", says=lambda to: translate("Only rows with this text in kind, study or hash.", to))
@option("--count", type=Whole(1, 1_000_000), default=50, metavar="N", says=lambda to: translate("So many of the newest.", to))
@option("--start", type=Whole(0, 1_000_000_000), default=0, metavar="N", says=lambda to: translate("Leave out so many of the newest.", to))
@option(
    "--to",
    "file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    says=lambda to: translate("Write the whole ledger into a file (.csv or .json).", to),
)
@passphrase_option
@click.pass_obj
def outbound(setup: Setup, contains: str, count: int, start: int, file: Path | None, passphrase_file: Path | None) -> None:
    """The outbound ledger."""
    with opened(setup, passphrase_file, looks=True) as session:
        to = setup.language
        if file is not None:
            if file.exists():
                raise WardroundError("E-CMD-26", path=file)
            finish(session.export_outbound(file))
            setup.data({"file": str(file)}, [str(file)])
            return
        view = finish(session.outbound(contains, start, count))
        document = {
            "messages": view.messages,
            "bytes": view.bytes,
            "records": 0,
            "rows": [
                {
                    "id": row.id,
                    "time": row.time,
                    "kind": row.kind,
                    "study": row.study,
                    "round": row.round,
                    "bytes": row.bytes,
                    "sha256": row.sha256,
                    "attempts": row.attempts,
                    "receipt": row.receipt,
                    "to": row.to,
                    "epsilon_after": row.epsilon_after,
                }
                for row in view.rows
            ],
        }
        headings = [translate("Time", to), translate("Kind", to), translate("Study", to), translate("Round", to), translate("Bytes", to)]
        headings += [translate("SHA-256", to), translate("Tries", to), translate("Receipt", to), translate("ε after", to)]
        body = [
            [
                when(row.time),
                row.kind,
                row.study or "–",
                "–" if row.round is None else str(row.round),
                str(row.bytes),
                row.sha256[:16],
                str(row.attempts),
                _receipt(setup, row.receipt),
                "–" if row.epsilon_after is None else f"≤ {row.epsilon_after:.3g}",
            ]
            for row in view.rows
        ]
        lines = [
            translate("Left this computer: {size} in {messages} messages.", to, size=size(view.bytes), messages=view.messages),
            translate("Patients' records sent: 0", to),
            "",
            *table(headings, body, right=(3, 4, 6)),
        ]
        setup.data(document, lines)
        if view.total_rows > start + len(view.rows):
            more = view.total_rows - start - len(view.rows)
            setup.talk(translate("{more} older ones; see --start and --count.", to, more=more))


def _receipt(setup: Setup, receipt: str) -> str:
    to = setup.language
    match receipt:
        case "ok":
            return translate("received", to)
        case "waiting":
            return translate("waiting", to)
        case _:
            return translate("failed", to)
