# SPDX-License-Identifier: Apache-2.0
"""A stranger's federation: every step by the command that ``--help`` names, each program a process of its own, over mutual TLS."""

from __future__ import annotations

import json
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminals import Terminal, free_port, serving

SITES = ("north", "south", "east")
PLAN = """
[study]
id = "stroke"
title = "Stroke within a year"
title_zh = "一年内卒中"
purpose = "Find who needs closer watching."
lead = "Lead Hospital"
legal_basis = "Invented records."

[[variables]]
name = "age"
synonyms = ["年龄"]
kind = "numeric"
unit = "year"
range = [0, 110]

[[variables]]
name = "pressure"
kind = "numeric"
unit = "mmHg"
range = [60, 260]

[[variables]]
name = "smoker"
kind = "category"
categories = ["never", "former", "current"]

[[variables]]
name = "record_no"
kind = "text"
role = "patient-id"

[[variables]]
name = "stroke"
kind = "category"
categories = ["no", "yes"]
role = "outcome"

[outcome]
variable = "stroke"

[model]
family = "mlp"
hidden = [8]

[training]
learning_rate = 0.01

[rounds]
count = 3
min_sites = 3
deadline = "5min"
"""


def records(path: Path, rows: int, seed: int) -> None:
    """A hospital's export: the older and the higher the pressure, the more often ill."""
    chance = random.Random(seed)
    lines = ["record_no,age,pressure,smoker,stroke"]
    for row in range(rows):
        age, pressure = chance.uniform(30, 95), chance.uniform(95, 210)
        ill = chance.random() < 1 / (1 + 2.718 ** -((age - 65) / 6 + (pressure - 150) / 15))
        smoker = chance.choice(["never", "former", "current"])
        lines.append(f"{path.stem}-{row},{age:.0f},{pressure:.0f},{smoker},{'yes' if ill else 'no'}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def lead(tmp_path: Path) -> Terminal:
    terminal = Terminal(tmp_path, "lead")
    (tmp_path / "study.toml").write_text(PLAN, encoding="utf-8")
    port = free_port()
    terminal.run("coordinator", "init", "--name", "Lead Hospital", "--host", "127.0.0.1", "--listen", f"127.0.0.1:{port}")
    return terminal


def at_all(sites: dict[str, Terminal], work: Any) -> dict[str, Any]:
    """The same at every hospital at once."""
    with ThreadPoolExecutor(len(sites)) as pool:
        return dict(zip(sites, pool.map(lambda name: work(name, sites[name]), sites), strict=True))


def test_a_federation_from_nothing_to_the_export(tmp_path: Path, lead: Terminal) -> None:
    lead.run("study", "check", "study.toml")
    added = lead.json("coordinator", "study", "add", "study.toml")
    assert added["study"] == "stroke"
    assert added["warnings"]
    lead.run("coordinator", "invite", *SITES)
    sites = {name: Terminal(tmp_path, name) for name in SITES}
    for number, name in enumerate(SITES):
        records(tmp_path / f"{name}.csv", 90 + 30 * number, number)

    def set_up(name: str, terminal: Terminal) -> Any:
        terminal.run("site", "init", "--recovery-file", f"{name}-recovery.txt")
        imported = terminal.json("site", "data", "add", f"{name}.csv", "--name", "records")
        assert imported["rows"] >= 90
        return terminal.json("site", "enrol", f"{name}.wardround-invite")

    with serving(lead):
        enrolled = at_all(sites, set_up)
        assert [len((tmp_path / f"{name}-recovery.txt").read_text().split()) for name in SITES] == [24, 24, 24]
        _, said = lead.run("coordinator", "sites", "approve", "north", "--words", "a b c d e f", code=5)
        assert "E-CMD-21" in said
        for name in SITES:
            lead.run("coordinator", "sites", "approve", name, "--words", " ".join(enrolled[name]["site_words"]))
        own = json.loads(lead.run("coordinator", "sites", "show", "north", "--json")[0])
        assert own["check_words"]["en"].split() == enrolled["north"]["site_words"]

        _, said = sites["north"].run("site", "join", "stroke", "--data", "records", "--yes-i-compared", code=3)
        assert "E-CMD-29" in said
        published = lead.json("coordinator", "study", "publish")
        assert sorted(published["sites"]) == sorted(SITES)
        _, said = sites["north"].run("site", "join", "--data", "records", code=6)
        assert "E-CMD-20" in said, "without a terminal and without --yes-i-compared nothing is approved"
        joined = at_all(sites, lambda _, site: site.json("site", "join", "--data", "records", "--wait", "--yes-i-compared"))
        assert {answer["bundle_sha256"] for answer in joined.values()} == {published["bundle_sha256"]}

        lead.run("coordinator", "start")
        ended = at_all(sites, lambda _, site: site.json("site", "run"))
        assert {answer["state"] for answer in ended.values()} == {"done"}
        assert {answer["round"] for answer in ended.values()} == {3}

    state = lead.json("coordinator", "status")["studies"][0]
    assert (state["state"], state["round"], state["health"]) == ("finished", 3, "ok")
    rounds = lead.json("coordinator", "rounds")["rounds"]
    assert [row["round"] for row in rounds if row["phase"] == "update"] == [1, 2, 3]

    results = at_all(sites, lambda _, site: site.json("site", "results"))
    assert all(answer["final"] and answer["federation"]["rows"] == results["north"]["federation"]["rows"] for answer in results.values())
    assert len({answer["model_sha256"] for answer in results.values()}) == 1
    names = [line["name"] for line in results["east"]["comparison"]]
    assert names == ["local", "federated", "personalised"]
    said, _ = sites["east"].run("site", "results", "--lang", "zh")
    assert "一年内卒中" in said
    assert "准确率" in said

    ledger = sites["south"].json("site", "outbound", "--count", "500")
    assert ledger["records"] == 0
    assert ledger["bytes"] == sum(row["bytes"] for row in ledger["rows"])
    assert {row["receipt"] for row in ledger["rows"]} <= {"ok"}
    files = sites["south"].json("site", "report", "--to", "south-report")["files"]
    assert {"federation.html", "personalised.safetensors", "reports.json"} <= set(files)
    assert all((tmp_path / "south-report" / file).stat().st_size > 0 for file in files)

    exported = lead.json("coordinator", "export", "--to", "results")["files"]
    assert {"model-best.safetensors", "plan.toml", "bundle.json", "participants.json", "rounds.csv", "report.zh.html", "SHA256SUMS"} <= set(
        exported
    )
    checked = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path / "results", capture_output=True, check=False)
    assert checked.returncode == 0
    _, said = lead.run("coordinator", "export", "--to", "results", code=2)
    assert "E-COORD-15" in said
