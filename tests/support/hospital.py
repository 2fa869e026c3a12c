# SPDX-License-Identifier: Apache-2.0
"""Hospitals for tests: small seeded records, a study over them, and a session that has enrolled and joined."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from engine.session import Session
from tests.support.lead import Lead

STUDY = "ward-study"
PASSPHRASE = "a passphrase for tests"


def manifest(
    rounds: int = 3, min_sites: int = 1, deadline: str = "5min", ranges: bool = True, method: str = "clear", privacy: str = ""
) -> str:
    """A study of two numbers and a category, quick to train; ``privacy``: its [privacy] section."""
    span = "range = [-10, 10]\n" if ranges else ""
    return f"""
[study]
id = "{STUDY}"
title = "Ward study"
title_zh = "病房研究"
purpose = "Find who needs a second look."
lead = "Lead Hospital"

[[variables]]
name = "record_no"
kind = "text"
role = "patient-id"

[[variables]]
name = "first"
kind = "numeric"
{span}
[[variables]]
name = "second"
kind = "numeric"
{span}
[[variables]]
name = "ward"
kind = "category"
categories = ["east", "west"]

[[variables]]
name = "outcome"
kind = "category"
categories = ["no", "yes"]
role = "outcome"

[outcome]
variable = "outcome"
task = "classification"

[model]
family = "mlp"
hidden = [8]

[training]
optimizer = "adam"
learning_rate = 0.02
batch_size = 16

[secagg]
method = "{method}"

[rounds]
count = {rounds}
min_sites = {min_sites}
deadline = "{deadline}"
{privacy}"""


def write_records(path: Path, seed: int, rows: int = 80, prefix: str = "P") -> Path:
    """A CSV of made-up patients whose outcome depends on both numbers."""
    draw = np.random.default_rng(seed)
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["record_no", "first", "second", "ward", "outcome"])
        for row in range(rows):
            first, second = draw.normal(0, 1, 2)
            yes = first + second + draw.normal(0, 0.3) > 0
            writer.writerow(
                [f"{prefix}{seed}-{row:04d}", f"{first:.5f}", f"{second:.5f}", "east" if row % 3 else "west", "yes" if yes else "no"]
            )
    return path


def member(lead: Lead, folder: Path, name: str, seed: int, rows: int = 80, prefix: str = "P") -> Session:
    """A session of one hospital: vault made, records imported, enrolled and approved."""
    session = Session.open(folder / name)
    session.create(PASSPHRASE).result(60)
    made = session.import_data(write_records(folder / f"{name}.csv", seed, rows, prefix), "records").result(60)
    session.check_data(made.id).result(60)
    session.enrol(lead.invite(name)).result(60)
    lead.approve(name)
    return session


def join(session: Session) -> None:
    """Fetches the published plan and approves it."""
    session.refresh(STUDY).result(60)
    session.join(STUDY, session.datasets()[0].id).result(60)
