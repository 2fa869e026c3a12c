# SPDX-License-Identifier: Apache-2.0
"""``wardround simulate`` on files of this machine: several files a site are one table of its patients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.cli.main import main

PLAN = """
[study]
id = "joined"
title = "Joined"
purpose = "To try it."
lead = "Lead"

[[variables]]
name = "record"
kind = "text"
role = "patient-id"
synonyms = ["patient"]

[[variables]]
name = "age"
kind = "numeric"
range = [0, 100]

[[variables]]
name = "glucose"
kind = "numeric"
range = [0, 20]

[[variables]]
name = "sick"
kind = "flag"
role = "outcome"

[model]
family = "linear"

[secagg]
method = "clear"

[rounds]
count = 2
min_sites = 2
"""


def write_site(folder: Path, name: str, seed: int) -> None:
    """Visits in one file, glucose of most patients and of strangers in another."""
    random = np.random.default_rng(seed)
    ages, glucose = random.uniform(20, 90, 80), random.uniform(3, 12, 80)
    sick = ages / 90 + glucose / 12 + random.normal(0, 0.1, 80) > 1.1
    visits = ["record,age,sick", *(f"{name}{n},{ages[n]:.1f},{'yes' if sick[n] else 'no'}" for n in range(80))]
    values = ["patient,glucose", *(f"{name.upper()}{n},{glucose[n]:.2f}" for n in range(79, 9, -1)), "stranger,5.0"]
    (folder / f"{name}-visits.csv").write_text("\n".join(visits))
    (folder / f"{name}-labs.csv").write_text("\n".join(values))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.toml").write_text(PLAN)
    for seed, name in enumerate(("a", "b")):
        write_site(tmp_path, name, seed)
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any, str]:
    code = main(["simulate", "plan.toml", *words, "--json"])
    said = capsys.readouterr()
    return code, json.loads(said.out) if said.out else None, said.err


def test_two_files_a_site_are_joined(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = [word for name in "ab" for file in ("visits", "labs") for word in ("--site", f"{name}={name}-{file}.csv")]
    code, result, err = run(capsys, *both)
    assert code == 0, err
    # A stranger has no outcome: only the 80 patients of the first file are rows.
    assert {name: sum(site["rows"].values()) for name, site in result["sites"].items()} == {"a": 80, "b": 80}


def test_one_file_lacks_a_variable(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "--site", "a=a-visits.csv", "--site", "b=b-visits.csv")
    assert (code, "E-DATA-20" in err, "glucose" in err) == (8, True, True)


def test_files_without_a_patient_in_common(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--site", "a=a-visits.csv", "--site", "a=b-labs.csv", "--site", "b=b-visits.csv", "--site", "b=b-labs.csv"]
    code, _, err = run(capsys, *words)
    assert (code, "E-DATA-36" in err) == (8, True)


def test_sealed_sums_give_the_same_models_and_a_seeded_run_says_that_it_is_a_rehearsal(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_site(folder, "c", 2)
    words = [word for name in "abc" for file in ("visits", "labs") for word in ("--site", f"{name}={name}-{file}.csv")]
    results = {}
    for method in ("clear", "masking"):
        (folder / "plan.toml").write_text(PLAN.replace('"clear"', f'"{method}"').replace("min_sites = 2", "min_sites = 3"))
        code, results[method], err = run(capsys, *words, "--seed", "5")
        assert code == 0, err
        assert ("rehearsal" in err) == results[method]["rehearsal"] == (method == "masking")
    assert results["clear"]["model_sha256"] == results["masking"]["model_sha256"]
    assert {"key", "share", "survivors", "unmask"} <= set(results["masking"]["traffic"])
    code, drawn, err = run(capsys, *words)
    assert (code, drawn["rehearsal"], "rehearsal" in err) == (0, False, False)
